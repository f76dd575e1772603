//! Which bytes of which file go next, and what an answer means for it.
//!
//! Owns [`plan_next`] and [`plan_answer`]. A file goes on only from where the server says that it is. One that is
//! refused, or fails, keeps no other from being sent. Pure. Must never take a file for received on anything but
//! the server's word that it has all of it.

use crate::files::local_file::LocalFile;
use crate::files::sending::{FileLine, Receipt, Refusal};
use crate::files::sizes::{LEAST_PIECE, scaled};
use crate::outbox::meta::{OutboxMeta, SignedIn};
use crate::pass::classify::TransportError;
use afield_domain::{AttachmentId, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::EpochId;

/// After so long a refused file is tried again by itself, in milliseconds: what it belongs to may have been
/// accepted meanwhile.
const REFUSED_MS: u64 = 6 * 3_600_000;
/// Tries without a byte of progress, after which the others have their turn.
const TRIES: u32 = 2;

/// How sending files ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilesEnd {
    /// Nothing waits that could be sent.
    Done,
    /// Something goes first: another pass follows at once.
    Unfinished,
    /// Not before this time.
    NotBefore(Timestamp),
    /// The network is left to text.
    Slow,
    /// Another tab or the worker is at it, or nobody is signed in.
    NotMine,
}

/// For whom and when files are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// Whose files.
    pub user: UserId,
    /// The server's data set.
    pub epoch: Option<&'a EpochId>,
    /// This device's clock.
    pub now: Timestamp,
    /// Whether a person has asked: then what was refused is tried too.
    pub asked: bool,
}

impl<'a> Looking<'a> {
    /// For who is signed in; none if nobody is.
    pub(crate) fn of(meta: &'a OutboxMeta, now: Timestamp, asked: bool) -> Option<Self> {
        let user = meta.session.as_ref().map(SignedIn::user)?;
        let epoch = meta.epoch.as_ref();
        Some(Self {
            user,
            epoch,
            now,
            asked,
        })
    }
}

/// The file to send next. Those in `passed` had their turn.
#[must_use]
pub fn plan_next<'a>(
    files: &'a [LocalFile],
    looking: Looking<'_>,
    passed: &[AttachmentId],
) -> Option<&'a LocalFile> {
    let may_go = |file: &&LocalFile| {
        let rests = |refusal: &Refusal| {
            let ago = looking.now.since(refusal.at).unsigned_abs();
            planted!(RefusedForEver: !looking.asked && ago < REFUSED_MS => true)
        };
        file.user == looking.user
            && file.waits(looking.epoch)
            && !file.sending.refused.as_ref().is_some_and(rests)
            && !passed.contains(&file.id)
    };
    let order = |file: &&LocalFile| (file.sending.failures, file.made_at, file.id);
    files.iter().filter(may_go).min_by_key(order)
}

/// A piece that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The byte at which it begins.
    pub at: u64,
    /// How many bytes.
    pub length: u64,
    /// How long it took until the answer was there, in milliseconds.
    pub ms: u64,
}

/// What is done about the file next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Send on from this byte.
    GoOn(u64),
    /// Ask where it is.
    Ask,
    /// Nothing for now: it was received, or refused.
    Done,
    /// Nothing is sent for now, of any file: back-off was noted.
    Stop,
}

impl LocalFile {
    /// How to learn where it is: what this phone remembers of it may be wrong.
    pub(super) fn whereabouts(&self) -> Next {
        planted!(OffsetTrusted: Next::Ask => Next::GoOn(self.sending.sent))
    }
}

/// When an answer came, and by whose clock.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// This device's clock.
    pub now: Timestamp,
    /// The server's, as this device knows it.
    pub server_now: Timestamp,
    /// The server's data set.
    pub epoch: Option<&'a EpochId>,
    /// Drawn from 0 up to 1.
    pub chance: f64,
}

