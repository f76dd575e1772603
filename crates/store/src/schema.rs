//! The one list of databases and their stores.
//!
//! Owns the names. A store that was ever shipped stays in the list: a library that is not told of a
//! store deletes it with everything in it. The test below freezes the list.

/// The database that may be dropped.
pub const CACHE: &str = "afield-cache";
/// Its version. The second one has two generations of records ([`crate::generation`]) in the same stores:
/// code that knows of one must not write there, or it would switch back to pages that are gone. The third
/// one has attachments: code that does not know them would drop them from a page that it writes again.
/// The fourth one remembers what could not be read: code that does not know of it would forget it. The fifth one
/// remembers who has the jobs that have left. The seventh one says what it holds where that is not all: code that does
/// not know would take it for all. The sixth one knows which photos of a job show it before and after the
/// work: code that does not know would lose it from a job that it writes again.
pub const CACHE_VERSION: u32 = 7;
/// The cache's state and the directories of its modules, by name.
pub const CACHE_STATE: &str = "state";
/// Pages: bytes by generation, module and number.
pub const CACHE_PAGES: &str = "pages";

/// The database that is never dropped.
pub const OUTBOX: &str = "afield-outbox";
/// Its version. The second one brought the store for what is kept. The third one has the same stores, and
/// photos and files in one of them: code that does not know these operations must not write them back. The
/// fourth one has an index over the entries: code that does not know it would write rows that it misses.
/// The fifth one knows what the line carries and what somebody on the way has stopped: code that does not
/// know would forget it. The sixth one knows what an entry's job is called (and knew what the server was told of
/// this phone, which is stored no more). The seventh one knows by which clocks the server was last heard of. The
/// eighth one knows whether the lease was taken without the lock, and how often the server could not decide an entry.
/// The ninth one knows what a step of the status is beside where it goes to, and why. The tenth one takes back notes
/// and photos, and knows how far the sending of a file is: code that does not know would forget that it was received.
/// The eleventh one knows which files are copies of the office's, and how many bytes of such may stay: code that does
/// not know would send them. The twelfth one says of a photo that it shows the job before or after the work: code that
/// does not know that field would lose which one was edited; and it knows whether the line was found to be slow. The
/// thirteenth one knows with which records somebody worked last, who has switched the offline feature off, and whether
/// photos and files wait for a Wi-Fi: code that does not know would send them over what is paid for.
/// The fourteenth one has a log of what became of refused changes: code that does not know would decide without a line.
pub const OUTBOX_VERSION: u32 = 14;
/// The meta row.
pub const OUTBOX_META: &str = "meta";
/// Entries by `seq`.
pub const OUTBOX_ENTRIES: &str = "entries";
/// The field of an entry's row, and the index over it, of what the entry is found by.
pub const ENTRY_MARKS: &str = "marks";
/// Photos and files: a row for each that is whole, and its bytes in chunks ([`crate::file_keys`]).
pub const OUTBOX_CHUNKS: &str = "chunks";
/// The log of decided refusals, by `seq`. Its name is of a log of conflicts that never was: those are records.
pub const OUTBOX_LOG: &str = "conflicts";
/// Acknowledged mutations that are kept for a while, by `seq`.
pub const OUTBOX_KEPT: &str = "kept";

/// The database of what was typed and not yet saved. It is never dropped.
pub const DRAFTS: &str = "afield-drafts";
/// Its version.
pub const DRAFTS_VERSION: u32 = 1;
/// Drafts: JSON text by key.
pub const DRAFTS_ROWS: &str = "drafts";

/// Every store of the drafts database.
pub const DRAFTS_STORES: [&str; 1] = [DRAFTS_ROWS];

/// Every store of the outbox database.
pub const OUTBOX_STORES: [&str; 5] = [
    OUTBOX_META,
    OUTBOX_ENTRIES,
    OUTBOX_CHUNKS,
    OUTBOX_LOG,
    OUTBOX_KEPT,
];

/// Every store of the cache database.
pub const CACHE_STORES: [&str; 2] = [CACHE_STATE, CACHE_PAGES];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every store ever shipped. Add to it; never take from it.
    const SHIPPED_OUTBOX: [&str; 5] = ["meta", "entries", "chunks", "conflicts", "kept"];
    const SHIPPED_CACHE: [&str; 2] = ["state", "pages"];
    const SHIPPED_DRAFTS: [&str; 1] = ["drafts"];

    #[test]
    fn no_store_ever_leaves() {
        for store in SHIPPED_OUTBOX {
            assert!(OUTBOX_STORES.contains(&store), "{store} would be deleted");
        }
        for store in SHIPPED_CACHE {
            assert!(CACHE_STORES.contains(&store), "{store} would be deleted");
        }
        for store in SHIPPED_DRAFTS {
            assert!(DRAFTS_STORES.contains(&store), "{store} would be deleted");
        }
        assert_eq!(
            (OUTBOX, CACHE, DRAFTS),
            ("afield-outbox", "afield-cache", "afield-drafts")
        );
        // More stores need a higher version, or a phone that has the database never gets them.
        assert_eq!((OUTBOX_STORES.len(), OUTBOX_VERSION), (5, 14));
        assert_eq!((CACHE_STORES.len(), CACHE_VERSION), (2, 7));
        assert_eq!((DRAFTS_STORES.len(), DRAFTS_VERSION), (1, 1));
    }
}
