//! Rows of the outbox as a phone finds them: written by this build, an older one, a newer one, or damaged.
//!
//! Asserts that what reads writes and reads back equal, and that what the engine plans on it keeps its
//! promises: order, limits, nobody else's work, nothing removed that was not asked for.
#![no_main]

use afield_domain::Zone;
use afield_domain::limits::{PUSH_BYTES, PUSH_MUTATIONS};
use afield_domain::{Timestamp, UserId};
use afield_fuzz::assert_reads_back;
use afield_sync::outbox::batch::{BatchLimits, plan_batch};
use afield_sync::{
    OutboxEntry, OutboxMeta, OutboxView, Projection, Reading, held_entries, pinned_records,
    plan_revert, sync_status,
};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The whole database, as the seeds write it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Outbox {
    meta: OutboxMeta,
    entries: Vec<OutboxEntry>,
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = serde_json::from_slice::<OutboxEntry>(bytes) {
        assert_reads_back(&entry);
        check_entries(vec![entry], OutboxMeta::default());
    }
    if let Ok(meta) = serde_json::from_slice::<OutboxMeta>(bytes) {
        check_meta(meta);
    }
    if let Ok(outbox) = serde_json::from_slice::<Outbox>(bytes) {
        assert_reads_back(&outbox);
        check_entries(outbox.entries, outbox.meta);
    }
});

fn check_meta(mut meta: OutboxMeta) {
    assert_reads_back(&meta);
    let times = [
        meta.last_contact,
        meta.last_sync,
        meta.lease.heartbeat,
        meta.backoff.not_before,
        meta.session.as_ref().map(|session| session.at),
        Some(Timestamp(i64::MIN)),
        Some(Timestamp(i64::MAX)),
    ];
    let times: Vec<Timestamp> = times.into_iter().flatten().collect();
    let zone = meta
        .session
        .as_ref()
        .map(|session| &session.info.company.zone);
    if let Some(Ok(zone)) = zone.map(Zone::from_data) {
        times.iter().for_each(|at| check_zone(&zone, *at));
    }
    for now in times {
        let failed = meta.backoff.after_failure(now, Some(u64::MAX), 1.0);
        assert!(failed.failures > 0 && failed.not_before.is_some());
        let _ = meta.lease.is_stale(now);
        meta.note_contact(now, &Reading::of_wall(now));
        assert!(meta.clock_offset_ms == 0 && meta.backoff.allows(now));
        assert_reads_back(&meta);
    }
}

/// The zone came over the wire once: whatever its rules are, a screen can be drawn.
fn check_zone(zone: &Zone, at: Timestamp) {
    let window = zone.scope(at, 14);
    assert!(window.from <= window.until, "{window:?}");
    let day = zone.day(at);
    assert!(zone.day(at).days_since(day) == 0 && !zone.date_and_time(at).is_empty());
    let _ = zone.at(day, 8, 0);
}

fn check_entries(entries: Vec<OutboxEntry>, meta: OutboxMeta) {
    // The store keeps one row for each number, in their order.
    let rows: BTreeMap<_, _> = entries
        .into_iter()
        .map(|entry| (entry.seq(), entry))
        .collect();
    let entries: Vec<OutboxEntry> = rows.into_values().collect();
    let view = OutboxView {
        meta: meta.clone(),
        entries: entries.clone(),
        ..OutboxView::default()
    };
    let acked = view.ack_below();
    let held = held_entries(&entries);
    let parked = entries.iter().filter(|entry| entry.is_parked());
    assert!(parked.clone().all(|entry| !held.contains(entry.seq())));
    assert!(entries.iter().all(|entry| acked <= entry.seq()));
    let pinned = pinned_records(&entries);
    assert!(
        entries
            .iter()
            .all(|entry| pinned.contains(&entry.mutation.lane))
    );
    let users: BTreeSet<UserId> = entries.iter().map(|entry| entry.mutation.user).collect();
    for user in users {
        check_batch(&entries, user);
    }
    for entry in parked {
        check_revert(&entries, entry);
    }
    let view = OutboxView {
        meta,
        entries,
        ..OutboxView::default()
    };
    let status = sync_status(&view);
    assert!(status.parked + status.held <= status.unsent);
    assert_eq!(
        status.unsent + status.sealed,
        view.entries.len(),
        "each is counted once"
    );
    let mut projection = Projection::default();
    projection.set_outbox(&view);
    for key in pinned {
        let shown = projection.view(key);
        assert!(shown.is_none_or(|view| view.record.key() == Some(key)));
    }
}

fn check_batch(entries: &[OutboxEntry], user: UserId) {
    let held = held_entries(entries);
    let batch = plan_batch(entries, user, BatchLimits::USUAL);
    assert!(batch.is_sorted_by(|one, next| one.seq() < next.seq()));
    for entry in &batch {
        assert!(entries.contains(entry), "as it is stored");
        assert!(entry.mutation.user == user && !entry.is_parked());
        assert!(!held.contains(entry.seq()));
    }
    let sizes = batch
        .iter()
        .map(|entry| serde_json::to_vec(&entry.mutation).map_or(0, |json| json.len()));
    let bytes: usize = sizes.sum();
    assert!(batch.len() <= PUSH_MUTATIONS);
    assert!(
        batch.len() == 1 || bytes <= PUSH_BYTES,
        "the server would refuse it"
    );
}

fn check_revert(entries: &[OutboxEntry], parked: &OutboxEntry) {
    let id = parked.mutation.id;
    let shown: Vec<_> = entries.iter().map(|entry| entry.mutation.id).collect();
    let Ok(plan) = plan_revert(entries, id, &shown) else {
        unreachable!("all that may go was shown");
    };
    assert_eq!(plan.writes.len(), plan.value.len());
    assert!(plan.value.iter().any(|entry| entry.mutation.id == id));
    let ids: Vec<_> = plan.value.iter().map(|entry| entry.mutation.id).collect();
    for entry in plan.value.iter().filter(|entry| entry.mutation.id != id) {
        let waits = entry.mutation.depends_on.iter().any(|id| ids.contains(id));
        assert!(
            waits || entry.mutation.lane == parked.mutation.lane,
            "not asked for"
        );
    }
    if ids.iter().any(|other| *other != id) {
        assert!(
            plan_revert(entries, id, &[id]).is_err(),
            "more than was shown"
        );
    }
}
