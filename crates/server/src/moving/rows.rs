//! The rows of all tables: copied, and compared.
//!
//! Owns what it means that two databases hold the same: as many rows in each table, and the same hash over them in the
//! order of their keys. Holds a page of rows at a time, whatever the size of a table.

use crate::error::ServerError;
use crate::storage::whole::{Done, Row, Table, Value, Whole};
use sha2::{Digest as _, Sha256};

/// What was copied, or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Tables.
    pub tables: usize,
    /// Rows of all of them.
    pub rows: u64,
    /// Texts that lost a letter which the other database does not know (NUL).
    pub letters_lost: u64,
}

/// What is known of a table whose rows went by.
#[derive(Default)]
struct Sum {
    rows: u64,
    hash: Sha256,
}

impl Sum {
    fn add(&mut self, row: &Row) {
        self.rows = self.rows.saturating_add(1);
        for value in row {
            self.add_value(value);
        }
    }

    /// Each kind has a mark of its own, and what has no fixed length says its own: no two rows read alike.
    fn add_value(&mut self, value: &Value) {
        match value {
            Value::Null => self.hash.update([0]),
            Value::Text(text) => {
                self.hash.update([1]);
                self.hash.update(text.len().to_le_bytes());
                self.hash.update(text);
            }
            Value::Number(number) => {
                self.hash.update([2]);
                self.hash.update(number.to_le_bytes());
            }
            Value::Id(id) => {
                self.hash.update([3]);
                self.hash.update(id.as_bytes());
            }
            Value::YesNo(yes) => self.hash.update([4, u8::from(*yes)]),
        }
    }

    /// What it comes to, once all rows went by.
    fn told(self) -> (u64, [u8; 32]) {
        (self.rows, self.hash.finalize().into())
    }
}

/// Copies the rows of all tables, none of which has one at the target, and looks whether they stand there.
pub(super) async fn copy_rows(
    from: &mut dyn Whole,
    to: &mut dyn Whole,
    tables: &[Table],
) -> Done<Report> {
    let mut report = Report {
        tables: tables.len(),
        ..Report::default()
    };
    for table in tables {
        let mut sum = Sum::default();
        let mut after = None;
        loop {
            let page = from.page(table, after.as_deref()).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(table.key_of(last));
            page.iter().for_each(|row| sum.add(row));
            to.put(table, &page).await?;
        }
        to.go_on_counting(table).await?;
        report.rows = report.rows.saturating_add(sum.rows);
        check_all_read(from, table, sum.rows).await?;
        same(table, sum, sum_of(to, table).await?, to.place())?;
    }
    report.letters_lost = from.letters_lost();
    Ok(report)
}

/// Compares the rows of all tables.
pub(super) async fn compare(
    from: &mut dyn Whole,
    to: &mut dyn Whole,
    tables: &[Table],
) -> Done<Report> {
    let mut report = Report {
        tables: tables.len(),
        ..Report::default()
    };
    for table in tables {
        let sum = sum_of(from, table).await?;
        report.rows = report.rows.saturating_add(sum.rows);
        same(table, sum, sum_of(to, table).await?, to.place())?;
    }
    report.letters_lost = from.letters_lost();
    Ok(report)
}

async fn sum_of(database: &mut dyn Whole, table: &Table) -> Done<Sum> {
    let mut sum = Sum::default();
    let mut after = None;
    loop {
        let page = database.page(table, after.as_deref()).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some(table.key_of(last));
        page.iter().for_each(|row| sum.add(row));
    }
    check_all_read(database, table, sum.rows).await?;
    Ok(sum)
}

/// A row that its key does not find would not be read, and not be missed.
async fn check_all_read(database: &mut dyn Whole, table: &Table, read: u64) -> Done<()> {
    let there = database.count(table).await?;
    if there == read {
        return Ok(());
    }
    Err(ServerError::Unusable(format!(
        "of {there} rows of {} in {} {read} can be read: the database is damaged; it was not changed",
        table.name,
        database.place()
    )))
}

fn same(table: &Table, one: Sum, other: Sum, place: &str) -> Done<()> {
    match one.told() == other.told() {
        true => Ok(()),
        false => Err(ServerError::Unusable(format!(
            "{place} does not hold the same as was read of {}: nothing was moved; look at its disk, and say so to who \
             makes Afield",
            table.name
        ))),
    }
}
