//! Requests that need a connection: signing in and out, answering the office, and the board.
//!
//! Owns one function per request. Must never be used for a technician's work: that goes through
//! the outbox.

mod house;
mod notifications;

use crate::host::new_id;
pub use crate::http::Fetched;
use crate::http::fetch;
use afield_domain::wire::FromTree;
use afield_domain::{
    AttachmentId, CustomerId, JobId, Module, MutationId, Op, Rev, RightsChange, UserId,
};
use afield_protocol::{
    AcceptanceRequest, ActivityPage, ApiError, AssignRequest, BoardJob, BoardResponse,
    CompanyAnswer, CompanyChange, CompanyPage, DeviceAnswer, DeviceReport, Devices, Found,
    LinkRequest, LinkUsed, NewPerson, OfficeChange, OfficeCustomer, OfficeJob, People,
    PeopleChanged, PersonChange, Preview, Reply, ReviewDecision, ReviewOutcome, ReviewPage,
    RightsPage, SessionInfo, SignInRequest, paths,
};
use afield_sync::TransportError;
use gloo_net::http::Method;
pub use house::{
    ImportAsk, begin_series, change_record, end_series, import_file, import_form, load_form,
    load_forms, load_record, load_series, make_form,
};
pub use notifications::{
    end_notifications, load_notification_key, load_notifications, set_notifications,
};
use serde::Serialize;

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiFailure {
    /// The server was not reached.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The server said no.
    #[error("{}", .0.message)]
    Api(ApiError),
    /// The server has answered, and this build cannot read what.
    #[error("the answer cannot be read by this version of the app")]
    Unread,
}

async fn ask<T: for<'de> FromTree<'de>>(
    method: Method,
    path: &str,
    body: Option<String>,
) -> Result<T, ApiFailure> {
    match fetch(method, path, body).await?.envelope.reply {
        Reply::Ok(value) => Ok(value),
        Reply::Error(error) => Err(ApiFailure::Api(error)),
        Reply::Unread => Err(ApiFailure::Unread),
    }
}

fn json<T: Serialize>(value: &T) -> Result<Option<String>, ApiFailure> {
    let json = serde_json::to_string(value).map_err(|_| TransportError::NoAnswer)?;
    Ok(Some(json))
}

/// Signs in; the session is a cookie that no script can read.
///
/// # Errors
/// [`ApiFailure`].
pub async fn sign_in(request: &SignInRequest) -> Result<SessionInfo, ApiFailure> {
    ask(Method::POST, paths::SESSION, json(request)?).await
}

/// Sets a password by a sign-in link, and signs in.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if the link is of no use any more.
pub async fn use_link(request: &LinkRequest) -> Result<LinkUsed, ApiFailure> {
    ask(Method::POST, paths::LINK, json(request)?).await
}

/// What the company has taken from its roles, for admins.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_rights() -> Result<RightsPage, ApiFailure> {
    ask(Method::GET, paths::RIGHTS, None).await
}

/// Takes a right, gives it back, or says whether a field must be filled in.
///
/// # Errors
/// [`ApiFailure`].
pub async fn set_right(change: RightsChange) -> Result<RightsPage, ApiFailure> {
    ask(Method::POST, paths::RIGHTS, json(&change)?).await
}

/// The people of the company, for admins.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_people() -> Result<People, ApiFailure> {
    ask(Method::GET, paths::PEOPLE, None).await
}

/// What the phones of the company have told of themselves, for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_devices() -> Result<Devices, ApiFailure> {
    ask(Method::GET, paths::DEVICES, None).await
}

/// What a technician's phone would hold if it got ready now, for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if no technician of the company has this id.
pub async fn load_preview(of: UserId) -> Result<Preview, ApiFailure> {
    ask(Method::GET, &format!("{}/{of}", paths::PREVIEW), None).await
}

/// Adds somebody.
///
/// # Errors
/// [`ApiFailure`]; its code is `invalid` if the mail address cannot be used.
pub async fn add_person(new: &NewPerson) -> Result<PeopleChanged, ApiFailure> {
    ask(Method::POST, paths::PEOPLE, json(new)?).await
}

/// Changes what somebody is or may, or how they get in.
///
/// # Errors
/// [`ApiFailure`]; its code is `conflict` if nobody could let people in any more.
pub async fn change_person(
    user: UserId,
    change: &PersonChange,
) -> Result<PeopleChanged, ApiFailure> {
    let path = format!("{}/{user}", paths::PEOPLE);
    ask(Method::POST, &path, json(change)?).await
}

