//! Service tasks, forms, and what follows from them.

use crate::cache::Cache;
use crate::client::{Client, short};
use crate::merge::text;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::answers::{NO, Test, YES};
use afield_domain::*;
use afield_protocol::*;
use afield_server::records::Fate;
use uuid::Uuid;

const TEMPLATE: TemplateId = TemplateId(Uuid::from_u128(0x9100));

fn task(n: u128, job: JobId) -> ServiceTask {
    ServiceTask {
        id: TaskId(Uuid::from_u128(0x7000 + n)),
        job,
        place: 1,
        title: "Inspect the boiler".into(),
        status: TaskStatus::Open,
        asset: None,
        template: Some(TEMPLATE),
    }
}

fn form() -> FormTemplate {
    let number = || QuestionKind::Number {
        min: None,
        max: None,
        unit: String::new(),
    };
    FormTemplate {
        id: TEMPLATE,
        name: "Inspection".into(),
        questions: vec![
            Question {
                required: true,
                fails: Some(Test::any_of(&[NO])),
                ..Question::new("tight", "Is it tight?", QuestionKind::YesNo)
            },
            Question {
                required: true,
                when: Some(Condition {
                    item: "tight".into(),
                    test: Test::any_of(&[NO]),
                }),
                ..Question::new("where", "Where does it leak?", QuestionKind::Text)
            },
            Question::new("flow", "Flow", number()),
            Question::new(
                "twice",
                "Twice the flow",
                QuestionKind::Calculation {
                    formula: "flow * 2".into(),
                    decimals: 1,
                    unit: String::new(),
                },
            ),
        ],
    }
}

