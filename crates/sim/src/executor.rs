//! Virtual time and the tasks in it.
//!
//! Owns the event queue, the trace and the only loop that polls. A context is a tab, a worker or
//! the network; killing it drops its futures wherever they are.

use crate::chance::Chance;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// A tab, a worker, or what outlives both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextId(pub u32);

/// The network and the server: never killed.
pub const OUTSIDE: ContextId = ContextId(0);

type TaskId = u64;

struct Task {
    context: ContextId,
    future: Pin<Box<dyn Future<Output = ()>>>,
}

/// The simulated machine room. Clones are the same one.
#[derive(Clone)]
pub struct Sim(Rc<Room>);

struct Room {
    now: Cell<i64>,
    chance: RefCell<Chance>,
    queue: RefCell<BinaryHeap<Reverse<(i64, u64, TaskId)>>>,
    arriving: RefCell<Vec<(TaskId, Task)>>,
    running: Cell<TaskId>,
    next: Cell<u64>,
    frozen: RefCell<BTreeMap<ContextId, i64>>,
    dead: RefCell<Vec<ContextId>>,
    trace: RefCell<Trace>,
}

/// What happened, as a hash always and as text on demand.
#[derive(Debug, Default)]
pub struct Trace {
    hash: u64,
    steps: u64,
    lines: Option<Vec<String>>,
}

impl Sim {
    /// A room whose chance comes from `seed`. With `verbose` the trace is kept as text.
    #[must_use]
    pub fn new(seed: u64, start: i64, verbose: bool) -> Self {
        Self(Rc::new(Room {
            now: Cell::new(start),
            chance: RefCell::new(Chance::new(seed)),
            queue: RefCell::default(),
            arriving: RefCell::default(),
            running: Cell::new(0),
            next: Cell::new(1),
            frozen: RefCell::default(),
            dead: RefCell::default(),
            trace: RefCell::new(Trace {
                lines: verbose.then(Vec::new),
                ..Trace::default()
            }),
        }))
    }

    /// True time, in milliseconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.0.now.get()
    }

    /// Draws from the one stream.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut Chance) -> T) -> T {
        draw(&mut self.0.chance.borrow_mut())
    }

    /// A number that was never given out.
    #[must_use]
    pub fn fresh(&self) -> u64 {
        let next = self.0.next.get();
        self.0.next.set(next + 1);
        next
    }

    /// Notes what happens.
    pub fn note(&self, line: impl FnOnce() -> String) {
        let mut trace = self.0.trace.borrow_mut();
        let line = line();
        for byte in line.bytes() {
            // FNV-1a, with the time mixed in below.
            trace.hash = (trace.hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        trace.hash ^= self.now().unsigned_abs().rotate_left(17);
        trace.steps += 1;
        let now = self.now();
        if let Some(lines) = &mut trace.lines {
            lines.push(format!("{now:>14} {line}"));
        }
    }

    /// Hash, steps and text of the trace.
    #[must_use]
    pub fn trace(&self) -> (u64, u64, Vec<String>) {
        let trace = self.0.trace.borrow();
        (
            trace.hash,
            trace.steps,
            trace.lines.clone().unwrap_or_default(),
        )
    }

    /// Starts a task in a context, now.
    pub fn spawn(&self, context: ContextId, future: impl Future<Output = ()> + 'static) {
        let id = self.fresh();
        let future = Box::pin(future);
        self.0
            .arriving
            .borrow_mut()
            .push((id, Task { context, future }));
        self.wake_at(self.now(), id);
    }

    fn wake_at(&self, at: i64, task: TaskId) {
        let order = self.fresh();
        self.0.queue.borrow_mut().push(Reverse((at, order, task)));
    }

    /// A way to wake the running task later.
    #[must_use]
    pub fn waker(&self) -> TaskWaker {
        TaskWaker {
            sim: self.clone(),
            task: self.0.running.get(),
        }
    }

    /// Waits between `from` and `to` milliseconds.
    pub async fn pause(&self, from: i64, to: i64) {
        let ms = self.draw(|chance| chance.between(from, to));
        self.sleep_until(self.now() + ms).await;
    }

    /// Waits until a time.
    pub async fn sleep_until(&self, at: i64) {
        let mut asked = false;
        std::future::poll_fn(|_| {
            if asked && self.now() >= at {
                return Poll::Ready(());
            }
            if !asked {
                asked = true;
                self.wake_at(at.max(self.now()), self.0.running.get());
            }
            Poll::Pending
        })
        .await;
    }

    /// Drops everything that runs in a context, at the next chance.
    pub fn kill(&self, context: ContextId) {
        self.0.dead.borrow_mut().push(context);
    }

    /// Nothing runs in a context until a time, as when a phone freezes a tab.
    pub fn freeze(&self, context: ContextId, until: i64) {
        self.0.frozen.borrow_mut().insert(context, until);
    }

    /// Whether nothing runs in a context now.
    #[must_use]
    pub fn is_frozen(&self, context: ContextId) -> bool {
        let frozen = self.0.frozen.borrow();
        frozen
            .get(&context)
            .is_some_and(|until| *until > self.now())
    }

    /// Polls until `until` or until nothing waits; after each poll `check` may stop it.
    pub fn run_until<E>(
        &self,
        tasks: &mut Tasks,
        until: i64,
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            tasks.admit(self);
            let head = self.0.queue.borrow().peek().map(|Reverse(head)| *head);
            let Some((at, _, id)) = head.filter(|(at, ..)| *at <= until) else {
                self.0.now.set(until.max(self.now()));
                return Ok(());
            };
            self.0.queue.borrow_mut().pop();
            self.0.now.set(at.max(self.now()));
            if tasks.poll(self, id) {
                check()?;
            }
        }
    }
}

/// Wakes one task.
#[derive(Clone)]
pub struct TaskWaker {
    sim: Sim,
    task: TaskId,
}

impl TaskWaker {
    /// Wakes it now.
    pub fn wake(&self) {
        self.sim.wake_at(self.sim.now(), self.task);
    }
}

/// The tasks that live.
#[derive(Default)]
pub struct Tasks(BTreeMap<TaskId, Task>);

impl Tasks {
    fn admit(&mut self, sim: &Sim) {
        // Dropping a future may start another task (a released lock wakes its waiter).
        loop {
            let arriving = std::mem::take(&mut *sim.0.arriving.borrow_mut());
            let dead = std::mem::take(&mut *sim.0.dead.borrow_mut());
            if arriving.is_empty() && dead.is_empty() {
                return;
            }
            self.0.extend(arriving);
            self.0.retain(|_, task| !dead.contains(&task.context));
        }
    }

    fn poll(&mut self, sim: &Sim, id: TaskId) -> bool {
        let Some(task) = self.0.get_mut(&id) else {
            return false;
        };
        let frozen = sim.0.frozen.borrow().get(&task.context).copied();
        if let Some(until) = frozen.filter(|until| *until > sim.now()) {
            sim.wake_at(until, id);
            return false;
        }
        sim.0.running.set(id);
        let mut context = Context::from_waker(Waker::noop());
        if task.future.as_mut().poll(&mut context).is_ready() {
            self.0.remove(&id);
        }
        true
    }
}
