//! Where somebody without a session may go: to their company's own sign-in, and to its sign-out.
//!
//! Owns which company is meant. Must never tell which companies there are to a browser that none has signed in.

use crate::auth::token;
use crate::oidc::Trouble;
use crate::state::App;
use crate::storage::{CompanyRow, ProviderRow};
use crate::two_hosts::TwoHosts;
use afield_protocol::paths;
use axum::http::HeaderMap;
use openidconnect::url::form_urlencoded::byte_serialize;

/// Where somebody without a session may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ways {
    pub(super) sign_in: String,
    pub(super) sign_out: Option<String>,
}

/// Where this browser may go to be signed in; none where that is by a password alone, or where it does not say of which
/// company it is.
pub(super) async fn load_ways(app: &App, headers: &HeaderMap) -> Option<Ways> {
    let (company, _) = find(app, headers, None).await.ok()?;
    let slug: String = byte_serialize(company.slug.as_bytes()).collect();
    let hosts = app.config.two_hosts.as_ref();
    let here = format!(
        "{}{}",
        hosts.map_or("", TwoHosts::server),
        paths::OWN_SIGN_IN
    );
    let sign_out = token::presented_company(headers).map(|_| format!("{here}/end?company={slug}"));
    Some(Ways {
        sign_in: format!("{here}?company={slug}"),
        sign_out,
    })
}

/// The company that is meant, with its provider: the one that is named, that this browser was signed in by, or the only one.
pub(super) async fn find(
    app: &App,
    headers: &HeaderMap,
    named: Option<&str>,
) -> Result<(CompanyRow, ProviderRow), Trouble> {
    let remembered = || token::presented_company(headers);
    let mut tx = app.storage.read().await?;
    let company = match named.map(str::to_owned).or_else(remembered) {
        Some(slug) => tx.company_by_slug(&slug).await?,
        None => match tx.companies_with_provider(2).await?.as_slice() {
            [only] => tx.company(*only).await?,
            _ => None,
        },
    };
    let company = company.ok_or(Trouble::Company)?;
    let row = tx.provider(company.id).await?.ok_or(Trouble::Company)?;
    Ok((company, row))
}
