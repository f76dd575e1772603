//! Who has changed which setting of a company, in PostgreSQL. Nothing here is ever forgotten.

use super::super::Stored;
use super::open_transaction::PgTx;
use super::values::{column, int, owned, plain, text, uint_at};
use afield_domain::company::Setting;
use afield_domain::{CompanyId, Timestamp, UserId};
use afield_protocol::SettingChange;
use sqlx::postgres::PgRow;
use sqlx::query;
use uuid::Uuid;

fn change(row: &PgRow) -> Stored<SettingChange> {
    Ok(SettingChange {
        seq: uint_at(row, 0)?,
        at: Timestamp(column(row, 1)?),
        by: column::<Option<Uuid>>(row, 2)?.map(UserId),
        by_name: owned(row, 3)?,
        setting: Setting::from_name(text(row, 4)?),
        from: owned(row, 5)?,
        to: owned(row, 6)?,
    })
}

impl PgTx {
    pub(super) async fn load_setting_changes(
        &mut self,
        company: CompanyId,
        before: u64,
        limit: u32,
    ) -> Stored<Vec<SettingChange>> {
        let asked = query(
            "SELECT seq, at, by_user, by_name, setting, was, became FROM setting_changes \
             WHERE company = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3",
        );
        let asked = asked
            .bind(company.0)
            .bind(int(before))
            .bind(i64::from(limit));
        self.of(company).await?.all(asked, change).await
    }

    pub(super) async fn insert_setting_change(
        &mut self,
        company: CompanyId,
        change: &SettingChange,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO setting_changes (company, seq, at, by_user, by_name, setting, was, became) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let asked = asked
            .bind(company.0)
            .bind(int(change.seq))
            .bind(change.at.0)
            .bind(change.by.map(|by| by.0))
            .bind(plain(&change.by_name))
            .bind(change.setting.name())
            .bind(plain(&change.from))
            .bind(plain(&change.to));
        self.of(company).await?.run(asked).await.map(drop)
    }
}
