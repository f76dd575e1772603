//! The promises about what is found by module and by a key of another system.

use super::{ANNA, NOW, ONE, OTHER, job, note, put};
use crate::records::Fate;
use crate::storage::{Storage, StoredRecord};
use afield_domain::time::ScopeWindow;
use afield_domain::*;
use uuid::Uuid;

pub(super) async fn an_external_key_is_unique_in_a_module(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for (company, n) in [(ONE, 1), (OTHER, 2)] {
        let record = job(n, None, 0);
        crate::records::save_new(tx.as_mut(), company, &record, Some("k"), NOW)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    put(storage, ONE, &job(1, Some(ANNA), 0), Fate::Present).await;
    let mut tx = storage.write().await.unwrap();
    let found = tx.record_by_external_key(ONE, Module::Job, "k").await;
    assert_eq!(found.unwrap(), job(1, None, 0).key());
    let none = tx.record_by_external_key(ONE, Module::Note, "k").await;
    assert_eq!(none.unwrap(), None);
    let twin = job(3, None, 0);
    let twin = crate::records::save_new(tx.as_mut(), ONE, &twin, Some("k"), NOW).await;
    assert!(twin.is_err());
}

pub(super) async fn what_an_import_noted_stands_with_the_record(storage: &dyn Storage) {
    let (one, other) = (
        job(1, None, 0).key().unwrap(),
        job(2, None, 0).key().unwrap(),
    );
    let mut tx = storage.write().await.unwrap();
    for (key, base) in [(one, "1"), (other, "2"), (one, "3")] {
        tx.put_import_base(ONE, key, base).await.unwrap();
    }
    tx.put_import_base(OTHER, one, "4").await.unwrap();
    let mut bases = tx.import_bases(ONE, &[one, other]).await.unwrap();
    bases.sort();
    assert_eq!(bases, [(one, "3".to_owned()), (other, "2".to_owned())]);
    assert!(tx.import_bases(OTHER, &[other]).await.unwrap().is_empty());
}

pub(super) async fn what_columns_meant_is_remembered_by_header_and_company(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for (company, header, columns, at) in [
        (ONE, "a", "1", 1),
        (ONE, "b", "2", 2),
        (ONE, "a", "3", 3),
        (OTHER, "b", "4", 4),
        (ONE, "c", "5", 5),
    ] {
        let now = Timestamp(at);
        tx.put_import_columns(company, header, columns, now, 2)
            .await
            .unwrap();
    }
    for (company, header, expected) in [
        (ONE, "a", Some("3")),
        // Of two that are kept, it was used longest ago.
        (ONE, "b", None),
        (ONE, "c", Some("5")),
        (OTHER, "b", Some("4")),
        (OTHER, "a", None),
    ] {
        let found = tx.import_columns(company, header).await.unwrap();
        assert_eq!(found.as_deref(), expected, "{header}");
    }
}

pub(super) async fn a_module_is_listed_without_what_is_gone(storage: &dyn Storage) {
    put(storage, ONE, &job(1, None, 0), Fate::Present).await;
    put(storage, ONE, &job(2, None, 0), Fate::Deleted).await;
    put(storage, ONE, &note(3, 1), Fate::Present).await;
    put(storage, OTHER, &job(4, None, 0), Fate::Present).await;
    let mut tx = storage.read().await.unwrap();
    let listed = tx.records_of(ONE, Module::Job).await.unwrap();
    let keys: Vec<_> = listed.iter().map(|row| Some(row.key)).collect();
    assert_eq!(keys, [job(1, None, 0).key()]);
    assert!(tx.records_of(ONE, Module::Asset).await.unwrap().is_empty());
}

pub(super) async fn jobs_come_some_at_a_time_and_each_once(storage: &dyn Storage) {
    // Two that start together, one that is gone, one outside at each end, one of another company.
    for (n, starts) in [(3, 10), (1, 20), (2, 20), (5, 9), (6, 30)] {
        put(storage, ONE, &job(n, None, starts), Fate::Present).await;
    }
    put(storage, ONE, &job(4, None, 15), Fate::Deleted).await;
    put(storage, OTHER, &job(7, None, 20), Fate::Present).await;
    let window = ScopeWindow {
        from: Timestamp(10),
        until: Timestamp(30),
    };
    let mut tx = storage.read().await.unwrap();
    let (mut after, mut pages) = (None, Vec::new());
    loop {
        let rows = tx.jobs_starting_after(ONE, window, after, 2).await.unwrap();
        let jobs = rows
            .iter()
            .map(|(starts, row)| (*starts, JobId(row.key.id)));
        let jobs: Vec<_> = jobs.collect();
        let Some(last) = jobs.last() else { break };
        after = Some(*last);
        pages.push(jobs);
    }
    let key = |n: u128, starts| (Timestamp(starts), JobId(Uuid::from_u128(100 + n)));
    let expected = [vec![key(3, 10), key(1, 20)], vec![key(2, 20)]];
    assert_eq!(pages, expected);
    assert_eq!(tx.count_jobs(ONE, window).await.unwrap(), 3);
}

pub(super) fn conflict(n: u128, of: u128, settled: bool) -> Record {
    Record::Conflict(Conflict {
        id: ConflictId(Uuid::from_u128(700 + n)),
        job: JobId(Uuid::from_u128(100 + of)),
        mutation: MutationId(Uuid::from_u128(800 + n)),
        field: JobField::Title,
        item: String::new(),
        base: FieldValue::Text("Boiler".into()),
        mine: FieldValue::Text("Pump".into()),
        theirs: FieldValue::Text("Valve".into()),
        author: ANNA,
        author_name: "Anna".into(),
        made_at: NOW,
        their_name: "Dora".into(),
        their_at: NOW,
        winner: Winner::Theirs,
        rule: Policy::LatestWins,
        at: NOW,
        settled: settled.then(|| Settlement {
            by: "Dora".into(),
            at: NOW,
            value: FieldValue::Text("Valve".into()),
        }),
    })
}

pub(super) async fn open_conflicts_are_those_nobody_settled(storage: &dyn Storage) {
    for (n, fate) in [(1, Fate::Present), (2, Fate::Deleted)] {
        put(storage, ONE, &job(n, None, 0), fate).await;
    }
    put(storage, OTHER, &job(3, None, 0), Fate::Present).await;
    for n in [4, 6, 5] {
        put(storage, ONE, &conflict(n, 1, false), Fate::Present).await;
    }
    put(storage, ONE, &conflict(7, 1, true), Fate::Present).await;
    put(storage, ONE, &conflict(8, 2, false), Fate::Present).await;
    put(storage, ONE, &conflict(9, 1, false), Fate::Deleted).await;
    put(storage, OTHER, &conflict(10, 3, false), Fate::Present).await;
    // One of them is settled after all.
    put(storage, ONE, &conflict(4, 1, true), Fate::Present).await;
    let mut tx = storage.read().await.unwrap();
    let keys = |rows: Vec<StoredRecord>| rows.into_iter().map(|row| row.key).collect::<Vec<_>>();
    let key = |n| conflict(n, 1, false).key().unwrap();
    let (rows, count) = tx.open_conflicts(ONE, 9).await.unwrap();
    assert_eq!((keys(rows), count), (vec![key(6), key(5)], 2));
    let (rows, count) = tx.open_conflicts(ONE, 1).await.unwrap();
    assert_eq!((keys(rows), count), (vec![key(6)], 2));
}
