//! The part of the port that keeps companies' own sign-ins: who the provider is, and which user is who there.
//!
//! Owns its traits and its row. Must never know how somebody is let in, nor let a secret into a log.

use super::Stored;
use afield_domain::{CompanyId, Role, UserId};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::fmt;

/// The provider of a company's own sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// The company.
    pub company: CompanyId,
    /// Its address, as its tokens name it.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// By what it knows us; empty where it asks for none.
    pub client_secret: String,
    /// The address of the app as the provider knows it: `https://afield.example.com`.
    pub address: String,
    /// The claim that says what somebody may do; empty for none.
    pub role_claim: String,
    /// What its values mean.
    pub roles: BTreeMap<String, Role>,
    /// Whether a mail address counts as verified where the provider does not say.
    pub vouches: bool,
}

impl fmt::Debug for ProviderRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderRow({}, {}, ..)", self.company, self.issuer)
    }
}

/// Reading.
#[async_trait]
pub trait ReadProviders {
    /// The provider of a company; none where its people sign in with a password alone.
    async fn provider(&mut self, company: CompanyId) -> Stored<Option<ProviderRow>>;
    /// The companies with a provider, at most `limit`.
    async fn companies_with_provider(&mut self, limit: u32) -> Stored<Vec<CompanyId>>;
    /// The user of the company who is `subject` there.
    async fn user_of_subject(
        &mut self,
        company: CompanyId,
        issuer: &str,
        subject: &str,
    ) -> Stored<Option<UserId>>;
    /// Who the user is there.
    async fn subject_of(
        &mut self,
        company: CompanyId,
        issuer: &str,
        user: UserId,
    ) -> Stored<Option<String>>;
}

/// Writing.
#[async_trait]
pub trait WriteProviders {
    /// Sets the provider of a company in place of any before. Who its users were there stays known.
    async fn put_provider(&mut self, row: &ProviderRow) -> Stored<()>;
    /// Takes a company's provider away; whether there was one.
    async fn end_provider(&mut self, company: CompanyId) -> Stored<bool>;
    /// Notes that the user is `subject` there. Fails if one of the two is known as somebody else.
    async fn add_subject(
        &mut self,
        company: CompanyId,
        issuer: &str,
        subject: &str,
        user: UserId,
    ) -> Stored<()>;
    /// Forgets who the user is, wherever; whether that was known.
    async fn end_subjects_of(&mut self, company: CompanyId, user: UserId) -> Stored<bool>;
}
