//! Tests of the merge item by item: answers, assets, parts.

use super::*;
use crate::answers::{Question, QuestionKind};
use crate::ids::{AssetId, AttachmentId, JobId, PartId, UserId};
use crate::record::{Conflict, FieldEdit, Job, JobField, LINKED};
use crate::user::Role;
use uuid::Uuid;

fn author(n: u128, made_at: i64) -> Author<'static> {
    Author {
        actor: Actor {
            id: UserId(Uuid::from_u128(n)),
            name: "Somebody",
            role: Role::Technician,
        },
        made_at: Timestamp(made_at),
        received_at: Timestamp(20),
        mutation: MutationId(Uuid::from_u128(n)),
    }
}

fn job() -> Job {
    Job {
        id: JobId(Uuid::from_u128(7)),
        title: "Boiler".into(),
        checklist: vec![
            Question::new("tight", "Tight?", QuestionKind::YesNo),
            Question::new("notes", "Notes", QuestionKind::Text),
        ],
        ..Job::BLANK
    }
}

fn text(value: &str) -> FieldValue {
    if value.is_empty() {
        FieldValue::Nothing
    } else {
        FieldValue::Text(value.to_owned())
    }
}

fn edit(field: JobField, item: &str, base: &str, new: &str) -> FieldEdit {
    FieldEdit {
        field,
        item: item.to_owned(),
        base: text(base),
        new: text(new),
    }
}

fn answer(item: &str, base: &str, new: &str) -> FieldEdit {
    edit(JobField::Answer, item, base, new)
}

/// Both changes, each made at its time by a phone that had seen an empty job.
fn both(one: &[FieldEdit], other: &[FieldEdit]) -> Merged<Job> {
    let first = merge_edits(&job(), one, &[], author(1, 5)).unwrap();
    assert!(first.met.is_empty());
    let actor = author(1, 5).actor;
    let stamps = restamp(&job(), &first.record, &[], actor, Timestamp(5));
    merge_edits(&first.record, other, &stamps, author(2, 3)).unwrap()
}

#[test]
fn different_items_never_meet() {
    let merged = both(&[answer("tight", "", "yes")], &[answer("notes", "", "Dry")]);
    assert!(merged.met.is_empty());
    assert_eq!(merged.record.value(JobField::Answer, "tight"), text("yes"));
    assert_eq!(merged.record.value(JobField::Answer, "notes"), text("Dry"));
    let items: Vec<_> = merged
        .record
        .answers
        .iter()
        .map(|a| a.item.as_str())
        .collect();
    assert_eq!(items, ["tight", "notes"], "in the order of the questions");
}

#[test]
fn of_two_answers_to_one_question_the_later_stands_and_both_are_kept() {
    let merged = both(&[answer("tight", "", "yes")], &[answer("tight", "", "no")]);
    assert_eq!(merged.record.value(JobField::Answer, "tight"), text("yes"));
    let [met] = merged.met.as_slice() else {
        panic!("{:?}", merged.met);
    };
    assert_eq!(
        (met.edit.field, met.edit.item.as_str()),
        (JobField::Answer, "tight")
    );
    assert_eq!((&met.edit.new, &met.theirs), (&text("no"), &text("yes")));
    assert_eq!(met.winner, Winner::Theirs);
}

