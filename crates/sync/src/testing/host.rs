//! A host whose clock, ids, chance and locks the test decides.

use crate::clock::Reading;
use crate::ports::Host;
use afield_domain::Timestamp;
use afield_protocol::worker_message::Notice;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use uuid::Uuid;

/// What all tabs and the worker of one simulated device share.
#[derive(Debug, Default)]
struct Device {
    now: Cell<i64>,
    set_by: Cell<i64>,
    ids: Cell<u128>,
    locks: RefCell<BTreeSet<String>>,
    notices: RefCell<Vec<Notice>>,
    slow: Cell<Option<bool>>,
    cellular: Cell<bool>,
    wanted: Cell<bool>,
}

impl Device {
    fn clocks(&self) -> (i64, i64) {
        let steady = self.now.get();
        (steady + self.set_by.get(), steady)
    }
}

/// A simulated tab or worker. [`ManualHost::sibling`] is another one on the same device.
#[derive(Debug, Clone)]
pub struct ManualHost {
    device: Rc<Device>,
    holder: String,
    base: u128,
    /// The clock on the wall and the steady one when it began.
    began: (i64, i64),
}

impl ManualHost {
    /// The first context of device number `n`; ids of different devices differ.
    #[must_use]
    pub fn new(n: u16) -> Self {
        let device = Rc::new(Device::default());
        device.now.set(1_795_248_000_000);
        Self {
            began: device.clocks(),
            device,
            holder: "page-0".into(),
            base: u128::from(n) << 64,
        }
    }

    /// Another context on the same device.
    #[must_use]
    pub fn sibling(&self, holder: &str) -> Self {
        Self {
            holder: holder.into(),
            began: self.device.clocks(),
            ..self.clone()
        }
    }

    /// Time goes by; or, backwards, all clocks are wrong.
    pub fn advance(&self, ms: i64) {
        self.device.now.set(self.device.now.get() + ms);
    }

    /// Somebody sets the clock on the wall by so much.
    pub fn set_clock(&self, ms: i64) {
        self.device.set_by.set(self.device.set_by.get() + ms);
    }

    /// The browser tells from now on that the network is a mobile one, or another.
    pub fn set_cellular(&self, cellular: bool) {
        self.device.cellular.set(cellular);
    }

    /// The browser tells from now on that the network is slow, or quick.
    pub fn set_slow(&self, slow: bool) {
        self.device.slow.set(Some(slow));
    }

    /// Another pass is wanted, or no longer.
    pub fn set_wanted(&self, wanted: bool) {
        self.device.wanted.set(wanted);
    }

    /// The notices so far, which are forgotten.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Notice> {
        self.device.notices.take()
    }
}

/// A held lock.
#[derive(Debug)]
pub struct ManualLock {
    device: Rc<Device>,
    name: String,
}

impl Drop for ManualLock {
    fn drop(&mut self) {
        self.device.locks.borrow_mut().remove(&self.name);
    }
}

impl Host for ManualHost {
    type Lock = ManualLock;

    fn now(&self) -> Timestamp {
        Timestamp(self.device.clocks().0)
    }

    fn reading(&self) -> Reading {
        let (wall, steady) = self.device.clocks();
        Reading {
            wall: Timestamp(wall),
            began: Timestamp(self.began.0),
            ran_ms: steady - self.began.1,
            context: self.holder.clone(),
        }
    }

    fn new_id(&self) -> Uuid {
        self.device.ids.set(self.device.ids.get() + 1);
        Uuid::from_u128((0xA << 120) | self.base | self.device.ids.get())
    }

    fn chance(&self) -> f64 {
        0.5
    }

    /// Nothing here takes time: what is waited for never comes.
    async fn pause(&self, _: u32) {
        std::future::pending::<()>().await;
    }

    fn holder(&self) -> String {
        self.holder.clone()
    }

    async fn try_lock(&self, name: &str) -> Option<ManualLock> {
        let free = self.device.locks.borrow_mut().insert(name.to_owned());
        free.then(|| ManualLock {
            device: Rc::clone(&self.device),
            name: name.to_owned(),
        })
    }

    fn is_slow(&self) -> Option<bool> {
        self.device.slow.get()
    }

    fn is_cellular(&self) -> bool {
        self.device.cellular.get()
    }

    fn is_wanted(&self) -> bool {
        self.device.wanted.get()
    }

    fn announce(&self, notice: Notice) {
        self.device.notices.borrow_mut().push(notice);
    }
}
