//! Tests of `set_job_status`: what somebody did who did not know that the job had gone on.

use crate::ids::{JobId, UserId};
use crate::limits;
use crate::operation::{ApplyContext, Effect, Op, apply_op, fold_op};
use crate::record::{Job, JobStatus, Record, StatusStep, time_on_job};
use crate::time::Timestamp;
use crate::user::{Actor, Role};
use JobStatus::{EnRoute, Finished, Paused, Scheduled, Started};
use proptest::prelude::*;
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(7));

fn actor(name: &'static str, role: Role) -> Actor<'static> {
    Actor {
        id: UserId(Uuid::from_u128(1)),
        name,
        role,
    }
}

fn anna() -> Actor<'static> {
    actor("Anna", Role::Technician)
}

fn set(to: JobStatus) -> Op {
    Op::SetJobStatus { job: JOB, to }
}

fn scheduled() -> Job {
    Job {
        id: JOB,
        assignee: Some(anna().id),
        ..Job::BLANK
    }
}

/// Each step by itself, as a server takes them; `at` are minutes.
fn after(mut job: Job, by: Actor<'_>, steps: &[(JobStatus, i64)]) -> Job {
    for (to, at) in steps {
        let context = ApplyContext {
            saw_target: false,
            ..ApplyContext::local(by, Timestamp(at * 60_000))
        };
        let before = Record::Job(job.clone());
        if let Ok(Effect::Write(mut written)) = apply_op(context, &set(*to), |_| Some(&before)) {
            let Some(Record::Job(written)) = written.pop() else {
                panic!("no job");
            };
            job = written;
        }
    }
    job
}

fn office(job: Job, steps: &[(JobStatus, i64)]) -> Job {
    after(job, actor("Olga", Role::Dispatcher), steps)
}

fn times(job: &Job) -> Vec<(JobStatus, i64)> {
    let of_step = |step: &StatusStep| (step.to, step.at.0 / 60_000);
    job.steps.iter().map(of_step).collect()
}

fn minutes(job: &Job) -> i64 {
    let steps: Vec<_> = job.steps.iter().map(|step| (step.to, step.at)).collect();
    time_on_job(&steps, Timestamp(10_000 * 60_000)) / 60_000
}

#[test]
fn the_times_of_a_day_offline_stay_where_the_office_was_faster() {
    let closed = office(scheduled(), &[(Started, 715), (Finished, 720)]);
    let day = [
        (EnRoute, 480),
        (Started, 510),
        (Paused, 540),
        (Started, 560),
        (Finished, 690),
    ];
    let job = after(closed.clone(), anna(), &day);
    assert_eq!(job.status, Finished);
    let mut expected = day.to_vec();
    expected.extend([(Started, 715), (Finished, 720)]);
    assert_eq!((times(&job), minutes(&job)), (expected, 30 + 130 + 5));
    // It is the same change when it comes again.
    assert_eq!(after(job.clone(), anna(), &day), job);
    // Later than the office's word, it still does not follow it: a finished job does not run.
    let job = after(closed, anna(), &[(Started, 730), (Finished, 800)]);
    assert_eq!(job.steps.last().unwrap().at, Timestamp(720 * 60_000));
}

#[test]
fn who_saw_the_job_as_it_is_notes_nothing_and_the_history_stays_within_its_bound() {
    let closed = office(scheduled(), &[(Started, 60), (Finished, 90)]);
    let seen = Record::Job(closed.clone());
    let context = ApplyContext::local(anna(), Timestamp(0));
    assert_eq!(
        apply_op(context, &set(Finished), |_| Some(&seen)),
        Ok(Effect::Already)
    );
    let many: Vec<_> = (0..500).map(|at| (Started, at)).collect();
    assert_eq!(
        after(closed, anna(), &many).steps.len(),
        limits::STATUS_STEPS
    );
    // To have been called off, or not begun, takes no time.
    assert_eq!(after(scheduled(), anna(), &[(Scheduled, 5)]).steps, []);
}

fn any_steps(statuses: &'static [JobStatus]) -> impl Strategy<Value = Vec<(JobStatus, i64)>> {
    let step = (proptest::sample::select(statuses), 0_i64..900);
    // Nobody takes one step twice in one moment.
    proptest::collection::vec(step, 0..6).prop_map(|mut steps| {
        let mut seen = Vec::new();
        steps.retain(|step| {
            let is_new = !seen.contains(step);
            seen.push(*step);
            is_new
        });
        steps
    })
}

proptest! {
    /// Whatever the office did meanwhile: the last step is that to where the job stands, what comes again
    /// changes nothing, and what the phone shows on top of it is what it showed.
    #[test]
    fn what_is_noted_changes_no_status(theirs in any_steps(&JobStatus::ALL), mine in any_steps(&[EnRoute, Started, Paused, Finished])) {
        let before = office(scheduled(), &theirs);
        for mine in &mine {
            let once = after(before.clone(), anna(), &[*mine]);
            prop_assert_eq!(&after(once.clone(), anna(), &[*mine]), &once);
            if let Some(last) = once.steps.last() {
                prop_assert_eq!(last.to, once.status);
            }
            let fold = |job: &Job| fold_op(JOB.into(), Some(Record::Job(job.clone())), &set(mine.0), anna(), Timestamp(mine.1 * 60_000));
            let (Some(Record::Job(over_before)), Some(Record::Job(over_once))) = (fold(&before), fold(&once)) else {
                panic!("no job");
            };
            prop_assert_eq!(over_before.status, over_once.status);
            let sorted = |job: &Job| {
                let mut times = times(job);
                times.sort_unstable();
                times
            };
            if before.status != mine.0 && once != before {
                prop_assert_eq!(sorted(&over_before), sorted(&over_once));
            }
        }
    }
}
