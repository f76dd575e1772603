//! The part of the port that hears of what other servers on the same database have written.
//!
//! Owns what can be heard: that there is something to look at in a company, and of what kind. Must never carry what was
//! written, nor whose it is: whoever hears it looks into the database.

use super::Stored;
use afield_domain::CompanyId;
use async_trait::async_trait;

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It is listened from now on. What was written before may not have been heard: look everywhere.
    Listening,
    /// Another server has committed something of this kind in this company.
    Of(CompanyId, Kind),
}

/// Of what kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something that boards or phones are told of; it took a number in the company's order, or is of its people.
    Work,
    /// Something that a board shows, and that took no number.
    Untold,
    /// What a phone owes.
    Phones,
    /// A device was revoked.
    Revoked,
}

/// Hears what other servers have committed. What this one has is not heard.
#[async_trait]
pub trait Elsewhere: Send {
    /// Waits for the next word. The first is [`Word::Listening`], and so is the first after an error.
    ///
    /// # Errors
    /// When nothing can be heard for now. The next call begins anew.
    async fn next(&mut self) -> Stored<Word>;
}
