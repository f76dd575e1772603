//! The device report: what a phone tells the office about itself.
//!
//! Owns what is counted as standing on this phone alone: a browser that has cleared the phone's storage cannot tell
//! any more, so that the server must know before. Must never carry what a user has typed.

use crate::cache::extent::Holding;
use crate::error::SyncError;
use crate::files::local_file::LocalFile;
use crate::outbox::meta::OutboxMeta;
use crate::outbox::status::sync_status;
use crate::ports::{FileRows, FileStore, OutboxPlan, OutboxStore, OutboxView, OutboxWrite, Read};
use afield_domain::JobId;
use afield_planted::planted;
use afield_protocol::{ByJob, DeviceReport, Holds, JobOwed, Network, PhoneState};

const TEN_MB: u64 = 10_000_000;
const MINUTE: i64 = 60_000;
/// Of so many jobs a report says what of them is still here.
const JOBS: usize = 50;
/// So often what is told is counted where files come and go meanwhile.
const COUNTS: usize = 3;

/// What the browser tells of the device itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhoneFacts {
    /// The version of the app.
    pub app: String,
    /// Whether all is here that it is to hold.
    pub ready: bool,
    /// The network it is on.
    pub network: Network,
    /// Whether the app is installed.
    pub installed: bool,
    /// Whether the browser has agreed to keep the storage; none if it does not tell.
    pub persisted: Option<bool>,
    /// Bytes of the storage that are used; none if it does not tell.
    pub used: Option<u64>,
}

/// How the device is set up, so coarse that it is told anew only when something has changed.
fn phone_state(facts: PhoneFacts, meta: &OutboxMeta) -> PhoneState {
    PhoneState {
        app: facts.app,
        holds: match Holding::of(meta) {
            Holding::All => Holds::All,
            Holding::Recent => Holds::Recent,
            Holding::WhileConnected => Holds::WhileConnected,
        },
        ready: facts.ready,
        network: facts.network,
        installed: facts.installed,
        persisted: facts.persisted,
        used_mb: facts.used.map(|used| used.div_ceil(TEN_MB) * 10),
        clock_min: meta
            .clock_offset_ms
            .saturating_add(MINUTE / 2)
            .div_euclid(MINUTE),
    }
}

/// What to tell, without a number; none if nobody is signed in. Needs every entry.
#[must_use]
pub fn plan_report(view: &OutboxView, rows: &FileRows, facts: PhoneFacts) -> Option<DeviceReport> {
    let meta = &view.meta;
    let session = meta
        .session
        .as_ref()
        .filter(|_| !meta.sign_in_needed || meta.revoked)?;
    let user = session.user();
    let status = sync_status(view);
    let epoch = meta.epoch.as_ref();
    // They stand in the order in which they were saved.
    let here = view.entries.iter().filter(|entry| !entry.is_in_review());
    let own = here
        .map(|entry| &entry.mutation)
        .filter(|mutation| mutation.user == user);
    let waits = |file: &&LocalFile| file.user == user && file.waits(epoch);
    let files = || rows.files.iter().filter(waits).map(|file| file.job);
    let mut by_job = by_job(own.filter_map(|mutation| mutation.op.job()), files());
    // Nobody knows of which job that is.
    by_job.more += count(view.unreadable.len() + rows.unreadable);
    let unsent = planted!(ReportHidesRefused: status.unsent => status.unsent - status.parked);
    Some(DeviceReport {
        device: meta.device?,
        user,
        unsent: count(unsent),
        files: count(files().count() + rows.unreadable),
        oldest: status.oldest.map(|at| at.plus_ms(meta.clock_offset_ms)),
        parked: count(status.parked),
        phone: Some(phone_state(facts, meta)),
        by_job: Some(by_job),
        as_of: meta.last_contact.map(|at| at.plus_ms(meta.clock_offset_ms)),
        number: None,
        heard: false,
    })
}

/// Whether `report` says anything else than what was told last. By which contact it was counted is no news by itself.
#[must_use]
pub fn is_news(report: &DeviceReport, told: &DeviceReport) -> bool {
    let said = |report: &DeviceReport| DeviceReport {
        as_of: None,
        number: None,
        ..report.clone()
    };
    said(report) != said(told)
}

