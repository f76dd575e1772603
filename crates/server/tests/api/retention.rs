//! The bytes of files, which a company keeps for as long as it wants.

use crate::client::Client;
use crate::support::*;
use crate::uploads::{FILE, Upload, attachment, bytes};
use afield_domain::company::CompanySettings;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::files::Files;
use afield_server::maintenance::run_maintenance;
use afield_server::records::Fate;
use afield_server::storage::FileRemoved;
use afield_server::web_app::WebApp;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const DAYS: u32 = 30;
const BYTES: &[u8] = b"the bytes of a photo";

pub(crate) async fn set(
    server: &Server,
    company: CompanyId,
    change: impl FnOnce(&mut CompanySettings),
) {
    let mut tx = server.app.storage.write().await.unwrap();
    let mut row = tx.company(company).await.unwrap().unwrap();
    change(&mut row.settings);
    tx.set_company(&row).await.unwrap();
    tx.commit().await.unwrap();
}

async fn keep_files(server: &Server, company: CompanyId, days: u32) {
    set(server, company, |settings| {
        settings.keep_files_days = Some(days);
    })
    .await;
}

/// So long after noon.
pub(crate) fn later(server: &Server, days: u32, ms: i64) {
    let now = at(NOON).plus_ms(i64::from(days) * DAY_MS + ms);
    server.clock.set(now);
}

/// How many files housekeeping removes, so long after noon.
async fn removed(server: &Server, days: u32, ms: i64) -> u64 {
    later(server, days, ms);
    run_maintenance(&server.app).await.unwrap().files
}

fn place(store: &Path, company: CompanyId, file: AttachmentId) -> PathBuf {
    store.join(format!("files/{company}/{file}"))
}

/// A server with its files in a folder, where an attachment has all its bytes and its job is finished.
struct Kept {
    server: Server,
    store: tempfile::TempDir,
    job: Job,
}

fn finished(n: u128) -> Job {
    Job {
        status: JobStatus::Finished,
        ends: at(NOON),
        ..job(n, Some(ANNA))
    }
}

fn received(n: u128, job: JobId) -> Attachment {
    Attachment {
        id: AttachmentId(Uuid::from_u128(n)),
        received_at: Some(at(NOON)),
        ..attachment(job, BYTES)
    }
}

impl Kept {
    async fn new() -> Self {
        let store = tempfile::tempdir().unwrap();
        let config = Config {
            files: Files::folder(store.path()).unwrap(),
            ..Config::default()
        };
        let server = Server::start_with(config, WebApp::embedded()).await;
        let job = finished(1);
        server.put(NORDHAUS, &Record::Job(job.clone())).await;
        let kept = Self { server, store, job };
        kept.add(NORDHAUS, &received(1, kept.job.id)).await;
        keep_files(&kept.server, NORDHAUS, DAYS).await;
        kept
    }

    async fn add(&self, company: CompanyId, file: &Attachment) {
        let record = Record::Attachment(file.clone());
        self.server.put(company, &record).await;
        let place = place(self.store.path(), company, file.id);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, BYTES).unwrap();
    }

    fn has_bytes(&self, company: CompanyId, n: u128) -> bool {
        let file = AttachmentId(Uuid::from_u128(n));
        place(self.store.path(), company, file).exists()
    }
}

async fn fetch(client: &Client, n: u128) -> u16 {
    let file = AttachmentId(Uuid::from_u128(n));
    let path = format!("{}/{file}", paths::FILES);
    client.get(&path).await.status.as_u16()
}

