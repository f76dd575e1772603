//! Search as you type over many short documents, on a phone, with no network.
//!
//! Owns what a word is, which words are alike, and which of the documents found comes first. A
//! document is a handful of short texts under one key; what a key or a text means is the caller's.
//! Must never know records, and never wait: a search is done within one key press.
//!
//! - Case and accents never matter ([`normalize`]).
//! - Every word of the query must match a word of the document, the last one as its beginning.
//! - A word with digits in it is a number: `ab12`, `ab-12` and `12/77` all find `AB-12/77x`, and a
//!   wrong digit finds nothing, because it is another number.
//! - A word of letters may be misspelt: one letter wrong, missing, too many or two swapped from four
//!   letters on, two from eight on. What is found that way comes last.

mod case;
mod highlight;
mod index;
mod letters;
mod query;
mod sought;
mod tokens;
mod typo;

pub use highlight::{Marked, excerpt};
pub use index::{Field, Hit, SearchIndex};
pub use letters::normalize;
pub use query::Query;
pub use sought::{Sought, squeezed};
pub use tokens::one_code;

/// How well a word of the query matches a word of a document; more is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Grade {
    /// A misspelt beginning.
    SimilarStart = 1,
    /// Misspelt.
    Similar,
    /// Its beginning.
    Start,
    /// Itself.
    Exact,
}

#[cfg(test)]
#[path = "search/search_tests.rs"]
mod tests;
