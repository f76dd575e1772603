//! Tests of `draft`: what is kept, merged and given back.

use super::*;
use crate::samples::{job, one_hour_east, user};
use afield_domain::{AttachmentId, FieldValue, JobField, Module, QuestionKind, RecordKey};
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
    let left = draft("1,5").after_saved(questions, &edit, Language::English);
    assert_eq!(left, AnswerDraft::default());
    let left = draft("1,55").after_saved(questions, &edit, Language::English);
    assert_eq!(left.typed, draft("1,55").typed);
    assert_eq!(left.seen, [answer("pressure", text("1.5"))]);
    let none = AnswerDraft::default().after_saved(questions, &edit, Language::English);
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
        (
            DraftKey::Made(RecordKey::new(Module::Job, Uuid::nil())),
            Draft::Note("1 []".into()),
        ),
        (
            DraftKey::Edited(RecordKey::new(Module::Customer, id)),
            Draft::Note("1 []".into()),
        ),
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

#[test]
fn what_is_written_twice_at_a_time_is_not_overwritten_by_the_first_of_them() {
    let row: DraftRow = (user().id, DraftKey::Note(job(1).id));
    let other: DraftRow = (user().id, DraftKey::NewJob);
    let entry = |text: &str| DraftEntry {
        user: row.0,
        key: row.1,
        draft: Draft::Note(text.into()),
        restored: false,
        typed: true,
    };
    // Slow storage: "Smoke" is still being written when "Smoke: two" is, too.
    let mut writing = vec![row, other, row];
    remove_once(&mut writing, &[row]);
    assert_eq!(writing, [other, row]);
    // A look that began between the two shows the first.
    let stored = [(
        row.1.row(row.0),
        Draft::Note("Smoke".into()).to_text().unwrap_or_default(),
    )];
    let here = [entry("Smoke: two")];
    assert_eq!(merge_drafts(&here, &stored, &writing, false), here);
    remove_once(&mut writing, &[row, other]);
    assert_eq!(writing, []);
}
