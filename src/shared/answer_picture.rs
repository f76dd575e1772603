//! The picture of records that the office was answered with: no outbox, nothing unsent.
//!
//! Pure. Must never take anything of the phone's.

use afield_domain::Versioned;
use afield_sync::view::Projection;

/// The picture of what the server has answered.
#[must_use]
pub fn picture_of(records: Vec<Versioned>) -> Projection {
    let mut picture = Projection::default();
    for versioned in records {
        if let Some(key) = versioned.record.key() {
            picture.set_record(key, Some(versioned));
        }
    }
    picture
}
