//! Records of a company by what somebody typed, for a form in which the office chooses from all of them.
//!
//! Owns which are found, and in which order. Must never write.

use crate::off_worker::off_worker;
use crate::state::App;
use crate::storage::Stored;
use afield_domain::search::{Sought, normalize};
use afield_domain::{CompanyId, CustomerId, Module, Record, RecordKey, Versioned};
use afield_protocol::Found;

/// Records of one answer at most.
const MOST: usize = 20;
/// The same where all are shown to choose from: forms, and what is a customer's.
const MOST_OF_FEW: usize = 200;

/// What is looked for.
pub(crate) struct Asking {
    /// The kind.
    pub(crate) module: Module,
    /// What was typed.
    pub(crate) text: String,
    /// Of this customer alone, if there is one.
    pub(crate) of: Option<CustomerId>,
    /// Those that are archived, and not those that are not.
    pub(crate) archived: bool,
    /// How many of the best are left out.
    pub(crate) skip: usize,
}

impl Asking {
    fn most(&self) -> usize {
        match self.module {
            Module::Form => MOST_OF_FEW,
            _ if self.of.is_some() => MOST_OF_FEW,
            _ => MOST,
        }
    }

    fn is_asked_for(&self, record: &Record) -> bool {
        let owner = self.of.map(RecordKey::from);
        let is_theirs = owner.is_none_or(|of| record.links().contains(&of));
        is_theirs && self.archived == is_archived(record, self.archived)
    }
}

/// Whether the record is archived; what cannot be is what is asked for.
fn is_archived(record: &Record, asked: bool) -> bool {
    record.archived().unwrap_or(asked)
}

/// The customers that may be the one of this name or number, archived ones too.
pub(crate) async fn load_alike(
    app: &App,
    company: CompanyId,
    name: &str,
    phone: &str,
) -> Stored<Found> {
    let mut tx = app.storage.read().await?;
    let rows = tx.records_of(company, Module::Customer).await?;
    Ok(off_worker(|| {
        let all = rows.iter().filter_map(|row| row.versioned().ok());
        let is_like = |row: &Versioned| matches!(&row.record, Record::Customer(it) if it.is_like(name, phone));
        let mut records: Vec<Versioned> = all.filter(is_like).collect();
        records.sort_by_key(|row| row.record.key());
        let more = records.len().saturating_sub(MOST) as u64;
        records.truncate(MOST);
        Found { records, more }
    }))
}

/// The records that match.
pub(crate) async fn load_found(app: &App, company: CompanyId, asking: &Asking) -> Stored<Found> {
    let mut tx = app.storage.read().await?;
    let rows = tx.records_of(company, asking.module).await?;
    // All of a kind are read and compared: no other request waits for that.
    Ok(off_worker(|| {
        // A row that does not read is left out, as everywhere; the log named it when it was loaded.
        let all = rows.iter().filter_map(|row| row.versioned().ok());
        plan_found(all, &Sought::new(&asking.text), asking)
    }))
}

fn plan_found(all: impl Iterator<Item = Versioned>, sought: &Sought, asking: &Asking) -> Found {
    let mut found: Vec<(u8, String, Versioned)> = all
        .filter(|row| asking.is_asked_for(&row.record))
        .filter_map(|row| {
            let texts = texts_of(&row.record)?;
            let rank = sought.rank(&texts)?;
            let name = normalize(texts.first().copied().unwrap_or_default());
            Some((rank, name, row))
        })
        .collect();
    found.sort_by(|(rank, name, row), (other_rank, other_name, other)| {
        let rest = || row.record.key().cmp(&other.record.key());
        (rank, name).cmp(&(other_rank, other_name)).then_with(rest)
    });
    let most = asking.most();
    let more = found.len().saturating_sub(asking.skip.saturating_add(most)) as u64;
    let shown = found.into_iter().skip(asking.skip).take(most);
    let shown = shown.map(|(_, _, row)| row);
    Found {
        records: shown.collect(),
        more,
    }
}

