//! New ids: UUIDv7 of the time given.

use afield_domain::Timestamp;
use uuid::{Builder, Uuid};

/// A new id that sorts by `now`.
///
/// # Errors
/// When the system gives no random numbers.
pub(crate) fn new_id(now: Timestamp) -> Result<Uuid, getrandom::Error> {
    let mut random = [0_u8; 10];
    getrandom::fill(&mut random)?;
    let ms = u64::try_from(now.0).unwrap_or(0);
    Ok(Builder::from_unix_timestamp_millis(ms, &random).into_uuid())
}
