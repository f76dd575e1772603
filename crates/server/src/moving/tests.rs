//! Whole installations there and back, cut at every step, and what is refused.

mod data;

use super::rows::copy_rows;
use super::*;
use crate::storage::Storage as _;
use crate::storage::postgres::PostgresStorage;
use crate::storage::postgres::cluster::{new_database, run as tell};
use crate::storage::postgres::whole::{Meant, PostgresWhole};
use crate::storage::sqlite::whole::{SqliteWhole, mark_of};
use crate::storage::sqlite::{Durability, SqliteStorage};
use crate::storage::whole::PAGE;
use data::{dump, empty, fill, sql};
use std::path::{Path, PathBuf};

fn sqlite(file: &Path) -> SqliteWhole {
    SqliteWhole::open(file, file.display().to_string()).unwrap()
}

async fn postgres(address: &str, meant: Meant) -> PostgresWhole {
    PostgresWhole::open(address, meant).await.unwrap()
}

/// Why the database is not served; none if it is.
async fn refusal_of(place: &Place) -> Option<String> {
    match place {
        Place::Sqlite(file) => mark_of(file).unwrap().map(|mark| mark.refusal("here")),
        Place::Postgres(address) => match PostgresStorage::open(address).await {
            Ok(storage) => {
                storage.close().await;
                None
            }
            Err(refusal) => Some(refusal.to_string()),
        },
    }
}

enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Place {
    async fn open(&self, meant: Meant) -> Box<dyn Whole> {
        match self {
            Self::Sqlite(file) => Box::new(sqlite(file)),
            Self::Postgres(address) => Box::new(postgres(address, meant).await),
        }
    }
}

async fn copy(from: &Place, to: &Place) -> Done<Outcome> {
    let mut source = from.open(Meant::Source).await;
    let mut target = to.open(Meant::Target).await;
    run(source.as_mut(), target.as_mut(), Source::Leaves).await
}

#[tokio::test]
async fn every_row_of_every_table_goes_there_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let (first, last) = (folder.path().join("a.db"), folder.path().join("b.db"));
    let address = new_database().await;
    let tables = fill(&first, &address).await;
    let before = dump(&first);
    let names: Vec<&String> = before.iter().map(|(name, _)| name).collect();
    let mut copied: Vec<&String> = tables.iter().map(|table| &table.name).collect();
    copied.sort();
    assert_eq!(names, copied);
    for (name, rows) in &before {
        assert!(!rows.is_empty(), "no row of {name} is tried");
    }
    assert!(
        before
            .iter()
            .any(|(_, rows)| rows.len() > 2 * PAGE as usize)
    );

    let (one, middle) = (
        Place::Sqlite(first.clone()),
        Place::Postgres(address.clone()),
    );
    let Outcome::Copied(report) = copy(&one, &middle).await.unwrap() else {
        panic!("it had nothing to go on with");
    };
    let rows: usize = before.iter().map(|(_, rows)| rows.len()).sum();
    assert_eq!(report.rows, u64::try_from(rows).unwrap());
    assert_eq!((report.tables, report.letters_lost), (before.len(), 0));
    for (name, rows) in &before {
        let there = tell(&address, &format!("SELECT 1 FROM \"{name}\"")).await;
        assert_eq!(there, u64::try_from(rows.len()).unwrap(), "{name}");
    }
    // It counts on behind what came.
    let reviews = "INSERT INTO reviews (company, mutation, device, \"user\", job, lane, data, reason, received_at) \
                   SELECT company, gen_random_uuid(), device, \"user\", job, lane, data, reason, received_at \
                   FROM reviews LIMIT 1";
    tell(&address, reviews).await;
    tell(
        &address,
        "DELETE FROM reviews WHERE place = (SELECT max(place) FROM reviews)",
    )
    .await;

    empty(&last).await;
    copy(&middle, &Place::Sqlite(last.clone())).await.unwrap();
    for ((name, before), (_, after)) in before.iter().zip(dump(&last)) {
        assert_eq!(before, &after, "{name}");
    }
    assert_eq!(dump(&first), before);
}

#[tokio::test]
async fn a_table_that_only_one_of_both_has_is_told_and_nothing_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.db");
    let address = new_database().await;
    fill(&file, &address).await;
    for more in [
        "CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT",
        "ALTER TABLE users ADD COLUMN extra TEXT",
    ] {
        sql(&file, more);
        let refused = copy(
            &Place::Sqlite(file.clone()),
            &Place::Postgres(address.clone()),
        )
        .await;
        let said = refused.unwrap_err().to_string();
        assert!(said.contains("do not have the same table"), "{said}");
        sql(&file, "DROP TABLE IF EXISTS extra");
    }
}

