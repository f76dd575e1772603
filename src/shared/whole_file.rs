//! A whole photo or file: from this phone, or else from the office.
//!
//! Must never keep one: whoever asked for it holds it as long as it is shown.

use crate::error::Trouble;
use crate::runtime::commands::Commands;
use afield_domain::AttachmentId;
use afield_platform::api;
use afield_platform::picture::ObjectUrl;
use afield_sync::FileStore;

/// A whole file and how large it is; none if it is neither on this phone nor at the office.
pub type Loaded = Result<Option<(ObjectUrl, u64)>, Trouble>;

/// The whole file: from this phone, or else from the office.
pub(super) async fn load_whole(commands: Option<Commands>, id: AttachmentId) -> Loaded {
    if let Some(commands) = commands
        && let Some(own) = load_own(commands, id).await?
    {
        return Ok(Some(own));
    }
    // What is not here yet is asked for anew with each tap.
    let found = api::load_file(id).await?;
    Ok(found.and_then(|file| shown_bytes(&file.bytes, &file.mime)))
}

/// The whole file, if it is on this phone and the user's. It may be read only while its user is signed in.
///
/// # Errors
/// It is here, and cannot be read.
pub async fn load_own(commands: Commands, id: AttachmentId) -> Loaded {
    let (engine, user) = (commands.engine()?, commands.user()?);
    let row = engine.outbox.load_file(id).await?;
    let Some(file) = row.filter(|file| file.user == user) else {
        return Ok(None);
    };
    let bytes = engine.outbox.load_bytes(id).await?;
    Ok(bytes.and_then(|bytes| shown_bytes(&bytes, &file.mime)))
}

fn shown_bytes(bytes: &[u8], mime: &str) -> Option<(ObjectUrl, u64)> {
    Some((ObjectUrl::new(bytes, mime)?, bytes.len() as u64))
}
