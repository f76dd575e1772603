//! What wakes this page's engine: its start, saving, the network, being seen, timers, and people.
//!
//! Owns the listeners and timers; one pass at a time. What is done about each is planned by
//! `afield_sync::driver`. Must never decide when a pass is made, or what is sent.

use super::engine::EngineHandle;
use super::session::Session;
use super::sync_status::{SyncState, set_if_new};
use super::told_again;
use super::wake_stream::WakeStream;
use crate::chunk::{Work, chunk};
use afield_domain::{Timestamp, UserId};
use afield_platform::{api, connectivity, install, storage, timer, worker};
use afield_protocol::worker_message::{Notice, ToWorker};
use afield_protocol::{DeviceReport, LostWork, Network};
use afield_sync::device_report::{PhoneFacts, run_count};
use afield_sync::driver::{
    Action, DriverState, Event, PassEnd, TICK_MS, classify_end, classify_files, plan_wake,
};
use afield_sync::{FilesEnd, OutboxStore, Read, StoreError, SyncError, SyncReport, Trigger};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Whether this page is telling the server of this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    Idle,
    Once,
    /// Something may be otherwise since it began.
    Again,
}

/// Wakes the engine.
#[derive(Debug, Clone, Copy)]
pub struct SyncDriver {
    engine: EngineHandle,
    session: Session,
    sync: SyncState,
    state: StoredValue<DriverState>,
    /// What this page has told the server of this phone.
    told: StoredValue<Option<DeviceReport>>,
    /// Whether it is telling: two reports at once could arrive in either order.
    telling: StoredValue<Telling>,
    wake: WakeStream,
    /// Whether this page has asked the browser for rounds while the app is closed.
    goes_round: StoredValue<bool>,
    /// Whether this page has seen to it that this device is told, since somebody signed in.
    is_told_again: StoredValue<bool>,
}

/// Makes the driver and puts it in the context. Once, in `app`.
pub fn provide_sync_driver(engine: EngineHandle, session: Session, sync: SyncState) -> SyncDriver {
    let driver = SyncDriver {
        engine,
        session,
        sync,
        state: StoredValue::new(DriverState::default()),
        told: StoredValue::new(None),
        telling: StoredValue::new(Telling::Idle),
        wake: WakeStream::new(sync),
        goes_round: StoredValue::new(false),
        is_told_again: StoredValue::new(false),
    };
    provide_context(driver);
    driver
}

chunk!(engine: fn run_pass(driver: SyncDriver, trigger: Trigger) -> Work<PassEnd> {
    Box::pin(driver.run_once(trigger))
});

chunk!(engine: fn note_lost_read(driver: SyncDriver) -> Work<()> {
    Box::pin(async move {
        if let Some(told) = driver.told.get_value() {
            let heard = true;
            let _ = api::report(&DeviceReport { heard, ..told }).await;
        }
    })
});

/// The driver of this page's context; none before it is provided.
pub fn use_sync_driver() -> Option<SyncDriver> {
    use_context()
}

impl SyncDriver {
    /// Listens to the network, to being seen and to the clock. Once, in `app`.
    pub fn listen(self) {
        connectivity::on_change(move |online| {
            self.sync.hear_network(online, self.engine.now());
            if online {
                self.wake.forgive();
                self.tell(Event::Online);
            }
        });
        connectivity::on_speed(move || {
            self.sync.hear_speed();
            self.tell(Event::Online);
        });
        // A page that is left may never come back: its work goes now, by the worker if need be.
        connectivity::on_hidden(move || {
            self.wake.close();
            self.tell(Event::Hidden);
        });
        connectivity::on_visible(move || self.tell(Event::Visible));
        timer::every_ms(TICK_MS, move || self.tell(Event::Ticked));
    }

    /// What another tab or the worker tells: its pass has ended, or it has saved something.
    pub fn hear(self, notice: &Notice) {
        match notice {
            Notice::SyncEnded => self.tell(Event::OthersEnded),
            // Without a list no entry need have changed.
            Notice::Outbox { seqs: Some(seqs) } if !seqs.is_empty() => {
                self.tell(Event::OthersSaved);
            }
            _ => {}
        }
    }

    /// Nobody is signed in any more, or somebody else: what the server says to the last session is over.
    pub fn forget_session(self) {
        self.wake.close();
        self.goes_round.set_value(false);
        worker::forget_periodic_sync();
    }

    /// Does what is to be done about `event`.
    pub fn tell(self, event: Event) {
        if event == Event::SignedIn {
            // The session before took its device with it; what was told was of that session.
            self.told.set_value(None);
            self.is_told_again.set_value(false);
        }
        let now = self.engine.now();
        let actions = self.state.try_update_value(|state| {
            let (next, actions) = plan_wake(*state, event, now);
            *state = next;
            self.engine.set_wanted(next.is_wanted());
            actions
        });
        for action in actions.unwrap_or_default() {
            self.act(action);
        }
    }

    fn act(self, action: Action) {
        match action {
            Action::Pass(trigger) => spawn_local(async move {
                let end = match run_pass(self, trigger).await {
                    Ok(pass) => pass.await,
                    Err(_) => PassEnd::Over,
                };
                self.tell(Event::Ended(end));
            }),
            Action::Arm(alarm, ms) => spawn_local(async move {
                timer::sleep_ms(ms).await;
                self.tell(Event::Rang(alarm));
            }),
            Action::AskForSyncEvent => worker::register_background_sync(),
            Action::HandOver => worker::post_last(&ToWorker::Replay { asked: false }),
        }
    }

