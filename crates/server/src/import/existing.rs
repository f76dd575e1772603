//! What is stored of the records that some rows describe.
//!
//! Owns the reading of it. Must never decide anything.

use super::directory::Directory;
use super::input::{Described, Input};
use super::update::ImportBase;
use crate::error::StorageError;
use crate::storage::{ReadTx, Stored, StoredRecord};
use afield_domain::{CompanyId, CustomerId, Module, PropertyId, Record, RecordKey};
use std::collections::HashMap;

/// Records by their keys, with what the last import wrote to them.
#[derive(Debug, Default)]
pub struct Existing {
    /// What was looked for: keys of the other system, and records.
    asked: Vec<(Module, String)>,
    loaded: Vec<RecordKey>,
    keys: HashMap<String, RecordKey>,
    records: HashMap<RecordKey, StoredRecord>,
    bases: HashMap<RecordKey, ImportBase>,
}

/// One of them.
pub struct Known<'e> {
    /// As it is stored.
    pub stored: &'e StoredRecord,
    /// The record itself.
    pub record: Record,
    /// What the last import left behind; none if an older version imported it.
    pub base: Option<&'e ImportBase>,
}

impl Existing {
    /// The record of that key in the other system.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn by_external_key(&self, key: &str) -> Stored<Option<Known<'_>>> {
        match self.keys.get(key) {
            Some(key) => self.get(*key),
            None => Ok(None),
        }
    }

    /// The record of that key.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn get(&self, key: RecordKey) -> Stored<Option<Known<'_>>> {
        let Some(stored) = self.records.get(&key) else {
            return Ok(None);
        };
        Ok(Some(Known {
            stored,
            record: stored.record()?,
            base: self.bases.get(&key),
        }))
    }

    /// Whether `tx` shows the same.
    ///
    /// # Errors
    /// When the storage fails or a row is damaged.
    pub async fn is_current(&self, tx: &mut dyn ReadTx, company: CompanyId) -> Stored<bool> {
        let mut now = Self::default();
        now.find(tx, company, self.asked.clone()).await?;
        now.load(tx, company, &self.loaded).await?;
        Ok(now.keys == self.keys && now.records == self.records && now.bases == self.bases)
    }

    async fn find(
        &mut self,
        tx: &mut dyn ReadTx,
        company: CompanyId,
        asked: Vec<(Module, String)>,
    ) -> Stored<()> {
        for (module, key) in &asked {
            if let Some(found) = tx.record_by_external_key(company, *module, key).await? {
                self.keys.insert(key.clone(), found);
            }
        }
        self.asked = asked;
        Ok(())
    }

    async fn load(
        &mut self,
        tx: &mut dyn ReadTx,
        company: CompanyId,
        keys: &[RecordKey],
    ) -> Stored<()> {
        for stored in tx.records(company, keys).await? {
            self.records.insert(stored.key, stored);
        }
        for (key, base) in tx.import_bases(company, keys).await? {
            let base = serde_json::from_str(&base).map_err(|_| StorageError::Damaged("import"))?;
            self.bases.insert(key, base);
        }
        self.loaded.extend(keys);
        Ok(())
    }
}

/// Reads the records of these rows, and the properties of customers among them.
///
/// # Errors
/// When the storage fails or a row is damaged.
pub async fn load_existing(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    directory: &Directory,
    inputs: &[&Input],
) -> Stored<Existing> {
    let mut existing = Existing::default();
    let asked = |input: &&Input| (input.described.module(), input.external_key.clone());
    existing
        .find(tx, company, inputs.iter().map(asked).collect())
        .await?;
    let mut keys: Vec<RecordKey> = existing.keys.values().copied().collect();
    keys.sort_unstable();
    existing.load(tx, company, &keys).await?;
    existing
        .load(tx, company, &called(directory, inputs))
        .await?;
    let properties: Vec<RecordKey> = inputs
        .iter()
        .flat_map(|input| existing.properties_of(directory, input))
        .map(RecordKey::from)
        .collect();
    existing.load(tx, company, &properties).await?;
    Ok(existing)
}

/// The records that these rows call by their numbers or names.
fn called(directory: &Directory, inputs: &[&Input]) -> Vec<RecordKey> {
    let called = inputs
        .iter()
        .filter_map(|input| directory.called(&input.described));
    let mut keys: Vec<RecordKey> = called
        // Where several are called so, the row is refused when it is planned.
        .filter_map(|called| directory.numbered.find(&called).ok().flatten())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl Existing {
    /// The properties that a customer's row may be about.
    fn properties_of(&self, directory: &Directory, input: &Input) -> Vec<PropertyId> {
        let Described::Customer(described) = &input.described else {
            return Vec::new();
        };
        let Some(key) = self.keys.get(&input.external_key) else {
            return Vec::new();
        };
        let customer = Some(CustomerId(key.id));
        let here = described.place.as_ref();
        let here = here.and_then(|place| directory.property(place, customer));
        let linked = self.bases.get(key).and_then(ImportBase::property);
        here.into_iter().chain(linked).collect()
    }
}

/// Reads who and what of `modules` a company knows.
///
/// # Errors
/// When the storage fails or a row is damaged.
pub async fn load_directory(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    modules: &[Module],
) -> Stored<Directory> {
    let mut directory = Directory::default();
    for module in modules {
        for row in tx.records_of(company, *module).await? {
            directory.add(&row.record()?, row.external_key.as_deref());
        }
    }
    Ok(directory)
}