#[test]
fn two_items_of_one_mutation_are_two_conflicts() {
    let mine = [answer("tight", "", "no"), answer("notes", "", "Wet")];
    let theirs = [answer("tight", "", "yes"), answer("notes", "", "Dry")];
    let merged = both(&theirs, &mine);
    assert_eq!(merged.met.len(), 2);
    let met = merged.met.into_iter();
    let ids = met.map(|met| Conflict::of_job(job().id, met, author(2, 3)).id);
    let ids: Vec<_> = ids.collect();
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn linking_what_is_linked_is_nothing_new_and_quantities_are_compared_as_numbers() {
    let asset = AssetId(Uuid::from_u128(40)).to_string();
    let link = edit(JobField::Asset, &asset, "", LINKED);
    let merged = both(std::slice::from_ref(&link), std::slice::from_ref(&link));
    assert_eq!((merged.record.assets.len(), merged.met.len()), (1, 0));
    let part = PartId(Uuid::from_u128(50)).to_string();
    let one = edit(JobField::Part, &part, "", "2");
    let same = edit(JobField::Part, &part, "", "2.0");
    let more = edit(JobField::Part, &part, "", "3");
    assert!(both(std::slice::from_ref(&one), &[same]).met.is_empty());
    assert_eq!(both(&[one], &[more]).met.len(), 1);
}

#[test]
fn photos_are_told_apart_and_of_two_words_on_one_the_later_stands() {
    let photo = |n: u128| AttachmentId(Uuid::from_u128(n)).to_string();
    let mark = |n: u128, base: &str, new: &str| edit(JobField::Photo, &photo(n), base, new);
    let merged = both(&[mark(60, "", "before")], &[mark(61, "", "after")]);
    assert!(merged.met.is_empty());
    let shows = |job: &Job, n: u128| job.value(JobField::Photo, &photo(n));
    assert_eq!(shows(&merged.record, 60), text("before"));
    assert_eq!(shows(&merged.record, 61), text("after"));
    let met = both(&[mark(60, "", "before")], &[mark(60, "", "after")]);
    assert_eq!(shows(&met.record, 60), text("before"));
    assert_eq!(met.met.len(), 1);
    let taken_back = [mark(60, "before", "")];
    let after = merge_edits(&merged.record, &taken_back, &[], author(1, 9)).unwrap();
    assert_eq!(shows(&after.record, 60), FieldValue::Nothing);
    assert_eq!(after.record.photos.len(), 1);
}

#[test]
fn what_is_no_item_or_no_value_of_it_is_refused_whole() {
    let asset = AssetId(Uuid::from_u128(40)).to_string();
    let part = PartId(Uuid::from_u128(50)).to_string();
    for bad in [
        answer("unknown", "", "yes"),
        answer("tight", "", "perhaps"),
        edit(JobField::Asset, "not an id", "", LINKED),
        edit(JobField::Asset, &asset, "", "glued"),
        edit(JobField::Part, &part, "", "0"),
        edit(JobField::Part, &part, "", "-1"),
        edit(JobField::Part, &part, "", "many"),
        edit(JobField::Part, "not an id", "", "1"),
        edit(JobField::Photo, "not an id", "", "before"),
        edit(JobField::Photo, &part, "", "during"),
    ] {
        let good = answer("notes", "", "Dry");
        let refused = merge_edits(&job(), &[good, bad.clone()], &[], author(1, 5));
        assert!(
            matches!(refused, Err(Rejection::Invalid { .. })),
            "{bad:?}: {refused:?}"
        );
    }
}

#[test]
fn one_mutation_cannot_make_any_number_of_conflicts() {
    let title = |item: &str| edit(JobField::Title, item, "x", "y");
    let many = (0..=limits::EDITS).map(|n| answer(&n.to_string(), "x", "y"));
    for bad in [
        vec![answer("notes", "", "a"), answer("notes", "", "b")],
        vec![title(""), title("")],
        vec![title("1")],
        vec![answer("", "", "a")],
        vec![answer(&"x".repeat(limits::ITEM_BYTES + 1), "", "a")],
        many.collect(),
    ] {
        let refused = merge_edits(&job(), &bad, &[], author(1, 5));
        let field = match &refused {
            Err(Rejection::Invalid { field, .. }) => field.as_str(),
            other => panic!("{other:?}"),
        };
        assert_eq!(field, "edits");
    }
}

#[test]
fn an_asset_is_replaced_in_one_mutation_however_many_there_are() {
    let id = |n: usize| AssetId(Uuid::from_u128(1_000 + n as u128));
    let full = Job {
        assets: (0..limits::JOB_LINKS).map(id).collect(),
        ..job()
    };
    let remove = edit(JobField::Asset, &id(0).to_string(), LINKED, "");
    let add = edit(JobField::Asset, &id(200).to_string(), "", LINKED);
    let merged = merge_edits(&full, &[remove, add], &[], author(1, 5)).unwrap();
    assert!(merged.record.assets.contains(&id(200)) && !merged.record.assets.contains(&id(0)));
}

#[test]
fn an_id_in_another_writing_is_no_item() {
    let id = AssetId(Uuid::from_u128(0xabcd)).to_string();
    let refused = |item: String| {
        let link = edit(JobField::Asset, &item, "", LINKED);
        merge_edits(&job(), &[link], &[], author(1, 5)).is_err()
    };
    assert!(refused(id.to_uppercase()) && refused(id.replace('-', "")));
    assert!(!refused(id));
}
