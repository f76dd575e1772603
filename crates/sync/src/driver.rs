//! The driver: when a pass is made, and how much it may carry.
//!
//! Owns the policy that page, worker and simulation only execute: [`plan_wake`] takes what has happened
//! and says what to do. What comes here besides: the network class (offline, slow: text only, full) and
//! the operation mode that the company sets (online, offline, hybrid).
//! Must never name a timer, an event or a browser: it says what to do, its executors do it.

use crate::error::SyncError;
use crate::files::upload::FilesEnd;
use crate::pass::trigger::Trigger;
use crate::pass::whole::SyncReport;
use afield_domain::Timestamp;
use afield_planted::planted;

/// How long a change can be taken back before it is sent, in milliseconds.
pub const UNDO_MS: u32 = 5_000;

/// How often an open page makes a pass whatever else happens, in milliseconds.
pub const TICK_MS: u32 = 120_000;

/// When to look again after somebody else was at it, in milliseconds: should they have died, their lease
/// is stale by then.
const AFTER_BUSY_MS: u32 = 20_000;

/// The first time already after this, in milliseconds: a tab that is closed in the middle of a pass lets the lock go
/// a moment after this one is seen.
const SOON_AFTER_BUSY_MS: u32 = 2_000;

/// So much later than asked for, in milliseconds: a timer that fires a little early would find the time
/// not yet come.
const LATE_MS: u32 = 50;

/// What one page or worker knows of its own passes. Not stored: with its context it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DriverState {
    running: Option<Trigger>,
    wanted: Option<Trigger>,
    /// The pass that somebody else's kept from being made, until one is made.
    turned_away: Option<Trigger>,
    /// Whether another page or the worker has saved something and has not told of a pass since.
    others_due: bool,
    alarm: Option<Timestamp>,
    held: u32,
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The page or worker has started, and somebody is signed in.
    Started,
    /// Somebody has signed in.
    SignedIn,
    /// Something was saved.
    Saved,
    /// Something was saved that can be taken back for [`UNDO_MS`].
    SavedUndoable,
    /// The network is there again.
    Online,
    /// The page is seen again.
    Visible,
    /// The page is no longer seen; it may never come back.
    Hidden,
    /// [`TICK_MS`] have passed.
    Ticked,
    /// The server says that there is something to pull.
    OfficeChanged,
    /// A record was opened of which this phone may not have all.
    Opened,
    /// A person wants a pass now.
    Asked,
    /// The browser's Background Sync.
    SyncEvent,
    /// A notification has come: the office has changed something, and the app may be closed.
    Notified,
    /// An alarm that [`Action::Arm`] asked for.
    Rang(Alarm),
    /// Another page or the worker has saved something, and sends it if it lives.
    OthersSaved,
    /// Another page or the worker has ended its pass.
    OthersEnded,
    /// The pass that [`Action::Pass`] asked for has ended.
    Ended(PassEnd),
}

/// How a pass ended, as far as it says when the next one is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassEnd {
    /// Another page or the worker was at it.
    Busy,
    /// Not before this time; or it failed, and may try again from then on.
    NotBefore(Timestamp),
    /// Files made way for something else: another pass follows at once.
    Again,
    /// Nothing more to do until something happens; or it failed in the database, and the tick tries again.
    Over,
}

/// Why an alarm was armed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The time for taking back is over.
    UndoOver,
    /// A pass that could not be made is due.
    Retry,
    /// What another page or the worker has saved would be sent by now, if that one still lived.
    OthersDue,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Make a pass, and tell of its end with [`Event::Ended`].
    Pass(Trigger),
    /// Tell with [`Event::Rang`] when so many milliseconds have passed.
    Arm(Alarm, u32),
    /// Ask the browser for Background Sync.
    AskForSyncEvent,
    /// Ask the worker for a pass: this page may be gone before its own.
    HandOver,
}

/// What to do about `event` at `now`, and what is known from then on.
#[must_use]
pub fn plan_wake(known: DriverState, event: Event, now: Timestamp) -> (DriverState, Vec<Action>) {
    let mut state = known;
    let mut actions = Vec::new();
    match event {
        Event::Started => state.want(Trigger::Start),
        Event::SignedIn => state.want(Trigger::SignIn),
        Event::Saved => state.send(&mut actions),
        Event::SavedUndoable => {
            state.held = state.held.saturating_add(1);
            actions.push(Action::Arm(Alarm::UndoOver, UNDO_MS));
        }
        Event::Rang(Alarm::UndoOver) if state.held > 0 => {
            // One that was saved later has its own time.
            state.held = planted!(HoldNeverEnds: state.held - 1 => state.held);
            if state.held == 0 {
                state.send(&mut actions);
            }
        }
        Event::Hidden if state.held > 0 => {
            state.held = 0;
            state.send(&mut actions);
            actions.push(Action::HandOver);
        }
        Event::Rang(Alarm::UndoOver) | Event::Hidden => {}
        Event::Online => planted!(OnlineIgnored: state.want(Trigger::Online) => ()),
        Event::Visible => state.want(Trigger::Visible),
        Event::Ticked | Event::OfficeChanged | Event::Opened => state.want(Trigger::Timer),
        Event::Rang(Alarm::Retry) => state.want(state.turned_away.unwrap_or(Trigger::Timer)),
        Event::Asked => state.want(Trigger::Asked),
        Event::SyncEvent | Event::Notified => state.want(Trigger::BackgroundSync),
        Event::OthersSaved => {
            if !std::mem::replace(&mut state.others_due, true) {
                actions.push(Action::Arm(Alarm::OthersDue, AFTER_BUSY_MS));
            }
        }
        Event::Rang(Alarm::OthersDue) => {
            if std::mem::take(&mut state.others_due) {
                state.want(Trigger::Timer);
            }
        }
        Event::OthersEnded => {
            state.others_due = false;
            if let Some(trigger) = state.turned_away.take() {
                state.want(trigger);
            }
        }
        Event::Ended(end) => {
            let made = state.running.take();
            if end == PassEnd::Again {
                state.want(Trigger::Timer);
            }
            actions.extend(state.alarm_after(made, end, now));
        }
    }
    if state.running.is_none()
        && !state.waits_for_undo()
        && let Some(trigger) = state.wanted.take()
    {
        state.running = Some(trigger);
        actions.push(Action::Pass(trigger));
    }
    (state, actions)
}

