//! Replay: one pass that sends the outbox in order.
//!
//! Owns the loop take lease → batch → push → verdicts. A transport failure stops the pass, so that
//! nothing overtakes. Every step asserts the lease; a crash between any two steps leaves entries
//! that the next pass sends again with the same ids.

use crate::cache::state::CacheState;
use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::outbox::acknowledged::is_overtaken;
use crate::outbox::batch::{BatchLimits, mutation_bytes, plan_batch};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::lookup::Mark;
use crate::outbox::release::decisive_record;
use crate::pass::aside::{SentAlone, due_again};
use crate::pass::classify::{Disposition, classify_api, classify_transport};
use crate::pass::lease::check_lease;
use crate::pass::trigger::Trigger;
use crate::pass::verdicts::{Answer, Tally, plan_verdicts, verdict_records};
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite,
    Read, Remote, Source,
};
use afield_domain::{MutationId, Rejection, Timestamp, Versioned};
use afield_planted::planted;
use afield_protocol::worker_message::Notice;
use afield_protocol::{
    Change, EpochId, ErrorCode, Mutation, PushRequest, PushResponse, Reply, Seq, Verdict,
};
use uuid::Uuid;

/// What a replay did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayReport {
    /// How it ended.
    pub end: ReplayEnd,
    /// What became of the mutations.
    pub tally: Tally,
}

/// How a replay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayEnd {
    /// One change does not come through although it was sent alone: back-off was noted, everything is kept.
    /// Whether it is this one or the line, the pull that follows tells.
    Stopped(SentAlone),
    /// Nothing is left that could be sent.
    Drained,
    /// The server was out of reach or busy: back-off was noted, everything is kept.
    Failed,
    /// The session has ended: everything is kept until the same user signs in again.
    SignInNeeded,
}

/// Whether this context may make a pass now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Yes, under this lease.
    Taken(u64),
    /// Another context is at it.
    Busy,
    /// Nobody is signed in.
    SignedOut,
    /// The user must sign in again first.
    SignInNeeded,
    /// Not before this time.
    NotBefore(Timestamp),
}

/// Takes the lease if it is this context's turn, takes back what a dead holder had on the wire, and tries
/// again what has waited by itself long enough. Needs the entries in flight and aside.
#[must_use]
pub fn plan_take_lease(
    view: &OutboxView,
    trigger: Trigger,
    has_lock: bool,
    holder: &str,
    now: Timestamp,
) -> OutboxPlan<Turn> {
    let mut meta = view.meta.clone();
    if meta.session.is_none() {
        return OutboxPlan::nothing(Turn::SignedOut);
    }
    if meta.sign_in_needed {
        return OutboxPlan::nothing(Turn::SignInNeeded);
    }
    // A lock that some browsers leak must not stop the outbox for ever: a stale lease may be taken without it.
    if !has_lock && planted!(NeverStealLease: !meta.lease.is_stale(now) => true) {
        return OutboxPlan::nothing(Turn::Busy);
    }
    if trigger.is_person() {
        meta.backoff = Default::default();
    } else if trigger.resets_backoff() {
        meta.backoff = meta.backoff.after_news();
    }
    if let (false, Some(at)) = (meta.backoff.allows(now), meta.backoff.not_before) {
        return OutboxPlan::nothing(Turn::NotBefore(at));
    }
    meta.lease.number = meta.lease.number.saturating_add(1);
    meta.lease.holder = holder.to_owned();
    meta.lease.heartbeat = Some(now);
    let number = meta.lease.number;
    let mut writes = vec![OutboxWrite::Meta(meta)];
    let due = due_again(view, trigger, now);
    writes.extend(due.map(OutboxWrite::Put));
    for entry in &view.entries {
        if planted!(NoTakeBack: entry.is_in_flight() => false) {
            let mut entry = entry.clone();
            entry.state = EntryState::Pending;
            writes.push(OutboxWrite::Put(entry));
        }
    }
    OutboxPlan {
        writes,
        value: Turn::Taken(number),
    }
}

