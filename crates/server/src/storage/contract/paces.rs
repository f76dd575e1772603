//! How much sessions have asked for at each server.

use super::super::Storage;
use super::super::paces::Count;
use afield_domain::Timestamp;

/// What is told at a server, and then known there of the sessions `a` and `b` elsewhere; what began by `over` is over.
async fn tell(
    storage: &impl Storage,
    server: &str,
    counts: &[(&str, i64, u32)],
    over: i64,
) -> Vec<(String, i64, u32)> {
    let counts: Vec<_> = counts
        .iter()
        .map(|(name, began, requests)| {
            let count = Count {
                began: Timestamp(*began),
                requests: *requests,
            };
            ((*name).to_owned(), count)
        })
        .collect();
    let names = ["a".to_owned(), "b".to_owned()];
    let mut tx = storage.write().await.unwrap();
    tx.tell_paces(server, &counts, Timestamp(over))
        .await
        .unwrap();
    let found = tx.paces_elsewhere(server, &names, Timestamp(over)).await;
    tx.commit().await.unwrap();
    let mut found: Vec<_> = found
        .unwrap()
        .into_iter()
        .map(|(name, count)| (name, count.began.0, count.requests))
        .collect();
    found.sort();
    found
}

pub(super) async fn what_is_told_at_one_server_is_known_at_the_others(storage: &impl Storage) {
    let found = |expected: &[(&str, i64, u32)]| -> Vec<(String, i64, u32)> {
        let owned =
            |(name, began, requests): &(&str, i64, u32)| ((*name).to_owned(), *began, *requests);
        expected.iter().map(owned).collect()
    };
    for (server, counts, over, expected) in [
        ("one", &[("a", 10, 3), ("c", 10, 9)][..], 0, &[][..]),
        ("two", &[("a", 20, 5)], 0, &[("a", 10, 3)]),
        // All of it, in place of what was told before.
        (
            "one",
            &[("a", 10, 6), ("b", 11, u32::MAX)],
            0,
            &[("a", 20, 5)],
        ),
        ("two", &[], 0, &[("a", 10, 6), ("b", 11, u32::MAX)]),
        (
            "three",
            &[],
            0,
            &[("a", 10, 6), ("a", 20, 5), ("b", 11, u32::MAX)],
        ),
        // What is over is not told, and its own server forgets it.
        (
            "three",
            &[("a", 30, 1)],
            10,
            &[("a", 20, 5), ("b", 11, u32::MAX)],
        ),
        ("one", &[], 11, &[("a", 20, 5), ("a", 30, 1)]),
        ("two", &[], 0, &[("a", 30, 1)]),
    ] {
        assert_eq!(
            tell(storage, server, counts, over).await,
            found(expected),
            "{server}"
        );
    }
    let mut tx = storage.write().await.unwrap();
    assert_eq!(tx.prune_paces(Timestamp(30)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(tell(storage, "four", &[], 0).await, found(&[("a", 30, 1)]));
}
