//! What other rows refer to: organizations, customers and properties, each made once.
//!
//! Owns how they are found again: by the key under which an import has stored them.

use super::job_input::PlaceInput;
use crate::error::{ServerError, StorageError};
use crate::ids::new_id;
use crate::records::save_new;
use crate::storage::WriteTx;
use afield_domain::{
    CompanyId, CustomerId, Module, Organization, OrganizationId, Property, PropertyId, Record,
    RecordKey, Timestamp,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The records that rows of this import refer to, as far as they were looked up.
pub(super) struct References {
    company: CompanyId,
    now: Timestamp,
    keys: BTreeMap<(Module, String), Uuid>,
}

impl References {
    pub(super) fn new(company: CompanyId, now: Timestamp) -> Self {
        Self {
            company,
            now,
            keys: BTreeMap::new(),
        }
    }

    /// The organization of that name.
    pub(super) async fn organization(
        &mut self,
        tx: &mut dyn WriteTx,
        name: &str,
    ) -> Result<OrganizationId, ServerError> {
        let key = format!("name:{}", name.to_lowercase());
        let id = self
            .find_or_add(tx, Module::Organization, key, |id| {
                Record::Organization(Organization {
                    id: OrganizationId(id),
                    name: name.to_owned(),
                    phone: String::new(),
                })
            })
            .await?;
        Ok(OrganizationId(id))
    }

    /// The property at that place.
    pub(super) async fn property(
        &mut self,
        tx: &mut dyn WriteTx,
        place: &PlaceInput,
        access: &str,
        customer: Option<CustomerId>,
    ) -> Result<PropertyId, ServerError> {
        let id = self
            .find_or_add(tx, Module::Property, place.key(), |id| {
                Record::Property(Property {
                    id: PropertyId(id),
                    address: place.address.clone(),
                    city: place.city.clone(),
                    postcode: place.postcode.clone(),
                    access: access.to_owned(),
                    position: place.position,
                    customer,
                })
            })
            .await?;
        Ok(PropertyId(id))
    }

    /// The record of that key, met in this run, stored earlier, or made now.
    pub(super) async fn find_or_add(
        &mut self,
        tx: &mut dyn WriteTx,
        module: Module,
        key: String,
        make: impl FnOnce(Uuid) -> Record,
    ) -> Result<Uuid, ServerError> {
        let place = (module, key);
        if let Some(id) = self.keys.get(&place) {
            return Ok(*id);
        }
        let stored = tx
            .record_by_external_key(self.company, module, &place.1)
            .await?;
        let id = match stored {
            Some(RecordKey { id, .. }) => id,
            None => {
                let record = make(new_id(self.now)?);
                let key = record.key().ok_or(StorageError::Damaged("record"))?;
                save_new(tx, self.company, &record, Some(&place.1), self.now).await?;
                key.id
            }
        };
        self.keys.insert(place, id);
        Ok(id)
    }
}
