//! What an admin takes from a role, and which fields must be filled in.

pub mod page;
