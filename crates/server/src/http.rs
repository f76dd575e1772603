//! HTTP: routes, envelopes, cookies, headers.
//!
//! Owns everything that knows of requests and responses. Rules are in `decide`, `pull`, `board`,
//! `auth`; a handler reads the request, asks them and answers.

pub(crate) mod acceptance;
pub(crate) mod api_path;
pub(crate) mod board;
pub(crate) mod company;
pub(crate) mod customers;
pub(crate) mod device;
pub(crate) mod edge;
pub(crate) mod events;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod failure;
pub(crate) mod files;
pub(crate) mod forms;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod imports;
pub(crate) mod link;
pub(crate) mod looking;
pub(crate) mod notifications;
pub(crate) mod office;
pub(crate) mod oidc;
pub(crate) mod other_host;
pub(crate) mod people;
pub(crate) mod preview;
pub(crate) mod pull;
pub(crate) mod push;
pub(crate) mod records;
pub(crate) mod reply;
pub(crate) mod reviews;
pub(crate) mod series;
pub(crate) mod session;
pub(crate) mod wake;
pub(crate) mod ways;
pub(crate) mod web_app;

use crate::state::App;
use afield_domain::limits;
use afield_protocol::paths;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Every route of the API, with its path.
fn routes() -> Vec<(String, MethodRouter<Arc<App>>)> {
    let session = get(session::who)
        .post(session::sign_in)
        .delete(session::sign_out);
    let push: MethodRouter<Arc<App>> =
        post(push::push).layer(DefaultBodyLimit::max(limits::PUSH_BYTES));
    let all_forms: MethodRouter<Arc<App>> = get(forms::list)
        .post(forms::make)
        .layer(DefaultBodyLimit::max(forms::FORM_BYTES));
    let import_form: MethodRouter<Arc<App>> =
        post(forms::import).layer(DefaultBodyLimit::max(forms::WORKBOOK_BYTES));
    let imports: MethodRouter<Arc<App>> =
        post(imports::import).layer(DefaultBodyLimit::max(limits::IMPORT_BYTES));
    // A priming, a full day and many verdicts are large, and phones pay for bytes.
    let small = CompressionLayer::new;
    vec![
        (paths::SESSION.to_owned(), session),
        (paths::PUSH.to_owned(), push.layer(small())),
        (paths::PULL.to_owned(), get(pull::pull).layer(small())),
        (paths::BOARD.to_owned(), get(board::board).layer(small())),
        (paths::EVENTS.to_owned(), get(events::events)),
        (paths::WAKE.to_owned(), get(wake::wake)),
        (format!("{}/{{job}}", paths::ASSIGN), post(board::assign)),
        (
            format!("{}/{{job}}", paths::JOBS),
            get(office::job).post(office::change).layer(small()),
        ),
        (
            format!("{}/{{series}}", paths::SERIES),
            get(series::series).post(series::begin).layer(small()),
        ),
        (
            format!("{}/{{series}}/end", paths::SERIES),
            post(series::end),
        ),
        (
            format!("{}/{{customer}}", paths::CUSTOMERS),
            get(customers::customer)
                .post(customers::change)
                .layer(small()),
        ),
        (
            format!("{}/{{module}}/{{id}}", paths::RECORDS),
            get(records::record).post(records::change).layer(small()),
        ),
        (paths::FIND.to_owned(), get(customers::find).layer(small())),
        (
            paths::ACTIVITY.to_owned(),
            get(office::activity).layer(small()),
        ),
        (
            paths::CONFLICTS.to_owned(),
            get(office::conflicts).layer(small()),
        ),
        (
            paths::REVIEWS.to_owned(),
            get(reviews::reviews).post(reviews::decide).layer(small()),
        ),
        (paths::EXPORT.to_owned(), get(export::export).layer(small())),
        (paths::FORMS.to_owned(), all_forms.layer(small())),
        (paths::IMPORT_FORM.to_owned(), import_form.layer(small())),
        (
            format!("{}/{{form}}", paths::FORMS),
            get(forms::form).layer(small()),
        ),
        (paths::IMPORTS.to_owned(), imports.layer(small())),
        (
            paths::COMPANY.to_owned(),
            get(company::company).put(company::change).layer(small()),
        ),
        (
            paths::RIGHTS.to_owned(),
            get(people::rights).post(people::set_right).layer(small()),
        ),
        (
            paths::PEOPLE.to_owned(),
            get(people::list).post(people::add).layer(small()),
        ),
        (
            format!("{}/{{user}}", paths::PEOPLE),
            post(people::change).layer(small()),
        ),
        (paths::LINK.to_owned(), post(link::use_link)),
        (paths::OWN_SIGN_IN.to_owned(), get(oidc::begin)),
        (
            format!("{}/callback/{{provider}}", paths::OWN_SIGN_IN),
            get(oidc::callback),
        ),
        (format!("{}/end", paths::OWN_SIGN_IN), get(oidc::end)),
        (
            format!("{}/{{job}}", paths::ACCEPTANCE),
            post(acceptance::accept),
        ),
        (paths::DEVICE.to_owned(), post(device::report)),
        (paths::DEVICES.to_owned(), get(device::list)),
        (paths::NOTIFICATION_KEY.to_owned(), get(notifications::key)),
        (
            paths::NOTIFICATIONS.to_owned(),
            get(notifications::list)
                .put(notifications::set)
                .delete(notifications::end),
        ),
        (
            format!("{}/{{user}}", paths::PREVIEW),
            get(preview::preview),
        ),
        (
            paths::FILES.to_owned(),
            post(files::create).options(files::abilities),
        ),
        (
            format!("{}/{{attachment}}", paths::FILES),
            get(files::fetch)
                .head(files::offset)
                .patch(files::append)
                .options(files::abilities),
        ),
        (paths::HEALTH.to_owned(), get(reply::health)),
    ]
}

/// The paths of the API.
#[must_use]
pub fn api_paths() -> Vec<String> {
    routes().into_iter().map(|(path, _)| path).collect()
}

/// How long the largest push takes on the slowest line that a phone still waits for (16 kbit/s).
const PUSH_ON_ITS_WAY: Duration = Duration::from_secs(131);

/// How long an import may take, the file on its way included: what was imported by then stays.
const IMPORT_TIME: Duration = Duration::from_mins(10);

/// How long one request may take to bring or fetch bytes of a file; what came by then is kept.
const FILE_ON_ITS_WAY: Duration = Duration::from_mins(30);

/// Every route of the server.
pub fn router(app: Arc<App>) -> Router {
    let within = |time| TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time);
    // A push is the one request that is large on its way up: it has the time that its body takes.
    let longest = |path: &str| match path {
        paths::PUSH | paths::IMPORT_FORM => app.config.request_timeout + PUSH_ON_ITS_WAY,
        paths::IMPORTS => IMPORT_TIME,
        // A piece that stops coming is given up much earlier.
        path if path.starts_with(paths::FILES) => FILE_ON_ITS_WAY,
        _ => app.config.request_timeout,
    };
    let router = routes()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            let methods = methods.layer(within(longest(&path)));
            router.route(&path, methods)
        });
    router
        .fallback(web_app::serve)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(from_fn(looking::only_looks))
        .layer(from_fn_with_state(Arc::clone(&app), guard::own_pages))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(&app), edge::edge))
        // Outermost: the edge makes what went wrong anew.
        .layer(from_fn_with_state(
            Arc::clone(&app),
            other_host::tell_browsers,
        ))
        .with_state(app)
}
