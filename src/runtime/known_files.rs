//! The photos and files that this phone's jobs name. Pure.

use afield_domain::{Attachment, Module, Record};
use afield_sync::view::Projection;

/// All of them, whether they are here or not.
#[must_use]
pub fn known_files(projection: &Projection) -> Vec<Attachment> {
    let files = projection.views(Module::Attachment);
    let files = files.filter_map(|view| match view.record {
        Record::Attachment(file) => Some(file.clone()),
        _ => None,
    });
    files.collect()
}
