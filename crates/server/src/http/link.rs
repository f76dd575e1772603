//! `POST /api/v1/link`: somebody sets their password by a link from an admin, and is signed in.
//!
//! A link is good once and for 48 hours. Whoever guesses is braked as at the sign-in.

use super::extract::JsonBody;
use super::failure::Failure;
use super::people::hash;
use super::reply::Nothing;
use super::session::{Address, NOTING, begin_session, limit};
use crate::auth::limiter::Counted;
use crate::auth::token;
use crate::people::{self, check_password};
use crate::state::App;
use crate::storage::{Account, Stored, WriteTx};
use afield_domain::Timestamp;
use afield_protocol::{Envelope, LinkRequest, LinkUsed, PersonDeed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tokio::time::timeout;

/// Sets the password of whom a link was made for.
#[utoipa::path(
    post,
    path = "/api/v1/link",
    tag = "session",
    request_body = LinkRequest,
    responses(
        (status = 200, description = "the password is set, and its user signed in; sets the session's cookie", body = Envelope<LinkUsed>),
        (status = "default", description = "not done: the envelope holds an error; `not_found` for a link that was used or is too old", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn use_link(
    State(app): State<Arc<App>>,
    address: Address,
    headers: HeaderMap,
    JsonBody(request): JsonBody<LinkRequest>,
) -> Result<Response, Failure> {
    let keys = [Counted::Address(address.0)];
    limit(&app, &keys).await?;
    check_password(&request.password)?;
    let token_hash = token::sha256_hex(request.link.as_bytes());
    // Before anything dear is done for whoever guesses.
    let mut tx = app.storage.read().await?;
    let link = tx.sign_in_link(&token_hash).await?;
    drop(tx);
    if link.is_none_or(|link| app.clock.now() >= link.expires) {
        if let Some(noting) = app.logins.fail(&keys, app.clock.now()) {
            let _ = timeout(NOTING, noting).await;
        }
        return Err(Failure::link_of_no_use());
    }
    let password = hash(&app, &request.password).await?;
    let mut tx = app.storage.write().await?;
    let account = take_link(tx.as_mut(), &token_hash, password, app.clock.now()).await?;
    let account = account.ok_or_else(Failure::link_of_no_use)?;
    tx.commit().await?;
    let email = account.email.clone();
    begin_session(&app, &account, &headers, |session| LinkUsed {
        email,
        session,
    })
    .await
}

/// Uses a link up: sets the password, ends what was open. None if it is of no use any more.
async fn take_link(
    tx: &mut dyn WriteTx,
    token_hash: &str,
    password: String,
    now: Timestamp,
) -> Stored<Option<Account>> {
    let link = tx.sign_in_link(token_hash).await?;
    let Some(link) = link.filter(|link| now < link.expires) else {
        return Ok(None);
    };
    let account = tx.account_of(link.company, link.user).await?;
    let Some(account) = account.filter(|account| account.active) else {
        return Ok(None);
    };
    let account = Account {
        password,
        ..account
    };
    tx.set_account(&account).await?;
    tx.end_links_of(link.company, link.user).await?;
    tx.end_sessions_of(link.company, link.user).await?;
    let name = account.user.name.as_str();
    people::note(tx, link.company, now, name, (name, PersonDeed::LinkUsed)).await?;
    Ok(Some(account))
}
