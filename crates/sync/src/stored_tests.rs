//! Every stored type as it stands in the databases. A change here raises the database's version
//! (`crates/store/src/schema.rs`): a build that does not know a field would lose it when it writes.

use crate::cache::partial::Partial;
use crate::files::sending::{FileLine, Receipt, Refusal, Sending};
use crate::files::speed::Speed;
use crate::testing::fixtures::{edit, job_key, local_file, session, set, technician};
use crate::{
    Acknowledged, CacheState, Decided, Decision, EntryState, JobName, OutboxEntry, OutboxMeta,
    Priming, Reading, SignedIn, UnreadRecord, UnreadRecords,
    outbox::{push_size::PushSize, stopped::Stopped},
    pass::{backoff::Backoff, lease::Lease},
};
use afield_domain::{DeviceId, JobStatus, Module, MutationId, Op, Rejection, Rev, Timestamp};
use afield_protocol::{Cursor, EpochId, ModuleTotal, Mutation, Replaced, Seq};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;
use uuid::Uuid;

#[track_caller]
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let json = serde_json::to_string_pretty(value).unwrap();
    let back: T = serde_json::from_str(&json).unwrap();
    assert_eq!(&back, value);
    insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "../snapshots"}, {
        insta::assert_snapshot!(name, json);
    });
}

fn mutation(seq: u64, op: Op) -> Mutation {
    Mutation {
        id: MutationId(Uuid::from_u128(u128::from(seq) + 0x500)),
        device: DeviceId(Uuid::from_u128(1)),
        seq: Seq(seq),
        user: technician(1).id,
        lane: job_key(1),
        depends_on: vec![MutationId(Uuid::from_u128(3))],
        replaces: vec![Replaced {
            id: MutationId(Uuid::from_u128(4)),
            seq: Seq(0),
        }],
        op_version: op.version(),
        op,
        base_rev: Some(Rev(7)),
        wall: Timestamp(1_795_248_000_123),
        clock_offset_ms: -250,
    }
}

#[test]
fn the_outbox() {
    let states = [
        EntryState::Pending,
        EntryState::InFlight { lease: 7 },
        EntryState::Parked {
            reason: Rejection::Forbidden,
            at: Timestamp(1_795_248_100_000),
            rev: Some(Rev(9)),
        },
    ];
    let ops = [
        set(1, JobStatus::EnRoute),
        set(1, JobStatus::Started),
        edit(1, "a", "b"),
    ];
    let entries: Vec<OutboxEntry> = states
        .into_iter()
        .zip(ops)
        .zip(1..)
        .map(|((state, intent), seq)| OutboxEntry {
            state,
            sent: seq > 1,
            attempts: 2,
            ..OutboxEntry::new(mutation(seq, intent.op))
        })
        .collect();
    check("outbox_entries", &entries);
    let stopped = OutboxEntry {
        sent: true,
        attempts: 5,
        stopped: Some(Stopped::default().again(Some(403), Timestamp(1_795_248_150_000))),
        ..OutboxEntry::new(mutation(5, set(2, JobStatus::Paused).op))
    };
    check("outbox_entry_stopped", &stopped);
    let undecided = OutboxEntry {
        sent: true,
        undecided: 2,
        ..OutboxEntry::new(mutation(7, set(2, JobStatus::Paused).op))
    };
    check("outbox_entry_undecided", &undecided);
    let named = OutboxEntry {
        job: Some(JobName {
            number: "J-7".into(),
            title: "Boiler".into(),
        }),
        ..OutboxEntry::new(mutation(6, set(2, JobStatus::Paused).op))
    };
    check("outbox_entry_named", &named);
    let worded = OutboxEntry {
        sent: true,
        state: EntryState::Parked {
            reason: Rejection::Other,
            at: Timestamp(1_795_248_100_000),
            rev: None,
        },
        message: "The order is closed in SAP.".into(),
        ..OutboxEntry::new(mutation(8, set(2, JobStatus::Paused).op))
    };
    check("outbox_entry_worded", &worded);
    let kept = Acknowledged {
        mutation: mutation(4, set(2, JobStatus::Paused).op),
        at: Timestamp(1_795_248_200_000),
    };
    check("outbox_kept", &kept);
    let line = |entry: &OutboxEntry, decision, behind| OutboxEntry {
        decided: Some(Decided {
            decision,
            at: Timestamp(1_795_248_300_000),
            behind,
        }),
        ..entry.clone()
    };
    let refused = &entries[2];
    let log = [
        line(refused, Decision::Reverted, None),
        line(&entries[0], Decision::Reverted, Some(refused.mutation.id)),
        line(refused, Decision::SentAgain, None),
        line(refused, Decision::Corrected, None),
        line(refused, Decision::Released, None),
    ];
    check("outbox_log", &log.to_vec());
}

