//! The picture in memory: what the user sees, folded from base and outbox.
//!
//! Owns the fold over records ([`view`]), its typed questions ([`kinds`]), which items are unsent ([`items`]), what a page has just saved
//! ([`written`]), and which reads may be taken into it ([`order`]). Must never hold anything that does not follow from the two databases.

pub mod items;
pub mod kinds;
mod node;
pub mod order;
mod unsent;
pub mod view;
pub mod written;
