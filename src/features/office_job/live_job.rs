//! What the office's page of a job holds: the server's answer, kept up to date by the board's stream of events.
//!
//! Must never save anything by itself, and never write into the picture of this phone.

use crate::error::Trouble;
use crate::runtime::clock::Clock;
use crate::runtime::live::Live;
use crate::shared::answer_picture::picture_of;
use crate::signal::RwSignal;
use crate::tr;
use afield_domain::{Job, JobId, Rev, Timestamp, User};
use afield_platform::{api, events, one_stream};
use afield_protocol::{
    Activity, BoardEvent, ErrorCode, Holder, JobOnPhone, OfSeries, PHONE_TOLD, PhoneTold, RELOAD,
    paths,
};
use afield_sync::view::Projection;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long after a fetch that failed the job is fetched again.
const AGAIN: Duration = Duration::from_secs(5);

/// What stands beside the records.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beside {
    pub(super) technicians: Vec<User>,
    pub(super) activity: Vec<Activity>,
    pub(super) holder: Option<Holder>,
    pub(super) phones: Vec<JobOnPhone>,
    pub(super) left_out: u64,
    pub(super) series: Option<OfSeries>,
}

/// What the page holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct LiveJob {
    pub(super) id: JobId,
    /// The picture of this job, in the place of the phone's.
    pub(super) live: Live,
    /// None before the first answer.
    pub(super) beside: RwSignal<Option<Beside>>,
    /// When the server was last known to have nothing newer.
    pub(super) as_of: RwSignal<Option<Timestamp>>,
    /// Why the last fetch failed.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// Whether the server knows of no such job.
    pub(super) missing: RwSignal<bool>,
    /// Whether the stream of events is open.
    pub(super) open: RwSignal<bool>,
    clock: Clock,
    under_way: StoredValue<UnderWay>,
}

/// The fetch under way, and whether something happened since it began.
#[derive(Debug, Clone, Copy, Default)]
struct UnderWay {
    fetching: bool,
    again: bool,
}

impl LiveJob {
    /// Fetches the job `id` and follows it, as long as the page is there.
    pub(super) fn follow(live: Live, clock: Clock, id: JobId) -> Self {
        let this = Self {
            id,
            live: live.of(RwSignal::new(Projection::default())),
            beside: RwSignal::new(None),
            as_of: RwSignal::new(None),
            trouble: RwSignal::new(None),
            missing: RwSignal::new(false),
            open: RwSignal::new(false),
            clock,
            under_way: StoredValue::default(),
        };
        this.fetch();
        let stream = StoredValue::new_local(Some(one_stream::open(
            paths::EVENTS,
            move |text| this.hear(&text),
            move |open| {
                let was_open = this.open.try_get_untracked() == Some(true);
                let _ = this.open.try_set(open);
                // What happened while it was closed is in no event.
                if open && !was_open {
                    this.fetch();
                }
            },
        )));
        on_cleanup(move || {
            stream.try_update_value(Option::take);
        });
        this
    }

    /// Whether what is shown is what the server has.
    pub(super) fn is_live(self) -> bool {
        self.open.get() && self.trouble.with(Option::is_none)
    }

    /// The revision of the job that is shown.
    pub(super) fn rev(self) -> Option<Rev> {
        let of = |all: &Projection| all.view(self.id.into()).and_then(|view| view.rev);
        self.live.projection.with_untracked(of)
    }

    fn hear(self, text: &str) {
        if text.starts_with(PHONE_TOLD) {
            let told = events::read::<PhoneTold>(paths::EVENTS, text);
            if told.is_none_or(|told| self.is_about(&told)) {
                self.fetch();
            }
            return;
        }
        let event = match text {
            RELOAD => None,
            text => events::read::<BoardEvent>(paths::EVENTS, text),
        };
        match event {
            Some(event) if event.activity.job != self.id => {
                let _ = self.as_of.try_set(Some(self.now()));
            }
            // Of this job, or what can be read of it is in the answer.
            _ => self.fetch(),
        }
    }

    /// Whether a phone that told so changes what is shown: something of this job stands on it or did, or it is of whoever
    /// has the job.
    fn is_about(self, told: &PhoneTold) -> bool {
        let job = |all: &Projection| all.job(self.id).and_then(|job| job.assignee);
        let is_holder = self.live.projection.try_with_untracked(job).flatten() == Some(told.phone);
        let shown = |beside: &Option<Beside>| {
            let phones = beside.iter().flat_map(|beside| &beside.phones);
            phones.into_iter().any(|phone| phone.user.id == told.phone)
        };
        told.jobs.contains(&self.id)
            || is_holder
            || self.beside.try_with_untracked(shown) == Some(true)
    }

    fn now(self) -> Timestamp {
        untrack(move || self.clock.now())
    }

    /// Fetches the job; once more if something happens meanwhile.
    pub(super) fn fetch(self) {
        let begins = |way: &mut UnderWay| {
            way.again = way.fetching;
            !std::mem::replace(&mut way.fetching, true)
        };
        if self.under_way.try_update_value(begins) != Some(true) {
            return;
        }
        spawn_local(async move {
            let answer = api::load_job(self.id).await;
            let ends = |way: &mut UnderWay| std::mem::take(way).again;
            let Some(again) = self.under_way.try_update_value(ends) else {
                return; // The page is gone.
            };
            self.take(answer);
            if again {
                self.fetch();
            }
        });
    }

    fn take(self, answer: Result<afield_protocol::OfficeJob, api::ApiFailure>) {
        let trouble = match answer {
            Ok(answer) => {
                let _ = self.live.projection.try_set(picture_of(answer.records));
                let _ = self.beside.try_set(Some(Beside {
                    technicians: answer.technicians,
                    activity: answer.activity,
                    holder: answer.holder,
                    phones: answer.phones,
                    left_out: answer.left_out,
                    series: answer.series,
                }));
                let _ = self.as_of.try_set(Some(self.now()));
                let _ = self.missing.try_set(false);
                None
            }
            Err(api::ApiFailure::Api(error)) if error.code == ErrorCode::NotFound => {
                let _ = self.missing.try_set(true);
                None
            }
            Err(failure) => {
                set_timeout(
                    move || {
                        let failed = |trouble: &Option<Trouble>| trouble.is_some();
                        if self.trouble.try_with_untracked(failed) == Some(true) {
                            self.fetch();
                        }
                    },
                    AGAIN,
                );
                Some(failure.into())
            }
        };
        let _ = self.trouble.try_set(trouble);
    }
}

/// The name of whoever has it.
pub(super) fn technician(page: LiveJob, job: &Job) -> String {
    let Some(id) = job.assignee else {
        return tr!(board.nobody).to_owned();
    };
    let name = page.beside.with(|beside| {
        let all = beside.iter().flat_map(|beside| &beside.technicians);
        let mut its = all.filter(|user| user.id == id);
        its.next().map(|user| user.name.clone())
    });
    name.unwrap_or_else(|| tr!(fields.somebody).to_owned())
}
