//! Companies' own sign-ins, in PostgreSQL.

use super::super::Stored;
use super::super::providers::{ProviderRow, ReadProviders, WriteProviders};
use super::open_transaction::PgTx;
use super::values::{column, owned, plain, text, uuid_at};
use crate::storage::stored_as::{read_roles, write_roles};
use afield_domain::{CompanyId, UserId};
use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::query;

#[async_trait]
impl ReadProviders for PgTx {
    async fn provider(&mut self, company: CompanyId) -> Stored<Option<ProviderRow>> {
        let asked = query(
            "SELECT issuer, client_id, client_secret, address, role_claim, roles, vouches FROM sign_in_providers \
             WHERE company = $1",
        );
        let read = |row: &PgRow| {
            Ok(ProviderRow {
                company,
                issuer: owned(row, 0)?,
                client_id: owned(row, 1)?,
                client_secret: owned(row, 2)?,
                address: owned(row, 3)?,
                role_claim: owned(row, 4)?,
                roles: read_roles(text(row, 5)?)?,
                vouches: column(row, 6)?,
            })
        };
        self.of(company)
            .await?
            .first(asked.bind(company.0), read)
            .await
    }

    async fn companies_with_provider(&mut self, limit: u32) -> Stored<Vec<CompanyId>> {
        let asked = query("SELECT company FROM sign_in_providers ORDER BY company LIMIT $1");
        let read = |row: &PgRow| Ok(CompanyId(uuid_at(row, 0)?));
        let open = self.past_the_wall().await?;
        open.all(asked.bind(i64::from(limit)), read).await
    }

    async fn user_of_subject(
        &mut self,
        company: CompanyId,
        issuer: &str,
        subject: &str,
    ) -> Stored<Option<UserId>> {
        let asked = query(
            "SELECT \"user\" FROM sign_in_subjects WHERE company = $1 AND issuer = $2 AND subject = $3",
        );
        let (issuer, subject) = (plain(issuer), plain(subject));
        let asked = asked.bind(company.0).bind(&issuer).bind(&subject);
        let read = |row: &PgRow| Ok(UserId(uuid_at(row, 0)?));
        self.of(company).await?.first(asked, read).await
    }

    async fn subject_of(
        &mut self,
        company: CompanyId,
        issuer: &str,
        user: UserId,
    ) -> Stored<Option<String>> {
        let asked = query(
            "SELECT subject FROM sign_in_subjects WHERE company = $1 AND issuer = $2 AND \"user\" = $3",
        );
        let issuer = plain(issuer);
        let asked = asked.bind(company.0).bind(&issuer).bind(user.0);
        let read = |row: &PgRow| owned(row, 0);
        self.of(company).await?.first(asked, read).await
    }
}

#[async_trait]
impl WriteProviders for PgTx {
    async fn put_provider(&mut self, row: &ProviderRow) -> Stored<()> {
        let asked = query(
            "INSERT INTO sign_in_providers \
             (company, issuer, client_id, client_secret, address, role_claim, roles, vouches) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (company) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id, \
             client_secret = excluded.client_secret, address = excluded.address, \
             role_claim = excluded.role_claim, roles = excluded.roles, vouches = excluded.vouches",
        );
        let asked = asked
            .bind(row.company.0)
            .bind(&row.issuer)
            .bind(&row.client_id)
            .bind(&row.client_secret)
            .bind(&row.address)
            .bind(&row.role_claim)
            .bind(write_roles(&row.roles)?)
            .bind(row.vouches);
        self.of(row.company).await?.run(asked).await.map(drop)
    }

    async fn end_provider(&mut self, company: CompanyId) -> Stored<bool> {
        let asked = query("DELETE FROM sign_in_providers WHERE company = $1");
        let ended = self.of(company).await?.run(asked.bind(company.0)).await?;
        Ok(ended > 0)
    }

    async fn add_subject(
        &mut self,
        company: CompanyId,
        issuer: &str,
        subject: &str,
        user: UserId,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO sign_in_subjects (company, issuer, subject, \"user\") VALUES ($1, $2, $3, $4)",
        );
        let (issuer, subject) = (plain(issuer), plain(subject));
        let asked = asked.bind(company.0).bind(&issuer).bind(&subject);
        let asked = asked.bind(user.0);
        self.of(company).await?.run(asked).await.map(drop)
    }

    async fn end_subjects_of(&mut self, company: CompanyId, user: UserId) -> Stored<bool> {
        let asked = query("DELETE FROM sign_in_subjects WHERE company = $1 AND \"user\" = $2");
        let asked = asked.bind(company.0).bind(user.0);
        let ended = self.of(company).await?.run(asked).await?;
        Ok(ended > 0)
    }
}
