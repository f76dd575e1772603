//! Contracts and parts by what people call them: which of those that are there a row means.
//!
//! Owns when one is the same: by its number, without one by its name, and a contract with the same customer alone. Case and
//! blanks do not count. One that is archived is meant where no other is. Where that leaves two, the row is refused.

use super::bounds::quoted;
use super::field::Field;
use super::refusal::Refusal;
use crate::said::{Said, said};
use afield_domain::{CustomerId, Module, Record, RecordKey};
use std::collections::HashMap;

/// What a record is called: its number or its name, among those of its kind and customer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Called {
    module: Module,
    customer: Option<CustomerId>,
    by: By,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum By {
    Number,
    Name,
}

impl Called {
    /// As a row calls it: by its number, or by its name if it says none.
    #[must_use]
    pub(super) fn of_row(
        module: Module,
        customer: Option<CustomerId>,
        number: &str,
        name: &str,
    ) -> Self {
        let (by, text) = match plain(number) {
            number if number.is_empty() => (By::Name, plain(name)),
            number => (By::Number, number),
        };
        Self {
            module,
            customer,
            by,
            text,
        }
    }

    /// Everything that a record is called.
    fn all(record: &Record) -> Vec<Self> {
        let (module, customer, number, name) = match record {
            Record::Contract(it) => (Module::Contract, it.customer, &it.number, &it.name),
            Record::Part(it) => (Module::Part, None, &it.number, &it.name),
            _ => return Vec::new(),
        };
        let by = |by, text: &str| Self {
            module,
            customer,
            by,
            text: plain(text),
        };
        let all = [by(By::Number, number), by(By::Name, name)];
        all.into_iter().filter(|one| !one.text.is_empty()).collect()
    }
}

/// A number or a name without what does not count.
#[must_use]
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Those that are there.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    found: HashMap<Called, Vec<RecordKey>>,
    known: HashMap<RecordKey, Known>,
}

#[derive(Debug)]
struct Known {
    called: Vec<Called>,
    is_archived: bool,
}

impl Numbered {
    /// Takes a record in, in place of what it was before.
    pub(super) fn add(&mut self, record: &Record) {
        let Some(key) = record.key() else {
            return;
        };
        if let Some(before) = self.known.remove(&key) {
            for called in before.called {
                if let Some(keys) = self.found.get_mut(&called) {
                    keys.retain(|other| *other != key);
                }
            }
        }
        let called = Called::all(record);
        for called in &called {
            self.found.entry(called.clone()).or_default().push(key);
        }
        let known = Known {
            called,
            is_archived: record.archived() == Some(true),
        };
        self.known.insert(key, known);
    }

    /// The one that is called so; none if it is a new one.
    ///
    /// # Errors
    /// When several are.
    pub(super) fn find(&self, called: &Called) -> Result<Option<RecordKey>, Refusal> {
        let all = self.found.get(called).map_or(&[][..], Vec::as_slice);
        let is_archived =
            |key: &RecordKey| self.known.get(key).is_some_and(|known| known.is_archived);
        let offered: Vec<RecordKey> = all
            .iter()
            .copied()
            .filter(|key| !is_archived(key))
            .collect();
        let meant = if offered.is_empty() { all } else { &offered };
        match meant {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            _ => {
                let field = match called.by {
                    By::Number => Field::Number,
                    By::Name => Field::Name,
                };
                Err(Refusal(said!(
                    called_twice,
                    "{}: {} is that of more than one in Afield; give each its own there first",
                    Said::field(field.name()),
                    quoted(&called.text)
                )))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Contract, ContractId, Part, PartId, PartKind};
    use uuid::Uuid;

    fn part(n: u128, number: &str, name: &str, archived: bool) -> Record {
        Record::Part(Part {
            id: PartId(Uuid::from_u128(n)),
            name: name.into(),
            number: number.into(),
            kind: PartKind::Part,
            unit: String::new(),
            price: String::new(),
            description: String::new(),
            archived,
        })
    }

    fn contract(n: u128, number: &str, name: &str, of: u128) -> Record {
        Record::Contract(Contract {
            id: ContractId(Uuid::from_u128(n)),
            number: number.into(),
            name: name.into(),
            covers: String::new(),
            from: String::new(),
            until: String::new(),
            response_hours: 0,
            visits: String::new(),
            customer: Some(CustomerId(Uuid::from_u128(of))),
            archived: false,
        })
    }

    /// The number of the one that is found, 0 for none; nothing if it is refused.
    fn found(all: &[Record], called: &Called) -> Option<u128> {
        let mut numbered = Numbered::default();
        for record in all {
            numbered.add(record);
        }
        let found = numbered.find(called).ok()?;
        Some(found.map_or(0, |key| key.id.as_u128()))
    }

    #[test]
    fn a_part_is_known_by_its_number_and_without_one_by_its_name() {
        let all = [
            part(1, "4711", "Filter", false),
            part(2, "", "Seal", false),
            part(3, "AB-1", "Pump", true),
            part(4, "AB-1", "Pump 2", false),
            part(5, "7", "Valve", false),
            part(6, "7", "Valve", false),
            part(7, "8", "Old valve", true),
        ];
        for (number, name, expected) in [
            ("4711", "Another name", Some(1)),
            ("", "filter", Some(1)),
            ("", " SEAL", Some(2)),
            // It says a number, and none has that.
            ("4712", "Seal", Some(0)),
            ("ab-1", "", Some(4)),
            ("", "Pump", Some(3)),
            ("8", "", Some(7)),
            ("7", "", None),
            ("", "Valve", None),
            ("", "Nothing", Some(0)),
        ] {
            let called = Called::of_row(Module::Part, None, number, name);
            assert_eq!(found(&all, &called), expected, "{number} {name}");
        }
    }

    #[test]
    fn a_contract_is_one_with_its_customer() {
        let all = [
            contract(1, "C-1", "Full service", 10),
            contract(2, "C-1", "Full service", 11),
            contract(3, "", "Inspection", 10),
        ];
        for (number, name, of, expected) in [
            ("C-1", "", 10, 1),
            ("c-1", "", 11, 2),
            ("C-1", "", 12, 0),
            ("", "inspection", 10, 3),
            ("", "inspection", 11, 0),
            ("", "Full  service", 11, 2),
        ] {
            let customer = Some(CustomerId(Uuid::from_u128(of)));
            let called = Called::of_row(Module::Contract, customer, number, name);
            assert_eq!(found(&all, &called), Some(expected), "{number} {name} {of}");
        }
    }

    #[test]
    fn what_was_renumbered_is_not_found_by_its_old_number() {
        let all = [part(1, "A", "Filter", false), part(1, "B", "Filter", false)];
        for (number, expected) in [("A", 0), ("B", 1)] {
            let called = Called::of_row(Module::Part, None, number, "");
            assert_eq!(found(&all, &called), Some(expected), "{number}");
        }
    }
}
