//! What the server's verdicts do to the outbox.
//!
//! Owns the only place where an entry leaves the outbox by itself: after a verdict of our server
//! for exactly that mutation.

use crate::clock::Reading;
use crate::error::SyncError;
use crate::outbox::batch::{BatchLimits, PassedOver, bytes_of};
use crate::outbox::entry::{Acknowledged, EntryState, JobName, OutboxEntry};
use crate::outbox::review::{begin_to_ask, is_declined, is_said};
use crate::outbox::stopped::TIMES;
use crate::outbox::withdraw::file_of;
use crate::pass::lease::check_lease;
use crate::ports::{OutboxPlan, OutboxView, OutboxWrite};
use afield_domain::{MutationId, Record, RecordKey, Rejection, Timestamp, Versioned};
use afield_planted::planted;
use afield_protocol::{EpochId, MutationVerdict, PushRequest, PushResponse, Verdict};

/// How many mutations ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Applied, merged or already applied.
    pub applied: usize,
    /// Parked.
    pub parked: usize,
}

impl Tally {
    /// Adds another pass's count.
    pub fn add(&mut self, other: Self) {
        self.applied += other.applied;
        self.parked += other.parked;
    }
}

/// What a server has not decided, though it has answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undecided {
    /// Those that it is about, and not the server: they wait, and the rest goes on.
    pub passed_over: PassedOver,
    /// Whether it may be the server: then nothing overtakes what it did not decide.
    pub ends: bool,
    /// How long it asked to wait, in milliseconds.
    pub asked_ms: Option<u64>,
    /// How often the one that was sent most often was sent.
    pub attempts: u32,
}

impl Undecided {
    /// Whether there is any.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.ends || !self.passed_over.is_empty()
    }

    /// Adds what another push left undecided.
    pub fn add(&mut self, other: Self) {
        self.passed_over.add(other.passed_over);
        self.ends |= other.ends;
        self.asked_ms = self.asked_ms.max(other.asked_ms);
        self.attempts = self.attempts.max(other.attempts);
    }
}

/// What a push decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// How many ended how.
    pub tally: Tally,
    /// What the server asked to send again later, or said nothing of.
    pub undecided: Undecided,
    /// What the next push may carry.
    pub limits: BatchLimits,
}

/// The records that came with the verdicts.
pub fn verdict_records(response: &PushResponse) -> impl Iterator<Item = Versioned> + '_ {
    response
        .verdicts
        .iter()
        .flat_map(|verdict| match &verdict.verdict {
            Verdict::Applied { records }
            | Verdict::Merged { records }
            | Verdict::AlreadyApplied { records } => records.as_slice(),
            Verdict::Rejected { .. } | Verdict::Retry { .. } | Verdict::Unknown => &[],
        })
        .cloned()
}

/// The records that these verdicts have taken away.
pub fn taken_away(
    request: &PushRequest,
    response: &PushResponse,
) -> impl Iterator<Item = RecordKey> {
    let is_done = |id| {
        let verdict = verdict_on(response, id);
        let applied = |verdict: &Verdict| {
            matches!(
                verdict,
                Verdict::Applied { .. } | Verdict::AlreadyApplied { .. }
            )
        };
        verdict.is_some_and(applied)
    };
    let sent = request
        .mutations
        .iter()
        .filter(move |sent| is_done(sent.id));
    sent.filter_map(|sent| sent.op.takes_away())
}

/// An answer to a push, with what is known when it comes.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// What was sent.
    pub request: &'a PushRequest,
    /// What came back.
    pub response: &'a PushResponse,
    /// The data set it came from.
    pub epoch: &'a EpochId,
    /// The server's clock.
    pub server_time: Timestamp,
    /// The device's clocks.
    pub now: &'a Reading,
    /// The phone's copies of what the refused mutations are about.
    pub copies: &'a [(MutationId, Versioned)],
    /// Those whose place is used because a later change of the same record came first.
    pub overtaken: &'a [MutationId],
}

