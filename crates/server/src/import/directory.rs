//! Who and what a company knows that a row may refer to or be the same as: customers, organizations, properties, and by
//! their numbers (`numbered`) contracts and parts.
//!
//! Owns when two of them are the same: a customer by a key of the other system, else by name and, where
//! several have it, by phone; an organization by its name; a property by its place and customer. Where
//! that leaves two, the row is refused: nobody guesses.

use super::bounds::quoted;
use super::input::{Described, OWN_KEY, customer_key};
use super::numbered::{Called, Numbered};
use super::place::{PlaceIdentity, PlaceInput};
use super::refusal::Refusal;
use crate::said::said;
use afield_domain::{CustomerId, OrganizationId, PropertyId, Record};
use std::collections::HashMap;

/// What is known, by what it is found by.
#[derive(Debug, Default)]
pub struct Directory {
    customers: HashMap<CustomerId, KnownCustomer>,
    /// By the key of the other system, without its prefix.
    customer_keys: HashMap<String, CustomerId>,
    customer_names: HashMap<String, Vec<CustomerId>>,
    organizations: HashMap<String, Vec<OrganizationId>>,
    places: HashMap<PlaceIdentity, PropertyId>,
    property_keys: HashMap<String, PropertyId>,
    /// What each property is found by so far.
    found_by: HashMap<PropertyId, (PlaceIdentity, Option<String>)>,
    properties_of: HashMap<CustomerId, Vec<PropertyId>>,
    /// Contracts and parts.
    pub(super) numbered: Numbered,
}

#[derive(Debug)]
struct KnownCustomer {
    phone: String,
    external_key: String,
}

impl Directory {
    /// Takes a record in; those of other modules are nothing to it.
    pub fn add(&mut self, record: &Record, external_key: Option<&str>) {
        match record {
            Record::Customer(customer) => {
                let key = external_key.unwrap_or_default();
                if let Some(key) = key.strip_prefix(OWN_KEY) {
                    self.customer_keys.insert(key.to_owned(), customer.id);
                }
                let known = KnownCustomer {
                    phone: customer.phone.clone(),
                    external_key: key.to_owned(),
                };
                let named = self
                    .customer_names
                    .entry(customer.name.to_lowercase())
                    .or_default();
                if !named.contains(&customer.id) {
                    named.push(customer.id);
                }
                self.customers.insert(customer.id, known);
            }
            Record::Organization(organization) => {
                let named = self.organizations.entry(organization.name.to_lowercase());
                named.or_default().push(organization.id);
            }
            Record::Property(property) => {
                self.forget_place(property.id);
                let place = PlaceIdentity::of(property);
                self.places.entry(place.clone()).or_insert(property.id);
                if let Some(key) = external_key {
                    self.property_keys.insert(key.to_owned(), property.id);
                }
                let key = external_key.map(str::to_owned);
                self.found_by.insert(property.id, (place, key));
                if let Some(customer) = property.customer {
                    let theirs = self.properties_of.entry(customer).or_default();
                    if !theirs.contains(&property.id) {
                        theirs.push(property.id);
                    }
                }
            }
            Record::Contract(_) | Record::Part(_) => self.numbered.add(record),
            _ => (),
        }
    }

    /// A property that is corrected is not found any more where it was.
    fn forget_place(&mut self, id: PropertyId) {
        let Some((place, key)) = self.found_by.remove(&id) else {
            return;
        };
        if self.places.get(&place) == Some(&id) {
            self.places.remove(&place);
        }
        if let Some(key) = key
            && self.property_keys.get(&key) == Some(&id)
        {
            self.property_keys.remove(&key);
        }
    }

    /// Whether a property is found by that key.
    #[must_use]
    pub fn has_property_key(&self, key: &str) -> bool {
        self.property_keys.contains_key(key)
    }

