//! Whether the start is over: databases open, and known who is signed in.
//!
//! Owns those who wait for it. Must never start anything.

use leptos::prelude::*;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// The start of this page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Start {
    over: StoredValue<bool>,
    waiting: StoredValue<Vec<Waker>>,
}

impl Start {
    /// It is over, well or not.
    pub fn end(self) {
        self.over.set_value(true);
        let waiting = self.waiting.try_update_value(std::mem::take);
        for waker in waiting.unwrap_or_default() {
            waker.wake();
        }
    }

    /// Waits for its end.
    pub async fn wait(self) {
        poll_fn(|context| {
            if self.over.get_value() {
                return Poll::Ready(());
            }
            self.waiting
                .update_value(|waiting| waiting.push(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}
