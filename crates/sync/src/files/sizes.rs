//! How large chunks and pieces are.
//!
//! Owns the sizes. In the simulation all of them are a small part of that, so that photos of a few bytes have chunks and
//! pieces to be cut at. Must never change anything in a product.

/// Bytes of a chunk; the last one of a file may be shorter.
pub const CHUNK_BYTES: usize = 256 * 1024;
/// Bytes of the smallest piece.
pub const LEAST_PIECE: u64 = 64 * 1024;
/// Bytes of the first piece on a line that nothing is known of.
pub const FIRST_PIECE: u64 = 256 * 1024;
/// Bytes of the largest piece: as much of a file is in memory at once.
pub const MOST_PIECE: u64 = 2 * 1024 * 1024;

/// So many bytes, as they count here.
#[cfg(not(feature = "testing"))]
#[inline(always)]
#[must_use]
pub const fn scaled(bytes: u64) -> u64 {
    bytes
}

#[cfg(feature = "testing")]
thread_local! {
    static PART: std::cell::Cell<u64> = const { std::cell::Cell::new(1) };
}

/// One `part`th of every size is all from now on, in this thread.
#[cfg(feature = "testing")]
pub fn shrink(part: u64) {
    PART.with(|all| all.set(part.max(1)));
}

/// So many bytes, as they count here.
#[cfg(feature = "testing")]
#[must_use]
pub fn scaled(bytes: u64) -> u64 {
    (bytes / PART.with(std::cell::Cell::get)).max(1)
}

/// Bytes of a chunk, as they count here.
#[must_use]
pub fn chunk_bytes() -> usize {
    scaled(CHUNK_BYTES as u64) as usize
}
