//! A row of a file against a record that is there: field by field, with what the last import wrote
//! between them.
//!
//! Owns the rule. A field that the file says as it said last time is left alone, whatever Afield has
//! made of it since. One that only the file has changed is updated. One that both have changed keeps
//! Afield's value, and the report names both.

use super::bounds::quoted;
use crate::error::StorageError;
use crate::said::{Said, said};
use crate::storage::Stored;
use afield_domain::{PropertyId, Record};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The group under which a customer's base names its property.
pub(super) const PROPERTY: &str = "property";

/// Fields of a record that change together, and what the row says about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldGroup {
    /// What the report calls it.
    pub name: &'static str,
    /// The names of the fields in the record.
    pub fields: &'static [&'static str],
    /// What the row says, the same text for the same meaning; none if the file has no such column.
    pub said: Option<String>,
}

/// What the last import read and wrote, by the name of the group: the base of the next.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportBase(BTreeMap<String, GroupBase>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct GroupBase {
    said: String,
    made: Vec<Value>,
}

/// What becomes of the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// As it shall be.
    pub record: Record,
    /// What the next import is compared with.
    pub base: ImportBase,
    /// The groups that change.
    pub updated: Vec<&'static str>,
    /// What Afield has changed too, one sentence each.
    pub kept: Vec<Said>,
}

type Fields = Map<String, Value>;

fn fields_of(record: &Record) -> Stored<Fields> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(StorageError::Damaged("record")),
    }
}

fn values(fields: &Fields, group: &FieldGroup) -> Vec<Value> {
    let names = group.fields.iter();
    names
        .map(|name| fields.get(*name).cloned().unwrap_or_default())
        .collect()
}

fn is_blank(values: &[Value]) -> bool {
    values
        .iter()
        // No hours are none that were agreed.
        .all(|value| value.is_null() || value.as_str() == Some("") || value.as_u64() == Some(0))
}

/// Values for the report: ids say nothing to people, and times are numbers.
fn shown(values: &[Value], group: &FieldGroup) -> Said {
    let is_time = group.fields.contains(&"starts");
    let texts = values.iter().map(|value| match value {
        Value::Null => Said::from(quoted("")),
        Value::String(text) if Uuid::try_parse(text).is_ok() => said!(another, "another one"),
        Value::String(text) => quoted(text).into(),
        Value::Number(number) => number
            .as_i64()
            .filter(|_| is_time)
            .and_then(|at| jiff::Timestamp::from_millisecond(at).ok())
            .map_or_else(|| number.to_string(), |at| at.to_string())
            .into(),
        other => quoted(&other.to_string()).into(),
    });
    Said::joined(texts.collect(), |one, next| {
        said!(from_to, "{} to {}", one, next)
    })
}

impl ImportBase {
    /// What an import that makes `record` leaves behind.
    ///
    /// # Errors
    /// When the record cannot be written as JSON.
    pub fn of(record: &Record, groups: &[FieldGroup]) -> Stored<Self> {
        let fields = fields_of(record)?;
        let groups = groups.iter().map(|group| {
            let base = GroupBase {
                said: group.said.clone().unwrap_or_default(),
                made: values(&fields, group),
            };
            (group.name.to_owned(), base)
        });
        Ok(Self(groups.collect()))
    }

    /// Notes what the row says about a group that is no field of its record, and what became of it.
    pub fn note(&mut self, name: &str, said: String, made: Value) {
        let base = GroupBase {
            said,
            made: vec![made],
        };
        self.0.insert(name.to_owned(), base);
    }

    /// What the last import read for a group.
    #[must_use]
    pub fn said(&self, name: &str) -> Option<&str> {
        Some(self.0.get(name)?.said.as_str())
    }

    /// The property that the last import noted for a customer.
    #[must_use]
    pub fn property(&self) -> Option<PropertyId> {
        let noted = self.0.get(PROPERTY)?.made.first()?.as_str()?;
        Uuid::try_parse(noted).ok().map(PropertyId)
    }
}

