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

/// A held lock; dropping it lets it go.
#[derive(Debug)]
pub struct WebLock {
    release: Function,
}

impl Drop for WebLock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// The lock `name` if nobody holds it right now.
pub(crate) async fn try_web_lock(name: &str) -> Option<WebLock> {
    let locks = global::find(&["navigator", "locks"])?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
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
    // A refused request rejects this promise; the receiver then ends without a value.
    if let Ok(promise) = requested.dyn_into::<Promise>() {
        let quiet = Closure::once_into_js(|_: JsValue| {});
        let _ = global::call(&promise, "catch", &[quiet]);
    }
    let release = receiver.await.ok()??;
    Some(WebLock { release })
}
