//! Verdicts, departures, activity and devices in PostgreSQL.

use super::super::{Activities, Departure, MutationRow, Place, Stored};
use super::open_transaction::PgTx;
use super::values::{
    column, from_json, int, key_at, key_list, keys_from_list, lane_from, lane_text, owned,
    plain_json, text, to_json, uint_at, uuid_at,
};
use afield_domain::{CompanyId, DeviceId, JobId, MutationId, Timestamp, UserId};
use afield_protocol::{Activity, Seq};
use sqlx::postgres::PgRow;
use sqlx::query;
use uuid::Uuid;

macro_rules! mutation_columns {
    () => {
        "m.id, m.device, m.seq, m.\"user\", m.lane, m.fingerprint, m.rejected, m.verdict, m.received_at, m.brought_by"
    };
}

fn mutation(row: &PgRow) -> Stored<MutationRow> {
    Ok(MutationRow {
        id: MutationId(uuid_at(row, 0)?),
        device: DeviceId(uuid_at(row, 1)?),
        seq: Seq(uint_at(row, 2)?),
        user: UserId(uuid_at(row, 3)?),
        lane: column::<Option<&str>>(row, 4)?.and_then(lane_from),
        fingerprint: owned(row, 5)?,
        rejected: column(row, 6)?,
        verdict: column(row, 7)?,
        received_at: Timestamp(column(row, 8)?),
        brought_by: column::<Option<Uuid>>(row, 9)?.map(UserId),
    })
}

fn departure(row: &PgRow) -> Stored<Departure> {
    Ok(Departure {
        seq: uint_at(row, 0)?,
        key: key_at(row, 1)?,
        assignee: column::<Option<Uuid>>(row, 3)?.map(UserId),
        links: keys_from_list(text(row, 4)?)?,
    })
}

macro_rules! insert_mutation {
    ($rest:literal) => {
        concat!(
            "INSERT INTO mutations (company, id, device, seq, \"user\", lane, fingerprint, rejected, verdict, \
             received_at, brought_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            $rest
        )
    };
}

impl PgTx {
    pub(super) async fn load_mutations(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        place: Option<Place>,
    ) -> Stored<Vec<MutationRow>> {
        const BY_ID: &str = concat!(
            "SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = $1 AND m.id = ANY($2)"
        );
        const BY_PLACE: &str = concat!(
            "SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = $1 AND m.\"user\" = $5 AND m.device = $2 AND m.seq = $3 \
             UNION ALL (SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = $1 AND m.device = $2 AND m.\"user\" = $5 AND m.lane = $4 \
             AND m.seq > $3 AND NOT m.rejected ORDER BY m.seq DESC LIMIT 1)"
        );
        let open = self.of(company).await?;
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let mut found = match ids.is_empty() {
            true => Vec::new(),
            false => {
                let asked = query(BY_ID).bind(company.0).bind(ids);
                open.all(asked, mutation).await?
            }
        };
        if let Some(place) = place {
            let asked = query(BY_PLACE)
                .bind(company.0)
                .bind(place.device.0)
                .bind(int(place.seq.0))
                .bind(lane_text(place.lane))
                .bind(place.user.0);
            found.extend(open.all(asked, mutation).await?);
        }
        Ok(found)
    }

    pub(super) async fn insert_mutation(
        &mut self,
        company: CompanyId,
        row: &MutationRow,
    ) -> Stored<()> {
        self.insert_row(company, row, insert_mutation!("")).await
    }

    pub(super) async fn insert_mutation_if_free(
        &mut self,
        company: CompanyId,
        row: &MutationRow,
    ) -> Stored<()> {
        let sql = insert_mutation!(" ON CONFLICT DO NOTHING");
        self.insert_row(company, row, sql).await
    }

