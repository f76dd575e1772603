//! A draft: something typed and not yet saved, and how it is written down.
//!
//! Owns the keys of the drafts database and the form of its texts. Pure. A text that this build cannot read
//! stays where it is: another build wrote it.

use super::answers::view_model::{canonical, with_answer};
use super::job_form::{EditDraft, EditForm};
use afield_domain::answers::answer_to;
use afield_domain::wire::{FromTree, Tree};
use afield_domain::{
    Answer, FieldEdit, Job, JobId, Language, MutationId, Question, RecordKey, TaskId, TemplateId,
    UserId,
};

/// What a draft is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKey {
    /// A new note on a job.
    Note(JobId),
    /// An edit of a job.
    Edit(JobId),
    /// The correction of a refused change.
    Change(MutationId),
    /// Answers of a job's checklist.
    Checklist(JobId),
    /// The form of a service task.
    TaskForm(TaskId),
    /// Photos and files of a new note on a job, which are saved already.
    NoteFiles(JobId),
    /// The form of a new job.
    NewJob,
    /// A form that is being built: another version of this one, or a new one.
    Form(Option<TemplateId>),
    /// A form of the office that edits this record.
    Edited(RecordKey),
    /// A form of the office that makes a record of this kind: of whom or what, nil for nobody yet.
    Made(RecordKey),
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A note.
    Note(String),
    /// A form that edits a job.
    Edit(Box<EditDraft>),
    /// Answers to questions.
    Answers(AnswerDraft),
}

/// A draft with whose it is and how it came here.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftEntry {
    /// Whose it is.
    pub user: UserId,
    /// What it is of.
    pub key: DraftKey,
    /// What was typed.
    pub draft: Draft,
    /// Whether it was there when the app was started.
    pub restored: bool,
    /// Whether any of it was typed in this window.
    pub typed: bool,
}

/// Whose draft, and of what.
pub type DraftRow = (UserId, DraftKey);

impl DraftEntry {
    /// Under which it is stored.
    #[must_use]
    pub fn row(&self) -> DraftRow {
        (self.user, self.key)
    }
}

/// The drafts after a look at their database, of which `rows` are the keys and texts: those of every window.
/// What is `ours` stays as it is here: typed and not written yet, or in an open form that holds its text itself.
/// So does what was typed here and is empty, for that has no row. `starting`: the look of the start.
#[must_use]
pub fn merge_drafts(
    here: &[DraftEntry],
    rows: &[(String, String)],
    ours: &[DraftRow],
    starting: bool,
) -> Vec<DraftEntry> {
    let theirs: Vec<(DraftRow, &String)> = rows
        .iter()
        .filter_map(|(row, text)| Some((DraftKey::of_row(row)?, text)))
        .filter(|(row, _)| !ours.contains(row))
        .collect();
    let is_kept = |entry: &&DraftEntry| {
        let row = entry.row();
        let is_theirs = || theirs.iter().any(|(other, _)| *other == row);
        ours.contains(&row) || (entry.typed && entry.draft.is_empty() && !is_theirs())
    };
    let mut merged: Vec<DraftEntry> = here.iter().filter(is_kept).cloned().collect();
    for ((user, key), text) in theirs {
        let known = here.iter().find(|entry| entry.row() == (user, key));
        merged.extend(Draft::of_text(key, text).map(|draft| DraftEntry {
            user,
            key,
            draft,
            restored: known.map_or(starting, |entry| entry.restored),
            typed: known.is_some_and(|entry| entry.typed),
        }));
    }
    merged
}

/// Those of `held`, typed into open forms here, that another window has dropped: it has saved or cancelled a
/// form of its own, not this one. They are written again. What another window has written over is not, or
/// two windows would write in turn for ever.
#[must_use]
pub fn missing_rows(
    here: &[DraftEntry],
    rows: &[(String, String)],
    held: &[DraftRow],
) -> Vec<DraftRow> {
    let is_there = |row: &DraftRow| {
        let key = row.1.row(row.0);
        rows.iter().any(|(other, _)| *other == key)
    };
    let typed = here.iter().filter(|entry| !entry.draft.is_empty());
    typed
        .map(DraftEntry::row)
        .filter(|row| held.contains(row) && !is_there(row))
        .collect()
}

/// Takes each of `rows` out of `list` once: what is written a second time while the first write is under way is
/// `ours` until both have ended. Else a look between the two would put back what was typed before.
pub fn remove_once(list: &mut Vec<DraftRow>, rows: &[DraftRow]) {
    for row in rows {
        if let Some(place) = list.iter().position(|one| one == row) {
            list.remove(place);
        }
    }
}

/// Answers that are being given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerDraft {
    /// What stands in the inputs that were touched: text as it was typed, files.
    pub typed: Vec<Answer>,
    /// What stood in them before, where they change something that is stored.
    pub seen: Vec<Answer>,
}

