//! The promises about what is forgotten: what is old enough, of one company, some at a time.

use super::super::{
    Ageing, Departure, FileRemoved, KeptFile, KeptVerdict, MutationRow, NewSession, Storage,
    VerdictAges,
};
use super::log::{add, mutation};
use super::modules::conflict;
use super::reviews::late;
use super::{ANNA, BEN, NOW, ONE, OTHER, activity, job, put};
use crate::records::{Fate, OFFICE, Write, save_record};
use afield_domain::*;
use afield_protocol::{Activity, Decide, Seq};
use uuid::Uuid;

const PHONE: DeviceId = DeviceId(Uuid::from_u128(5));

fn id(n: u128) -> MutationId {
    MutationId(Uuid::from_u128(n))
}

fn before(acknowledged: i64) -> VerdictAges {
    VerdictAges {
        acknowledged: Timestamp(acknowledged),
        abandoned: Timestamp(i64::MIN),
    }
}

pub(super) async fn verdicts_are_pruned_only_when_acknowledged_and_old(storage: &dyn Storage) {
    for row in [
        mutation(1, 1, false),
        mutation(2, 2, true),
        mutation(3, 3, false),
    ] {
        assert!(add(storage, ONE, &row).await);
    }
    let see = async |user, ack| {
        let mut tx = storage.write().await.unwrap();
        tx.see_device(ONE, PHONE, user, Seq(ack), NOW)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let prune = async |company, ages| {
        let mut tx = storage.write().await.unwrap();
        let ids = [1, 2, 3].map(id);
        let pruned = tx.prune_verdicts(company, &ids, ages).await.unwrap();
        tx.commit().await.unwrap();
        pruned
    };
    assert_eq!(prune(ONE, before(i64::MAX)).await, 0, "never acknowledged");
    see(BEN, 9).await;
    assert_eq!(prune(ONE, before(i64::MAX)).await, 0, "by another");
    see(ANNA, 3).await;
    assert_eq!(prune(ONE, before(NOW.0)).await, 0, "not old enough");
    assert_eq!(prune(OTHER, before(i64::MAX)).await, 0, "another company");
    assert_eq!(
        prune(ONE, before(NOW.0 + 1)).await,
        1,
        "a rejection stays, and what is not acknowledged"
    );
    assert_eq!(prune(ONE, before(NOW.0 + 1)).await, 0, "once");
    let mut tx = storage.read().await.unwrap();
    let first = mutation(1, 1, false);
    let pruned = tx.mutations(ONE, &[first.id], None).await.unwrap();
    let verdict = None;
    assert_eq!(pruned, [MutationRow { verdict, ..first }]);
}

pub(super) async fn verdicts_are_looked_for_from_the_oldest_on(storage: &dyn Storage) {
    let at = |n, seq, at| MutationRow {
        received_at: Timestamp(at),
        ..mutation(n, seq, false)
    };
    let kept = |company, n, at| KeptVerdict {
        received_at: Timestamp(at),
        company,
        id: id(n),
    };
    for (company, row) in [
        (ONE, at(9, 1, 10)),
        (ONE, at(7, 2, 20)),
        (ONE, at(8, 3, 20)),
        (OTHER, at(1, 1, 20)),
        (ONE, at(2, 4, 30)),
        (ONE, at(3, 5, 40)),
    ] {
        assert!(add(storage, company, &row).await);
    }
    assert!(add(storage, ONE, &mutation(4, 6, true)).await);
    let all = [
        kept(ONE, 9, 10),
        kept(ONE, 7, 20),
        kept(ONE, 8, 20),
        kept(OTHER, 1, 20),
        kept(ONE, 2, 30),
    ];
    for most in [1, 2, 5, 6] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let mut tx = storage.read().await.unwrap();
            let page = tx.kept_verdicts(Timestamp(40), after, most).await.unwrap();
            assert!(page.len() <= most as usize);
            after = page.last().copied();
            found.extend(page);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, all, "{most} at a time");
    }
}

pub(super) async fn a_device_that_is_long_gone_is_forgotten_and_its_effects_are_not(
    storage: &dyn Storage,
) {
    for row in [mutation(1, 1, false), mutation(2, 2, true)] {
        assert!(add(storage, ONE, &row).await);
    }
    let mut tx = storage.write().await.unwrap();
    tx.see_device(ONE, PHONE, ANNA, Seq(1), NOW).await.unwrap();
    let gone_since = |abandoned| VerdictAges {
        acknowledged: Timestamp(i64::MIN),
        abandoned: Timestamp(abandoned),
    };
    let ids = [id(1), id(2)];
    let texts = tx.prune_verdicts(ONE, &ids, gone_since(NOW.0)).await;
    assert_eq!(texts.unwrap(), 0, "it was here then");
    let texts = tx.prune_verdicts(ONE, &ids, gone_since(NOW.0 + 1)).await;
    assert_eq!(texts.unwrap(), 1);
    let next = Timestamp(NOW.0 + 1);
    for (company, old, expected) in [(ONE, NOW, 0), (OTHER, next, 0), (ONE, next, 1)] {
        let devices = tx.prune(company, Ageing::Devices, old, 9).await;
        assert_eq!(devices.unwrap(), expected);
    }
    tx.commit().await.unwrap();
    let mut tx = storage.read().await.unwrap();
    let mut rows = tx.mutations(ONE, &ids, None).await.unwrap();
    rows.sort_by_key(|row| row.id);
    let expected = MutationRow {
        verdict: None,
        ..mutation(1, 1, false)
    };
    assert_eq!(rows, [expected, mutation(2, 2, true)]);
}

