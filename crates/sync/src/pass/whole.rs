//! A whole pass: send the outbox, then fetch what is new. What users call sync.
//!
//! Owns the order of the two, how often they are repeated, and the lock around them. Must never look into
//! an entry or a page.

use crate::engine::Engine;
use crate::error::SyncError;
use crate::pass::aside::SentAlone;
use crate::pass::pull::{PullEnd, PullReport};
use crate::pass::replay::{ReplayEnd, ReplayReport};
use crate::pass::trigger::Trigger;
use crate::pass::turn::Turn;
use crate::pass::verdicts::{Tally, Undecided};
use crate::ports::{CacheStore, Host, OutboxStore, Read, Remote};
use afield_domain::Timestamp;
use afield_planted::planted;
use afield_protocol::worker_message::Notice;

/// The lock that tabs and the worker share.
pub const LOCK: &str = "afield-replay";

/// Rounds of replay and pull in one pass, so that no server can keep a pass going for ever.
const ROUNDS: u32 = 3;
/// Rounds besides that try one that waits by itself, or set it aside.
const ASIDE_ROUNDS: u32 = 32;

/// Why a pass goes on.
enum Again {
    /// The pull has brought a reason to send something.
    Round,
    /// The rest need not wait for one that is stopped, or one of these tries its luck after the rest.
    Aside,
    /// It does not.
    No,
}

/// What one pass did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncReport {
    /// Another tab or the worker is at it.
    Busy,
    /// Nobody is signed in.
    SignedOut,
    /// Not before this time (back-off).
    NotBefore(Timestamp),
    /// The server asked the user to sign in again; nothing is sent until then.
    SignInNeeded,
    /// A pass was made.
    Passed {
        /// What was sent.
        replay: ReplayReport,
        /// What was fetched; none if the server was out of reach.
        pull: Option<PullReport>,
    },
}

impl SyncReport {
    /// Whether everything sendable was sent and everything new fetched.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Passed { replay, pull: Some(pull) }
            if replay.end == ReplayEnd::Drained && pull.is_done())
    }

    /// Whether the session is over: nobody is signed in, or the server asks to sign in again.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        match self {
            Self::SignedOut | Self::SignInNeeded => true,
            Self::Passed { replay, pull } => {
                let pull = pull.as_ref().map(|pull| pull.end);
                replay.end == ReplayEnd::SignInNeeded
                    || matches!(pull, Some(PullEnd::SignInNeeded | PullEnd::Revoked))
            }
            Self::Busy | Self::NotBefore(_) => false,
        }
    }

    /// Whether the office has revoked this device: what can be sent was sent all the same.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        matches!(self, Self::Passed { pull: Some(pull), .. } if pull.end == PullEnd::Revoked)
    }

    /// Whether the office has revoked this device, and has what could be sent: nothing else is to be done.
    #[must_use]
    pub fn is_all_sent(&self) -> bool {
        self.is_revoked()
            && matches!(self, Self::Passed { replay, .. } if replay.end == ReplayEnd::Drained)
    }

    /// Whether files may follow: all text was sent that can be sent now, and the line is well.
    #[must_use]
    pub fn is_followed_by_files(&self) -> bool {
        matches!(self, Self::Passed { replay, pull: Some(pull) } if (pull.is_done() || pull.end == PullEnd::Revoked)
            && matches!(replay.end, ReplayEnd::Drained | ReplayEnd::Undecided | ReplayEnd::Stopped(_)))
    }
}