impl AnswerDraft {
    /// What is left of it when `edit`, an answer to one of `questions`, was saved: what was typed
    /// meanwhile, in `language`, stays, and follows what was saved.
    #[must_use]
    pub fn after_saved(
        mut self,
        questions: &[Question],
        edit: &FieldEdit,
        language: Language,
    ) -> Self {
        let item = &edit.item;
        if !self.typed.iter().any(|answer| answer.item == *item) {
            return self;
        }
        let question = questions.iter().find(|question| question.item == *item);
        let typed = answer_to(&self.typed, item);
        let value = question.and_then(|question| canonical(question, typed, language).ok());
        if value.as_ref() == Some(&edit.new) {
            self.typed = with_answer(&self.typed, item, None);
            self.seen = with_answer(&self.seen, item, None);
        } else {
            self.seen = with_answer(&self.seen, item, Some(edit.new.clone()));
        }
        self
    }
}

impl DraftKey {
    /// The key under which the draft of `user` is stored.
    #[must_use]
    pub fn row(self, user: UserId) -> String {
        let (kind, id) = match self {
            Self::Note(job) => ("note", job.to_string()),
            Self::Edit(job) => ("edit", job.to_string()),
            Self::Change(mutation) => ("change", mutation.to_string()),
            Self::Checklist(job) => ("checklist", job.to_string()),
            Self::TaskForm(task) => ("form", task.to_string()),
            Self::NoteFiles(job) => ("note_files", job.to_string()),
            Self::NewJob => ("new", "job".to_owned()),
            Self::Form(None) => ("built", "new".to_owned()),
            Self::Form(Some(form)) => ("built", form.to_string()),
            Self::Edited(record) => ("edited", record.to_string()),
            Self::Made(record) => ("made", record.to_string()),
        };
        [user.to_string().as_str(), kind, id.as_str()].join("/")
    }

    /// Whose draft it is, and of what.
    #[must_use]
    pub fn of_row(row: &str) -> Option<(UserId, Self)> {
        let mut parts = row.split('/');
        let (user, kind, id) = (parts.next()?, parts.next()?, parts.next()?);
        let key = match kind {
            "note" => Self::Note(id.parse().ok()?),
            "edit" => Self::Edit(id.parse().ok()?),
            "change" => Self::Change(id.parse().ok()?),
            "checklist" => Self::Checklist(id.parse().ok()?),
            "form" => Self::TaskForm(id.parse().ok()?),
            "note_files" => Self::NoteFiles(id.parse().ok()?),
            "new" => Self::NewJob,
            "built" if id == "new" => Self::Form(None),
            "built" => Self::Form(Some(id.parse().ok()?)),
            "edited" => Self::Edited(record_of(id)?),
            "made" => Self::Made(record_of(id)?),
            _ => return None,
        };
        Some((user.parse().ok()?, key))
    }
}

fn record_of(text: &str) -> Option<RecordKey> {
    let (module, id) = text.split_once(':')?;
    RecordKey::from_names(module, id)
}

impl Draft {
    /// As it is stored: JSON.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Note(text) => serde_json::to_string(text),
            Self::Edit(draft) => {
                let EditDraft { seen, form } = draft.as_ref();
                serde_json::to_string(&(
                    seen,
                    &form.title,
                    &form.description,
                    &form.priority,
                    &form.starts,
                    &form.ends,
                ))
            }
            Self::Answers(answers) => serde_json::to_string(&(&answers.typed, &answers.seen)),
        }
        .ok()
    }

    /// The draft of a stored text.
    #[must_use]
    pub fn of_text(key: DraftKey, text: &str) -> Option<Self> {
        let parts = match serde_json::from_str(text).ok()? {
            Tree::Text(text) => return Some(Self::Note(text.into_owned())),
            Tree::List(parts) => parts,
            _ => return None,
        };
        match key {
            DraftKey::Checklist(_)
            | DraftKey::TaskForm(_)
            | DraftKey::NoteFiles(_)
            | DraftKey::NewJob => {
                let [typed, seen] = parts.try_into().ok()?;
                Some(Self::Answers(AnswerDraft {
                    typed: FromTree::from_tree(typed).ok()?,
                    seen: FromTree::from_tree(seen).ok()?,
                }))
            }
            // What is built, and what the office types, is a text.
            DraftKey::Form(_) | DraftKey::Edited(_) | DraftKey::Made(_) => None,
            DraftKey::Note(_) | DraftKey::Edit(_) | DraftKey::Change(_) => {
                let [seen, title, description, priority, starts, ends] = parts.try_into().ok()?;
                let text = |tree: Tree<'_>| Some(tree.into_text().ok()?.into_owned());
                Some(Self::Edit(Box::new(EditDraft {
                    seen: Job::from_tree(seen).ok()?,
                    form: EditForm {
                        title: text(title)?,
                        description: text(description)?,
                        priority: text(priority)?,
                        starts: text(starts)?,
                        ends: text(ends)?,
                    },
                })))
            }
        }
    }

    /// Whether there is nothing in it that anybody would miss.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Note(text) => text.trim().is_empty(),
            Self::Edit(_) => false,
            Self::Answers(answers) => answers.typed.is_empty(),
        }
    }
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
