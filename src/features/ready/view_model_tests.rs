//! Tests of what a day needs.

use super::*;
use crate::samples::{NOON, attachment_id, job, projection, user, versioned};
use afield_domain::{
    AssetId, AttachmentKind, FormTemplate, JobStatus, TaskId, TaskStatus, TemplateId,
};
use afield_protocol::EpochId;
use afield_sync::files::sending::{Receipt, Sending};
use afield_sync::{OutboxMeta, OutboxView};
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;

fn file(n: u128, of: u128, bytes: u64, received: Option<i64>) -> Record {
    Record::Attachment(Attachment {
        id: attachment_id(n),
        job: job(of).id,
        kind: AttachmentKind::Photo,
        name: format!("{n}.jpg"),
        mime: "image/jpeg".into(),
        bytes,
        sha256: "a".repeat(64),
        width: 0,
        height: 0,
        thumbnail: String::new(),
        author: user().id,
        author_name: "Anna".into(),
        made_at: NOON,
        received_at: received.map(|ms| NOON.plus_ms(ms)),
    })
}

fn row(n: u128, of: u128, user: UserId) -> LocalFile {
    LocalFile {
        id: attachment_id(n),
        job: job(of).id,
        user,
        name: format!("{n}.jpg"),
        mime: "image/jpeg".into(),
        bytes: 10,
        sha256: "a".repeat(64),
        chunks: 1,
        made_at: NOON,
        sending: Sending {
            received: Some(Receipt {
                at: NOON,
                epoch: Some(EpochId("e".into())),
            }),
            ..Sending::default()
        },
        is_copy: true,
    }
}

fn task(n: u128, of: u128, template: Option<u128>, asset: Option<u128>) -> Record {
    Record::Task(ServiceTask {
        id: TaskId(Uuid::from_u128(700 + n)),
        job: job(of).id,
        place: 1,
        title: "Inspect".into(),
        status: TaskStatus::Open,
        asset: asset.map(|n| AssetId(Uuid::from_u128(n))),
        template: template.map(|n| TemplateId(Uuid::from_u128(n))),
    })
}

fn template(n: u128) -> Record {
    Record::Form(FormTemplate {
        id: TemplateId(Uuid::from_u128(n)),
        name: "Boiler".into(),
        questions: Vec::new(),
    })
}

fn of_day(all: &Projection, rows: &[LocalFile], days: i64, room: Option<u64>) -> DayNeeds {
    of_phone(all, rows, days, room, None)
}

fn of_phone(
    all: &Projection,
    rows: &[LocalFile],
    days: i64,
    room: Option<u64>,
    kept: Option<&[RecordKey]>,
) -> DayNeeds {
    let zone = Zone::utc();
    let rows = FileRows {
        files: rows.to_vec(),
        ..FileRows::default()
    };
    let asked = Asked {
        user: user().id,
        day: zone.day(NOON).plus(days),
        zone: &zone,
        room,
        kept,
    };
    day_needs(all, &rows, asked)
}

fn with(module: Module, records: Vec<Record>) -> Projection {
    let mut all = projection();
    all.set_module(module, records.into_iter().map(versioned).collect());
    let meta = OutboxMeta {
        epoch: Some(EpochId("e".into())),
        ..OutboxMeta::default()
    };
    all.set_outbox(&OutboxView {
        meta,
        ..OutboxView::default()
    });
    all
}

#[test]
fn the_open_jobs_of_the_day_with_what_they_refer_to() {
    // Job 1 has a customer and a place, and they are here.
    let found = of_day(&projection(), &[], 0, None);
    let names: Vec<&str> = found.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["J-1 · Boiler", "J-2 · Boiler"]);
    let here = |here, missing| Part { here, missing };
    assert_eq!((found.records, found.forms), (here(2, 0), here(0, 0)));
    assert_eq!(of_day(&projection(), &[], 1, None).jobs.len(), 1);
    assert_eq!(of_day(&projection(), &[], 2, None), DayNeeds::default());
    // What is finished needs nothing any more.
    let mut finished = projection();
    let done = Job {
        status: JobStatus::Finished,
        ..job(2)
    };
    finished.set_module(
        Module::Job,
        [job(1), done].map(|job| versioned(Record::Job(job))).into(),
    );
    assert_eq!(of_day(&finished, &[], 0, None).jobs.len(), 1);
    finished.set_module(Module::Customer, Vec::new());
    let found = of_day(&finished, &[], 0, None);
    assert_eq!((found.records, found.jobs[0].missing), (here(1, 1), 1));
}

