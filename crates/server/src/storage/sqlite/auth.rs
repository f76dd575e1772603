//! Companies, users and sessions in SQLite.

use super::super::{Account, CompanyRow, NewSession, SessionRow, Stored};
use super::values::{CompanyColumns, UserColumns, int, readable, role, role_name, user, uuid};
use super::{SqliteTx, backend};
use afield_domain::{CompanyId, Role, Timestamp, User, UserId};
use std::collections::HashSet;

macro_rules! company_columns {
    () => {
        "c.id AS company_id, c.slug, c.name AS company_name, c.zone, c.contact_email, \
         c.expiry_hours, c.change_seq, c.cursor_floor"
    };
}

#[derive(sqlx::FromRow)]
struct SessionColumns {
    id: String,
    name: String,
    role: String,
    created_at: i64,
    last_seen: i64,
    expires_at: i64,
    #[sqlx(flatten)]
    company: CompanyColumns,
}

#[derive(sqlx::FromRow)]
struct AccountColumns {
    company: String,
    id: String,
    name: String,
    role: String,
    email: String,
    password: String,
    active: bool,
}

impl AccountColumns {
    fn account(&self) -> Stored<Account> {
        Ok(Account {
            company: CompanyId(uuid(&self.company)?),
            user: user((self.id.clone(), self.name.clone(), self.role.clone()))?,
            email: self.email.clone(),
            password: self.password.clone(),
            active: self.active,
        })
    }
}

