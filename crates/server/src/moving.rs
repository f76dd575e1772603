//! A whole installation from one database to another, while phones are out with unsent work.
//!
//! Owns the order of the steps, and that at no moment, however a copy ends, two databases can be served as the same
//! data set or none holds what phones were told is safe. Must never know a table.
//!
//! | after | the source | the target |
//! |---|---|---|
//! | nothing | is served | is empty |
//! | `begin` | is held, then served again | refused: *has not ended* |
//! | `fill` | is held, then served again | refused, and holds all |
//! | `leave` | refused: *moved* | refused, and holds all |
//! | `finish` | refused: *moved* | is served |
//!
//! Whatever ends it in between, the same copy run again goes on from there.

mod plan;
pub mod rows;
#[cfg(test)]
mod tests;

use crate::auth::token::random_hex;
use crate::error::ServerError;
use crate::storage::whole::{Done, Mark, State, Table, Whole};
use rows::{Report, compare, copy_rows};

/// What becomes of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Its data are elsewhere afterwards: the data set stays the same.
    Leaves,
    /// It stays as it is: what is copied is another data set, or is not served.
    Stays,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All was copied.
    Copied(Report),
    /// An earlier copy had done all but the end.
    Ended(Report),
}

/// A copy under way.
pub struct Move<'d> {
    from: &'d mut dyn Whole,
    to: &'d mut dyn Whole,
    source: Source,
    /// None before it has begun.
    tables: Vec<Table>,
    copy: String,
}

/// Whether there is something to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// All of it.
    Anew,
    /// Nothing: an earlier copy had come as far as marking its source.
    Filled,
}

/// Copies all that is in `from` to `to`.
///
/// # Errors
/// When one of them is not to be used, or something went wrong on the way; the source is as it was then.
pub async fn run(from: &mut dyn Whole, to: &mut dyn Whole, source: Source) -> Done<Outcome> {
    let mut copy = Move::new(from, to, source);
    match copy.begin().await? {
        Begun::Anew => {
            let report = copy.fill().await?;
            copy.leave().await?;
            copy.finish().await?;
            Ok(Outcome::Copied(report))
        }
        Begun::Filled => {
            let report = compare(copy.from, copy.to, &copy.tables).await?;
            copy.finish().await?;
            Ok(Outcome::Ended(report))
        }
    }
}

/// Copies what `from` holds at one moment to `to`, which is empty and nobody's yet; others may write in `from` meanwhile.
///
/// # Errors
/// When something went wrong; `to` is of no use then.
pub async fn snapshot(from: &mut dyn Whole, to: &mut dyn Whole) -> Done<Report> {
    from.look().await?;
    to.hold().await?;
    // What waits until no older server is there keeps nobody from a backup meanwhile.
    let may_wait = from.steps_that_may_wait();
    check_steps_but(from, &may_wait).await?;
    let tables = plan::agree(from.tables().await?, to.tables().await?)?;
    let report = copy_rows(from, to, &tables).await?;
    to.commit().await?;
    from.commit().await?;
    Ok(report)
}

impl<'d> Move<'d> {
    fn new(from: &'d mut dyn Whole, to: &'d mut dyn Whole, source: Source) -> Self {
        Self {
            from,
            to,
            source,
            tables: Vec::new(),
            copy: String::new(),
        }
    }

    /// Looks whether both are to be used, keeps writers from the source, and has the target refused until the end.
    async fn begin(&mut self) -> Done<Begun> {
        check_steps(self.from).await?;
        check_steps(self.to).await?;
        self.from.hold().await?;
        self.to.hold().await?;
        self.tables = plan::agree(self.from.tables().await?, self.to.tables().await?)?;
        match (self.from.mark().await?, self.to.mark().await?) {
            (Some(left), Some(begun))
                if left.state == State::Moved
                    && begun.state == State::Unfinished
                    && left.copy == begun.copy =>
            {
                self.copy = left.copy;
                return Ok(Begun::Filled);
            }
            (Some(mark), _) => return Err(refused(&mark, self.from.place())),
            (None, Some(mark)) if mark.state == State::Moved => {
                return Err(refused(&mark, self.to.place()));
            }
            // What another source has left there is not for this one to take away.
            (None, Some(mark)) if mark.other != self.from.place() => {
                return Err(refused(&mark, self.to.place()));
            }
            (None, Some(_)) => {}
            (None, None) => self.check_empty().await?,
        }
        self.copy = random_hex()?.chars().take(16).collect();
        let mark = self.mark(State::Unfinished);
        self.to.set_mark(Some(&mark)).await?;
        self.to.commit().await?;
        Ok(Begun::Anew)
    }

    async fn check_empty(&mut self) -> Done<()> {
        for table in &self.tables {
            if self.to.count(table).await? > 0 {
                return Err(ServerError::Unusable(format!(
                    "{} holds data already: name an empty place; nothing was changed",
                    self.to.place()
                )));
            }
        }
        Ok(())
    }

    fn mark(&self, state: State) -> Mark {
        let other = match state {
            State::Moved => self.to.place(),
            State::Unfinished => self.from.place(),
        };
        Mark {
            state,
            copy: self.copy.clone(),
            other: other.to_owned(),
        }
    }

    /// Copies all rows in one transaction, and compares what stands there then with what was read.
    async fn fill(&mut self) -> Done<Report> {
        self.to.hold().await?;
        // What an earlier copy has left that did not end.
        for table in self.tables.iter().rev() {
            self.to.clear(table).await?;
        }
        let report = copy_rows(self.from, self.to, &self.tables).await?;
        self.to.commit().await?;
        Ok(report)
    }

    /// Has the source refused. Until here nobody has written in it since it was read.
    async fn leave(&mut self) -> Done<()> {
        if self.source == Source::Leaves {
            let mark = self.mark(State::Moved);
            self.from.set_mark(Some(&mark)).await?;
        }
        self.from.commit().await?;
        self.to.hold().await
    }

    /// Has the target served.
    async fn finish(&mut self) -> Done<()> {
        self.to.set_mark(None).await?;
        self.to.commit().await
    }
}

fn refused(mark: &Mark, place: &str) -> ServerError {
    ServerError::Unusable(format!("{}; nothing was changed", mark.refusal(place)))
}

/// Looks whether the database is of this build's version: a copy changes no schema.
///
/// # Errors
/// When it is not.
pub async fn check_steps(database: &mut dyn Whole) -> Done<()> {
    check_steps_but(database, &[]).await
}

/// The same; those that `may_wait` need not be there.
async fn check_steps_but(database: &mut dyn Whole, may_wait: &[i64]) -> Done<()> {
    let (there, ours) = (database.steps().await?, database.steps_of_this_build());
    let place = database.place();
    let what_to_do = if there.is_empty() {
        format!("{place} holds no data of Afield: name it as sqlite:FOLDER or postgres://…")
    } else if there.iter().any(|step| !ours.contains(step)) {
        format!("{place} is of a newer version: copy it with the build that made it so")
    } else if ours
        .iter()
        .any(|step| !there.contains(step) && !may_wait.contains(step))
    {
        format!(
            "{place} is of an older version: start and stop this build's server on it once, which brings it up to date"
        )
    } else {
        return Ok(());
    };
    Err(ServerError::Unusable(format!(
        "{what_to_do}; nothing was changed"
    )))
}
