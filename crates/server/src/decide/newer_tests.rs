//! What a newer build wrote is not written over with less, wherever this build reads one word for another.

use crate::decide::records::{Fate, OFFICE, Write, plan_write};
use crate::error::StorageError;
use crate::storage::StoredRecord;
use afield_domain::{Record, Rev, Timestamp};
use afield_protocol::strange::files;
use afield_protocol::{Change, Envelope, PullResponse, Reply};
use serde_json::{Value, json};

/// Where this build reads another word than the one that is stored: the snapshot, the kind of record, and
/// the place in it.
const LOSSY: [(&str, &str, &str); 9] = [
    ("pull_work", "job", "/acceptance"),
    ("pull_work", "job", "/checklist/0/kind/kind"),
    ("pull_work", "form", "/questions/0/kind/kind"),
    ("pull_work", "form", "/questions/1/fails"),
    ("pull_work", "form", "/questions/2/when/test"),
    ("pull_work", "part", "/kind"),
    ("pull_work", "attachment", "/kind"),
    ("pull_response", "conflict", "/rule"),
    ("pull_response", "conflict", "/field"),
];

/// A record of a snapshot, as it is stored.
fn stored(snapshot: &str, module: &str) -> Option<StoredRecord> {
    let (_, json) = files("snapshots", "snap")
        .unwrap()
        .into_iter()
        .find(|(name, _)| name == snapshot)?;
    let page: Envelope<PullResponse> = serde_json::from_value(json).unwrap();
    let Reply::Ok(page) = page.reply else {
        return None;
    };
    let record = page.changes.into_iter().find_map(|change| match change {
        Change::Upsert(copy) => {
            let is_it = copy.record.key()?.module.name() == module;
            is_it.then_some(copy.record)
        }
        _ => None,
    })?;
    Some(StoredRecord {
        key: record.key()?,
        rev: Rev(1),
        scope_seq: 1,
        deleted: false,
        data: serde_json::to_string(&record).unwrap(),
        stamps: "[]".to_owned(),
        external_key: None,
        updated_at: Timestamp(0),
    })
}

/// Writes back what was read.
fn write_back(old: &StoredRecord) -> Result<(), StorageError> {
    let record: Record = old.record()?;
    let write = Write {
        old: Some(old),
        record: &record,
        fate: Fate::Present,
        external_key: None,
        by: OFFICE,
        made_at: Timestamp(5),
    };
    plan_write(&write, 2, Timestamp(5)).map(drop)
}

fn changed(old: &StoredRecord, pointer: &str, value: Value) -> StoredRecord {
    let mut json: Value = serde_json::from_str(&old.data).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    StoredRecord {
        data: json.to_string(),
        ..old.clone()
    }
}

#[test]
fn a_word_of_a_newer_build_is_never_replaced() {
    for (snapshot, module, pointer) in LOSSY {
        let old = stored(snapshot, module).unwrap_or_else(|| panic!("{snapshot}: no {module}"));
        assert!(write_back(&old).is_ok(), "{module}");
        for value in [json!("of_tomorrow"), json!({ "of_tomorrow": 1 })] {
            let newer = changed(&old, pointer, value);
            let written = write_back(&newer);
            assert!(
                matches!(written, Err(StorageError::Unreadable(key)) if key == old.key),
                "{module}{pointer}: {written:?}"
            );
        }
    }
}

#[test]
fn a_field_of_a_newer_build_is_never_dropped() {
    for (snapshot, module, _) in LOSSY {
        let old = stored(snapshot, module).unwrap_or_else(|| panic!("{snapshot}: no {module}"));
        let mut json: Value = serde_json::from_str(&old.data).unwrap();
        json["of_tomorrow"] = json!({ "crew": [1] });
        let newer = StoredRecord {
            data: json.to_string(),
            ..old
        };
        assert!(
            matches!(write_back(&newer), Err(StorageError::Unreadable(_))),
            "{module}"
        );
    }
}