    fn named(&self, name: &str) -> &[CustomerId] {
        self.customer_names
            .get(&name.to_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// The customer of that key of another system.
    #[must_use]
    pub fn customer_by_key(&self, key: &str) -> Option<CustomerId> {
        self.customer_keys.get(key).copied()
    }

    /// What a row calls its contract or part; none if it is another kind, or the contract of somebody who cannot be told.
    pub(super) fn called(&self, described: &Described) -> Option<Called> {
        let (customer, number, name) = match described {
            Described::Contract(it) => {
                let customer = self.customer(&it.customer, None).ok()?;
                (Some(customer), &it.number, &it.name)
            }
            Described::Part(it) => (None, &it.number, &it.name),
            _ => return None,
        };
        Some(Called::of_row(described.module(), customer, number, name))
    }

    /// The customer that the row of an asset or a contract names, by key or by name; `current` is whose it is so far.
    ///
    /// # Errors
    /// When nobody or more than one is called so.
    pub fn customer(&self, said: &str, current: Option<CustomerId>) -> Result<CustomerId, Refusal> {
        if let Some(id) = self.customer_by_key(said) {
            return Ok(id);
        }
        match self.named(said) {
            [id] => Ok(*id),
            [] => Err(Refusal(said!(
                no_customer,
                "there is no customer with the key or the name {}",
                quoted(said)
            ))),
            several => current
                .filter(|current| several.contains(current))
                .ok_or_else(|| not_one(said)),
        }
    }

    /// The customer that a job's row names, by key, or by name and phone; none if it is a new one.
    ///
    /// # Errors
    /// When more than one is called so.
    pub fn customer_of_job(
        &self,
        said: &str,
        phone: &str,
        current: Option<CustomerId>,
    ) -> Result<Option<CustomerId>, Refusal> {
        if let Some(id) = self.customer_by_key(said) {
            return Ok(Some(id));
        }
        let known = |id: &CustomerId| self.customers.get(id);
        let has_phone = |id: &CustomerId| {
            phone.is_empty() || known(id).is_some_and(|known| known.phone == phone)
        };
        let fitting: Vec<CustomerId> = self.named(said).iter().copied().filter(has_phone).collect();
        let own_key = customer_key(said, phone);
        let is_own = |id: &CustomerId| known(id).is_some_and(|known| known.external_key == own_key);
        match fitting.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let current = current.filter(|current| several.contains(current));
                let own = several.iter().copied().find(|id| is_own(id));
                current.or(own).map(Some).ok_or_else(|| not_one(said))
            }
        }
    }

    /// The organization of that name; none if it is a new one.
    ///
    /// # Errors
    /// When more than one is called so.
    pub fn organization(
        &self,
        name: &str,
        current: Option<OrganizationId>,
    ) -> Result<Option<OrganizationId>, Refusal> {
        let named = self.organizations.get(&name.to_lowercase());
        match named.map_or(&[][..], Vec::as_slice) {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let current = current.filter(|current| several.contains(current));
                current.map(Some).ok_or_else(|| {
                    Refusal(said!(
                        two_organizations,
                        "more than one organization is called {}",
                        quoted(name)
                    ))
                })
            }
        }
    }

    /// The property at that place of that customer.
    #[must_use]
    pub fn property(&self, place: &PlaceInput, customer: Option<CustomerId>) -> Option<PropertyId> {
        let identity = place.identity(customer);
        let found = self.places.get(&identity);
        let found = found.or_else(|| self.property_keys.get(&identity.external_key()));
        found.copied()
    }

    /// The customer's property, if there is exactly one.
    #[must_use]
    pub fn only_property(&self, customer: CustomerId) -> Option<PropertyId> {
        match self.properties_of.get(&customer)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }
}

