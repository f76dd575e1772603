//! Pull: fetch the changes after the cursor, page by page; without a cursor that is priming.
//!
//! Owns paging and reset. Page and cursor commit together, so a cut anywhere resumes at the last page. While a page is
//! written the next one is fetched; it counts only if the cache stands where it begins. What a page does is [`plan`]'s,
//! how large it is [`pace`]'s, what is noted of the answer [`contact`]'s. Never waits for the outbox and never edits it.

mod contact;
mod pace;
pub mod plan;

use crate::cache::extent::{Holding, must_begin_anew, plan_extent};
use crate::cache::gone::{GoneJob, plan_gone};
use crate::cache::partial::Partial;
use crate::cache::scope::pinned_records;
use crate::cache::state::CacheState;
use crate::clock::Reading;
use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::outbox::meta::OutboxMeta;
use crate::pass::classify::{Disposition, TransportError, classify_api, classify_transport};
use crate::pass::lease::check_lease;
use crate::pass::patience::{Boxed, while_under_way};
use crate::ports::{
    CacheBatch, CacheOutcome, CacheStore, Host, Knows, OutboxStore, Page, Read, Remote, Source,
};
use afield_domain::{Record, RecordKey, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::worker_message::Notice;
use afield_protocol::{ApiError, Cursor, ErrorCode, LeftJob, PullResponse, Reply};
use pace::Pace;
use plan::{plan_page, plan_pins};

/// More records than this are not named one by one to those who look: they look at everything.
const MOST_NAMED: usize = 1_000;

/// What a pull did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullReport {
    /// How it ended.
    pub end: PullEnd,
    /// Pages written.
    pub pages: usize,
    /// Changes that are to be sent once more: the office has decided about them, and they ask for their verdict.
    pub again: usize,
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
    /// The office has revoked this device: our server has answered, and gives nothing.
    Revoked,
    /// The server has another data set: what is kept must be sent again first.
    OtherEpoch,
}

enum Step {
    More,
    Done,
    Reset,
    OtherEpoch,
    Failed(Disposition),
}

/// An answer to a pull.
struct Answer {
    page: Result<Page, TransportError>,
    /// What was unconfirmed when it was asked for.
    unconfirmed: Vec<RecordKey>,
    /// The clocks when it was there.
    at: Reading,
    /// How long it took.
    took_ms: i64,
}

/// An answer that was fetched while the page before it was written.
struct Ahead {
    user: UserId,
    after: Cursor,
    answer: Answer,
}

/// What one pull knows besides the databases.
#[derive(Default)]
struct Progress {
    pages: usize,
    again: usize,
    pace: Pace,
    ahead: Option<Ahead>,
}

impl Progress {
    /// The answer that is here already to what `user` asks for with `cursor`.
    fn take_ahead(&mut self, user: UserId, cursor: Option<&Cursor>) -> Option<Answer> {
        let ahead = self.ahead.take()?;
        let fits = ahead.user == user && cursor == Some(&ahead.after);
        fits.then_some(ahead.answer)
    }
}

impl<O: OutboxStore, C: CacheStore, R: Remote, H: Host> Engine<O, C, R, H> {
    pub(crate) async fn run_pull(&self, lease: u64) -> Result<PullReport, SyncError> {
        self.run_read_again(lease).await?;
        let mut progress = Progress::default();
        let mut resets = 0;
        let mut is_again = false;
        loop {
            // Boxed: what is around it is one large function already.
            let step = Box::pin(self.run_pull_page(lease, &mut progress)).await?;
            let (pages, again) = (progress.pages, progress.again);
            let disposition = match step {
                Step::More => continue,
                // A page may have told that the phone is to hold otherwise than when it was asked for. Once: the rest
                // is for the next pass.
                Step::Done if !is_again && self.run_read_again(lease).await? => {
                    is_again = true;
                    continue;
                }
                Step::Done => {
                    let end = PullEnd::Done;
                    return Ok(PullReport { end, pages, again });
                }
                // A server that resets again and again is not well: back off.
                Step::Reset if resets > 0 => Disposition::BackOff { asked_ms: None },
                Step::Reset => {
                    resets += 1;
                    continue;
                }
                Step::OtherEpoch => {
                    let end = PullEnd::OtherEpoch;
                    return Ok(PullReport { end, pages, again });
                }
                Step::Failed(disposition) => disposition,
            };
            self.run_failure(lease, disposition).await?;
            let end = match disposition {
                Disposition::SignIn => PullEnd::SignInNeeded,
                Disposition::Revoked => PullEnd::Revoked,
                _ => PullEnd::Failed,
            };
            return Ok(PullReport { end, pages, again });
        }
    }

