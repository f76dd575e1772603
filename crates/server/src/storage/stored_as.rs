//! How ids, keys, numbers and names stand in a database, whichever it is.
//!
//! Owns the conversions that no database changes. Must never run a query.

use super::Stored;
use crate::error::StorageError;
use afield_domain::{JobStatus, Module, OperationMode, RecordKey, Role};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Integers of databases are signed; ours never come near the end.
pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn uint(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

pub(super) fn uuid(text: &str) -> Stored<Uuid> {
    text.parse().map_err(|_| StorageError::Damaged("id"))
}

pub(super) fn key(module: &str, id: &str) -> Stored<RecordKey> {
    let module = Module::from_name(module).ok_or(StorageError::Damaged("module"))?;
    Ok(RecordKey::new(module, uuid(id)?))
}

/// Those of `rows` that this build can read. The others, damaged or of a newer build, are left out, or
/// they would keep everybody from the rest; the log names them by `name`, which holds ids only.
pub(super) fn readable<R, T>(
    rows: &[R],
    read: impl Fn(&R) -> Stored<T>,
    name: impl Fn(&R) -> String,
) -> Vec<T> {
    rows.iter()
        .filter_map(|row| match read(row) {
            Ok(value) => Some(value),
            Err(error) => {
                tracing::error!(%error, row = name(row), "a row was left out");
                None
            }
        })
        .collect()
}

/// The keys as a JSON array of pairs.
pub(super) fn key_list(keys: &[RecordKey]) -> String {
    let pairs: Vec<(&str, Uuid)> = keys.iter().map(|key| (key.module.name(), key.id)).collect();
    serde_json::to_string(&pairs).unwrap_or_else(|_| "[]".into())
}

pub(super) fn keys_from_list(text: &str) -> Stored<Vec<RecordKey>> {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(text).map_err(|_| StorageError::Damaged("links"))?;
    Ok(readable(
        &pairs,
        |(module, id)| key(module, id),
        |(module, id)| format!("{module} {id}"),
    ))
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Technician => "technician",
        Role::Dispatcher => "dispatcher",
        Role::Admin => "admin",
    }
}

pub(super) fn role(name: &str) -> Stored<Role> {
    [Role::Technician, Role::Dispatcher, Role::Admin]
        .into_iter()
        .find(|role| role_name(*role) == name)
        .ok_or(StorageError::Damaged("role"))
}

/// What the values of a claim mean, as JSON.
pub(super) fn write_roles(roles: &BTreeMap<String, Role>) -> Stored<String> {
    let names: BTreeMap<&str, &str> = roles
        .iter()
        .map(|(value, role)| (value.as_str(), role_name(*role)))
        .collect();
    to_json(&names, "roles")
}

pub(super) fn read_roles(text: &str) -> Stored<BTreeMap<String, Role>> {
    let names: BTreeMap<String, String> = from_json(text, "roles")?;
    names
        .into_iter()
        .map(|(value, name)| Ok((value, role(&name)?)))
        .collect()
}

pub(super) fn status_name(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Scheduled => "scheduled",
        JobStatus::EnRoute => "en_route",
        JobStatus::Started => "started",
        JobStatus::Paused => "paused",
        JobStatus::Finished => "finished",
        JobStatus::Cancelled => "cancelled",
    }
}

/// The mode of that name; one of a newer build is *offline*, as phones read it.
pub(super) fn mode(name: &str) -> OperationMode {
    [OperationMode::Offline, OperationMode::Online]
        .into_iter()
        .find(|mode| mode.name() == name)
        .unwrap_or_default()
}

/// A lane, as it is compared.
pub(super) fn lane_text(lane: RecordKey) -> String {
    format!("{}/{}", lane.module.name(), lane.id)
}

/// The lane of that text; none where it reads as none.
pub(super) fn lane_from(text: &str) -> Option<RecordKey> {
    let (module, id) = text.split_once('/')?;
    key(module, id).ok()
}

/// What stands as JSON; `what` names it where it does not read.
pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Stored<T> {
    serde_json::from_str(text).map_err(|_| StorageError::Damaged(what))
}

/// A value as the JSON that is stored of it.
pub(super) fn to_json(value: &impl Serialize, what: &'static str) -> Stored<String> {
    serde_json::to_string(value).map_err(|_| StorageError::Damaged(what))
}

/// JSON without the letter NUL in its texts: PostgreSQL keeps it as it is written, and then fails each statement and each
/// index that looks into the value.
pub(super) fn plain_json(text: &str) -> Cow<'_, str> {
    const NUL: &str = "\\u0000";
    if !text.contains(NUL) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = escape.strip_prefix(NUL) {
            rest = after;
            continue;
        }
        // A backslash and what it is for: a second one begins nothing.
        let end = escape
            .char_indices()
            .nth(2)
            .map_or(escape.len(), |(at, _)| at);
        let (kept, after) = escape.split_at(end);
        plain.push_str(kept);
        rest = after;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::plain_json;

    #[test]
    fn json_loses_the_one_letter_and_nothing_else() {
        for text in [
            "",
            "a",
            "\0",
            "\0\0",
            "a\0b",
            "\\u0000",
            "\\\0",
            "\\\\u0000\0",
            "\u{1}\0\"",
            "ä\0ö\\",
        ] {
            let json = serde_json::json!({ "text": text, "n": 1 });
            let read: serde_json::Value =
                serde_json::from_str(&plain_json(&json.to_string())).expect("it is JSON");
            let want = serde_json::json!({ "text": text.replace('\0', ""), "n": 1 });
            assert_eq!(read, want, "{text:?}");
        }
    }
}
