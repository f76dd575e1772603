//! Who has changed which setting of a company, in SQLite. Nothing here is ever forgotten.

use super::super::Stored;
use super::SqliteTx;
use super::values::{column, int, maybe_text, text, uint_at, uuid};
use afield_domain::company::Setting;
use afield_domain::{CompanyId, Timestamp, UserId};
use afield_protocol::SettingChange;
use rusqlite::Row;

fn change(row: &Row<'_>) -> Stored<SettingChange> {
    Ok(SettingChange {
        seq: uint_at(row, 0)?,
        at: Timestamp(column(row, 1)?),
        by: maybe_text(row, 2)?.map(uuid).transpose()?.map(UserId),
        by_name: text(row, 3)?.to_owned(),
        setting: Setting::from_name(text(row, 4)?),
        from: text(row, 5)?.to_owned(),
        to: text(row, 6)?.to_owned(),
    })
}

impl SqliteTx {
    pub(super) fn load_setting_changes(
        &self,
        company: CompanyId,
        before: u64,
        limit: u32,
    ) -> Stored<Vec<SettingChange>> {
        self.tx.readable(
            "SELECT seq, at, by_user, by_name, setting, was, became FROM setting_changes \
             WHERE company = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
            (company.to_string(), int(before), limit),
            change,
            |row| Ok(format!("setting change {}", uint_at(row, 0)?)),
        )
    }

    pub(super) fn insert_setting_change(
        &self,
        company: CompanyId,
        change: &SettingChange,
    ) -> Stored<()> {
        self.tx.run(
            "INSERT INTO setting_changes (company, seq, at, by_user, by_name, setting, was, became) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                company.to_string(),
                int(change.seq),
                change.at.0,
                change.by.map(|by| by.to_string()),
                &change.by_name,
                change.setting.name(),
                &change.from,
                &change.to,
            ),
        )?;
        Ok(())
    }
}
