//! An update while servers of the version before go on: from the last release's schema, with its data and its statements.

use super::cluster::{new_database, of_superuser};
use super::connect::Refusal;
use super::{MIGRATIONS, PostgresStorage};
use crate::storage::Storage;
use crate::storage::steps::{is_contraction, without_contractions};
use afield_domain::{CompanyId, DeviceId, JobId, Module, MutationId, RecordKey, UserId};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, query, query_as,
    query_scalar,
};
use std::str::FromStr as _;
use uuid::Uuid;

/// What a server of the release with step 37 writes.
const WRITES: &str = include_str!("../../../tests/postgres/writes_0037.sql");
const LAST_OF_THAT_RELEASE: i64 = 37;

/// A connection of that release's server, by whose name others know it.
async fn older_server(address: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(address).unwrap();
    options.application_name("afield").connect().await.unwrap()
}

/// Has it write what it writes, with `n` in ids and names; the first statement that the database does not take.
async fn writes(older: &mut PgConnection, n: u8) -> sqlx::Result<()> {
    let mut tx = older.begin().await?;
    for sql in WRITES.replace("{n}", &n.to_string()).split_inclusive(";\n") {
        query(AssertSqlSafe(sql.to_owned()))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
}

/// Ends it, and waits until nobody sees it any more.
async fn ends(older: PgConnection, address: &str) {
    older.close().await.unwrap();
    let mut looks = of_superuser(address).connect().await.unwrap();
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
               AND application_name = 'afield')";
    while query_scalar::<_, bool>(sql)
        .fetch_one(&mut looks)
        .await
        .unwrap()
    {
        tokio::task::yield_now().await;
    }
}

fn id(letter: &str, n: u8) -> Uuid {
    Uuid::parse_str(&format!("00000000-0000-4000-8000-00000000{letter}00{n}")).unwrap()
}

/// What this build finds of what was written with `n`.
async fn finds(storage: &PostgresStorage, n: u8) {
    let company = CompanyId(id("c", n));
    let (anna, job) = (UserId(id("a", n)), JobId(id("b", n)));
    let mut tx = storage.read().await.unwrap();
    let row = tx.company(company).await.unwrap().unwrap();
    assert_eq!((row.change_seq, row.settings.expiry_hours), (2, 24));
    assert_eq!(tx.users(company).await.unwrap().len(), 1);
    let session = tx.session(&format!("token-{n}")).await.unwrap().unwrap();
    assert_eq!((session.user.id, session.company.id), (anna, company));
    assert!(
        tx.sign_in_link(&format!("link-{n}"))
            .await
            .unwrap()
            .is_some()
    );
    let jobs = tx.records_of(company, Module::Job).await.unwrap();
    assert_eq!(jobs[0].data, r#"{"title":"Boiler"}"#);
    let place = RecordKey::new(Module::Property, id("f", n));
    let there = tx.referring_to(company, place, Module::Job, 0, 9);
    assert_eq!(there.await.unwrap(), jobs);
    assert_eq!(
        tx.series_of(company, job).await.unwrap().unwrap().1,
        "2026-11-30"
    );
    assert!(tx.had_job(company, anna, job).await.unwrap());
    let of_job = tx.activity_before(company, 9, Some(job), 9).await.unwrap();
    assert_eq!((of_job.len(), of_job[0].actor.as_str()), (1, "Anna"));
    let mutation =
        MutationId(Uuid::parse_str(&format!("00000000-0000-7000-8000-00000000700{n}")).unwrap());
    let decided = tx.mutations(company, &[mutation], None).await.unwrap();
    assert_eq!(decided[0].device, DeviceId(id("d", n)));
    assert_eq!(tx.all_reports(company, 9).await.unwrap()[0].unsent, 2);
    assert_eq!(tx.rights(company).await.unwrap().version, 7);
    assert_eq!(tx.subscriptions_of(company, anna).await.unwrap().len(), 1);
    assert_eq!(tx.setting_changes(company, 9, 9).await.unwrap().len(), 1);
    assert_eq!(tx.reviews_of(company, anna).await.unwrap().len(), 1);
}

async fn takes_a_number(storage: &PostgresStorage, n: u8) -> u64 {
    let mut tx = storage.write().await.unwrap();
    let seq = tx.next_job_number(CompanyId(id("c", n))).await.unwrap();
    tx.commit().await.unwrap();
    seq
}

/// Whether the contracting steps were taken.
async fn is_contracted(address: &str) -> bool {
    let mut looks = of_superuser(address).connect().await.unwrap();
    let sql = "SELECT EXISTS (SELECT 1 FROM _sqlx_migrations WHERE description LIKE 'contract %')";
    query_scalar(sql).fetch_one(&mut looks).await.unwrap()
}

#[tokio::test]
async fn an_older_server_goes_on_beside_a_newer_one_which_contracts_when_it_is_gone() {
    let address = new_database().await;
    let mut older = older_server(&address).await;
    MIGRATIONS
        .run_to(LAST_OF_THAT_RELEASE, &mut older)
        .await
        .unwrap();
    writes(&mut older, 1).await.unwrap();
    let first = PostgresStorage::open(&address).await.unwrap();
    assert!(!is_contracted(&address).await);
    writes(&mut older, 2).await.unwrap();
    for n in [1, 2] {
        finds(&first, n).await;
        assert_eq!(takes_a_number(&first, n).await, 1002);
    }
    ends(older, &address).await;
    let second = PostgresStorage::open(&address).await.unwrap();
    assert!(is_contracted(&address).await);
    for (storage, number) in [(&first, 1003), (&second, 1004)] {
        for n in [1, 2] {
            finds(storage, n).await;
            assert_eq!(takes_a_number(storage, n).await, number);
        }
    }
    // Whoever would come now by the old statements: why it had to be gone.
    let refused = writes(&mut older_server(&address).await, 3)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("row-level security"),
        "{refused}"
    );
}

