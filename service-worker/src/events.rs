//! The worker's events: registered synchronously, handled elsewhere.

use crate::fetch_plan::{Asked, FetchPlan, SHARE, plan_fetch};
use crate::scope::scope;
use crate::{messages, replay_job, shell_cache};
use afield_platform::shared;
use js_sys::Promise;
use std::future::Future;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{
    ExtendableEvent, ExtendableMessageEvent, FetchEvent, Request, RequestMode, Response, Url,
};

#[wasm_bindgen(start)]
fn start() {
    listen("install", |event: ExtendableEvent| {
        extend(&event, shell_cache::install());
    });
    listen("activate", |event: ExtendableEvent| {
        extend(&event, shell_cache::activate());
    });
    listen("fetch", |event: FetchEvent| answer(&event));
    listen("message", |event: ExtendableMessageEvent| {
        let handled = messages::handle(event.clone());
        extend(&event, handled);
    });
    listen("sync", |event: ExtendableEvent| {
        extend(&event, replay_job::background_sync());
    });
}

fn listen<E: JsCast + 'static>(name: &str, work: impl Fn(E) + 'static) {
    let callback = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        work(event.unchecked_into());
    });
    let _ = scope().add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
    callback.forget();
}

/// Keeps the worker alive until `work` is done; its failure fails the event.
fn extend(event: &ExtendableEvent, work: impl Future<Output = Result<(), JsValue>> + 'static) {
    let done: Promise = future_to_promise(async move { work.await.map(|()| JsValue::UNDEFINED) });
    let _ = event.wait_until(&done);
}

fn answer(event: &FetchEvent) {
    let request = event.request();
    let Ok(url) = Url::new(&request.url()) else {
        return;
    };
    let path = url.pathname();
    let plan = plan_fetch(Asked {
        method: &request.method(),
        same_origin: url.origin() == scope().location().origin(),
        path: &path,
        navigation: request.mode() == RequestMode::Navigate,
    });
    let response = match plan {
        FetchPlan::Leave => return,
        FetchPlan::Share => future_to_promise(take_shared(request)),
        FetchPlan::Shell => future_to_promise(shell_cache::shell(request)),
        FetchPlan::CacheFirst => future_to_promise(shell_cache::cache_first(request)),
    };
    let _ = event.respond_with(&response);
}

/// Keeps what another app has sent and goes on to the page that asks for the job.
async fn take_shared(request: Request) -> Result<JsValue, JsValue> {
    let user = replay_job::signed_in().await;
    let user = user.unwrap_or_else(|_| Some(shared::UNKNOWN.to_owned()));
    let kept = shared::keep(&request, user.as_deref()).await.unwrap_or(0);
    let page = if kept == 0 {
        format!("{SHARE}?lost")
    } else {
        SHARE.to_owned()
    };
    // 303: the page is fetched, not posted.
    Response::redirect_with_status(&page, 303).map(Into::into)
}
