//! The second wall: a statement that forgets to name the company reaches the rows of one company all the same.

use super::PostgresStorage;
use super::cluster::{new_database, of_superuser};
use super::open_transaction::PgTx;
use crate::storage::contract::{ONE, OTHER, seeded};
use crate::storage::{Storage, Stored};
use afield_domain::CompanyId;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, query, query_as, query_scalar};

/// A table with rows of companies, and the column that names whose a row is.
struct Walled {
    table: String,
    company: String,
    /// Its other columns that take a value, each with one that fits.
    others: Vec<(String, &'static str)>,
}

/// A value of that type that no other row has.
fn value_of(kind: &str) -> &'static str {
    match kind {
        "uuid" => "gen_random_uuid()",
        "text" => "gen_random_uuid()::text",
        "bigint" => "(random() * 1e15)::bigint",
        "boolean" => "false",
        "json" => "'{}'",
        other => panic!("a column of type {other}: say here what fits in it"),
    }
}

/// Whatever tables there are: one that is added later is among them.
async fn walled(connection: &mut PgConnection) -> Vec<Walled> {
    let sql = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) \
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
               WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') \
               AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '' \
               ORDER BY c.relname, a.attnum";
    let columns: Vec<(String, String, String)> = query_as(sql).fetch_all(connection).await.unwrap();
    let of_company =
        |table: &str, column: &str| column == "company" || (table == "companies" && column == "id");
    let tables = columns.iter().filter(|(t, c, _)| of_company(t, c));
    let walled = tables.map(|(table, company, _)| {
        let others = columns
            .iter()
            .filter(|(t, c, _)| t == table && c != company);
        Walled {
            table: format!("\"{table}\""),
            company: company.clone(),
            others: others
                .map(|(_, column, kind)| (format!("\"{column}\""), value_of(kind)))
                .collect(),
        }
    });
    walled.collect()
}

impl Walled {
    /// The statement that adds a row of the company that `whose` says.
    fn insert(&self, whose: &str) -> String {
        let (names, values): (Vec<&str>, Vec<&str>) = self
            .others
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .unzip();
        let (names, values) = (names.join(", "), values.join(", "));
        let (table, company) = (&self.table, &self.company);
        format!("INSERT INTO {table} ({company}, {names}) VALUES ({whose}, {values})")
    }
}

/// A database in which each table has rows of both companies, and its tables.
async fn filled() -> (PostgresStorage, Vec<Walled>) {
    let address = new_database().await;
    let storage = seeded(PostgresStorage::open(&address).await.unwrap()).await;
    let mut past = of_superuser(&address).connect().await.unwrap();
    let tables = walled(&mut past).await;
    assert!(tables.len() > 20, "{}", tables.len());
    // Rows that refer to nothing: only the wall is looked at.
    let alone = query("SET session_replication_role = replica");
    alone.execute(&mut past).await.unwrap();
    for table in tables.iter().filter(|table| table.table != "\"companies\"") {
        for company in [ONE, OTHER] {
            let sql = table.insert(&format!("'{company}'"));
            query(AssertSqlSafe(sql)).execute(&mut past).await.unwrap();
        }
    }
    (storage, tables)
}

/// How many rows a statement touches that names no company; what was done is taken back.
async fn touched(tx: &mut PgTx, company: CompanyId, sql: String) -> Stored<u64> {
    tx.set_mark().await?;
    let open = tx.of(company).await?;
    let done = open.run(query(AssertSqlSafe(sql))).await;
    tx.go_back_to_mark().await?;
    done
}

#[tokio::test]
async fn every_table_of_companies_has_its_wall_and_the_owner_is_bound_too() {
    let address = new_database().await;
    PostgresStorage::open(&address).await.unwrap().close().await;
    let mut connection = of_superuser(&address).connect().await.unwrap();
    let tables = walled(&mut connection).await;
    for Walled { table, .. } in tables {
        let sql = "SELECT relrowsecurity AND relforcerowsecurity AND 1 = (SELECT count(*) FROM pg_policy p \
                   WHERE p.polrelid = c.oid AND p.polname = 'afield_wall' AND p.polcmd = '*' AND p.polpermissive \
                   AND p.polqual IS NOT NULL AND p.polwithcheck IS NULL) FROM pg_class c WHERE c.oid = $1::regclass";
        let stands: bool = query_scalar(sql)
            .bind(&table)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert!(
            stands,
            "{table} has no wall: add one where it is made, see 0039"
        );
    }
}

#[tokio::test]
async fn a_statement_that_forgets_the_company_reaches_no_other() {
    let (storage, tables) = filled().await;
    let mut tx = PgTx::begin_writing(&storage.writers, &storage.own)
        .await
        .unwrap();
    for table in &tables {
        let (name, column) = (&table.table, &table.company);
        for company in [ONE, OTHER] {
            let select = format!("SELECT 1 FROM {name}");
            let of_all = tx.past_the_wall().await.unwrap();
            let all = of_all
                .run(query(AssertSqlSafe(select.clone())))
                .await
                .unwrap();
            let own = format!("{select} WHERE {column} = '{company}'");
            let own = of_all.run(query(AssertSqlSafe(own))).await.unwrap();
            assert!(own > 0 && own < all, "{name}: {own} of {all}");
            let update = format!("UPDATE {name} SET {column} = {column}");
            for sql in [select, update] {
                let reached = touched(&mut tx, company, sql.clone()).await;
                assert_eq!(reached.unwrap(), own, "{sql}");
            }
            // Those that others refer to are not deleted, of whichever company.
            if name != "\"companies\"" {
                let sql = format!("DELETE FROM {name}");
                assert_eq!(
                    touched(&mut tx, company, sql.clone()).await.unwrap(),
                    own,
                    "{sql}"
                );
            }
        }
        let insert = table.insert(&format!("'{OTHER}'"));
        let give = format!("UPDATE {name} SET {column} = '{OTHER}'");
        for sql in [insert, give] {
            let refused = touched(&mut tx, ONE, sql.clone()).await.unwrap_err();
            let said = format!("{refused:?}");
            assert!(said.contains("row-level security"), "{sql}: {said}");
        }
    }
}

#[tokio::test]
async fn who_says_nothing_sees_nothing_and_going_back_sees_what_was_seen() {
    let (storage, _) = filled().await;
    let mut tx = PgTx::begin_writing(&storage.writers, &storage.own)
        .await
        .unwrap();
    let users = async |tx: &mut PgTx| {
        tx.of_none()
            .run(query("SELECT 1 FROM users"))
            .await
            .unwrap()
    };
    assert_eq!(users(&mut tx).await, 0);
    tx.of(ONE).await.unwrap();
    let of_one = users(&mut tx).await;
    assert!(of_one > 0);
    tx.set_mark().await.unwrap();
    tx.of_all().await.unwrap();
    assert!(users(&mut tx).await > of_one);
    tx.go_back_to_mark().await.unwrap();
    assert_eq!(users(&mut tx).await, of_one);
    tx.of(OTHER).await.unwrap();
    tx.of(ONE).await.unwrap();
    assert_eq!(users(&mut tx).await, of_one);
    tx.end().await.unwrap();
    // The connection is used again, and what was seen before is not seen by whoever has it now.
    let mut tx = PgTx::begin_writing(&storage.writers, &storage.own)
        .await
        .unwrap();
    assert_eq!(users(&mut tx).await, 0);
    let mut read = storage.read().await.unwrap();
    assert!(!read.users(ONE).await.unwrap().is_empty());
}
