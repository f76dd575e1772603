//! PostgreSQL keeps the contract, as SQLite does.

use super::PostgresStorage;
use super::cluster::new_database;
use crate::storage::contract::check_all;

#[tokio::test]
async fn postgres_keeps_the_contract() {
    check_all(async || PostgresStorage::open(&new_database().await).await.unwrap()).await;
}