/// Removes what was applied (and keeps it for a restored backup), parks what was refused, and takes
/// back the rest of the request. Verdicts for mutations that were not in the request are ignored.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_verdicts(
    view: &OutboxView,
    lease: u64,
    answer: Answer<'_>,
) -> Result<OutboxPlan<Decided>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let mut tally = Tally::default();
    let mut undecided = Undecided::default();
    let mut writes = Vec::new();
    let mut hears_nothing = true;
    let mut meta = view.meta.clone();
    for entry in entries_of(view, answer.request) {
        let id = entry.mutation.id;
        let told = told_of(answer.response, id);
        match told.map(|told| &told.verdict) {
            Some(
                Verdict::Applied { .. } | Verdict::Merged { .. } | Verdict::AlreadyApplied { .. },
            ) => {
                tally.applied += 1;
                writes.push(OutboxWrite::Remove(entry.seq()));
                let taken = entry.mutation.op.takes_away();
                writes.extend(taken.and_then(file_of).map(OutboxWrite::DropFile));
                writes.extend(planted!(KeepNothing: Some(OutboxWrite::Keep(Acknowledged {
                    mutation: entry.mutation.clone(),
                    at: answer.server_time,
                })) => None));
                meta.kept_from.get_or_insert(answer.server_time);
            }
            // One that was declined before it says it for both.
            Some(Verdict::Rejected { .. })
                if entry.only_asks() && is_said(&view.entries, answer.response, entry) =>
            {
                let said = OutboxEntry {
                    asks: false,
                    perhaps: false,
                    ..entry.clone()
                };
                writes.push(put(&said, EntryState::Pending));
            }
            Some(Verdict::Rejected { reason }) => {
                let in_review = *reason == Rejection::InReview;
                meta.reviews |= in_review;
                tally.applied += usize::from(in_review);
                tally.parked += usize::from(!in_review);
                // Of no such place another one would make good what it is refused for: its user decides.
                let is_overtaken = answer.overtaken.contains(&id);
                let copy = answer.copies.iter().find(|(known, _)| *known == id);
                let state = EntryState::Parked {
                    reason: Some(Rejection::Outdated)
                        .filter(|_| planted!(OvertakenSentAnew: is_overtaken => false))
                        .unwrap_or_else(|| reason.clone()),
                    at: answer.now.wall,
                    rev: copy.map(|(_, copy)| copy.rev),
                };
                let name = copy.and_then(|(_, copy)| name_of(&copy.record));
                let named = OutboxEntry {
                    asks: false,
                    perhaps: false,
                    job: name.or_else(|| entry.job.clone()),
                    message: told.map(|told| told.message.clone()).unwrap_or_default(),
                    ..entry.clone()
                };
                writes.push(put(&named, state));
            }
            Some(Verdict::Retry { after_ms }) => {
                let goes_on = concerns_it_alone(answer, entry);
                undecided.add(Undecided {
                    passed_over: PassedOver {
                        ids: Some(id).filter(|_| goes_on).into_iter().collect(),
                        ..PassedOver::default()
                    },
                    ends: !goes_on,
                    asked_ms: Some(*after_ms),
                    attempts: entry.attempts,
                });
                let undecided = OutboxEntry {
                    undecided: entry.undecided.saturating_add(1),
                    ..entry.clone()
                };
                writes.push(put(&undecided, EntryState::Pending));
            }
            None if entry.only_asks() && answer.response.undecided.contains(&id) => {
                hears_nothing = false;
                let waits = OutboxEntry {
                    asks: false,
                    perhaps: false,
                    ..entry.clone()
                };
                writes.push(put(&waits, EntryState::Pending));
            }
            Some(Verdict::Unknown) | None => {
                writes.extend(planted!(DropUndecided: Some(put(entry, EntryState::Pending)) => Some(OutboxWrite::Remove(entry.seq()))));
            }
        }
    }
    if answer.response.verdicts.iter().any(is_declined) {
        writes.extend(begin_to_ask(&view.entries, answer.response));
    }
    let attempts = entries_of(view, answer.request).map(|entry| entry.attempts);
    let attempts = attempts.max().unwrap_or(0);
    if let Some(behind) = planted!(SilentStopsAll: silent_in_front(answer) => None) {
        undecided.passed_over.behind.push(behind.to_vec());
        undecided.attempts = undecided.attempts.max(attempts);
    }
    // An answer that decides nothing must not be asked for again at once.
    let says_nothing = hears_nothing && tally == Tally::default() && !undecided.is_any();
    if says_nothing {
        (undecided.ends, undecided.attempts) = (true, attempts);
    }
    meta.note_contact(answer.server_time, answer.now);
    meta.epoch.get_or_insert_with(|| answer.epoch.clone());
    meta.lease.heartbeat = Some(answer.now.wall);
    // What was decided or not, all of it has come through.
    let bytes = bytes_of(entries_of(view, answer.request));
    meta.push_size = meta.push_size.after_answer(bytes);
    let limits = meta.push_size.limits();
    writes.push(OutboxWrite::Meta(meta));
    let value = Decided {
        tally,
        undecided,
        limits,
    };
    Ok(OutboxPlan { writes, value })
}

