//! The rows of version 1 still parse: phones have them, and bring unsent work with them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_domain::{Record, Rejection, Versioned};
use afield_store::directory::Directory;
use afield_sync::{CacheState, EntryState, OutboxEntry, OutboxMeta};
use serde_json::Value;

fn fixture() -> Value {
    serde_json::from_str(include_str!("version_1.json")).unwrap()
}

fn entries() -> Vec<OutboxEntry> {
    serde_json::from_value(fixture()["outbox"]["entries"].clone()).unwrap()
}

#[test]
fn the_meta_row_parses_and_what_came_later_has_its_default() {
    let meta: OutboxMeta = serde_json::from_value(fixture()["outbox"]["meta"].clone()).unwrap();
    assert_eq!((meta.last_seq.0, meta.lease.number), (11, 9));
    assert_eq!(meta.session.unwrap().info.user.name, "Technician 1");
    assert_eq!(meta.server_build, "0.1.0+abc");
    assert_eq!((meta.epoch, meta.kept_from), (None, None));
}

#[test]
fn entries_in_every_state_parse() {
    let entries = entries();
    let seqs: Vec<_> = entries.iter().map(|entry| entry.seq().0).collect();
    assert_eq!(seqs, [2, 3, 4, 9, 10, 11]);
    assert_eq!(entries[0].state, EntryState::Pending);
    assert_eq!((entries[1].sent, entries[1].attempts), (true, 4));
    assert_eq!(entries[2].state, EntryState::InFlight { lease: 9 });
    assert_eq!(entries[2].mutation.depends_on, [entries[1].mutation.id]);
    assert!(
        entries
            .iter()
            .all(|entry| entry.mutation.replaces.is_empty())
    );
    for entry in &entries[3..] {
        let EntryState::Parked { reason, rev, .. } = &entry.state else {
            panic!("{entry:?}");
        };
        assert_ne!(*reason, Rejection::Other);
        assert_eq!(*rev, None);
    }
}

/// What is written back is what was there: nothing of an old row is lost by going through new code.
#[test]
fn an_old_entry_is_written_back_as_it_was() {
    let rows = fixture()["outbox"]["entries"].clone();
    assert_eq!(serde_json::to_value(entries()).unwrap(), rows);
}

#[test]
fn the_cache_parses() {
    let cache = &fixture()["cache"];
    let state: CacheState = serde_json::from_value(cache["state"].clone()).unwrap();
    assert!(state.is_ready() && !state.staging);
    assert_eq!(state.leaving.len(), 1);
    let page = cache["pages"]["job/0000"].as_str().unwrap();
    let page: Vec<Versioned> = serde_json::from_str(page).unwrap();
    assert!(matches!(&page[0].record, Record::Job(job) if job.number == "J-1"));
    let bytes: Vec<u8> = serde_json::from_value(cache["directories"]["job"].clone()).unwrap();
    let directory = Directory::from_bytes(&bytes).unwrap();
    for versioned in &page {
        assert_eq!(
            directory.page_of(versioned.record.key().unwrap().id),
            Some(0)
        );
    }
}
