//! How a check ends.
//!
//! Owns the words for it. What was not found out must never look like what is right.

/// How a check ends.
pub(crate) type Looked = std::result::Result<(), Stop>;

/// Why a check does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It is not so.
    Red(Box<Finding>),
    /// It could not be found out, and why.
    NotTried(String),
}

/// What was seen where something is not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was sent, the last of it.
    pub sent: String,
    /// What should have come.
    pub expected: String,
    /// What came.
    pub came: String,
}

impl Stop {
    pub(crate) fn not_tried(why: impl Into<String>) -> Self {
        Self::NotTried(why.into())
    }
}
