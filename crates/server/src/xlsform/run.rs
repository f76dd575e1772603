//! A form that was read goes into the storage of a company.
//!
//! Owns which form is new. A form never changes: what was submitted must read as it was asked, so another version is
//! another form. Must never write in a dry run.

use super::survey::Read;
use crate::clock::Clock;
use crate::error::ServerError;
use crate::ids::new_id;
use crate::records::{Fate, OFFICE, Write, save_record};
use crate::storage::Storage;
use afield_domain::{CompanyId, FormTemplate, Module, Record, TemplateId, limits};

/// Bytes of a form as it is stored: every phone that gets a task with it loads them.
const MOST_BYTES: usize = 256 * 1024;

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormImport {
    /// It is there now, under this name.
    Created(String),
    /// It was there already, under this name.
    Unchanged(String),
}

/// Saves a form, unless the company has it already.
///
/// # Errors
/// When it asks nothing or has no title, or the storage fails; then nothing was written.
pub async fn run_form_import(
    storage: &dyn Storage,
    clock: &dyn Clock,
    company: CompanyId,
    form: &Read,
    is_dry_run: bool,
) -> Result<FormImport, ServerError> {
    let wants_answer = form
        .questions
        .iter()
        .any(|question| question.kind.wants_answer());
    if !wants_answer {
        return Err(ServerError::Unusable(
            "no row of the form is a question that Afield asks".into(),
        ));
    }
    if form.title.is_empty() {
        return Err(ServerError::Unusable(
            "the form has no title: name it with --name".into(),
        ));
    }
    let bytes = serde_json::to_vec(&form.questions).map_or(usize::MAX, |json| json.len());
    if bytes > MOST_BYTES {
        let text = format!(
            "the form has {} KB, and {} are the most: shorten its lists",
            bytes / 1024,
            MOST_BYTES / 1024
        );
        return Err(ServerError::Unusable(text));
    }
    let mut tx = storage.write().await?;
    let rows = tx.records_of(company, Module::Form).await?;
    let known = rows.iter().filter_map(|row| match row.record() {
        Ok(Record::Form(form)) => Some(form),
        // A damaged one keeps no other out.
        _ => None,
    });
    let forms: Vec<FormTemplate> = known.collect();
    if let Some(same) = forms
        .iter()
        .find(|known| known.questions == form.questions && is_version_of(&known.name, &form.title))
    {
        return Ok(FormImport::Unchanged(same.name.clone()));
    }
    let name = free_name(form, &forms);
    if is_dry_run {
        return Ok(FormImport::Created(name));
    }
    let now = clock.now();
    let record = Record::Form(FormTemplate {
        id: TemplateId(new_id(now)?),
        name: name.clone(),
        questions: form.questions.clone(),
    });
    let write = Write {
        old: None,
        record: &record,
        fate: Fate::Present,
        external_key: None,
        by: OFFICE,
        made_at: now,
    };
    save_record(tx.as_mut(), company, write, now).await?;
    tx.commit().await?;
    Ok(FormImport::Created(name))
}

/// Whether `name` is `title`, or `title` with a version.
fn is_version_of(name: &str, title: &str) -> bool {
    let rest = name.strip_prefix(title);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

/// A name that no other form has.
fn free_name(form: &Read, forms: &[FormTemplate]) -> String {
    let is_free = |name: &str| forms.iter().all(|known| known.name != name);
    let with = |what: &str| {
        let room = limits::TITLE_CHARS.saturating_sub(what.chars().count() + 3);
        let title: String = form.title.chars().take(room).collect();
        format!("{title} ({what})")
    };
    if is_free(&form.title) {
        return form.title.clone();
    }
    let version: String = form.version.chars().take(40).collect();
    let mut names = (2..).map(|number: u32| with(&number.to_string()));
    match with(&version) {
        name if !version.is_empty() && is_free(&name) => name,
        _ => names.find(|name| is_free(name)).unwrap_or_default(),
    }
}
