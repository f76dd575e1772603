//! The picture in memory, kept in step with the databases.
//!
//! Owns the way from a notice to the signals: look again at what was touched, patch the projection,
//! draw. What this page writes itself comes from the write, not from a look. Must never write, and never
//! hold anything that the databases do not.

use super::clock::{Clock, use_clock};
use super::engine::{AppEngine, EngineHandle};
use super::prefs;
use super::session::Session;
use super::sync_status::{SyncState, set_if_new};
use super::wanted::{Wanted, WantedOutbox, rest_ms};
use crate::chunk::{Work, chunk};
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::signal::RwSignal;
use afield_domain::{Module, RecordKey, Versioned};
use afield_platform::timer;
use afield_protocol::worker_message::Notice;
use afield_sync::{
    CacheStore, FileStore, Holding, Order, OutboxStore, OutboxView, Projection, Read, StoreError,
    SyncError, Written, is_expired,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// The picture in memory.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// Base records and unsent changes, folded.
    pub projection: RwSignal<Projection>,
    /// Whether the records were read once.
    pub loaded: RwSignal<bool>,
    /// Whether the records are too old to be shown.
    pub expired: RwSignal<bool>,
    /// Whether the records are not shown: too old, or no network where the offline feature is off.
    pub hidden: RwSignal<bool>,
    /// Why the databases cannot be read, if they cannot.
    pub trouble: RwSignal<Option<Trouble>>,
    engine: EngineHandle,
    session: Session,
    sync: SyncState,
    clock: Clock,
    reading: StoredValue<Reading>,
}

/// What is read and written beside each other.
#[derive(Debug, Clone, Default)]
struct Reading {
    wanted: Wanted,
    /// What could not be read: it is wanted with whatever is read next, so that nobody hears that all is well while
    /// something is missing.
    missed: Wanted,
    order: Order,
    /// Whether notices are being followed.
    following: bool,
    /// How many wait for everything to be read: notices are followed afterwards.
    loading: u32,
    /// Whether the first load is let on before it is looked at again.
    resting: bool,
    /// Whether what is here is all that is to be held, if that is everything, and if it is less.
    ready: [bool; 2],
}

/// A write of this page: boxed, so that the code around it exists once.
pub type Write<'a> = Pin<Box<dyn Future<Output = Result<Written, SyncError>> + 'a>>;

/// What was read again.
#[derive(Default)]
struct Reread {
    outbox: Option<OutboxView>,
    /// Of a part of the outbox: what has become of the entries that were looked at.
    touched: Option<Written>,
    modules: Vec<(Module, Vec<Versioned>)>,
    records: Vec<(RecordKey, Option<Versioned>)>,
}

/// Makes the picture and puts it in the context. Once, in `app`.
pub fn provide_live(engine: EngineHandle, session: Session, sync: SyncState) -> Live {
    let clock = use_clock();
    let live = Live {
        projection: RwSignal::default(),
        loaded: RwSignal::new(false),
        expired: RwSignal::new(false),
        hidden: RwSignal::new(false),
        trouble: RwSignal::new(None),
        engine,
        session,
        sync,
        clock,
        reading: StoredValue::default(),
    };
    provide_context(live);
    Effect::new(move |_| {
        clock.wall();
        // Without the offline feature the network decides what is shown.
        sync.is_cut_off();
        // Before that there is nothing to hide.
        if engine.is_open() {
            spawn_local(async move {
                let _ = look_at_age(live).await;
            });
        }
    });
    live
}

chunk!(engine: fn look_at_age(live: Live) -> () { live.check_age() });

chunk!(engine: fn read_wanted(live: Live) -> Work<()> { Box::pin(live.read_all_wanted()) });

/// The picture.
pub fn use_live() -> Option<Live> {
    use_context()
}

impl Live {
    /// The same, with another picture: of what the office sees, which is on no phone.
    #[must_use]
    pub fn of(self, projection: RwSignal<Projection>) -> Self {
        Self { projection, ..self }
    }

