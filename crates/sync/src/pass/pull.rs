//! Pull: fetch the changes after the cursor, page by page; without a cursor that is priming.
//!
//! Owns paging, progress and reset. Page and cursor commit together, so a cut anywhere resumes at
//! the last page. Never waits for the outbox and never edits it.

use crate::cache::scope::pinned_records;
use crate::cache::state::CacheState;
use crate::cache::unread::UnreadRecords;
use crate::clock::Reading;
use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::outbox::lookup::marks_on;
use crate::pass::classify::{Disposition, TransportError, classify_api, classify_transport};
use crate::pass::lease::check_lease;
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, Host, OutboxPlan, OutboxStore, OutboxWrite, Page, Read,
    Remote, Source,
};
use afield_domain::{Module, RecordKey, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::worker_message::Notice;
use afield_protocol::{ApiError, Change, Envelope, EpochId, ErrorCode, PullResponse, Reply};

/// What a pull did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullReport {
    /// How it ended.
    pub end: PullEnd,
    /// Pages written.
    pub pages: usize,
}

impl PullReport {
    /// Whether everything new was fetched.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.end == PullEnd::Done
    }
}

/// How a pull ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullEnd {
    /// Nothing more waits.
    Done,
    /// The server was out of reach or busy; what came is kept, the next pull goes on from there.
    Failed,
    /// The session has ended.
    SignInNeeded,
    /// The server has another data set: what is kept must be sent again first.
    OtherEpoch,
}

/// The cache's state after a page, and the changes to write.
#[must_use]
pub fn plan_page(
    state: &CacheState,
    page: &PullResponse,
    bytes: u64,
    pinned: &[RecordKey],
    records_version: u32,
    now: Timestamp,
) -> (CacheState, Vec<Change>) {
    let mut state = state.clone();
    let mut changes = page.changes.clone();
    if state.cursor.is_none() {
        state.records_version = records_version;
    } else if !page.changes.is_empty() {
        // A tab of the build before may go on where a newer one began: what it read, it read its way.
        state.records_version = state.records_version.min(records_version);
    }
    if !state.priming.is_done() {
        if !page.totals.is_empty() {
            state.priming.totals = page.totals.clone();
        }
        state.priming.bytes = state.priming.bytes.saturating_add(bytes);
        for change in &page.changes {
            let module = match change {
                Change::Upsert(versioned) => versioned.record.key().map(|key| key.module),
                Change::Unread(unread) if !unread.gone => Module::from_name(&unread.module),
                _ => None,
            };
            if let Some(module) = module {
                state.priming.count(module);
            }
        }
        if !page.more {
            state.priming.done_at = Some(now);
            state.staging = false;
        }
    }
    for change in &page.changes {
        note_unread(&mut state.unread, change);
        match change {
            Change::ScopeOut { key } if pinned.contains(key) => {
                if !state.leaving.contains(key) {
                    state.leaving.push(*key);
                }
            }
            Change::Upsert(versioned) => {
                let key = versioned.record.key();
                state.leaving.retain(|leaving| Some(*leaving) != key);
            }
            Change::Tombstone { key } | Change::ScopeOut { key } => {
                state.leaving.retain(|leaving| leaving != key);
            }
            Change::Unread(_) => {}
        }
    }
    // What left the scope while unsent work referred to it goes once that work is sent. A copy that only
    // an older generation had, because the newer one cannot be read, goes when the server says so.
    let stays = |key: &RecordKey| pinned.contains(key) || state.unread.holds(*key);
    let (stay, go) = std::mem::take(&mut state.leaving)
        .into_iter()
        .partition(|key| planted!(LeavingForgotten: stays(key) => true));
    state.leaving = stay;
    let go: Vec<RecordKey> = go;
    changes.extend(go.into_iter().map(|key| Change::ScopeOut { key }));
    state.cursor = Some(page.cursor.clone());
    state.last_pull = Some(now);
    (state, changes)
}

/// Remembers what cannot be read, until it can be or has gone.
fn note_unread(unread: &mut UnreadRecords, change: &Change) {
    match change {
        Change::Upsert(versioned) => {
            if let Some(key) = versioned.record.key() {
                unread.forget(key);
            }
        }
        Change::Tombstone { key } | Change::ScopeOut { key } => unread.forget(*key),
        Change::Unread(change) => planted!(UnreadForgotten: unread.note(change) => ()),
    }
}

/// Beyond this many records one read of everything is cheaper than looking for each.
const PINS_LOOKED_UP: usize = 64;

