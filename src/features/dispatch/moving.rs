//! A job that is moved on the board: to another time, to somebody else, or to nobody.
//!
//! Owns the way to the server and back, the question before it, and **Undo**. A move is shown at once and is true when the
//! server says so; until then it is taken back by any other answer. Must never take a job from somebody whose phone holds
//! it without a word.

use super::landing::{Move, Question, Spot, Stays, Way, stays, takes_away, to_ask};
use super::live_board::Board;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::shared::phone_warning::{Warning, warning_text};
use crate::tr;
use crate::ui::focus;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::{JobField, JobId, Op, RecordKey, UserId, Versioned};
use afield_platform::api;
use afield_protocol::BoardJob;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The id of a job's block on the axis.
pub(super) fn block_id(job: JobId) -> String {
    format!("block-{job}")
}

impl Board {
    /// Moves `job` to `to`, from where the office sees it.
    pub(super) fn place(self, job: BoardJob, to: Spot) {
        self.chosen.set(None);
        self.begin(job, to, Way::There);
    }

    /// Why `job` may not be moved now.
    pub(super) fn stays(self, job: &BoardJob) -> Option<Stays> {
        self.moves.with_untracked(|moves| stays(&job.job, moves))
    }

    /// Whether a move of the job is under way; tracks.
    pub(super) fn is_moving(self, job: JobId) -> bool {
        self.moves
            .with(|moves| moves.iter().any(|one| one.job == job))
    }

    fn begin(self, job: BoardJob, to: Spot, way: Way) {
        let (id, rev) = (job.job.id, job.rev);
        if Spot::of(&job.job) == to || self.is_moving_now(id) {
            return;
        }
        self.toasts.clear();
        let _ = self
            .moves
            .try_update(|moves| moves.push(Move { job: id, rev, to }));
        self.refocus(id);
        spawn_local(async move {
            match self.word(&job, to, way).await {
                Ok(warnings) if warnings.is_empty() => self.send(job, to, way).await,
                Ok(warnings) => {
                    let asked = Question {
                        job,
                        to,
                        way,
                        warnings,
                    };
                    let _ = self.questions.try_update(|all| all.push(asked));
                }
                Err(trouble) => self.fail(id, trouble),
            }
        });
    }

    fn is_moving_now(self, job: JobId) -> bool {
        let under_way = |moves: &Vec<Move>| moves.iter().any(|one| one.job == job);
        self.moves.try_with_untracked(under_way) == Some(true)
    }

    /// What the office must know first: the server is asked about the job as it is now, and about the phone of whoever
    /// has it. An edit is merged field by field, so only this tells whether somebody was faster.
    async fn word(self, job: &BoardJob, to: Spot, way: Way) -> Result<Vec<Warning>, Trouble> {
        if way == Way::There && !takes_away(&job.job, to) {
            return Ok(Vec::new());
        }
        let known = api::load_job(job.job.id).await?;
        let key = RecordKey::from(job.job.id);
        let is_it = |row: &&Versioned| row.record.key() == Some(key);
        let rev = known.records.iter().find(is_it).map(|row| row.rev);
        if rev != Some(job.rev) {
            return Err(Trouble::ChangedMeanwhile);
        }
        Ok(to_ask(&job.job, to, known.holder, self.now()))
    }

    async fn send(self, job: BoardJob, to: Spot, way: Way) {
        let (id, from) = (job.job.id, Spot::of(&job.job));
        match save(&job, to).await {
            Ok(now) => {
                let zone = self.account.try_with_value(|account| account.zone.clone());
                let Some(zone) = zone else { return };
                let answered = now.clone();
                let _ = self.state.try_update(|state| {
                    if let Some(state) = state {
                        state.put(answered, &zone);
                    }
                });
                self.end(id);
                match way {
                    Way::There => {
                        let done = match from.starts == to.starts {
                            true => tr!(board.assigned),
                            false => tr!(board.moved),
                        };
                        let back = move || self.begin(now.clone(), from, Way::Back);
                        self.toasts.done_with_undo(done, Arc::new(back));
                    }
                    Way::Back => self.toasts.show(Ok(tr!(common.undone))),
                }
            }
            Err(failure) => self.fail(id, failure.into()),
        }
    }

