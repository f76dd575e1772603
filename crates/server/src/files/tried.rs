//! Whether files can be kept where they shall be.
//!
//! Owns the trial at the start, which writes, reads and deletes a few bytes, and the look that is taken when somebody asks
//! whether the server is ready. Must never touch a file of anybody.

use super::Files;
use crate::auth::token::random_hex;
use futures::StreamExt as _;
use object_store::client::HttpError;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt as _, PutMode, Result};
use std::error::Error as _;
use std::time::Duration;
use tokio::time::timeout;

/// How long a trial may take.
const TRIAL: Duration = Duration::from_secs(30);
/// How long a look may take: whoever asks whether a server is ready waits a second, as a rule, and text waits for no photo.
const LOOK: Duration = Duration::from_millis(700);
/// Where the trial writes. What stays there is forgotten with the pieces of old uploads.
const TRIALS: &str = "incoming/trial";
const TEXT: &[u8] = b"Afield looks whether files can be kept here.";

/// Why files cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It does not answer, or not now.
    #[error("{0}")]
    Silent(String),
    /// It answers, and as it is set up it will not do.
    #[error("{0}")]
    Wrong(String),
}

impl Files {
    /// Tries what uploads need: to write, not to write over what is there, to find, to read, to delete.
    ///
    /// # Errors
    /// [`Unfit`], with the place, the reason, and no key.
    pub async fn try_out(&self) -> std::result::Result<(), Unfit> {
        let tried = timeout(TRIAL, self.try_each()).await;
        let place = &self.place;
        match tried {
            Ok(Ok(None)) => Ok(()),
            Ok(Ok(Some(fault))) => Err(Unfit::Wrong(format!("{place} {fault}"))),
            Ok(Err(error)) if is_silence(&error) => {
                Err(Unfit::Silent(format!("{place} does not answer: {error}")))
            }
            Ok(Err(error)) => Err(Unfit::Wrong(format!(
                "{place} does not take files: {error}{}",
                advice(&error)
            ))),
            Err(_) => Err(Unfit::Silent(format!("{place} does not answer"))),
        }
    }

    /// What it does otherwise than an upload needs it.
    async fn try_each(&self) -> Result<Option<&'static str>> {
        let name = random_hex().map_err(|error| Error::Generic {
            store: "random",
            source: Box::new(error),
        })?;
        let place = Path::from(TRIALS).join(name);
        let create = || {
            let mode = PutMode::Create.into();
            self.store.put_opts(&place, TEXT.into(), mode)
        };
        create().await?;
        let fault = match create().await {
            Err(Error::AlreadyExists { .. }) => self.find_and_read(&place).await?,
            Err(error) => return Err(error),
            Ok(_) => Some(
                "writes over what is there (it does not know `If-None-Match`): two that send the same file at once \
                 would mix",
            ),
        };
        self.store.delete(&place).await?;
        Ok(fault)
    }

    async fn find_and_read(&self, place: &Path) -> Result<Option<&'static str>> {
        let mut listed = self.store.list(Some(&Path::from(TRIALS)));
        let mut is_found = false;
        while let Some(one) = listed.next().await {
            is_found |= one?.location == *place;
        }
        if !is_found {
            return Ok(Some("does not list what was just written"));
        }
        let read = self.store.get(place).await?.bytes().await?;
        Ok((read != TEXT).then_some("gives back other bytes than were written"))
    }

    /// Looks whether it can be reached.
    ///
    /// # Errors
    /// The place and the reason, and no key.
    pub(crate) async fn look(&self) -> std::result::Result<(), String> {
        let trials = Path::from(TRIALS);
        let looked = timeout(LOOK, async { self.store.list(Some(&trials)).next().await }).await;
        match looked {
            Ok(None | Some(Ok(_))) => Ok(()),
            Ok(Some(Err(error))) => Err(format!("{}: {error}", self.place)),
            Err(_) => Err(format!("{} does not answer", self.place)),
        }
    }
}

/// Whether it may be gone by itself: nobody has answered, or somebody who is busy or ill.
fn is_silence(error: &Error) -> bool {
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let text = error.to_string();
    let is_role = text.contains("/latest/");
    let is_ill = text.contains("status code: 5") || text.contains("status code: 429");
    (causes.any(|cause| cause.is::<HttpError>()) || is_ill) && !is_role
}

/// What to do about it.
fn advice(error: &Error) -> &'static str {
    let text = error.to_string();
    if text.contains("/latest/") {
        return ". There are no keys (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), and this machine's role has none";
    }
    match error {
        Error::NotFound { .. } => ". Is there this bucket?",
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            ". The keys must allow s3:PutObject, GetObject, DeleteObject, AbortMultipartUpload and ListBucket there"
        }
        _ => "",
    }
}