/// Merges what a row describes into the record that is there. `is_untouched` says that nobody has
/// changed the record since it was made; it counts where no base is known.
///
/// # Errors
/// When a record cannot be written as JSON or read from it.
pub fn merge_row(
    current: &Record,
    is_untouched: bool,
    base: Option<&ImportBase>,
    described: &Record,
    groups: &[FieldGroup],
) -> Stored<Update> {
    let mut fields = fields_of(current)?;
    let wanted = fields_of(described)?;
    let mut after = base.cloned().unwrap_or_default();
    let (mut updated, mut kept) = (Vec::new(), Vec::new());
    for group in groups {
        let Some(said) = &group.said else {
            continue;
        };
        let (now, new) = (values(&fields, group), values(&wanted, group));
        let last = base.and_then(|base| base.0.get(group.name));
        if last.is_some_and(|last| last.said == *said) {
            continue;
        }
        let is_ours = match last {
            Some(last) => last.made == now,
            None => is_untouched || is_blank(&now),
        };
        if now != new && !is_ours {
            kept.push(said!(
                kept_here,
                "{}: the file says {}; Afield has {} since the last import, which stays",
                Said::field(group.name),
                quoted(said),
                shown(&now, group)
            ));
            continue;
        }
        if now != new {
            for (name, value) in group.fields.iter().zip(&new) {
                set(&mut fields, name, value);
            }
            updated.push(group.name);
        }
        let base = GroupBase {
            said: said.clone(),
            made: new,
        };
        after.0.insert(group.name.to_owned(), base);
    }
    let record = serde_json::from_value(Value::Object(fields))
        .map_err(|_| StorageError::Damaged("record"))?;
    Ok(Update {
        record,
        base: after,
        updated,
        kept,
    })
}

fn set(fields: &mut Fields, name: &str, value: &Value) {
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Customer, CustomerId};

    fn customer(phone: &str) -> Record {
        Record::Customer(Customer {
            id: CustomerId(Uuid::from_u128(1)),
            name: "Kiosk".into(),
            phone: phone.into(),
            email: String::new(),
            organization: None,
            archived: false,
        })
    }

    fn phone(said: Option<&str>) -> [FieldGroup; 1] {
        [FieldGroup {
            name: "phone",
            fields: &["phone"],
            said: said.map(str::to_owned),
        }]
    }

    #[test]
    fn a_field_follows_whoever_changed_it_and_stays_where_both_did() {
        // Last import, Afield now, the file now; then Afield after, and what the report says.
        for (last, now, file, after, updated, kept) in [
            (Some("1"), "1", Some("1"), "1", 0, 0),
            (Some("1"), "1", Some("2"), "2", 1, 0),
            (Some("1"), "3", Some("1"), "3", 0, 0),
            (Some("1"), "3", Some("2"), "3", 0, 1),
            (Some("1"), "2", Some("2"), "2", 0, 0),
            (Some("1"), "1", Some(""), "", 1, 0),
            (Some("1"), "1", None, "1", 0, 0),
            (None, "1", Some("2"), "1", 0, 1),
            (None, "", Some("2"), "2", 1, 0),
        ] {
            let base =
                last.map(|last| ImportBase::of(&customer(last), &phone(Some(last))).unwrap());
            let described = customer(file.unwrap_or_default());
            let groups = phone(file);
            let update =
                merge_row(&customer(now), false, base.as_ref(), &described, &groups).unwrap();
            let case = format!("{last:?} {now} {file:?}");
            assert_eq!(update.record, customer(after), "{case}");
            assert_eq!(
                (update.updated.len(), update.kept.len()),
                (updated, kept),
                "{case}"
            );
            // The same file again changes nothing, and says again what was kept.
            let again = merge_row(
                &update.record,
                false,
                Some(&update.base),
                &described,
                &groups,
            )
            .unwrap();
            assert_eq!((again.updated.len(), again.kept.len()), (0, kept), "{case}");
        }
    }

    #[test]
    fn without_a_base_a_record_that_nobody_has_changed_follows_the_file() {
        let update = merge_row(
            &customer("1"),
            true,
            None,
            &customer("2"),
            &phone(Some("2")),
        )
        .unwrap();
        assert_eq!(update.record, customer("2"));
    }
}