    /// The block goes back to where the server has it, as far as that is known.
    fn fail(self, job: JobId, trouble: Trouble) {
        self.end(job);
        self.toasts.show(Err(trouble));
        self.fetch_again();
    }

    fn end(self, job: JobId) {
        let _ = self
            .moves
            .try_update(|moves| moves.retain(|one| one.job != job));
        self.refocus(job);
    }

    /// A block that is drawn in another row is another element: the keyboard goes on from there.
    fn refocus(self, job: JobId) {
        request_animation_frame(move || {
            if focus::is_lost() {
                focus::by_id(&block_id(job));
            }
        });
    }

    /// Whoever that is, by name.
    pub(super) fn name_of(self, user: Option<UserId>) -> String {
        let Some(id) = user else {
            return tr!(board.unassigned).to_owned();
        };
        let name = self.state.with_untracked(|state| {
            let mut all = state.iter().flat_map(|state| &state.technicians);
            all.find(|one| one.id == id).map(|one| one.name.clone())
        });
        name.unwrap_or_else(|| tr!(fields.somebody).to_owned())
    }

    /// A spot in words.
    pub(super) fn spot_text(self, spot: Spot) -> String {
        tr!(
            board.spot,
            name = self.name_of(spot.assignee),
            from = self.time_of(spot.starts),
            until = self.time_of(spot.ends)
        )
    }
}

impl Board {
    /// A spot on a week in words.
    pub(super) fn day_spot_text(self, spot: Spot) -> String {
        let span = self.zone().span(spot.starts, spot.ends);
        format!("{}, {span}", self.name_of(spot.assignee))
    }
}

/// Has the server decide. Whose it is and when is one operation: both or neither. Of whose alone the feed has a word.
async fn save(job: &BoardJob, to: Spot) -> Result<BoardJob, api::ApiFailure> {
    let (id, rev) = (job.job.id, job.rev);
    let edits = Spot::of(&job.job).edits(to);
    if edits.iter().all(|edit| edit.field == JobField::Assignee) {
        return api::assign(id, to.assignee, rev).await;
    }
    let op = Op::EditJob {
        job: id,
        edits,
        settles: None,
    };
    api::change_job(id, op, Some(rev)).await
}

/// What is asked before a job is taken from somebody whose phone may hold work of it: one question after the other.
pub(super) fn question(board: Board) -> AnyView {
    let first = Memo::new(move |_| board.questions.with(|all| all.first().cloned()));
    view! { {move || first.get().map(|asked| sheet(board, asked))} }
}

fn sheet(board: Board, asked: Question) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let id = asked.job.job.id;
    let whose = board.name_of(asked.job.job.assignee);
    let zone = board.account.with_value(|account| account.zone.clone());
    let lines: Vec<_> = asked
        .warnings
        .iter()
        .map(|one| view! { <p>{warning_text(*one, &whose, &zone)}</p> })
        .collect();
    let title = format!("{} · {}", asked.job.job.number, asked.job.job.title);
    let name = match asked.to.assignee {
        Some(_) => board.name_of(asked.to.assignee),
        None => tr!(board.nobody).to_owned(),
    };
    let yes = tr!(board.assign_now, job = &asked.job.job.number, name = name);
    let take = move || {
        let is_it = |all: &mut Vec<Question>| {
            let place = all.iter().position(|one| one.job.job.id == id)?;
            Some(all.remove(place))
        };
        board.questions.try_update(is_it).flatten()
    };
    let go = move |_| {
        if let Some(Question { job, to, way, .. }) = take() {
            spawn_local(board.send(job, to, way));
        }
    };
    // Also Escape.
    let close = move || {
        if take().is_some() {
            board.end(id);
        }
    };
    view! {
        <dialog class="sheet" aria-label=tr!(board.take_away) node_ref=dialog on:close=move |_| close()>
            <h2 class="sheet-title">{tr!(board.take_away)}</h2>
            <p class="mb-3">{title}</p>
            {notice(Tone::Warning, view! { {lines} })}
            <div class="sheet-actions mt-3">
                <button type="button" class="btn btn-primary" on:click=go>{yes}</button>
                <button type="button" class="btn" on:click=move |_| close()>{tr!(common.cancel)}</button>
            </div>
        </dialog>
    }
}