    /// Takes a notice of any tab or the worker.
    pub fn hear(self, notice: Notice) {
        match notice {
            Notice::SyncStarted => self.sync.pass_began(self.engine),
            Notice::SyncEnded => {
                self.sync.pass_ended();
                self.end_rest();
            }
            notice => self.look(Wanted::of(notice)),
        }
    }

    /// Looks at everything again: at the start, and after being frozen.
    pub fn look_again(self) {
        self.look(Wanted::everything());
    }

    /// Rises with every change of the outbox; tracks.
    pub fn outbox_version(self) -> Memo<u64> {
        Memo::new(move |_| self.projection.with(Projection::outbox_version))
    }

    /// Does `write`, a write of this page. When it returns, the picture holds what was written.
    ///
    /// # Errors
    /// What the write came to.
    pub async fn write(self, write: Write<'_>) -> Result<Written, SyncError> {
        let under_way = UnderWay::begin(self);
        let written = write.await;
        match &written {
            Ok(written) => {
                let take = |all: &mut Projection| all.take_written(written);
                self.projection.maybe_update(take);
                self.show_outbox();
            }
            // Nobody knows how far it came.
            Err(SyncError::Store(_)) => self.want(Wanted::of(Notice::Outbox { seqs: None })),
            Err(_) => {}
        }
        drop(under_way);
        written
    }

    /// Does `write`, which changes who is signed in. When it returns, the picture is that of the user: it
    /// is taken as a whole, so that nobody ever sees another's records for a moment.
    ///
    /// # Errors
    /// What the write came to.
    pub async fn write_and_load(self, write: Write<'_>) -> Result<(), SyncError> {
        self.reading.update_value(|reading| reading.loading += 1);
        let under_way = UnderWay::begin(self);
        let written = write.await;
        drop(under_way);
        if written.is_ok() {
            self.load().await;
        }
        self.reading.update_value(|reading| reading.loading -= 1);
        self.follow();
        written.map(|_| ())
    }

    /// Reads everything, for the start.
    pub async fn load(self) {
        self.reading.update_value(|reading| reading.loading += 1);
        while !self.read(Wanted::everything()).await {
            if self.is_writing() {
                // The end of the write follows up on it.
                self.want(Wanted::everything());
                break;
            }
        }
        self.reading.update_value(|reading| reading.loading -= 1);
        self.follow();
    }

    fn is_writing(self) -> bool {
        let began = |reading: &Reading| reading.order.begin_read();
        self.reading.with_value(began).is_none()
    }

    fn want(self, wanted: Wanted) {
        self.reading
            .update_value(|reading| reading.wanted.add(wanted));
    }

    fn look(self, wanted: Wanted) {
        self.want(wanted);
        self.follow();
    }

    /// Reads what is wanted, until nothing is.
    fn follow(self) {
        let begins = |reading: &mut Reading| !std::mem::replace(&mut reading.following, true);
        if self.reading.try_update_value(begins) != Some(true) {
            return;
        }
        spawn_local(async move {
            if let Ok(reading) = read_wanted(self).await {
                reading.await;
            }
            self.reading
                .update_value(|reading| reading.following = false);
        });
    }

    async fn read_all_wanted(self) {
        while let Some(wanted) = self.reading.try_update_value(next).flatten() {
            if !self.read(wanted.clone()).await {
                self.want(wanted);
            }
        }
    }

