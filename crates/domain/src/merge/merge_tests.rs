//! Tests of the merge: the table of all cases of one field of a job, and what is refused.

use super::kinds::{JOB, Kind, any_change, run};
use super::*;
use crate::ids::UserId;
use crate::operation::{ApplyContext, Effect, Op, apply_op, fold_op};
use crate::record::{FieldEdit, FieldStamp, Job, JobField, Record};
use proptest::prelude::*;
use uuid::Uuid;

fn actor(n: u128, role: Role) -> Actor<'static> {
    Actor {
        id: UserId(Uuid::from_u128(n)),
        name: "Somebody",
        role,
    }
}

fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

fn edit(field: JobField, base: &str, new: &str) -> FieldEdit {
    FieldEdit {
        item: String::new(),
        field,
        base: text(base),
        new: text(new),
    }
}

fn stamp(field: JobField, at: i64, by: u128, office: bool) -> FieldStamp {
    FieldStamp {
        item: String::new(),
        field,
        at: Timestamp(at),
        by: UserId(Uuid::from_u128(by)),
        name: "Other".into(),
        office,
    }
}

/// Every case of one field: base, new and current over three values, earlier and later.
#[test]
fn three_values_in_every_place() {
    let values = ["v0", "a", "b"];
    for base in values {
        for new in values {
            for current in values {
                for (made_at, winner) in [(5, Winner::Theirs), (15, Winner::Mine)] {
                    let author = Author {
                        actor: actor(1, Role::Technician),
                        made_at: Timestamp(made_at),
                        received_at: Timestamp(20),
                        mutation: MutationId(Uuid::from_u128(1)),
                    };
                    let edit = edit(JobField::Title, base, new);
                    let stamp = stamp(JobField::Title, 10, 2, true);
                    let expected = if new == current || new == base {
                        FieldOutcome::Same
                    } else if base == current {
                        FieldOutcome::Take
                    } else {
                        FieldOutcome::Conflict(winner)
                    };
                    let got = merge_field(&edit, &text(current), Some(&stamp), author);
                    assert_eq!(got, expected, "{base} {new} {current} {made_at}");
                }
            }
        }
    }
}

#[test]
fn every_field_has_a_policy_and_the_office_wins_its_own() {
    for field in JobField::ALL {
        assert_ne!(field.policy(), Policy::Other, "{field:?}");
    }
    let outcome = |role, made_at, office| {
        let author = Author {
            actor: actor(1, role),
            made_at: Timestamp(made_at),
            received_at: Timestamp(20),
            mutation: MutationId(Uuid::from_u128(1)),
        };
        let span = |from| FieldValue::Span {
            from: Timestamp(from),
            until: Timestamp(from),
        };
        let edit = FieldEdit {
            item: String::new(),
            field: JobField::Schedule,
            base: span(0),
            new: span(1),
        };
        let stamp = stamp(JobField::Schedule, 10, 2, office);
        merge_field(&edit, &span(2), Some(&stamp), author)
    };
    let (mine, theirs) = (
        FieldOutcome::Conflict(Winner::Mine),
        FieldOutcome::Conflict(Winner::Theirs),
    );
    assert_eq!(outcome(Role::Technician, 15, true), theirs);
    assert_eq!(outcome(Role::Dispatcher, 5, false), mine);
    assert_eq!(outcome(Role::Dispatcher, 5, true), theirs);
    assert_eq!(outcome(Role::Technician, 15, false), mine);
}

proptest! {
    /// What the phone shows before sending is what the server writes if nobody else has edited, and an
    /// operation comes to what the merge comes to.
    #[test]
    fn fold_merge_and_operation_agree(change in any_change::<Job>(1)) {
        let op = Op::EditJob { job: JOB, edits: change.edits.clone(), settles: None };
        let fold = |view| fold_op(JOB.into(), view, &op, change.author.actor, change.author.made_at);
        let before = Record::Job(Job::start());
        let shown = fold(Some(before.clone()));
        let merged = Record::Job(run::<Job>(&[&change]).record);
        prop_assert_eq!(&shown, &Some(merged.clone()));
        prop_assert_eq!(fold(shown.clone()), shown);
        let context = ApplyContext::local(change.author.actor, change.author.made_at);
        let effect = apply_op(context, &op, |key| (Some(key) == before.key()).then_some(&before));
        let expected = if merged == before { Effect::Already } else { Effect::Write(vec![merged]) };
        prop_assert_eq!(effect, Ok(expected));
    }
}

#[test]
fn who_may_not_edit_and_what_cannot_be_stored_is_refused_whole() {
    let author = Author {
        actor: actor(1, Role::Technician),
        made_at: Timestamp(5),
        received_at: Timestamp(5),
        mutation: MutationId(Uuid::from_u128(1)),
    };
    let refused = |edits: &[FieldEdit]| merge_edits(&Job::start(), edits, &[], author).unwrap_err();
    let good = edit(JobField::Description, "v0", "a");
    let assignee = edit(JobField::Assignee, "", "");
    assert_eq!(refused(&[good.clone(), assignee]), Rejection::Forbidden);
    let other = edit(JobField::Other, "", "x");
    assert_eq!(refused(&[other]), Rejection::UnknownOp);
    for bad in [
        edit(JobField::Title, "v0", " "),
        edit(JobField::Title, "v0", &"x".repeat(201)),
        edit(JobField::Priority, "normal", "utmost"),
        edit(JobField::Schedule, "v0", "v1"),
    ] {
        let reason = refused(&[good.clone(), bad.clone()]);
        assert!(
            matches!(&reason, Rejection::Invalid { field, .. } if *field == bad.field.name()),
            "{bad:?}: {reason:?}"
        );
    }
}
