//! What a day's jobs need on this phone: what of it is here, and what is missing.
//!
//! Owns what counts. Pure: the day and the zone are arguments. Must never call something here that cannot be opened
//! without a network.

use crate::runtime::known_files::known_files;
use crate::shared::names::numbered;
use afield_domain::order::Order;
use afield_domain::record::Kind;
use afield_domain::time::Day;
use afield_domain::{
    Attachment, AttachmentId, Job, JobId, Module, Record, RecordKey, ServiceTask, Timestamp,
    UserId, Zone,
};
use afield_sync::files::copies::{copies_bytes, copies_fit, plan_fetch};
use afield_sync::view::Projection;
use afield_sync::{FileRows, LocalFile};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The days that can be asked for, from today on: what a phone of such a window holds.
#[must_use]
pub fn days_held(window_days: u32) -> RangeInclusive<i64> {
    0..=i64::from(window_days)
}

/// Of which day, and on what phone.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Whose.
    pub user: UserId,
    /// The day.
    pub day: Day,
    /// The company's zone.
    pub zone: &'a Zone,
    /// How much is free on this phone, if it tells.
    pub room: Option<u64>,
    /// The records on which all that hangs is here; none if that is so of all.
    pub kept: Option<&'a [RecordKey]>,
}

/// What the open jobs of a day need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayNeeds {
    /// The jobs, by their start.
    pub jobs: Vec<JobNeeds>,
    /// The records that they refer to, each once, and the jobs of which nobody here knows what they refer to.
    pub records: Part,
    /// The forms of their service tasks, each once, as the office has them now: another version is another record.
    pub forms: Part,
    /// Their photos and files that the office has.
    pub files: Files,
}

/// What one job needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobNeeds {
    /// The job.
    pub id: JobId,
    /// Its number and title.
    pub name: String,
    /// When work is planned to begin.
    pub starts: Timestamp,
    /// How many records, forms, photos and files of it are missing.
    pub missing: usize,
}

/// How many are here, and how many are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// On this phone.
    pub here: usize,
    /// Not on this phone.
    pub missing: usize,
}

/// The photos and files of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// How many open without a network.
    pub here: usize,
    /// Those that can be fetched, and fit.
    pub missing: Vec<AttachmentId>,
    /// Bytes of these.
    pub bytes: u64,
    /// How many are at the office and do not fit into what may be kept here.
    pub too_many: usize,
    /// How many are still on the phone that took them: nobody can fetch them.
    pub elsewhere: usize,
}

/// What the open jobs of a day need. `rows` are the files on this phone.
#[must_use]
pub fn day_needs(projection: &Projection, rows: &FileRows, asked: Asked<'_>) -> DayNeeds {
    let at_hand = AtHand::of(projection, rows, asked);
    let (begins, ends) = (
        asked.zone.start_of(asked.day),
        asked.zone.start_of(asked.day.plus(1)),
    );
    let jobs = projection.views(Module::Job);
    let mut jobs: Vec<&Job> = jobs
        .filter_map(|view| match view.record {
            Record::Job(job) => Some(job),
            _ => None,
        })
        .filter(|job| job.status.is_open() && (begins..ends).contains(&job.starts))
        .collect();
    jobs.order_by_key(|job| (job.starts, job.id));
    let mut needs = DayNeeds::default();
    let mut seen = BTreeSet::new();
    for job in jobs {
        let missing = at_hand.count(job, &mut needs, &mut seen);
        needs.jobs.push(JobNeeds {
            id: job.id,
            name: numbered(&job.number, &job.title),
            starts: job.starts,
            missing,
        });
    }
    needs
}

/// What is here, and what may come.
struct AtHand<'a> {
    projection: &'a Projection,
    kept: Option<&'a [RecordKey]>,
    here: BTreeSet<AttachmentId>,
    fits: BTreeSet<AttachmentId>,
}

