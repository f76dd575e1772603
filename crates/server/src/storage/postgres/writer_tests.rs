//! Several servers on one database: who writes in a company does so alone, and nothing is seen by half.

use super::PostgresStorage;
use super::cluster::new_database;
use crate::error::StorageError;
use crate::storage::contract::{ANNA, ONE, OTHER, seeded};
use crate::storage::{SignInLink, Storage, Stored, WriteTx};
use afield_domain::{CompanyId, Timestamp};
use afield_protocol::EpochId;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, query_scalar};
use std::str::FromStr as _;
use std::time::Duration;

/// How long is waited for what must come.
const PATIENCE: Duration = Duration::from_mins(3);

/// Two servers' ways to one database, and its address.
async fn two() -> (PostgresStorage, PostgresStorage, String) {
    let address = new_database().await;
    let first = seeded(PostgresStorage::open(&address).await.unwrap()).await;
    let second = PostgresStorage::open(&address).await.unwrap();
    (first, second, address)
}

async fn takes_a_number(storage: &PostgresStorage, company: CompanyId) -> Stored<u64> {
    let mut tx = storage.write().await?;
    let seq = tx.next_seq(company).await?;
    tx.commit().await?;
    Ok(seq)
}

/// Comes to its end when somebody waits for a lock.
async fn until_somebody_waits(address: &str) {
    let options = PgConnectOptions::from_str(address).unwrap();
    let mut connection = options.connect().await.unwrap();
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                 AND wait_event_type = 'Lock')";
    let looks = async {
        while !query_scalar::<_, bool>(waits)
            .fetch_one(&mut connection)
            .await
            .unwrap()
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looks).await.unwrap();
}

#[tokio::test]
async fn a_company_is_written_by_one_at_a_time_and_others_do_not_wait() {
    let (first, second, address) = two().await;
    let mut tx = first.write().await.unwrap();
    // What is read before something is written is read by who will write it.
    tx.users(ONE).await.unwrap();
    let waits = tokio::spawn({
        let second = second.clone();
        async move {
            let mut tx = second.write().await.unwrap();
            let company = tx.company(ONE).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            company.change_seq
        }
    });
    until_somebody_waits(&address).await;
    assert_eq!(takes_a_number(&second, OTHER).await.unwrap(), 1);
    assert_eq!(tx.next_seq(ONE).await.unwrap(), 1);
    // Reading waits for nobody, and sees nothing of it.
    let mut read = second.read().await.unwrap();
    assert_eq!(read.company(ONE).await.unwrap().unwrap().change_seq, 0);
    tx.commit().await.unwrap();
    assert_eq!(waits.await.unwrap(), 1, "it sees what the other has done");
    // One state throughout, whatever is committed meanwhile.
    assert_eq!(read.company(ONE).await.unwrap().unwrap().change_seq, 0);
}

#[tokio::test]
async fn a_link_is_used_up_once_by_two_servers() {
    let (first, second, address) = two().await;
    let mut tx = first.write().await.unwrap();
    let link = SignInLink {
        token_hash: "link".into(),
        company: ONE,
        user: ANNA,
        expires: Timestamp(9),
    };
    tx.put_link(&link).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = first.write().await.unwrap();
    assert!(tx.sign_in_link("link").await.unwrap().is_some());
    let waits = tokio::spawn({
        let second = second.clone();
        async move {
            let mut tx = second.write().await.unwrap();
            tx.sign_in_link("link").await.unwrap()
        }
    });
    until_somebody_waits(&address).await;
    tx.end_links_of(ONE, ANNA).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(waits.await.unwrap(), None);
}

#[tokio::test]
async fn two_servers_that_begin_on_empty_data_agree_on_its_name() {
    let (first, second, _) = two().await;
    let name = async |storage: PostgresStorage, name: &str| {
        let mut tx = storage.write().await.unwrap();
        if let Some(epoch) = tx.epoch().await.unwrap() {
            return epoch;
        }
        let epoch = EpochId(name.into());
        tx.name_epoch(&epoch).await.unwrap();
        tx.commit().await.unwrap();
        epoch
    };
    let (one, other) = tokio::join!(name(first, "first"), name(second, "second"));
    assert_eq!(one, other);
}

#[tokio::test]
async fn what_is_locked_after_a_mark_is_locked_anew_after_going_back() {
    let (first, second, _) = two().await;
    let mut tx = first.write().await.unwrap();
    tx.mark().await.unwrap();
    tx.next_seq(ONE).await.unwrap();
    tx.undo_marked().await.unwrap();
    assert_eq!(takes_a_number(&second, ONE).await.unwrap(), 1);
    tx.mark().await.unwrap();
    assert_eq!(tx.next_seq(ONE).await.unwrap(), 2);
    tx.keep_marked().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(takes_a_number(&second, ONE).await.unwrap(), 3);
}

#[tokio::test]
async fn of_two_that_wait_for_each_other_one_is_told_to_come_again() {
    let (first, second, _) = two().await;
    let mut one = first.write().await.unwrap();
    one.next_seq(ONE).await.unwrap();
    let mut other = second.write().await.unwrap();
    other.next_seq(OTHER).await.unwrap();
    let crossing = async |mut tx: Box<dyn WriteTx>, company| -> Stored<()> {
        tx.next_seq(company).await?;
        tx.commit().await
    };
    let (one, other) = tokio::join!(crossing(one, OTHER), crossing(other, ONE));
    let taken_back = |done: &Stored<()>| matches!(done, Err(StorageError::TakenBack(_)));
    assert!(taken_back(&one) ^ taken_back(&other), "{one:?} {other:?}");
    // What was taken back left nothing.
    let mut tx = first.read().await.unwrap();
    for company in [ONE, OTHER] {
        assert_eq!(tx.company(company).await.unwrap().unwrap().change_seq, 1);
    }
}

#[tokio::test]
async fn who_is_dropped_in_the_middle_holds_up_nobody() {
    let (first, second, _) = two().await;
    let mut tx = first.write().await.unwrap();
    tx.next_seq(ONE).await.unwrap();
    drop(tx);
    assert_eq!(takes_a_number(&second, ONE).await.unwrap(), 1);
}