/// What to read of the outbox to know which of the records that the page takes away must stay. None if it
/// takes nothing away.
fn plan_pins(state: &CacheState, page: &PullResponse) -> Option<Read> {
    let leaves = |change: &Change| match change {
        Change::ScopeOut { key } => Some(*key),
        _ => None,
    };
    let mut going: Vec<RecordKey> = page.changes.iter().filter_map(leaves).collect();
    going.extend(&state.leaving);
    // With a new generation everything goes that is not there.
    let takes_over = state.staging && !page.more;
    if takes_over || going.len() > PINS_LOOKED_UP {
        return Some(Read::All);
    }
    let marks = going.into_iter().flat_map(marks_on).collect::<Vec<_>>();
    (!marks.is_empty()).then_some(Read::Found(marks))
}

enum Step {
    More,
    Done,
    Reset,
    OtherEpoch,
    Failed(Disposition),
}

impl<O: OutboxStore, C: CacheStore, R: Remote, H: Host> Engine<O, C, R, H> {
    pub(crate) async fn run_pull(&self, lease: u64) -> Result<PullReport, SyncError> {
        self.run_read_again(lease).await?;
        let mut pages = 0;
        let mut resets = 0;
        loop {
            let step = self.run_pull_page(lease).await?;
            let disposition = match step {
                Step::More => {
                    pages += 1;
                    continue;
                }
                Step::Done => {
                    let end = PullEnd::Done;
                    return Ok(PullReport {
                        end,
                        pages: pages + 1,
                    });
                }
                // A server that resets again and again is not well: back off.
                Step::Reset if resets > 0 => Disposition::BackOff { asked_ms: None },
                Step::Reset => {
                    resets += 1;
                    continue;
                }
                Step::OtherEpoch => {
                    let end = PullEnd::OtherEpoch;
                    return Ok(PullReport { end, pages });
                }
                Step::Failed(disposition) => disposition,
            };
            self.run_failure(lease, disposition).await?;
            let end = match disposition {
                Disposition::SignIn => PullEnd::SignInNeeded,
                _ => PullEnd::Failed,
            };
            return Ok(PullReport { end, pages });
        }
    }

