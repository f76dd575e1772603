//! Keys in the store of photos and files.
//!
//! Owns how a file's row and its chunks stand in one store: the rows together under `file/…`, so that
//! they are listed without reading a single byte of a photo, and the chunks of one file together, in
//! their order. Pure.

use afield_domain::AttachmentId;

/// The keys of all rows: from the first on, and before the second.
pub const ROWS: (&str, &str) = ("file/", "file0");

/// The key of a file's row.
#[must_use]
pub fn row_key(id: AttachmentId) -> String {
    format!("file/{id}")
}

/// The key of a chunk.
#[must_use]
pub fn chunk_key(id: AttachmentId, number: u32) -> String {
    format!("{id}/{number:010}")
}

/// The keys of all chunks of a file: from the first on, and before the second.
#[must_use]
pub fn chunk_range(id: AttachmentId) -> (String, String) {
    // `0` is the character after `/`.
    (format!("{id}/"), format!("{id}0"))
}

/// The file whose chunk has this key; none if it is a row's key.
#[must_use]
pub fn chunk_owner(key: &str) -> Option<AttachmentId> {
    key.split_once('/')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn keys_stand_in_the_ranges_that_are_theirs_and_in_order() {
        let ids = [0, 1, 0x10, u128::MAX].map(|n| AttachmentId(Uuid::from_u128(n)));
        for id in ids {
            let row = row_key(id);
            assert!(ROWS.0 <= row.as_str() && row.as_str() < ROWS.1);
            let (first, end) = chunk_range(id);
            let keys = [0, 9, 10, 99_999, u32::MAX].map(|number| chunk_key(id, number));
            assert!(keys.is_sorted());
            assert!(keys.iter().all(|key| chunk_owner(key) == Some(id)));
            assert_eq!(chunk_owner(&row), None);
            for other in ids {
                let (first, end) = chunk_range(other);
                for key in &keys {
                    assert_eq!((&first..&end).contains(&key), id == other, "{key}");
                }
            }
            for key in &keys {
                assert!(first <= *key && *key < end);
                assert!(!(ROWS.0..ROWS.1).contains(&key.as_str()));
            }
        }
    }
}
