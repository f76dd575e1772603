//! What came too late, in PostgreSQL.

use super::super::Stored;
use super::super::elsewhere::Kind;
use super::super::reviews::{ReadReviews, ReviewRow, WriteReviews};
use super::open_transaction::{Asked, PgTx};
use super::values::{column, from_json, lane_text, text, to_json, uint_at, uuid_at};
use afield_domain::{CompanyId, DeviceId, JobId, MutationId, RecordKey, Timestamp, UserId};
use afield_protocol::Decide;
use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::query;
use uuid::Uuid;

const WHAT: &str = "review";

fn review(row: &PgRow) -> Stored<ReviewRow> {
    let decided = column::<Option<&str>>(row, 6)?;
    Ok(ReviewRow {
        job: JobId(uuid_at(row, 1)?),
        mutation: from_json(text(row, 2)?, WHAT)?,
        reason: from_json(text(row, 3)?, WHAT)?,
        received_at: Timestamp(column(row, 4)?),
        file_at: column::<Option<i64>>(row, 5)?.map(Timestamp),
        decided: decided.map(|json| from_json(json, WHAT)).transpose()?,
        revoked: column(row, 7)?,
    })
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT mutation, job, data, reason, received_at, file_at, decided, revoked FROM reviews WHERE company = $1 ",
            $rest
        )
    };
}

impl PgTx {
    /// Those that read. Of one that does not, nobody can decide: it stays, and the log names it.
    async fn load_reviews(
        &mut self,
        company: CompanyId,
        asked: Asked<'_>,
    ) -> Stored<Vec<ReviewRow>> {
        let name = |row: &PgRow| Ok(format!("review {}", uuid_at(row, 0)?));
        self.of(company).await?.readable(asked, review, name).await
    }

    async fn is_there(&mut self, company: CompanyId, asked: Asked<'_>) -> Stored<bool> {
        let found = self.of(company).await?.first(asked, |_| Ok(())).await?;
        Ok(found.is_some())
    }
}

#[async_trait]
impl ReadReviews for PgTx {
    async fn had_job(&mut self, company: CompanyId, user: UserId, job: JobId) -> Stored<bool> {
        let sql = "SELECT 1 FROM departures WHERE company = $1 AND id = $2 AND assignee = $3 AND module = 'job' LIMIT 1";
        let asked = query(sql).bind(company.0).bind(job.0).bind(user.0);
        self.is_there(company, asked).await
    }

    async fn reviews_of(&mut self, company: CompanyId, user: UserId) -> Stored<Vec<MutationId>> {
        let sql = "SELECT mutation FROM reviews WHERE company = $1 AND \"user\" = $2 AND decided IS NULL ORDER BY place";
        let asked = query(sql).bind(company.0).bind(user.0);
        let read = |row: &PgRow| Ok(MutationId(uuid_at(row, 0)?));
        self.of(company).await?.all(asked, read).await
    }

    async fn reviews_waiting(
        &mut self,
        company: CompanyId,
        limit: u32,
    ) -> Stored<(Vec<ReviewRow>, u64)> {
        let asked = query(select!("AND decided IS NULL ORDER BY place LIMIT $2"));
        let asked = asked.bind(company.0).bind(i64::from(limit));
        let rows = self.load_reviews(company, asked).await?;
        let sql = "SELECT count(*) FROM reviews WHERE company = $1 AND decided IS NULL";
        let asked = query(sql).bind(company.0);
        let open = self.of(company).await?;
        let count = open.first(asked, |row| uint_at(row, 0)).await?;
        Ok((rows, count.unwrap_or(0)))
    }

