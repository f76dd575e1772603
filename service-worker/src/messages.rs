//! Messages from pages.
//!
//! Owns the worker's answers. The worker saves changes through the same function as the page.

use crate::replay_job::{open_engine, run, tell_office};
use afield_domain::Op;
use afield_protocol::worker_message::{FromWorker, ToWorker};
use afield_sync::driver::Event;
use afield_sync::{Intent, SyncReport};
use wasm_bindgen::JsValue;

/// Does what a page asks for; gives the answer, or none to what a page of another build says.
///
/// # Errors
/// The answer cannot be written.
pub async fn answer(json: &str) -> Result<Option<String>, JsValue> {
    let Ok(message) = serde_json::from_str::<ToWorker>(json) else {
        return Ok(None);
    };
    let answer = match message {
        ToWorker::Enqueue { ops } => enqueue(ops).await,
        ToWorker::Replay { asked } => {
            let event = if asked { Event::Asked } else { Event::Saved };
            let made = run(event).await;
            // A page that leaves asks for nothing but this.
            if !asked {
                tell_office().await;
            }
            made.map(|made| match made {
                Some((SyncReport::Passed { .. }, _)) => FromWorker::Done,
                _ => FromWorker::NotNow,
            })
        }
        // The script itself does that, without the engine.
        ToWorker::Activate | ToWorker::LetGo | ToWorker::Unknown => return Ok(None),
    };
    let answer = answer.unwrap_or_else(|error| FromWorker::Failed {
        message: error.as_string().unwrap_or_default(),
    });
    let json = serde_json::to_string(&answer);
    json.map(Some)
        .map_err(|error| JsValue::from_str(&error.to_string()))
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