/// Who is signed in, as the server sees it.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_session() -> Result<SessionInfo, ApiFailure> {
    ask(Method::GET, paths::SESSION, None).await
}

/// Ends the session on the server.
///
/// # Errors
/// [`ApiFailure`].
pub async fn sign_out() -> Result<(), ApiFailure> {
    ask(Method::DELETE, paths::SESSION, None).await
}

/// Tells the server what stands on this device alone.
///
/// # Errors
/// [`ApiFailure`].
pub async fn report(report: &DeviceReport) -> Result<DeviceAnswer, ApiFailure> {
    ask(Method::POST, paths::DEVICE, json(report)?).await
}

/// The board of a day (`YYYY-MM-DD`), today without one, and of so many days after it.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_board(day: Option<&str>, more_days: u64) -> Result<BoardResponse, ApiFailure> {
    let mut path = match day {
        Some(day) => format!("{}?day={}", paths::BOARD, js_sys::encode_uri_component(day)),
        None => paths::BOARD.to_owned(),
    };
    if more_days > 0 {
        path.push_str(&format!("&days={}", more_days + 1));
    }
    ask(Method::GET, &path, None).await
}

/// Everything of a job, for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if there is no such job in the company.
pub async fn load_job(job: JobId) -> Result<OfficeJob, ApiFailure> {
    ask(Method::GET, &format!("{}/{job}", paths::JOBS), None).await
}

/// Records of the company that match `text`, of the customer `of` alone if there is one; for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn find(module: Module, text: &str, of: Option<CustomerId>) -> Result<Found, ApiFailure> {
    let text = String::from(js_sys::encode_uri_component(text));
    let of = of.map(|id| format!("&of={id}")).unwrap_or_default();
    let path = format!("{}?module={}&q={text}{of}", paths::FIND, module.name());
    ask(Method::GET, &path, None).await
}

/// Records that match `text`, a page of them after the best `skip`: those that are archived, or those that are not; for
/// the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn find_page(
    module: Module,
    text: &str,
    archived: bool,
    skip: usize,
) -> Result<Found, ApiFailure> {
    let text = String::from(js_sys::encode_uri_component(text));
    let path = format!(
        "{}?module={}&q={text}&archived={archived}&skip={skip}",
        paths::FIND,
        module.name()
    );
    ask(Method::GET, &path, None).await
}

/// The customers of this very name or number, archived ones too; for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn find_alike(name: &str, phone: &str) -> Result<Found, ApiFailure> {
    let name = String::from(js_sys::encode_uri_component(name));
    let phone = String::from(js_sys::encode_uri_component(phone));
    let path = format!("{}?module=customer&name={name}&phone={phone}", paths::FIND);
    ask(Method::GET, &path, None).await
}

/// Everything of a customer, with its jobs after the latest `skip`; for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if there is no such customer in the company.
pub async fn load_customer(
    customer: CustomerId,
    skip: usize,
) -> Result<OfficeCustomer, ApiFailure> {
    let path = format!("{}/{customer}?skip={skip}", paths::CUSTOMERS);
    ask(Method::GET, &path, None).await
}

/// Does what the office has asked for of a customer.
///
/// # Errors
/// [`ApiFailure`]; its code is `conflict` if something else stands than was seen.
pub async fn change_customer(customer: CustomerId, op: Op) -> Result<OfficeCustomer, ApiFailure> {
    let change = OfficeChange {
        id: MutationId(new_id()),
        op,
        base_rev: None,
    };
    let path = format!("{}/{customer}", paths::CUSTOMERS);
    ask_for_change(&path, json(&change)?).await
}

/// What happened before the activity `before`, newest first.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_activity(before: u64) -> Result<ActivityPage, ApiFailure> {
    let path = format!("{}?before={before}", paths::ACTIVITY);
    ask(Method::GET, &path, None).await
}

/// The company's settings with the latest changes, or with those before `before`; for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_company(before: Option<u64>) -> Result<CompanyPage, ApiFailure> {
    let before = before.map(|before| format!("?before={before}"));
    let path = format!("{}{}", paths::COMPANY, before.unwrap_or_default());
    ask(Method::GET, &path, None).await
}

/// Sets all settings of the company; for admins.
///
/// # Errors
/// [`ApiFailure`].
pub async fn change_company(change: &CompanyChange) -> Result<CompanyAnswer, ApiFailure> {
    ask(Method::PUT, paths::COMPANY, json(change)?).await
}

