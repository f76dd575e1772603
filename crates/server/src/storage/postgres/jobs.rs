//! The index of jobs in PostgreSQL: whose they are and when they start.

use super::super::{JobHead, Stored, StoredRecord};
use super::open_transaction::PgTx;
use super::records::{record, record_columns};
use super::values::{column, head_at, int, uint_at, uuid_at};
use afield_domain::time::ScopeWindow;
use afield_domain::{CompanyId, JobId, Module, RecordKey, Timestamp, UserId};
use sqlx::postgres::PgRow;
use sqlx::query;
use uuid::Uuid;

macro_rules! jobs_within {
    () => {
        " FROM job_index j JOIN records r ON r.company = j.company AND r.module = 'job' AND r.id = j.job \
         AND NOT r.deleted WHERE j.company = $1 AND j.starts >= $2 AND j.starts < $3"
    };
}

impl PgTx {
    pub(super) async fn load_jobs_of(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        window: ScopeWindow,
    ) -> Stored<Vec<JobHead>> {
        // A union, so that each half goes by its own index.
        let asked = query(
            "SELECT r.module, r.id, r.change_seq, r.scope_seq, r.deleted, j.starts, j.begun_seq FROM \
             (SELECT job, starts, begun_seq FROM job_index \
              WHERE company = $1 AND assignee = $2 AND starts >= $3 AND starts < $4 \
              UNION SELECT job, starts, begun_seq FROM job_index \
              WHERE company = $1 AND assignee = $2 AND begun_seq > 0) j \
             JOIN records r ON r.company = $1 AND r.module = 'job' AND r.id = j.job AND NOT r.deleted",
        );
        let asked = asked
            .bind(company.0)
            .bind(assignee.0)
            .bind(window.from.0)
            .bind(window.until.0);
        let read = |row: &PgRow| {
            Ok(JobHead {
                head: head_at(row, 0)?,
                starts: Timestamp(column(row, 5)?),
                begun_seq: uint_at(row, 6)?,
            })
        };
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_jobs_ended(
        &mut self,
        company: CompanyId,
        assignee: UserId,
        after: u64,
        window: ScopeWindow,
    ) -> Stored<Vec<RecordKey>> {
        let asked = query(
            "SELECT job FROM job_index WHERE company = $1 AND assignee = $2 AND ended_seq > 0 AND ended_seq > $3 \
             AND NOT (starts >= $4 AND starts < $5)",
        );
        let asked = asked
            .bind(company.0)
            .bind(assignee.0)
            .bind(int(after))
            .bind(window.from.0)
            .bind(window.until.0);
        let read = |row: &PgRow| Ok(RecordKey::new(Module::Job, uuid_at(row, 0)?));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_jobs_starting(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
    ) -> Stored<Vec<StoredRecord>> {
        let asked = query(concat!(
            "SELECT ",
            record_columns!(),
            jobs_within!(),
            " ORDER BY j.starts, j.job"
        ));
        let asked = asked
            .bind(company.0)
            .bind(window.from.0)
            .bind(window.until.0);
        self.of(company).await?.all(asked, record).await
    }

    pub(super) async fn load_jobs_starting_after(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
        after: Option<(Timestamp, JobId)>,
        limit: u32,
    ) -> Stored<Vec<(Timestamp, StoredRecord)>> {
        let asked = query(concat!(
            "SELECT ",
            record_columns!(),
            ", j.starts",
            jobs_within!(),
            " AND (j.starts > $2 OR $4::uuid IS NULL OR j.job > $4) ORDER BY j.starts, j.job LIMIT $5"
        ));
        let from = after.map_or(window.from, |(starts, _)| starts);
        let behind: Option<Uuid> = after.map(|(_, job)| job.0);
        let asked = asked
            .bind(company.0)
            .bind(from.0)
            .bind(window.until.0)
            .bind(behind)
            .bind(i64::from(limit));
        let read = |row: &PgRow| Ok((Timestamp(column(row, 9)?), record(row)?));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn load_job_count(
        &mut self,
        company: CompanyId,
        window: ScopeWindow,
    ) -> Stored<u64> {
        let asked = query(concat!("SELECT count(*)", jobs_within!()));
        let asked = asked
            .bind(company.0)
            .bind(window.from.0)
            .bind(window.until.0);
        let open = self.of(company).await?;
        let count = open.first(asked, |row| uint_at(row, 0)).await?;
        Ok(count.unwrap_or_default())
    }
}
