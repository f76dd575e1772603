//! Jobs made on site: their number is the server's, and what was done there comes with them.

use crate::client::short;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use uuid::Uuid;

fn found(n: u128, customer: Option<CustomerId>) -> Op {
    Op::CreateJob {
        job: JobId(Uuid::from_u128(0xC0 + n)),
        title: " Leak in the cellar ".into(),
        description: String::new(),
        customer,
        property: None,
        priority: Priority::default(),
        starts: at(NOON),
        ends: at(NOON),
    }
}

#[tokio::test]
async fn a_job_found_on_site_gets_a_number_and_keeps_what_was_done_there() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let create = phone.make(found(1, None));
    let job = create.op.job().unwrap();
    let mut batch = vec![
        create,
        phone.status(job, JobStatus::EnRoute),
        phone.note(job, "water everywhere"),
    ];
    batch[2].depends_on = vec![batch[0].id];
    batch.push(phone.make(found(2, None)));
    let answer = anna.push_raw(&batch).await;
    let verdicts = answer.ok::<PushResponse>().verdicts;
    assert!(verdicts.iter().all(|one| short(&one.verdict) == "applied"));
    let Verdict::Applied { records } = &verdicts[0].verdict else {
        panic!();
    };
    let Record::Job(made) = &records[0].record else {
        panic!();
    };
    assert_eq!(
        (made.number.as_str(), made.assignee),
        ("J-1001", Some(ANNA))
    );
    assert_eq!(made.title, "Leak in the cellar");
    let second = JobId(Uuid::from_u128(0xC2));
    assert_eq!(server.job(second).await.number, "J-1002");
    // Again: the same answer, and no number is used up.
    assert_eq!(anna.push_raw(&batch).await.body, answer.body);
    let mut pressing = found(3, None);
    if let Op::CreateJob { priority, .. } = &mut pressing {
        *priority = Priority::Urgent;
    }
    let third = [phone.make(pressing)];
    assert_eq!(anna.push(&third).await, ["applied"]);
    let third = server.job(JobId(Uuid::from_u128(0xC3))).await;
    assert_eq!(third.number, "J-1003");
    assert_eq!(third.priority, Priority::Urgent);
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    let first = board.activity.last().unwrap();
    assert_eq!(first.what, ActivityKind::Created);
    assert_eq!(
        (first.job_number.as_str(), first.actor.as_str()),
        ("J-1001", "Anna")
    );
    assert_eq!(
        board
            .jobs
            .iter()
            .find(|one| one.job.id == job)
            .unwrap()
            .notes,
        1
    );
}

#[tokio::test]
async fn a_job_s_id_is_one_job_s_and_its_customer_must_be_there() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let ben = server.sign_in(BEN).await;
    let mut annas = Phone::of(ANNA);
    let mut bens = Phone::of(BEN);
    assert_eq!(anna.push(&[annas.make(found(1, None))]).await, ["applied"]);
    assert_eq!(anna.push(&[annas.make(found(1, None))]).await, ["already"]);
    assert_eq!(ben.push(&[bens.make(found(1, None))]).await, ["forbidden"]);
    let nobody = Some(CustomerId(Uuid::from_u128(404)));
    assert_eq!(
        anna.push(&[annas.make(found(2, nobody))]).await,
        ["not_found"]
    );
    let gone = Record::Job(server.job(JobId(Uuid::from_u128(0xC1))).await);
    let fate = afield_server::records::Fate::Deleted;
    server.write(NORDHAUS, &gone, fate).await;
    assert_eq!(anna.push(&[annas.make(found(1, None))]).await, ["deleted"]);
    let last = [annas.make(found(3, None))];
    assert_eq!(anna.push(&last).await, ["applied"]);
    let number = server.job(JobId(Uuid::from_u128(0xC3))).await.number;
    assert_eq!(number, "J-1002", "what is refused uses no number up");
}