/// By what a record is found, its name first; none for what nobody chooses here.
fn texts_of(record: &Record) -> Option<Vec<&str>> {
    Some(match record {
        Record::Customer(it) => vec![&it.name, &it.phone, &it.email],
        Record::Property(it) => vec![&it.address, &it.city, &it.postcode],
        Record::Asset(it) => vec![&it.name, &it.model, &it.serial, &it.code, &it.location],
        Record::Contract(it) => vec![&it.name, &it.number],
        Record::Part(it) => vec![&it.name, &it.number, &it.description],
        Record::Form(it) => vec![&it.name],
        _ => return None,
    })
}

/// Whether the office may look for records of `module` by what it typed.
pub(crate) fn is_found(module: Module) -> bool {
    matches!(
        module,
        Module::Customer
            | Module::Property
            | Module::Asset
            | Module::Contract
            | Module::Part
            | Module::Form
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Customer, Property, PropertyId, Rev};
    use uuid::Uuid;

    fn customer(n: u128, name: &str) -> Versioned {
        Versioned {
            rev: Rev(1),
            record: Record::Customer(Customer {
                id: CustomerId(Uuid::from_u128(n)),
                name: name.into(),
                phone: format!("030 {n}"),
                email: String::new(),
                organization: None,
                archived: false,
            }),
        }
    }

    fn asking(of: Option<CustomerId>, skip: usize) -> Asking {
        Asking {
            module: Module::Customer,
            text: String::new(),
            of,
            archived: false,
            skip,
        }
    }

    #[test]
    fn archived_customers_are_found_where_they_are_asked_for_and_nowhere_else() {
        let all = || {
            [1, 2].into_iter().map(|n| {
                let mut row = customer(n, &format!("Customer {n}"));
                if let Record::Customer(it) = &mut row.record {
                    it.archived = n == 2;
                }
                row
            })
        };
        for (archived, expected) in [(false, "Customer 1"), (true, "Customer 2")] {
            let asking = Asking {
                archived,
                ..asking(None, 0)
            };
            let found = plan_found(all(), &Sought::new(""), &asking);
            assert_eq!(names(&found), [expected]);
        }
    }

    fn names(found: &Found) -> Vec<String> {
        let name = |row: &Versioned| match &row.record {
            Record::Customer(it) => it.name.clone(),
            other => format!("{other:?}"),
        };
        found.records.iter().map(name).collect()
    }

    #[test]
    fn the_exact_come_before_the_misspelt_and_the_rest_is_counted() {
        let all = || {
            let named = ["Krueger", "Kr\u{fc}ger", "Petersen"];
            (1..).zip(named).map(|(n, name)| customer(n, name))
        };
        let find = |text: &str| plan_found(all(), &Sought::new(text), &asking(None, 0));
        assert_eq!(
            names(&find("KR\u{dc}GER")).first().map(String::as_str),
            Some("Kr\u{fc}ger")
        );
        assert_eq!(names(&find("petersn")), ["Petersen"]);
        assert_eq!(names(&find("030-3")), ["Petersen"]);
        assert_eq!(
            find("nobody"),
            Found {
                records: Vec::new(),
                more: 0
            }
        );
        let many = (1..=25).map(|n| customer(n, &format!("Customer {n:02}")));
        let many: Vec<Versioned> = many.collect();
        for (skip, count, more, first) in [
            (0, MOST, 5, Some("Customer 01")),
            (20, 5, 0, Some("Customer 21")),
            (40, 0, 0, None),
        ] {
            let found = plan_found(many.iter().cloned(), &Sought::new(""), &asking(None, skip));
            assert_eq!((found.records.len(), found.more), (count, more));
            assert_eq!(names(&found).first().map(String::as_str), first);
        }
    }

    #[test]
    fn of_a_customer_only_what_is_theirs() {
        let place = |n: u128, of: u128| Versioned {
            rev: Rev(1),
            record: Record::Property(Property {
                archived: false,
                id: PropertyId(Uuid::from_u128(n)),
                address: format!("Mill Lane {n}"),
                city: String::new(),
                postcode: String::new(),
                access: String::new(),
                position: None,
                customer: Some(CustomerId(Uuid::from_u128(of))),
            }),
        };
        let all = [place(1, 8), place(2, 9)].into_iter();
        let of = Some(CustomerId(Uuid::from_u128(9)));
        let found = plan_found(all, &Sought::new(""), &asking(of, 0));
        assert_eq!(found.records.len(), 1);
        assert_eq!(found.records[0], place(2, 9));
    }
}