pub(super) async fn departures_raise_the_floor_as_far_as_they_are_forgotten(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for (company, seq) in [(ONE, 1), (ONE, 2), (ONE, 5), (ONE, 6), (OTHER, 3)] {
        let departure = Departure {
            seq,
            key: RecordKey::new(Module::Job, Uuid::from_u128(7)),
            assignee: Some(ANNA),
            links: Vec::new(),
        };
        let at = Timestamp(i64::try_from(seq).unwrap());
        tx.add_departure(company, &departure, at).await.unwrap();
    }
    for (pruned, floor, left) in [(2, 2, 2), (1, 5, 1), (0, 5, 1)] {
        let old = tx.prune(ONE, Ageing::Departures, Timestamp(6), 2);
        assert_eq!(old.await.unwrap(), pruned);
        let row = tx.company(ONE).await.unwrap().unwrap();
        assert_eq!(row.cursor_floor, floor);
        assert_eq!(tx.departures(ONE, 0, ANNA).await.unwrap().len(), left);
    }
    let other = tx.company(OTHER).await.unwrap().unwrap();
    assert_eq!(other.cursor_floor, 0);
    assert_eq!(tx.departures(OTHER, 0, ANNA).await.unwrap().len(), 1);
}

pub(super) async fn activity_is_forgotten_from_the_oldest_on_and_some_at_a_time(
    storage: &dyn Storage,
) {
    let mut tx = storage.write().await.unwrap();
    for (company, seq, at) in [
        (ONE, 1, 10),
        (ONE, 2, 20),
        (ONE, 3, 30),
        (ONE, 4, 90),
        // A clock that was set back hides nothing that is younger.
        (ONE, 5, 40),
        (OTHER, 1, 15),
    ] {
        let activity = Activity {
            received_at: Timestamp(at),
            ..activity(seq)
        };
        tx.add_activity(company, &activity).await.unwrap();
    }
    let before = Timestamp(50);
    for expected in [2, 1, 0] {
        let old = tx.prune(ONE, Ageing::Activity, before, 2);
        assert_eq!(old.await.unwrap(), expected);
    }
    let left = tx.activity_after(ONE, 0, 10).await.unwrap();
    let left: Vec<u64> = left.iter().map(|activity| activity.seq).collect();
    assert_eq!(left, [4, 5]);
    assert_eq!(tx.activity_after(OTHER, 0, 10).await.unwrap().len(), 1);
}

pub(super) async fn what_is_small_goes_some_at_a_time_too(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for n in 1..=3 {
        let device = DeviceId(Uuid::from_u128(n));
        tx.see_device(ONE, device, ANNA, Seq(1), NOW).await.unwrap();
        tx.add_session(&NewSession {
            token_hash: format!("token {n}"),
            company: ONE,
            user: ANNA,
            label: String::new(),
            created: NOW,
            expires: NOW,
        })
        .await
        .unwrap();
        tx.add_review(ONE, &late(n)).await.unwrap();
        let decided = Decide::Accept { onto: None };
        tx.decide_review(ONE, id(n), &decided, NOW).await.unwrap();
    }
    let next = NOW.plus_ms(1);
    for what in [Ageing::Devices, Ageing::Sessions, Ageing::Reviews] {
        for (company, expected) in [(OTHER, 0), (ONE, 2), (ONE, 1), (ONE, 0)] {
            let old = tx.prune(company, what, next, 2);
            assert_eq!(old.await.unwrap(), expected, "{what:?}");
        }
    }
}

fn file(n: u128) -> Attachment {
    Attachment {
        id: AttachmentId(Uuid::from_u128(n)),
        job: JobId(Uuid::from_u128(101)),
        kind: AttachmentKind::Photo,
        name: "boiler.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 3,
        sha256: "0".repeat(64),
        width: 0,
        height: 0,
        thumbnail: String::new(),
        author: ANNA,
        author_name: "Anna".into(),
        made_at: NOW,
        received_at: Some(NOW),
    }
}

