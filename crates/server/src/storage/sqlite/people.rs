//! Rights, who changed what at the office, sign-in links, and what is known of people, in SQLite.

use super::super::rows::{DeviceSeen, SessionSeen, SignInLink, Trail};
use super::super::{Account, Stored};
use super::SqliteTx;
use super::auth::{account_at, account_columns};
use super::values::{column, text, uuid_at};
use crate::error::StorageError;
use afield_domain::{CompanyId, CompanyRights, DeviceId, Timestamp, UserId};

impl SqliteTx {
    pub(super) fn load_rights(&self, company: CompanyId) -> Stored<CompanyRights> {
        let sql = "SELECT data FROM rights WHERE company = ?1";
        let found = self.tx.first(sql, [company.to_string()], |row| {
            serde_json::from_str(text(row, 0)?).map_err(|_| StorageError::Damaged("rights"))
        })?;
        Ok(found.unwrap_or_default())
    }

    pub(super) fn upsert_rights(&self, company: CompanyId, rights: &CompanyRights) -> Stored<()> {
        let data = serde_json::to_string(rights).map_err(|_| StorageError::Damaged("rights"))?;
        self.tx.run(
            "INSERT OR REPLACE INTO rights (company, data) VALUES (?1, ?2)",
            (company.to_string(), data),
        )?;
        Ok(())
    }

    pub(super) fn update_all_rights(&self, now: Timestamp) -> Stored<()> {
        self.tx.run(
            "INSERT INTO rights (company, data) \
             SELECT id, json_object('version', ?1, 'technician', json('[]'), 'dispatcher', json('[]'), \
             'required', json('[]')) FROM companies WHERE true \
             ON CONFLICT (company) DO UPDATE SET \
             data = json_set(data, '$.version', max(?1, 1 + json_extract(data, '$.version')))",
            [now.0],
        )?;
        Ok(())
    }

    pub(super) fn load_trail(
        &self,
        company: CompanyId,
        about: &str,
        limit: u32,
    ) -> Stored<Vec<Trail>> {
        self.tx.readable(
            "SELECT at, by, data FROM office_trail WHERE company = ?1 AND about = ?2 \
             ORDER BY id DESC LIMIT ?3",
            (company.to_string(), about, limit),
            |row| {
                Ok(Trail {
                    at: Timestamp(column(row, 0)?),
                    by: text(row, 1)?.to_owned(),
                    data: text(row, 2)?.to_owned(),
                })
            },
            |_| Ok("trail of the office".to_owned()),
        )
    }

    pub(super) fn insert_trail(
        &self,
        company: CompanyId,
        about: &str,
        trail: &Trail,
    ) -> Stored<()> {
        self.tx.run(
            "INSERT INTO office_trail (company, about, at, by, data) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                company.to_string(),
                about,
                trail.at.0,
                &trail.by,
                &trail.data,
            ),
        )?;
        Ok(())
    }

    pub(super) fn load_account_of(
        &self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<Option<Account>> {
        self.tx.first(
            concat!(
                "SELECT ",
                account_columns!(),
                " FROM users \
             WHERE company = ?1 AND id = ?2"
            ),
            [company.to_string(), user.to_string()],
            account_at,
        )
    }

    pub(super) fn load_sessions_seen(
        &self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<SessionSeen>> {
        self.tx.readable(
            "SELECT user, token_hash, label, created_at, last_seen, revoked_at, expires_at FROM sessions \
             WHERE company = ?1 AND expires_at > ?2 ORDER BY last_seen DESC",
            (company.to_string(), now.0),
            |row| {
                Ok(SessionSeen {
                    user: UserId(uuid_at(row, 0)?),
                    token_hash: text(row, 1)?.to_owned(),
                    label: text(row, 2)?.to_owned(),
                    created: Timestamp(column(row, 3)?),
                    last_seen: Timestamp(column(row, 4)?),
                    revoked_at: column::<Option<i64>>(row, 5)?.map(Timestamp),
                    expires: Timestamp(column(row, 6)?),
                })
            },
            |row| Ok(format!("session of user {}", text(row, 0)?)),
        )
    }

    pub(super) fn load_devices_seen(&self, company: CompanyId) -> Stored<Vec<DeviceSeen>> {
        self.tx.readable(
            "SELECT d.user, d.device, d.last_seen, coalesce(r.unsent, 0), coalesce(r.files, 0) \
             FROM devices d LEFT JOIN device_reports r \
             ON r.company = d.company AND r.user = d.user AND r.device = d.device \
             WHERE d.company = ?1 ORDER BY d.last_seen DESC",
            [company.to_string()],
            |row| {
                Ok(DeviceSeen {
                    user: UserId(uuid_at(row, 0)?),
                    device: DeviceId(uuid_at(row, 1)?),
                    last_seen: Timestamp(column(row, 2)?),
                    unsent: super::values::uint_at(row, 3)?,
                    files: super::values::uint_at(row, 4)?,
                })
            },
            |row| Ok(format!("device of user {}", text(row, 0)?)),
        )
    }

    pub(super) fn load_links_of(
        &self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<(UserId, Timestamp)>> {
        self.tx.readable(
            "SELECT user, expires_at FROM sign_in_links WHERE company = ?1 AND expires_at > ?2",
            (company.to_string(), now.0),
            |row| Ok((UserId(uuid_at(row, 0)?), Timestamp(column(row, 1)?))),
            |row| Ok(format!("sign-in link of user {}", text(row, 0)?)),
        )
    }

    pub(super) fn load_link(&self, token_hash: &str) -> Stored<Option<SignInLink>> {
        self.tx.first(
            "SELECT token_hash, company, user, expires_at FROM sign_in_links WHERE token_hash = ?1",
            [token_hash],
            |row| {
                Ok(SignInLink {
                    token_hash: text(row, 0)?.to_owned(),
                    company: CompanyId(uuid_at(row, 1)?),
                    user: UserId(uuid_at(row, 2)?),
                    expires: Timestamp(column(row, 3)?),
                })
            },
        )
    }

    pub(super) fn upsert_link(&self, link: &SignInLink) -> Stored<()> {
        self.tx.run(
            "INSERT OR REPLACE INTO sign_in_links (token_hash, company, user, expires_at) \
             VALUES (?1, ?2, ?3, ?4)",
            (
                &link.token_hash,
                link.company.to_string(),
                link.user.to_string(),
                link.expires.0,
            ),
        )?;
        Ok(())
    }

    pub(super) fn delete_links_of(&self, company: CompanyId, user: UserId) -> Stored<()> {
        self.tx.run(
            "DELETE FROM sign_in_links WHERE company = ?1 AND user = ?2",
            [company.to_string(), user.to_string()],
        )?;
        Ok(())
    }
}
