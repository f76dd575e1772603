//! The search over the jobs on this phone.
//!
//! Owns what belongs to a job as far as words go, and the index of it, which is brought up to date a
//! few jobs at a time, so that typing never waits. Everything in it comes from the projection; must
//! never decide what is shown.

use crate::kinds::search_texts;
use afield_domain::order::Order;
use afield_domain::search::{Field, Hit, Query, SearchIndex};
use afield_domain::{Job, JobId, Module, Note, RecordKey};
use afield_sync::Projection;
use std::collections::BTreeMap;

/// The index of every job, and how far it has followed the projection. It follows one and the same for
/// as long as it lives.
#[derive(Debug, Clone, Default)]
pub struct JobIndex {
    index: SearchIndex<JobId>,
    /// The stamp at which each job was put in: a job that is still the same costs no work.
    stamps: BTreeMap<JobId, u64>,
    todo: Vec<JobId>,
}

impl JobIndex {
    /// Begins to follow `projection`: [`JobIndex::step`] does the work.
    pub fn begin(&mut self, projection: &Projection) {
        // A job that has gone is still in the index, and must be looked at too.
        let known = self.stamps.keys().copied();
        let gone = known.filter(|id| projection.job(*id).is_none());
        let jobs = projection.keys(Module::Job).map(|key| JobId(key.id));
        let is_new = |id: &JobId| self.stamps.get(id) != Some(&projection.stamp((*id).into()));
        self.todo = gone.chain(jobs.filter(is_new)).collect();
    }

    /// Brings `most` more jobs up to date. Whether there are more.
    pub fn step(&mut self, projection: &Projection, most: usize) -> bool {
        for _ in 0..most {
            let Some(id) = self.todo.pop() else {
                break;
            };
            self.update(projection, id);
        }
        !self.todo.is_empty()
    }

    fn update(&mut self, projection: &Projection, id: JobId) {
        let texts = self.texts(projection, id);
        if texts.is_empty() {
            self.stamps.remove(&id);
            self.index.remove(id);
            return;
        }
        self.stamps.insert(id, projection.stamp(id.into()));
        let texts = texts.iter().map(|(field, text)| (*field, text.as_str()));
        self.index.insert(id, texts);
    }

    /// The jobs that match `query`, the best first, then by `order`.
    pub fn find(&self, query: &Query, order: impl Fn(JobId) -> i64) -> Vec<Hit<JobId>> {
        self.index.find(query, order)
    }

    /// The texts of the job `id` in which words are looked for; none if it is not shown.
    #[must_use]
    pub fn texts(&self, projection: &Projection, id: JobId) -> Vec<(Field, String)> {
        let Some(job) = projection.job(id) else {
            return Vec::new();
        };
        let notes: Vec<(&Note, bool)> = projection.notes_of(id).collect();
        let mut texts = Vec::new();
        add_links(projection, job, &mut texts);
        for asset in &job.assets {
            add_record(projection, (*asset).into(), &mut texts);
        }
        texts.push((Field::Number, job.number.clone()));
        texts.push((Field::Title, job.title.clone()));
        texts.push((Field::Text, job.description.clone()));
        // The newest note says most.
        for (note, _) in notes.iter().rev() {
            texts.push((Field::Note, note.text.clone()));
        }
        texts.retain(|(_, text)| !text.is_empty());
        texts.order_by_key(|(field, _)| *field);
        texts
    }
}

fn add_links(projection: &Projection, job: &Job, texts: &mut Vec<(Field, String)>) {
    let links = [
        job.customer.map(Into::into),
        job.organization.map(Into::into),
        job.property.map(Into::into),
    ];
    for key in links.into_iter().flatten() {
        add_record(projection, key, texts);
    }
}

fn add_record(projection: &Projection, key: RecordKey, texts: &mut Vec<(Field, String)>) {
    let record = projection.record(key);
    texts.extend(record.map(search_texts).unwrap_or_default());
}

#[cfg(target_family = "wasm")]
pub use browser::{Search, provide_search, use_search};

#[cfg(target_family = "wasm")]
mod browser {
    use super::{JobIndex, Projection};
    use crate::effect::Effect;
    use crate::runtime::live::Live;
    use crate::runtime::sync_status::set_if_new;
    use crate::signal::RwSignal;
    use afield_domain::JobId;
    use afield_domain::search::{Field, Hit, Query};
    use afield_platform::timer;
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    /// How long it works before the browser has its turn, in milliseconds. Behind a few timers of nothing the next one
    /// takes four: together they are a frame.
    const SLICE_MS: f64 = 12.0;
    /// Jobs between two looks at the clock: some of a millisecond.
    const STEP: usize = 10;

    /// Whether there is more to do.
    fn work_for_a_slice(index: &mut JobIndex, projection: &Projection) -> bool {
        let began = timer::steady_ms();
        while index.step(projection, STEP) {
            if timer::steady_ms() - began >= SLICE_MS {
                return true;
            }
        }
        false
    }

