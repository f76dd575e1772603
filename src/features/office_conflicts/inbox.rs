//! What the page of open conflicts holds: the server's answers, what came too late among them, and the stream that says when there is another.
//!
//! Owns when it is fetched. Must never change anything.

use super::others::Others;
use super::view_model::GroupKey;
use crate::error::Trouble;
use crate::runtime::clock::Clock;
use crate::shared::answer_picture::picture_of;
use crate::signal::RwSignal;
use afield_domain::{JobId, MutationId, Timestamp, UserId};
use afield_platform::{api, events, one_stream};
use afield_protocol::{
    Activity, ActivityKind, BoardEvent, PHONE_TOLD, RELOAD, ReviewGroup, ReviewPage, paths,
};
use afield_sync::view::Projection;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::time::Duration;

/// How long what is heard is gathered: a push tells of many changes.
const GATHERED: Duration = Duration::from_secs(2);

/// As many as the server gives.
const MOST: u32 = 50;

/// What is open below the buttons of a group. At most one is on the page: it has the fields' ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// Why some is left out of what is accepted.
    Rest,
    /// Which other job.
    Onto,
    /// Why not.
    Decline,
}

/// What is to be said of a decision that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Of which group, as long as it is the one that was seen; none: of one that is another one now, or gone.
    pub(super) of: Option<(JobId, UserId)>,
    /// The change that stands in the way.
    pub(super) mutation: Option<MutationId>,
    /// The words.
    pub(super) text: String,
}

/// What the page holds.
#[derive(Clone, Copy)]
pub(super) struct Inbox {
    /// The conflicts with what they are about, and how many more there are; none before the first answer.
    pub(super) found: RwSignal<Option<(Projection, u64)>>,
    /// What came too late and waits; none before the first answer.
    pub(super) reviews: RwSignal<Option<ReviewPage>>,
    /// When the server was last known to have nothing newer.
    pub(super) as_of: RwSignal<Option<Timestamp>>,
    /// Why the last fetch failed.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// Which group somebody is about to decide, and how. Another fetch leaves it open.
    pub(super) deciding: RwSignal<Option<(JobId, UserId, Open)>>,
    /// What came of the last decision, if nothing did. Stays though the cards are drawn anew.
    pub(super) said: RwSignal<Option<Said>>,
    /// Why not, as it was typed so far.
    pub(super) reason: RwSignal<String>,
    /// What of the group that is open somebody has ticked, to be left out.
    pub(super) ticked: RwSignal<Vec<MutationId>>,
    /// The other job that was chosen so far.
    pub(super) chosen: RwSignal<String>,
    /// The other jobs to choose from.
    pub(super) others: Others,
    /// Whether the stream of events is open.
    open: RwSignal<bool>,
    clock: Clock,
    /// Whether it is being fetched, and whether something happened since that began.
    under_way: StoredValue<(bool, bool)>,
    /// Whether it is about to be fetched.
    waits: StoredValue<bool>,
}

impl Inbox {
    /// Fetches them and follows them, as long as the page is there.
    pub(super) fn follow(clock: Clock) -> Self {
        let this = Self {
            found: RwSignal::new(None),
            reviews: RwSignal::new(None),
            as_of: RwSignal::new(None),
            trouble: RwSignal::new(None),
            deciding: RwSignal::new(None),
            said: RwSignal::new(None),
            reason: RwSignal::new(String::new()),
            ticked: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(String::new()),
            others: Others::new(),
            open: RwSignal::new(false),
            clock,
            under_way: StoredValue::new((false, false)),
            waits: StoredValue::new(false),
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

    fn hear(self, text: &str) {
        if text.starts_with(PHONE_TOLD) {
            return;
        }
        let event = match text {
            RELOAD => None,
            text => events::read::<BoardEvent>(paths::EVENTS, text),
        };
        match event.is_none_or(|event| self.is_about(&event.activity)) {
            true => self.fetch_soon(),
            false => drop(self.as_of.try_set(Some(self.now()))),
        }
    }

    /// Whether what is shown may be another one by it.
    fn is_about(self, activity: &Activity) -> bool {
        let is_shown = |page: &Option<ReviewPage>| {
            let mut groups = page.iter().flat_map(|page| &page.groups);
            groups.any(|group| group.job == activity.job)
        };
        match activity.what {
            ActivityKind::Conflict { .. }
            | ActivityKind::Edited { .. }
            | ActivityKind::Refused { .. } => true,
            // Whose it is now, and where it stands.
            _ => self.reviews.try_with_untracked(is_shown) == Some(true),
        }
    }

    /// The group as it is now; none if it is decided, or has got more.
    pub(super) fn group(self, key: &GroupKey) -> Option<Arc<ReviewGroup>> {
        self.reviews.with(|page| {
            let mut groups = page.iter().flat_map(|page| &page.groups);
            let found = groups.find(|group| GroupKey::of(group) == *key);
            found.cloned().map(Arc::new)
        })
    }

    /// Closes what is open, and forgets what was typed and ticked there.
    pub(super) fn close(self) {
        let _ = self.deciding.try_set(None);
        let _ = self.reason.try_set(String::new());
        let _ = self.ticked.try_set(Vec::new());
        let _ = self.chosen.try_set(String::new());
    }

    /// Why not, as it is sent; empty if nothing was typed.
    pub(super) fn reason(self) -> String {
        self.reason.with_untracked(|typed| typed.trim().to_owned())
    }

    fn now(self) -> Timestamp {
        untrack(move || self.clock.now())
    }

    fn fetch_soon(self) {
        let waits = |waits: &mut bool| std::mem::replace(waits, true);
        if self.waits.try_update_value(waits) == Some(false) {
            set_timeout(
                move || {
                    if self.waits.try_set_value(false).is_none() {
                        self.fetch();
                    }
                },
                GATHERED,
            );
        }
    }

    /// Fetches them; once more if something happens meanwhile.
    pub(super) fn fetch(self) {
        let begins = |(fetching, again): &mut (bool, bool)| {
            *again = *fetching;
            !std::mem::replace(fetching, true)
        };
        if self.under_way.try_update_value(begins) != Some(true) {
            return;
        }
        spawn_local(async move {
            let answer = api::load_conflicts(MOST).await;
            let reviews = api::load_reviews(MOST).await;
            let Some((_, again)) = self.under_way.try_update_value(std::mem::take) else {
                return; // The page is gone.
            };
            let trouble = match (answer, reviews) {
                (Ok(answer), Ok(reviews)) => {
                    let found = (picture_of(answer.records), answer.more);
                    let _ = self.reviews.try_set(Some(reviews));
                    let _ = self.found.try_set(Some(found));
                    let _ = self.as_of.try_set(Some(self.now()));
                    None
                }
                (Err(failure), _) | (_, Err(failure)) => Some(failure.into()),
            };
            let _ = self.trouble.try_set(trouble);
            if again {
                self.fetch();
            }
        });
    }
}