    /// Whether what was read was taken: else it must be read again.
    async fn read(self, wanted: Wanted) -> bool {
        let Some(engine) = self.engine.get() else {
            return true;
        };
        let began = |reading: &Reading| reading.order.begin_read();
        let Some(began) = self.reading.with_value(began) else {
            return false;
        };
        let missed = |reading: &mut Reading| std::mem::take(&mut reading.missed);
        let missed = self.reading.try_update_value(missed).unwrap_or_default();
        let mut wanted = wanted;
        wanted.add(missed.clone());
        let looks_from = self.engine.now();
        // Before the records: what it says is there must be among them.
        let state = engine.cache.load_state().await;
        let found = load_wanted(&engine, &wanted).await;
        let files = match wanted.outbox {
            WantedOutbox::Nothing => None,
            _ => engine.outbox.load_files().await.ok(),
        };
        let may_take = |reading: &mut Reading| reading.order.end_read(began);
        if self.reading.try_update_value(may_take) != Some(true) {
            let _ = self
                .reading
                .try_update_value(|reading| reading.missed.add(missed));
            return false;
        }
        let (found, ended) = found;
        if ended.is_err() {
            let _ = self
                .reading
                .try_update_value(|reading| reading.missed.add(wanted.clone()));
        }
        set_if_new(self.trouble, ended.err().map(Trouble::from));
        // In one turn: a file whose registration has just gone is counted as the one or the other.
        self.take(found);
        if files.is_some() {
            set_if_new(self.sync.files, files);
        }
        if let Ok(state) = state {
            let ready = [Holding::All, Holding::Recent].map(|holding| state.is_ready_for(holding));
            self.reading.update_value(|reading| reading.ready = ready);
            self.show_ready();
            set_if_new(self.sync.kept, state.kept_alone());
            set_if_new(self.sync.unread, state.unread.count());
            set_if_new(self.sync.gone, state.gone.clone());
            let is_first_load = !state.is_ready();
            set_if_new(self.sync.priming, state.priming);
            if is_first_load && !wanted.modules.is_empty() {
                self.rest(rest_ms(looks_from, self.engine.now()));
            }
        }
        true
    }

    /// Looks at nothing for so long, or until the pass has ended.
    fn rest(self, ms: u32) {
        self.reading.update_value(|reading| reading.resting = true);
        spawn_local(async move {
            timer::sleep_ms(ms).await;
            self.end_rest();
        });
    }

    fn end_rest(self) {
        self.reading.update_value(|reading| reading.resting = false);
        self.follow();
    }

    fn take(self, found: Reread) {
        let has_all = found.modules.len() == Module::ALL.len();
        let has_outbox = found.outbox.is_some() || found.touched.is_some();
        // What has not changed is not drawn again.
        self.projection.maybe_update(|projection| {
            let mut changed = false;
            for (module, records) in found.modules {
                changed |= projection.set_module(module, records);
            }
            for (key, record) in found.records {
                changed |= projection.set_record(key, record);
            }
            if let Some(outbox) = found.outbox {
                changed |= projection.set_outbox(&outbox);
            }
            if let Some(touched) = found.touched {
                changed |= projection.take_written(&touched);
            }
            changed
        });
        if has_outbox {
            self.show_outbox();
        }
        if has_all {
            set_if_new(self.loaded, true);
        }
    }

    /// Says what time it is by the server's clock, hides what is too old to be shown, and shows it again after a
    /// contact with the server.
    fn check_age(self) {
        let now = self.engine.reading();
        let of_meta =
            |all: &Projection| (all.meta().server_now(&now), is_expired(all.meta(), &now));
        let (server_now, expired) = self.projection.with_untracked(of_meta);
        self.clock.correct(server_now);
        set_if_new(self.expired, expired);
        self.hide_or_show();
    }

    /// What is too old is hidden, all on a revoked phone, and without the offline feature all that is here while there is no network.
    pub fn hide_or_show(self) {
        let (sync, expired) = (self.sync, self.expired.get_untracked());
        let needs_network = sync.holding.get_untracked() == Holding::WhileConnected;
        // Whoever holds a revoked phone need not be its user.
        let revoked = sync.status.with_untracked(|status| status.revoked);
        let hides = expired || revoked || (needs_network && untrack(|| sync.is_cut_off()));
        self.projection
            .maybe_update(|projection| projection.set_expired(hides));
        set_if_new(self.hidden, hides);
        if hides || needs_network {
            prefs::forget_last_screen();
        }
    }

