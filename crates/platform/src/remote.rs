//! The engine's remote over fetch.

use crate::http::{fetch, fetch_file, is_removed, send_bytes};
use afield_domain::{AttachmentId, UserId};
use afield_protocol::extent::write_keys;
use afield_protocol::{Cursor, Envelope, Extent, PushRequest, PushResponse, paths};
use afield_sync::Remote;
use afield_sync::TransportError;
use afield_sync::ports::{Knows, Page};
use gloo_net::http::Method;
use std::cell::RefCell;

thread_local! {
    /// Files that the server has removed for good: nothing is asked for twice that never comes. They are few, and a map of
    /// another type is kilobytes that every visitor downloads.
    static REMOVED: RefCell<Vec<AttachmentId>> = const { RefCell::new(Vec::new()) };
}

/// The server this app came from.
#[derive(Debug, Clone, Copy, Default)]
pub struct FetchRemote {
    /// Whose changes and bytes are sent, out of a rescue file that the office brings in; none: one's own.
    author: Option<UserId>,
}

impl FetchRemote {
    /// Sends for `author`, if there is one.
    #[must_use]
    pub fn bringing(author: Option<UserId>) -> Self {
        Self { author }
    }

    fn address(self, path: &str) -> String {
        match self.author {
            Some(author) => format!("{path}?author={author}"),
            None => path.to_owned(),
        }
    }
}

impl Remote for FetchRemote {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        let body = serde_json::to_string(request).map_err(|_| TransportError::NoAnswer)?;
        let received = fetch(Method::POST, &self.address(paths::PUSH), Some(body)).await?;
        Ok(received.envelope)
    }

    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        bytes: u64,
        extent: Option<&Extent>,
        knows: Knows,
    ) -> Result<Page, TransportError> {
        let mut path = format!(
            "{}?user={user}&bytes={bytes}&settings={}",
            paths::PULL,
            knows.settings
        );
        if knows.reviews {
            path.push_str("&review=1");
        }
        if let Some(cursor) = cursor {
            path.push_str("&cursor=");
            path.push_str(&String::from(js_sys::encode_uri_component(&cursor.0)));
        }
        if let Some(extent) = extent {
            path.push_str("&kept=");
            path.push_str(&write_keys(&extent.kept));
            if !extent.asked.is_empty() {
                path.push_str("&asked=");
                path.push_str(&write_keys(&extent.asked));
            }
        }
        let received = fetch(Method::GET, &path, None).await?;
        Ok(Page {
            envelope: received.envelope,
            bytes: received.bytes,
        })
    }

    async fn send_bytes(
        &self,
        id: AttachmentId,
        piece: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        send_bytes(&self.address(&format!("{}/{id}", paths::FILES)), piece).await
    }

    async fn fetch_bytes(&self, id: AttachmentId, sha256: &str) -> Result<Vec<u8>, TransportError> {
        if REMOVED.with_borrow(|removed| removed.contains(&id)) {
            return Ok(Vec::new());
        }
        let found = match fetch_file(&format!("{}/{id}", paths::FILES)).await {
            Err(error) if is_removed(&error) => {
                REMOVED.with_borrow_mut(|removed| removed.push(id));
                None
            }
            found => found?,
        };
        let found = found.filter(|file| file.sha256 == sha256);
        Ok(found.map(|file| file.bytes).unwrap_or_default())
    }
}
