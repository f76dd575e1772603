//! Replay: one pass that sends the outbox in order.
//!
//! Owns the loop take lease → batch → push → verdicts. A transport failure stops the pass, so that
//! nothing overtakes. Every step asserts the lease; a crash between any two steps leaves entries
//! that the next pass sends again with the same ids.

use crate::cache::state::CacheState;
use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::outbox::acknowledged::is_overtaken;
use crate::outbox::batch::{BatchLimits, BatchScan, PassedOver, batch_of};
use crate::outbox::entry::{EntryState, OutboxEntry};
use crate::outbox::release::decisive_record;
use crate::outbox::review::is_declined;
use crate::pass::aside::SentAlone;
use crate::pass::classify::{Disposition, classify_api, classify_transport};
use crate::pass::lease::check_lease;
use crate::pass::verdicts::{Answer, Tally, Undecided, plan_verdicts, taken_away, verdict_records};
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, Host, OutboxPlan, OutboxStore, OutboxView, OutboxWrite,
    Read, Remote, Source,
};
use afield_domain::{MutationId, RecordKey, Rejection, Timestamp, Versioned};
use afield_planted::planted;
use afield_protocol::worker_message::Notice;
use afield_protocol::{
    Change, EpochId, ErrorCode, Mutation, PushRequest, PushResponse, Reply, Verdict,
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
    /// As far as it went everything was sent, and more could be: the pass has gone on long enough.
    Unfinished,
    /// Our server has not decided some, which wait: everything is kept.
    Undecided,
    /// The server was out of reach or busy: back-off was noted, everything is kept.
    Failed,
    /// The session has ended: everything is kept until the same user signs in again.
    SignInNeeded,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Nothing: nothing is left that could be sent.
    Nothing,
    /// Send this.
    Send(PushRequest),
    /// Ask our server first, because whoever stopped this one asked to wait.
    Ask(SentAlone),
}

/// Puts the next batch on the wire: marks it in flight and freezes its payloads. What is `passed_over` stays
/// where it is. Needs the head of the outbox ([`Read::Head`]), and all of it to pass anything over.
///
/// # Errors
/// [`SyncError::Fenced`], [`SyncError::SignedOut`].
pub fn plan_send(
    view: &OutboxView,
    lease: u64,
    limits: BatchLimits,
    passed_over: &PassedOver,
    now: Timestamp,
) -> Result<OutboxPlan<Next>, SyncError> {
    check_lease(&view.meta.lease, lease)?;
    let mut meta = view.meta.clone();
    let user = meta
        .session
        .as_ref()
        .map(crate::SignedIn::user)
        .ok_or(SyncError::SignedOut)?;
    let scan = BatchScan::new(Some(user), limits).passing_over(passed_over);
    let batch = batch_of(&view.entries, scan);
    let (Some(device), Some(first)) = (meta.device, batch.first()) else {
        return Ok(OutboxPlan::nothing(Next::Nothing));
    };
    if let Some(stopped) = first.stopped.as_ref().filter(|stopped| stopped.unproven) {
        return Ok(OutboxPlan::nothing(Next::Ask(SentAlone {
            id: first.mutation.id,
            seq: first.seq(),
            status: stopped.status,
        })));
    }
    meta.lease.heartbeat = Some(now);
    let request = PushRequest {
        device,
        ack_below: view.ack_below(),
        epoch: meta.epoch.clone(),
        asks: batch
            .iter()
            .filter(|entry| entry.only_asks())
            .map(|entry| entry.mutation.id)
            .collect(),
        review: true,
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
        value: Next::Send(request),
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

impl<O: OutboxStore, C: CacheStore, R: Remote, H: Host> Engine<O, C, R, H> {
    /// Sends what can be sent, without what is `undecided`, and adds to that. `limits` are what the last push
    /// has shown to work.
    pub(crate) async fn run_replay(
        &self,
        lease: u64,
        mut limits: BatchLimits,
        undecided: &mut Undecided,
    ) -> Result<ReplayReport, SyncError> {
        let mut tally = Tally::default();
        let mut epochs = 0;
        loop {
            let now = self.host.now();
            let passed_over = &undecided.passed_over;
            let read = if passed_over.is_empty() {
                Read::Head(limits)
            } else {
                Read::All
            };
            let plan = |view: &OutboxView| plan_send(view, lease, limits, passed_over, now);
            let next = self.outbox.transact(read, plan).await?;
            let request = match next {
                Next::Send(request) => request,
                Next::Nothing => {
                    let end = ReplayEnd::Drained;
                    return Ok(ReplayReport { end, tally });
                }
                Next::Ask(alone) => {
                    let end = ReplayEnd::Stopped(alone);
                    return Ok(ReplayReport { end, tally });
                }
            };
            self.announce_sent(&request);
            let disposition = match self.run_push(lease, &request, &mut tally).await? {
                Pushed::Verdicts(next, more) => {
                    limits = next;
                    let ends = more.ends;
                    undecided.add(more);
                    if ends {
                        let end = ReplayEnd::Undecided;
                        return Ok(ReplayReport { end, tally });
                    }
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
                // Whoever does not take it from a revoked device takes it once its user has signed in.
                (Disposition::SignIn | Disposition::Revoked, _) => ReplayEnd::SignInNeeded,
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
        let mut changes: Vec<Change> = verdict_records(&response).map(Change::Upsert).collect();
        // Or it would be on the screen again until the pull says so too.
        changes.extend(taken_away(request, &response).map(|key| Change::Tombstone { key }));
        if !changes.is_empty() {
            let made = request
                .mutations
                .iter()
                .filter_map(|sent| sent.op.creates());
            let batch = refresh_of(&envelope.epoch, changes, made.collect());
            self.run_refresh(&batch).await?;
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
        // What was declined may come behind another that was, of an earlier answer.
        let reads = match response.verdicts.iter().any(is_declined) {
            true => Read::All,
            false => Read::Entries(seqs),
        };
        let decided = self
            .outbox
            .transact(reads, |view| plan_verdicts(view, lease, answer))
            .await?;
        self.announce_sent(request);
        tally.add(decided.tally);
        Ok(Pushed::Verdicts(decided.limits, decided.undecided))
    }

    /// Writes the verdicts' records to the cache. A cache that cannot take them must not keep the
    /// outbox from draining: it is emptied, and primed again by the next pull.
    async fn run_refresh(&self, batch: &CacheBatch) -> Result<(), SyncError> {
        let keys = match self.cache.apply(batch).await {
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

    /// Something has happened to what is in `request`.
    fn announce_sent(&self, request: &PushRequest) {
        let seqs = request.mutations.iter().map(|sent| sent.seq).collect();
        self.host.announce(Notice::Outbox { seqs: Some(seqs) });
    }
}

enum Pushed {
    Verdicts(BatchLimits, Undecided),
    OtherEpoch,
    Failed(Disposition),
}

/// The records of verdicts of the data set `epoch`, as they are written to the cache of that one; `made` are those
/// that this device made.
pub(super) fn refresh_of(
    epoch: &EpochId,
    changes: Vec<Change>,
    made: Vec<RecordKey>,
) -> CacheBatch {
    CacheBatch {
        source: Source::Verdict,
        expected_cursor: None,
        epoch: planted!(RefreshAnyEpoch: Some(epoch.clone()) => None),
        changes,
        made,
        pinned: Vec::new(),
        state: None,
    }
}
