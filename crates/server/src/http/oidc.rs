//! `/api/v1/sign-in/oidc`: a browser on its way to its company's own sign-in, and back.
//!
//! Owns where it is led and what it carries meanwhile. People go to these addresses, no app asks them: so each answers
//! with the way to a page, and what went wrong is a word behind the `#` of the sign-in page's address. Must never lead to
//! another site than the company's provider.

use super::failure::Failure;
use super::reply::Enveloped;
use super::session::{Address, NOTING, limit, open_session};
use super::ways::find;
use crate::auth::limiter::Counted;
use crate::auth::token;
use crate::error::StorageError;
use crate::ids::new_id;
use crate::oidc::Trouble;
use crate::oidc::admit::run_admit;
use crate::oidc::flow::{Flow, way_back};
use crate::oidc::party::{Returned, mark_of};
use crate::state::App;
use crate::storage::again::again;
use crate::storage::{Account, Stored};
use crate::two_hosts::TwoHosts;
use afield_domain::UserId;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use tokio::time::timeout;

/// The page on which people sign in.
const SIGN_IN: &str = "/sign-in";

/// What stands in the address of the beginning and of the end.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    company: Option<String>,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// Leads to the company's own sign-in.
#[utoipa::path(
    get,
    path = "/api/v1/sign-in/oidc",
    tag = "session",
    params(
        ("company" = Option<String>, Query, description = "the company's short name; may be left out where the browser was signed in by one before, or where only one has a sign-in of its own"),
        ("return" = Option<String>, Query, description = "the page to go to afterwards"),
    ),
    responses((status = 303, description = "the way to the provider, or to the sign-in page with what is wrong behind `#failed=`")),
)]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    address: Address,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Query(asked) = asked.unwrap_or_default();
    if comes_from_elsewhere(&app, &headers) {
        return show(&app, &headers, asked.company.as_deref()).await;
    }
    let begun = try_begin(&app, address, &headers, asked, false).await;
    begun.unwrap_or_else(|trouble| failed(&app, trouble))
}

async fn try_begin(
    app: &App,
    Address(network): Address,
    headers: &HeaderMap,
    asked: Asked,
    chooses: bool,
) -> Result<Response, Trouble> {
    limit(app, &[Counted::Address(network)]).await?;
    let (_, row) = find(app, headers, asked.company.as_deref()).await?;
    let flow = Flow {
        id: token::random_hex().map_err(|_| Trouble::Fault)?,
        company: row.company,
        began: app.clock.now(),
        back: way_back(asked.back.as_deref()),
        replaces: token::presented(headers),
    };
    let carried = flow.write(&app.cursor_key).ok_or(Trouble::Fault)?;
    let key = &app.cursor_key;
    let to = app.providers.begin(&row, &flow, key, chooses).await?;
    Ok(with_cookie(go(&to), &token::set_sign_in_cookie(&carried)))
}

/// Signs in whom the provider has sent back.
#[utoipa::path(
    get,
    path = "/api/v1/sign-in/oidc/callback/{provider}",
    tag = "session",
    params(
        ("provider" = String, Path, description = "what stands for the provider: each has an address of its own"),
        ("code" = Option<String>, Query, description = "what the provider gives for a token"),
        ("state" = Option<String>, Query, description = "what it was asked with"),
        ("iss" = Option<String>, Query, description = "the provider's address, where it says it"),
        ("error" = Option<String>, Query, description = "why the provider lets nobody in"),
    ),
    responses((status = 303, description = "the way to the page that was asked for, with the session's cookie; or to the sign-in page with what is wrong behind `#failed=`")),
)]
pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    mark: Result<Path<String>, PathRejection>,
    Address(network): Address,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    let keys = [Counted::Address(network)];
    let Query(returned) = returned.unwrap_or_default();
    let answer = match try_end(
        &app,
        &keys,
        &headers,
        (mark.as_deref().map_or("", String::as_str), returned),
    )
    .await
    {
        Ok(response) => response,
        Err(trouble) => {
            if trouble == Trouble::Refused
                && let Some(noting) = app.logins.fail(&keys, app.clock.now())
            {
                let _ = timeout(NOTING, noting).await;
            }
            failed(&app, trouble)
        }
    };
    // Good once.
    with_cookie(answer, &token::clear_sign_in_cookie())
}

