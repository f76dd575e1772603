//! Reads what the database has at the end of the trial, past the server.
//!
//! Owns these few statements. Must never write, nor judge: that is `checks.rs`.

use crate::Result;
use crate::checks::{Stored, StoredMutation};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _, query};
use std::str::FromStr as _;

pub(crate) async fn connect(address: &str) -> Result<PgConnection> {
    Ok(PgConnectOptions::from_str(address)?.connect().await?)
}

/// All of it but the photos' bytes.
pub(crate) async fn read(address: &str) -> Result<Stored> {
    let mut connection = connect(address).await?;
    let mut stored = Stored::default();
    let all = query("SELECT device, seq, id, rejected FROM mutations");
    for row in all.fetch_all(&mut connection).await? {
        stored.mutations.push(StoredMutation {
            device: row.try_get(0)?,
            seq: u64::try_from(row.try_get::<i64, _>(1)?)?,
            id: row.try_get(2)?,
            rejected: row.try_get(3)?,
        });
    }
    let all = query("SELECT id, change_seq FROM records WHERE module = 'note' AND NOT deleted");
    for row in all.fetch_all(&mut connection).await? {
        let change = u64::try_from(row.try_get::<i64, _>(1)?)?;
        stored.notes.insert(row.try_get(0)?, change);
    }
    let all = query(
        "SELECT id, data -> 'received_at' IS NOT NULL FROM records WHERE module = 'attachment' AND NOT deleted",
    );
    for row in all.fetch_all(&mut connection).await? {
        stored.photos.insert(row.try_get(0)?, row.try_get(1)?);
    }
    let all = query(
        "SELECT data -> 'what' ->> 'text', count(*) FROM activity WHERE data -> 'what' ->> 'kind' = 'note' GROUP BY 1",
    );
    for row in all.fetch_all(&mut connection).await? {
        let times = u64::try_from(row.try_get::<i64, _>(1)?)?;
        stored.told.insert(row.try_get(0)?, times);
    }
    connection.close().await?;
    Ok(stored)
}