/// Puts the next batch on the wire: marks it in flight and freezes its payloads. None if nothing is left.
/// Needs the head of the outbox ([`Read::Head`]).
///
/// # Errors
/// [`SyncError::Fenced`], [`SyncError::SignedOut`].
pub fn plan_send(
    view: &OutboxView,
    lease: u64,
    limits: BatchLimits,
    now: Timestamp,
) -> Result<OutboxPlan<Option<PushRequest>>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let mut meta = view.meta.clone();
    let user = meta
        .session
        .as_ref()
        .map(crate::SignedIn::user)
        .ok_or(SyncError::SignedOut)?;
    let batch = plan_batch(&view.entries, user, limits);
    let (Some(device), false) = (meta.device, batch.is_empty()) else {
        return Ok(OutboxPlan::nothing(None));
    };
    meta.lease.heartbeat = Some(now);
    let request = PushRequest {
        device,
        ack_below: view.ack_below(),
        epoch: meta.epoch.clone(),
        mutations: batch.iter().map(payload).collect(),
    };
    let mut writes = vec![OutboxWrite::Meta(meta)];
    for entry in &view.entries {
        if planted!(ExpiryDeletes: false => now.since(entry.mutation.wall) > 86_400_000) {
            writes.push(OutboxWrite::Remove(entry.seq()));
        }
    }
    for mut entry in batch {
        entry.state = EntryState::InFlight { lease };
        entry.sent = true;
        entry.attempts = entry.attempts.saturating_add(1);
        let seq = entry.seq();
        writes.push(
            planted!(DeleteBeforeVerdict: OutboxWrite::Put(entry) => OutboxWrite::Remove(seq)),
        );
    }
    Ok(OutboxPlan {
        writes,
        value: Some(request),
    })
}

/// What goes on the wire of an entry: the same every time.
fn payload(entry: &OutboxEntry) -> Mutation {
    let again = Uuid::from_u128(entry.mutation.id.0.as_u128() ^ u128::from(entry.attempts));
    Mutation {
        id: planted!(KeyPerAttempt: entry.mutation.id => MutationId(again)),
        ..entry.mutation.clone()
    }
}

/// What follows from a push that was not answered with verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterFailure {
    /// What the next push may carry.
    pub limits: BatchLimits,
    /// Whether it may follow at once.
    pub at_once: bool,
    /// The mutation that was sent alone, and not for the first time.
    pub alone: Option<SentAlone>,
}

/// Takes the batch back after a push that was not answered with verdicts, and notes what to wait for.
/// Needs the entries in flight.
///
/// # Errors
/// [`SyncError::Fenced`].
pub fn plan_failure(
    view: &OutboxView,
    lease: u64,
    disposition: Disposition,
    now: Timestamp,
    chance: f64,
) -> Result<OutboxPlan<AfterFailure>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let mut meta = view.meta.clone();
    let sent = || view.entries.iter().filter(|entry| entry.is_in_flight());
    let items = sent().count();
    let mut after = AfterFailure {
        limits: meta.reach.limits(),
        at_once: false,
        alone: None,
    };
    let mut asked = None;
    let mut waits = false;
    match disposition {
        Disposition::BackOff { asked_ms } => {
            (asked, waits) = (asked_ms, true);
        }
        Disposition::SendLess { status, at_once } => {
            let bytes = sent().map(|entry| mutation_bytes(&entry.mutation));
            let bytes = u64::try_from(bytes.sum::<usize>()).unwrap_or(u64::MAX);
            meta.reach = meta.reach.after_failure(items, bytes);
            after.limits = meta.reach.limits();
            after.at_once = at_once && items > 1;
            after.alone = match (items, sent().next()) {
                (1, Some(entry)) if entry.attempts > 1 => Some(SentAlone {
                    id: entry.mutation.id,
                    seq: entry.seq(),
                    status,
                }),
                _ => None,
            };
            waits = !after.at_once;
        }
        Disposition::SignIn => meta.sign_in_needed = true,
        Disposition::Reset => waits = true,
    }
    if waits {
        meta.backoff = meta.backoff.after_failure(now, asked, chance);
    }
    let mut writes = vec![OutboxWrite::Meta(meta)];
    for entry in sent() {
        let mut entry = entry.clone();
        entry.state = planted!(ParkOnFailure: EntryState::Pending => parked_for_no_reason(now));
        writes.push(OutboxWrite::Put(entry));
    }
    Ok(OutboxPlan {
        writes,
        value: after,
    })
}

/// For a planted bug: what no failure on the way may do.
fn parked_for_no_reason(at: Timestamp) -> EntryState {
    let (reason, rev) = (afield_domain::Rejection::Other, None);
    EntryState::Parked { reason, at, rev }
}