/// Whether `retry` for one means that one (a record of the server's that does not read) and not the server.
/// That it has said something of what was sent behind it is evidence. On a line that carries hardly more than one at a
/// time there is nothing to say anything of: then it is believed to be that one after a few times, and what the
/// server says of the next one shows whether it is true.
fn concerns_it_alone(answer: Answer<'_>, entry: &OutboxEntry) -> bool {
    let sent = answer.request.mutations.iter();
    let behind = sent.skip_while(|sent| sent.id != entry.mutation.id).skip(1);
    let (mut lanes, mut ids) = (vec![entry.mutation.lane], vec![entry.mutation.id]);
    let mut could_say_more = false;
    for sent in behind {
        let verdict = verdict_on(answer.response, sent.id);
        if verdict.is_some_and(|verdict| *verdict != Verdict::Unknown)
            || answer.response.undecided.contains(&sent.id)
        {
            return true;
        }
        if lanes.contains(&sent.lane) || sent.depends_on.iter().any(|id| ids.contains(id)) {
            lanes.push(sent.lane);
            ids.push(sent.id);
        } else {
            could_say_more = true;
        }
    }
    !could_say_more && entry.undecided.saturating_add(1) >= TIMES
}

/// What the first one depends on, if the server has said nothing of it at all: then something of that stands as refused,
/// for it takes them in order and must say something of all else. If the phone could read the refused one's row
/// it would not have sent what waits for it.
fn silent_in_front<'a>(answer: Answer<'a>) -> Option<&'a [MutationId]> {
    let first = answer.request.mutations.first()?;
    let is_silent = verdict_on(answer.response, first.id).is_none()
        && !answer.response.undecided.contains(&first.id);
    Some(first.depends_on.as_slice()).filter(|behind| is_silent && !behind.is_empty())
}

fn name_of(record: &Record) -> Option<JobName> {
    match record {
        Record::Job(job) => Some(JobName {
            number: job.number.clone(),
            title: job.title.clone(),
        }),
        _ => None,
    }
}

/// A batch is small: looking through it beats the code of a map, which every visitor downloads.
fn verdict_on(response: &PushResponse, id: MutationId) -> Option<&Verdict> {
    told_of(response, id).map(|told| &told.verdict)
}

fn told_of(response: &PushResponse, id: MutationId) -> Option<&MutationVerdict> {
    response.verdicts.iter().rfind(|told| told.id == id)
}

fn entries_of<'a>(
    view: &'a OutboxView,
    request: &'a PushRequest,
) -> impl Iterator<Item = &'a OutboxEntry> {
    view.entries.iter().filter(|entry| {
        request
            .mutations
            .iter()
            .any(|mutation| mutation.id == entry.mutation.id)
    })
}

fn put(entry: &OutboxEntry, state: EntryState) -> OutboxWrite {
    OutboxWrite::Put(OutboxEntry {
        state,
        stopped: None,
        ..entry.clone()
    })
}
