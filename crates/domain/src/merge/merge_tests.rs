//! Tests of the merge: the table of all cases of one field, and what order may not change.

use super::*;
use crate::ids::JobId;
use crate::operation::Op;
use crate::operation::fold_op;
use crate::operation::{ApplyContext, Effect, apply_op};
use crate::record::JobStatus;
use crate::record::Priority;
use crate::record::Record;
use crate::user::Role;
use proptest::prelude::*;
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(7));

fn actor(n: u128, role: Role) -> Actor<'static> {
    Actor {
        id: UserId(Uuid::from_u128(n)),
        name: "Somebody",
        role,
    }
}

fn job() -> Job {
    Job {
        id: JOB,
        number: "J-7".into(),
        title: "v0".into(),
        description: "v0".into(),
        priority: Priority::Normal,
        status: JobStatus::Started,
        assignee: Some(UserId(Uuid::from_u128(1))),
        starts: Timestamp(0),
        ends: Timestamp(1),
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
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
        assert_ne!(policy(field), Policy::Other, "{field:?}");
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

/// A change on its way to the server.
#[derive(Debug, Clone)]
struct Change {
    actor: Actor<'static>,
    at: i64,
    mutation: u128,
    edits: Vec<FieldEdit>,
}

#[derive(Debug, Clone, PartialEq)]
struct Server {
    job: Job,
    stamps: Vec<FieldStamp>,
    conflicts: Vec<Conflict>,
}

fn apply(server: &mut Server, change: &Change) {
    let context = ApplyContext {
        actor: change.actor,
        made_at: Timestamp(change.at),
        received_at: Timestamp(100),
        mutation: MutationId(Uuid::from_u128(change.mutation)),
        stamps: &server.stamps,
    };
    let op = Op::EditJob {
        job: JOB,
        edits: change.edits.clone(),
        settles: None,
    };
    let before = Record::Job(server.job.clone());
    let effect = apply_op(context, &op, |key| {
        (Some(key) == before.key()).then_some(&before)
    });
    let (Effect::Write(records) | Effect::Merged(records)) = effect.unwrap() else {
        return;
    };
    for record in records {
        match record {
            Record::Job(job) => {
                let at = Timestamp(change.at);
                server.stamps = restamp(Some(&server.job), &job, &server.stamps, change.actor, at);
                server.job = job;
            }
            Record::Conflict(conflict) => server.conflicts.push(conflict),
            other => panic!("{other:?}"),
        }
    }
}

fn run(changes: &[&Change]) -> Server {
    let mut server = Server {
        job: job(),
        stamps: Vec::new(),
        conflicts: Vec::new(),
    };
    for change in changes {
        apply(&mut server, change);
    }
    server
}

fn any_change(mutation: u128, fields: &'static [JobField]) -> impl Strategy<Value = Change> {
    let edits = proptest::sample::subsequence(fields.to_vec(), 1..=fields.len());
    let office = any::<bool>();
    (edits, "[a-d]", 0..4_i64, office).prop_map(move |(fields, value, at, office)| Change {
        actor: actor(
            mutation,
            if office {
                Role::Admin
            } else {
                Role::Dispatcher
            },
        ),
        at,
        mutation,
        edits: fields
            .into_iter()
            .map(|field| edit(field, "v0", &value))
            .collect(),
    })
}

const ONE: &[JobField] = &[JobField::Title];
const OTHER: &[JobField] = &[JobField::Description];
const BOTH: &[JobField] = &[JobField::Title, JobField::Description];

proptest! {
    #[test]
    fn disjoint_edits_give_the_same_in_any_order(one in any_change(1, ONE), other in any_change(2, OTHER)) {
        let (straight, crossed) = (run(&[&one, &other]), run(&[&other, &one]));
        prop_assert_eq!(&straight, &crossed);
        prop_assert!(straight.conflicts.is_empty());
        prop_assert_eq!(straight.job.field(JobField::Title), one.edits[0].new.clone());
        prop_assert_eq!(straight.job.field(JobField::Description), other.edits[0].new.clone());
    }

    #[test]
    fn overlapping_edits_end_equal_and_no_value_is_lost(one in any_change(1, BOTH), other in any_change(2, BOTH)) {
        let (straight, crossed) = (run(&[&one, &other]), run(&[&other, &one]));
        prop_assert_eq!(&straight.job, &crossed.job);
        for field in BOTH {
            let wanted = |change: &Change| change.edits.iter().find(|edit| edit.field == *field).map(|edit| edit.new.clone());
            let (Some(a), Some(b)) = (wanted(&one), wanted(&other)) else { continue };
            for server in [&straight, &crossed] {
                let entries: Vec<_> = server.conflicts.iter().filter(|entry| entry.field == *field).collect();
                if a == b {
                    prop_assert!(entries.is_empty());
                    continue;
                }
                prop_assert_eq!(entries.len(), 1);
                let both = [entries[0].mine.clone(), entries[0].theirs.clone()];
                prop_assert!(both.contains(&a) && both.contains(&b));
                prop_assert_eq!(entries[0].winning(), &server.job.field(*field));
            }
        }
    }

    #[test]
    fn merging_the_same_again_changes_nothing(one in any_change(1, BOTH), other in any_change(2, BOTH)) {
        let once = run(&[&one, &other]);
        prop_assert_eq!(&run(&[&one, &other, &other]).job, &once.job);
    }

    /// What the phone shows before sending is what the server writes if nobody else has edited.
    #[test]
    fn fold_and_merge_agree(one in any_change(1, BOTH)) {
        let op = Op::EditJob { job: JOB, edits: one.edits.clone(), settles: None };
        let fold = |view| fold_op(JOB.into(), view, &op, one.actor, Timestamp(one.at));
        let shown = fold(Some(Record::Job(job())));
        prop_assert_eq!(&shown, &Some(Record::Job(run(&[&one]).job)));
        prop_assert_eq!(fold(shown.clone()), shown);
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
    let refused = |edits: &[FieldEdit]| merge_edits(&job(), edits, &[], author).unwrap_err();
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