    async fn reviews(&mut self, company: CompanyId, ids: &[MutationId]) -> Stored<Vec<ReviewRow>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let asked = query(select!("AND mutation = ANY($2) ORDER BY place"));
        let asked = asked.bind(company.0).bind(ids);
        self.load_reviews(company, asked).await
    }

    async fn reviews_on(
        &mut self,
        company: CompanyId,
        user: UserId,
        job: JobId,
    ) -> Stored<Vec<ReviewRow>> {
        let asked = query(select!(
            "AND \"user\" = $2 AND job = $3 AND decided IS NULL ORDER BY place"
        ));
        let asked = asked.bind(company.0).bind(user.0).bind(job.0);
        self.load_reviews(company, asked).await
    }

    async fn waits_in_lane(
        &mut self,
        company: CompanyId,
        user: UserId,
        device: DeviceId,
        lane: RecordKey,
    ) -> Stored<bool> {
        let asked = query(
            "SELECT 1 FROM reviews WHERE company = $1 AND lane = $2 AND \"user\" = $3 AND device = $4 \
             AND decided IS NULL LIMIT 1",
        );
        let asked = asked
            .bind(company.0)
            .bind(lane_text(lane))
            .bind(user.0)
            .bind(device.0);
        self.is_there(company, asked).await
    }

    async fn reviews_in(&mut self, company: CompanyId, lane: RecordKey) -> Stored<Vec<ReviewRow>> {
        let asked = query(select!("AND lane = $2 ORDER BY place"));
        let asked = asked.bind(company.0).bind(lane_text(lane));
        self.load_reviews(company, asked).await
    }
}

#[async_trait]
impl WriteReviews for PgTx {
    async fn add_review(&mut self, company: CompanyId, row: &ReviewRow) -> Stored<()> {
        let mutation = &row.mutation;
        let asked = query(
            "INSERT INTO reviews (company, mutation, device, \"user\", job, lane, data, reason, received_at, revoked) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        );
        let asked = asked
            .bind(company.0)
            .bind(mutation.id.0)
            .bind(mutation.device.0)
            .bind(mutation.user.0)
            .bind(row.job.0)
            .bind(lane_text(mutation.lane))
            .bind(to_json(mutation, WHAT)?)
            .bind(to_json(&row.reason, WHAT)?)
            .bind(row.received_at.0)
            .bind(row.revoked);
        self.tell(company, Kind::Untold);
        self.of(company).await?.run(asked).await.map(drop)
    }

    async fn decide_review(
        &mut self,
        company: CompanyId,
        id: MutationId,
        decided: &Decide,
        now: Timestamp,
    ) -> Stored<()> {
        let sql = "UPDATE reviews SET decided = $3, decided_at = $4 \
                   WHERE company = $1 AND mutation = $2 AND decided IS NULL";
        let asked = query(sql).bind(company.0).bind(id.0);
        let asked = asked.bind(to_json(decided, WHAT)?).bind(now.0);
        self.tell(company, Kind::Untold);
        self.of(company).await?.run(asked).await.map(drop)
    }

    async fn drop_review(&mut self, company: CompanyId, id: MutationId) -> Stored<()> {
        let sql = "DELETE FROM reviews WHERE company = $1 AND mutation = $2 AND decided IS NULL";
        let asked = query(sql).bind(company.0).bind(id.0);
        self.of(company).await?.run(asked).await.map(drop)
    }

    async fn set_verdict(
        &mut self,
        company: CompanyId,
        id: MutationId,
        rejected: bool,
        verdict: &str,
    ) -> Stored<()> {
        let sql = "UPDATE mutations SET rejected = $3, verdict = $4 WHERE company = $1 AND id = $2";
        let asked = query(sql).bind(company.0).bind(id.0);
        let asked = asked.bind(rejected).bind(verdict);
        self.of(company).await?.run(asked).await.map(drop)
    }

    async fn review_file(
        &mut self,
        company: CompanyId,
        file: RecordKey,
        now: Timestamp,
    ) -> Stored<bool> {
        let sql =
            "UPDATE reviews SET file_at = $3 WHERE company = $1 AND lane = $2 AND file_at IS NULL";
        let asked = query(sql).bind(company.0).bind(lane_text(file)).bind(now.0);
        let changed = self.of(company).await?.run(asked).await?;
        if changed > 0 {
            self.tell(company, Kind::Untold);
        }
        Ok(changed > 0)
    }
}
