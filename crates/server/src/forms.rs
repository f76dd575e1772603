//! The forms of a company: which there are, and how another one comes to them.
//!
//! Owns which form is new, and what it is called. A form never changes: what was submitted must read as it was asked, so
//! another version is another form. Must never know where a form comes from.

use crate::error::StorageError;
use crate::ids::new_id;
use crate::records::save_new;
use crate::said::{Said, said};
use crate::storage::{ReadTx, Stored, WriteTx};
use afield_domain::order::NameKey;
use afield_domain::{
    CompanyId, FormTemplate, Module, Question, Record, RecordKey, TemplateId, Timestamp, limits,
};
use afield_protocol::{FormLine, FormMade, Forms, OfficeForm};
use std::collections::{HashMap, HashSet};

/// A form that somebody wants to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Its id, if whoever wants it has made one.
    pub(crate) id: Option<TemplateId>,
    /// What it is called, without a version.
    pub(crate) title: &'a str,
    /// What its version is called where the title is taken, may be empty.
    pub(crate) version: &'a str,
    /// What it asks.
    pub(crate) questions: &'a [Question],
}

/// Why a form cannot be kept, whoever brings it.
pub(crate) fn obstacle(title: &str, questions: &[Question]) -> Option<Said> {
    if !questions.iter().any(|one| one.kind.wants_answer()) {
        return Some(said!(
            form_asks_nothing,
            "no row of the form is a question that Afield asks"
        ));
    }
    if title.is_empty() {
        return Some(said!(
            form_no_title,
            "the form has no title: give it a name"
        ));
    }
    let bytes = serde_json::to_vec(questions).map_or(usize::MAX, |json| json.len());
    (bytes > limits::TEMPLATE_BYTES).then(|| {
        said!(
            form_too_large,
            "the form has {} KB, and {} are the most: shorten its lists",
            bytes / 1024,
            limits::TEMPLATE_BYTES / 1024
        )
    })
}

/// Saves a form, unless the company has it already. A dry run says the same and writes nothing; the transaction is not
/// committed here.
pub(crate) async fn save_form(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    wanted: Wanted<'_>,
    now: Timestamp,
    is_dry_run: bool,
) -> Stored<FormMade> {
    let forms = Known::load(tx, company).await?.forms;
    let same = forms.iter().map(|(form, _)| form).find(|known| {
        known.questions == wanted.questions && is_version_of(&known.name, wanted.title)
    });
    if let Some(same) = same {
        return Ok(FormMade {
            id: Some(same.id),
            name: same.name.clone(),
            is_there: true,
        });
    }
    let name = free_name(wanted, &forms);
    if is_dry_run {
        return Ok(FormMade {
            id: None,
            name,
            is_there: false,
        });
    }
    let id = match wanted.id {
        Some(id) => id,
        None => TemplateId(new_id(now).map_err(|error| StorageError::Backend(error.into()))?),
    };
    let record = Record::Form(FormTemplate {
        id,
        name: name.clone(),
        questions: wanted.questions.to_vec(),
    });
    save_new(tx, company, &record, None, now).await?;
    Ok(FormMade {
        id: Some(id),
        name,
        is_there: false,
    })
}

