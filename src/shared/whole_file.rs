//! A whole photo or file: from this phone, or else from the office.
//!
//! Must never keep one: whoever asked for it holds it as long as it is shown.

use crate::error::Trouble;
use crate::runtime::commands::Commands;
use afield_domain::AttachmentId;
use afield_platform::api;
use afield_platform::picture::ObjectUrl;
use afield_sync::FileStore;

/// Where a whole file is.
pub enum Whole {
    /// Here, and how large it is.
    Here(ObjectUrl, u64),
    /// Neither on this phone nor at the office.
    Elsewhere,
    /// Nowhere: the company has kept it long enough.
    Removed,
}

/// What became of asking for one.
pub type Loaded = Result<Whole, Trouble>;

/// The whole file: from this phone, or else from the office.
pub(super) async fn load_whole(commands: Option<Commands>, id: AttachmentId) -> Loaded {
    if let Some(commands) = commands
        && let Some(own) = load_own(commands, id).await?
    {
        return Ok(Whole::Here(own.0, own.1));
    }
    // What is not here yet is asked for anew with each tap.
    let found = match api::load_file(id).await {
        Err(error) if api::is_removed(&error) => return Ok(Whole::Removed),
        found => found?,
    };
    let here = found.and_then(|file| shown_bytes(&file.bytes, &file.mime));
    Ok(here.map_or(Whole::Elsewhere, |(url, bytes)| Whole::Here(url, bytes)))
}

/// The whole file, if it is on this phone and the user's. It may be read only while its user is signed in.
///
/// # Errors
/// It is here, and cannot be read.
pub async fn load_own(
    commands: Commands,
    id: AttachmentId,
) -> Result<Option<(ObjectUrl, u64)>, Trouble> {
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
