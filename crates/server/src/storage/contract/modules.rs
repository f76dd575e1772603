//! The promises about what is found by module and by a key of another system.

use super::{ANNA, NOW, ONE, OTHER, job, note, put};
use crate::records::Fate;
use crate::storage::Storage;
use afield_domain::*;

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
