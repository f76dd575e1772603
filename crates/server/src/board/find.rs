//! Records of a company by what somebody typed, for a form in which the office chooses from all of them.
//!
//! Owns which are found, and in which order. Must never write.

use crate::off_worker::off_worker;
use crate::state::App;
use crate::storage::Stored;
use afield_domain::search::Sought;
use afield_domain::{CompanyId, CustomerId, Module, Record, RecordKey, Versioned};
use afield_protocol::Found;

/// Records of one answer at most.
const MOST: usize = 20;
/// The same where all are shown to choose from: forms, and what is a customer's.
const MOST_OF_FEW: usize = 200;

/// The records of `module` that match `text`; of the customer `of` alone, if there is one.
pub(crate) async fn load_found(
    app: &App,
    company: CompanyId,
    module: Module,
    text: &str,
    of: Option<CustomerId>,
) -> Stored<Found> {
    let mut tx = app.storage.read().await?;
    let rows = tx.records_of(company, module).await?;
    let most = match module {
        Module::Form => MOST_OF_FEW,
        _ if of.is_some() => MOST_OF_FEW,
        _ => MOST,
    };
    // All of a kind are read and compared: no other request waits for that.
    Ok(off_worker(|| {
        // A row that does not read is left out, as everywhere; the log named it when it was loaded.
        let all = rows.iter().filter_map(|row| row.versioned().ok());
        plan_found(all, &Sought::new(text), of, most)
    }))
}

fn plan_found(
    all: impl Iterator<Item = Versioned>,
    sought: &Sought,
    of: Option<CustomerId>,
    most: usize,
) -> Found {
    let owner = of.map(RecordKey::from);
    let mut found: Vec<(u8, String, Versioned)> = all
        .filter(|row| owner.is_none_or(|of| row.record.links().contains(&of)))
        .filter_map(|row| {
            let texts = texts_of(&row.record)?;
            let rank = sought.rank(&texts)?;
            let name = texts.first().copied().unwrap_or_default().to_owned();
            Some((rank, name, row))
        })
        .collect();
    found.sort_by(|(rank, name, row), (other_rank, other_name, other)| {
        let rest = || row.record.key().cmp(&other.record.key());
        (rank, name).cmp(&(other_rank, other_name)).then_with(rest)
    });
    let more = found.len().saturating_sub(most) as u64;
    let shown = found.into_iter().take(most).map(|(_, _, row)| row);
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
        Record::Form(it) => vec![&it.name],
        _ => return None,
    })
}

/// Whether the office may look for records of `module` by what it typed.
pub(crate) fn is_found(module: Module) -> bool {
    matches!(
        module,
        Module::Customer | Module::Property | Module::Asset | Module::Form
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
            }),
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
        let find = |text: &str| plan_found(all(), &Sought::new(text), None, MOST);
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
        let found = plan_found(many, &Sought::new(""), None, MOST);
        assert_eq!((found.records.len(), found.more), (MOST, 5));
        assert_eq!(names(&found)[0], "Customer 01");
    }

    #[test]
    fn of_a_customer_only_what_is_theirs() {
        let place = |n: u128, of: u128| Versioned {
            rev: Rev(1),
            record: Record::Property(Property {
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
        let found = plan_found(
            all,
            &Sought::new(""),
            Some(CustomerId(Uuid::from_u128(9))),
            MOST,
        );
        assert_eq!(found.records.len(), 1);
        assert_eq!(found.records[0], place(2, 9));
    }
}