impl<O: OutboxStore, C: CacheStore, R: Remote, H: Host> Engine<O, C, R, H> {
    pub(crate) async fn run_take_lease(
        &self,
        trigger: Trigger,
        has_lock: bool,
    ) -> Result<Turn, SyncError> {
        let (now, holder) = (self.host.now(), self.host.holder());
        let (turn, taken_back) = self
            .outbox
            .transact(Read::Found(vec![Mark::InFlight, Mark::Aside]), |view| {
                let OutboxPlan { writes, value } =
                    plan_take_lease(view, trigger, has_lock, &holder, now);
                let value = (value, seqs_of(&view.entries));
                Ok(OutboxPlan { writes, value })
            })
            .await?;
        if matches!(turn, Turn::Taken(_)) && !taken_back.is_empty() {
            let seqs = Some(taken_back);
            self.host.announce(Notice::Outbox { seqs });
        }
        Ok(turn)
    }

    /// Sends what can be sent. `limits` are what the last push has shown to work.
    pub(crate) async fn run_replay(
        &self,
        lease: u64,
        mut limits: BatchLimits,
    ) -> Result<ReplayReport, SyncError> {
        let mut tally = Tally::default();
        let mut epochs = 0;
        loop {
            let now = self.host.now();
            let request = self
                .outbox
                .transact(Read::Head(limits), |view| {
                    plan_send(view, lease, limits, now)
                })
                .await?;
            let Some(request) = request else {
                let end = ReplayEnd::Drained;
                return Ok(ReplayReport { end, tally });
            };
            self.announce_sent(&request);
            let disposition = match self.run_push(lease, &request, &mut tally).await? {
                Pushed::Verdicts(next) => {
                    limits = next;
                    continue;
                }
                // A server that is another one every time is not well: back off.
                Pushed::OtherEpoch if epochs > 0 => Disposition::BackOff { asked_ms: None },
                Pushed::OtherEpoch => {
                    epochs += 1;
                    continue;
                }
                Pushed::Failed(disposition) => disposition,
            };
            let after = self.run_failure(lease, disposition).await?;
            if after.at_once {
                limits = after.limits;
                continue;
            }
            let end = match (disposition, after.alone) {
                (Disposition::SignIn, _) => ReplayEnd::SignInNeeded,
                (_, Some(alone)) => ReplayEnd::Stopped(alone),
                _ => ReplayEnd::Failed,
            };
            return Ok(ReplayReport { end, tally });
        }
    }

    /// One push. The base is written before the outbox entry goes: a crash between the two sends
    /// again and is answered with the stored verdict.
    async fn run_push(
        &self,
        lease: u64,
        request: &PushRequest,
        tally: &mut Tally,
    ) -> Result<Pushed, SyncError> {
        let pushed = self.run_alive(lease, self.remote.push(request));
        let envelope = match pushed.await {
            Ok(envelope) => envelope,
            Err(error) => return Ok(Pushed::Failed(classify_transport(&error))),
        };
        let is_other = request
            .epoch
            .as_ref()
            .is_some_and(|known| *known != envelope.epoch);
        if planted!(BlindToEpoch: is_other => false) {
            self.run_new_epoch(lease, &envelope.epoch).await?;
            return Ok(match envelope.reply {
                // What else the server asks for counts as well.
                Reply::Error(error) if error.code != ErrorCode::EpochChanged => {
                    Pushed::Failed(classify_api(&error))
                }
                _ => Pushed::OtherEpoch,
            });
        }
        let (envelope, reply) = envelope.split();
        let response = match reply {
            Reply::Ok(response) => response,
            Reply::Error(error) => return Ok(Pushed::Failed(classify_api(&error))),
            // It may have been applied: everything is kept, and sent again under the same ids.
            Reply::Unread => {
                self.note_unread_reply(lease, &envelope).await?;
                return Ok(Pushed::Failed(Disposition::BackOff { asked_ms: None }));
            }
        };
        let changes: Vec<Change> = verdict_records(&response).map(Change::Upsert).collect();
        if !changes.is_empty() {
            self.run_refresh(&envelope.epoch, changes).await?;
        }
        let answer = Answer {
            request,
            response: &response,
            epoch: &envelope.epoch,
            server_time: envelope.server_time,
            now: &self.host.reading(),
            copies: &self.load_copies(request, &response).await?,
            overtaken: &self.load_overtaken(request, &response).await?,
        };
        let seqs = request.mutations.iter().map(|sent| sent.seq).collect();
        let decided = self
            .outbox
            .transact(Read::Entries(seqs), |view| {
                plan_verdicts(view, lease, answer)
            })
            .await?;
        self.announce_sent(request);
        tally.add(decided.tally);
        // An answer that decides nothing must not be asked for again at once.
        if decided.stop {
            return Ok(Pushed::Failed(Disposition::BackOff {
                asked_ms: decided.asked_ms,
            }));
        }
        Ok(Pushed::Verdicts(decided.limits))
    }

