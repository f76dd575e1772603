//! The customers that are there, and how a row names one of them.
//!
//! Owns the rule: a key of the other system before a name, and a name only if one customer has it.

use super::job_input::Refusal;
use crate::storage::{ReadTx, Stored};
use afield_domain::{CompanyId, CustomerId, Module, PropertyId, Record};
use std::collections::HashMap;

/// The customers of a company.
#[derive(Debug, Default)]
pub struct CustomerIndex {
    keys: HashMap<String, CustomerId>,
    names: HashMap<String, Vec<CustomerId>>,
    phones: HashMap<CustomerId, String>,
    properties: HashMap<CustomerId, Vec<PropertyId>>,
}

/// Reads the customers and their properties.
///
/// # Errors
/// When the storage fails.
pub async fn load_customer_index(tx: &mut dyn ReadTx, company: CompanyId) -> Stored<CustomerIndex> {
    let mut known = CustomerIndex::default();
    for row in tx.records_of(company, Module::Customer).await? {
        if let Record::Customer(customer) = row.record()? {
            let key = row.external_key.as_deref();
            known.add(customer.id, &customer.name, key);
            known.phones.insert(customer.id, customer.phone);
        }
    }
    for row in tx.records_of(company, Module::Property).await? {
        if let Record::Property(property) = row.record()?
            && let Some(customer) = property.customer
        {
            let all = known.properties.entry(customer).or_default();
            all.push(property.id);
        }
    }
    Ok(known)
}

impl CustomerIndex {
    fn add(&mut self, id: CustomerId, name: &str, external_key: Option<&str>) {
        if let Some(key) = external_key.and_then(|key| key.strip_prefix("key:")) {
            self.keys.insert(key.to_owned(), id);
        }
        self.names.entry(name.to_lowercase()).or_default().push(id);
    }

    /// The customer that `said` names, by key or by name.
    ///
    /// # Errors
    /// When nobody or more than one is called so.
    pub fn customer(&self, said: &str) -> Result<CustomerId, Refusal> {
        if let Some(id) = self.keys.get(said) {
            return Ok(*id);
        }
        match self.names.get(&said.to_lowercase()).map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some([_, _, ..]) => Err(Refusal(format!(
                "more than one customer is called \"{said}\": give the customer's key"
            ))),
            _ => Err(Refusal(format!(
                "there is no customer with the key or the name \"{said}\""
            ))),
        }
    }

    /// The customer that `said` names, if `phone` does not say that it is another one.
    #[must_use]
    pub fn with_phone(&self, said: &str, phone: &str) -> Option<CustomerId> {
        let id = self.customer(said).ok()?;
        let known = self.phones.get(&id).map_or("", String::as_str);
        (phone.is_empty() || phone == known).then_some(id)
    }

    /// The customer's property, if there is exactly one.
    #[must_use]
    pub fn only_property(&self, customer: CustomerId) -> Option<PropertyId> {
        match self.properties.get(&customer)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_key_comes_before_a_name_and_a_name_must_be_one_s_own() {
        let id = |n: u128| CustomerId(Uuid::from_u128(n));
        let mut known = CustomerIndex::default();
        known.add(id(1), "Hansen & Co", Some("key:C-1"));
        known.add(id(2), "Café Morgenrot", Some("name:café morgenrot|"));
        known.add(id(3), "Frau Petersen", None);
        known.add(id(4), "Frau Petersen", Some("key:C-4"));
        known.add(id(5), "C-1", None);
        for (said, expected) in [
            ("C-1", Ok(id(1))),
            ("hansen & co", Ok(id(1))),
            ("CAFÉ MORGENROT", Ok(id(2))),
            ("Frau Petersen", Err("more than one customer")),
            ("C-4", Ok(id(4))),
            ("Nobody", Err("there is no customer")),
        ] {
            match (known.customer(said), expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected, "{said}"),
                (Err(got), Err(start)) => assert!(got.0.starts_with(start), "{got}"),
                (got, expected) => panic!("{said}: {got:?}, not {expected:?}"),
            }
        }
    }
}