    /// The index of this page, for the context.
    #[derive(Debug, Clone, Copy)]
    pub struct Search {
        live: Live,
        index: StoredValue<JobIndex>,
        /// Whether the index has every job.
        ready: RwSignal<bool>,
        /// Rises whenever the index has followed the projection.
        version: RwSignal<u32>,
        /// Brings the index up to date, once somebody has searched: the page brings it, not the frame.
        follow: StoredValue<Option<fn(Search)>>,
        busy: StoredValue<bool>,
        stale: StoredValue<bool>,
    }

    /// Puts the search in the context. Once, in `app`; it costs nothing until somebody searches.
    pub fn provide_search(live: Live) {
        let search = Search {
            live,
            index: StoredValue::default(),
            ready: RwSignal::new(false),
            version: RwSignal::new(0),
            follow: StoredValue::new(None),
            busy: StoredValue::new(false),
            stale: StoredValue::new(false),
        };
        provide_context(search);
        Effect::new(move |_| {
            live.projection.track();
            if let Some(follow) = search.follow.get_value() {
                follow(search);
            }
        });
    }

    /// The search of this page's context; none before it is provided.
    pub fn use_search() -> Option<Search> {
        use_context()
    }

    impl Search {
        /// Somebody is about to search.
        pub fn want(self) {
            if self.follow.get_value().is_none() {
                self.follow.set_value(Some(Self::follow_now));
                self.follow_now();
            }
        }

        /// Whether every job is in the index; tracks.
        pub fn is_ready(self) -> bool {
            self.ready.get()
        }

        /// The jobs that match `query`; tracks what the index holds.
        pub fn find(self, query: &Query, order: impl Fn(JobId) -> i64) -> Vec<Hit<JobId>> {
            self.version.track();
            self.index.with_value(|index| index.find(query, order))
        }

        /// The texts of a job in which words are looked for.
        pub fn texts(self, id: JobId) -> Vec<(Field, String)> {
            self.live
                .projection
                .with_untracked(|all| self.index.with_value(|index| index.texts(all, id)))
        }

        /// Brings the index up to date, with the browser free between two steps.
        fn follow_now(self) {
            self.stale.set_value(true);
            if self.busy.get_value() {
                return;
            }
            self.busy.set_value(true);
            spawn_local(async move {
                while self.stale.get_value() {
                    self.stale.set_value(false);
                    self.update(|index, projection| index.begin(projection));
                    while self.update(work_for_a_slice) {
                        timer::sleep_ms(0).await;
                    }
                    self.version
                        .update(|version| *version = version.wrapping_add(1));
                }
                set_if_new(self.ready, true);
                self.busy.set_value(false);
            });
        }

        fn update<T: Default>(self, work: impl FnOnce(&mut JobIndex, &Projection) -> T) -> T {
            let all = |projection: &Projection| {
                self.index.try_update_value(|index| work(index, projection))
            };
            self.live.projection.with_untracked(all).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{job, note_entry, projection, with_outbox};
    use afield_protocol::Seq;
    use afield_sync::Written;

    fn follow(index: &mut JobIndex, projection: &Projection) {
        index.begin(projection);
        while index.step(projection, 1) {}
    }

    fn found(index: &JobIndex, query: &str) -> Vec<JobId> {
        let hits = index.find(&Query::new(query), |_| 0);
        hits.into_iter().map(|hit| hit.key).collect()
    }

    #[test]
    fn a_job_is_found_by_what_belongs_to_it() {
        let mut index = JobIndex::default();
        follow(&mut index, &projection());
        for query in [
            "j-1",
            "berg",
            "mill lane",
            "bruck",
            "valve",
            "VALVE ordxred j-1",
        ] {
            assert_eq!(found(&index, query), [job(1).id], "{query}");
        }
        assert_eq!(found(&index, "boiler").len(), 4);
        assert_eq!(found(&index, "boiler valve xyz"), []);
    }

    #[test]
    fn the_index_follows_every_change() {
        let mut index = JobIndex::default();
        let mut projection = with_outbox(&[]);
        follow(&mut index, &projection);
        let note = note_entry(7, job(2).id);
        projection.take_written(&Written {
            put: vec![note],
            ..Written::default()
        });
        follow(&mut index, &projection);
        assert_eq!(found(&index, "note 7"), [job(2).id]);
        projection.take_written(&Written {
            removed: vec![Seq(7)],
            ..Written::default()
        });
        projection.set_record(job(0).id.into(), None);
        follow(&mut index, &projection);
        assert_eq!(found(&index, "note 7"), []);
        assert_eq!(found(&index, "boiler").len(), 3);
        projection.set_module(Module::Customer, Vec::new());
        follow(&mut index, &projection);
        assert_eq!(found(&index, "berg"), []);
        projection.set_expired(true);
        follow(&mut index, &projection);
        assert_eq!(found(&index, "boiler"), []);
        projection.set_expired(false);
        follow(&mut index, &projection);
        assert_eq!(found(&index, "boiler").len(), 3);
    }

    #[test]
    fn a_job_that_is_the_same_costs_no_work() {
        let mut index = JobIndex::default();
        let mut projection = with_outbox(&[]);
        follow(&mut index, &projection);
        projection.take_written(&Written {
            put: vec![note_entry(7, job(2).id)],
            ..Written::default()
        });
        index.begin(&projection);
        assert_eq!(index.todo, [job(2).id]);
    }
}
