//! The memory stores keep the contract that the IndexedDB stores keep in the browser.

use afield_sync::conformance::{cache_suite, damaged_suite, file_suite, outbox_suite};
use afield_sync::{MemoryCache, MemoryOutbox};
use futures::executor::block_on;

#[test]
fn the_memory_outbox_conforms() {
    let store = MemoryOutbox::default();
    let same = store.clone();
    block_on(outbox_suite(store, async || same.clone()));
}

#[test]
fn the_memory_files_conform() {
    let store = MemoryOutbox::default();
    let same = store.clone();
    block_on(file_suite(store, async || same.clone()));
}

#[test]
fn the_memory_cache_conforms() {
    let store = MemoryCache::default();
    let same = store.clone();
    block_on(cache_suite(store, async || same.clone()));
}

#[test]
fn the_memory_outbox_conforms_with_damaged_rows() {
    let store = MemoryOutbox::default();
    let same = store.clone();
    block_on(damaged_suite(store, async |seq| same.damage(seq)));
}