    /// Writes the verdicts' records to the cache. A cache that cannot take them must not keep the
    /// outbox from draining: it is emptied, and primed again by the next pull.
    async fn run_refresh(&self, epoch: &EpochId, changes: Vec<Change>) -> Result<(), SyncError> {
        let batch = refresh_of(epoch, changes);
        let keys = match self.cache.apply(&batch).await {
            Ok(CacheOutcome::Written(keys)) if !keys.is_empty() => keys,
            Ok(_) => return Ok(()),
            Err(StoreError::Corrupt(_) | StoreError::Quota) => {
                self.cache.reset(&CacheState::default()).await?;
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        };
        self.host.announce(Notice::Records { keys });
        Ok(())
    }

    /// The phone's copies of what the refused mutations are about.
    async fn load_copies(
        &self,
        request: &PushRequest,
        response: &PushResponse,
    ) -> Result<Vec<(MutationId, Versioned)>, SyncError> {
        let mut copies = Vec::new();
        for verdict in &response.verdicts {
            if !matches!(verdict.verdict, Verdict::Rejected { .. }) {
                continue;
            }
            let refused = request.mutations.iter().find(|sent| sent.id == verdict.id);
            let Some(key) = refused.and_then(|sent| decisive_record(&sent.op)) else {
                continue;
            };
            // A cache that cannot be read must not keep the verdict from being noted.
            if let Ok(Some(copy)) = self.cache.load_record(key).await {
                copies.push((verdict.id, copy));
            }
        }
        Ok(copies)
    }

    /// Those whose place is used because a later change of the same record was accepted before.
    async fn load_overtaken(
        &self,
        request: &PushRequest,
        response: &PushResponse,
    ) -> Result<Vec<MutationId>, SyncError> {
        let reason = Rejection::SequenceReused;
        let used = Verdict::Rejected { reason };
        let is_used = |id| {
            let mut verdicts = response.verdicts.iter();
            verdicts.any(|verdict| verdict.id == id && verdict.verdict == used)
        };
        let mut used = request
            .mutations
            .iter()
            .filter(|sent| is_used(sent.id))
            .peekable();
        if used.peek().is_none() {
            return Ok(Vec::new());
        }
        let kept = self
            .outbox
            .load(Read::AllAndAcknowledged)
            .await?
            .acknowledged;
        let overtaken = used.filter(|sent| is_overtaken(sent, &kept));
        Ok(overtaken.map(|sent| sent.id).collect())
    }

    pub(crate) async fn run_failure(
        &self,
        lease: u64,
        disposition: Disposition,
    ) -> Result<AfterFailure, SyncError> {
        let (now, chance) = (self.host.now(), self.host.chance());
        let (after, seqs) = self
            .outbox
            .transact(Read::Found(vec![Mark::InFlight]), |view| {
                let OutboxPlan { writes, value } =
                    plan_failure(view, lease, disposition, now, chance)?;
                let value = (value, seqs_of(&view.entries));
                Ok(OutboxPlan { writes, value })
            })
            .await?;
        self.host.announce(Notice::Outbox { seqs: Some(seqs) });
        Ok(after)
    }

    /// Something has happened to what is in `request`.
    fn announce_sent(&self, request: &PushRequest) {
        let seqs = request.mutations.iter().map(|sent| sent.seq).collect();
        self.host.announce(Notice::Outbox { seqs: Some(seqs) });
    }
}

fn seqs_of(entries: &[OutboxEntry]) -> Vec<Seq> {
    entries.iter().map(OutboxEntry::seq).collect()
}

enum Pushed {
    Verdicts(BatchLimits),
    OtherEpoch,
    Failed(Disposition),
}

/// The records of verdicts of the data set `epoch`, as they are written to the cache of that one alone.
pub(super) fn refresh_of(epoch: &EpochId, changes: Vec<Change>) -> CacheBatch {
    CacheBatch {
        source: Source::Verdict,
        expected_cursor: None,
        epoch: planted!(RefreshAnyEpoch: Some(epoch.clone()) => None),
        changes,
        pinned: Vec::new(),
        state: None,
    }
}