    async fn run_once(self, trigger: Trigger) -> PassEnd {
        let Some(engine) = self.engine.get() else {
            return PassEnd::Over;
        };
        let passed = |report: &_| self.note_passed(report);
        let (report, files) = engine.run_sync_and_files(trigger, passed).await;
        // What the pass has told of them is over, or what it is telling.
        let had_files = self
            .told
            .with_value(|told| told.as_ref().is_some_and(|told| told.files > 0));
        let is_telling = self.telling.get_value() != Telling::Idle;
        if (had_files || is_telling) && matches!(files, Ok(FilesEnd::Done)) {
            self.tell_office().await;
        }
        let end = classify_end(&report, self.load_not_before().await);
        classify_files(end, files.unwrap_or(FilesEnd::NotMine))
    }

    /// Shows what became of a pass.
    fn note_passed(self, report: &Result<SyncReport, SyncError>) {
        set_if_new(self.sync.update_needed, api::is_update_needed());
        set_if_new(self.sync.walled, api::is_walled());
        // A browser that is busy loses the word that the network has gone.
        let is_online = connectivity::is_online();
        if self.sync.online.get_untracked() != is_online {
            self.sync.hear_network(is_online, self.engine.now());
        }
        let is_full = matches!(report, Err(SyncError::Store(StoreError::Quota)));
        set_if_new(self.sync.full, is_full);
        if let Err(error) = report {
            leptos::logging::warn!("a sync pass ended early: {error}");
        }
        if report.as_ref().is_ok_and(SyncReport::is_done) {
            self.listen_to_server();
            spawn_local(self.tell_office());
        }
        // What a revoked phone still owes the office sees too.
        if report.as_ref().is_ok_and(SyncReport::is_revoked) {
            spawn_local(self.tell_office());
        }
        // What the server says to a session that is over is nobody's news.
        if report.as_ref().is_ok_and(SyncReport::is_signed_out) {
            self.wake.close();
        }
        self.sync.hear_speed();
    }

    /// A technician's page hears from now on when there is something to pull, and the browser makes a round now and then
    /// while the app is closed, if it does that. The office's pages have a stream of their own.
    fn listen_to_server(self) {
        let Some(account) = self.session.account_now() else {
            return;
        };
        let user = &account.signed_in.info.user;
        if !std::mem::replace(&mut *self.is_told_again.write_value(), true) {
            let user = user.id;
            spawn_local(async move {
                let is_seen = told_again::see_to_it(user).await;
                self.is_told_again.set_value(is_seen);
            });
        }
        if user.role.is_office() {
            return;
        }
        self.wake
            .open(move |event| self.tell(event), move || self.engine.now());
        if !self.goes_round.get_value() {
            self.goes_round.set_value(true);
            worker::register_periodic_sync();
        }
    }

    /// Tells the server what stands on this phone alone, unless this page has told that already. Should it
    /// fail, the next pass makes up for it.
    async fn tell_office(self) {
        let begins = |telling: &mut Telling| {
            let was = std::mem::replace(telling, Telling::Again);
            was == Telling::Idle
        };
        if self.telling.try_update_value(begins) != Some(true) {
            return;
        }
        // What a pass has changed meanwhile is told at once.
        while self.telling.get_value() == Telling::Again {
            self.telling.set_value(Telling::Once);
            let _ = self.tell_now().await;
        }
        self.telling.set_value(Telling::Idle);
    }

    async fn tell_now(self) -> Option<()> {
        let outbox = self.engine.get()?.outbox;
        let facts = phone_facts(self.sync.ready.get_untracked()).await;
        let told = self.told.get_value();
        let report = run_count(&outbox, &facts, told.as_ref()).await.ok()??;
        let answer = api::report(&report).await.ok()?;
        // Somebody else has told of a later moment: whether that is what is here now shows the next pass.
        if answer.late {
            return None;
        }
        if let Some(lost) = answer.lost {
            set_if_new(self.sync.lost, Some((report.user, lost)));
        }
        self.told.set_value(Some(report));
        Some(())
    }

    /// This phone knows `user` no more, who did not sign out: its databases were cleared. What the server knows of it
    /// comes with the first report.
    pub fn note_cleared(self, user: UserId) {
        let lost = LostWork {
            unsent: 0,
            files: 0,
            oldest: None,
            told_at: self.engine.now(),
        };
        set_if_new(self.sync.lost, Some((user, lost)));
    }

    /// The user has read what is lost; the server need not say it any more. Should it not hear that, it says so
    /// again when the app is next opened.
    pub fn lost_read(self) {
        self.sync.lost.set(None);
        spawn_local(async move {
            if let Ok(noting) = note_lost_read(self).await {
                noting.await;
            }
        });
    }

    async fn load_not_before(self) -> Option<Timestamp> {
        let view = self.engine.get()?.outbox.load(Read::Meta).await;
        view.ok()?.meta.backoff.not_before
    }
}

/// What the browser tells of this device.
async fn phone_facts(ready: bool) -> PhoneFacts {
    let network = match (connectivity::is_slow(), connectivity::is_cellular()) {
        (Some(true), _) => Network::Slow,
        (_, Some(true)) => Network::Cellular,
        (_, Some(false)) => Network::Wifi,
        _ => Network::Unknown,
    };
    PhoneFacts {
        app: env!("CARGO_PKG_VERSION").to_owned(),
        ready,
        network,
        installed: install::place() == install::Place::Installed,
        persisted: storage::is_persisted().await,
        used: storage::estimate().await.map(|usage| usage.used),
    }
}
