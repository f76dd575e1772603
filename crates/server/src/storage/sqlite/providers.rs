//! Companies' own sign-ins, in SQLite.

use super::super::Stored;
use super::super::providers::{ProviderRow, ReadProviders, WriteProviders};
use super::SqliteTx;
use super::values::{column, text, uuid_at};
use crate::storage::stored_as::{read_roles, write_roles};
use afield_domain::{CompanyId, UserId};
use async_trait::async_trait;

#[async_trait]
impl ReadProviders for SqliteTx {
    async fn provider(&mut self, company: CompanyId) -> Stored<Option<ProviderRow>> {
        self.tx.first(
            "SELECT issuer, client_id, client_secret, address, role_claim, roles, vouches FROM sign_in_providers \
             WHERE company = ?1",
            [company.to_string()],
            |row| {
                Ok(ProviderRow {
                    company,
                    issuer: text(row, 0)?.to_owned(),
                    client_id: text(row, 1)?.to_owned(),
                    client_secret: text(row, 2)?.to_owned(),
                    address: text(row, 3)?.to_owned(),
                    role_claim: text(row, 4)?.to_owned(),
                    roles: read_roles(text(row, 5)?)?,
                    vouches: column(row, 6)?,
                })
            },
        )
    }

    async fn companies_with_provider(&mut self, limit: u32) -> Stored<Vec<CompanyId>> {
        self.tx.all(
            "SELECT company FROM sign_in_providers ORDER BY company LIMIT ?1",
            [limit],
            |row| Ok(CompanyId(uuid_at(row, 0)?)),
        )
    }

    async fn user_of_subject(
        &mut self,
        company: CompanyId,
        issuer: &str,
        subject: &str,
    ) -> Stored<Option<UserId>> {
        self.tx.first(
            "SELECT user FROM sign_in_subjects WHERE company = ?1 AND issuer = ?2 AND subject = ?3",
            (company.to_string(), issuer, subject),
            |row| Ok(UserId(uuid_at(row, 0)?)),
        )
    }

    async fn subject_of(
        &mut self,
        company: CompanyId,
        issuer: &str,
        user: UserId,
    ) -> Stored<Option<String>> {
        self.tx.first(
            "SELECT subject FROM sign_in_subjects WHERE company = ?1 AND issuer = ?2 AND user = ?3",
            (company.to_string(), issuer, user.to_string()),
            |row| Ok(text(row, 0)?.to_owned()),
        )
    }
}

#[async_trait]
impl WriteProviders for SqliteTx {
    async fn put_provider(&mut self, row: &ProviderRow) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO sign_in_providers \
                   (company, issuer, client_id, client_secret, address, role_claim, roles, vouches) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let values = (
            row.company.to_string(),
            &row.issuer,
            &row.client_id,
            &row.client_secret,
            &row.address,
            &row.role_claim,
            write_roles(&row.roles)?,
            row.vouches,
        );
        self.tx.run(sql, values).map(drop)
    }

    async fn end_provider(&mut self, company: CompanyId) -> Stored<bool> {
        let sql = "DELETE FROM sign_in_providers WHERE company = ?1";
        let ended = self.tx.run(sql, [company.to_string()])?;
        Ok(ended > 0)
    }

    async fn add_subject(
        &mut self,
        company: CompanyId,
        issuer: &str,
        subject: &str,
        user: UserId,
    ) -> Stored<()> {
        let sql =
            "INSERT INTO sign_in_subjects (company, issuer, subject, user) VALUES (?1, ?2, ?3, ?4)";
        let values = (company.to_string(), issuer, subject, user.to_string());
        self.tx.run(sql, values).map(drop)
    }

    async fn end_subjects_of(&mut self, company: CompanyId, user: UserId) -> Stored<bool> {
        let sql = "DELETE FROM sign_in_subjects WHERE company = ?1 AND user = ?2";
        let ended = self.tx.run(sql, (company.to_string(), user.to_string()))?;
        Ok(ended > 0)
    }
}
