//! Messages from pages.
//!
//! Owns the worker's answers. The worker saves changes through the same function as the page.

use crate::replay_job::{open_engine, run};
use crate::scope::scope;
use afield_domain::Op;
use afield_protocol::worker_message::{FromWorker, ToWorker};
use afield_sync::Intent;
use afield_sync::driver::Event;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ExtendableMessageEvent, MessagePort};

/// Does what a page asks for and answers through the port that came with the message.
pub(crate) async fn handle(event: ExtendableMessageEvent) -> Result<(), JsValue> {
    let json = event.data().as_string().unwrap_or_default();
    let Ok(message) = serde_json::from_str::<ToWorker>(&json) else {
        return Ok(());
    };
    let answer = match message {
        ToWorker::Enqueue { ops } => enqueue(ops).await,
        ToWorker::Replay { asked } => {
            let event = if asked { Event::Asked } else { Event::Saved };
            run(event).await.map(|_| FromWorker::Done)
        }
        ToWorker::Activate => {
            JsFuture::from(scope().skip_waiting()?).await?;
            Ok(FromWorker::Done)
        }
        ToWorker::Unknown => return Ok(()),
    };
    let answer = answer.unwrap_or_else(|error| FromWorker::Failed {
        message: error.as_string().unwrap_or_default(),
    });
    respond(&event, &answer);
    Ok(())
}

async fn enqueue(ops: Vec<Op>) -> Result<FromWorker, JsValue> {
    let engine = open_engine().await?;
    let intents: Vec<Intent> = ops
        .into_iter()
        .map(|op| Intent { op, base_rev: None })
        .collect();
    let written = engine
        .run_enqueue(&intents)
        .await
        .map_err(|error| JsValue::from_str(&error.to_string()))?;
    Ok(FromWorker::Enqueued {
        count: written.put.len(),
    })
}

fn respond(event: &ExtendableMessageEvent, answer: &FromWorker) {
    let ports: Array = event.ports().unchecked_into();
    if let (Ok(port), Ok(json)) = (
        ports.get(0).dyn_into::<MessagePort>(),
        serde_json::to_string(answer),
    ) {
        let _ = port.post_message(&JsValue::from_str(&json));
    }
}