    async fn run_pull_page(&self, lease: u64) -> Result<Step, SyncError> {
        let (user, known_epoch) = self.load_pull_context(lease).await?;
        let state = self.load_owned_state(user).await?;
        let asked = self.remote.pull(user, state.cursor.as_ref());
        let page = match self.run_alive(lease, asked).await {
            Ok(page) => page,
            Err(error) => return Ok(step_of_transport(&error)),
        };
        let Page { envelope, bytes } = page;
        let is_other = known_epoch.is_some_and(|known| known != envelope.epoch);
        if planted!(BlindToEpoch: is_other => false) {
            self.run_new_epoch(lease, &envelope.epoch).await?;
            // What else the server asks for counts as well; a cursor of another data set is none.
            match &envelope.reply {
                Reply::Error(error) if error.code != ErrorCode::CursorExpired => {
                    return Ok(step_of_api(error));
                }
                _ => {}
            }
            return Ok(Step::OtherEpoch);
        }
        let (envelope, reply) = envelope.split();
        let response = match reply {
            Reply::Ok(response) => response,
            Reply::Error(error) => {
                let step = step_of_api(&error);
                if matches!(step, Step::Reset) {
                    self.run_restage(&state).await?;
                }
                return Ok(step);
            }
            Reply::Unread => {
                self.note_unread_reply(lease, &envelope).await?;
                return Ok(Step::Failed(Disposition::BackOff { asked_ms: None }));
            }
        };
        if state
            .epoch
            .as_ref()
            .is_some_and(|epoch| *epoch != envelope.epoch)
        {
            self.run_restage(&state).await?;
            return Ok(Step::Reset);
        }
        let reading = self.host.reading();
        self.note_contact(lease, &envelope, &reading).await?;
        let now = reading.wall;
        let mut pinned = self.load_pins(&state, &response).await?;
        let version = self.host.records_version();
        let (mut next, changes) = plan_page(&state, &response, bytes, &pinned, version, now);
        next.epoch = Some(envelope.epoch);
        let takes_over = state.staging && !next.staging;
        if takes_over {
            // What only the generation before could read is taken over.
            pinned.extend(next.unread.keys().filter(|key| next.unread.holds(*key)));
        }
        let batch = CacheBatch {
            source: Source::Pull,
            expected_cursor: planted!(CursorUnchecked: Some(state.cursor) => None),
            epoch: None,
            changes,
            pinned,
            state: Some(next),
        };
        planted!(CursorBeforeApply: () => self.run_cursor_alone(&batch).await?);
        let outcome = self.cache.apply(&batch).await;
        match outcome {
            // Naming none means all: only after a new generation has taken over. Whatever else of the
            // state has changed is read with the notice at the end of the pass.
            Ok(CacheOutcome::Written(keys)) if takes_over || !keys.is_empty() => {
                self.host.announce(Notice::Records { keys });
            }
            Ok(CacheOutcome::Written(_) | CacheOutcome::CursorMoved | CacheOutcome::Staged) => {}
            Err(StoreError::Corrupt(_)) => {
                self.run_reset(user).await?;
                return Ok(Step::Reset);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(if response.more {
            Step::More
        } else {
            Step::Done
        })
    }

    /// After an update that reads more: begins to fetch everything again.
    async fn run_read_again(&self, lease: u64) -> Result<(), SyncError> {
        let state = self.cache.load_state().await?;
        if state.must_be_read_again(self.host.records_version()) {
            check_lease(&self.outbox.load(Read::Meta).await?.meta.lease, lease)?;
            self.run_restage(&state).await?;
        }
        Ok(())
    }

    /// For a planted bug: what must never be a transaction of its own.
    async fn run_cursor_alone(&self, batch: &CacheBatch) -> Result<(), SyncError> {
        let mut alone = batch.clone();
        alone.changes.clear();
        self.cache.apply(&alone).await?;
        Ok(())
    }

    async fn load_pull_context(&self, lease: u64) -> Result<(UserId, Option<EpochId>), SyncError> {
        let view = self.outbox.load(Read::Meta).await?;
        check_lease(&view.meta.lease, lease)?;
        let user = view
            .meta
            .session
            .as_ref()
            .map(crate::SignedIn::user)
            .ok_or(SyncError::SignedOut)?;
        Ok((user, view.meta.epoch))
    }

    /// The records that unsent work refers to, of those that the page might take away.
    async fn load_pins(
        &self,
        state: &CacheState,
        page: &PullResponse,
    ) -> Result<Vec<RecordKey>, SyncError> {
        let Some(read) = plan_pins(state, page) else {
            return Ok(Vec::new());
        };
        let view = self.outbox.load(read).await?;
        Ok(pinned_records(&view.entries))
    }

    /// The cache's state, emptied first if it is another user's.
    async fn load_owned_state(&self, user: UserId) -> Result<CacheState, SyncError> {
        let state = self.cache.load_state().await?;
        if planted!(OwnerUnchecked: state.owner == Some(user) => true) {
            return Ok(state);
        }
        self.run_reset(user).await
    }

    /// Primes again from nothing while the user goes on with what is there.
    async fn run_restage(&self, old: &CacheState) -> Result<(), SyncError> {
        let Some(user) = old.owner.filter(|_| old.is_ready()) else {
            let nobody = CacheState::default();
            self.cache.reset(&nobody).await?;
            return Ok(());
        };
        let state = CacheState {
            owner: Some(user),
            staging: true,
            leaving: old.leaving.clone(),
            ..CacheState::default()
        };
        self.cache.restage(&state).await?;
        Ok(())
    }

    async fn run_reset(&self, user: UserId) -> Result<CacheState, SyncError> {
        let state = CacheState {
            owner: Some(user),
            ..CacheState::default()
        };
        self.cache.reset(&state).await?;
        self.host.announce(Notice::Records { keys: Vec::new() });
        Ok(state)
    }

    /// The server has answered what this build cannot read: the envelope says which build it serves.
    pub(crate) async fn note_unread_reply<T>(
        &self,
        lease: u64,
        envelope: &Envelope<T>,
    ) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                meta.server_build = envelope.build.clone();
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await
    }

    async fn note_contact(
        &self,
        lease: u64,
        envelope: &Envelope<()>,
        now: &Reading,
    ) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                meta.note_contact(envelope.server_time, now);
                meta.server_build = envelope.build.clone();
                meta.epoch.get_or_insert_with(|| envelope.epoch.clone());
                meta.lease.heartbeat = Some(now.wall);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await
    }
}

fn step_of_api(error: &ApiError) -> Step {
    match classify_api(error) {
        Disposition::Reset => Step::Reset,
        Disposition::SendLess { asked_ms, .. } => Step::Failed(Disposition::BackOff { asked_ms }),
        other => Step::Failed(other),
    }
}

fn step_of_transport(error: &TransportError) -> Step {
    Step::Failed(match classify_transport(error) {
        Disposition::SendLess { asked_ms, .. } => Disposition::BackOff { asked_ms },
        other => other,
    })
}