/// Changes a job from the office, or makes one. Each call is one change, with an id of its own.
///
/// # Errors
/// [`ApiFailure`]; its code is `conflict` if the job has changed since the revision `base_rev`, or has no such step.
pub async fn change_job(job: JobId, op: Op, base_rev: Option<Rev>) -> Result<BoardJob, ApiFailure> {
    let change = OfficeChange {
        id: MutationId(new_id()),
        op,
        base_rev,
    };
    send_change(job, &change).await
}

/// The same for a change that has its id, so that it can be asked for again and is still one.
///
/// # Errors
/// As [`change_job`].
pub async fn send_change(job: JobId, change: &OfficeChange) -> Result<BoardJob, ApiFailure> {
    ask_for_change(&format!("{}/{job}", paths::JOBS), json(change)?).await
}

/// The newest `limit` conflicts that nobody has settled, and how many more there are; for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_conflicts(limit: u32) -> Result<Found, ApiFailure> {
    let path = format!("{}?limit={limit}", paths::CONFLICTS);
    ask(Method::GET, &path, None).await
}

/// What came too late and waits for the office, about `limit` changes of it; with 0 their number alone, in `more`.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_reviews(limit: u32) -> Result<ReviewPage, ApiFailure> {
    let path = format!("{}?limit={limit}", paths::REVIEWS);
    ask(Method::GET, &path, None).await
}

/// Decides about what came too late. Asked for again it is decided once.
///
/// # Errors
/// [`ApiFailure`].
pub async fn decide_review(decision: &ReviewDecision) -> Result<ReviewOutcome, ApiFailure> {
    ask(Method::POST, paths::REVIEWS, json(decision)?).await
}

/// How many jobs an export of these days (`YYYY-MM-DD`) would hold; for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn count_export(from: &str, until: &str) -> Result<u64, ApiFailure> {
    let path = format!("{}?from={from}&until={until}&format=count", paths::EXPORT);
    let found: Found = ask(Method::GET, &path, None).await?;
    Ok(found.more)
}

/// The bytes of a photo or a file; none if the office does not have them yet, or not for this user.
///
/// # Errors
/// [`TransportError`]: they did not come whole, they were removed ([`is_removed`]), or something
/// else than our server answered.
pub async fn load_file(id: AttachmentId) -> Result<Option<Fetched>, TransportError> {
    crate::http::fetch_file(&format!("{}/{id}", paths::FILES)).await
}

/// Whether a file did not come because the server has removed its bytes for good.
#[must_use]
pub fn is_removed(error: &TransportError) -> bool {
    crate::http::is_removed(error)
}

/// Whether the last reply of the server was that it needs a newer app.
#[must_use]
pub fn is_update_needed() -> bool {
    crate::http::is_update_needed()
}

/// Whether the last answer was a redirect or a page of somebody in front of the server, who asks to sign in there first.
#[must_use]
pub fn is_walled() -> bool {
    crate::http::is_walled()
}

/// Asks for a change, and once more if no answer comes: its body has an id, so that it is done once.
async fn ask_for_change<T: for<'de> FromTree<'de>>(
    path: &str,
    body: Option<String>,
) -> Result<T, ApiFailure> {
    match ask(Method::POST, path, body.clone()).await {
        Err(ApiFailure::Transport(_)) => ask(Method::POST, path, body).await,
        answer => answer,
    }
}

/// Gives a job to another technician, or to nobody. Each call is one change, with an id of its own.
///
/// # Errors
/// [`ApiFailure`]; its code is `conflict` if the job has changed since the dispatcher saw it.
pub async fn assign(
    job: JobId,
    assignee: Option<UserId>,
    base_rev: Rev,
) -> Result<BoardJob, ApiFailure> {
    let path = format!("{}/{job}", paths::ASSIGN);
    let request = AssignRequest {
        assignee,
        base_rev,
        id: Some(MutationId(new_id())),
    };
    ask_for_change(&path, json(&request)?).await
}

/// Accepts a job that the office asked for, or rejects it, with a reason. Each call is one answer, with an
/// id of its own.
///
/// # Errors
/// [`ApiFailure`]; its code is `conflict` if the office no longer waits for an answer.
pub async fn answer_offer(job: JobId, accept: bool, reason: String) -> Result<(), ApiFailure> {
    let path = format!("{}/{job}", paths::ACCEPTANCE);
    let answer = AcceptanceRequest {
        accept,
        reason,
        id: Some(MutationId(new_id())),
    };
    ask_for_change(&path, json(&answer)?).await
}
