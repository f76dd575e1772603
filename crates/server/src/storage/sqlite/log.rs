//! Verdicts, departures, activity and devices in SQLite.

use super::super::{Activities, Departure, MutationRow, Place, Stored};
use super::values::{int, key, key_list, keys_from_list, readable, uint, uuid};
use super::{SqliteTx, backend};
use crate::error::StorageError;
use afield_domain::{CompanyId, DeviceId, MutationId, RecordKey, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::{Activity, Seq};

macro_rules! mutation_columns {
    () => {
        "m.id, m.device, m.seq, m.user, m.lane, m.fingerprint, m.rejected, m.verdict, m.received_at"
    };
}

#[derive(sqlx::FromRow)]
struct MutationColumns {
    id: String,
    device: String,
    seq: i64,
    user: String,
    lane: Option<String>,
    fingerprint: String,
    rejected: bool,
    verdict: Option<String>,
    received_at: i64,
}

impl MutationColumns {
    fn row(self) -> Stored<MutationRow> {
        Ok(MutationRow {
            id: MutationId(uuid(&self.id)?),
            device: DeviceId(uuid(&self.device)?),
            seq: Seq(uint(self.seq)),
            user: UserId(uuid(&self.user)?),
            lane: self.lane.as_deref().and_then(lane_from),
            fingerprint: self.fingerprint,
            rejected: self.rejected,
            verdict: self.verdict,
            received_at: Timestamp(self.received_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct DepartureColumns {
    seq: i64,
    module: String,
    id: String,
    assignee: Option<String>,
    links: String,
}

impl DepartureColumns {
    fn departure(&self) -> Stored<Departure> {
        let assignee = self.assignee.as_deref();
        Ok(Departure {
            seq: uint(self.seq),
            key: key(&self.module, &self.id)?,
            assignee: assignee.map(|user| uuid(user).map(UserId)).transpose()?,
            links: keys_from_list(&self.links)?,
        })
    }
}

const INSERT_MUTATION: &str = "INSERT INTO mutations (company, id, device, seq, user, lane, fingerprint, rejected, verdict, received_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
const INSERT_MUTATION_IF_FREE: &str = "INSERT OR IGNORE INTO mutations (company, id, device, seq, user, lane, fingerprint, rejected, verdict, received_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

impl SqliteTx {
    pub(super) async fn load_mutations(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        place: Option<Place>,
    ) -> Stored<Vec<MutationRow>> {
        const SQL: &str = concat!(
            "SELECT ",
            mutation_columns!(),
            " FROM json_each(?2) k CROSS JOIN mutations m ON m.company = ?1 AND m.id = k.value \
             UNION ALL SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = ?1 AND m.user = ?5 AND m.device = ?3 AND m.seq = ?4 \
             UNION ALL SELECT * FROM (SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = ?1 AND m.device = ?3 AND m.user = ?5 AND m.lane = ?6 \
             AND m.seq > ?4 AND m.rejected = 0 ORDER BY m.seq DESC LIMIT 1)"
        );
        let ids = serde_json::to_string(ids).map_err(|_| StorageError::Damaged("ids"))?;
        let rows: Vec<MutationColumns> = sqlx::query_as(SQL)
            .bind(company.to_string())
            .bind(ids)
            .bind(place.map(|place| place.device.to_string()))
            .bind(place.map(|place| int(place.seq.0)))
            .bind(place.map(|place| place.user.to_string()))
            .bind(place.map(|place| lane_text(place.lane)))
            .fetch_all(&mut *self.tx)
            .await
            .map_err(backend)?;
        rows.into_iter().map(MutationColumns::row).collect()
    }

    pub(super) async fn insert_mutation(
        &mut self,
        company: CompanyId,
        row: &MutationRow,
    ) -> Stored<()> {
        self.insert_row(company, row, INSERT_MUTATION).await
    }

    pub(super) async fn insert_mutation_if_free(
        &mut self,
        company: CompanyId,
        row: &MutationRow,
    ) -> Stored<()> {
        self.insert_row(company, row, INSERT_MUTATION_IF_FREE).await
    }

    async fn insert_row(
        &mut self,
        company: CompanyId,
        row: &MutationRow,
        sql: &'static str,
    ) -> Stored<()> {
        sqlx::query(sql)
            .bind(company.to_string())
            .bind(row.id.to_string())
            .bind(row.device.to_string())
            .bind(int(row.seq.0))
            .bind(row.user.to_string())
            .bind(row.lane.map(lane_text))
            .bind(&row.fingerprint)
            .bind(row.rejected)
            .bind(&row.verdict)
            .bind(row.received_at.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn load_departures(
        &mut self,
        company: CompanyId,
        after: u64,
        user: UserId,
    ) -> Stored<Vec<Departure>> {
        let rows: Vec<DepartureColumns> = sqlx::query_as(
            "SELECT seq, module, id, assignee, links FROM departures \
             WHERE company = ?1 AND seq > ?2 AND (module <> 'job' OR assignee = ?3) ORDER BY seq",
        )
        .bind(company.to_string())
        .bind(int(after))
        .bind(user.to_string())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(readable(&rows, DepartureColumns::departure, |row| {
            format!("departure {} of {} {}", row.seq, row.module, row.id)
        }))
    }

    pub(super) async fn insert_departure(
        &mut self,
        company: CompanyId,
        departure: &Departure,
        at: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO departures (company, seq, module, id, assignee, links, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(company.to_string())
        .bind(int(departure.seq))
        .bind(departure.key.module.name())
        .bind(departure.key.id.to_string())
        .bind(departure.assignee.map(|user| user.to_string()))
        .bind(key_list(&departure.links))
        .bind(at.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn load_activity_after(
        &mut self,
        company: CompanyId,
        after: u64,
        limit: u32,
    ) -> Stored<Activities> {
        let mut from = int(after);
        loop {
            let rows: Vec<(i64, String)> = sqlx::query_as(
                "SELECT seq, data FROM activity WHERE company = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            )
            .bind(company.to_string())
            .bind(from)
            .bind(limit)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(backend)?;
            let found = activities(&rows);
            // Nobody comes past what does not read by asking for what is after the last that does.
            match rows.last() {
                Some((last, _)) if found.is_empty() => from = *last,
                _ => return Ok(found),
            }
        }
    }

    pub(super) async fn load_latest_activity(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<Activities> {
        let mut below = i64::MAX;
        loop {
            let rows: Vec<(i64, String)> = sqlx::query_as(
                "SELECT seq, data FROM activity WHERE company = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
            )
            .bind(company.to_string())
            .bind(below)
            .bind(limit)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(backend)?;
            let found = activities(&rows);
            match rows.last() {
                Some((last, _)) if found.is_empty() => below = *last,
                _ => return Ok(found),
            }
        }
    }

    pub(super) async fn delete_activity_at(&mut self, company: CompanyId, seq: u64) -> Stored<()> {
        sqlx::query("DELETE FROM activity WHERE company = ?1 AND seq = ?2")
            .bind(company.to_string())
            .bind(int(seq))
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn delete_devices(&mut self, before: Timestamp) -> Stored<u64> {
        // Who comes back after that long learns that the effect is there, and fetches the records.
        sqlx::query(
            "UPDATE mutations SET verdict = NULL WHERE verdict IS NOT NULL AND rejected = 0 AND received_at < ?1 \
             AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.company = mutations.company \
             AND d.user = mutations.user AND d.device = mutations.device AND d.last_seen >= ?1)",
        )
        .bind(before.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        let done = sqlx::query("DELETE FROM devices WHERE last_seen < ?1")
            .bind(before.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(done.rows_affected())
    }

    pub(super) async fn insert_activity(
        &mut self,
        company: CompanyId,
        activity: &Activity,
    ) -> Stored<()> {
        let data =
            serde_json::to_string(activity).map_err(|_| StorageError::Damaged("activity"))?;
        sqlx::query("INSERT INTO activity (company, seq, data) VALUES (?1, ?2, ?3)")
            .bind(company.to_string())
            .bind(int(activity.seq))
            .bind(data)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn save_device(
        &mut self,
        company: CompanyId,
        device: DeviceId,
        user: UserId,
        ack_below: Seq,
        now: Timestamp,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO devices (company, device, user, ack_below, last_seen) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (company, user, device) DO UPDATE SET ack_below = ?4, last_seen = ?5",
        )
        .bind(company.to_string())
        .bind(device.to_string())
        .bind(user.to_string())
        .bind(int(ack_below.0))
        .bind(now.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(())
    }

    pub(super) async fn delete_verdicts(&mut self, before: Timestamp) -> Stored<u64> {
        const SQL: &str = "UPDATE mutations SET verdict = NULL WHERE verdict IS NOT NULL AND rejected = 0 \
             AND received_at < ?1 AND (device = id OR seq < (SELECT d.ack_below FROM devices d \
             WHERE d.company = mutations.company AND d.user = mutations.user AND d.device = mutations.device))";
        let done = sqlx::query(
            planted!(TimeOnlyPrune: SQL => "DELETE FROM mutations WHERE received_at < ?1"),
        )
        .bind(before.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(done.rows_affected())
    }

    pub(super) async fn delete_departures(&mut self, before: Timestamp) -> Stored<u64> {
        let floors: Vec<(String, i64)> = sqlx::query_as(
            "SELECT company, max(seq) FROM departures WHERE at < ?1 GROUP BY company",
        )
        .bind(before.0)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(backend)?;
        for (company, floor) in floors {
            self.raise_floor(&company, uint(floor)).await?;
        }
        let done = sqlx::query("DELETE FROM departures WHERE at < ?1")
            .bind(before.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(done.rows_affected())
    }

    pub(super) async fn delete_activity(&mut self, before: Timestamp) -> Stored<u64> {
        let done = sqlx::query(
            "DELETE FROM activity WHERE NOT json_valid(data) OR json_extract(data, '$.received_at') < ?1",
        )
        .bind(before.0)
        .execute(&mut *self.tx)
        .await
        .map_err(backend)?;
        Ok(done.rows_affected())
    }

    pub(super) async fn delete_sessions(&mut self, now: Timestamp) -> Stored<u64> {
        let done = sqlx::query("DELETE FROM sessions WHERE expires_at <= ?1")
            .bind(now.0)
            .execute(&mut *self.tx)
            .await
            .map_err(backend)?;
        Ok(done.rows_affected())
    }
}

fn lane_text(lane: RecordKey) -> String {
    format!("{}/{}", lane.module.name(), lane.id)
}

fn lane_from(text: &str) -> Option<RecordKey> {
    let (module, id) = text.split_once('/')?;
    key(module, id).ok()
}

fn activities(rows: &[(i64, String)]) -> Activities {
    readable(
        rows,
        |(_, data)| serde_json::from_str(data).map_err(|_| StorageError::Damaged("activity")),
        |(seq, _)| format!("activity {seq}"),
    )
}