#[tokio::test]
async fn the_bytes_go_so_many_days_after_the_end_and_the_record_stays() {
    let kept = Kept::new().await;
    let server = &kept.server;
    // The other company keeps its files for ever, a third file is of a job that goes on.
    let other = finished(2);
    server.put(HARBOR, &Record::Job(other.clone())).await;
    kept.add(HARBOR, &received(2, other.id)).await;
    let id = AttachmentId(Uuid::from_u128(1)).into();
    let record = server.record(NORDHAUS, id).await.unwrap();

    assert_eq!(removed(server, DAYS, 0).await, 0, "not a moment before");
    assert_eq!(fetch(&server.sign_in(DORA).await, 1).await, 200);
    assert_eq!(removed(server, DAYS, 1).await, 1);
    assert_eq!(removed(server, DAYS, 2).await, 0, "once");
    assert!(!kept.has_bytes(NORDHAUS, 1));
    assert!(kept.has_bytes(HARBOR, 2), "another company's");

    for user in [ANNA, DORA] {
        let client = server.sign_in(user).await;
        let path = format!("{}/{}", paths::FILES, id.id);
        let answer = client.get(&path).await;
        assert_eq!(answer.status.as_u16(), 410);
        let error = answer.error();
        assert_eq!(error.code, ErrorCode::Removed);
        assert!(error.message.contains("for 30 days"), "{}", error.message);
        assert_eq!(error.retry_after_ms, None);
    }
    assert_eq!(fetch(&server.sign_in(BEN).await, 1).await, 404, "not his");
    let after = server.record(NORDHAUS, id).await.unwrap();
    assert_eq!(after, record, "phones are told nothing new");
    // Who keeps files longer from now on does not get it back.
    keep_files(server, NORDHAUS, 0).await;
    assert_eq!(fetch(&server.sign_in(DORA).await, 1).await, 410);
}

#[tokio::test]
async fn what_is_not_over_or_not_decided_keeps_its_bytes() {
    let day = DAY_MS;
    type Change = fn(&mut Job, &mut Attachment);
    let cases: [(&str, Change); 8] = [
        ("the job goes on", |job, _| job.status = JobStatus::Started),
        ("it is paused", |job, _| job.status = JobStatus::Paused),
        ("its time is to come", |job, _| {
            job.status = JobStatus::Cancelled;
            job.starts = at(NOON).plus_ms(2 * DAY_MS);
        }),
        ("its end is to come", |job, _| {
            job.ends = at(NOON).plus_ms(2 * DAY_MS);
        }),
        ("it is a signature", |_, file| {
            file.kind = AttachmentKind::Signature;
        }),
        ("it came late", |_, file| {
            file.received_at = Some(at(NOON).plus_ms(2 * DAY_MS));
        }),
        ("it has not come", |_, file| file.received_at = None),
        ("its job is not there", |_, file| {
            file.job = JobId(Uuid::from_u128(404));
        }),
    ];
    let kept = Kept::new().await;
    for (n, (why, change)) in (10..).zip(cases) {
        let mut job = finished(n);
        let mut file = received(n, job.id);
        change(&mut job, &mut file);
        kept.server.put(NORDHAUS, &Record::Job(job)).await;
        kept.add(NORDHAUS, &file).await;
        assert!(kept.has_bytes(NORDHAUS, n), "{why}");
    }
    // One whose job was changed a day later.
    let changed = finished(30);
    kept.add(NORDHAUS, &received(30, changed.id)).await;
    kept.server.clock.set(at(NOON).plus_ms(day));
    kept.server.put(NORDHAUS, &Record::Job(changed)).await;

    assert_eq!(removed(&kept.server, DAYS, 1).await, 1);
    assert!(!kept.has_bytes(NORDHAUS, 1));
    for (n, (why, _)) in (10..).zip(cases) {
        assert!(kept.has_bytes(NORDHAUS, n), "{why}");
    }
    assert!(kept.has_bytes(NORDHAUS, 30), "it was changed");
    assert_eq!(removed(&kept.server, DAYS + 1, 1).await, 1);
    assert!(!kept.has_bytes(NORDHAUS, 30), "a day later");
    // What was only late has its time now as well; the rest stays for ever.
    assert_eq!(removed(&kept.server, 3000, 0).await, 3);
    let left: Vec<u128> = (10..18).filter(|n| kept.has_bytes(NORDHAUS, *n)).collect();
    assert_eq!(left, [10, 11, 14, 16, 17]);
}

#[tokio::test]
async fn what_waits_for_a_decision_keeps_the_bytes_of_its_job() {
    let kept = Kept::new().await;
    let conflict = |settled: bool| {
        Record::Conflict(Conflict {
            id: ConflictId(Uuid::from_u128(700)),
            job: kept.job.id,
            mutation: MutationId(Uuid::from_u128(800)),
            field: JobField::Title,
            item: String::new(),
            base: FieldValue::Nothing,
            mine: FieldValue::Nothing,
            theirs: FieldValue::Nothing,
            author: ANNA,
            author_name: "Anna".into(),
            made_at: at(NOON),
            their_name: "Dora".into(),
            their_at: at(NOON),
            winner: Winner::Theirs,
            rule: Policy::LatestWins,
            at: at(NOON),
            settled: settled.then(|| Settlement {
                by: "Dora".into(),
                at: at(NOON),
                value: FieldValue::Nothing,
            }),
        })
    };
    kept.server.put(NORDHAUS, &conflict(false)).await;
    assert_eq!(removed(&kept.server, DAYS, 1).await, 0);
    kept.server.put(NORDHAUS, &conflict(true)).await;
    assert_eq!(removed(&kept.server, DAYS, 2).await, 1);
}

