//! What only the office asks: series of jobs, forms, the records that it keeps, imports.
//!
//! Owns one function per request. Must never be used where there may be no connection.

use super::{ApiFailure, ask, ask_for_change, json};
use crate::host::new_id;
use crate::http::{fetch_for_file, piece_body};
use afield_domain::wire::FromTree;
use afield_domain::{
    JobPlan, MutationId, Op, RecordKey, Repetition, SeriesId, TemplateId, Versioned,
};
use afield_protocol::{
    FormImported, FormMade, Forms, ImportAnswer, NewForm, OfficeChange, OfficeForm, Reply, Series,
    SeriesEnd, SeriesEnded, SeriesRequest, paths,
};
use gloo_net::http::Method;

/// A series of jobs, for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if there is no such series in the company.
pub async fn load_series(series: SeriesId) -> Result<Series, ApiFailure> {
    ask(Method::GET, &format!("{}/{series}", paths::SERIES), None).await
}

/// Begins a series of jobs. Each call makes its first job by a change with an id of its own.
///
/// # Errors
/// [`ApiFailure`]; its code is `invalid` if that is no series.
pub async fn begin_series(
    series: SeriesId,
    plan: JobPlan,
    repeat: Repetition,
) -> Result<Series, ApiFailure> {
    let request = SeriesRequest {
        id: MutationId(new_id()),
        plan,
        repeat,
    };
    ask_for_change(&format!("{}/{series}", paths::SERIES), json(&request)?).await
}

/// Ends a series from a day on.
///
/// # Errors
/// [`ApiFailure`].
pub async fn end_series(series: SeriesId, end: &SeriesEnd) -> Result<SeriesEnded, ApiFailure> {
    ask_for_change(&format!("{}/{series}/end", paths::SERIES), json(end)?).await
}

/// The forms of the company, for the office.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_forms() -> Result<Forms, ApiFailure> {
    ask(Method::GET, paths::FORMS, None).await
}

/// A form with its versions, for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if there is no such form in the company.
pub async fn load_form(form: TemplateId) -> Result<OfficeForm, ApiFailure> {
    ask(Method::GET, &format!("{}/{form}", paths::FORMS), None).await
}

/// Makes a form, or another version of one; for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `invalid` or `too_large` if no phone could ask it.
pub async fn make_form(new: &NewForm) -> Result<FormMade, ApiFailure> {
    ask_for_change(paths::FORMS, json(new)?).await
}

/// Makes a form of a workbook that is called `name`, with the labels in `language` (empty: as the form says), or tells
/// what would become of it; for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `invalid` if the file is no form.
pub async fn import_form(
    bytes: &[u8],
    name: &str,
    language: &str,
    is_dry_run: bool,
) -> Result<FormImported, ApiFailure> {
    let [name, language] =
        [name, language].map(|text| String::from(js_sys::encode_uri_component(text)));
    let path = format!(
        "{}?dry_run={is_dry_run}&coded=true&file={name}&language={language}",
        paths::IMPORT_FORM
    );
    ask_of_file(&path, piece_body(bytes)).await
}

fn path_of(key: RecordKey) -> String {
    format!("{}/{}/{}", paths::RECORDS, key.module.name(), key.id)
}

/// A place, an asset, a contract or a part as it stands; for the office.
///
/// # Errors
/// [`ApiFailure`]; its code is `not_found` if there is no such record in the company.
pub async fn load_record(key: RecordKey) -> Result<Versioned, ApiFailure> {
    ask(Method::GET, &path_of(key), None).await
}

/// Does what the office has asked for of such a record.
///
/// # Errors
/// [`ApiFailure`]; its code is `conflict` if something else stands than was seen.
pub async fn change_record(key: RecordKey, op: Op) -> Result<Versioned, ApiFailure> {
    let change = OfficeChange {
        id: MutationId(new_id()),
        op,
        base_rev: None,
    };
    ask_for_change(&path_of(key), json(&change)?).await
}

/// What is asked of a file that the office imports.
#[derive(Debug, Clone)]
pub struct ImportAsk {
    /// What its rows are.
    pub kind: &'static str,
    /// How far it is to go.
    pub step: &'static str,
    /// Which column is which field; none as the server has it.
    pub map: Option<String>,
    /// The sheet of a workbook; empty if none was chosen.
    pub sheet: String,
    /// The order of its dates; empty if none was chosen.
    pub dates: String,
}

/// Looks at a file, tries it or imports it; for the office. Asked for again, it goes on from where it was.
///
/// # Errors
/// [`ApiFailure`].
pub async fn import_file(
    asked: &ImportAsk,
    file: &web_sys::Blob,
) -> Result<ImportAnswer, ApiFailure> {
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    let mut path = format!("{}?kind={}&step={}", paths::IMPORTS, asked.kind, asked.step);
    let map = asked.map.as_deref();
    let given = [
        ("sheet", asked.sheet.as_str()),
        ("dates", asked.dates.as_str()),
    ];
    let given = given.into_iter().filter(|(_, text)| !text.is_empty());
    for (name, text) in given.chain(map.map(|map| ("map", map))) {
        path.push_str(&format!("&{name}={}", encoded(text)));
    }
    ask_of_file(&path, file.into()).await
}

/// What the server makes of a file that is sent as it is.
async fn ask_of_file<T: for<'de> FromTree<'de>>(
    path: &str,
    file: wasm_bindgen::JsValue,
) -> Result<T, ApiFailure> {
    match fetch_for_file(path, file).await?.envelope.reply {
        Reply::Ok(value) => Ok(value),
        Reply::Error(error) => Err(ApiFailure::Api(error)),
        Reply::Unread => Err(ApiFailure::Unread),
    }
}