    async fn insert_row(
        &mut self,
        company: CompanyId,
        row: &MutationRow,
        sql: &'static str,
    ) -> Stored<()> {
        let asked = query(sql)
            .bind(company.0)
            .bind(row.id.0)
            .bind(row.device.0)
            .bind(int(row.seq.0))
            .bind(row.user.0)
            .bind(row.lane.map(lane_text))
            .bind(&row.fingerprint)
            .bind(row.rejected)
            .bind(&row.verdict)
            .bind(row.received_at.0)
            .bind(row.brought_by.map(|user| user.0));
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn load_departures(
        &mut self,
        company: CompanyId,
        after: u64,
        user: UserId,
    ) -> Stored<Vec<Departure>> {
        let asked = query(
            "SELECT seq, module, id, assignee, links FROM departures \
             WHERE company = $1 AND seq > $2 AND (module <> 'job' OR assignee = $3) ORDER BY seq",
        );
        let asked = asked.bind(company.0).bind(int(after)).bind(user.0);
        let name = |row: &PgRow| {
            let (seq, module) = (uint_at(row, 0)?, text(row, 1)?);
            Ok(format!("departure {seq} of {module} {}", uuid_at(row, 2)?))
        };
        self.of(company)
            .await?
            .readable(asked, departure, name)
            .await
    }

    pub(super) async fn load_users_left(
        &mut self,
        company: CompanyId,
        after: u64,
    ) -> Stored<Vec<UserId>> {
        let asked = query(
            "SELECT DISTINCT assignee FROM departures \
             WHERE company = $1 AND seq > $2 AND module = 'job' AND assignee IS NOT NULL",
        );
        let asked = asked.bind(company.0).bind(int(after));
        let read = |row: &PgRow| Ok(UserId(uuid_at(row, 0)?));
        self.of(company).await?.all(asked, read).await
    }

    pub(super) async fn insert_departure(
        &mut self,
        company: CompanyId,
        departure: &Departure,
        at: Timestamp,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO departures (company, seq, module, id, assignee, links, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let asked = asked
            .bind(company.0)
            .bind(int(departure.seq))
            .bind(departure.key.module.name())
            .bind(departure.key.id)
            .bind(departure.assignee.map(|user| user.0))
            .bind(key_list(&departure.links))
            .bind(at.0);
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn load_activity_after(
        &mut self,
        company: CompanyId,
        after: u64,
        limit: u32,
    ) -> Stored<Activities> {
        const SQL: &str = "SELECT seq, data::text FROM activity \
             WHERE company = $1 AND seq > $2 AND $4::text IS NULL ORDER BY seq LIMIT $3";
        self.load_activities(company, SQL, int(after), None, limit)
            .await
    }

    pub(super) async fn load_activity_before(
        &mut self,
        company: CompanyId,
        before: u64,
        job: Option<JobId>,
        limit: u32,
    ) -> Stored<Activities> {
        const ALL: &str = "SELECT seq, data::text FROM activity \
             WHERE company = $1 AND seq < $2 AND $4::text IS NULL ORDER BY seq DESC LIMIT $3";
        const OF_JOB: &str = "SELECT seq, data::text FROM activity WHERE company = $1 AND seq < $2 \
             AND job = $4 ORDER BY seq DESC LIMIT $3";
        let sql = if job.is_some() { OF_JOB } else { ALL };
        self.load_activities(company, sql, int(before), job, limit)
            .await
    }

    /// The first that `sql` gives of those beyond `from`, as far as they read. Where none of so many does, those
    /// beyond: nobody comes past what does not read by asking for what is after the last that does.
    async fn load_activities(
        &mut self,
        company: CompanyId,
        sql: &'static str,
        mut from: i64,
        job: Option<JobId>,
        limit: u32,
    ) -> Stored<Activities> {
        let job = job.map(|job| format!("\"{job}\""));
        let open = self.of(company).await?;
        loop {
            let mut last = None;
            let asked = query(sql)
                .bind(company.0)
                .bind(from)
                .bind(i64::from(limit))
                .bind(&job);
            let read = |row: &PgRow| {
                last = Some(column(row, 0)?);
                from_json::<Activity>(text(row, 1)?, "activity")
            };
            let name = |row: &PgRow| Ok(format!("activity {}", uint_at(row, 0)?));
            let found = open.readable(asked, read, name).await?;
            match last {
                Some(last) if found.is_empty() => from = last,
                _ => return Ok(found),
            }
        }
    }

    pub(super) async fn delete_activity_at(&mut self, company: CompanyId, seq: u64) -> Stored<()> {
        let sql = "DELETE FROM activity WHERE company = $1 AND seq = $2";
        let asked = query(sql).bind(company.0).bind(int(seq));
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn insert_activity(
        &mut self,
        company: CompanyId,
        activity: &Activity,
    ) -> Stored<()> {
        let sql = "INSERT INTO activity (company, seq, data) VALUES ($1, $2, $3::json)";
        let asked = query(sql).bind(company.0).bind(int(activity.seq));
        let activity = to_json(activity, "activity")?;
        let asked = asked.bind(plain_json(&activity));
        self.of(company).await?.run(asked).await.map(drop)
    }

    pub(super) async fn save_device(
        &mut self,
        company: CompanyId,
        device: DeviceId,
        user: UserId,
        ack_below: Seq,
        now: Timestamp,
    ) -> Stored<()> {
        let asked = query(
            "INSERT INTO devices (company, device, \"user\", ack_below, last_seen) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (company, \"user\", device) DO UPDATE SET ack_below = $4, last_seen = $5",
        );
        let asked = asked
            .bind(company.0)
            .bind(device.0)
            .bind(user.0)
            .bind(int(ack_below.0))
            .bind(now.0);
        self.of(company).await?.run(asked).await.map(drop)
    }
}