#[tokio::test]
async fn what_was_taken_back_goes_likewise() {
    let kept = Kept::new().await;
    let file = Record::Attachment(received(1, kept.job.id));
    kept.server.write(NORDHAUS, &file, Fate::Deleted).await;
    assert_eq!(removed(&kept.server, DAYS, 1).await, 1);
    assert!(!kept.has_bytes(NORDHAUS, 1));
    let dora = kept.server.sign_in(DORA).await;
    assert_eq!(fetch(&dora, 1).await, 404, "as before");
}

#[tokio::test]
async fn more_than_are_looked_at_at_once_all_go_past_those_that_stay() {
    let kept = Kept::new().await;
    let open = Job {
        status: JobStatus::Started,
        ..job(2, Some(ANNA))
    };
    kept.server.put(NORDHAUS, &Record::Job(open.clone())).await;
    for n in 0..51 {
        kept.add(NORDHAUS, &received(1000 + n, open.id)).await;
        kept.add(NORDHAUS, &received(2000 + n, kept.job.id)).await;
    }
    assert_eq!(removed(&kept.server, DAYS, 1).await, 52);
    assert!((0..51).all(|n| kept.has_bytes(NORDHAUS, 1000 + n)));
    assert!(!(0..51).any(|n| kept.has_bytes(NORDHAUS, 2000 + n)));
}

#[tokio::test]
async fn two_that_keep_house_at_once_remove_each_file_once() {
    let kept = Kept::new().await;
    for n in 0..60 {
        kept.add(NORDHAUS, &received(1000 + n, kept.job.id)).await;
    }
    later(&kept.server, DAYS, 1);
    let app = &kept.server.app;
    let (one, other) = tokio::join!(run_maintenance(app), run_maintenance(app));
    assert_eq!(one.unwrap().files + other.unwrap().files, 61);
    assert!(!(0..60).any(|n| kept.has_bytes(NORDHAUS, 1000 + n)));
}

#[tokio::test]
async fn a_job_that_is_begun_anew_brings_no_phone_what_is_gone() {
    let kept = Kept::new().await;
    assert_eq!(removed(&kept.server, DAYS, 1).await, 1);
    let again = Job {
        status: JobStatus::Started,
        ..kept.job.clone()
    };
    kept.server.put(NORDHAUS, &Record::Job(again)).await;
    kept.add(NORDHAUS, &received(2, kept.job.id)).await;
    let dora = kept.server.sign_in(DORA).await;
    let preview: Preview = dora.get(&format!("{}/{ANNA}", paths::PREVIEW)).await.ok();
    assert_eq!((preview.files, preview.file_bytes), (1, BYTES.len() as u64));
    let anna = kept.server.sign_in(ANNA).await;
    assert_eq!((fetch(&anna, 1).await, fetch(&anna, 2).await), (410, 200));
}

#[tokio::test]
async fn a_run_that_was_cut_between_the_note_and_the_bytes_is_ended_by_the_next() {
    let kept = Kept::new().await;
    let file = AttachmentId(Uuid::from_u128(1));
    let mut tx = kept.server.app.storage.write().await.unwrap();
    let note = FileRemoved {
        at: at(NOON),
        kept_days: DAYS,
    };
    assert!(tx.remove_file(NORDHAUS, file, note).await.unwrap());
    tx.commit().await.unwrap();
    assert!(kept.has_bytes(NORDHAUS, 1));
    let dora = kept.server.sign_in(DORA).await;
    assert_eq!(fetch(&dora, 1).await, 410, "nobody is told otherwise");
    // Whatever the company wants by then.
    keep_files(&kept.server, NORDHAUS, 0).await;
    assert_eq!(removed(&kept.server, 1, 0).await, 0);
    assert!(!kept.has_bytes(NORDHAUS, 1));
}

