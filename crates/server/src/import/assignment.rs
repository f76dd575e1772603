//! Whose imported jobs become.
//!
//! Owns the choice that the person who imports makes.

use afield_domain::UserId;

/// Whose the jobs become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignment {
    /// Nobody's.
    Nobody,
    /// These users', one after the other.
    InTurn(Vec<UserId>),
}
