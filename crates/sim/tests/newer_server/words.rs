//! What a server of the next release says otherwise.
//!
//! Owns the rewriting of its text. Must never know of phones.

use afield_sync::testing::fixtures::job_id;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

pub(crate) const CAR: Uuid = Uuid::from_u128(0x51);
pub(crate) const VAN: Uuid = Uuid::from_u128(0x52);
pub(crate) const TASK: Uuid = Uuid::from_u128(0x61);
pub(crate) const CONFLICT: Uuid = Uuid::from_u128(0x71);

/// What a newer server says otherwise.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// These assets are records of a module more.
    vehicles: Vec<Uuid>,
    /// This field of this record has a value more.
    values: Vec<(Uuid, &'static str, &'static str)>,
    /// Every object has a field more.
    fields: bool,
}

impl Words {
    /// The records that the release before cannot read.
    pub(crate) fn unreadable(&self) -> BTreeSet<Uuid> {
        let values = self.values.iter().map(|(id, _, _)| *id);
        self.vehicles.iter().copied().chain(values).collect()
    }

    pub(crate) fn say(&self, value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(|value| self.say(value)),
            Value::Object(object) => {
                object.values_mut().for_each(|value| self.say(value));
                self.say_object(object);
            }
            _ => {}
        }
    }

    fn say_object(&self, object: &mut Map<String, Value>) {
        let id = object.get("id").and_then(Value::as_str);
        let id: Option<Uuid> = id.and_then(|id| id.parse().ok());
        if let (Some(id), Some(module)) = (id, object.get_mut("module"))
            && self.vehicles.contains(&id)
        {
            *module = json!("vehicle");
        }
        for (of, field, word) in &self.values {
            if let (true, Some(value)) = (id == Some(*of), object.get_mut(*field)) {
                *value = json!(word);
            }
        }
        if let Some(Value::Array(totals)) = object.get_mut("totals")
            && !self.vehicles.is_empty()
        {
            totals.insert(
                0,
                json!({ "module": "vehicle", "count": self.vehicles.len() }),
            );
        }
        if self.fields {
            object.insert("of_tomorrow".to_owned(), json!({ "crew": [{ "n": 1.5 }] }));
        }
    }
}

/// One kind of words more each, and all of them at once.
pub(crate) fn cases() -> Vec<(&'static str, Words)> {
    let value = |id, field, word| Words {
        values: vec![(id, field, word)],
        ..Words::default()
    };
    let mut cases = vec![
        (
            "a module",
            Words {
                vehicles: vec![CAR, VAN],
                ..Words::default()
            },
        ),
        ("a job's status", value(job_id(1).0, "status", "on_hold")),
        ("a priority", value(job_id(1).0, "priority", "yesterday")),
        ("a task's status", value(TASK, "status", "postponed")),
        ("a winner", value(CONFLICT, "winner", "nobody")),
        (
            "a field",
            Words {
                fields: true,
                ..Words::default()
            },
        ),
    ];
    let mut all = Words::default();
    for (_, words) in &cases {
        all.vehicles.extend(&words.vehicles);
        all.values.extend(&words.values);
        all.fields |= words.fields;
    }
    cases.push(("all of them", all));
    cases
}
