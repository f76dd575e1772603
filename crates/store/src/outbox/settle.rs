//! Waiting for requests and transactions.
//!
//! Owns the handlers. idb's own futures leave theirs set when they are dropped, and lose the reason
//! when a request fails inside a transaction; these take them off and read it.

use crate::fault::{from_exception, from_js};
use afield_sync::StoreError;
use futures::channel::oneshot;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{IdbRequest, IdbTransaction};

const UNHEARD: &str = "the connection was lost while it was saving";

type Handler = Closure<dyn FnMut()>;

/// A transaction that is under way. Dropped before `commit`, it is taken back.
pub(crate) struct Running {
    raw: IdbTransaction,
    end: oneshot::Receiver<Result<(), StoreError>>,
    _complete: Handler,
    _abort: Handler,
}

impl Running {
    /// Must be called in the turn in which the transaction began.
    pub(crate) fn watch(raw: IdbTransaction) -> Self {
        let (tell, end) = oneshot::channel();
        let tell = Rc::new(Cell::new(Some(tell)));
        let (complete, abort, aborted) = (Rc::clone(&tell), tell, raw.clone());
        let complete = Closure::once(move || {
            complete.take().map(|tell| tell.send(Ok(())));
        });
        let abort = Closure::once(move || {
            // Set by now; when a request's `error` event comes by, it is not yet.
            let reason = aborted.error();
            let reason = reason.map_or(StoreError::Closed, |error| from_exception(&error));
            abort.take().map(|tell| tell.send(Err(reason)));
        });
        raw.set_oncomplete(Some(complete.as_ref().unchecked_ref()));
        raw.set_onabort(Some(abort.as_ref().unchecked_ref()));
        Self {
            raw,
            end,
            _complete: complete,
            _abort: abort,
        }
    }

    /// Ends the transaction now instead of at the end of the turn, and waits until it is durable.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        // Removed from IndexedDB 2.0 and back in 3.0; web-sys still marks it as deprecated.
        #[allow(deprecated)]
        let committed = self.raw.commit();
        committed.map_err(|error| from_js(&error))?;
        let ended = (&mut self.end).await.unwrap_or(Err(StoreError::Closed));
        ended.map_err(|error| match error {
            // Nobody knows whether it was committed: it must not be done once more.
            StoreError::Closed => StoreError::Failed(UNHEARD.to_owned()),
            other => other,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.raw.set_oncomplete(None);
        self.raw.set_onabort(None);
        // Throws after `commit` or the end, and changes nothing then.
        let _ = self.raw.abort();
    }
}

struct Waiting {
    raw: IdbRequest,
    _success: Handler,
    _error: Handler,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.raw.set_onsuccess(None);
        self.raw.set_onerror(None);
    }
}

/// The result of a request.
pub(crate) async fn settle(raw: IdbRequest) -> Result<JsValue, StoreError> {
    let (tell, settled) = oneshot::channel::<()>();
    let tell = Rc::new(Cell::new(Some(tell)));
    let (success, error) = (Rc::clone(&tell), tell);
    let success = Closure::once(move || drop(success.take()));
    let error = Closure::once(move || drop(error.take()));
    raw.set_onsuccess(Some(success.as_ref().unchecked_ref()));
    raw.set_onerror(Some(error.as_ref().unchecked_ref()));
    let waiting = Waiting {
        raw,
        _success: success,
        _error: error,
    };
    // Resolves when either handler lets go of the other end.
    let _ = settled.await;
    if let Ok(Some(error)) = waiting.raw.error() {
        return Err(from_exception(&error));
    }
    waiting.raw.result().map_err(|error| from_js(&error))
}
