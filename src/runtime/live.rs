//! The picture in memory, kept in step with the databases.
//!
//! Owns the way from a notice to the signals: look again at what was touched, patch the projection,
//! draw. Must never write, and never hold anything that the databases do not.

use super::clock::use_clock;
use super::engine::{AppEngine, EngineHandle};
use super::session::Session;
use super::sync_status::{SyncState, set_if_new};
use crate::error::Trouble;
use afield_domain::{Module, RecordKey, Versioned};
use afield_protocol::worker_message::Notice;
use afield_sync::{
    CacheStore, OutboxEntry, OutboxMeta, OutboxStore, OutboxView, Projection, Read, StoreError,
    is_expired, sync_status,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

// Beyond this many touched records, whole modules are read: one read instead of many.
const SINGLE_READS: usize = 32;

/// The picture in memory.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// Base records and unsent changes, folded.
    pub projection: RwSignal<Projection>,
    /// The signed-in user's unsent changes, refused ones included, in order.
    pub entries: RwSignal<Vec<OutboxEntry>>,
    /// Whether the records were read once.
    pub loaded: RwSignal<bool>,
    /// Whether the records are too old to be shown.
    pub expired: RwSignal<bool>,
    /// Why the databases cannot be read, if they cannot.
    pub trouble: RwSignal<Option<Trouble>>,
    engine: EngineHandle,
    session: Session,
    sync: SyncState,
    meta: StoredValue<OutboxMeta>,
    wanted: StoredValue<Wanted>,
    busy: StoredValue<bool>,
}

/// What to look at again.
#[derive(Debug, Clone, Default, PartialEq)]
struct Wanted {
    outbox: bool,
    modules: Vec<Module>,
    keys: Vec<RecordKey>,
}

impl Wanted {
    fn everything() -> Self {
        Self {
            outbox: true,
            modules: Module::ALL.to_vec(),
            keys: Vec::new(),
        }
    }

    fn add(&mut self, other: Self) {
        self.outbox |= other.outbox;
        let many = self.keys.len() + other.keys.len() > SINGLE_READS;
        let keys = std::mem::take(&mut self.keys);
        let modules = std::mem::take(&mut self.modules);
        for module in modules.into_iter().chain(other.modules) {
            self.add_module(module);
        }
        for key in keys.into_iter().chain(other.keys) {
            if many {
                self.add_module(key.module);
            } else if !self.modules.contains(&key.module) && !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
    }

    fn add_module(&mut self, module: Module) {
        if !self.modules.contains(&module) {
            self.modules.push(module);
        }
    }
}

/// What was found.
#[derive(Default)]
struct Found {
    outbox: Option<OutboxView>,
    modules: Vec<(Module, Vec<Versioned>)>,
    records: Vec<(RecordKey, Option<Versioned>)>,
}

/// Makes the picture and puts it in the context. Once, in `app`.
pub fn provide_live(engine: EngineHandle, session: Session, sync: SyncState) -> Live {
    let live = Live {
        projection: RwSignal::default(),
        entries: RwSignal::default(),
        loaded: RwSignal::new(false),
        expired: RwSignal::new(false),
        trouble: RwSignal::new(None),
        engine,
        session,
        sync,
        meta: StoredValue::default(),
        wanted: StoredValue::default(),
        busy: StoredValue::new(false),
    };
    provide_context(live);
    let clock = use_clock();
    Effect::new(move |_| {
        clock.now();
        live.check_age();
    });
    live
}

/// The picture.
pub fn use_live() -> Option<Live> {
    use_context()
}

impl Live {
    /// Takes a notice of any tab or the worker.
    pub fn hear(self, notice: Notice) {
        match notice {
            Notice::Outbox => self.look(Wanted {
                outbox: true,
                ..Wanted::default()
            }),
            Notice::Records { keys } if keys.is_empty() => self.look(Wanted::everything()),
            Notice::Records { keys } => self.look(Wanted {
                keys,
                ..Wanted::default()
            }),
            Notice::SyncStarted => self.sync.pass_began(),
            Notice::SyncEnded => self.sync.pass_ended(),
            Notice::Unknown => {}
        }
    }

    /// Looks at everything again: at the start, and after being frozen.
    pub fn look_again(self) {
        self.look(Wanted::everything());
    }

    /// Reads everything, for the start.
    pub async fn load(self) {
        self.read(Wanted::everything()).await;
    }

    fn look(self, wanted: Wanted) {
        self.wanted.update_value(|all| all.add(wanted));
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            loop {
                let wanted = self
                    .wanted
                    .try_update_value(std::mem::take)
                    .unwrap_or_default();
                if wanted == Wanted::default() {
                    break;
                }
                self.read(wanted).await;
            }
            self.busy.set_value(false);
        });
    }

    async fn read(self, wanted: Wanted) {
        let Some(engine) = self.engine.get() else {
            return;
        };
        match load_found(&engine, &wanted).await {
            Ok(found) => {
                set_if_new(self.trouble, None);
                self.take(found);
            }
            Err(error) => set_if_new(self.trouble, Some(Trouble::from(error))),
        }
        if let Ok(state) = engine.cache.load_state().await {
            set_if_new(self.sync.ready, state.is_ready());
            set_if_new(self.sync.priming, state.priming);
        }
    }

    fn take(self, found: Found) {
        let has_all = found.modules.len() == Module::ALL.len();
        let mut own = None;
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
                own = Some(outbox);
            }
            changed
        });
        if let Some(outbox) = own {
            self.take_outbox(outbox);
        }
        if has_all {
            set_if_new(self.loaded, true);
        }
    }

    /// Hides what is too old to be shown, and shows it again after a contact with the server.
    fn check_age(self) {
        let expired = self
            .meta
            .with_value(|meta| is_expired(meta, self.engine.now()));
        if self.expired.get_untracked() != expired {
            self.projection
                .maybe_update(|projection| projection.set_expired(expired));
            self.expired.set(expired);
        }
    }

    fn take_outbox(self, outbox: OutboxView) {
        set_if_new(self.sync.status, sync_status(&outbox));
        let session = outbox.meta.session.as_ref();
        let user = session.map(afield_sync::SignedIn::user);
        self.session.take(session);
        let own = outbox
            .entries
            .into_iter()
            .filter(|entry| Some(entry.mutation.user) == user)
            .collect();
        set_if_new(self.entries, own);
        self.meta.set_value(outbox.meta);
        self.check_age();
    }
}

async fn load_found(engine: &AppEngine, wanted: &Wanted) -> Result<Found, StoreError> {
    let mut found = Found::default();
    if wanted.outbox {
        found.outbox = Some(engine.outbox.load(Read::All).await?);
    }
    for module in &wanted.modules {
        let records = engine.cache.load_module(*module).await?;
        found.modules.push((*module, records));
    }
    for key in &wanted.keys {
        let record = engine.cache.load_record(*key).await?;
        found.records.push((*key, record));
    }
    Ok(found)
}
