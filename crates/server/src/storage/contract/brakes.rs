//! Sign-ins that failed.

use super::super::Storage;
use afield_domain::Timestamp;

async fn fail(storage: &impl Storage, names: &[&str], at: i64) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut tx = storage.write().await.unwrap();
    tx.add_sign_in_failures(&names, Timestamp(at), 6)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn failed(storage: &impl Storage, name: &str, between: (i64, i64), most: u32) -> Vec<i64> {
    let (after, before) = between;
    let mut tx = storage.read().await.unwrap();
    let found = tx.sign_in_failures(name, (Timestamp(after), Timestamp(before)), most);
    found.await.unwrap().into_iter().map(|at| at.0).collect()
}

pub(super) async fn failures_are_found_by_name_and_bounded(storage: &impl Storage) {
    for at in [10, 30, 20] {
        fail(storage, &["a", "b"], at).await;
    }
    for (name, between, most, expected) in [
        ("a", (0, 100), 9, &[30, 20, 10][..]),
        ("b", (0, 100), 2, &[30, 20]),
        ("a", (10, 30), 9, &[20]),
        ("c", (0, 100), 9, &[]),
    ] {
        assert_eq!(failed(storage, name, between, most).await, expected);
    }
    // The oldest make room, in the order in which they were noted.
    fail(storage, &["c", "a"], 40).await;
    assert_eq!(failed(storage, "a", (0, 100), 9).await, [40, 30, 20]);
    assert_eq!(failed(storage, "b", (0, 100), 9).await, [30, 20]);
    let mut tx = storage.write().await.unwrap();
    let pruned = tx.prune_sign_in_failures(Timestamp(30)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(pruned, 2);
    assert_eq!(failed(storage, "b", (0, 100), 9).await, [30]);
    assert_eq!(failed(storage, "c", (0, 100), 9).await, [40]);
}
