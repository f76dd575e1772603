//! A tab and what wakes it.

use crate::executor::{ContextId, Sim, TaskWaker};
use afield_sync::Trigger;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::task::Poll;

/// A tab's trigger.
#[derive(Clone, Default)]
pub(super) struct Wake {
    wanted: Rc<Cell<Option<Trigger>>>,
    waker: Rc<RefCell<Option<TaskWaker>>>,
}

impl Wake {
    pub(super) fn wake(&self, trigger: Trigger) {
        self.wanted.set(Some(trigger));
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake();
        }
    }

    pub(super) async fn next(&self, sim: &Sim, deadline: i64) -> Trigger {
        let timer = sim.clone();
        *self.waker.borrow_mut() = Some(sim.waker());
        let mut timer = Box::pin(async move { timer.sleep_until(deadline).await });
        std::future::poll_fn(|context| {
            if let Some(trigger) = self.wanted.take() {
                return Poll::Ready(trigger);
            }
            timer.as_mut().poll(context).map(|()| Trigger::Timer)
        })
        .await
    }
}

#[derive(Clone)]
pub(super) struct Tab {
    pub(super) context: ContextId,
    pub(super) wake: Wake,
}
