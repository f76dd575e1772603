//! The API's description, made from the handlers and the wire types.
//!
//! Owns what is true of the API as a whole. `docs/openapi.json` is its output; a test keeps it current.

use crate::auth::token::COOKIE_NAME;
use crate::error::ServerError;
use crate::http;
use afield_protocol::{BoardEvent, NotificationPayload, PhoneTold};
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Afield",
        description = "What phones and boards say to the server. Every reply but the event stream is an \
envelope; a body that is not one means that the request was not delivered, whatever its status says. \
Writes must come from the server's own pages (`Sec-Fetch-Site: same-origin`, or an `Origin` that is \
the host, or where the app is) and carry `application/json`."
    ),
    paths(
        http::session::sign_in,
        http::session::who,
        http::session::sign_out,
        http::push::push,
        http::pull::pull,
        http::board::board,
        http::board::assign,
        http::office::job,
        http::office::change,
        http::office::activity,
        http::series::series,
        http::series::begin,
        http::series::end,
        http::customers::find,
        http::customers::customer,
        http::customers::change,
        http::office::conflicts,
        http::reviews::reviews,
        http::reviews::decide,
        http::records::record,
        http::records::change,
        http::export::export,
        http::forms::list,
        http::forms::make,
        http::forms::form,
        http::forms::import,
        http::imports::import,
        http::company::company,
        http::company::change,
        http::people::rights,
        http::people::set_right,
        http::people::list,
        http::people::add,
        http::people::change,
        http::link::use_link,
        http::oidc::begin,
        http::oidc::callback,
        http::oidc::end,
        http::acceptance::accept,
        http::device::report,
        http::device::list,
        http::preview::preview,
        http::notifications::key,
        http::notifications::list,
        http::notifications::set,
        http::notifications::end,
        http::events::events,
        http::wake::wake,
        http::files::abilities,
        http::files::create,
        http::files::offset,
        http::files::append,
        http::files::fetch,
        http::reply::health,
    ),
    components(schemas(BoardEvent, NotificationPayload, PhoneTold)),
    modifiers(&Session)
)]
struct Api;

struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut Document) {
        let cookie = ApiKeyValue::with_description(
            COOKIE_NAME,
            "set when signing in; no script can read it",
        );
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The OpenAPI document, as JSON.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn document() -> Result<String, ServerError> {
    Api::openapi().to_pretty_json().map_err(|error| {
        ServerError::Unusable(format!("the description cannot be written: {error}"))
    })
}
