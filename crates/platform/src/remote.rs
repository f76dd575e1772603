//! The engine's remote over fetch.

use crate::http::fetch;
use afield_domain::UserId;
use afield_domain::wire::FromTree;
use afield_protocol::{
    Cursor, DeviceAnswer, DeviceReport, Envelope, PushRequest, PushResponse, paths,
};
use afield_sync::ports::Page;
use afield_sync::{Remote, ReportRemote, TransportError};
use gloo_net::http::Method;
use serde::Serialize;

async fn post<T: for<'de> FromTree<'de>>(
    path: &str,
    request: &impl Serialize,
) -> Result<Envelope<T>, TransportError> {
    let body = serde_json::to_string(request).map_err(|_| TransportError::NoAnswer)?;
    Ok(fetch(Method::POST, path, Some(body)).await?.envelope)
}

/// The server this app came from.
#[derive(Debug, Clone, Copy, Default)]
pub struct FetchRemote;

impl Remote for FetchRemote {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        post(paths::PUSH, request).await
    }

    async fn pull(&self, user: UserId, cursor: Option<&Cursor>) -> Result<Page, TransportError> {
        let mut path = format!("{}?user={user}", paths::PULL);
        if let Some(cursor) = cursor {
            path.push_str("&cursor=");
            path.push_str(&String::from(js_sys::encode_uri_component(&cursor.0)));
        }
        let received = fetch(Method::GET, &path, None).await?;
        Ok(Page {
            envelope: received.envelope,
            bytes: received.bytes,
        })
    }
}

impl ReportRemote for FetchRemote {
    async fn report(
        &self,
        report: &DeviceReport,
    ) -> Result<Envelope<DeviceAnswer>, TransportError> {
        post(paths::DEVICE, report).await
    }
}