/// A copy that ends after so many of its steps.
async fn cut(from: &Place, to: &Place, steps: usize) {
    let mut source = from.open(Meant::Source).await;
    let mut target = to.open(Meant::Target).await;
    let mut copy = Move::new(source.as_mut(), target.as_mut(), Source::Leaves);
    if steps > 0 {
        assert_eq!(copy.begin().await.unwrap(), Begun::Anew);
    }
    if steps == 1 {
        // In the middle of the rows.
        copy.to.hold().await.unwrap();
        copy_rows(copy.from, copy.to, &copy.tables).await.unwrap();
    }
    if steps > 1 {
        copy.fill().await.unwrap();
    }
    if steps > 2 {
        copy.leave().await.unwrap();
    }
}

#[tokio::test]
async fn cut_at_any_step_one_place_at_most_is_served_and_the_same_copy_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (start, address) = (folder.path().join("start.db"), new_database().await);
    fill(&start, &address).await;
    let (whole, before) = (new_database().await, dump(&start));
    let kept = folder.path().join("kept.db");
    std::fs::copy(&start, &kept).unwrap();
    copy(&Place::Sqlite(kept), &Place::Postgres(whole.clone()))
        .await
        .unwrap();
    for there in [true, false] {
        for steps in 0..=3 {
            let file = folder.path().join(format!("{there}-{steps}.db"));
            let (from, to) = if there {
                std::fs::copy(&start, &file).unwrap();
                (
                    Place::Sqlite(file.clone()),
                    Place::Postgres(new_database().await),
                )
            } else {
                empty(&file).await;
                let source = crate::storage::postgres::cluster::copy_of(&whole).await;
                (Place::Postgres(source), Place::Sqlite(file.clone()))
            };
            cut(&from, &to, steps).await;
            let (left, begun) = (refusal_of(&from).await, refusal_of(&to).await);
            // A build that knows nothing of copies refuses it too.
            let opened = SqliteStorage::open(&file, Durability::ProcessOnly).await;
            let refused = if there { &left } else { &begun };
            assert_eq!(opened.is_err(), refused.is_some(), "{there} {steps}");
            if let Ok(opened) = opened {
                opened.close().await;
            }
            assert_eq!(left.is_some(), steps == 3, "{there} {steps}: {left:?}");
            assert_eq!(begun.is_some(), steps > 0, "{there} {steps}: {begun:?}");
            if let Some(begun) = begun {
                assert!(begun.contains("has not ended: run it again"), "{begun}");
            }

            let ended = copy(&from, &to).await.unwrap();
            assert_eq!(
                matches!(ended, Outcome::Ended(_)),
                steps == 3,
                "{there} {steps}"
            );
            assert_eq!(refusal_of(&to).await, None);
            let left = refusal_of(&from).await.unwrap();
            assert!(left.contains("were moved to"), "{left}");
            if !there {
                assert_eq!(dump(&file), before);
            }
            let again = copy(&from, &to).await.unwrap_err().to_string();
            assert!(again.contains("were moved to"), "{again}");
        }
    }
}

#[tokio::test]
async fn what_moved_takes_nothing_from_a_server_that_is_still_there_and_can_be_parted_from() {
    let folder = tempfile::tempdir().unwrap();
    let (start, last) = (folder.path().join("a.db"), folder.path().join("b.db"));
    let address = new_database().await;
    fill(&start, &address).await;
    copy(&Place::Sqlite(start), &Place::Postgres(address.clone()))
        .await
        .unwrap();
    // It has no connection while it is looked for.
    let forgotten = PostgresStorage::open(&address).await.unwrap();
    empty(&last).await;
    copy(&Place::Postgres(address.clone()), &Place::Sqlite(last))
        .await
        .unwrap();
    let forget = |storage: PostgresStorage| async move {
        let mut tx = storage.write().await?;
        tx.end_all_sessions().await
    };
    forget(forgotten.clone()).await.unwrap_err();
    forgotten.close().await;

    let mut left = postgres(&address, Meant::Look).await;
    left.part_from_what_was_moved("another").await.unwrap();
    drop(left);
    let storage = PostgresStorage::open(&address).await.unwrap();
    let epoch = storage
        .read()
        .await
        .unwrap()
        .epoch()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(epoch.0, "another");
    forget(storage.clone()).await.unwrap();
    storage.close().await;
}

