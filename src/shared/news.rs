//! What the office has changed since somebody last opened a job.
//!
//! Owns what of a job counts for that, and what was seen of it. A phone that is used for the first time has seen all that
//! comes with the first load. Must never mark what its own user changed.

use afield_domain::{Job, JobId, JobStatus};
use std::collections::BTreeMap;

/// Where more jobs than these are on the phone nothing is marked: nobody looks through so many.
const MOST: usize = 2_000;

/// What is new about a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It was not on this phone before.
    New,
    /// The office has changed it since it was opened.
    Changed,
}

/// A number that is another one when what a technician goes by has changed: what, when, where, for whom, how pressing,
/// and whether it was called off. The work on it leaves it as it is.
#[must_use]
pub fn face(job: &Job) -> u32 {
    let text = format!(
        "{}\n{}\n{}\n{}\n{}\n{:?}\n{:?}\n{}",
        job.title,
        job.description,
        job.priority.name(),
        job.starts.0,
        job.ends.0,
        job.property.map(|id| id.0),
        job.customer.map(|id| id.0),
        job.status == JobStatus::Cancelled,
    );
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(0x811c_9dc5, mix)
}

/// What somebody has seen of the jobs on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen(BTreeMap<JobId, u32>);

impl Seen {
    /// All of `jobs`, with their faces; none where they are too many.
    #[must_use]
    pub fn all(jobs: impl Iterator<Item = (JobId, u32)>) -> Option<Self> {
        let faces: BTreeMap<JobId, u32> = jobs.take(MOST + 1).collect();
        (faces.len() <= MOST).then_some(Self(faces))
    }

    /// What was written down. What cannot be read was not seen.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let row = |row: &str| {
            let (id, face) = row.split_once(':')?;
            Some((id.parse().ok()?, face.parse().ok()?))
        };
        Self(text.split(',').filter_map(row).take(MOST).collect())
    }

    /// As it is written down.
    #[must_use]
    pub fn written(&self) -> String {
        let rows = self.0.iter().map(|(id, face)| format!("{id}:{face}"));
        rows.collect::<Vec<_>>().join(",")
    }

    /// Forgets what is no longer there: a job that comes back is new.
    pub fn keep(&mut self, is_there: impl Fn(JobId) -> bool) {
        self.0.retain(|id, _| is_there(*id));
    }

    /// What is new about a job with this face.
    #[must_use]
    pub fn news(&self, job: JobId, face: u32) -> Option<News> {
        match self.0.get(&job) {
            None => Some(News::New),
            Some(seen) => (*seen != face).then_some(News::Changed),
        }
    }

    /// The job was opened.
    pub fn look(&mut self, job: JobId, face: u32) {
        self.0.insert(job, face);
    }
}

#[cfg(target_family = "wasm")]
pub use browser::{follow_news, look, news_mark};

#[cfg(target_family = "wasm")]
mod browser {
    use super::{News, Seen, face};
    use crate::effect::Effect;
    use crate::runtime::live::Live;
    use crate::runtime::prefs;
    use crate::runtime::sync_status::use_sync_state;
    use crate::tr;
    use crate::view::view;
    use afield_domain::{Job, JobId, Module, Record, UserId};
    use leptos::prelude::*;

    thread_local! {
        /// Of the user who is signed in; none before it is known.
        static SEEN: ArcRwSignal<Option<(UserId, Seen)>> = ArcRwSignal::new(None);
    }

    fn seen() -> ArcRwSignal<Option<(UserId, Seen)>> {
        SEEN.with(ArcRwSignal::clone)
    }

