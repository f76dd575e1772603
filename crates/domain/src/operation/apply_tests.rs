//! Tests of `apply`: who may do what in which state.

use super::*;
use crate::ids::{JobId, NoteId, UserId};
use crate::limits;
use crate::record::{Job, JobStatus, Note, Priority, StatusStep};
use crate::rejection::Problem;
use crate::time::Timestamp;
use crate::user::{Actor, Role};
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(7));
const NOTE: NoteId = NoteId(Uuid::from_u128(9));
const ANNA: UserId = UserId(Uuid::from_u128(1));
const BEN: UserId = UserId(Uuid::from_u128(2));

fn actor(id: UserId, role: Role) -> Actor<'static> {
    Actor {
        id,
        name: "Anna",
        role,
    }
}

fn job(status: JobStatus) -> Job {
    Job {
        id: JOB,
        number: "J-7".into(),
        title: "Boiler".into(),
        description: String::new(),
        priority: Priority::Normal,
        status,
        assignee: Some(ANNA),
        starts: Timestamp(0),
        ends: Timestamp(1),
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
    }
}

fn note(text: &str) -> Note {
    Note {
        id: NOTE,
        job: JOB,
        author: ANNA,
        author_name: "Anna".into(),
        text: text.into(),
        made_at: Timestamp(5),
        files: Vec::new(),
    }
}

#[track_caller]
fn check(records: &[Record], actor: Actor<'_>, op: &Op, expected: Result<Effect, Rejection>) {
    let context = ApplyContext::local(actor, Timestamp(5));
    let got = apply_op(context, op, |key| {
        records.iter().find(|record| record.key() == Some(key))
    });
    assert_eq!(got, expected);
}

fn set(to: JobStatus) -> Op {
    Op::set_status(JOB, to)
}

fn add(text: &str) -> Op {
    Op::AddNote {
        note: NOTE,
        job: JOB,
        text: text.into(),
        files: Vec::new(),
    }
}

#[test]
fn status_follows_the_machine_and_the_rights_of_this_moment() {
    let scheduled = [Record::Job(job(JobStatus::Scheduled))];
    let anna = actor(ANNA, Role::Technician);
    let moved_by = |by: &str| {
        let mut moved = job(JobStatus::EnRoute);
        let step = StatusStep::usual(JobStatus::EnRoute, Timestamp(5), by);
        moved.steps.push(step);
        Effect::Write(vec![Record::Job(moved)])
    };
    let moved = moved_by(anna.name);
    check(
        &scheduled,
        anna,
        &set(JobStatus::EnRoute),
        Ok(moved.clone()),
    );
    check(
        &scheduled,
        anna,
        &set(JobStatus::Scheduled),
        Ok(Effect::Already),
    );
    let illegal = Rejection::IllegalStatus {
        from: JobStatus::Scheduled,
        to: JobStatus::Finished,
    };
    check(&scheduled, anna, &set(JobStatus::Finished), Err(illegal));
    let ben = actor(BEN, Role::Technician);
    check(
        &scheduled,
        ben,
        &set(JobStatus::EnRoute),
        Err(Rejection::Forbidden),
    );
    let office = actor(BEN, Role::Dispatcher);
    check(
        &scheduled,
        office,
        &set(JobStatus::EnRoute),
        Ok(moved_by(office.name)),
    );
    check(
        &[],
        anna,
        &set(JobStatus::EnRoute),
        Err(Rejection::NotFound),
    );
}

#[test]
fn a_note_is_added_once_and_only_by_those_who_work_on_the_job() {
    let started = Record::Job(job(JobStatus::Started));
    let anna = actor(ANNA, Role::Technician);
    let written = Effect::Write(vec![Record::Note(note("wet"))]);
    check(
        std::slice::from_ref(&started),
        anna,
        &add(" wet "),
        Ok(written),
    );
    let with_note = [started.clone(), Record::Note(note("wet"))];
    check(&with_note, anna, &add("wet"), Ok(Effect::Already));
    check(&with_note, anna, &add("dry"), Err(Rejection::Forbidden));
    let ben = actor(BEN, Role::Technician);
    check(&[started], ben, &add("wet"), Err(Rejection::Forbidden));
}

#[test]
fn a_note_has_text_and_a_limit() {
    let records = [Record::Job(job(JobStatus::Started))];
    let anna = actor(ANNA, Role::Technician);
    let invalid = |problem| {
        Err(Rejection::Invalid {
            field: "text".into(),
            problem,
        })
    };
    check(&records, anna, &add("  "), invalid(Problem::Missing));
    let max = limits::NOTE_CHARS;
    let longest = "x".repeat(max);
    check(
        &records,
        anna,
        &add(&longest),
        Ok(Effect::Write(vec![Record::Note(note(&longest))])),
    );
    check(
        &records,
        anna,
        &add(&"x".repeat(max + 1)),
        invalid(Problem::TooLong { max }),
    );
}

/// The office, or a second phone, was faster: the step counts as done, and what comes after it goes on.
#[test]
fn a_step_that_the_job_has_passed_counts_as_done_for_who_did_not_know() {
    use JobStatus::{Cancelled, EnRoute, Finished, Paused, Scheduled, Started};
    let anna = actor(ANNA, Role::Technician);
    let judge = |at: JobStatus, to: JobStatus, saw_target: bool| {
        let target = Record::Job(job(at));
        let context = ApplyContext {
            saw_target,
            ..ApplyContext::local(anna, Timestamp(5))
        };
        let find = |key| Some(&target).filter(|record| record.key() == Some(key));
        apply_op(context, &set(to), find)
    };
    for (at, to) in [
        (Started, EnRoute),
        (Paused, EnRoute),
        (Finished, EnRoute),
        (Finished, Started),
        (Finished, Paused),
    ] {
        let illegal = Rejection::IllegalStatus { from: at, to };
        assert_eq!(judge(at, to, false), Ok(Effect::Already), "{at:?} {to:?}");
        // Who saw the job as it is wants it back.
        assert_eq!(judge(at, to, true), Err(illegal), "{at:?} {to:?}");
    }
    for (at, to) in [
        (Scheduled, Finished),
        (Scheduled, Paused),
        (EnRoute, Paused),
        (EnRoute, Finished),
        (Started, Scheduled),
        (Finished, Scheduled),
        (Cancelled, EnRoute),
        (Cancelled, Started),
        (Cancelled, Finished),
        (Started, Cancelled),
    ] {
        let illegal = Rejection::IllegalStatus { from: at, to };
        assert_eq!(judge(at, to, false), Err(illegal), "{at:?} {to:?}");
    }
}
