//! How stored and sent types are read.
//!
//! Owns the one reader of JSON ([`Tree`]) and [`FromTree`], by which a type is read from it. Must never
//! know a type of the product.

mod tree;

#[cfg(test)]
mod derive_tests;

pub use afield_wire_derive::FromTree;
pub use tree::{Fields, FromTree, Tree, TreeError, deserialize, left_out, take_left_out};
