//! What phones tell of themselves, and how late it arrives.
//!
//! Owns the reports on their way. It has a chance of its own, so that with it no phone does anything else than
//! without. A report must never tell less than stands on its phone when it is made. Must never write to a phone.

use crate::chance::Chance;
use crate::device::Device;
use crate::schedule::Schedule;
use crate::server::Server;
use afield_domain::JobId;
use afield_protocol::{DeviceReport, JobOwed};
use afield_sync::device_report::{PhoneFacts, plan_report};
use afield_sync::memory::OutboxRows;
use afield_sync::{FileRows, LocalFile, OutboxEntry};
use std::collections::BTreeMap;

/// A report that is held up arrives so much later at most, in milliseconds: another one can overtake it.
const LATE_MS: i64 = 60_000;

/// The reports on their way.
pub(crate) struct Twin {
    chance: Chance,
    coming: BTreeMap<(i64, u64), DeviceReport>,
    numbers: u64,
    late_percent: u8,
}

impl Twin {
    pub(crate) fn new(schedule: &Schedule) -> Self {
        Self {
            chance: Chance::new(schedule.seed ^ 0x0DE7_1CE0_0DE7_1CE0),
            coming: BTreeMap::new(),
            numbers: 0,
            late_percent: 30,
        }
    }

    /// The line is good from now on.
    pub(crate) fn heal(&mut self) {
        self.late_percent = 0;
    }

    /// A pass of `device` came through: it tells what stands on it. Nothing comes between counting and numbering here,
    /// as in the transaction of a phone.
    pub(crate) fn tell(&mut self, device: &Device) {
        let Some(mut report) = device.outbox.peek(report_of) else {
            return;
        };
        if let Err(what) = device.outbox.peek(|rows| tells_all(&report, rows)) {
            device.ledger.borrow_mut().accuse(what);
        }
        let late = match self.chance.percent(self.late_percent) {
            true => self.chance.between(1, LATE_MS),
            false => 0,
        };
        self.numbers += 1;
        report.number = Some(self.numbers);
        let due = device.sim.now() + late;
        self.coming.insert((due, self.numbers), report);
    }

    /// Lets all arrive that is due by `now`; whether anything did.
    pub(crate) fn advance(&mut self, now: i64, server: &mut Server) -> bool {
        let later = self.coming.split_off(&(now + 1, 0));
        let due = std::mem::replace(&mut self.coming, later);
        for report in due.values() {
            server.take_report(report);
        }
        !due.is_empty()
    }
}

/// What a phone would tell now; none if nobody is signed in.
pub(crate) fn report_of(rows: &OutboxRows) -> Option<DeviceReport> {
    let files = FileRows {
        files: rows.files.values().cloned().collect(),
        unreadable: 0,
    };
    plan_report(&rows.all(), &files, PhoneFacts::default())
}

/// Whether `report` tells all that `rows` hold of its user, counted from the rows themselves.
fn tells_all(report: &DeviceReport, rows: &OutboxRows) -> Result<(), String> {
    // What waits for the office has arrived.
    let is_own = |entry: &&OutboxEntry| entry.mutation.user == report.user && !entry.is_in_review();
    let epoch = rows.meta.epoch.as_ref();
    let waits = |file: &&LocalFile| file.user == report.user && file.waits(epoch);
    let unsent = rows.readable().filter(is_own).count() + rows.damaged.len();
    let files = rows.files.values().filter(waits).count();
    let told = (report.unsent, report.files);
    if told != (unsent as u64, files as u64) {
        return Err(format!(
            "a phone holds {unsent} changes and {files} files, and tells {told:?}"
        ));
    }
    let mut held: BTreeMap<JobId, (u64, u64)> = BTreeMap::new();
    for job in rows
        .readable()
        .filter(is_own)
        .filter_map(|entry| entry.mutation.op.job())
    {
        held.entry(job).or_default().0 += 1;
    }
    for file in rows.files.values().filter(waits) {
        held.entry(file.job).or_default().1 += 1;
    }
    let by_job = report.by_job.clone().unwrap_or_default();
    let of = |owed: &JobOwed| (owed.job, (owed.unsent, owed.files));
    let told: BTreeMap<JobId, (u64, u64)> = by_job.jobs.iter().map(of).collect();
    let all = told.len() as u64 + by_job.more;
    // Nobody knows of which jobs the damaged ones are.
    let jobs = (held.len() + rows.damaged.len()) as u64;
    let is_wrong = |(job, counts): (&JobId, &(u64, u64))| held.get(job) != Some(counts);
    if told.iter().any(is_wrong) || all != jobs {
        return Err(format!(
            "a phone holds {held:?} by job, and tells {by_job:?}"
        ));
    }
    Ok(())
}
