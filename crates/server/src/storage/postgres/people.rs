//! Rights, who changed what at the office, sign-in links, and what is known of people, in PostgreSQL.

use super::super::rows::{DeviceSeen, SessionSeen, SignInLink, Trail};
use super::super::{Account, Stored};
use super::auth::{account_at, account_columns};
use super::open_transaction::PgTx;
use super::values::{column, from_json, owned, plain, text, to_json, uint_at, uuid_at};
use afield_domain::{CompanyId, CompanyRights, DeviceId, Timestamp, UserId};
use sqlx::postgres::PgRow;
use sqlx::query;

impl PgTx {
    pub(super) async fn load_rights(&mut self, company: CompanyId) -> Stored<CompanyRights> {
        let asked = query("SELECT data::text FROM rights WHERE company = $1").bind(company.0);
        let read = |row: &PgRow| from_json(text(row, 0)?, "rights");
        let found = self.of(company).await?.first(asked, read).await?;
        Ok(found.unwrap_or_default())
    }

    pub(super) async fn upsert_rights(
        &mut self,
        company: CompanyId,
        rights: &CompanyRights,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO rights (company, data) VALUES ($1, $2::json) \
             ON CONFLICT (company) DO UPDATE SET data = excluded.data",
        );
        let asked = asked.bind(company.0).bind(to_json(rights, "rights")?);
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn update_all_rights(&mut self, now: Timestamp) -> Stored<()> {
        let asked = query(
            "INSERT INTO rights (company, data) \
             SELECT id, json_build_object('version', $1, 'technician', '[]'::json, 'dispatcher', '[]'::json, \
             'required', '[]'::json) FROM companies \
             ON CONFLICT (company) DO UPDATE SET data = jsonb_set(rights.data::jsonb, '{version}', \
             to_jsonb(greatest($1, 1 + (rights.data ->> 'version')::bigint)))::json",
        );
        let asked = asked.bind(now.0);
        self.of_all().await?.run(asked).await.map(drop)
    }

    pub(super) async fn load_trail(
        &mut self,
        company: CompanyId,
        about: &str,
        limit: u32,
    ) -> Stored<Vec<Trail>> {
        let asked = query(
            "SELECT at, by, data FROM office_trail WHERE company = $1 AND about = $2 \
             ORDER BY id DESC LIMIT $3",
        );
        let asked = asked.bind(company.0).bind(about).bind(i64::from(limit));
        let read = |row: &PgRow| {
            Ok(Trail {
                at: Timestamp(column(row, 0)?),
                by: owned(row, 1)?,
                data: owned(row, 2)?,
            })
        };
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn insert_trail(
        &mut self,
        company: CompanyId,
        about: &str,
        trail: &Trail,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO office_trail (company, about, at, by, data) VALUES ($1, $2, $3, $4, $5)",
        );
        let asked = asked
            .bind(company.0)
            .bind(about)
            .bind(trail.at.0)
            .bind(plain(&trail.by))
            .bind(&trail.data);
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn load_account_of(
        &mut self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<Option<Account>> {
        let asked = query(concat!(
            "SELECT ",
            account_columns!(),
            " FROM users WHERE company = $1 AND id = $2"
        ));
        let asked = asked.bind(company.0).bind(user.0);
        self.of(company).await?.first(asked, account_at).await
    }

    pub(super) async fn load_sessions_seen(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<SessionSeen>> {
        let asked = query(
            "SELECT \"user\", token_hash, label, created_at, last_seen, revoked_at, expires_at FROM sessions \
             WHERE company = $1 AND expires_at > $2 ORDER BY last_seen DESC",
        );
        let asked = asked.bind(company.0).bind(now.0);
        let read = |row: &PgRow| {
            Ok(SessionSeen {
                user: UserId(uuid_at(row, 0)?),
                token_hash: owned(row, 1)?,
                label: owned(row, 2)?,
                created: Timestamp(column(row, 3)?),
                last_seen: Timestamp(column(row, 4)?),
                revoked_at: column::<Option<i64>>(row, 5)?.map(Timestamp),
                expires: Timestamp(column(row, 6)?),
            })
        };
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_devices_seen(
        &mut self,
        company: CompanyId,
    ) -> Stored<Vec<DeviceSeen>> {
        let asked = query(
            "SELECT d.\"user\", d.device, d.last_seen, coalesce(r.unsent, 0), coalesce(r.files, 0) \
             FROM devices d LEFT JOIN device_reports r \
             ON r.company = d.company AND r.\"user\" = d.\"user\" AND r.device = d.device \
             WHERE d.company = $1 ORDER BY d.last_seen DESC",
        );
        let read = |row: &PgRow| {
            Ok(DeviceSeen {
                user: UserId(uuid_at(row, 0)?),
                device: DeviceId(uuid_at(row, 1)?),
                last_seen: Timestamp(column(row, 2)?),
                unsent: uint_at(row, 3)?,
                files: uint_at(row, 4)?,
            })
        };
        let open = self.of(company).await?;
        open.all(asked.bind(company.0), read).await
    }

    pub(super) async fn load_links_of(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<Vec<(UserId, Timestamp)>> {
        let sql = "SELECT \"user\", expires_at FROM sign_in_links \
                   WHERE company = $1 AND expires_at > $2";
        let asked = query(sql).bind(company.0).bind(now.0);
        let read = |row: &PgRow| Ok((UserId(uuid_at(row, 0)?), Timestamp(column(row, 1)?)));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_link(&mut self, token_hash: &str) -> Stored<Option<SignInLink>> {
        let find = "SELECT company FROM sign_in_links WHERE token_hash = $1";
        let open = self.of_found(find, token_hash).await?;
        let asked = query(
            "SELECT token_hash, company, \"user\", expires_at FROM sign_in_links WHERE token_hash = $1",
        );
        let read = |row: &PgRow| {
            Ok(SignInLink {
                token_hash: owned(row, 0)?,
                company: CompanyId(uuid_at(row, 1)?),
                user: UserId(uuid_at(row, 2)?),
                expires: Timestamp(column(row, 3)?),
            })
        };
        open.first(asked.bind(token_hash), read).await
    }

    pub(super) async fn insert_link(&mut self, link: &SignInLink) -> Stored<()> {
        let asked = query(
            "INSERT INTO sign_in_links (token_hash, company, \"user\", expires_at) VALUES ($1, $2, $3, $4)",
        );
        let asked = asked
            .bind(&link.token_hash)
            .bind(link.company.0)
            .bind(link.user.0)
            .bind(link.expires.0);
        self.of(link.company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn delete_links_of(&mut self, company: CompanyId, user: UserId) -> Stored<()> {
        let sql = "DELETE FROM sign_in_links WHERE company = $1 AND \"user\" = $2";
        let asked = query(sql).bind(company.0).bind(user.0);
        self.of(company).await?.run(asked).await.map(drop)
    }
}