/// Whether `name` is `title`, or `title` with a version.
fn is_version_of(name: &str, title: &str) -> bool {
    let rest = name.strip_prefix(title);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

/// A name that no other form has.
fn free_name(wanted: Wanted<'_>, forms: &[(FormTemplate, Timestamp)]) -> String {
    let taken: HashSet<&str> = forms.iter().map(|(form, _)| form.name.as_str()).collect();
    let with = |what: &str| {
        let room = limits::TITLE_CHARS.saturating_sub(what.chars().count() + 3);
        let title: String = wanted.title.chars().take(room).collect();
        format!("{title} ({what})")
    };
    if !taken.contains(wanted.title) {
        return wanted.title.to_owned();
    }
    let version: String = wanted.version.chars().take(40).collect();
    let mut names = (2..).map(|number: u32| with(&number.to_string()));
    match with(&version) {
        name if !version.is_empty() && !taken.contains(name.as_str()) => name,
        _ => names
            .find(|name| !taken.contains(name.as_str()))
            .unwrap_or_default(),
    }
}

/// The forms that read, and how many do not.
struct Known {
    forms: Vec<(FormTemplate, Timestamp)>,
    left_out: u64,
}

impl Known {
    async fn load<T: ReadTx + ?Sized>(tx: &mut T, company: CompanyId) -> Stored<Self> {
        let rows = tx.records_of(company, Module::Form).await?;
        let all = rows.len();
        let known = rows.iter().filter_map(|row| match row.record() {
            Ok(Record::Form(form)) => Some((form, row.updated_at)),
            // A damaged one keeps no other out.
            _ => None,
        });
        let forms: Vec<_> = known.collect();
        let left_out = u64::try_from(all.saturating_sub(forms.len())).unwrap_or_default();
        Ok(Self { forms, left_out })
    }

    /// A line for each form, by title, the newest version first.
    fn lines(&self, tasks: &HashMap<RecordKey, u64>) -> Vec<FormLine> {
        let names: HashSet<&str> = self
            .forms
            .iter()
            .map(|(form, _)| form.name.as_str())
            .collect();
        let line = |(form, made_at): &(FormTemplate, Timestamp)| FormLine {
            id: form.id,
            name: form.name.clone(),
            title: title_of(&form.name, &names).to_owned(),
            questions: count(form.questions.iter().filter(|one| one.kind.wants_answer())),
            tasks: tasks.get(&form.id.into()).copied().unwrap_or_default(),
            made_at: *made_at,
        };
        let mut lines: Vec<FormLine> = self.forms.iter().map(line).collect();
        lines.sort_by(|one, other| {
            let by = |line: &FormLine| NameKey::of(&line.title);
            by(one)
                .cmp(&by(other))
                .then_with(|| (other.made_at, other.id).cmp(&(one.made_at, one.id)))
        });
        lines
    }
}

fn count<T>(all: impl Iterator<Item = T>) -> u64 {
    u64::try_from(all.count()).unwrap_or(u64::MAX)
}

/// The name of the first version of a form: the shortest name that it is a version of.
fn title_of<'n>(name: &'n str, names: &HashSet<&str>) -> &'n str {
    let mut starts = name.match_indices(" (").map(|(at, _)| at);
    let title = starts.find_map(|at| name.get(..at).filter(|title| names.contains(title)));
    title.unwrap_or(name)
}

/// All forms of the company.
pub(crate) async fn load_forms(tx: &mut dyn ReadTx, company: CompanyId) -> Stored<Forms> {
    let known = Known::load(tx, company).await?;
    let tasks = tx
        .count_referring(company, Module::Form, Module::Task)
        .await?;
    Ok(Forms {
        forms: known.lines(&tasks.into_iter().collect()),
        left_out: known.left_out,
    })
}

/// A form with its versions; none if it is not there or does not read.
pub(crate) async fn load_form(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    id: TemplateId,
) -> Stored<Option<OfficeForm>> {
    let known = Known::load(tx, company).await?;
    let Some((form, _)) = known.forms.iter().find(|(form, _)| form.id == id) else {
        return Ok(None);
    };
    let tasks = tx
        .count_referring(company, Module::Form, Module::Task)
        .await?;
    let lines = known.lines(&tasks.into_iter().collect());
    let title = lines
        .iter()
        .find(|line| line.id == id)
        .map(|line| line.title.clone());
    let is_version = |line: &FormLine| Some(&line.title) == title.as_ref();
    Ok(Some(OfficeForm {
        form: form.clone(),
        versions: lines.into_iter().filter(is_version).collect(),
    }))
}