#[tokio::test]
async fn only_connections_that_do_not_know_a_step_hold_it_up() {
    let first = MIGRATIONS
        .iter()
        .find(|step| is_contraction(step))
        .unwrap()
        .version;
    let named = |step: i64| format!("afield {step}");
    for (name, holds_up) in [
        ("afield".to_owned(), true),
        (named(first - 1), true),
        (named(first), false),
        (named(first + 1), false),
        ("afield x".to_owned(), false),
        ("psql".to_owned(), false),
    ] {
        let address = new_database().await;
        let options = PgConnectOptions::from_str(&address).unwrap();
        let there = options.application_name(&name).connect().await.unwrap();
        PostgresStorage::open(&address).await.unwrap();
        assert_eq!(is_contracted(&address).await, !holds_up, "{name}");
        there.close().await.unwrap();
    }
}

/// Has a build that is newer than this one take a step.
async fn takes_a_step(address: &str, version: i64, name: &str) {
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               VALUES ($1, $2, true, '\\x00', 0)";
    let mut newer = of_superuser(address).connect().await.unwrap();
    query(sql)
        .bind(version)
        .bind(name)
        .execute(&mut newer)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_build_starts_again_where_a_newer_one_has_expanded_and_not_where_it_has_contracted() {
    let address = new_database().await;
    let runs = PostgresStorage::open(&address).await.unwrap();
    takes_a_step(&address, 9998, "expand something").await;
    let starts_again = PostgresStorage::open(&address).await.unwrap();
    assert_eq!(
        starts_again
            .read()
            .await
            .unwrap()
            .companies()
            .await
            .unwrap(),
        []
    );
    takes_a_step(&address, 9999, "contract something").await;
    let refused = PostgresStorage::open(&address).await.unwrap_err();
    assert!(matches!(refused, Refusal::Newer { .. }), "{refused}");
    // One that had no connection at that moment makes none.
    assert!(runs.read().await.is_err());
}

/// What the database says of its columns, indexes, functions and policies.
async fn catalog(address: &str) -> Vec<(String,)> {
    let mut looks = of_superuser(address).connect().await.unwrap();
    let sql = "SELECT concat_ws(' ', attrelid::regclass, attname, atttypid::regtype, attnotnull, attgenerated) \
               FROM pg_attribute JOIN pg_class c ON c.oid = attrelid \
               WHERE c.relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped \
               UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid \
               WHERE c.relnamespace = current_schema()::regnamespace \
               UNION ALL SELECT concat_ws(' ', oid::regprocedure, prosrc) FROM pg_proc \
               WHERE pronamespace = current_schema()::regnamespace \
               UNION ALL SELECT concat_ws(' ', polrelid::regclass, polname, pg_get_expr(polqual, polrelid)) FROM pg_policy \
               ORDER BY 1";
    query_as(sql).fetch_all(&mut looks).await.unwrap()
}

async fn takes(address: &str, steps: &Migrator) {
    let options = PgConnectOptions::from_str(address).unwrap();
    steps
        .run(&mut options.connect().await.unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_waits_until_older_servers_are_gone_ends_in_the_same_schema() {
    let (at_once, later) = (new_database().await, new_database().await);
    takes(&at_once, &MIGRATIONS).await;
    takes(&later, &without_contractions(&MIGRATIONS)).await;
    assert_ne!(catalog(&at_once).await, catalog(&later).await);
    takes(&later, &MIGRATIONS).await;
    assert_eq!(catalog(&at_once).await, catalog(&later).await);
}
