//! Rights, role by role and right by right: what is refused once one was taken, and by which word.

use super::surroundings::{id, questions, surroundings};
use super::*;
use crate::ids::{AssetId, AttachmentId, CustomerId, NoteId, PartId, PropertyId};
use crate::merge::FieldValue;
use crate::permission::{CompanyRights, Requirable, Right, Rights, RightsChange};
use crate::record::{
    Acceptance, AttachmentKind, Customer, Job, JobField, LINKED, StatusStep, TaskStatus,
};
use crate::rejection::{Problem, Rejection};
use crate::user::{Actor, Role};

const ROLES: [Role; 3] = [Role::Technician, Role::Dispatcher, Role::Admin];

fn job_id() -> JobId {
    JobId(id(7))
}

/// The job that everything is tried on, in the status and with the question of an offer.
fn job(status: JobStatus, acceptance: Acceptance) -> Job {
    Job {
        id: job_id(),
        title: "Boiler".into(),
        description: "Cold".into(),
        status,
        acceptance,
        assignee: Some(UserId(id(1))),
        ends: Timestamp(9),
        checklist: questions(),
        steps: vec![StatusStep::usual(status, Timestamp(4), "Anna")],
        ..Job::BLANK
    }
}

fn edit(field: JobField, item: impl ToString, base: FieldValue, new: FieldValue) -> Op {
    Op::EditJob {
        job: job_id(),
        edits: vec![FieldEdit {
            field,
            item: item.to_string(),
            base,
            new,
        }],
        settles: None,
    }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn span(from: i64, until: i64) -> FieldValue {
    FieldValue::Span {
        from: Timestamp(from),
        until: Timestamp(until),
    }
}

fn attach(kind: AttachmentKind) -> Op {
    Op::AddAttachment {
        attachment: AttachmentId(id(41)),
        job: job_id(),
        kind,
        name: "b.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 3,
        sha256: "b".repeat(64),
        width: 1,
        height: 1,
        thumbnail: String::new(),
    }
}

fn create(description: &str, customer: Option<u8>, property: Option<u8>) -> Op {
    Op::CreateJob {
        job: JobId(id(8)),
        title: "Leak".into(),
        description: description.into(),
        customer: customer.map(|n| CustomerId(id(n))),
        property: property.map(|n| PropertyId(id(n))),
        priority: Priority::Normal,
        starts: Timestamp(1),
        ends: Timestamp(2),
    }
}

fn plan(description: &str) -> Op {
    Op::PlanJob {
        job: JobId(id(8)),
        plan: Box::new(JobPlan {
            title: "Leak".into(),
            description: description.into(),
            priority: Priority::Normal,
            starts: Timestamp(1),
            ends: Timestamp(2),
            customer: None,
            property: None,
            contract: None,
            assignee: None,
            assets: Vec::new(),
            forms: Vec::new(),
            made: Vec::new(),
        }),
    }
}

fn status(to: JobStatus, kind: StepKind) -> Op {
    Op::SetJobStatus {
        job: job_id(),
        to,
        kind,
        reason: "So".into(),
    }
}

/// An operation that takes each right, and the status in which it is legal. A right that is added without one does
/// not compile.
fn taking(right: Right) -> (JobStatus, Op) {
    let at_work = |op| (JobStatus::Started, op);
    match right {
        Right::EditTitle => at_work(edit(JobField::Title, "", text("Boiler"), text("Pump"))),
        Right::EditDescription => {
            at_work(edit(JobField::Description, "", text("Cold"), text("Hot")))
        }
        Right::EditPriority => at_work(edit(JobField::Priority, "", text("normal"), text("high"))),
        Right::EditSchedule => at_work(edit(JobField::Schedule, "", span(0, 9), span(1, 9))),
        Right::EditAssignee => {
            let (base, new) = (text(&id(1).to_string()), FieldValue::Nothing);
            at_work(edit(JobField::Assignee, "", base, new))
        }
        Right::EditAnswer => at_work(edit(JobField::Answer, "n", FieldValue::Nothing, text("7"))),
        Right::EditAsset => {
            let asset = AssetId(id(20));
            at_work(edit(
                JobField::Asset,
                asset,
                FieldValue::Nothing,
                text(LINKED),
            ))
        }
        Right::EditPart => {
            let part = PartId(id(21));
            at_work(edit(JobField::Part, part, FieldValue::Nothing, text("2")))
        }
        Right::EditPhoto => {
            let photo = AttachmentId(id(40));
            at_work(edit(
                JobField::Photo,
                photo,
                FieldValue::Nothing,
                text("before"),
            ))
        }
        Right::SetStatus => at_work(status(JobStatus::Paused, StepKind::Usual)),
        Right::Finish => at_work(status(JobStatus::Finished, StepKind::Usual)),
        Right::NotPossible => at_work(status(JobStatus::Finished, StepKind::NotPossible)),
        Right::Reopen => (
            JobStatus::Finished,
            status(JobStatus::Started, StepKind::Reopened),
        ),
        Right::Cancel => at_work(status(JobStatus::Cancelled, StepKind::Usual)),
        Right::AnswerOffer => (
            JobStatus::Scheduled,
            Op::AnswerOffer {
                job: job_id(),
                accept: true,
                reason: String::new(),
            },
        ),
        Right::SetTaskStatus => at_work(Op::SetTaskStatus {
            task: TaskId(id(60)),
            job: job_id(),
            to: TaskStatus::Done,
        }),
        Right::SubmitForm => at_work(Op::SubmitForm {
            submission: SubmissionId(id(81)),
            job: job_id(),
            task: None,
            template: TemplateId(id(50)),
            answers: Vec::new(),
        }),
        Right::AddNote => at_work(Op::AddNote {
            note: NoteId(id(71)),
            job: job_id(),
            text: "Hello".into(),
            files: Vec::new(),
        }),
        Right::AddPhoto => at_work(attach(AttachmentKind::Photo)),
        Right::AddSignature => at_work(attach(AttachmentKind::Signature)),
        Right::AddFile => at_work(attach(AttachmentKind::File)),
        Right::Withdraw => at_work(Op::Withdraw {
            part: NoteId(id(70)).into(),
            job: job_id(),
        }),
        Right::CreateJob => at_work(create("", None, None)),
        Right::CreateRecord => at_work(Op::Create {
            record: Box::new(Record::Customer(Customer {
                id: CustomerId(id(31)),
                name: "Ada".into(),
                phone: String::new(),
                email: String::new(),
                organization: None,
                archived: false,
            })),
        }),
        Right::Other => at_work(Op::Unknown),
    }
}

fn judged(role: Role, rights: &Rights, before: Job, op: &Op) -> Result<Effect, Rejection> {
    let mut records = surroundings();
    records.push(Record::Job(before));
    let actor = Actor {
        id: UserId(id(1)),
        name: "Anna",
        role,
    };
    let context = ApplyContext {
        rights,
        ..ApplyContext::local(actor, Timestamp(5))
    };
    apply_op(context, op, |key| {
        records.iter().find(|record| record.key() == Some(key))
    })
}

fn taken(rights: &[Right]) -> CompanyRights {
    CompanyRights {
        version: 1,
        technician: rights.to_vec(),
        dispatcher: rights.to_vec(),
        required: Vec::new(),
    }
}

#[test]
fn what_was_taken_is_refused_by_its_own_word_and_nothing_else_is() {
    for role in ROLES {
        for right in Right::ALL {
            let (status, op) = taking(right);
            let asked = if right == Right::AnswerOffer {
                Acceptance::Asked
            } else {
                Acceptance::NotAsked
            };
            let case = |rights: &Rights| judged(role, rights, job(status, asked), &op);
            let before = case(&Rights::default());
            let given = right.is_given_to(role);
            assert_eq!(before.is_ok(), given, "{role:?} {right:?}: {before:?}");
            let without = case(&taken(&[right]).of(role));
            if given && role != Role::Admin {
                let refused = Err(Rejection::NotPermitted { right, version: 1 });
                assert_eq!(without, refused, "{role:?} {right:?}");
            } else {
                // Admins lack nothing, and who never had it is refused as before.
                assert_eq!(without, before, "{role:?} {right:?}");
            }
            let mut others = Right::ALL.to_vec();
            others.retain(|other| *other != right);
            assert_eq!(case(&taken(&others).of(role)), before, "{role:?} {right:?}");
        }
    }
}

#[test]
fn every_field_has_a_right_of_its_own() {
    let fields = [
        JobField::Title,
        JobField::Description,
        JobField::Priority,
        JobField::Schedule,
        JobField::Assignee,
        JobField::Answer,
        JobField::Asset,
        JobField::Part,
        JobField::Photo,
    ];
    let rights: Vec<Right> = fields.map(Right::to_edit).to_vec();
    let of_fields: Vec<Right> = Right::ALL
        .into_iter()
        .filter(|right| right.is_of_field())
        .collect();
    assert_eq!(rights, of_fields);
}

#[test]
fn a_state_that_already_is_as_asked_for_takes_no_right_and_what_hides_a_record_comes_first() {
    let rights = taken(&Right::ALL).of(Role::Technician);
    let same = edit(JobField::Title, "", text("Boiler"), text("Boiler"));
    let started = || job(JobStatus::Started, Acceptance::NotAsked);
    let judge = |before: Job, op: &Op| judged(Role::Technician, &rights, before, op);
    assert_eq!(judge(started(), &same), Ok(Effect::Already));
    let other = Job {
        assignee: None,
        ..started()
    };
    let (_, op) = taking(Right::EditTitle);
    assert_eq!(judge(other, &op), Err(Rejection::Forbidden));
}

#[test]
fn an_edit_that_leaves_what_was_seen_changes_nothing_however_it_is_written() {
    let upper = text(&id(0xAB).to_string().to_uppercase());
    for (role, field, value) in [
        (Role::Technician, JobField::Title, text(" Pump ")),
        (Role::Technician, JobField::Description, text("Hot ")),
        (Role::Dispatcher, JobField::Assignee, upper),
    ] {
        let op = edit(field, "", value.clone(), value);
        assert_eq!(op.rights(), []);
        for rights in [Rights::default(), taken(&Right::ALL).of(role)] {
            let found = judged(
                role,
                &rights,
                job(JobStatus::Started, Acceptance::NotAsked),
                &op,
            );
            assert_eq!(found, Ok(Effect::Already), "{field:?}");
        }
    }
}

#[test]
fn the_office_needs_the_right_to_reopen_whatever_it_calls_the_step() {
    let finished = || job(JobStatus::Finished, Acceptance::NotAsked);
    let rights = taken(&[Right::Reopen]).of(Role::Dispatcher);
    let refused = Rejection::NotPermitted {
        right: Right::Reopen,
        version: 1,
    };
    for kind in [StepKind::Usual, StepKind::Reopened] {
        let op = status(JobStatus::Started, kind);
        let with = judged(Role::Dispatcher, &Rights::default(), finished(), &op);
        assert!(with.is_ok(), "{kind:?} {with:?}");
        let without = judged(Role::Dispatcher, &rights, finished(), &op);
        assert_eq!(without, Err(refused.clone()), "{kind:?}");
        let admin = judged(Role::Admin, &Rights::default(), finished(), &op);
        assert!(admin.is_ok(), "{kind:?} {admin:?}");
    }
    // To pause and to go on is no reopening.
    let op = status(JobStatus::Paused, StepKind::Usual);
    let started = job(JobStatus::Started, Acceptance::NotAsked);
    assert!(judged(Role::Dispatcher, &rights, started, &op).is_ok());
}

#[test]
fn what_must_be_filled_in_is_asked_of_new_jobs_and_of_who_edits_the_head() {
    let bare = Job {
        description: String::new(),
        ..job(JobStatus::Started, Acceptance::NotAsked)
    };
    let title = |new| edit(JobField::Title, "", text("Boiler"), text(new));
    let describe = |new| edit(JobField::Description, "", text(""), text(new));
    let both = Op::EditJob {
        job: job_id(),
        edits: match (title("Pump"), describe("Hot")) {
            (Op::EditJob { edits: one, .. }, Op::EditJob { edits: two, .. }) => {
                one.into_iter().chain(two).collect()
            }
            _ => Vec::new(),
        },
        settles: None,
    };
    let all = Requirable::ALL;
    use Requirable::{Customer, Description, Property};
    for (required, op, lacks) in [
        (&all[..], create("Cold", Some(30), Some(35)), None),
        (&all, create("", Some(30), Some(35)), Some(Description)),
        (&all, create("Cold", None, Some(35)), Some(Customer)),
        (&all, create("Cold", Some(30), None), Some(Property)),
        (&all, plan(""), Some(Description)),
        (&[Customer], plan("Cold"), Some(Customer)),
        (&[], create("", None, None), None),
        (&all, title("Pump"), Some(Description)),
        (&all, describe(" "), None),
        (&all, describe("Hot"), None),
        (&all, both, None),
        // Customer and place are asked of new jobs alone: nobody could fill them in here.
        (&[Customer, Property], title("Pump"), None),
        // Work is not held up by what the head lacks.
        (&all, status(JobStatus::Finished, StepKind::Usual), None),
        (&all, taking(Right::EditAnswer).1, None),
        (&all, taking(Right::EditPart).1, None),
        (&all, taking(Right::EditSchedule).1, None),
        (&all, taking(Right::AddNote).1, None),
    ] {
        for role in [Role::Dispatcher, Role::Admin] {
            let rights = Rights {
                version: 1,
                required: required.to_vec(),
                ..Rights::default()
            };
            let found = judged(role, &rights, bare.clone(), &op);
            let found = found.map(drop);
            let expected = lacks.map_or(Ok(()), |field| {
                Err(Rejection::FieldRequired { field, version: 1 })
            });
            assert_eq!(found, expected, "{role:?} {required:?} {op:?}");
        }
    }
}

#[test]
fn an_edit_that_empties_what_must_be_filled_in_is_refused() {
    let rights = Rights {
        required: vec![Requirable::Description],
        ..Rights::default()
    };
    let op = edit(JobField::Description, "", text("Cold"), text(""));
    let before = job(JobStatus::Started, Acceptance::NotAsked);
    let refused = Err(Rejection::FieldRequired {
        field: Requirable::Description,
        version: 0,
    });
    assert_eq!(judged(Role::Technician, &rights, before, &op), refused);
}

#[test]
fn a_change_of_rights_counts_and_says_what_nobody_can_set() {
    let set = |role, right, given| RightsChange::Right { role, right, given };
    let first = CompanyRights::default();
    let change = set(Role::Technician, Right::EditTitle, false);
    let second = first.changed(change, Timestamp(0)).unwrap().unwrap();
    assert_eq!(second.version, 1);
    assert_eq!(second.of(Role::Technician).taken, [Right::EditTitle]);
    assert!(second.of(Role::Dispatcher).taken.is_empty());
    assert!(second.of(Role::Admin).taken.is_empty());
    assert_eq!(second.changed(change, Timestamp(9)), Ok(None));
    let back = set(Role::Technician, Right::EditTitle, true);
    let third = second.changed(back, Timestamp(700)).unwrap().unwrap();
    // Beyond the time, so that a restored backup does not go back to what was told before.
    assert_eq!((third.version, third.technician.len()), (700, 0));
    assert_eq!(third.clone().renewed(Timestamp(5)).version, 701);
    let required = RightsChange::Required {
        field: Requirable::Customer,
        required: true,
    };
    let fourth = third.changed(required, Timestamp(0)).unwrap().unwrap();
    assert_eq!(fourth.of(Role::Admin).required, [Requirable::Customer]);
    for odd in [
        set(Role::Admin, Right::EditTitle, false),
        set(Role::Technician, Right::EditAssignee, true),
        set(Role::Dispatcher, Right::Other, false),
        RightsChange::Required {
            field: Requirable::Other,
            required: true,
        },
        RightsChange::Other,
    ] {
        let refused = first.changed(odd, Timestamp(0));
        let is_refused = |problem: &Rejection| {
            matches!(
                problem,
                Rejection::Invalid {
                    problem: Problem::Malformed,
                    ..
                }
            )
        };
        assert!(
            refused.as_ref().is_err_and(is_refused),
            "{odd:?} {refused:?}"
        );
    }
}

#[test]
fn rights_of_a_newer_company_are_read_as_far_as_they_are_known() {
    let read: Rights = serde_json::from_str(
        r#"{"version":3,"taken":["edit_title","fly"],"required":["description","star_sign"]}"#,
    )
    .unwrap();
    assert!(!read.has(Right::EditTitle) && read.has(Right::EditPart));
    assert!(read.requires(Requirable::Description) && !read.requires(Requirable::Customer));
    let least: Rights = serde_json::from_str("{}").unwrap();
    assert!(least.is_unchanged());
}
