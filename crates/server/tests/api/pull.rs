//! Pull: priming, what comes and what goes, the days, cursors.

use crate::cache::{Cache, in_short};
use crate::support::*;
use afield_domain::*;
use afield_protocol::{Cursor, PullResponse};
use uuid::Uuid;

/// Job 1 (`700001`) of Anna with customer 20, its organization 40, property 30, and note 90.
pub(crate) async fn with_job() -> (Server, Job) {
    let server = Server::start().await;
    let organization = OrganizationId(Uuid::from_u128(0x40));
    let customer = CustomerId(Uuid::from_u128(0x20));
    let property = PropertyId(Uuid::from_u128(0x30));
    let records = [
        Record::Organization(Organization {
            id: organization,
            name: "Spree".into(),
            phone: String::new(),
        }),
        Record::Customer(Customer {
            id: customer,
            name: "Hansen".into(),
            phone: String::new(),
            email: String::new(),
            organization: Some(organization),
            archived: false,
        }),
        Record::Property(Property {
            archived: false,
            id: property,
            address: "Lindenallee 4".into(),
            city: String::new(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer: None,
        }),
    ];
    for record in &records {
        server.put(NORDHAUS, record).await;
    }
    let job = Job {
        customer: Some(customer),
        property: Some(property),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    server.put(NORDHAUS, &note(0x90, job.id)).await;
    (server, job)
}

pub(crate) fn note(n: u128, job: JobId) -> Record {
    Record::Note(Note {
        id: NoteId(Uuid::from_u128(n)),
        job,
        author: ANNA,
        author_name: "Anna".into(),
        text: "wet".into(),
        made_at: at(NOON),
        files: Vec::new(),
    })
}

const WHOLE: [&str; 5] = [
    "+job 700001",
    "+property 30",
    "+customer 20",
    "+organization 40",
    "+note 90",
];

#[tokio::test]
async fn priming_brings_the_jobs_first_and_all_they_refer_to() {
    let (server, _) = with_job().await;
    server.put_job(2, BEN).await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    let page = cache.page(&anna, 100).await;
    assert_eq!(page.changes.iter().map(in_short).collect::<Vec<_>>(), WHOLE);
    assert!(!page.more);
    let totals: Vec<_> = page
        .totals
        .iter()
        .map(|total| (total.module, total.count))
        .collect();
    let is_there = |module| {
        WHOLE
            .iter()
            .any(|name| name.contains(&format!("+{} ", Module::name(module))))
    };
    let expected = |module| (module, u64::from(is_there(module)));
    assert_eq!(totals, Module::ALL.map(expected));
    let again = cache.page(&anna, 100).await;
    assert_eq!(
        (again.changes.len(), again.more, again.totals.len()),
        (0, false, 0)
    );
}

#[tokio::test]
async fn the_office_holds_its_own_jobs_only() {
    let (server, job) = with_job().await;
    let dora = server.sign_in(DORA).await;
    let mut cache = Cache::default();
    assert_eq!(cache.all(&dora, 100).await, [""; 0]);
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                assignee: Some(DORA),
                ..job
            }),
        )
        .await;
    assert_eq!(cache.all(&dora, 100).await, WHOLE);
}

/// Primes Anna and Ben, changes something, and pulls again.
pub(crate) async fn check(
    change: impl AsyncFnOnce(&Server, Job),
    anna_sees: &[&str],
    ben_sees: &[&str],
) {
    let (server, job) = with_job().await;
    let (anna, ben) = (server.sign_in(ANNA).await, server.sign_in(BEN).await);
    let (mut annas, mut bens) = (Cache::default(), Cache::default());
    annas.all(&anna, 2).await;
    bens.all(&ben, 2).await;
    change(&server, job).await;
    for limit in [1, 100] {
        let (anna_cursor, ben_cursor) = (annas.cursor.clone(), bens.cursor.clone());
        assert_eq!(
            annas.all(&anna, limit).await,
            anna_sees,
            "Anna, {limit} a page"
        );
        assert_eq!(bens.all(&ben, limit).await, ben_sees, "Ben, {limit} a page");
        (annas.cursor, bens.cursor) = (anna_cursor, ben_cursor);
    }
}

pub(crate) const GONE: [&str; 5] = [
    "-job 700001",
    "-property 30",
    "-customer 20",
    "-organization 40",
    "-note 90",
];

