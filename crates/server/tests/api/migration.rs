//! A database that an older version made still serves.

use crate::cache::Cache;
use crate::merge::title;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::{Job, JobId, JobStatus, MutationId, Record};
use afield_protocol::Mutation;
use afield_server::Config;
use afield_server::web_app::WebApp;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

fn job_of(n: u128) -> JobId {
    job(n, None).id
}

/// Which user's device has acknowledged what is below which number.
async fn acknowledged_in(connection: &mut SqliteConnection) -> Vec<(String, i64)> {
    sqlx::query_as("SELECT user, ack_below FROM devices ORDER BY user")
        .fetch_all(connection)
        .await
        .unwrap()
}

async fn acknowledged(server: &Server) -> Vec<(String, i64)> {
    let file = server.folder.path().join("afield.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.unwrap();
    let rows = acknowledged_in(&mut connection).await;
    connection.close().await.unwrap();
    rows
}

#[tokio::test]
async fn a_database_from_before_the_stamps_still_serves() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let mut phone = Phone::of(ANNA);
    let note = [phone.note(job.id, "wet")];
    assert_eq!(server.sign_in(ANNA).await.push(&note).await, ["applied"]);
    // Ben has used the same phone, after her; she has acknowledged what she heard.
    let mut ben = Phone::of(BEN);
    ben.device = phone.device;
    server.put_job(2, BEN).await;
    let other = job_of(2);
    ben.note(other, "a place that she has taken");
    let bens = [Mutation {
        id: MutationId(uuid::Uuid::from_u128(0xBE2)),
        ..ben.note(other, "dry")
    }];
    assert_eq!(server.sign_in(BEN).await.push(&bens).await, ["applied"]);
    let folder = server.stop().await;
    // As `0001_start.sql` made it.
    let file = folder.path().join("afield.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut old = options.connect().await.unwrap();
    for sql in [
        "ALTER TABLE mutations RENAME TO kept",
        "CREATE TABLE mutations (company TEXT NOT NULL, id TEXT NOT NULL, device TEXT NOT NULL, \
         seq INTEGER NOT NULL, user TEXT NOT NULL, fingerprint TEXT NOT NULL, rejected INTEGER NOT NULL, \
         verdict TEXT, received_at INTEGER NOT NULL, PRIMARY KEY (company, id), \
         UNIQUE (company, device, seq)) STRICT, WITHOUT ROWID",
        "INSERT INTO mutations SELECT company, id, device, seq, user, fingerprint, rejected, verdict, \
         received_at FROM kept",
        "DROP TABLE kept",
        "CREATE INDEX mutations_with_verdict ON mutations (received_at) WHERE verdict IS NOT NULL AND rejected = 0",
        "ALTER TABLE devices RENAME TO kept",
        "CREATE TABLE devices (company TEXT NOT NULL, device TEXT NOT NULL, user TEXT NOT NULL, \
         ack_below INTEGER NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (company, device)) STRICT, \
         WITHOUT ROWID",
        // It had one row for a device: who was here last.
        "INSERT OR REPLACE INTO devices SELECT company, device, user, 2, last_seen FROM kept ORDER BY user",
        "DROP TABLE kept",
        "DROP TABLE imported",
        "DROP INDEX job_index_begun",
        "DROP INDEX job_index_ended",
        "ALTER TABLE job_index DROP COLUMN begun_seq",
        "ALTER TABLE job_index DROP COLUMN ended_seq",
        "DROP TABLE device_reports",
        "DROP TABLE reviews",
        "DROP TABLE sign_in_failures",
        "DROP TABLE paces",
        "DROP TABLE sign_in_subjects",
        "DROP TABLE sign_in_providers",
        "ALTER TABLE sessions DROP COLUMN revoked_at",
        "DROP INDEX departures_of_jobs",
        "DROP TABLE setting_changes",
        "ALTER TABLE companies DROP COLUMN window_days",
        "ALTER TABLE companies DROP COLUMN photo_edge",
        "ALTER TABLE companies DROP COLUMN files_budget_mb",
        "ALTER TABLE companies DROP COLUMN settings_version",
        "ALTER TABLE companies DROP COLUMN keep_activity_days",
        "ALTER TABLE companies DROP COLUMN keep_files_days",
        "DROP INDEX files_kept",
        "ALTER TABLE records DROP COLUMN file_removed_at",
        "ALTER TABLE records DROP COLUMN file_kept_days",
        "DROP TABLE files_to_delete",
        "DROP TABLE rights",
        "DROP TABLE office_trail",
        "ALTER TABLE users DROP COLUMN team",
        "DROP TABLE series_jobs",
        "DROP TABLE series",
        "DROP TABLE sign_in_links",
        "DROP TABLE import_columns",
        "DROP TABLE notifications_due",
        "DROP TABLE notification_subscriptions",
        "ALTER TABLE server DROP COLUMN notification_key",
        "DROP INDEX record_links_to",
        "ALTER TABLE companies DROP COLUMN keeps_photo_details",
        "ALTER TABLE companies DROP COLUMN mode",
        "ALTER TABLE companies DROP COLUMN offers_offline",
        "ALTER TABLE companies DROP COLUMN refuses_open_questions",
        "DROP INDEX activity_by_job",
        "DROP INDEX open_conflicts",
        "ALTER TABLE records DROP COLUMN stamps",
        "ALTER TABLE server DROP COLUMN cursor_key",
        "DELETE FROM _sqlx_migrations WHERE version > 1",
    ] {
        sqlx::query(sql).execute(&mut old).await.unwrap();
    }
    let before = acknowledged_in(&mut old).await;
    assert_eq!(before, [(BEN.to_string(), 2)]);
    old.close().await.unwrap();

    let server = Server::start_in(folder, Config::default(), WebApp::embedded()).await;
    // What the phone had acknowledged counts for him who was here last, and for nobody else.
    assert_eq!(acknowledged(&server).await, before);
    let anna = server.sign_in(ANNA).await;
    assert_eq!(anna.push(&note).await, ["applied"], "the verdict is kept");
    let taken = Mutation {
        id: MutationId(uuid::Uuid::from_u128(0xFFF)),
        ..note[0].clone()
    };
    let answer = anna.push(&[taken]).await;
    assert_eq!(answer, ["sequence_reused"], "and its place");
    assert_eq!(server.notes(NORDHAUS, job.id).await, 1);
    // So have Ben's, on the same phone.
    let ben_again = server.sign_in(BEN).await;
    assert_eq!(ben_again.push(&bens).await, ["applied"]);
    let taken = Mutation {
        id: MutationId(uuid::Uuid::from_u128(0xFFE)),
        ..bens[0].clone()
    };
    assert_eq!(ben_again.push(&[taken]).await, ["sequence_reused"]);
    assert_eq!(server.notes(NORDHAUS, other).await, 1);
    // A field without a stamp is from the office, long ago: a later edit meets no conflict.
    let edits = [phone.edit(0, job.id, title(&job.title, "Heater"))];
    assert_eq!(anna.push(&edits).await, ["applied"]);
    assert_eq!(server.job(job.id).await.title, "Heater");
}

#[tokio::test]
async fn a_job_in_hand_from_before_comes_with_the_next_pull() {
    let server = Server::start().await;
    let late = |n| Job {
        starts: at(NOON).plus_ms(-9 * DAY_MS),
        status: JobStatus::Paused,
        ..job(n, Some(ANNA))
    };
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    server.put(NORDHAUS, &Record::Job(late(1))).await;
    cache.all(&anna, 100).await;
    // The version before told a phone nothing of such a job.
    cache.records.clear();
    let folder = server.stop().await;
    let file = folder.path().join("afield.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut old = options.connect().await.unwrap();
    for sql in [
        "DROP INDEX job_index_begun",
        "DROP INDEX job_index_ended",
        "ALTER TABLE job_index DROP COLUMN begun_seq",
        "ALTER TABLE job_index DROP COLUMN ended_seq",
        "DELETE FROM _sqlx_migrations WHERE version = 7",
    ] {
        sqlx::query(sql).execute(&mut old).await.unwrap();
    }
    old.close().await.unwrap();

    let server = Server::start_in(folder, Config::default(), WebApp::embedded()).await;
    let anna = server.sign_in(ANNA).await;
    assert_eq!(cache.all(&anna, 100).await, ["+job 700001"]);
    let done = Job {
        status: JobStatus::Finished,
        ..late(1)
    };
    server.put(NORDHAUS, &Record::Job(done)).await;
    assert_eq!(cache.all(&anna, 100).await, ["-job 700001"]);
}
