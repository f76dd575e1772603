//! How ids, keys and numbers stand in SQLite.
//!
//! Owns the conversions. Must never run a query.

use super::super::{CompanyRow, Head, Stored};
use crate::error::StorageError;
use afield_domain::{CompanyId, JobStatus, Module, RecordKey, Role, User, UserId};
use uuid::Uuid;

/// SQLite's integers are signed; ours never come near the end.
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

/// The keys as a JSON array of pairs, for `json_each`.
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

/// `id, name, role`.
pub(super) type UserColumns = (String, String, String);

pub(super) fn user((id, name, role_text): UserColumns) -> Stored<User> {
    Ok(User {
        id: UserId(uuid(&id)?),
        name,
        role: role(&role_text)?,
    })
}

/// The columns of a head, in this order.
pub(super) type HeadColumns = (String, String, i64, i64, bool);

pub(super) fn head((module, id, change_seq, scope_seq, deleted): &HeadColumns) -> Stored<Head> {
    Ok(Head {
        key: key(module, id)?,
        change_seq: uint(*change_seq),
        scope_seq: uint(*scope_seq),
        deleted: *deleted,
    })
}

#[derive(sqlx::FromRow)]
pub(super) struct CompanyColumns {
    pub(super) company_id: String,
    slug: String,
    company_name: String,
    zone: String,
    contact_email: String,
    expiry_hours: i64,
    change_seq: i64,
    cursor_floor: i64,
}

impl CompanyColumns {
    pub(super) fn row(self) -> Stored<CompanyRow> {
        Ok(CompanyRow {
            id: CompanyId(uuid(&self.company_id)?),
            slug: self.slug,
            name: self.company_name,
            zone: self.zone,
            contact_email: self.contact_email,
            expiry_hours: u32::try_from(self.expiry_hours).unwrap_or(24),
            change_seq: uint(self.change_seq),
            cursor_floor: uint(self.cursor_floor),
        })
    }
}
