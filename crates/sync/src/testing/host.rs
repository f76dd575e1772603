//! A host whose clock, ids, chance and locks the test decides.

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
    ids: Cell<u128>,
    locks: RefCell<BTreeSet<String>>,
    notices: RefCell<Vec<Notice>>,
}

/// A simulated tab or worker. [`ManualHost::sibling`] is another one on the same device.
#[derive(Debug, Clone)]
pub struct ManualHost {
    device: Rc<Device>,
    holder: String,
    base: u128,
}

impl ManualHost {
    /// The first context of device number `n`; ids of different devices differ.
    #[must_use]
    pub fn new(n: u16) -> Self {
        let device = Rc::new(Device::default());
        device.now.set(1_795_248_000_000);
        Self {
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
            ..self.clone()
        }
    }

    /// Moves the clock, also back.
    pub fn advance(&self, ms: i64) {
        self.device.now.set(self.device.now.get() + ms);
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
        Timestamp(self.device.now.get())
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

    fn announce(&self, notice: Notice) {
        self.device.notices.borrow_mut().push(notice);
    }
}
