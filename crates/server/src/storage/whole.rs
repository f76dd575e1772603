//! A database as a whole: its tables, whichever they are, and their rows by the page.
//!
//! Owns what a copy from one database to another is made of, without knowing what any table is for: the databases
//! themselves say which there are. Must never decide when a database is copied, or what becomes of it.

use crate::error::ServerError;
use async_trait::async_trait;
use std::fmt;
use uuid::Uuid;

/// Rows that are in memory at a time.
pub const PAGE: u32 = 200;

/// Of what kind a column's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A text that is JSON, byte for byte.
    Json,
    /// A whole number.
    Number,
    /// An id.
    Id,
    /// Yes or no.
    YesNo,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are, as far as the database says.
    pub kind: Kind,
    /// Whether it may hold nothing.
    pub may_be_null: bool,
    /// Whether the database gives a number of its own where none is said.
    pub is_counted: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The names of the columns that name a row, in their order.
    pub key: Vec<String>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A text, or JSON.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An id.
    Id(Uuid),
    /// Yes or no.
    YesNo(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Id(id) => id.fmt(f),
            Self::YesNo(yes) => yes.fmt(f),
        }
    }
}

/// A row: a value for each column of its table.
pub type Row = Vec<Value>;

impl Table {
    /// The values of `row` that name it.
    #[must_use]
    pub fn key_of(&self, row: &Row) -> Vec<Value> {
        let place = |name: &String| self.columns.iter().position(|column| &column.name == name);
        let value = |name| Some(row.get(place(name)?)?.clone());
        self.key.iter().filter_map(value).collect()
    }

    /// The names of the columns, quoted, one behind the other.
    #[must_use]
    pub fn column_list(&self) -> String {
        listed(self.columns.iter().map(|column| &column.name))
    }

    /// The names of the columns that name a row, likewise.
    #[must_use]
    pub fn key_list(&self) -> String {
        listed(&self.key)
    }
}

/// Names, quoted, one behind the other.
pub fn listed<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| quoted(name)).collect();
    quoted.join(", ")
}

/// A name as SQL takes it, whatever stands in it.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// What a database says of itself that takes part in a copy. It stands among the steps of its schema under a number
/// that no build knows, so that no server begins on it, not even one of a build that knows nothing of copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its data are elsewhere now.
    Moved,
    /// Data were being copied into it.
    Unfinished,
}

/// The mark on a database that takes part in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What the database is.
    pub state: State,
    /// The id of the copy.
    pub copy: String,
    /// The other database, as it may be told.
    pub other: String,
}

impl State {
    /// The numbers from which on no step of a schema is meant.
    pub const FIRST: i64 = i64::MAX - 1;

    /// The number under which it stands.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Moved => Self::FIRST,
            Self::Unfinished => i64::MAX,
        }
    }
}

impl Mark {
    /// What stands as the description of the step.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.copy, self.other)
    }

    /// The mark that stands under that number; none if it is a step of a schema.
    #[must_use]
    pub fn read(number: i64, text: &str) -> Option<Self> {
        let state = [State::Moved, State::Unfinished]
            .into_iter()
            .find(|state| state.number() == number)?;
        let (copy, other) = text.split_once(' ').unwrap_or((text, ""));
        Some(Self {
            state,
            copy: copy.to_owned(),
            other: other.to_owned(),
        })
    }

    /// Why no server begins on the database `place`, and what to do.
    #[must_use]
    pub fn refusal(&self, place: &str) -> String {
        let other = &self.other;
        match self.state {
            State::Moved => format!(
                "the data in {place} were moved to {other}: serve them there; `restored` makes what is here a data \
                 set of its own again, and phones that come to it send anew what they saved in the last 7 days"
            ),
            State::Unfinished => format!(
                "the copy from {other} to {place} has not ended: run it again, or empty {place}"
            ),
        }
    }
}

/// What came of a look or a change.
pub type Done<T> = Result<T, ServerError>;

/// A database as a whole, with one connection.
#[async_trait]
pub trait Whole: Send {
    /// How it is named to people: without a password.
    fn place(&self) -> &str;
    /// The numbers of the steps of the schema that this build has for it.
    fn steps_of_this_build(&self) -> Vec<i64>;
    /// Those of them that wait as long as servers of an older version are there.
    fn steps_that_may_wait(&self) -> Vec<i64> {
        Vec::new()
    }
    /// The numbers of the steps that it has; none if it is no database of ours yet.
    async fn steps(&mut self) -> Done<Vec<i64>>;
    /// Its tables, none before one that its rows refer to, without that of the steps.
    async fn tables(&mut self) -> Done<Vec<Table>>;
    /// Its mark.
    async fn mark(&mut self) -> Done<Option<Mark>>;
    /// Sets the mark, or takes it away, in the open transaction. One that has moved takes no writes from servers that
    /// are still there.
    async fn set_mark(&mut self, mark: Option<&Mark>) -> Done<()>;
    /// Begins a transaction in which nobody else writes.
    async fn hold(&mut self) -> Done<()>;
    /// Begins a transaction that sees one state while others write.
    async fn look(&mut self) -> Done<()>;
    /// Makes the transaction durable and ends it.
    async fn commit(&mut self) -> Done<()>;
    /// How many rows there are.
    async fn count(&mut self, table: &Table) -> Done<u64>;
    /// The next rows behind the one of that key, at most [`PAGE`], in the order of their keys.
    async fn page(&mut self, table: &Table, after: Option<&[Value]>) -> Done<Vec<Row>>;
    /// Adds rows.
    async fn put(&mut self, table: &Table, rows: &[Row]) -> Done<()>;
    /// Takes all rows away.
    async fn clear(&mut self, table: &Table) -> Done<()>;
    /// Goes on counting behind what is there.
    async fn go_on_counting(&mut self, table: &Table) -> Done<()>;
    /// How often a text lost a letter that the other database does not know (NUL).
    fn letters_lost(&self) -> u64;
}
