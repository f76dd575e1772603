//! Web Locks, shared by all tabs and the worker of this origin.
//!
//! Owns [`WebLock`]. A browser without Web Locks gives none; then the lease alone decides.

use crate::global;
use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A held lock; dropping it lets it go.
#[derive(Debug)]
pub struct WebLock {
    release: Function,
    /// Resolves when the lock was let go, fails when another context has taken it away.
    ended: Promise,
}

impl Drop for WebLock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

impl WebLock {
    /// What becomes of it: see [`Ended`].
    pub(crate) fn ended(&self) -> Ended {
        Ended(self.ended.clone())
    }
}

/// The end of a lock.
pub(crate) struct Ended(Promise);

impl Ended {
    /// Waits for the end. True: another context has taken the lock away.
    pub(crate) async fn taken_away(self) -> bool {
        JsFuture::from(self.0).await.is_err()
    }
}

/// How a lock is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// If nobody holds it right now.
    IfFree,
    /// As soon as nobody holds it.
    Wait,
    /// From whoever holds it.
    Steal,
}

/// The lock `name` if nobody holds it right now.
pub(crate) async fn try_web_lock(name: &str) -> Option<WebLock> {
    web_lock(name, Ask::IfFree).await
}

/// Whether there are Web Locks.
pub(crate) fn has_locks() -> bool {
    global::find(&["navigator", "locks"]).is_some()
}

/// The lock `name`.
pub(crate) async fn web_lock(name: &str, ask: Ask) -> Option<WebLock> {
    let locks = global::find(&["navigator", "locks"])?;
    let options = Object::new();
    let option = match ask {
        Ask::IfFree => Some("ifAvailable"),
        Ask::Wait => None,
        Ask::Steal => Some("steal"),
    };
    if let Some(option) = option {
        Reflect::set(&options, &option.into(), &JsValue::TRUE).ok()?;
    }
    let (sender, receiver) = oneshot::channel::<Option<Function>>();
    // The browser holds the lock until the promise that this callback returns is settled.
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() || lock.is_undefined() {
            let _ = sender.send(None);
            return JsValue::UNDEFINED;
        }
        let release = Rc::new(RefCell::new(None));
        let held = Promise::new(&mut {
            let release = Rc::clone(&release);
            move |resolve, _| *release.borrow_mut() = Some(resolve)
        });
        let release = release.borrow_mut().take();
        let _ = sender.send(release);
        held.into()
    });
    let requested = global::call(
        &locks,
        "request",
        &[JsValue::from_str(name), options.into(), callback],
    )?;
    let ended: Promise = requested.dyn_into().ok()?;
    // A refused request rejects this promise; the receiver then ends without a value.
    let quiet = Closure::once_into_js(|_: JsValue| {});
    let _ = global::call(&ended, "catch", &[quiet]);
    let release = receiver.await.ok()??;
    Some(WebLock { release, ended })
}
