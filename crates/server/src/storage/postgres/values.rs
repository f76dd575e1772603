//! How ids, keys and numbers stand in PostgreSQL.
//!
//! Owns the conversions. Must never run a query.

use super::super::{CompanyRow, Head, Stored};
use super::backend;
use crate::error::StorageError;
use afield_domain::company::CompanySettings;
use afield_domain::{CompanyId, Module, RecordKey, User, UserId};
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row as _, Type};
use std::borrow::Cow;
use uuid::Uuid;

pub(super) use super::super::stored_as::{
    from_json, int, key_list, keys_from_list, lane_from, lane_text, mode, plain_json, role,
    role_name, status_name, to_json, uint,
};

/// A column's value.
pub(super) fn column<'r, T: Decode<'r, Postgres> + Type<Postgres>>(
    row: &'r PgRow,
    at: usize,
) -> Stored<T> {
    row.try_get(at).map_err(backend)
}

/// A column's text.
pub(super) fn text(row: &PgRow, at: usize) -> Stored<&str> {
    column(row, at)
}

/// A column's text, as one's own.
pub(super) fn owned(row: &PgRow, at: usize) -> Stored<String> {
    column(row, at)
}

/// A column's id.
pub(super) fn uuid_at(row: &PgRow, at: usize) -> Stored<Uuid> {
    column(row, at)
}

/// A column's number, which is never negative.
pub(super) fn uint_at(row: &PgRow, at: usize) -> Stored<u64> {
    column(row, at).map(uint)
}

/// The key in a column of modules and the next of ids.
pub(super) fn key_at(row: &PgRow, at: usize) -> Stored<RecordKey> {
    let module = Module::from_name(text(row, at)?).ok_or(StorageError::Damaged("module"))?;
    Ok(RecordKey::new(module, uuid_at(row, at + 1)?))
}

/// The modules and the ids of keys, as statements ask for many at once.
pub(super) fn columns_of(keys: &[RecordKey]) -> (Vec<&'static str>, Vec<Uuid>) {
    keys.iter().map(|key| (key.module.name(), key.id)).unzip()
}

/// What somebody wrote, without the one letter that PostgreSQL's texts do not know.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// The user in the columns `id, name, role` from `at` on.
pub(super) fn user_at(row: &PgRow, at: usize) -> Stored<User> {
    Ok(User {
        id: UserId(uuid_at(row, at)?),
        name: owned(row, at + 1)?,
        role: role(text(row, at + 2)?)?,
    })
}

/// The head in the columns `module, id, change_seq, scope_seq, deleted` from `at` on.
pub(super) fn head_at(row: &PgRow, at: usize) -> Stored<Head> {
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
pub(super) fn company_at(row: &PgRow, at: usize) -> Stored<CompanyRow> {
    Ok(CompanyRow {
        id: CompanyId(uuid_at(row, at)?),
        slug: owned(row, at + 1)?,
        name: owned(row, at + 2)?,
        zone: owned(row, at + 3)?,
        change_seq: uint_at(row, at + 6)?,
        cursor_floor: uint_at(row, at + 7)?,
        settings: settings_at(row, at)?,
        settings_version: uint_at(row, at + 15)?,
    })
}

/// The settings of the company in the columns of [`company_at`].
fn settings_at(row: &PgRow, at: usize) -> Stored<CompanySettings> {
    let usual = CompanySettings::default();
    let number = |place, usual| {
        let number = column::<i64>(row, at + place)?;
        Ok::<_, StorageError>(u32::try_from(number).unwrap_or(usual))
    };
    Ok(CompanySettings {
        contact_email: owned(row, at + 4)?,
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
