//! Finds records in a list that somebody chooses from. The rules are the domain's: the server finds by the same.

pub use afield_domain::search::{Sought, squeezed};
