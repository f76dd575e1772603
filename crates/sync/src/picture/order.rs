//! Which reads of the databases may still be taken into the picture.
//!
//! Owns [`Order`]. What this page saves is taken from the transaction that wrote it; a read that ran
//! beside such a transaction, or beside a read that was taken since, may show less than the picture
//! does, and is made again. Pure.

use afield_planted::planted;

/// The order in which one page takes reads and its own writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// Own writes under way.
    writing: u32,
    /// Rises with every write that begins or ends and with every read that was taken.
    turn: u64,
}

/// When a read began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Began(u64);

impl Order {
    /// A write of this page begins.
    pub fn begin_write(&mut self) {
        self.writing += 1;
        self.turn += 1;
    }

    /// It ended, well or not, and the picture has taken what it wrote.
    pub fn end_write(&mut self) {
        self.writing = self.writing.saturating_sub(1);
        self.turn += 1;
    }

    /// A read begins; none while a write is under way: then it must wait for that.
    #[must_use]
    pub fn begin_read(&self) -> Option<Began> {
        (self.writing == 0).then_some(Began(self.turn))
    }

    /// Whether what was read may be taken; it counts as taken then. Else it must be read again.
    pub fn end_read(&mut self, began: Began) -> bool {
        let is_newest = planted!(StaleReadTaken: began == Began(self.turn) => true);
        self.turn += u64::from(is_newest);
        is_newest
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
