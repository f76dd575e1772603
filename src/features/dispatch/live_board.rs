//! What the page Board holds: the fetched day or week and the stream of events.
//!
//! Owns how the picture is fetched and kept up to date, and what of it is drawn while moves are under way (`moving`).
//! Must never save anything by itself.

use super::board_query::Asked;
use super::landing::{Move, Question, with_moves};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::clock::Clock;
use crate::runtime::session::Account;
use crate::shared::toast::Toasts;
use crate::signal::RwSignal;
use afield_domain::{JobId, Timestamp, Zone};
use afield_platform::{api, events};
use afield_protocol::{BoardEvent, BoardJob, PHONE_TOLD, RELOAD, Team, paths};
use afield_sync::board::{BoardState, Loading};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::time::Duration;

/// How long after a fetch that failed the day is fetched again.
const AGAIN: Duration = Duration::from_secs(5);

/// What the page holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Board {
    /// Which days the address asks for.
    pub(super) asked: Memo<Asked>,
    /// The picture; none before the first answer.
    pub(super) state: RwSignal<Option<BoardState>>,
    /// Why the last fetch failed.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// Whether the stream of events is open.
    pub(super) open: RwSignal<bool>,
    /// The fetches under way, and what was heard meanwhile.
    pub(super) loading: StoredValue<Loading>,
    /// Whose card is open over the axis.
    pub(super) chosen: RwSignal<Option<JobId>>,
    /// The moves that the server has not answered.
    pub(super) moves: RwSignal<Vec<Move>>,
    /// What is asked before moves.
    pub(super) questions: RwSignal<Vec<Question>>,
    pub(super) account: StoredValue<Arc<Account>>,
    pub(super) clock: Clock,
    pub(super) toasts: Toasts,
}

impl Board {
    pub(super) fn now(self) -> Timestamp {
        untrack(move || self.clock.now())
    }

    /// Whether what is shown is what the server has: events arrive, and the fetch that they go on from succeeded.
    pub(super) fn is_live(self) -> bool {
        self.open.get() && self.trouble.with(Option::is_none)
    }

    /// The company's zone.
    pub(super) fn zone(self) -> Zone {
        self.account.with_value(|account| account.zone.clone())
    }

    /// Fetches the days that are asked for.
    pub(super) fn fetch(self, asked: Asked) {
        let Some(number) = self.loading.try_update_value(Loading::begin) else {
            return;
        };
        spawn_local(async move {
            let more_days = u64::try_from(asked.more_days).unwrap_or(0);
            let answer = api::load_board(Some(&asked.day.to_string()), more_days).await;
            let heard = self.loading.try_update_value(|loading| loading.end(number));
            // A later fetch is under way, or the page is gone.
            let Some(heard) = heard.flatten() else {
                return;
            };
            match answer.map_err(Trouble::from) {
                Ok(response) => {
                    let _ = self.trouble.try_set(None);
                    let zone = self.zone();
                    let state = BoardState::with(response, heard, &zone, self.now());
                    let _ = self.state.try_set(state);
                }
                Err(trouble) => {
                    let _ = self.trouble.try_set(Some(trouble));
                    set_timeout(move || self.fetch_after_failure(asked, number), AGAIN);
                }
            }
        });
    }

    /// Fetches them once more, unless that was done since.
    fn fetch_after_failure(self, asked: Asked, number: u64) {
        let is_last = self
            .loading
            .try_with_value(|loading| loading.is_last(number));
        if is_last == Some(true) {
            self.fetch(asked);
        }
    }

    /// A time on the company's clock.
    pub(super) fn time_of(self, at: Timestamp) -> String {
        self.account.with_value(|account| account.clock(at))
    }

    /// Which days are drawn; tracks.
    pub(super) fn days(self) -> Option<Asked> {
        let asked = self.asked.get();
        self.state.with(|state| asked.of(state.as_ref()?))
    }

    /// The picture of the days that are asked for, with the moves that the server has not answered; tracks.
    pub(super) fn drawn(self) -> Option<BoardState> {
        let (zone, days) = (self.zone(), self.days()?);
        self.moves.with(|moves| {
            self.state.with(|state| {
                let state = state.as_ref()?;
                let state = state.only(days.day, days.more_days, &zone)?;
                Some(match moves.is_empty() {
                    true => state,
                    false => with_moves(&state, moves, &zone),
                })
            })
        })
    }

    /// The company's teams; tracks.
    pub(super) fn teams(self) -> Vec<Team> {
        let of = |state: &BoardState| state.teams.clone();
        self.state
            .with(|state| state.as_ref().map(of).unwrap_or_default())
    }

    /// A job of the picture; tracks.
    pub(super) fn job(self, id: JobId) -> Option<BoardJob> {
        let is_it = |job: &&BoardJob| job.job.id == id;
        self.state
            .with(|state| state.as_ref()?.jobs.iter().find(is_it).cloned())
    }

    /// Fetches anew what is asked for.
    pub(super) fn fetch_again(self) {
        if self.state.try_with_untracked(Option::is_some) == Some(true) {
            self.fetch(self.asked.get_untracked());
        }
    }

    pub(super) fn hear(self, text: &str) {
        if text.starts_with(PHONE_TOLD) {
            return;
        }
        let now = self.now();
        if text == RELOAD {
            self.fetch_again();
            return;
        }
        let Some(event) = events::read::<BoardEvent>(paths::EVENTS, text) else {
            // Something has happened, and what can be read of it is in the day.
            self.fetch_again();
            return;
        };
        let zone = self.zone();
        let _ = self
            .loading
            .try_update_value(|loading| loading.hear(&event));
        let _ = self.state.try_update(|state| {
            if let Some(state) = state {
                state.apply(event, &zone, now);
            }
        });
    }
}