async fn try_end(
    app: &App,
    keys: &[Counted],
    headers: &HeaderMap,
    (mark, returned): (&str, Returned),
) -> Result<Response, Trouble> {
    limit(app, keys).await?;
    let now = app.clock.now();
    let carried = token::presented_sign_in(headers);
    let flow = carried.and_then(|carried| Flow::read(carried, &app.cursor_key, now));
    // Of another browser, too old, or begun again: nothing of the answer is looked at.
    let flow = flow.filter(|flow| returned.state.as_deref() == Some(&flow.id));
    let flow = flow.ok_or(Trouble::Again)?;
    let mut tx = app.storage.read().await?;
    let row = tx.provider(flow.company).await?;
    let company = tx.company(flow.company).await?;
    drop(tx);
    let (row, company) = row.zip(company).ok_or(Trouble::Company)?;
    // What another provider has given is shown to nobody: this browser was sent to one, and comes back from another.
    if mark_of(&row.issuer) != mark {
        return Err(Trouble::Again);
    }
    let who = app
        .providers
        .identify(&row, (&flow, returned), &app.cursor_key, now)
        .await?;
    let id = UserId(new_id(now).map_err(|_| Trouble::Fault)?);
    let admitted: Stored<Result<Account, Trouble>> = again(|| async {
        let mut tx = app.storage.write().await?;
        let admitted = run_admit(tx.as_mut(), &row, &who, (id, now)).await?;
        tx.commit().await?;
        Ok(admitted)
    })
    .await;
    let account = admitted??;
    let (_, session) = open_session(app, &account, headers, flow.replaces).await?;
    let mut response = with_cookie(
        go_home(app, &flow.back),
        &token::set_company_cookie(&company.slug),
    );
    response.headers_mut().append(SET_COOKIE, session);
    Ok(response)
}

/// Leads to where the company's provider ends its own session, so that somebody else can sign in there; one that has no
/// such place is asked for a choice of who to be.
#[utoipa::path(
    get,
    path = "/api/v1/sign-in/oidc/end",
    tag = "session",
    params(("company" = Option<String>, Query, description = "the company's short name, as at the beginning")),
    responses((status = 303, description = "the way to the provider, or to the sign-in page with what is wrong behind `#failed=`")),
)]
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    address: Address,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    if comes_from_elsewhere(&app, &headers) {
        return go_home(&app, SIGN_IN);
    }
    let Query(asked) = asked.unwrap_or_default();
    let led = async {
        let (_, row) = find(&app, &headers, asked.company.as_deref()).await?;
        app.providers.end(&row).await
    };
    match led.await {
        Ok(Some(to)) => go(&to),
        Ok(None) => {
            let begun = try_begin(&app, address, &headers, asked, true).await;
            begun.unwrap_or_else(|trouble| failed(&app, trouble))
        }
        Err(trouble) => failed(&app, trouble),
    }
}

/// Whether something else than the app has led here, a page, a mail or what somebody typed: nobody is signed in or out by
/// what they did not choose. Where the app is at another host of this site, a browser does not say more than that it is
/// one of them.
fn comes_from_elsewhere(app: &App, headers: &HeaderMap) -> bool {
    let is_apart = app.config.two_hosts.is_some();
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin" && !(is_apart && site == "same-site"))
}

/// The sign-in page, with the way to the sign-in of the company that is named: it is a person who takes it.
async fn show(app: &App, headers: &HeaderMap, company: Option<&str>) -> Response {
    match find(app, headers, company).await {
        Ok((company, _)) => with_cookie(
            go_home(app, SIGN_IN),
            &token::set_company_cookie(&company.slug),
        ),
        Err(_) => go_home(app, SIGN_IN),
    }
}

fn failed(app: &App, trouble: Trouble) -> Response {
    go_home(app, &format!("{SIGN_IN}#failed={}", trouble.word()))
}

/// To a page of the app, wherever that is.
fn go_home(app: &App, page: &str) -> Response {
    let hosts = app.config.two_hosts.as_ref();
    go(&format!("{}{page}", hosts.map_or("", TwoHosts::app)))
}

fn go(to: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else {
        return Failure::internal().into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    // Meant as it is: a person goes there.
    response.extensions_mut().insert(Enveloped);
    response
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure.status {
            StatusCode::TOO_MANY_REQUESTS => Self::Wait,
            // The account was ended between the two transactions.
            StatusCode::UNAUTHORIZED => Self::Ended,
            _ => Self::Fault,
        }
    }
}

impl From<StorageError> for Trouble {
    fn from(error: StorageError) -> Self {
        Failure::from(error).into()
    }
}