/// What an answer changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The file's row.
    pub file: LocalFile,
    /// What the line carries.
    pub line: FileLine,
    /// What follows.
    pub next: Next,
    /// Tries without progress so far.
    pub fruitless: u32,
}

/// What the answer to `piece`, or to the question where the file is, means. `answer` is how many bytes the server
/// has, or why it did not say.
#[must_use]
pub fn plan_answer(
    before: Step,
    piece: Option<Piece>,
    answer: &Result<u64, TransportError>,
    heard: Heard<'_>,
) -> Step {
    let mut step = before;
    let stored = match *answer {
        // What a piece did not change did not take it.
        Ok(stored) if stored <= step.file.bytes && piece.is_none_or(|piece| stored > piece.at) => {
            stored
        }
        Ok(_) | Err(TransportError::NoAnswer) => return no_answer(step, piece, heard),
        Err(TransportError::NotOurs {
            status,
            retry_after_ms,
        }) => return refusal(step, piece, status, retry_after_ms, heard),
    };
    let sending = &mut step.file.sending;
    if piece.is_some() || stored > sending.sent {
        (sending.failures, step.fruitless) = (0, 0);
        step.line.backoff = Default::default();
    }
    if let Some(piece) = piece {
        step.line.carried(piece.length, piece.ms, heard.now);
    }
    (sending.sent, sending.refused) = (stored, None);
    step.next = Next::GoOn(stored);
    if planted!(ReceivedTooEarly: stored == step.file.bytes => stored > 0) {
        sending.received = Some(Receipt {
            at: heard.server_now,
            epoch: heard.epoch.cloned(),
        });
        step.next = Next::Done;
    }
    step
}

/// Nobody knows how far it came: the server is asked, once at once.
fn no_answer(mut step: Step, piece: Option<Piece>, heard: Heard<'_>) -> Step {
    step.line.failed();
    step.fruitless += 1;
    if piece.is_some() && step.fruitless < TRIES {
        step.next = step.file.whereabouts();
        return step;
    }
    back_off(step, None, heard)
}

fn back_off(mut step: Step, asked_ms: Option<u64>, heard: Heard<'_>) -> Step {
    let line = &mut step.line;
    line.backoff = line
        .backoff
        .after_failure(heard.now, asked_ms, heard.chance);
    step.file.sending.failures = step.file.sending.failures.saturating_add(1);
    step.next = Next::Stop;
    step
}

/// Somebody has answered, and not that the bytes were taken.
fn refusal(
    mut step: Step,
    piece: Option<Piece>,
    status: u16,
    asked_ms: Option<u64>,
    heard: Heard<'_>,
) -> Step {
    let sending = &mut step.file.sending;
    match (status, piece) {
        // It stands elsewhere than was thought: often because the browser itself has sent a piece again whose line was
        // cut, so that nobody else tells of the cut.
        (409, _) if step.fruitless < TRIES => {
            step.fruitless += 1;
            if piece.is_some() {
                step.line.failed();
            }
            step.next = step.file.whereabouts();
            return step;
        }
        // Too large for somebody on the way.
        (413, Some(piece)) if piece.length > scaled(LEAST_PIECE) => {
            step.line.failed();
            step.next = Next::GoOn(piece.at);
            return step;
        }
        // All of it arrived, and not as it was registered: once more from its begin.
        (460, _) if sending.mismatches == 0 => {
            (sending.mismatches, sending.sent) = (1, 0);
            step.next = Next::Ask;
            return step;
        }
        // What asks for something else than this file to be another: to sign in, or for time.
        (401 | 407 | 408 | 409 | 425 | 429, _) => return back_off(step, asked_ms, heard),
        (400..500, _) => {}
        _ => return back_off(step, asked_ms, heard),
    }
    refuse(step, Some(status), heard.now)
}

/// The file is not sent for now.
#[must_use]
pub fn refuse(mut step: Step, status: Option<u16>, at: Timestamp) -> Step {
    step.file.sending.refused = Some(Refusal { status, at });
    step.next = Next::Done;
    step
}
