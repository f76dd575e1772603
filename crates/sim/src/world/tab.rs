//! A tab: what wakes it, and its driver.
//!
//! Owns the timers that the engine's policy asks for. Must never decide when a pass is made.

use super::SimEngine;
use crate::device::Seat;
use crate::executor::{ContextId, Sim, TaskWaker};
use crate::remote::SimRemote;
use crate::twin::Twin;
use afield_domain::{Attachment, Record};
use afield_sync::driver::{
    Action, Alarm, DriverState, Event, TICK_MS, classify_end, classify_files, plan_wake,
};
use afield_sync::{Engine, FetchEnd, FilesEnd, Host, OutboxStore, Read, Trigger};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;
use std::task::Poll;

/// What a tab is told, in order.
#[derive(Clone, Default)]
pub(super) struct Wake {
    events: Rc<RefCell<VecDeque<Event>>>,
    waker: Rc<RefCell<Option<TaskWaker>>>,
}

impl Wake {
    pub(super) fn tell(&self, event: Event) {
        self.events.borrow_mut().push_back(event);
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake();
        }
    }

    /// The next event; none at `deadline`.
    async fn next(&self, sim: &Sim, deadline: i64) -> Option<Event> {
        let timer = sim.clone();
        *self.waker.borrow_mut() = Some(sim.waker());
        let mut timer = Box::pin(async move { timer.sleep_until(deadline).await });
        std::future::poll_fn(|context| {
            if let Some(event) = self.events.borrow_mut().pop_front() {
                return Poll::Ready(Some(event));
            }
            timer.as_mut().poll(context).map(|()| None)
        })
        .await
    }
}

#[derive(Clone)]
pub(super) struct Tab {
    pub(super) context: ContextId,
    pub(super) wake: Wake,
}

/// Executes the policy in a tab, as the page does.
pub(super) struct Driver {
    pub(super) engine: SimEngine,
    pub(super) wake: Wake,
    pub(super) sim: Sim,
    pub(super) worker: Rc<Cell<Option<ContextId>>>,
    pub(super) twin: Rc<RefCell<Twin>>,
}

impl Driver {
    pub(super) async fn run(self) {
        let mut state = DriverState::default();
        let mut tick = self.sim.now() + i64::from(TICK_MS);
        let mut alarms: Vec<(i64, Alarm)> = Vec::new();
        loop {
            let first = alarms.iter().map(|(at, _)| *at).min();
            let deadline = first.map_or(tick, |at| at.min(tick));
            let event = match self.wake.next(&self.sim, deadline).await {
                Some(event) => event,
                None => match take_due(&mut alarms, self.sim.now()) {
                    Some(alarm) => Event::Rang(alarm),
                    None => {
                        tick = self.sim.now() + i64::from(TICK_MS);
                        Event::Ticked
                    }
                },
            };
            let now = self.engine.host.device.clock();
            let (next, actions) = plan_wake(state, event, now);
            state = next;
            self.engine.host.wanted.set(state.is_wanted());
            for action in actions {
                match action {
                    Action::Pass(trigger) => self.pass(trigger),
                    Action::Arm(alarm, ms) => alarms.push((self.sim.now() + i64::from(ms), alarm)),
                    // When the browser grants it is drawn by the schedule.
                    Action::AskForSyncEvent => {}
                    Action::HandOver => self.hand_over(),
                }
            }
        }
    }

    fn pass(&self, trigger: Trigger) {
        if trigger.is_person() {
            // For a person not even what the server asked for is waited for.
            self.engine.host.device.forget_quiet();
        }
        let (engine, wake, twin) = (
            self.engine.clone(),
            self.wake.clone(),
            Rc::clone(&self.twin),
        );
        self.sim.spawn(engine.host.context, async move {
            let (report, files) = engine.run_sync_and_files(trigger, |_| {}).await;
            if report
                .as_ref()
                .is_ok_and(|report| report.is_done() || report.is_revoked())
            {
                twin.borrow_mut().tell(&engine.host.device);
            }
            let view = engine.outbox.load(Read::Meta).await;
            let not_before = view.ok().and_then(|view| view.meta.backoff.not_before);
            let end = classify_end(&report, not_before);
            wake.tell(Event::Ended(classify_files(
                end,
                files.unwrap_or(FilesEnd::NotMine),
            )));
            if report.is_ok() && ask_who(&engine).await {
                wake.tell(Event::Asked);
            }
            if report.is_ok_and(|report| report.is_followed_by_files()) {
                fetch(&engine).await;
            }
        });
    }

    fn hand_over(&self) {
        let context = ContextId(u32::try_from(self.sim.fresh()).unwrap_or(u32::MAX));
        self.worker.set(Some(context));
        let host = Seat {
            context,
            wanted: Rc::default(),
            ..self.engine.host.clone()
        };
        let engine = Engine {
            outbox: host.clone(),
            cache: host.clone(),
            remote: SimRemote {
                context,
                ..self.engine.remote.clone()
            },
            host,
        };
        self.sim.spawn(context, run_worker(engine, Event::Saved));
    }
}

/// What the page does after a contact: asks what its user may. Whether that was news.
async fn ask_who(engine: &SimEngine) -> bool {
    let device = &engine.host.device;
    let Some(user) = device.cookie.get().filter(|_| !device.revoked.get()) else {
        return false;
    };
    let told = engine.remote.server.borrow().session(user);
    let known = device.outbox.peek(|rows| rows.meta.session.clone());
    let is_news =
        known.is_some_and(|known| known.user() == told.user.id && known.info.rights != told.rights);
    is_news && engine.run_signed_in(&told).await.is_ok()
}

/// So often it is asked again whether what goes first has ended, and after so many milliseconds.
const FETCH_TRIES: u32 = 3;
const FETCH_WAIT_MS: u32 = 2_000;

/// What the page does after a pass: what the office has of the jobs that are here is fetched, as much as fits.
async fn fetch(engine: &SimEngine) {
    let device = &engine.host.device;
    let known = known_files(engine);
    if known.is_empty() && device.outbox.peek(|rows| rows.chunks.is_empty()) {
        return;
    }
    for _ in 0..FETCH_TRIES {
        match engine.run_fetch(&known, device.room_left()).await {
            Ok(FetchEnd::Busy) => engine.host.pause(FETCH_WAIT_MS).await,
            _ => return,
        }
    }
}

/// The files that this phone shows. What the office has received only the model of it tells here, not the record.
fn known_files(engine: &SimEngine) -> Vec<Attachment> {
    let received = &engine.remote.server.borrow().model.files.received;
    engine.host.device.cache.peek(|rows| {
        let files = rows.records.values().filter_map(|copy| match &copy.record {
            Record::Attachment(file) => {
                let received_at = received.contains_key(&file.id).then_some(file.made_at);
                Some(Attachment {
                    received_at,
                    ..file.clone()
                })
            }
            _ => None,
        });
        files.collect()
    })
}

fn take_due(alarms: &mut Vec<(i64, Alarm)>, now: i64) -> Option<Alarm> {
    let place = alarms.iter().position(|(at, _)| *at <= now)?;
    Some(alarms.remove(place).1)
}

/// Executes the policy in a worker: it knows of no event before this one.
pub(super) async fn run_worker(engine: SimEngine, event: Event) {
    let now = engine.host.device.clock();
    let (_, actions) = plan_wake(DriverState::default(), event, now);
    for action in actions {
        if let Action::Pass(trigger) = action {
            let _ = engine.run_sync_and_files(trigger, |_| {}).await;
        }
    }
}