/// A server with a job of Anna's that was begun, with two tasks and a form.
async fn begun() -> (Server, Job) {
    let server = Server::start().await;
    let job = Job {
        status: JobStatus::Started,
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    server.put(NORDHAUS, &Record::Form(form())).await;
    for n in [1, 2] {
        let task = Record::Task(task(n, job.id));
        server.put(NORDHAUS, &task).await;
    }
    (server, job)
}

fn submit(n: u128, job: JobId, answers: &[(&str, &str)]) -> Op {
    Op::SubmitForm {
        submission: SubmissionId(Uuid::from_u128(0x9000 + n)),
        job,
        task: Some(task(1, job).id),
        template: TEMPLATE,
        answers: answers
            .iter()
            .map(|(item, value)| Answer {
                item: (*item).into(),
                value: text(value),
            })
            .collect(),
    }
}

async fn push_op(client: &Client, phone: &mut Phone, op: Op) -> String {
    let answer: PushResponse = client.push_raw(&[phone.make(op)]).await.ok();
    match &answer.verdicts[0].verdict {
        Verdict::Rejected {
            reason: Rejection::Invalid { field, .. },
        } => format!("invalid {field}"),
        other => short(other),
    }
}

#[tokio::test]
async fn the_last_closed_task_marks_the_job_and_an_open_one_unmarks_it() {
    let (server, job) = begun().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let set = |n: u128, to: TaskStatus| Op::SetTaskStatus {
        task: task(n, job.id).id,
        job: job.id,
        to,
    };
    for (n, to, verdict, is_marked) in [
        (1, TaskStatus::Done, "applied", false),
        (1, TaskStatus::Done, "already", false),
        (2, TaskStatus::Skipped, "applied", true),
        (2, TaskStatus::Open, "applied", false),
        (2, TaskStatus::Done, "applied", true),
    ] {
        assert_eq!(push_op(&anna, &mut phone, set(n, to)).await, verdict);
        assert_eq!(server.job(job.id).await.tasks_closed, is_marked);
    }
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    let steps = board
        .activity
        .iter()
        .filter(|seen| matches!(seen.what, ActivityKind::Task { .. }));
    assert_eq!((steps.count(), board.activity.len()), (4, 4));
}

#[tokio::test]
async fn a_task_is_reached_only_through_its_own_job() {
    let (server, job) = begun().await;
    let second = server.put_job(2, ANNA).await.id;
    let bens = server.put_job(3, BEN).await.id;
    server.put(NORDHAUS, &Record::Task(task(3, bens))).await;
    let cases = [
        (ANNA, 1, second, "not_found"),
        (ANNA, 404, job.id, "not_found"),
        (ANNA, 3, bens, "forbidden"),
        (TOM, 1, job.id, "not_found"),
        (DORA, 1, job.id, "applied"),
    ];
    for (user, n, job, expected) in cases {
        let op = Op::SetTaskStatus {
            task: task(n, job).id,
            job,
            to: TaskStatus::Done,
        };
        let client = server.sign_in(user).await;
        let mut phone = Phone::of(user);
        phone.device = DeviceId(Uuid::from_u128(0xDD00 + n + job.0.as_u128()));
        assert_eq!(push_op(&client, &mut phone, op).await, expected);
    }
}

#[tokio::test]
async fn a_form_is_complete_its_sums_are_the_server_s_and_it_never_changes() {
    let (server, job) = begun().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let whole = [
        ("tight", YES),
        ("where", "asked only if it leaks"),
        ("flow", "2.50"),
        ("twice", "999"),
    ];
    for (n, answers, expected) in [
        (1, &[("flow", "1")][..], "invalid tight"),
        (2, &[("tight", NO)], "invalid where"),
        (3, &[("tight", "maybe")], "invalid tight"),
        (4, &whole, "applied"),
        (4, &whole, "already"),
        (4, &[("tight", YES)], "forbidden"),
    ] {
        let got = push_op(&anna, &mut phone, submit(n, job.id, answers)).await;
        assert_eq!(got, expected, "{answers:?}");
    }
    let key = SubmissionId(Uuid::from_u128(0x9004)).into();
    let Record::Submission(kept) = server.record(NORDHAUS, key).await.unwrap().record else {
        panic!("no submission");
    };
    let kept: Vec<_> = kept
        .answers
        .into_iter()
        .map(|answer| (answer.item, answer.value))
        .collect();
    let expected = [("tight", YES), ("flow", "2.5"), ("twice", "5")];
    assert_eq!(
        kept,
        expected.map(|(item, value)| (item.to_owned(), text(value)))
    );
}

/// The jobs that follow up `job` on Anna's phone after a pull.
async fn follow_ups(cache: &mut Cache, anna: &Client, job: JobId) -> Vec<Job> {
    cache.all(anna, 50).await;
    cache
        .records
        .values()
        .filter_map(|versioned| match &versioned.record {
            Record::Job(next) if next.follows == Some(job) => Some(next.clone()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_finished_job_with_a_failing_form_gets_one_follow_up_in_whatever_order_they_arrive() {
    for form_first in [true, false] {
        let (server, job) = begun().await;
        let anna = server.sign_in(ANNA).await;
        let mut cache = Cache::default();
        assert_eq!(follow_ups(&mut cache, &anna, job.id).await, []);
        let mut phone = Phone::of(ANNA);
        let failing = submit(1, job.id, &[("tight", NO), ("where", "valve")]);
        let finish = Op::set_status(job.id, JobStatus::Finished);
        let ops = if form_first {
            [failing, finish]
        } else {
            [finish, failing]
        };
        let batch = ops.map(|op| phone.make(op));
        for _ in 0..2 {
            // The second time as after a lost answer.
            assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
        }
        let made = follow_ups(&mut cache, &anna, job.id).await;
        let [next] = made.as_slice() else {
            panic!("{made:?}");
        };
        assert!(next.number.starts_with("J-") && next.number != job.number);
        assert_eq!(next.assignee, Some(ANNA));
        assert!(next.description.contains("Inspection: Is it tight?"));
        let again = submit(2, job.id, &[("tight", NO), ("where", "pipe")]);
        assert_eq!(push_op(&anna, &mut phone, again).await, "applied");
        assert_eq!(follow_ups(&mut cache, &anna, job.id).await, made);
        // The board says which job was made.
        let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
        let created: Vec<_> = board
            .activity
            .iter()
            .filter(|seen| seen.what == ActivityKind::Created)
            .map(|seen| (seen.job, seen.job_number.clone()))
            .collect();
        assert_eq!(created, [(next.id, next.number.clone())]);
        // What the office has called off does not come back.
        let gone = Record::Job(next.clone());
        server.write(NORDHAUS, &gone, Fate::Deleted).await;
        let third = submit(3, job.id, &[("tight", NO), ("where", "pipe")]);
        assert_eq!(push_op(&anna, &mut phone, third).await, "applied");
        assert_eq!(follow_ups(&mut cache, &anna, job.id).await, []);
    }
}

#[tokio::test]
async fn only_the_last_form_of_a_task_counts() {
    let (server, job) = begun().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [
        phone.make(submit(1, job.id, &[("tight", NO), ("where", "valve")])),
        Mutation {
            wall: at(NOON).plus_ms(-1),
            ..phone.make(submit(2, job.id, &[("tight", YES)]))
        },
    ];
    // Made before the failing one, though it came later: then the failing one counts.
    assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
    server.clock.advance(60_000);
    let repaired = Mutation {
        wall: at(NOON).plus_ms(30_000),
        ..phone.make(submit(3, job.id, &[("tight", YES)]))
    };
    let finish = phone.status(job.id, JobStatus::Finished);
    assert_eq!(anna.push(&[repaired, finish]).await, ["applied", "applied"]);
    let mut cache = Cache::default();
    assert_eq!(follow_ups(&mut cache, &anna, job.id).await, []);
}