pub(super) async fn files_are_found_by_age_and_removed_once(storage: &dyn Storage) {
    put(storage, ONE, &job(1, None, 0), Fate::Present).await;
    for (company, n, at, fate) in [
        (ONE, 3, 10, Fate::Present),
        (ONE, 1, 20, Fate::Deleted),
        (ONE, 2, 20, Fate::Present),
        (ONE, 4, 30, Fate::Present),
        (OTHER, 5, 10, Fate::Present),
    ] {
        let mut tx = storage.write().await.unwrap();
        let write = Write {
            old: None,
            record: &Record::Attachment(file(n)),
            fate,
            external_key: None,
            by: OFFICE,
            made_at: NOW,
        };
        let saved = save_record(tx.as_mut(), company, write, Timestamp(at));
        saved.await.unwrap();
        tx.commit().await.unwrap();
    }
    let kept = |n, at| KeptFile {
        updated_at: Timestamp(at),
        id: file(n).id,
    };
    let mut tx = storage.write().await.unwrap();
    let old = Timestamp(30);
    let first = tx.kept_files(ONE, old, None, 2).await.unwrap();
    assert_eq!(first, [kept(3, 10), kept(1, 20)]);
    let rest = tx.kept_files(ONE, old, first.last().copied(), 2).await;
    assert_eq!(rest.unwrap(), [kept(2, 20)]);

    let record = Record::Attachment(file(3));
    let before = tx.records(ONE, &[record.key().unwrap()]).await.unwrap();
    let note = FileRemoved {
        at: Timestamp(40),
        kept_days: 365,
    };
    let again = FileRemoved {
        at: Timestamp(50),
        kept_days: 30,
    };
    assert!(tx.remove_file(ONE, file(3).id, note).await.unwrap());
    assert!(!tx.remove_file(ONE, file(3).id, again).await.unwrap());
    assert!(!tx.remove_file(OTHER, file(3).id, note).await.unwrap());
    assert_eq!(tx.file_removed(ONE, file(3).id).await.unwrap(), Some(note));
    for (company, n) in [(ONE, 2), (OTHER, 3), (OTHER, 5)] {
        assert_eq!(tx.file_removed(company, file(n).id).await.unwrap(), None);
    }
    let after = tx.records(ONE, &[record.key().unwrap()]).await.unwrap();
    assert_eq!(after, before, "the record is as it was");
    let left = tx.kept_files(ONE, old, None, 9).await.unwrap();
    assert_eq!(left, [kept(1, 20), kept(2, 20)]);

    assert_eq!(
        tx.files_to_delete(ONE, None, 9).await.unwrap(),
        [file(3).id]
    );
    let behind = tx.files_to_delete(ONE, Some(file(3).id), 9).await.unwrap();
    assert_eq!(behind, []);
    let behind = tx.files_to_delete(ONE, Some(file(2).id), 9).await.unwrap();
    assert_eq!(behind, [file(3).id]);
    assert_eq!(tx.files_to_delete(OTHER, None, 9).await.unwrap(), []);
    tx.files_deleted(OTHER, &[file(3).id]).await.unwrap();
    assert_eq!(
        tx.files_to_delete(ONE, None, 9).await.unwrap(),
        [file(3).id]
    );
    for _ in 0..2 {
        tx.files_deleted(ONE, &[file(3).id]).await.unwrap();
    }
    assert_eq!(tx.files_to_delete(ONE, None, 9).await.unwrap(), []);
    tx.commit().await.unwrap();

    // Whoever writes the record again, of whatever version, does not bring the bytes back.
    put(storage, ONE, &record, Fate::Present).await;
    let mut tx = storage.read().await.unwrap();
    assert_eq!(tx.file_removed(ONE, file(3).id).await.unwrap(), Some(note));
}

pub(super) async fn a_job_is_waited_on_while_something_of_it_is_undecided(storage: &dyn Storage) {
    for n in [1, 2] {
        put(storage, ONE, &job(n, None, 0), Fate::Present).await;
    }
    let waits = async || {
        let mut tx = storage.read().await.unwrap();
        let of = async |tx: &mut dyn super::super::ReadTx, n| {
            let job = JobId(Uuid::from_u128(n));
            tx.waits_on(ONE, job).await.unwrap()
        };
        (of(tx.as_mut(), 101).await, of(tx.as_mut(), 102).await)
    };
    assert_eq!(waits().await, (false, false));
    put(storage, OTHER, &conflict(7, 1, false), Fate::Present).await;
    assert_eq!(waits().await, (false, false), "another company's");
    put(storage, ONE, &conflict(8, 2, false), Fate::Present).await;
    assert_eq!(waits().await, (false, true));
    put(storage, ONE, &conflict(8, 2, true), Fate::Present).await;
    assert_eq!(waits().await, (false, false), "settled");
    let mut tx = storage.write().await.unwrap();
    tx.add_review(ONE, &late(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(waits().await, (true, false));
    let mut tx = storage.write().await.unwrap();
    let decided = Decide::Accept { onto: None };
    tx.decide_review(ONE, id(1), &decided, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(waits().await, (false, false));
}