#[test]
fn a_form_counts_once_and_only_the_version_that_a_task_names() {
    let tasks = vec![
        task(1, 1, Some(21), None),
        task(2, 2, Some(21), Some(31)),
        task(3, 2, Some(22), None),
        // Of tomorrow.
        task(4, 3, Some(23), None),
    ];
    let mut all = with(Module::Task, tasks);
    all.set_module(Module::Form, vec![versioned(template(21))]);
    let found = of_day(&all, &[], 0, None);
    let missing: Vec<usize> = found.jobs.iter().map(|job| job.missing).collect();
    assert_eq!(
        found.forms,
        Part {
            here: 1,
            missing: 1
        }
    );
    assert_eq!(found.records.missing, 1, "the asset");
    assert_eq!(missing, [0, 2]);
}

#[test]
fn of_the_files_those_are_fetched_that_the_office_has_and_that_fit() {
    let other = UserId(Uuid::from_u128(9));
    let files = vec![
        file(1, 1, 10, Some(1)),
        file(2, 1, 300, Some(4)),
        file(3, 2, 400, Some(3)),
        file(4, 2, 50, None),
        // Of tomorrow, and newer than all of these.
        file(5, 3, 1_000, Some(9)),
        file(6, 1, 20, Some(2)),
    ];
    let all = with(Module::Attachment, files);
    let rows = [row(1, 1, user().id), row(6, 1, other)];
    let ids = |found: &Files| found.missing.iter().map(|id| id.0.as_u128()).collect();
    let found = of_day(&all, &rows, 0, None).files;
    let expected: Vec<u128> = [2, 3].map(|n| attachment_id(n).0.as_u128()).into();
    let all_ids: Vec<u128> = ids(&found);
    assert_eq!(all_ids, expected);
    assert_eq!((found.here, found.bytes), (1, 700));
    // Somebody else's copy of a file is nobody's: it is neither opened nor fetched again.
    assert_eq!((found.too_many, found.elsewhere), (1, 1));
    // Tomorrow's is newer: half of the room is enough for it and one more.
    let found = of_day(&all, &rows, 0, Some(2_600)).files;
    assert_eq!((found.missing.len(), found.bytes), (1, 300));
    assert_eq!(found.too_many, 2);
}

#[test]
fn how_long_it_takes_is_said_only_where_the_line_is_known() {
    for (bytes, a_second, expected) in [
        (1_000_000, None, Wait::Unknown),
        (0, Some(0), Wait::Short),
        (59_999, Some(1_000), Wait::Short),
        (60_000, Some(1_000), Wait::Minutes(1)),
        (61_000, Some(1_000), Wait::Minutes(2)),
        (25_000_000, Some(50_000), Wait::Minutes(9)),
    ] {
        assert_eq!(wait_for(bytes, a_second), expected, "{bytes} {a_second:?}");
    }
}

#[test]
fn only_days_that_the_phone_holds_can_be_asked_for() {
    for (text, window_days, expected) in [
        (None, 3, 0),
        (Some("1"), 3, 1),
        (Some("3"), 3, 3),
        (Some("4"), 3, 0),
        (Some("4"), 4, 4),
        (Some("-1"), 3, 0),
        (Some("x"), 3, 0),
    ] {
        assert_eq!(
            days_ahead(text, window_days),
            expected,
            "{text:?} {window_days}"
        );
    }
}

#[test]
fn a_job_lacks_what_hangs_on_it_on_a_phone_that_keeps_that_of_others() {
    let all = projection();
    let missing = |kept: Option<&[RecordKey]>| {
        let found = of_phone(&all, &[], 0, None, kept);
        let jobs: Vec<usize> = found.jobs.iter().map(|job| job.missing).collect();
        (found.records.missing, jobs)
    };
    let [one, two] = [1, 2].map(|n| job(n).id.into());
    assert_eq!(missing(None), (0, vec![0, 0]), "all of it is here");
    assert_eq!(missing(Some(&[one, two])), (0, vec![0, 0]));
    assert_eq!(missing(Some(&[one])), (1, vec![0, 1]));
    assert_eq!(missing(Some(&[])), (2, vec![1, 1]));
}

#[test]
fn a_day_is_that_of_the_zone_of_the_company() {
    let late = NOON.plus_ms(DAY_MS / 2 - 1_800_000);
    let mut all = projection();
    let one = Job {
        starts: late,
        ..job(1)
    };
    all.set_module(Module::Job, vec![versioned(Record::Job(one))]);
    let zone = crate::samples::one_hour_east();
    let jobs = |days: i64| {
        let asked = Asked {
            user: user().id,
            day: zone.day(NOON).plus(days),
            zone: &zone,
            room: None,
            kept: None,
        };
        day_needs(&all, &FileRows::default(), asked).jobs.len()
    };
    assert_eq!((jobs(0), jobs(1)), (0, 1));
}
