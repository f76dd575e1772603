//! A database that an older version made still serves.

use crate::merge::title;
use crate::phone::Phone;
use crate::support::*;
use afield_server::Config;
use afield_server::web_app::WebApp;
use sqlx::{ConnectOptions, Connection};

#[tokio::test]
async fn a_database_from_before_the_stamps_still_serves() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let mut phone = Phone::of(ANNA);
    let note = [phone.note(job.id, "wet")];
    assert_eq!(server.sign_in(ANNA).await.push(&note).await, ["applied"]);
    let folder = server.stop().await;
    // As `0001_start.sql` made it.
    let file = folder.path().join("afield.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut old = options.connect().await.unwrap();
    for sql in [
        "DROP INDEX mutations_by_lane",
        "ALTER TABLE mutations DROP COLUMN lane",
        "DROP TABLE imported",
        "ALTER TABLE records DROP COLUMN stamps",
        "ALTER TABLE server DROP COLUMN cursor_key",
        "DELETE FROM _sqlx_migrations WHERE version > 1",
    ] {
        sqlx::query(sql).execute(&mut old).await.unwrap();
    }
    old.close().await.unwrap();

    let server = Server::start_in(folder, Config::default(), WebApp::embedded()).await;
    let anna = server.sign_in(ANNA).await;
    assert_eq!(anna.push(&note).await, ["applied"], "the verdict is kept");
    assert_eq!(server.notes(NORDHAUS, job.id).await, 1);
    // A field without a stamp is from the office, long ago: a later edit meets no conflict.
    let edits = [phone.edit(0, job.id, title(&job.title, "Heater"))];
    assert_eq!(anna.push(&edits).await, ["applied"]);
    assert_eq!(server.job(job.id).await.title, "Heater");
}
