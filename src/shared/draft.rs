//! A draft: something typed and not yet saved, and how it is written down.
//!
//! Owns the keys of the drafts database and the form of its texts. Pure. A text that this build cannot read
//! stays where it is: another build wrote it.

use super::answers::view_model::{canonical, with_answer};
use super::job_form::{EditDraft, EditForm};
use afield_domain::answers::answer_to;
use afield_domain::wire::{FromTree, Tree};
use afield_domain::{Answer, FieldEdit, Job, JobId, MutationId, Question, TaskId, UserId};

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
    /// meanwhile stays, and follows what was saved.
    #[must_use]
    pub fn after_saved(mut self, questions: &[Question], edit: &FieldEdit) -> Self {
        let item = &edit.item;
        if !self.typed.iter().any(|answer| answer.item == *item) {
            return self;
        }
        let question = questions.iter().find(|question| question.item == *item);
        let typed = answer_to(&self.typed, item);
        let value = question.and_then(|question| canonical(question, typed).ok());
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
            _ => return None,
        };
        Some((user.parse().ok()?, key))
    }
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
mod tests {
    use super::*;
    use crate::samples::{job, one_hour_east, user};
    use afield_domain::{AttachmentId, FieldValue, JobField, QuestionKind};
    use uuid::Uuid;

    fn answer(item: &str, value: FieldValue) -> Answer {
        Answer {
            item: item.to_owned(),
            value,
        }
    }

    #[test]
    fn what_was_typed_while_an_answer_was_saved_stays_and_follows_it() {
        let kind = QuestionKind::Number {
            min: None,
            max: None,
            unit: "bar".into(),
        };
        let question = Question::new("pressure", "Pressure", kind);
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let draft = |typed: &str| AnswerDraft {
            typed: vec![answer("pressure", text(typed))],
            seen: vec![answer("pressure", text("1"))],
        };
        let edit = FieldEdit {
            field: JobField::Answer,
            item: "pressure".into(),
            base: text("1"),
            new: text("1.5"),
        };
        let questions = std::slice::from_ref(&question);
        // The same number as it is typed here.
        let left = draft("1,5").after_saved(questions, &edit);
        assert_eq!(left, AnswerDraft::default());
        let left = draft("1,55").after_saved(questions, &edit);
        assert_eq!(left.typed, draft("1,55").typed);
        assert_eq!(left.seen, [answer("pressure", text("1.5"))]);
        let none = AnswerDraft::default().after_saved(questions, &edit);
        assert_eq!(none, AnswerDraft::default());
    }

    #[test]
    fn a_draft_comes_back_as_it_was_typed() {
        let (job_id, id) = (job(1).id, Uuid::from_u128(7));
        let mut edit = EditDraft::new(job(1), &one_hour_east());
        edit.form.title = "Pump \"2\"\n".into();
        let answers = AnswerDraft {
            typed: vec![
                answer("pressure", FieldValue::Text("1,".into())),
                answer("photo", FieldValue::Files(vec![AttachmentId(id)])),
                answer("cleared", FieldValue::Nothing),
            ],
            seen: vec![answer("pressure", FieldValue::Text("1.5".into()))],
        };
        for (key, draft) in [
            (
                DraftKey::Note(job_id),
                Draft::Note("Ventil \u{1f527}\n".into()),
            ),
            (DraftKey::Edit(job_id), Draft::Edit(Box::new(edit.clone()))),
            (
                DraftKey::Change(MutationId(id)),
                Draft::Edit(Box::new(edit)),
            ),
            (DraftKey::Change(MutationId(id)), Draft::Note(String::new())),
            (DraftKey::Checklist(job_id), Draft::Answers(answers)),
            (
                DraftKey::TaskForm(TaskId(id)),
                Draft::Answers(AnswerDraft::default()),
            ),
            (
                DraftKey::NoteFiles(job_id),
                Draft::Answers(AnswerDraft::default()),
            ),
            (DraftKey::NewJob, Draft::Answers(AnswerDraft::default())),
        ] {
            assert_eq!(
                DraftKey::of_row(&key.row(user().id)),
                Some((user().id, key))
            );
            let text = draft.to_text().unwrap();
            assert_eq!(Draft::of_text(key, &text), Some(draft));
        }
    }