#[tokio::test]
async fn a_database_with_a_server_on_it_is_not_copied() {
    let address = new_database().await;
    let storage = PostgresStorage::open(&address).await.unwrap();
    let open = storage.read().await.unwrap();
    for meant in [Meant::Source, Meant::Target] {
        let refused = PostgresWhole::open(&address, meant).await.err().unwrap();
        assert!(refused.to_string().contains("is in use"), "{refused}");
    }
    drop(open);
    storage.close().await;
    let one = postgres(&address, Meant::Source).await;
    let other = PostgresWhole::open(&address, Meant::Target).await.err();
    let said = other.unwrap().to_string();
    assert!(said.contains("is in use"), "{said}");
    drop(one);
}

#[tokio::test]
async fn what_is_not_empty_or_of_another_version_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let (file, address) = (folder.path().join("a.db"), new_database().await);
    fill(&file, &address).await;
    let (from, to) = (
        Place::Sqlite(file.clone()),
        Place::Postgres(address.clone()),
    );
    let refused = async |expected: &str| {
        let said = copy(&from, &to).await.unwrap_err().to_string();
        assert!(
            said.contains(expected) && said.lines().count() == 1,
            "{said}"
        );
        assert_eq!(refusal_of(&from).await, None);
        assert_eq!(refusal_of(&to).await, None);
    };
    tell(&address, "INSERT INTO server (id, epoch) VALUES (1, 'x')").await;
    refused("holds data already").await;
    tell(&address, "DELETE FROM server").await;
    let newest = "(SELECT max(version) FROM _sqlx_migrations)";
    sql(
        &file,
        &format!("UPDATE _sqlx_migrations SET version = 9999 WHERE version = {newest}"),
    );
    refused("is of a newer version").await;
    sql(&file, "DELETE FROM _sqlx_migrations WHERE version = 9999");
    refused("is of an older version").await;
    sql(&file, "DROP TABLE _sqlx_migrations");
    refused("holds no data of Afield").await;
}

#[tokio::test]
async fn what_postgres_does_not_hold_is_told_or_left_out_as_its_storage_does() {
    let folder = tempfile::tempdir().unwrap();
    let (file, address) = (folder.path().join("a.db"), new_database().await);
    fill(&file, &address).await;
    let (from, to) = (
        Place::Sqlite(file.clone()),
        Place::Postgres(address.clone()),
    );
    let kept = folder.path().join("kept.db");
    std::fs::copy(&file, &kept).unwrap();
    let of = "WHERE rowid = (SELECT min(rowid) FROM records)";
    let activity = "UPDATE activity SET data = '{\"job\":\"\\u0000\"}' \
                    WHERE seq = (SELECT max(seq) FROM activity)";
    for (break_it, expected, table) in [
        (
            format!("UPDATE records SET data = '{{\"a\":' {of}"),
            "is not JSON",
            "of records",
        ),
        (
            format!("UPDATE records SET data = CAST(x'ff' AS TEXT) {of}"),
            "is not text",
            "of records",
        ),
        (
            format!("UPDATE records SET id = 'nobody' {of}"),
            "is no id",
            "of records",
        ),
        (
            format!("UPDATE records SET deleted = 2 {of}"),
            "is of another kind",
            "of records",
        ),
    ] {
        std::fs::copy(&kept, &file).unwrap();
        sql(&file, &break_it);
        let said = copy(&from, &to).await.unwrap_err().to_string();
        assert!(said.contains(expected) && said.contains(table), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(refusal_of(&from).await, None);
    }
    std::fs::copy(&kept, &file).unwrap();
    // What one copy has left there is not for another to take away.
    let said = copy(&Place::Sqlite(kept), &to).await.unwrap_err();
    assert!(said.to_string().contains("has not ended"), "{said}");
    sql(
        &file,
        "UPDATE users SET name = 'A' || char(0) || 'nna', team = char(0)",
    );
    sql(&file, activity);
    let users = dump(&file)
        .into_iter()
        .find(|(name, _)| name == "users")
        .unwrap()
        .1
        .len();
    let Outcome::Copied(report) = copy(&from, &to).await.unwrap() else {
        panic!("it had nothing to go on with");
    };
    assert_eq!(report.letters_lost, u64::try_from(2 * users + 1).unwrap());
    let named = tell(
        &address,
        "SELECT 1 FROM users WHERE name = 'Anna' AND team = ''",
    )
    .await;
    assert_eq!(named, u64::try_from(users).unwrap());
}
