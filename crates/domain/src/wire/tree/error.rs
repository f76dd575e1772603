//! What could not be read, and where.
//!
//! Owns [`TreeError`] and the notes of what a reader has left out, which are for a log. Must never hold
//! what stood there: that may be a customer's.

use std::cell::RefCell;
use std::fmt;

/// A tree is not of the expected form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeError {
    /// A field is missing.
    Missing(&'static str),
    /// Something else stands where this should.
    Expected(&'static str),
    /// The same, further down: the path from here (`changes[3].record.status`) and what is wrong there.
    Below(Box<(String, TreeError)>),
}

impl TreeError {
    /// The same error as it is seen from one level up, where it happened in the field `name`.
    #[must_use]
    pub fn inside(self, name: &str) -> Self {
        let mut path = String::from(name);
        match self {
            Self::Below(below) => {
                let (rest, error) = *below;
                if !rest.starts_with('[') {
                    path.push('.');
                }
                path.push_str(&rest);
                Self::Below(Box::new((path, error)))
            }
            error => Self::Below(Box::new((path, error))),
        }
    }

    /// The same error as it is seen from the list in which it happened at `index`, counted from 0.
    #[must_use]
    pub fn inside_list(self, index: usize) -> Self {
        let mut place = index.to_string();
        place.insert(0, '[');
        place.push(']');
        self.inside(&place)
    }
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, what) = match self {
            Self::Missing(field) => ("missing field ", *field),
            Self::Expected(what) => ("expected ", *what),
            Self::Below(below) => {
                f.write_str(&below.0)?;
                f.write_str(": ")?;
                return below.1.fmt(f);
            }
        };
        f.write_str(before)?;
        f.write_str(what)
    }
}

impl std::error::Error for TreeError {}

/// More than these are not kept: they are for a log.
const MOST_LEFT_OUT: usize = 20;

thread_local! {
    static LEFT_OUT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes for the log that something was left out because it could not be read. It holds paths and
/// names of types, never what stood there. Nothing may be decided by it.
pub fn left_out(error: &TreeError) {
    LEFT_OUT.with_borrow_mut(|noted| {
        if noted.len() < MOST_LEFT_OUT {
            noted.push(error.to_string());
        }
    });
}

/// What was left out since the last call.
#[must_use]
pub fn take_left_out() -> Vec<String> {
    LEFT_OUT.with_borrow_mut(std::mem::take)
}