#[tokio::test]
async fn what_the_store_does_not_delete_is_deleted_the_next_time_and_holds_up_nothing() {
    let kept = Kept::new().await;
    for n in 2..=7 {
        kept.add(NORDHAUS, &received(n, kept.job.id)).await;
    }
    let place = |n| {
        let file = AttachmentId(Uuid::from_u128(n));
        place(kept.store.path(), NORDHAUS, file)
    };
    // What is no file can be no file's bytes, and no store deletes it as such.
    for n in [2, 3, 5] {
        std::fs::remove_file(place(n)).unwrap();
        std::fs::create_dir_all(place(n).join("in the way")).unwrap();
    }
    assert_eq!(removed(&kept.server, DAYS, 1).await, 7);
    let left = [1, 2, 3, 4, 5, 6, 7].map(|n| kept.has_bytes(NORDHAUS, n));
    assert_eq!(left, [false, true, true, false, true, false, false]);
    let dora = kept.server.sign_in(DORA).await;
    assert_eq!(fetch(&dora, 2).await, 410, "nobody gets it all the same");

    std::fs::remove_dir_all(place(2)).unwrap();
    std::fs::write(place(2), BYTES).unwrap();
    assert_eq!(removed(&kept.server, DAYS, 2).await, 0);
    assert!(!kept.has_bytes(NORDHAUS, 2));
    assert!(kept.has_bytes(NORDHAUS, 3) && kept.has_bytes(NORDHAUS, 5));
}

/// As an older server beside a newer one sees it.
#[tokio::test]
async fn a_kind_of_file_that_this_version_does_not_know_stays() {
    let kept = Kept::new().await;
    let folder = kept.server.folder.path();
    let newer = "replace(CAST(data AS TEXT), '\"photo\"', '\"signed_report\"')";
    let is_postgres = folder.join("address").exists();
    let newer = match is_postgres {
        true => format!("CAST({newer} AS JSON)"),
        false => newer.to_owned(),
    };
    let sql = format!("UPDATE records SET data = {newer} WHERE module = 'attachment'");
    assert_eq!(run_sql(folder, &sql).await, 1);
    assert_eq!(removed(&kept.server, DAYS, 1).await, 0);
    assert!(kept.has_bytes(NORDHAUS, 1));
}

#[tokio::test]
async fn bytes_that_are_gone_already_are_noted_all_the_same() {
    let kept = Kept::new().await;
    let file = AttachmentId(Uuid::from_u128(1));
    std::fs::remove_file(place(kept.store.path(), NORDHAUS, file)).unwrap();
    let dora = kept.server.sign_in(DORA).await;
    assert_eq!(fetch(&dora, 1).await, 404, "nobody knows why");
    assert_eq!(removed(&kept.server, DAYS, 1).await, 1);
    let dora = kept.server.sign_in(DORA).await;
    assert_eq!(fetch(&dora, 1).await, 410);
}

#[tokio::test]
async fn an_upload_goes_on_to_its_end_and_its_file_has_its_own_time() {
    let all = bytes(3000);
    let mut upload = Upload::in_store(&all, Files::memory()).await;
    let server = &upload.server;
    keep_files(server, NORDHAUS, DAYS).await;
    let done = Job {
        status: JobStatus::Finished,
        ends: at(NOON),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(done)).await;
    upload.append(0, all[..1000].to_vec()).await;
    // Its job has ended long ago, and its phone is still at it.
    assert_eq!(removed(server, 2 * DAYS, 0).await, 0);
    upload.anna = server.sign_in(ANNA).await;
    assert_eq!(upload.offset().await, "1000");
    let (status, offset) = upload.append(1000, all[1000..].to_vec()).await;
    assert_eq!((status, &*offset), (204, "3000"));
    assert!(upload.received_at().await.is_some());
    let server = &upload.server;
    assert_eq!(removed(server, 3 * DAYS, 0).await, 0, "it came just now");
    assert_eq!(removed(server, 3 * DAYS, 1).await, 1);
    // A phone that has not heard that it came is told so, and ends.
    upload.anna = server.sign_in(ANNA).await;
    assert_eq!(upload.offset().await, "3000");
    let (status, offset) = upload.append(3000, Vec::new()).await;
    assert_eq!((status, &*offset), (204, "3000"));
    assert_eq!(removed(server, 9 * DAYS, 0).await, 0);
    let path = format!("{}/{FILE}", paths::FILES);
    let gone = server.sign_in(DORA).await.get(&path).await;
    assert_eq!(gone.error().code, ErrorCode::Removed);
}