    #[test]
    fn windows_share_drafts_and_nothing_that_is_being_typed_is_lost() {
        let (me, jobs) = (user().id, [1, 2, 3, 4].map(|n| DraftKey::Note(job(n).id)));
        let entry = |at: usize, text: &str, restored| DraftEntry {
            user: me,
            key: jobs[at],
            draft: Draft::Note(text.to_owned()),
            restored,
            typed: false,
        };
        let row = |at: usize, text: &str| (jobs[at].row(me), format!("\"{text}\""));
        let left = [row(0, "left"), row(3, "old")];
        let here = merge_drafts(&[], &left, &[], true);
        assert_eq!(here, [entry(0, "left", true), entry(3, "old", true)]);
        // The other window goes on with one, begins one and saves one; here one is being typed.
        let typed = [here.clone(), vec![entry(1, "typed", false)]].concat();
        let rows = [row(0, "left and more"), row(1, "ty"), row(2, "new")];
        let merged = merge_drafts(&typed, &rows, &[(me, jobs[1])], false);
        assert_eq!(
            merged,
            [
                entry(1, "typed", false),
                entry(0, "left and more", true),
                entry(2, "new", false)
            ]
        );
        // What was dropped here and is still there on the disk does not come back.
        let merged = merge_drafts(&here, &left, &[(me, jobs[0])], false);
        assert_eq!(merged.len(), 2);
        let merged = merge_drafts(&here[1..], &left, &[(me, jobs[0])], false);
        assert_eq!(merged, [entry(3, "old", true)]);
    }

    fn typed_note(key: DraftKey, text: &str) -> DraftEntry {
        DraftEntry {
            user: user().id,
            key,
            draft: Draft::Note(text.to_owned()),
            restored: false,
            typed: true,
        }
    }

    #[test]
    fn what_an_open_form_holds_is_neither_dropped_nor_replaced_and_is_written_again_when_dropped() {
        let (me, key) = (user().id, DraftKey::Change(MutationId(Uuid::nil())));
        let (here, held) = ([typed_note(key, "mine")], [(me, key)]);
        let row = |text: &str| vec![(key.row(me), format!("\"{text}\""))];
        for (rows, again) in [
            (Vec::new(), held.to_vec()),
            (row("theirs"), Vec::new()),
            (row("mine"), Vec::new()),
        ] {
            assert_eq!(merge_drafts(&here, &rows, &held, false), here, "{rows:?}");
            assert_eq!(missing_rows(&here, &rows, &held), again, "{rows:?}");
        }
        // Nothing is left of it here: there is nothing to write.
        assert_eq!(missing_rows(&[], &[], &held), []);
        // Shown here and typed elsewhere: the other window decides.
        assert_eq!(merge_drafts(&here, &[], &[], false), []);
        assert_eq!(missing_rows(&here, &[], &[]), []);
    }

    #[test]
    fn only_what_was_typed_in_this_window_counts_as_typed() {
        let (me, key) = (user().id, DraftKey::Note(job(1).id));
        let rows = [(key.row(me), "\"theirs\"".to_owned())];
        let merged = merge_drafts(&[], &rows, &[], false);
        assert_eq!((merged[0].restored, merged[0].typed), (false, false));
        let merged = merge_drafts(&[typed_note(key, "mine")], &rows, &[], false);
        assert_eq!(merged, [typed_note(key, "theirs")]);
    }

    /// It has no row, and the window hears its own notice.
    #[test]
    fn spaces_that_were_typed_here_stay_until_another_window_writes() {
        let (me, key) = (user().id, DraftKey::Note(job(1).id));
        let here = [typed_note(key, " \n")];
        assert_eq!(merge_drafts(&here, &[], &[], false), here);
        let rows = [(key.row(me), "\"theirs\"".to_owned())];
        let merged = merge_drafts(&here, &rows, &[], false);
        assert_eq!(merged, [typed_note(key, "theirs")]);
    }

    #[test]
    fn what_another_build_wrote_is_no_draft_of_this_one() {
        let key = DraftKey::TaskForm(TaskId(Uuid::nil()));
        for text in ["", "{", "7", "{}", "[]", "[[]]", "[[], [], []]", "[{}, []]"] {
            assert_eq!(Draft::of_text(key, text), None, "{text}");
        }
        for row in [
            "",
            "x/note/y",
            "note",
            "0193e0a1-0000-7000-8000-000000000001/wish/1",
        ] {
            assert_eq!(DraftKey::of_row(row), None, "{row}");
        }
    }
}