    /// What is to be held may change before anything of it comes.
    fn show_ready(self) {
        let [all, less] = self.reading.with_value(|reading| reading.ready);
        let is_all = self.sync.holding.get_untracked().is_all();
        set_if_new(self.sync.ready, if is_all { all } else { less });
    }

    /// Tells what stands beside the picture what the outbox says.
    fn show_outbox(self) {
        let what = |all: &Projection| (all.status(), all.meta().session.clone());
        let (status, session) = self.projection.with_untracked(what);
        let holding = self
            .projection
            .with_untracked(|all| Holding::of(all.meta()));
        set_if_new(self.sync.holding, holding);
        self.show_ready();
        self.sync.take(status);
        self.session.take(session.as_ref());
        self.check_age();
    }
}

/// Waits for all of `parts`, however they end: one that is left in the middle would still be told of its end. The
/// first failure, if there was one.
async fn all_of(mut parts: Vec<Part<'_>>) -> Result<(), StoreError> {
    let mut first = Ok(());
    poll_fn(move |context| {
        parts.retain_mut(|part| match part.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(ended) => {
                if first.is_ok() {
                    first = ended;
                }
                false
            }
        });
        if parts.is_empty() {
            Poll::Ready(std::mem::replace(&mut first, Ok(())))
        } else {
            Poll::Pending
        }
    })
    .await
}

/// What is to be read next; none while somebody writes, or reads everything, or the first load is let on.
fn next(reading: &mut Reading) -> Option<Wanted> {
    let must_wait = reading.loading > 0 || reading.resting || reading.order.begin_read().is_none();
    if must_wait || reading.wanted == Wanted::default() {
        return None;
    }
    Some(std::mem::take(&mut reading.wanted))
}

/// A write that is under way. However it ends, reads go on.
struct UnderWay(Live);

impl UnderWay {
    fn begin(live: Live) -> Self {
        live.reading
            .update_value(|reading| reading.order.begin_write());
        Self(live)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0
            .reading
            .update_value(|reading| reading.order.end_write());
        self.0.follow();
    }
}

/// A part of what is wanted, on its way: boxed, so that the code that waits for all exists once.
type Part<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + 'a>>;

/// Reads the outbox and every module beside each other: the browser brings the next one while one is read. Of records
/// that cannot all be read none is given; who is signed in and what is unsent is known all the same.
async fn load_wanted(engine: &AppEngine, wanted: &Wanted) -> (Reread, Result<(), StoreError>) {
    let all = RefCell::new(Reread::default());
    let mut parts: Vec<Part<'_>> = vec![Box::pin(async {
        match &wanted.outbox {
            WantedOutbox::Nothing => {}
            WantedOutbox::Entries(seqs) => {
                let view = engine.outbox.load(Read::Entries(seqs.clone())).await?;
                all.borrow_mut().touched = Some(Written::found(seqs, view));
            }
            WantedOutbox::All => {
                let view = engine.outbox.load(Read::All).await?;
                all.borrow_mut().outbox = Some(view);
            }
        }
        Ok(())
    })];
    for module in &wanted.modules {
        let all = &all;
        parts.push(Box::pin(async move {
            let records = engine.cache.load_module(*module).await?;
            all.borrow_mut().modules.push((*module, records));
            Ok(())
        }));
    }
    let mut ended = all_of(parts).await;
    let mut found = all.into_inner();
    for key in &wanted.keys {
        if ended.is_err() {
            break;
        }
        match engine.cache.load_record(*key).await {
            Ok(record) => found.records.push((*key, record)),
            Err(error) => ended = Err(error),
        }
    }
    if ended.is_err() {
        found.modules.clear();
        found.records.clear();
    }
    (found, ended)
}
