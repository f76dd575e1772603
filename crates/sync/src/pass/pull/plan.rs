//! What a page of changes does to the cache. Pure.
//!
//! Owns the state after a page, and which records it may not take away. Must never know where the page came from.

use crate::cache::rules::key_of_change;
use crate::cache::state::CacheState;
use crate::cache::unread::UnreadRecords;
use crate::outbox::lookup::marks_on;
use crate::ports::Read;
use afield_domain::{Module, RecordKey, Timestamp};
use afield_planted::planted;
use afield_protocol::{Change, PullResponse};

/// The cache's state after a page, and the changes to write.
#[must_use]
pub fn plan_page(
    state: &CacheState,
    page: PullResponse,
    bytes: u64,
    pinned: &[RecordKey],
    records_version: u32,
    now: Timestamp,
) -> (CacheState, Vec<Change>) {
    let mut state = state.clone();
    let mut changes = page.changes;
    if state.cursor.is_none() {
        state.records_version = records_version;
    } else if !changes.is_empty() {
        // A tab of the build before may go on where a newer one began: what it read, it read its way.
        state.records_version = state.records_version.min(records_version);
    }
    if !state.priming.is_done() {
        if !page.totals.is_empty() {
            state.priming.totals = page.totals;
        }
        state.priming.bytes = state.priming.bytes.saturating_add(bytes);
        for change in &changes {
            let module = match change {
                Change::Upsert(versioned) => versioned.record.key().map(|key| key.module),
                Change::Unread(unread) if !unread.gone => Module::from_name(&unread.module),
                _ => None,
            };
            if let Some(module) = module {
                state.priming.count(module);
            }
        }
        if !page.more {
            state.priming.done_at = Some(now);
            state.staging = false;
            state.widens = false;
        }
    }
    for change in &changes {
        note_unread(&mut state.unread, change);
        match change {
            Change::ScopeOut { key } if pinned.contains(key) => {
                if !state.leaving.contains(key) {
                    state.leaving.push(*key);
                }
            }
            Change::Upsert(versioned) => {
                let key = versioned.record.key();
                state.leaving.retain(|leaving| Some(*leaving) != key);
            }
            Change::Tombstone { key } | Change::ScopeOut { key } => {
                state.leaving.retain(|leaving| leaving != key);
            }
            Change::Unread(_) => {}
        }
    }
    if !page.more {
        // What no page has named was deleted, or left the scope, before its verdict came.
        let named = |key: &RecordKey| changes.iter().any(|one| key_of_change(one) == Some(*key));
        let known = state.leaving.clone();
        let unnamed = |key: &RecordKey| !named(key) && !known.contains(key);
        let gone = std::mem::take(&mut state.unconfirmed);
        let gone = gone.into_iter().filter(unnamed);
        state.leaving.extend(
            planted!(UnconfirmedStays: Some(gone) => None)
                .into_iter()
                .flatten(),
        );
    }
    // What left the scope while unsent work referred to it goes once that work is sent. A copy that only
    // an older generation had, because the newer one cannot be read, goes when the server says so.
    let stays = |key: &RecordKey| pinned.contains(key) || state.unread.holds(*key);
    let (stay, go) = std::mem::take(&mut state.leaving)
        .into_iter()
        .partition(|key| planted!(LeavingForgotten: stays(key) => true));
    state.leaving = stay;
    let go: Vec<RecordKey> = go;
    changes.extend(go.into_iter().map(|key| Change::ScopeOut { key }));
    if let Some(partial) = &mut state.partial {
        partial.note_page(&changes, page.more);
    }
    state.cursor = Some(page.cursor);
    state.last_pull = Some(now);
    (state, changes)
}

/// Remembers what cannot be read, until it can be or has gone.
fn note_unread(unread: &mut UnreadRecords, change: &Change) {
    match change {
        Change::Upsert(versioned) => {
            if let Some(key) = versioned.record.key() {
                unread.forget(key);
            }
        }
        Change::Tombstone { key } | Change::ScopeOut { key } => unread.forget(*key),
        Change::Unread(change) => planted!(UnreadForgotten: unread.note(change) => ()),
    }
}

/// Beyond this many records one read of everything is cheaper than looking for each.
const PINS_LOOKED_UP: usize = 64;

/// What to read of the outbox to know which of the records that the page takes away must stay. None if it
/// takes nothing away.
pub(super) fn plan_pins(state: &CacheState, page: &PullResponse) -> Option<Read> {
    let leaves = |change: &Change| match change {
        Change::ScopeOut { key } => Some(*key),
        _ => None,
    };
    let mut going: Vec<RecordKey> = page.changes.iter().filter_map(leaves).collect();
    going.extend(&state.leaving);
    if !page.more {
        going.extend(&state.unconfirmed);
    }
    // With a new generation everything goes that is not there.
    let takes_over = state.staging && !page.more;
    if takes_over || going.len() > PINS_LOOKED_UP {
        return Some(Read::All);
    }
    let marks = going.into_iter().flat_map(marks_on).collect::<Vec<_>>();
    (!marks.is_empty()).then_some(Read::Found(marks))
}