impl SqliteTx {
    pub(super) async fn load_company(&mut self, company: CompanyId) -> Stored<Option<CompanyRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.id = ?1"
        );
        let row: Option<CompanyColumns> = sqlx::query_as(SQL)
            .bind(company.to_string())
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(backend)?;
        row.map(CompanyColumns::row).transpose()
    }

    pub(super) async fn load_company_by_slug(&mut self, slug: &str) -> Stored<Option<CompanyRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            company_columns!(),
            " FROM companies c WHERE c.slug = ?1"
        );
        let row: Option<CompanyColumns> = sqlx::query_as(SQL)
            .bind(slug)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(backend)?;
        row.map(CompanyColumns::row).transpose()
    }

    pub(super) async fn load_user(
        &mut self,
        company: CompanyId,
        id: UserId,
    ) -> Stored<Option<User>> {
        let row: Option<UserColumns> = sqlx::query_as(
            "SELECT id, name, role FROM users WHERE company = ?1 AND id = ?2 AND active = 1",
        )
        .bind(company.to_string())
        .bind(id.to_string())
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(backend)?;
        row.map(user).transpose()
    }

    pub(super) async fn load_users(&mut self, company: CompanyId) -> Stored<Vec<(User, String)>> {
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(
            "SELECT id, name, role, email FROM users WHERE company = ?1 AND active = 1 ORDER BY name, id",
        )
        .bind(company.to_string())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(readable(
            &rows,
            |(id, name, role, email)| {
                let user = user((id.clone(), name.clone(), role.clone()))?;
                Ok((user, email.clone()))
            },
            |(id, ..)| format!("user {id}"),
        ))
    }

    pub(super) async fn load_account(&mut self, email: &str) -> Stored<Option<Account>> {
        let row: Option<AccountColumns> = sqlx::query_as(
            "SELECT company, id, name, role, email, password, active FROM users WHERE email = ?1",
        )
        .bind(email)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(backend)?;
        row.map(|row| row.account()).transpose()
    }

    pub(super) async fn load_accounts(&mut self, company: CompanyId) -> Stored<Vec<Account>> {
        let rows: Vec<AccountColumns> = sqlx::query_as(
            "SELECT company, id, name, role, email, password, active FROM users \
             WHERE company = ?1 ORDER BY email",
        )
        .bind(company.to_string())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(readable(&rows, AccountColumns::account, |row| {
            format!("user {}", row.id)
        }))
    }

    pub(super) async fn load_session(&mut self, token_hash: &str) -> Stored<Option<SessionRow>> {
        const SQL: &str = concat!(
            "SELECT u.id, u.name, u.role, s.created_at, s.last_seen, s.expires_at, ",
            company_columns!(),
            " FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.user AND u.active = 1 \
             JOIN companies c ON c.id = s.company WHERE s.token_hash = ?1"
        );
        let row: Option<SessionColumns> = sqlx::query_as(SQL)
            .bind(token_hash)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(backend)?;
        row.map(|row| {
            Ok(SessionRow {
                user: user((row.id, row.name, row.role))?,
                company: row.company.row()?,
                created: Timestamp(row.created_at),
                last_seen: Timestamp(row.last_seen),
                expires: Timestamp(row.expires_at),
            })
        })
        .transpose()
    }

    pub(super) async fn load_office_sessions(
        &mut self,
        company: CompanyId,
        now: Timestamp,
    ) -> Stored<HashSet<String>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT s.token_hash, u.role FROM sessions s \
             JOIN users u ON u.company = s.company AND u.id = s.user AND u.active = 1 \
             WHERE s.company = ?1 AND s.expires_at > ?2",
        )
        .bind(company.to_string())
        .bind(now.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        let of_office =
            |(hash, name): (String, String)| role(&name).is_ok_and(Role::is_office).then_some(hash);
        Ok(rows.into_iter().filter_map(of_office).collect())
    }

    pub(super) async fn insert_company(&mut self, company: &CompanyRow) -> Stored<()> {
        sqlx::query(
            "INSERT INTO companies (id, slug, name, zone, contact_email, expiry_hours) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(company.id.to_string())
        .bind(&company.slug)
        .bind(&company.name)
        .bind(&company.zone)
        .bind(&company.contact_email)
        .bind(i64::from(company.expiry_hours))
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn insert_user(&mut self, account: &Account) -> Stored<()> {
        sqlx::query(
            "INSERT INTO users (company, id, email, name, role, password, active) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(account.company.to_string())
        .bind(account.user.id.to_string())
        .bind(&account.email)
        .bind(&account.user.name)
        .bind(role_name(account.user.role))
        .bind(&account.password)
        .bind(account.active)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn update_user(&mut self, account: &Account) -> Stored<()> {
        sqlx::query(
            "UPDATE users SET name = ?3, role = ?4, password = ?5, active = ?6 WHERE company = ?1 AND id = ?2",
        )
        .bind(account.company.to_string())
        .bind(account.user.id.to_string())
        .bind(&account.user.name)
        .bind(role_name(account.user.role))
        .bind(&account.password)
        .bind(account.active)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn delete_sessions_of(
        &mut self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<()> {
        sqlx::query("DELETE FROM sessions WHERE company = ?1 AND user = ?2")
            .bind(company.to_string())
            .bind(user.to_string())
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn insert_session(&mut self, session: &NewSession) -> Stored<()> {
        sqlx::query(
            "INSERT INTO sessions (token_hash, company, user, label, created_at, last_seen, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
        )
        .bind(&session.token_hash)
        .bind(session.company.to_string())
        .bind(session.user.to_string())
        .bind(&session.label)
        .bind(session.created.0)
        .bind(session.expires.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn move_session(
        &mut self,
        token_hash: &str,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Stored<()> {
        sqlx::query("UPDATE sessions SET last_seen = ?2, expires_at = ?3 WHERE token_hash = ?1")
            .bind(token_hash)
            .bind(seen.0)
            .bind(expires.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn delete_session(&mut self, token_hash: &str) -> Stored<()> {
        sqlx::query("DELETE FROM sessions WHERE token_hash = ?1")
            .bind(token_hash)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn take_number(&mut self, company: CompanyId) -> Stored<u64> {
        let next: i64 = sqlx::query_scalar(
            "UPDATE companies SET next_job_number = next_job_number + 1 WHERE id = ?1 \
             RETURNING next_job_number - 1",
        )
        .bind(company.to_string())
        .fetch_one(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(super::values::uint(next))
    }

    pub(super) async fn take_seq(&mut self, company: CompanyId) -> Stored<u64> {
        let next: i64 = sqlx::query_scalar(
            "UPDATE companies SET change_seq = change_seq + 1 WHERE id = ?1 RETURNING change_seq",
        )
        .bind(company.to_string())
        .fetch_one(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(super::values::uint(next))
    }

    pub(super) async fn raise_floor(&mut self, company: &str, floor: u64) -> Stored<()> {
        sqlx::query("UPDATE companies SET cursor_floor = max(cursor_floor, ?2) WHERE id = ?1")
            .bind(company)
            .bind(int(floor))
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }
}
