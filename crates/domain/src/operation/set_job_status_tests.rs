//! Tests of `set_job_status`: what somebody did who did not know that the job had gone on.

use crate::answers::{Answer, Question, QuestionKind, YES};
use crate::ids::{JobId, UserId};
use crate::limits;
use crate::merge::FieldValue;
use crate::operation::{ApplyContext, Effect, Op, apply_op, fold_op};
use crate::record::{Job, JobStatus, Record, StatusStep, StepKind, time_on_job};
use crate::rejection::Rejection;
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
    Op::set_status(JOB, to)
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

fn ended(kind: StepKind, to: JobStatus, reason: &str) -> Op {
    Op::SetJobStatus {
        job: JOB,
        to,
        kind,
        reason: reason.into(),
    }
}

/// What the server makes of `op` by `by` at `minute`, on a copy that the phone has not seen.
fn judged(job: &Job, by: Actor<'_>, op: &Op, minute: i64) -> Result<Job, Rejection> {
    let at = Timestamp(minute * 60_000);
    let context = ApplyContext {
        saw_target: false,
        ..ApplyContext::local(by, at)
    };
    let before = Record::Job(job.clone());
    match apply_op(context, op, |_| Some(&before))? {
        Effect::Write(records) => {
            // What the phone shows is what the server writes.
            let shown = fold_op(JOB.into(), Some(before.clone()), op, by, at);
            assert_eq!(shown.as_slice(), records);
            match records.into_iter().next() {
                Some(Record::Job(job)) => Ok(job),
                other => panic!("{other:?}"),
            }
        }
        _ => Ok(job.clone()),
    }
}

#[test]
fn a_job_that_cannot_be_done_ends_with_its_reason_wherever_it_stands() {
    let op = ended(StepKind::NotPossible, Finished, " Nobody is at home ");
    for steps in [
        &[][..],
        &[(EnRoute, 1)],
        &[(Started, 1)],
        &[(Started, 1), (Paused, 2)],
    ] {
        let job = judged(&after(scheduled(), anna(), steps), anna(), &op, 9).unwrap();
        assert!(job.was_not_possible(), "{steps:?}");
        assert_eq!(job.steps.last().unwrap().reason, "Nobody is at home");
        assert_eq!(judged(&job, anna(), &op, 9).as_ref(), Ok(&job), "once more");
    }
    let silent = ended(StepKind::NotPossible, Finished, " ");
    let refused = judged(&scheduled(), anna(), &silent, 9);
    assert!(matches!(refused, Err(Rejection::Invalid { .. })));
    let elsewhere = ended(StepKind::NotPossible, Started, "No");
    let refused = judged(&scheduled(), anna(), &elsewhere, 9);
    assert!(matches!(refused, Err(Rejection::IllegalStatus { .. })));
}

#[test]
fn a_finish_keeps_why_questions_stay_open_and_needs_no_reason() {
    let started = after(scheduled(), anna(), &[(Started, 1)]);
    let told = ended(StepKind::Usual, Finished, "The meter is locked");
    let job = judged(&started, anna(), &told, 9).unwrap();
    assert_eq!(job.steps.last().unwrap().reason, "The meter is locked");
    assert!(!job.was_not_possible());
    assert!(judged(&started, anna(), &set(Finished), 9).is_ok());
}

#[test]
fn who_may_reopen_what_and_for_how_long() {
    let op = ended(StepKind::Reopened, Started, "");
    let done = after(scheduled(), anna(), &[(Started, 1), (Finished, 10)]);
    let again = judged(&done, anna(), &op, 12).unwrap();
    assert_eq!((again.status, minutes(&again)), (Started, 9 + 10_000 - 12));
    assert_eq!(again.steps.last().unwrap().kind, StepKind::Reopened);
    // It is the same change when it comes again, and it is noted of nobody who did not know.
    assert_eq!(judged(&again, anna(), &op, 12).as_ref(), Ok(&again));
    let illegal = Err(Rejection::IllegalStatus {
        from: Finished,
        to: Started,
    });
    assert_eq!(
        judged(&done, anna(), &op, 10 + 24 * 60),
        illegal,
        "a day later"
    );
    let by_office = office(scheduled(), &[(Started, 1), (Finished, 10)]);
    assert_eq!(
        judged(&by_office, anna(), &op, 12),
        illegal,
        "the office's word"
    );
    let olga = actor("Olga", Role::Dispatcher);
    assert!(judged(&by_office, olga, &op, 5_000).is_ok());
    let called_off = office(scheduled(), &[(JobStatus::Cancelled, 10)]);
    let refused = judged(&called_off, anna(), &op, 12);
    assert!(matches!(refused, Err(Rejection::IllegalStatus { .. })));
}

#[test]
fn only_what_says_more_asks_for_a_newer_server() {
    assert_eq!(set(Finished).version(), 2);
    assert_eq!(ended(StepKind::Usual, Finished, "Locked").version(), 3);
    assert_eq!(ended(StepKind::Reopened, Started, "").version(), 3);
}

#[test]
fn a_company_may_refuse_a_finish_while_required_questions_are_open() {
    let mut job = after(scheduled(), anna(), &[(Started, 1)]);
    job.checklist = vec![
        Question {
            required: true,
            ..Question::new("safe", "Is it safe?", QuestionKind::YesNo)
        },
        Question::new("hint", "Anything else?", QuestionKind::Text),
    ];
    let finish = |job: &Job, refuses_open_questions: bool, kind: StepKind| {
        let context = ApplyContext {
            refuses_open_questions,
            ..ApplyContext::local(anna(), Timestamp(540_000))
        };
        let before = Record::Job(job.clone());
        let op = ended(kind, Finished, "The meter is locked");
        apply_op(context, &op, |_| Some(&before)).map(drop)
    };
    assert_eq!(finish(&job, false, StepKind::Usual), Ok(()));
    assert_eq!(
        finish(&job, true, StepKind::Usual),
        Err(Rejection::OpenQuestions)
    );
    assert_eq!(finish(&job, true, StepKind::NotPossible), Ok(()));
    job.answers = vec![Answer {
        item: "safe".into(),
        value: FieldValue::Text(YES.into()),
    }];
    assert_eq!(finish(&job, true, StepKind::Usual), Ok(()));
}