#[test]
fn the_meta_row() {
    let meta = OutboxMeta {
        device: Some(DeviceId(Uuid::from_u128(1))),
        last_seq: Seq(4),
        session: Some(SignedIn {
            info: session(&technician(1)),
            at: Timestamp(1_795_248_000_000),
        }),
        backoff: Backoff::default().after_failure(Timestamp(5), Some(9_000), 0.5),
        clock_offset_ms: -250,
        last_contact: Some(Timestamp(6)),
        last_sync: Some(Timestamp(7)),
        server_build: "b1c2d3".into(),
        epoch: Some(EpochId("e-5f0c".into())),
        kept_from: Some(Timestamp(8)),
        ..OutboxMeta::default()
    };
    check("outbox_meta", &meta);
    let meta = OutboxMeta {
        lease: Lease {
            number: 9,
            holder: "worker-0a1b2c".into(),
            heartbeat: Some(Timestamp(1_795_248_000_000)),
            without_lock: true,
            called: false,
        },
        ..OutboxMeta::default()
    };
    check("outbox_meta_without_lock", &meta);
    let push_size = PushSize::default()
        .after_failure(9, 90_000)
        .after_answer(45_000);
    let meta = OutboxMeta {
        push_size,
        ..OutboxMeta::default()
    };
    check("outbox_meta_reach", &meta);
    let meta = OutboxMeta {
        reports: 12,
        ..OutboxMeta::default()
    };
    check("outbox_meta_reports", &meta);
    let mut meta = OutboxMeta::default();
    let by = Reading {
        wall: Timestamp(1_795_248_060_250),
        began: Timestamp(1_795_248_000_250),
        ran_ms: 60_000,
        context: "page-0a1b2c".into(),
    };
    meta.note_contact(Timestamp(1_795_248_060_000), &by);
    check("outbox_meta_contact", &meta);
    let mut files = FileLine::default();
    files.carried(300_000, 15_000, Timestamp(5));
    files.speed = Speed::default();
    files.backoff = Backoff::default().after_failure(Timestamp(5), None, 0.5);
    files.at_once = true;
    files.asked = true;
    let lease = Lease {
        called: true,
        ..Lease::default()
    };
    let meta = OutboxMeta {
        files,
        lease,
        ..OutboxMeta::default()
    };
    check("outbox_meta_files", &meta);
    let mut meta = meta;
    meta.files.copies = Some(50_000_000);
    check("outbox_meta_copies", &meta);
    meta.files.speed = Speed {
        is_slow: true,
        against: 1,
        at: Some(Timestamp(1_795_248_000_123)),
    };
    check("outbox_meta_slow", &meta);
    meta.files.wifi_only = true;
    check("outbox_meta_wifi", &meta);
    let mut meta = OutboxMeta {
        without_offline: vec![technician(2).id],
        ..OutboxMeta::default()
    };
    meta.recent.note(technician(1).id, job_key(4));
    check("outbox_meta_recent", &meta);
}

/// A build of before kept there what it had told the server of the phone.
#[test]
fn the_meta_row_of_a_build_that_kept_more() {
    let row = include_str!("../snapshots/outbox_meta_told.snap");
    let (_, json) = row.split_once("\n---\n").unwrap();
    let read: OutboxMeta = serde_json::from_str(json).unwrap();
    assert_eq!(read, OutboxMeta::default());
}

#[test]
fn a_file() {
    check("local_file", &local_file(1, 2, &[1, 2, 3]));
    let mut file = local_file(1, 2, &[1, 2, 3]);
    file.sending = Sending {
        sent: 2,
        failures: 3,
        mismatches: 1,
        refused: Some(Refusal {
            status: Some(404),
            at: Timestamp(1_795_248_000_000),
        }),
        received: Some(Receipt {
            at: Timestamp(1_795_248_000_500),
            epoch: Some(EpochId("e-5f0c".into())),
        }),
    };
    check("local_file_sending", &file);
    file.is_copy = true;
    check("local_file_copy", &file);
}

#[test]
fn the_state_of_the_cache() {
    let totals = |count| {
        vec![ModuleTotal {
            module: Module::Job,
            count,
        }]
    };
    let state = CacheState {
        owner: Some(technician(1).id),
        epoch: Some(EpochId("e-5f0c".into())),
        cursor: Some(Cursor("c1.7.42".into())),
        staging: true,
        priming: Priming {
            totals: totals(9),
            received: totals(4),
            bytes: 1_234,
            done_at: None,
        },
        leaving: vec![job_key(3)],
        last_pull: Some(Timestamp(9)),
        ..CacheState::default()
    };
    check("cache_state", &state);
    let unread = UnreadRecords {
        records: vec![UnreadRecord {
            module: "spaceship".into(),
            id: "7".into(),
        }],
        more: 2,
    };
    let state = CacheState {
        records_version: 1,
        unread,
        ..CacheState::default()
    };
    check("cache_state_unread", &state);
    let state = CacheState {
        partial: Some(Partial {
            kept: vec![job_key(1)],
            asked: vec![job_key(2)],
            come: vec![job_key(2)],
            under_way: true,
            pages: 7,
        }),
        widens: true,
        ..CacheState::default()
    };
    check("cache_state_partial", &state);
}
