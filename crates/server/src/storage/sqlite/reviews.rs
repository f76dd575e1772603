//! What came too late, in SQLite.

use super::super::Stored;
use super::super::reviews::{ReadReviews, ReviewRow, WriteReviews};
use super::SqliteTx;
use super::values::{column, lane_text, maybe_text, text, uint_at, uuid_at};
use crate::error::StorageError;
use afield_domain::{CompanyId, DeviceId, JobId, MutationId, RecordKey, Timestamp, UserId};
use afield_protocol::Decide;
use async_trait::async_trait;
use rusqlite::{Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

const DAMAGED: StorageError = StorageError::Damaged("review");

fn read_json<T: DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|_| DAMAGED)
}

fn write_json(value: &impl Serialize) -> Stored<String> {
    serde_json::to_string(value).map_err(|_| DAMAGED)
}

fn review(row: &Row<'_>) -> Stored<ReviewRow> {
    Ok(ReviewRow {
        job: JobId(uuid_at(row, 1)?),
        mutation: read_json(text(row, 2)?)?,
        reason: read_json(text(row, 3)?)?,
        received_at: Timestamp(column(row, 4)?),
        file_at: column::<Option<i64>>(row, 5)?.map(Timestamp),
        decided: maybe_text(row, 6)?.map(read_json).transpose()?,
        revoked: column(row, 7)?,
    })
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT mutation, job, data, reason, received_at, file_at, decided, revoked FROM reviews WHERE company = ?1 ",
            $rest
        )
    };
}

impl SqliteTx {
    /// Those that read. Of one that does not, nobody can decide: it stays, and the log names it.
    fn load_reviews(&self, sql: &str, params: impl Params) -> Stored<Vec<ReviewRow>> {
        self.tx.readable(sql, params, review, |row| {
            Ok(format!("review {}", text(row, 0)?))
        })
    }
}

#[async_trait]
impl ReadReviews for SqliteTx {
    async fn had_job(&mut self, company: CompanyId, user: UserId, job: JobId) -> Stored<bool> {
        let sql = "SELECT 1 FROM departures WHERE company = ?1 AND id = ?2 AND assignee = ?3 AND module = 'job' LIMIT 1";
        let params = [company.to_string(), job.to_string(), user.to_string()];
        Ok(self.tx.first(sql, params, |_| Ok(()))?.is_some())
    }

    async fn reviews_of(&mut self, company: CompanyId, user: UserId) -> Stored<Vec<MutationId>> {
        self.tx.all(
            "SELECT mutation FROM reviews WHERE company = ?1 AND user = ?2 AND decided IS NULL ORDER BY place",
            [company.to_string(), user.to_string()],
            |row| Ok(MutationId(uuid_at(row, 0)?)),
        )
    }

    async fn reviews_waiting(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<ReviewRow>, u64)> {
        let company = company.to_string();
        let rows = self.load_reviews(
            select!("AND decided IS NULL ORDER BY place LIMIT ?2"),
            (&company, limit),
        )?;
        let sql = "SELECT count(*) FROM reviews WHERE company = ?1 AND decided IS NULL";
        let count = self.tx.first(sql, [&company], |row| uint_at(row, 0))?;
        Ok((rows, count.unwrap_or(0)))
    }

    async fn reviews(&mut self, company: CompanyId, ids: &[MutationId]) -> Stored<Vec<ReviewRow>> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids = write_json(&ids)?;
        self.load_reviews(
            select!("AND mutation IN (SELECT value FROM json_each(?2)) ORDER BY place"),
            [company.to_string(), ids],
        )
    }

    async fn reviews_on(
        &mut self,
        company: CompanyId,
        user: UserId,
        job: JobId,
    ) -> Stored<Vec<ReviewRow>> {
        self.load_reviews(
            select!("AND user = ?2 AND job = ?3 AND decided IS NULL ORDER BY place"),
            [company.to_string(), user.to_string(), job.to_string()],
        )
    }

    async fn waits_in_lane(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
        lane: RecordKey,
    ) -> Stored<bool> {
        let sql = "SELECT 1 FROM reviews WHERE company = ?1 AND lane = ?2 AND user = ?3 AND device = ?4 \
             AND decided IS NULL LIMIT 1";
        let params = [
            company.to_string(),
            lane_text(lane),
            user.to_string(),
            device.to_string(),
        ];
        Ok(self.tx.first(sql, params, |_| Ok(()))?.is_some())
    }

    async fn reviews_in(&mut self, company: CompanyId, lane: RecordKey) -> Stored<Vec<ReviewRow>> {
        self.load_reviews(
            select!("AND lane = ?2 ORDER BY place"),
            [company.to_string(), lane_text(lane)],
        )
    }
}

#[async_trait]
impl WriteReviews for SqliteTx {
    async fn add_review(&mut self, company: CompanyId, row: &ReviewRow) -> Stored<()> {
        let mutation = &row.mutation;
        self.tx.run(
            "INSERT INTO reviews (company, mutation, device, user, job, lane, data, reason, received_at, revoked) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                company.to_string(),
                mutation.id.to_string(),
                mutation.device.to_string(),
                mutation.user.to_string(),
                row.job.to_string(),
                lane_text(mutation.lane),
                write_json(mutation)?,
                write_json(&row.reason)?,
                row.received_at.0,
                row.revoked,
            ),
        )?;
        Ok(())
    }

    async fn decide_review(
        &mut self,
        company: CompanyId,
        id: MutationId,
        decided: &Decide,
        now: Timestamp,
    ) -> Stored<()> {
        self.tx.run(
            "UPDATE reviews SET decided = ?3, decided_at = ?4 WHERE company = ?1 AND mutation = ?2 AND decided IS NULL",
            (
                company.to_string(),
                id.to_string(),
                write_json(decided)?,
                now.0,
            ),
        )?;
        Ok(())
    }

    async fn drop_review(&mut self, company: CompanyId, id: MutationId) -> Stored<()> {
        self.tx.run(
            "DELETE FROM reviews WHERE company = ?1 AND mutation = ?2 AND decided IS NULL",
            [company.to_string(), id.to_string()],
        )?;
        Ok(())
    }

    async fn set_verdict(
        &mut self,
        company: CompanyId,
        id: MutationId,
        rejected: bool,
        verdict: &str,
    ) -> Stored<()> {
        self.tx.run(
            "UPDATE mutations SET rejected = ?3, verdict = ?4 WHERE company = ?1 AND id = ?2",
            (company.to_string(), id.to_string(), rejected, verdict),
        )?;
        Ok(())
    }

    async fn review_file(
        &mut self,
        company: CompanyId,
        file: RecordKey,
        now: Timestamp,
    ) -> Stored<bool> {
        let changed = self.tx.run(
            "UPDATE reviews SET file_at = ?3 WHERE company = ?1 AND lane = ?2 AND file_at IS NULL",
            (company.to_string(), lane_text(file), now.0),
        )?;
        Ok(changed > 0)
    }
}