    /// Asks for the page after the one with which the cache came to stand as in `state`.
    fn run_ask<'a>(
        &'a self,
        lease: u64,
        user: UserId,
        state: &'a CacheState,
        (bytes, knows): (u64, Knows),
    ) -> Boxed<'a, Answer> {
        let unconfirmed = state.unconfirmed.clone();
        Box::pin(async move {
            let began = self.host.reading().ran_ms;
            let extent = state.partial.as_ref().map(Partial::extent);
            let cursor = state.cursor.as_ref();
            let asked = self
                .remote
                .pull(user, cursor, bytes, extent.as_ref(), knows);
            let page = self.run_alive(lease, asked).await;
            let at = self.host.reading();
            Answer {
                page,
                unconfirmed,
                took_ms: at.ran_ms.saturating_sub(began),
                at,
            }
        })
    }

    async fn run_pull_page(&self, lease: u64, progress: &mut Progress) -> Result<Step, SyncError> {
        let (user, meta) = self.load_pull_context(lease).await?;
        let known_epoch = meta.epoch.clone();
        let knows = knows(&meta);
        let mut state = self.load_owned_state(user).await?;
        let answer = match progress.take_ahead(user, state.cursor.as_ref()) {
            Some(answer) => answer,
            None => {
                state.partial = self.load_extent(&state, &meta, user).await?;
                let ask = (progress.pace.ask(), knows);
                self.run_ask(lease, user, &state, ask).await
            }
        };
        let page = match answer.page {
            Ok(page) => page,
            Err(error) => return Ok(step_of_transport(&error)),
        };
        progress.pace.fetched(page.bytes, answer.took_ms);
        let reading = answer.at;
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
        let mut response = match reply {
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
        let is_first = progress.pages == 0;
        let company = response.company.take();
        let knows = Knows {
            settings: company
                .as_ref()
                .map_or(knows.settings, |told| told.settings),
            ..knows
        };
        if let Some(waiting) = response.in_review.take() {
            progress.again += self.run_reviewed(lease, &waiting).await?;
        }
        self.note_contact(lease, &envelope, &reading, (is_first, company))
            .await?;
        // Of what a verdict has brought since it was asked for it cannot know.
        let known = |key: &RecordKey| answer.unconfirmed.contains(key);
        state.unconfirmed.retain(known);
        let mut pinned = self.load_pins(&state, &response).await?;
        let version = self.host.records_version();
        let (more, after) = (response.more, response.cursor.clone());
        let gone = self.load_gone(&response.left, reading.wall).await;
        let (mut next, changes) =
            plan_page(&state, response, bytes, &pinned, version, reading.wall);
        next.gone = plan_gone(&state.gone, gone, &changes, reading.wall);
        next.epoch = Some(envelope.epoch);
        let takes_over = state.staging && !next.staging;
        if takes_over {
            // What only the generation before could read is taken over.
            pinned.extend(next.unread.keys().filter(|key| next.unread.holds(*key)));
        }
        let ahead = CacheState {
            unconfirmed: state.unconfirmed.clone(),
            ..next.clone()
        };
        let batch = CacheBatch {
            source: Source::Pull,
            expected_cursor: planted!(CursorUnchecked: Some(state.cursor.clone()) => None),
            epoch: None,
            changes,
            pinned,
            made: Vec::new(),
            state: Some(next),
        };
        planted!(CursorBeforeApply: () => self.run_cursor_alone(&batch).await?);
        let writing = Box::pin(self.run_write_page(user, &batch, takes_over));
        let written = if more {
            let ask = (progress.pace.ask(), knows);
            let fetching = self.run_ask(lease, user, &ahead, ask);
            let (written, answer) = while_under_way(writing, fetching).await?;
            progress.ahead = Some(Ahead {
                user,
                after,
                answer,
            });
            written
        } else {
            writing.await?
        };
        let Some(took_ms) = written else {
            return Ok(Step::Reset);
        };
        progress.pace.written(bytes, took_ms);
        progress.pages += 1;
        Ok(if more { Step::More } else { Step::Done })
    }

    /// Writes a page and says so: how many milliseconds it took, or none if the cache was damaged and begins anew.
    async fn run_write_page(
        &self,
        user: UserId,
        batch: &CacheBatch,
        takes_over: bool,
    ) -> Result<Option<i64>, SyncError> {
        let began = self.host.reading().ran_ms;
        match self.cache.apply(batch).await {
            // Naming none means all. Whatever else of the state has changed is read with the notice at the end of
            // the pass.
            Ok(CacheOutcome::Written(keys)) if takes_over || !keys.is_empty() => {
                self.host.announce(Notice::Records { keys: named(keys) });
            }
            Ok(CacheOutcome::Written(_) | CacheOutcome::CursorMoved | CacheOutcome::Staged) => {}
            Err(StoreError::Corrupt(_)) => {
                self.run_reset(user).await?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        }
        let ended = self.host.reading().ran_ms;
        Ok(Some(ended.saturating_sub(began)))
    }

    /// After an update that reads more, and where the phone is to hold more or less: begins to fetch everything again.
    /// Whether it did.
    async fn run_read_again(&self, lease: u64) -> Result<bool, SyncError> {
        let state = self.cache.load_state().await?;
        let meta = self.outbox.load(Read::Meta).await?.meta;
        let holds_otherwise = must_begin_anew(&state, Holding::of(&meta));
        let begins = holds_otherwise || state.must_be_read_again(self.host.records_version());
        if begins {
            check_lease(&meta.lease, lease)?;
            let drops = holds_otherwise && planted!(ModeSwitchDropsOutboxRecords: false => true);
            match state.owner.filter(|_| drops) {
                Some(user) => self.run_reset(user).await.map(drop)?,
                None => self.run_restage(&state).await?,
            }
        }
        Ok(begins)
    }

    /// What is asked for with the next page, if not all.
    async fn load_extent(
        &self,
        state: &CacheState,
        meta: &OutboxMeta,
        user: UserId,
    ) -> Result<Option<Partial>, SyncError> {
        let recent = meta.recent.of(user);
        let mut here = Vec::new();
        if state.partial.is_some() {
            for key in recent {
                let found = self.cache.load_record(*key).await?;
                here.extend(found.map(|_| *key));
            }
        }
        let is_here = |key| here.contains(&key);
        Ok(plan_extent(state, Holding::of(meta), recent, is_here))
    }

    /// For a planted bug: what must never be a transaction of its own.
    async fn run_cursor_alone(&self, batch: &CacheBatch) -> Result<(), SyncError> {
        let mut alone = batch.clone();
        alone.changes.clear();
        self.cache.apply(&alone).await?;
        Ok(())
    }

    async fn load_pull_context(&self, lease: u64) -> Result<(UserId, OutboxMeta), SyncError> {
        let view = self.outbox.load(Read::Meta).await?;
        check_lease(&view.meta.lease, lease)?;
        let user = view
            .meta
            .session
            .as_ref()
            .map(crate::SignedIn::user)
            .ok_or(SyncError::SignedOut)?;
        Ok((user, view.meta))
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

    /// What this phone was shown of the jobs that leave.
    async fn load_gone(&self, left: &[LeftJob], now: Timestamp) -> Vec<GoneJob> {
        let mut gone = Vec::new();
        for left in left {
            // A cache that cannot be read must not keep the page from being written.
            if let Ok(Some(copy)) = self.cache.load_record(left.job.into()).await
                && let Record::Job(job) = &copy.record
            {
                gone.push(GoneJob::of(job, left.clone(), now));
            }
        }
        gone
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
            widens: old.widens || old.partial.is_some(),
            leaving: old.leaving.clone(),
            gone: old.gone.clone(),
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
}

fn named(keys: Vec<RecordKey>) -> Vec<RecordKey> {
    if keys.len() > MOST_NAMED {
        Vec::new()
    } else {
        keys
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

/// What the server is told of this phone.
fn knows(meta: &OutboxMeta) -> Knows {
    let session = meta.session.as_ref();
    Knows {
        settings: session.map_or(0, |session| session.info.company.settings),
        reviews: meta.reviews,
    }
}