impl<'a> AtHand<'a> {
    fn of(projection: &'a Projection, rows: &FileRows, asked: Asked<'a>) -> Self {
        let meta = projection.meta();
        let epoch = meta.epoch.as_ref();
        let own = |file: &&LocalFile| file.user == asked.user;
        let known = known_files(projection);
        let most = copies_fit(meta, copies_bytes(&rows.files, epoch), asked.room);
        let fetching = plan_fetch(&known, &rows.files, asked.user, epoch, most);
        Self {
            projection,
            kept: asked.kept,
            here: rows.files.iter().filter(own).map(|file| file.id).collect(),
            fits: fetching.fetched.into_iter().collect(),
        }
    }

    /// Counts what `job` needs, each thing once for all jobs; gives how many are missing of this one.
    fn count(&self, job: &Job, needs: &mut DayNeeds, seen: &mut BTreeSet<RecordKey>) -> usize {
        let mut missing = usize::from(!self.is_kept(job));
        needs.records.missing += missing;
        let tasks: Vec<&ServiceTask> = self.tasks(job.id).collect();
        let linked = tasks.iter().flat_map(|task| task.links());
        for key in job.links().into_iter().chain(linked) {
            let is_here = self.projection.record(key).is_some();
            missing += usize::from(!is_here);
            if seen.insert(key) {
                let part = match key.module {
                    Module::Form => &mut needs.forms,
                    _ => &mut needs.records,
                };
                part.here += usize::from(is_here);
                part.missing += usize::from(!is_here);
            }
        }
        for file in self.files(job.id) {
            let files = &mut needs.files;
            if self.here.contains(&file.id) {
                files.here += 1;
            } else if file.received_at.is_none() {
                files.elsewhere += 1;
            } else if self.fits.contains(&file.id) {
                missing += 1;
                files.missing.push(file.id);
                files.bytes = files.bytes.saturating_add(file.bytes);
            } else {
                missing += 1;
                files.too_many += 1;
            }
        }
        missing
    }

    /// Whether all that hangs on `job` is here. What was made here is.
    fn is_kept(&self, job: &Job) -> bool {
        let key = job.id.into();
        let is_made_here = self.projection.base(key).is_none();
        is_made_here || self.kept.is_none_or(|kept| kept.contains(&key))
    }

    fn tasks(&self, job: JobId) -> impl Iterator<Item = &'a ServiceTask> {
        let tasks = self.projection.referring(job.into(), Module::Task);
        tasks.filter_map(|view| match view.record {
            Record::Task(task) => Some(task),
            _ => None,
        })
    }

    fn files(&self, job: JobId) -> impl Iterator<Item = &'a Attachment> {
        let files = self.projection.referring(job.into(), Module::Attachment);
        files.filter_map(|view| match view.record {
            Record::Attachment(file) => Some(file),
            _ => None,
        })
    }
}

/// How many days ahead the address asks for: a day that this phone holds, or today.
#[must_use]
pub fn days_ahead(text: Option<&str>, window_days: u32) -> i64 {
    let asked = text.and_then(|text| text.parse().ok());
    let is_held = |days: &i64| days_held(window_days).contains(days);
    asked.filter(is_held).unwrap_or(0)
}

/// How long it takes to fetch something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Nobody knows what the line carries: nothing was fetched or sent yet.
    Unknown,
    /// Less than a minute.
    Short,
    /// So many minutes, rounded up.
    Minutes(u64),
}

/// How long `bytes` take on a line that carries so many a second.
#[must_use]
pub fn wait_for(bytes: u64, a_second: Option<u64>) -> Wait {
    let Some(a_second) = a_second else {
        return Wait::Unknown;
    };
    match bytes / a_second.max(1) {
        0..60 => Wait::Short,
        seconds => Wait::Minutes(seconds.div_ceil(60)),
    }
}

#[cfg(test)]
#[path = "view_model_tests.rs"]
mod tests;