#[tokio::test]
async fn a_status_comes_alone() {
    check(
        async |server, job| {
            let job = Job {
                status: JobStatus::EnRoute,
                ..job
            };
            server.put(NORDHAUS, &Record::Job(job)).await;
        },
        &["+job 700001"],
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_job_handed_over_leaves_one_phone_and_comes_to_the_other_whole() {
    check(
        async |server, job| {
            server
                .put(
                    NORDHAUS,
                    &Record::Job(Job {
                        assignee: Some(BEN),
                        ..job
                    }),
                )
                .await;
        },
        &GONE,
        &WHOLE,
    )
    .await;
    check(
        async |server, job| {
            server
                .put(
                    NORDHAUS,
                    &Record::Job(Job {
                        assignee: None,
                        ..job
                    }),
                )
                .await;
        },
        &GONE,
        &[],
    )
    .await;
    // There and back again: nobody misses anything.
    check(
        async |server, job| {
            server
                .put(
                    NORDHAUS,
                    &Record::Job(Job {
                        assignee: Some(BEN),
                        ..job.clone()
                    }),
                )
                .await;
            server.put(NORDHAUS, &Record::Job(job)).await;
        },
        &WHOLE,
        &GONE,
    )
    .await;
}

#[tokio::test]
async fn what_another_job_still_refers_to_stays() {
    check(
        async |server, job| {
            let other = Job {
                id: JobId(Uuid::from_u128(0x700002)),
                property: None,
                ..job.clone()
            };
            server.put(NORDHAUS, &Record::Job(other)).await;
            server
                .put(
                    NORDHAUS,
                    &Record::Job(Job {
                        assignee: Some(BEN),
                        ..job
                    }),
                )
                .await;
        },
        &[
            "-job 700001",
            "+job 700002",
            "-property 30",
            "+customer 20",
            "+organization 40",
            "-note 90",
        ],
        &WHOLE,
    )
    .await;
}

#[tokio::test]
async fn a_job_moved_out_of_the_days_leaves() {
    for days in [4, -4] {
        check(
            async |server, job| {
                let starts = job.starts.plus_ms(days * DAY_MS);
                server
                    .put(
                        NORDHAUS,
                        &Record::Job(Job {
                            starts,
                            ends: starts,
                            ..job
                        }),
                    )
                    .await;
            },
            &GONE,
            &[],
        )
        .await;
    }
    check(
        async |server, job| {
            let starts = job.starts.plus_ms(3 * DAY_MS);
            server
                .put(
                    NORDHAUS,
                    &Record::Job(Job {
                        starts,
                        ends: starts,
                        ..job
                    }),
                )
                .await;
        },
        &WHOLE,
        &[],
    )
    .await;
}

/// The changes that a phone hears of which holds the schedule alone, and where it stands then.
async fn heard(
    who: &crate::client::Client,
    cursor: Option<&Cursor>,
    names: &str,
) -> (Vec<String>, Cursor) {
    let cursor = cursor.map_or(String::new(), |cursor| format!("&cursor={}", cursor.0));
    let path = format!("{}?{names}{cursor}", afield_protocol::paths::PULL);
    let page: PullResponse = who.get(&path).await.ok();
    assert!(!page.more);
    (page.changes.iter().map(in_short).collect(), page.cursor)
}

#[tokio::test]
async fn a_phone_that_holds_the_schedule_hears_of_the_rest_only_where_it_asks() {
    let (server, job) = with_job().await;
    let asset = Asset {
        archived: false,
        id: AssetId(Uuid::from_u128(0x70)),
        customer: job.customer,
        name: "Boiler".into(),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        property: None,
    };
    server.put(NORDHAUS, &Record::Asset(asset)).await;
    let bens = server.put_job(2, BEN).await;
    server.put(NORDHAUS, &note(0x91, bens.id)).await;
    let anna = server.sign_in(ANNA).await;
    let (changes, cursor) = heard(&anna, None, "kept=").await;
    let schedule = [
        "+job 700001",
        "+property 30",
        "+customer 20",
        "+organization 40",
    ];
    assert_eq!(changes, schedule);
    // What changes beside the schedule is no news, but for what is asked for: that comes whole, once.
    server.put(NORDHAUS, &note(0x92, job.id)).await;
    let (changes, cursor) = heard(&anna, Some(&cursor), "kept=").await;
    assert_eq!(changes, [""; 0]);
    let named = format!("job.{}", job.id);
    let (changes, cursor) = heard(&anna, Some(&cursor), &format!("asked={named}")).await;
    let deep = ["+asset 70", "+note 90", "+note 92"];
    assert_eq!(changes, [&schedule[..], &deep[..]].concat());
    let kept = format!("kept={named}");
    let (changes, cursor) = heard(&anna, Some(&cursor), &kept).await;
    assert_eq!(changes, [""; 0]);
    server.put(NORDHAUS, &note(0x93, job.id)).await;
    let (changes, cursor) = heard(&anna, Some(&cursor), &kept).await;
    assert_eq!(changes, ["+note 93"]);
    // Nobody sees what is not theirs by asking for it.
    let asked = format!(
        "{kept}&asked=job.{},note.{}",
        bens.id,
        Uuid::from_u128(0x91)
    );
    let (changes, cursor) = heard(&anna, Some(&cursor), &asked).await;
    assert_eq!(changes, [""; 0]);
    // With the job goes what it brought along.
    let moved = Job {
        assignee: Some(BEN),
        ..job
    };
    server.put(NORDHAUS, &Record::Job(moved)).await;
    let (mut changes, _) = heard(&anna, Some(&cursor), &kept).await;
    changes.sort();
    for gone in ["-job 700001", "-asset 70", "-note 90", "-note 93"] {
        assert!(
            changes.iter().any(|change| change == gone),
            "{gone}: {changes:?}"
        );
    }
}