    /// Marks what is new for `user` from now on: as soon as everything is on the phone.
    pub fn follow_news(user: UserId, live: Live) {
        let sync = use_sync_state();
        Effect::new(move |_| {
            let is_known =
                seen().with_untracked(|seen| seen.as_ref().map(|seen| seen.0) == Some(user));
            if is_known || !sync.ready.get() || !live.loaded.get() || live.hidden.get() {
                return;
            }
            let found = live
                .projection
                .with_untracked(|all| match prefs::seen_jobs(user) {
                    Some(text) => {
                        let mut seen = Seen::read(&text);
                        seen.keep(|id| all.base(id.into()).is_some());
                        Some(seen)
                    }
                    None => {
                        Seen::all(all.views(Module::Job).filter_map(|view| match view.record {
                            Record::Job(job) => Some((job.id, face(job))),
                            _ => None,
                        }))
                    }
                });
            if let Some(found) = found {
                keep(user, found);
            }
        });
    }

    fn keep(user: UserId, found: Seen) {
        prefs::remember_seen_jobs(user, &found.written());
        seen().set(Some((user, found)));
    }

    /// The job is on the screen.
    pub fn look(job: &Job) {
        let (id, face) = (job.id, face(job));
        let known = seen().with_untracked(|seen| {
            let (user, seen) = seen.as_ref()?;
            seen.news(id, face).map(|_| *user)
        });
        if let Some(user) = known {
            // Another tab may have written since.
            let mut found = Seen::read(&prefs::seen_jobs(user).unwrap_or_default());
            found.look(id, face);
            keep(user, found);
        }
    }

    /// The mark of what is new about a job.
    pub fn news_mark(job: JobId, face: u32) -> impl IntoView {
        let seen = seen();
        move || {
            let news = seen.with(|seen| seen.as_ref()?.1.news(job, face));
            let text = match news? {
                News::New => tr!(marks.new),
                News::Changed => tr!(marks.changed),
            };
            Some(view! { <span class="tag tag-news">{text}</span> })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job};
    use afield_domain::{Priority, PropertyId};
    use uuid::Uuid;

    #[test]
    fn what_a_technician_goes_by_changes_the_face_and_the_work_does_not() {
        let changed = |change: fn(&mut Job)| {
            let mut other = job(1);
            change(&mut other);
            face(&other) != face(&job(1))
        };
        for change in [
            (|job| job.title.push('!')) as fn(&mut Job),
            |job| job.description.push('!'),
            |job| job.priority = Priority::Urgent,
            |job| job.starts = NOON.plus_ms(1),
            |job| job.ends = job.ends.plus_ms(1),
            |job| job.property = Some(PropertyId(Uuid::from_u128(9))),
            |job| job.customer = None,
            |job| job.status = JobStatus::Cancelled,
        ] {
            assert!(changed(change));
        }
        for change in [
            (|job| job.status = JobStatus::Started) as fn(&mut Job),
            |job| job.number.push('9'),
            |job| job.answers.clear(),
        ] {
            assert!(!changed(change));
        }
    }

    #[test]
    fn a_job_is_new_until_it_was_opened_and_changed_until_it_is_opened_again() {
        let [one, two] = [job(1), job(2)];
        let mut seen = Seen::all([(one.id, face(&one))].into_iter()).unwrap();
        assert_eq!(seen.news(one.id, face(&one)), None);
        assert_eq!(seen.news(two.id, face(&two)), Some(News::New));
        seen.look(two.id, face(&two));
        seen.look(one.id, 7);
        assert_eq!(seen.news(two.id, face(&two)), None);
        assert_eq!(seen.news(one.id, face(&one)), Some(News::Changed));
        assert_eq!(Seen::read(&seen.written()), seen);
        seen.keep(|id| id == two.id);
        assert_eq!(seen.news(one.id, 7), Some(News::New));
    }

    #[test]
    fn what_cannot_be_read_was_not_seen_and_too_many_are_not_marked() {
        let id = job(1).id;
        let read = Seen::read(&format!("x:1,{id}:5,{id},:,{id}:99999999999"));
        assert_eq!(read, Seen([(id, 5)].into()));
        assert_eq!(Seen::read(""), Seen::default());
        let many = (0..MOST as u128 + 1).map(|n| (JobId(Uuid::from_u128(n)), 1));
        assert_eq!(Seen::all(many), None);
    }
}