impl DriverState {
    /// Whether a pass waits for the one under way to end.
    #[must_use]
    pub fn is_wanted(self) -> bool {
        self.wanted.is_some()
    }

    /// Whether what is wanted can wait until nothing can be taken back any more: a pass would send that too.
    fn waits_for_undo(self) -> bool {
        self.held > 0 && self.wanted == Some(Trigger::Timer)
    }

    /// Wants a pass: now, or right after the one under way.
    fn want(&mut self, trigger: Trigger) {
        self.wanted = Some(stronger(self.wanted, trigger));
    }

    /// What was saved goes out as soon as there is a network, with this page or without it.
    fn send(&mut self, actions: &mut Vec<Action>) {
        self.want(Trigger::Enqueue);
        actions.push(Action::AskForSyncEvent);
    }

    /// `made`: why the pass that has ended was made.
    fn alarm_after(
        &mut self,
        made: Option<Trigger>,
        end: PassEnd,
        now: Timestamp,
    ) -> Option<Action> {
        let before = self.turned_away.take();
        let wait = match end {
            PassEnd::Busy => {
                // Whoever asked for it need not ask again; of the others a tick is as good.
                let made = made.filter(|made| made.resets_backoff());
                let kept = made.unwrap_or(Trigger::Timer);
                self.turned_away = Some(stronger(before, kept));
                before.map_or(SOON_AFTER_BUSY_MS, |_| AFTER_BUSY_MS)
            }
            PassEnd::Over | PassEnd::Again => return None,
            PassEnd::NotBefore(at) if self.alarm == Some(at) => return None,
            PassEnd::NotBefore(at) => {
                self.alarm = Some(at);
                let wait = at.since(now).clamp(0, i64::from(TICK_MS));
                u32::try_from(wait).unwrap_or(TICK_MS)
            }
        };
        Some(Action::Arm(Alarm::Retry, wait.saturating_add(LATE_MS)))
    }
}

/// `new`, but what forgets the back-off is not forgotten for a trigger that does not.
fn stronger(known: Option<Trigger>, new: Trigger) -> Trigger {
    known
        .filter(|known| known.resets_backoff() && !new.resets_backoff())
        .unwrap_or(new)
}

/// What the end of a pass means for the next one. `not_before` is the back-off that stands in the outbox.
#[must_use]
pub fn classify_end(
    report: &Result<SyncReport, SyncError>,
    not_before: Option<Timestamp>,
) -> PassEnd {
    match report {
        Ok(SyncReport::Busy) => PassEnd::Busy,
        Ok(SyncReport::NotBefore(at)) => PassEnd::NotBefore(*at),
        Ok(SyncReport::Passed { .. }) => not_before.map_or(PassEnd::Over, PassEnd::NotBefore),
        Ok(SyncReport::SignedOut | SyncReport::SignInNeeded) | Err(_) => PassEnd::Over,
    }
}

/// The same, after files were sent as well: `pass` is how the text before them ended.
#[must_use]
pub fn classify_files(pass: PassEnd, files: FilesEnd) -> PassEnd {
    match files {
        FilesEnd::Unfinished => PassEnd::Again,
        FilesEnd::NotBefore(at) => PassEnd::NotBefore(at),
        FilesEnd::Done | FilesEnd::Slow | FilesEnd::NotMine => pass,
    }
}

/// Whether the browser shall repeat its Background Sync later. Not if only the user can go on. A page that is at it may
/// be closed in the middle, so that nobody would.
#[must_use]
pub fn must_sync_again(report: &SyncReport, files: FilesEnd) -> bool {
    match report {
        SyncReport::Busy => true,
        SyncReport::SignedOut | SyncReport::SignInNeeded => false,
        SyncReport::NotBefore(_) | SyncReport::Passed { .. } => {
            !(report.is_done() || report.is_all_sent())
                || matches!(files, FilesEnd::Unfinished | FilesEnd::NotBefore(_))
        }
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
