//! Both databases hold the same; and what is compared in PostgreSQL is compared as SQLite does.

use super::cluster::{new_database, of_superuser, run};
use super::connect::Refusal;
use super::{MIGRATIONS, PostgresStorage};
use crate::storage::Storage;
use crate::storage::sqlite::memory::MemorySqlite;
use sqlx::{ConnectOptions as _, PgConnection, query_as};

async fn connect(address: &str) -> PgConnection {
    of_superuser(address).connect().await.unwrap()
}

/// The columns of all tables, without those that are made of others: which, of which table, and whether it may hold
/// nothing.
async fn columns(connection: &mut PgConnection) -> Vec<(String, String, bool)> {
    let sql = "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns \
               WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations' \
               AND is_generated = 'NEVER'";
    let mut columns: Vec<_> = query_as(sql).fetch_all(connection).await.unwrap();
    columns.sort();
    columns
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let address = new_database().await;
    let storage = PostgresStorage::open(&address).await.unwrap();
    let ours = columns(&mut connect(&address).await).await;
    storage.close().await;
    let theirs = MemorySqlite::open().await.unwrap().columns().await.unwrap();
    assert!(theirs.len() > 150, "{theirs:?}");
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn every_text_is_compared_byte_by_byte() {
    let address = new_database().await;
    let storage = PostgresStorage::open(&address).await.unwrap();
    let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns \
               WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations' \
               AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'";
    let other: Vec<(String, String)> = query_as(sql)
        .fetch_all(&mut connect(&address).await)
        .await
        .unwrap();
    storage.close().await;
    assert_eq!(other, []);
}

#[tokio::test]
async fn what_was_made_ready_is_opened_again_as_it_is() {
    let address = new_database().await;
    for _ in 0..2 {
        let storage = PostgresStorage::open(&address).await.unwrap();
        storage.close().await;
    }
}

#[tokio::test]
async fn two_servers_that_begin_at_once_make_the_schema_once() {
    let address = new_database().await;
    let (one, other) = tokio::join!(
        PostgresStorage::open(&address),
        PostgresStorage::open(&address)
    );
    one.unwrap().close().await;
    other.unwrap().close().await;
}

async fn refusal(address: &str) -> Refusal {
    PostgresStorage::open(address).await.unwrap_err()
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_not_touched() {
    let address = new_database().await;
    run(&address, "CREATE TABLE invoices (id INTEGER)").await;
    let refused = refusal(&address).await;
    assert!(
        matches!(&refused, Refusal::NotOurs { table, .. } if table == "invoices"),
        "{refused}"
    );
    let left = columns(&mut connect(&address).await).await;
    assert_eq!(left.len(), 1, "{left:?}");
    // Another program may note its migrations under the same name.
    run(
        &address,
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY)",
    )
    .await;
    let refused = refusal(&address).await;
    assert!(matches!(refused, Refusal::NotOurs { .. }), "{refused}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_not_touched() {
    let address = new_database().await;
    let storage = PostgresStorage::open(&address).await.unwrap();
    storage.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'from the future', true, '\\x00', 0)";
    run(&address, newer).await;
    let refused = refusal(&address).await;
    assert!(matches!(refused, Refusal::Newer { .. }), "{refused}");
}

#[tokio::test]
async fn who_does_not_answer_or_lets_nobody_in_is_named() {
    let address = new_database().await;
    let nowhere = address.replace("/test_", "/nowhere_");
    let refused = refusal(&nowhere).await;
    assert!(matches!(refused, Refusal::NotLetIn { .. }), "{refused}");
    let folder = tempfile::tempdir().unwrap();
    let nobody = format!(
        "postgres://afield@localhost/afield?host={}",
        folder.path().display()
    );
    let refused = refusal(&nobody).await;
    assert!(matches!(refused, Refusal::NoAnswer { .. }), "{refused}");
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_letter_is_refused() {
    let address = new_database().await;
    run(
        &address,
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'",
    )
    .await;
    let (start, end) = address.split_once("/test_").unwrap();
    let options = end.split_once('?').unwrap().1;
    let refused = refusal(&format!("{start}/latin?{options}")).await;
    assert!(matches!(refused, Refusal::Encoding { .. }), "{refused}");
}

#[test]
fn migrations_come_in_pairs() {
    let ours: Vec<i64> = MIGRATIONS.iter().map(|step| step.version).collect();
    let theirs = crate::storage::sqlite::versions();
    let last_before = ours.first().copied().unwrap();
    let theirs: Vec<i64> = theirs
        .into_iter()
        .filter(|version| *version >= last_before)
        .collect();
    assert_eq!(ours, theirs);
}