/// Counts what is to be told, in the transaction that gives it its number: of two reports the one of the higher number
/// was counted later, whichever tab or worker counts and whichever arrives first. None if nobody is signed in, or if it
/// is no news after `told`.
///
/// # Errors
/// [`SyncError::Store`].
pub async fn run_count<O: OutboxStore + FileStore>(
    outbox: &O,
    facts: &PhoneFacts,
    told: Option<&DeviceReport>,
) -> Result<Option<DeviceReport>, SyncError> {
    let mut rows = outbox.load_files().await?;
    let view = outbox.load(Read::All).await?;
    let planned = plan_report(&view, &rows, facts.clone());
    let is_due = |report: &DeviceReport| told.is_none_or(|told| is_news(report, told));
    if !planned.is_some_and(|report| is_due(&report)) {
        return Ok(None);
    }
    let mut report = None;
    // The files are no part of that transaction: where one came or went meanwhile, it is counted again.
    for _ in 0..COUNTS {
        report = outbox
            .transact(Read::All, |view| Ok(plan_count(view, &rows, facts)))
            .await?;
        let now = outbox.load_files().await?;
        if now == rows {
            break;
        }
        rows = now;
    }
    Ok(report)
}

fn plan_count(
    view: &OutboxView,
    rows: &FileRows,
    facts: &PhoneFacts,
) -> OutboxPlan<Option<DeviceReport>> {
    let Some(report) = plan_report(view, rows, facts.clone()) else {
        return OutboxPlan::nothing(None);
    };
    let reports = view.meta.reports.saturating_add(1);
    let meta = OutboxMeta {
        reports,
        ..view.meta.clone()
    };
    OutboxPlan {
        writes: vec![OutboxWrite::Meta(meta)],
        value: Some(DeviceReport {
            number: Some(reports),
            ..report
        }),
    }
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Of which jobs these `changes` and `files` are, each in the order in which they come.
fn by_job(changes: impl Iterator<Item = JobId>, files: impl Iterator<Item = JobId>) -> ByJob {
    let mut jobs: Vec<JobOwed> = Vec::new();
    let changes = changes.map(|job| (job, 1, 0));
    let files = files.map(|job| (job, 0, planted!(JobForgetsFiles: 1 => 0)));
    for (job, unsent, files) in changes.chain(files) {
        match jobs.iter_mut().find(|owed| owed.job == job) {
            Some(owed) => {
                owed.unsent += unsent;
                owed.files += files;
            }
            None => jobs.push(JobOwed { job, unsent, files }),
        }
    }
    let more = count(jobs.len().saturating_sub(JOBS));
    jobs.truncate(JOBS);
    ByJob { jobs, more }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntryState;
    use crate::testing::ModelServer;
    use crate::testing::fixtures::{device, local_file, session, set, technician};
    use afield_domain::{JobStatus, Rejection, Timestamp};
    use afield_protocol::Seq;
    use futures::executor::block_on;

    #[test]
    fn what_stands_on_the_phone_alone_is_counted_for_its_user() {
        let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
        let view = || block_on(engine.outbox.load(Read::All)).unwrap();
        assert_eq!(
            plan_report(&view(), &FileRows::default(), PhoneFacts::default()),
            None
        );
        block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
        let nothing = plan_report(&view(), &FileRows::default(), PhoneFacts::default()).unwrap();
        assert_eq!(
            (nothing.unsent, nothing.files, nothing.oldest),
            (0, 0, None)
        );

        block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
        let other = LocalFile {
            user: technician(2).id,
            ..local_file(2, 1, b"two")
        };
        let rows = FileRows {
            files: vec![local_file(1, 1, b"one"), other],
            unreadable: 1,
        };
        let mut damaged = view();
        damaged.unreadable.push(Seq(7));
        let report = plan_report(&damaged, &rows, PhoneFacts::default()).unwrap();
        assert_eq!((report.unsent, report.files), (2, 2));
        assert_eq!(report.user, technician(1).id);
        assert!(report.oldest.is_some());

        damaged.meta.sign_in_needed = true;
        assert_eq!(plan_report(&damaged, &rows, PhoneFacts::default()), None);
    }

    #[test]
    fn what_stands_here_is_counted_by_job_the_longest_first_and_so_many_jobs() {
        let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
        block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
        block_on(engine.run_enqueue(&[set(2, JobStatus::EnRoute)])).unwrap();
        block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
        let view = block_on(engine.outbox.load(Read::All)).unwrap();
        let told = |rows: &FileRows| {
            let report = plan_report(&view, rows, PhoneFacts::default()).unwrap();
            let by_job = report.by_job.unwrap();
            let of = |owed: &JobOwed| (owed.job, owed.unsent, owed.files);
            (by_job.jobs.iter().map(of).collect::<Vec<_>>(), by_job.more)
        };
        let two = set(2, JobStatus::EnRoute).op.job().unwrap();
        let one = set(1, JobStatus::EnRoute).op.job().unwrap();
        let (known, _) = told(&FileRows::default());
        assert_eq!(known, [(two, 1, 0), (one, 1, 0)]);

        let other = LocalFile {
            user: technician(2).id,
            ..local_file(9, 1, b"other")
        };
        let files = vec![local_file(1, 1, b"1"), local_file(2, 1, b"2"), other];
        let (known, more) = told(&FileRows {
            files,
            unreadable: 1,
        });
        assert_eq!((known, more), (vec![(two, 1, 0), (one, 1, 2)], 1));

        let files = (10..70).map(|n| local_file(n, n, b"n")).collect();
        let (known, more) = told(&FileRows {
            files,
            unreadable: 0,
        });
        assert_eq!((known.len(), more), (JOBS, 12));
        assert_eq!(known[..2], [(two, 1, 0), (one, 1, 0)]);
    }

    #[test]
    fn what_is_told_is_numbered_where_it_is_counted_and_what_is_no_news_is_not() {
        let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
        let facts = PhoneFacts::default();
        let count = |told: Option<&DeviceReport>| {
            block_on(run_count(&engine.outbox, &facts, told)).unwrap()
        };
        assert_eq!(count(None), None);
        block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
        let first = count(None).unwrap();
        assert_eq!((first.unsent, first.number), (0, Some(1)));
        assert_eq!(count(Some(&first)), None);
        // Another tab, or the worker, has told of nothing yet.
        let other = count(None).unwrap();
        assert_eq!(other.number, Some(2));
        assert!(!is_news(&other, &first));

        block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
        let third = count(Some(&first)).unwrap();
        assert_eq!((third.unsent, third.number), (1, Some(3)));
        // No contact came between: the number alone says which of them counts.
        assert_eq!(third.as_of, first.as_of);
        // A contact is no news by itself.
        let later = DeviceReport {
            as_of: Some(Timestamp(9)),
            ..third.clone()
        };
        assert!(!is_news(&third, &later));
        assert_eq!(count(Some(&later)), None);
        let meta = block_on(engine.outbox.load(Read::Meta)).unwrap().meta;
        assert_eq!((meta.reports, meta.last_seq), (3, Seq(1)));
    }

    #[test]
    fn what_waits_for_the_office_has_arrived() {
        let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
        block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
        block_on(engine.run_enqueue(&[set(1, JobStatus::EnRoute)])).unwrap();
        let mut view = block_on(engine.outbox.load(Read::All)).unwrap();
        for (reason, here) in [(Rejection::Forbidden, 1), (Rejection::InReview, 0)] {
            view.entries[0].state = EntryState::Parked {
                reason,
                at: Timestamp(1),
                rev: None,
            };
            let report = plan_report(&view, &FileRows::default(), PhoneFacts::default()).unwrap();
            let jobs = report.by_job.unwrap().jobs.len() as u64;
            assert_eq!((report.unsent, report.parked, jobs), (here, here, here));
        }
    }

    #[test]
    fn how_the_phone_is_set_up_is_told_so_coarse_that_it_rarely_changes() {
        let engine = device(1, &ModelServer::new(technician(1), Vec::new()));
        block_on(engine.run_signed_in(&session(&technician(1)))).unwrap();
        let view = block_on(engine.outbox.load(Read::All)).unwrap();
        let told = |used: Option<u64>, offset_ms: i64| {
            let mut view = view.clone();
            view.meta.clock_offset_ms = offset_ms;
            let facts = PhoneFacts {
                used,
                ..PhoneFacts::default()
            };
            let report = plan_report(&view, &FileRows::default(), facts).unwrap();
            let phone = report.phone.unwrap();
            (phone.used_mb, phone.clock_min)
        };
        for (used, offset_ms, expected) in [
            (None, 0, (None, 0)),
            (Some(0), 29_999, (Some(0), 0)),
            (Some(1), 30_000, (Some(10), 1)),
            (Some(10_000_000), -30_000, (Some(10), 0)),
            (Some(10_000_001), -30_001, (Some(20), -1)),
            (
                Some(u64::MAX),
                i64::MAX,
                (Some(u64::MAX.div_ceil(TEN_MB) * 10), i64::MAX / MINUTE),
            ),
        ] {
            assert_eq!(told(used, offset_ms), expected, "{used:?} {offset_ms}");
        }
    }
}
