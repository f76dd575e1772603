//! The kinds that people call by a name of their own, and that have a page for it.
//!
//! Owns their names and words. Must never word a button or a message.

use super::AppKind;
use super::lines::{joined, listed};
#[cfg(target_family = "wasm")]
use crate::tr;
use afield_domain::search::Field;
use afield_domain::{Asset, Contract, Customer, Organization, Part, Property};

/// What the page of one is called, and the name of the kind in the plural.
macro_rules! labels {
    ($page:expr, $plural:expr) => {
        #[cfg(target_family = "wasm")]
        fn page_label() -> &'static str {
            $page
        }

        #[cfg(target_family = "wasm")]
        fn label() -> &'static str {
            $plural
        }
    };
}

impl AppKind for Property {
    const PATH: Option<&'static str> = Some("properties");
    labels!(tr!(pages.property), tr!(modules.properties));

    fn name(&self) -> Option<String> {
        Some(listed(&[&self.address, &self.city]))
    }

    fn detail(&self) -> String {
        self.postcode.clone()
    }

    fn search_texts(&self) -> Vec<(Field, String)> {
        let address = listed(&[&self.address, &self.city, &self.postcode]);
        vec![(Field::Address, address)]
    }
}

impl AppKind for Customer {
    const PATH: Option<&'static str> = Some("customers");
    labels!(tr!(pages.customer), tr!(modules.customers));

    fn name(&self) -> Option<String> {
        Some(self.name.clone())
    }

    fn detail(&self) -> String {
        String::new()
    }

    fn search_texts(&self) -> Vec<(Field, String)> {
        vec![(Field::Customer, self.name.clone())]
    }
}

impl AppKind for Organization {
    const PATH: Option<&'static str> = Some("organizations");
    labels!(tr!(pages.organization), tr!(modules.organizations));

    fn name(&self) -> Option<String> {
        Some(self.name.clone())
    }

    fn detail(&self) -> String {
        String::new()
    }

    fn search_texts(&self) -> Vec<(Field, String)> {
        vec![(Field::Customer, self.name.clone())]
    }
}

impl AppKind for Asset {
    const PATH: Option<&'static str> = Some("assets");
    labels!(tr!(pages.asset), tr!(modules.assets));

    fn name(&self) -> Option<String> {
        Some(self.name.clone())
    }

    fn detail(&self) -> String {
        joined(&[&self.model, &self.serial, &self.location])
    }

    fn search_texts(&self) -> Vec<(Field, String)> {
        let about = listed(&[&self.name, &self.model, &self.location]);
        vec![
            (Field::Asset, about),
            (Field::Code, self.serial.clone()),
            (Field::Code, self.code.clone()),
        ]
    }
}

impl AppKind for Contract {
    const PATH: Option<&'static str> = Some("contracts");
    labels!(tr!(pages.contract), tr!(modules.contracts));

    fn name(&self) -> Option<String> {
        Some(joined(&[&self.number, &self.name]))
    }

    fn detail(&self) -> String {
        self.covers.clone()
    }

    fn search_texts(&self) -> Vec<(Field, String)> {
        Vec::new()
    }
}

impl AppKind for Part {
    const PATH: Option<&'static str> = Some("parts");
    labels!(tr!(pages.part), tr!(modules.parts));

    fn name(&self) -> Option<String> {
        Some(self.name.clone())
    }

    fn detail(&self) -> String {
        String::new()
    }

    fn search_texts(&self) -> Vec<(Field, String)> {
        Vec::new()
    }
}