impl<O: OutboxStore, C: CacheStore, R: Remote, H: Host> Engine<O, C, R, H> {
    /// One pass: replay, then pull. One at a time over all tabs and the worker.
    ///
    /// # Errors
    /// [`SyncError::Fenced`] if another holder took over; [`SyncError::Store`].
    pub async fn run_sync(&self, trigger: Trigger) -> Result<SyncReport, SyncError> {
        let lock = self.host.try_lock(LOCK).await;
        let turn = self.run_take_lease(trigger, lock.is_some()).await?;
        let lease = match turn {
            Turn::Taken(lease) => lease,
            Turn::Busy => return Ok(SyncReport::Busy),
            Turn::SignedOut => return Ok(SyncReport::SignedOut),
            Turn::SignInNeeded => return Ok(SyncReport::SignInNeeded),
            Turn::NotBefore(at) => return Ok(SyncReport::NotBefore(at)),
        };
        self.host.announce(Notice::SyncStarted);
        let report = self.run_pass(lease, trigger).await;
        let ended = self.run_end(lease, matches!(&report, Ok(report) if report.is_done()));
        let ended = ended.await;
        let is_broken_off = matches!(report, Err(SyncError::Store(_))) || ended.is_err();
        if planted!(SilentBreakOff: is_broken_off => false) {
            // What it had written before, and had yet to tell of.
            let keys = Vec::new();
            self.host.announce(Notice::Records { keys });
        }
        self.host.announce(Notice::SyncEnded);
        drop(lock);
        let report = report?;
        ended?;
        Ok(report)
    }

    /// Replay and pull; once more if there is a reason to send something again.
    async fn run_pass(&self, lease: u64, trigger: Trigger) -> Result<SyncReport, SyncError> {
        let mut tally = Tally::default();
        let mut undecided = Undecided::default();
        let mut tried = Vec::new();
        let (mut rounds, mut asides) = (1, 0);
        loop {
            let meta = self.outbox.load(Read::Meta).await?.meta;
            let (build, limits) = (meta.server_build, meta.push_size.limits());
            let mut replay = self.run_replay(lease, limits, &mut undecided).await?;
            tally.add(replay.tally);
            replay.tally = tally;
            let pull = match replay.end {
                ReplayEnd::SignInNeeded => return Ok(SyncReport::SignInNeeded),
                ReplayEnd::Failed => return Ok(SyncReport::Passed { replay, pull: None }),
                _ => self.run_pull(lease).await?,
            };
            let again = match (pull.end, replay.end) {
                (PullEnd::Done | PullEnd::Revoked, ReplayEnd::Stopped(alone)) => {
                    self.run_stopped_after(lease, alone).await?
                }
                // Who asks for time gets it, whatever has been released.
                (PullEnd::Done, ReplayEnd::Undecided) => {
                    self.run_release_after(lease, &build).await?;
                    Again::No
                }
                (PullEnd::Done, _)
                    if self.run_release_after(lease, &build).await? + pull.again > 0 =>
                {
                    Again::Round
                }
                (PullEnd::Done | PullEnd::Revoked, ReplayEnd::Drained) => {
                    let next = self.run_next_due(lease, trigger, &tried).await?;
                    tried.extend(next);
                    next.map_or(Again::No, |_| Again::Aside)
                }
                (PullEnd::OtherEpoch, _) => Again::Round,
                (PullEnd::Failed, ReplayEnd::Stopped(alone)) => {
                    self.run_disproved(lease, alone).await?;
                    Again::No
                }
                (PullEnd::Done | PullEnd::Failed | PullEnd::SignInNeeded | PullEnd::Revoked, _) => {
                    Again::No
                }
            };
            let goes_on = match again {
                Again::Round => {
                    rounds += 1;
                    rounds <= ROUNDS
                }
                Again::Aside => {
                    asides += 1;
                    asides <= ASIDE_ROUNDS
                }
                Again::No => false,
            };
            if goes_on {
                continue;
            }
            if undecided.is_any() {
                replay.end = ReplayEnd::Undecided;
                if pull.end != PullEnd::Failed {
                    self.run_undecided(lease, &undecided).await?;
                }
            } else if !matches!(again, Again::No) && replay.end == ReplayEnd::Drained {
                replay.end = ReplayEnd::Unfinished;
            }
            let pull = Some(pull);
            return Ok(SyncReport::Passed { replay, pull });
        }
    }

    async fn run_stopped_after(&self, lease: u64, alone: SentAlone) -> Result<Again, SyncError> {
        let goes_on = self.run_stopped(lease, alone).await?;
        Ok(if goes_on { Again::Aside } else { Again::No })
    }

    async fn run_release_after(&self, lease: u64, build: &str) -> Result<usize, SyncError> {
        self.run_sweep(lease).await?;
        let now_served = self.outbox.load(Read::Meta).await?.meta.server_build;
        self.run_release(lease, now_served != build).await
    }
}
