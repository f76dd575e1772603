//! The office's page of a job, what it changes, and what happened page by page.

use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::to_value;
use uuid::Uuid;

fn path(job: JobId) -> String {
    format!("{}/{job}", paths::JOBS)
}

fn change(n: u128, op: Op) -> OfficeChange {
    OfficeChange {
        id: MutationId(Uuid::from_u128(n)),
        op,
        base_rev: None,
    }
}

fn title(job: JobId, base: &str, new: &str) -> Op {
    let edit = FieldEdit {
        field: JobField::Title,
        item: String::new(),
        base: FieldValue::Text(base.into()),
        new: FieldValue::Text(new.into()),
    };
    Op::EditJob {
        job,
        edits: vec![edit],
        settles: None,
    }
}

#[tokio::test]
async fn the_office_has_of_a_job_what_its_technician_has() {
    let server = Server::start().await;
    let customer = Customer {
        id: CustomerId(Uuid::from_u128(0xC1)),
        name: "Hansen".into(),
        organization: None,
        phone: String::new(),
        email: String::new(),
        archived: false,
    };
    server.put(NORDHAUS, &Record::Customer(customer)).await;
    let job = Job {
        customer: Some(CustomerId(Uuid::from_u128(0xC1))),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    server.put_job(2, ANNA).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let pushed = [
        phone.note(job.id, "wet"),
        phone.status(job.id, JobStatus::Started),
    ];
    anna.push(&pushed).await;
    let dora = server.sign_in(DORA).await;
    let found: OfficeJob = dora.get(&path(job.id)).await.ok();
    let mut modules: Vec<Module> = found
        .records
        .iter()
        .filter_map(|versioned| versioned.record.key().map(|key| key.module))
        .collect();
    modules.sort_unstable();
    let mut expected = [Module::Job, Module::Customer, Module::Note];
    expected.sort_unstable();
    assert_eq!(modules, expected);
    let kinds: Vec<_> = found.activity.iter().map(|one| &one.what).collect();
    assert!(
        matches!(
            kinds[..],
            [ActivityKind::Status { .. }, ActivityKind::Note { .. }]
        ),
        "{kinds:?}"
    );
    let of = |one: &Activity| (one.job_number.clone(), one.job_title.clone());
    let named = (job.number.clone(), job.title.clone());
    assert!(found.activity.iter().all(|one| of(one) == named));
    assert!(found.holder.unwrap().seen_at.is_some(), "Anna has pushed");
}

#[tokio::test]
async fn what_a_phone_told_of_stands_beside_its_job() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let dora = server.sign_in(DORA).await;
    let found: OfficeJob = dora.get(&path(job)).await.ok();
    assert_eq!(found.holder, None, "nobody has heard of Anna's phone");
    let anna = server.sign_in(ANNA).await;
    let report = DeviceReport {
        device: DeviceId(Uuid::from_u128(5)),
        user: ANNA,
        unsent: 3,
        files: 2,
        oldest: Some(Timestamp(1)),
        parked: 0,
        phone: None,
        by_job: None,
        as_of: None,
        number: None,
        heard: false,
    };
    let answer = anna.post(paths::DEVICE, to_value(report).unwrap()).await;
    assert_eq!(answer.status, 200);
    let found: OfficeJob = dora.get(&path(job)).await.ok();
    let holder = found.holder.unwrap();
    assert_eq!((holder.unsent, holder.files), (3, 2));
    assert_eq!(holder.oldest, Some(Timestamp(1)));
}

#[tokio::test]
async fn a_change_by_the_office_is_decided_once_and_like_any_other() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let dora = server.sign_in(DORA).await;
    let asked = change(0xC1, title(job.id, &job.title, "Pump"));
    for _ in 0..2 {
        let body = to_value(&asked).unwrap();
        let shown: BoardJob = dora.post(&path(job.id), body).await.ok();
        assert_eq!((shown.job.title.as_str(), shown.rev), ("Pump", Rev(2)));
    }
    // Another content under the same id is none of ours.
    let other = change(0xC1, title(job.id, &job.title, "Tap"));
    let answer = dora.post(&path(job.id), to_value(&other).unwrap()).await;
    assert_eq!(answer.error().code, ErrorCode::Invalid);
    // What Anna meanwhile did on a phone meets it, and both values are kept.
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let edit = FieldEdit {
        field: JobField::Title,
        item: String::new(),
        base: FieldValue::Text(job.title.clone()),
        new: FieldValue::Text("Valve".into()),
    };
    let verdicts = anna.push(&[phone.edit(1, job.id, edit)]).await;
    assert_eq!(verdicts, ["merged"]);
    let found: OfficeJob = dora.get(&path(job.id)).await.ok();
    let is_conflict = |one: &Versioned| matches!(one.record, Record::Conflict(_));
    assert!(found.records.iter().any(is_conflict));
    let cancel = change(0xC2, Op::set_status(job.id, JobStatus::Cancelled));
    let answer = dora.post(&path(job.id), to_value(&cancel).unwrap()).await;
    assert_eq!(answer.ok::<BoardJob>().job.status, JobStatus::Cancelled);
    let finish = change(0xC3, Op::set_status(job.id, JobStatus::Finished));
    let answer = dora.post(&path(job.id), to_value(&finish).unwrap()).await;
    assert_eq!(answer.error().code, ErrorCode::Conflict);
}

#[tokio::test]
async fn what_happened_comes_page_by_page_and_of_one_job() {
    let server = Server::start().await;
    let jobs = [
        server.put_job(1, ANNA).await.id,
        server.put_job(2, ANNA).await.id,
    ];
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    for round in 0..3 {
        let notes: Vec<Mutation> = (0..40)
            .map(|n| phone.note(jobs[n % 2], &format!("{round} {n}")))
            .collect();
        anna.push(&notes).await;
    }
    let dora = server.sign_in(DORA).await;
    for (query, expected) in [
        (String::new(), vec![50, 50, 20]),
        (format!("&job={}", jobs[1]), vec![50, 10]),
        (format!("&job={}", Uuid::nil()), vec![0]),
    ] {
        let (mut before, mut counts, mut seqs) = (u64::MAX, Vec::new(), Vec::new());
        loop {
            let path = format!("{}?before={before}{query}", paths::ACTIVITY);
            let page: ActivityPage = dora.get(&path).await.ok();
            counts.push(page.activity.len());
            seqs.extend(page.activity.iter().map(|one| one.seq));
            before = seqs.last().copied().unwrap_or_default();
            if !page.more {
                break;
            }
        }
        assert_eq!(counts, expected, "{query}");
        assert!(seqs.is_sorted_by(|one, next| one > next));
    }
}