fn not_one(said: &str) -> Refusal {
    Refusal(said!(
        two_customers,
        "more than one customer is called {}: give the customer's key",
        quoted(said)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Customer, Property};
    use uuid::Uuid;

    fn id(n: u128) -> CustomerId {
        CustomerId(Uuid::from_u128(n))
    }

    fn directory(customers: &[(u128, &str, &str, Option<&str>)]) -> Directory {
        let mut directory = Directory::default();
        for (n, name, phone, key) in customers {
            let customer = Customer {
                id: id(*n),
                name: (*name).into(),
                phone: (*phone).into(),
                email: String::new(),
                organization: None,
                archived: false,
            };
            directory.add(&Record::Customer(customer), *key);
        }
        directory
    }

    #[test]
    fn a_key_comes_before_a_name_and_a_name_must_be_one_s_own() {
        let directory = directory(&[
            (1, "Hansen & Co", "", Some("key:C-1")),
            (2, "Café Morgenrot", "", Some("name:café morgenrot|")),
            (3, "Frau Petersen", "", None),
            (4, "Frau Petersen", "", Some("key:C-4")),
            (5, "C-1", "", None),
        ]);
        for (said, current, expected) in [
            ("C-1", None, Ok(id(1))),
            ("hansen & co", None, Ok(id(1))),
            ("CAFÉ MORGENROT", None, Ok(id(2))),
            ("Frau Petersen", None, Err("more than one customer")),
            ("Frau Petersen", Some(id(3)), Ok(id(3))),
            ("Frau Petersen", Some(id(1)), Err("more than one customer")),
            ("C-4", None, Ok(id(4))),
            ("Nobody", None, Err("there is no customer")),
        ] {
            match (directory.customer(said, current), expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected, "{said}"),
                (Err(got), Err(start)) => assert!(got.0.as_str().starts_with(start), "{got}"),
                (got, expected) => panic!("{said}: {got:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn a_job_names_a_customer_by_name_and_phone() {
        let directory = directory(&[
            (1, "Schmidt", "1", Some("key:S-1")),
            (2, "Schmidt", "", Some("name:schmidt|")),
            (3, "Arndt", "7", None),
            (4, "Cordes", "8", Some("key:C-1")),
            (5, "Cordes", "9", Some("key:C-2")),
        ]);
        for (said, phone, current, expected) in [
            ("Schmidt", "1", None, Some(Some(id(1)))),
            ("Schmidt", "", None, Some(Some(id(2)))),
            ("Schmidt", "2", None, Some(None)),
            ("Arndt", "", None, Some(Some(id(3)))),
            ("Arndt", "8", None, Some(None)),
            ("Cordes", "", None, None),
            ("Cordes", "", Some(id(5)), Some(Some(id(5)))),
            ("C-2", "", None, Some(Some(id(5)))),
            ("Nowak", "", None, Some(None)),
        ] {
            let got = directory.customer_of_job(said, phone, current).ok();
            assert_eq!(got, expected, "{said} {phone}");
        }
    }

    #[test]
    fn places_are_the_same_only_if_street_town_postcode_and_customer_are() {
        let mut directory = Directory::default();
        let place = |address: &str, city: &str, postcode: &str| {
            PlaceInput::new(address, city, postcode, None).unwrap()
        };
        let property = PropertyId(Uuid::from_u128(9));
        directory.add(
            &Record::Property(Property {
                archived: false,
                id: property,
                address: "Hauptstraße 5".into(),
                city: "Berlin".into(),
                postcode: "10115".into(),
                access: String::new(),
                position: None,
                customer: Some(id(1)),
            }),
            None,
        );
        for (said, customer, expected) in [
            (
                place("hauptstraße  5", "BERLIN", "10115"),
                Some(id(1)),
                true,
            ),
            (
                place("Hauptstraße 5", "Hamburg", "10115"),
                Some(id(1)),
                false,
            ),
            (
                place("Hauptstraße 5", "Berlin", "20095"),
                Some(id(1)),
                false,
            ),
            (place("Hauptstraße 5", "Berlin", ""), Some(id(1)), false),
            (
                place("Hauptstraße 5", "Berlin", "10115"),
                Some(id(2)),
                false,
            ),
            (place("Hauptstraße 5", "Berlin", "10115"), None, false),
        ] {
            assert_eq!(
                directory.property(&said, customer).is_some(),
                expected,
                "{said:?}"
            );
        }
    }

    #[test]
    fn a_property_that_was_corrected_is_not_found_where_it_was() {
        let mut directory = Directory::default();
        let place = |address: &str| PlaceInput::new(address, "Kiel", "", None).unwrap();
        let key = |address: &str| place(address).identity(Some(id(1))).external_key();
        let property = PropertyId(Uuid::from_u128(9));
        for address in ["Wharf Road 30", "Wharf Road 31"] {
            let record = Record::Property(Property {
                archived: false,
                id: property,
                address: address.into(),
                city: "Kiel".into(),
                postcode: String::new(),
                access: String::new(),
                position: None,
                customer: Some(id(1)),
            });
            directory.add(&record, Some(&key(address)));
        }
        let found = |address| directory.property(&place(address), Some(id(1)));
        assert_eq!(found("Wharf Road 31"), Some(property));
        assert_eq!(found("Wharf Road 30"), None);
        assert!(!directory.has_property_key(&key("Wharf Road 30")));
        assert_eq!(directory.only_property(id(1)), Some(property));
    }
}
