//! What another app shares with this one, while no page need be open.

use crate::replay_job::signed_in;
use afield_platform::shared;
use web_sys::Request;

/// Keeps what came for the user who is signed in, or for whoever says that it is theirs; gives how much.
pub async fn take(request: Request) -> u32 {
    let user = signed_in().await;
    let user = user.unwrap_or_else(|_| Some(shared::UNKNOWN.to_owned()));
    let kept = shared::keep(&request, user.as_deref()).await.unwrap_or(0);
    u32::try_from(kept).unwrap_or(u32::MAX)
}
