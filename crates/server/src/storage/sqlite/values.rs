//! How ids, keys and numbers stand in SQLite.
//!
//! Owns the conversions. Must never run a query.

use super::super::{CompanyRow, Head, Stored};
use super::backend;
use crate::error::StorageError;
use afield_domain::company::CompanySettings;
use afield_domain::{CompanyId, RecordKey, User, UserId};
use rusqlite::Row;
use rusqlite::types::FromSql;
use uuid::Uuid;

pub(super) use super::super::stored_as::{
    int, key, key_list, keys_from_list, lane_from, lane_text, mode, role, role_name, status_name,
    uint, uuid,
};

/// A column's value.
pub(super) fn column<T: FromSql>(row: &Row<'_>, at: usize) -> Stored<T> {
    row.get(at).map_err(backend)
}

/// A column's text.
pub(super) fn text<'r>(row: &'r Row<'_>, at: usize) -> Stored<&'r str> {
    let value = row.get_ref(at).map_err(backend)?;
    value.as_str().map_err(|_| StorageError::Damaged("text"))
}

/// A column's text, if it is not null.
pub(super) fn maybe_text<'r>(row: &'r Row<'_>, at: usize) -> Stored<Option<&'r str>> {
    let value = row.get_ref(at).map_err(backend)?;
    value
        .as_str_or_null()
        .map_err(|_| StorageError::Damaged("text"))
}

/// A column's id.
pub(super) fn uuid_at(row: &Row<'_>, at: usize) -> Stored<Uuid> {
    uuid(text(row, at)?)
}

/// The key in a column of modules and the next of ids.
pub(super) fn key_at(row: &Row<'_>, at: usize) -> Stored<RecordKey> {
    key(text(row, at)?, text(row, at + 1)?)
}

/// A column's number, which is never negative.
pub(super) fn uint_at(row: &Row<'_>, at: usize) -> Stored<u64> {
    column(row, at).map(uint)
}

/// Company, module and id of each key, as statements ask for them: in the order of the index, so that many that lie
/// side by side are read side by side.
pub(super) fn texts_of(
    company: CompanyId,
    keys: &[RecordKey],
) -> impl Iterator<Item = (String, &'static str, String)> + use<> {
    let company = company.to_string();
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    let parts = |key: RecordKey| (key.module.name(), key.id.to_string());
    keys.into_iter()
        .map(parts)
        .map(move |(module, id)| (company.clone(), module, id))
}

/// The user in the columns `id, name, role` from `at` on.
pub(super) fn user_at(row: &Row<'_>, at: usize) -> Stored<User> {
    Ok(User {
        id: UserId(uuid_at(row, at)?),
        name: text(row, at + 1)?.to_owned(),
        role: role(text(row, at + 2)?)?,
    })
}

/// The head in the columns `module, id, change_seq, scope_seq, deleted` from `at` on.
pub(super) fn head_at(row: &Row<'_>, at: usize) -> Stored<Head> {
    Ok(Head {
        key: key_at(row, at)?,
        change_seq: uint_at(row, at + 2)?,
        scope_seq: uint_at(row, at + 3)?,
        deleted: column(row, at + 4)?,
    })
}

/// The company in the columns `id, slug, name, zone, contact_email, expiry_hours, change_seq, cursor_floor,
/// refuses_open_questions, keeps_photo_details, mode, offers_offline, window_days, photo_edge, files_budget_mb,
/// settings_version, keep_activity_days, keep_files_days` from `at` on.
pub(super) fn company_at(row: &Row<'_>, at: usize) -> Stored<CompanyRow> {
    Ok(CompanyRow {
        id: CompanyId(uuid_at(row, at)?),
        slug: text(row, at + 1)?.to_owned(),
        name: text(row, at + 2)?.to_owned(),
        zone: text(row, at + 3)?.to_owned(),
        change_seq: uint_at(row, at + 6)?,
        cursor_floor: uint_at(row, at + 7)?,
        settings: settings_at(row, at)?,
        settings_version: uint_at(row, at + 15)?,
    })
}

/// The settings of the company in the columns of [`company_at`].
fn settings_at(row: &Row<'_>, at: usize) -> Stored<CompanySettings> {
    let usual = CompanySettings::default();
    let number = |place, usual| {
        let number = column::<i64>(row, at + place)?;
        Ok::<_, StorageError>(u32::try_from(number).unwrap_or(usual))
    };
    Ok(CompanySettings {
        contact_email: text(row, at + 4)?.to_owned(),
        expiry_hours: number(5, usual.expiry_hours)?,
        refuses_open_questions: column(row, at + 8)?,
        keeps_photo_details: column(row, at + 9)?,
        mode: mode(text(row, at + 10)?),
        offers_offline: column(row, at + 11)?,
        window_days: number(12, usual.window_days)?,
        photo_edge: number(13, usual.photo_edge)?,
        files_budget_mb: number(14, usual.files_budget_mb)?,
        // What is no number of days loses nothing.
        keep_activity_days: Some(number(16, 0)?),
        keep_files_days: Some(number(17, 0)?),
    })
}
