//! Verdicts, departures, activity and devices in SQLite.

use super::super::{Activities, Departure, MutationRow, Place, Stored};
use super::SqliteTx;
use super::values::{
    column, int, key_at, key_list, keys_from_list, lane_from, lane_text, maybe_text, text, uint_at,
    uuid, uuid_at,
};
use crate::error::StorageError;
use afield_domain::{CompanyId, DeviceId, JobId, MutationId, Timestamp, UserId};
use afield_protocol::{Activity, Seq};
use rusqlite::Row;

macro_rules! mutation_columns {
    () => {
        "m.id, m.device, m.seq, m.user, m.lane, m.fingerprint, m.rejected, m.verdict, m.received_at, m.brought_by"
    };
}

fn mutation(row: &Row<'_>) -> Stored<MutationRow> {
    Ok(MutationRow {
        id: MutationId(uuid_at(row, 0)?),
        device: DeviceId(uuid_at(row, 1)?),
        seq: Seq(uint_at(row, 2)?),
        user: UserId(uuid_at(row, 3)?),
        lane: maybe_text(row, 4)?.and_then(lane_from),
        fingerprint: text(row, 5)?.to_owned(),
        rejected: column(row, 6)?,
        verdict: maybe_text(row, 7)?.map(str::to_owned),
        received_at: Timestamp(column(row, 8)?),
        brought_by: maybe_text(row, 9)?
            .map(|user| uuid(user).map(UserId))
            .transpose()?,
    })
}

fn departure(row: &Row<'_>) -> Stored<Departure> {
    Ok(Departure {
        seq: uint_at(row, 0)?,
        key: key_at(row, 1)?,
        assignee: maybe_text(row, 3)?
            .map(|user| uuid(user).map(UserId))
            .transpose()?,
        links: keys_from_list(text(row, 4)?)?,
    })
}

fn activity(row: &Row<'_>) -> Stored<Activity> {
    serde_json::from_str(text(row, 1)?).map_err(|_| StorageError::Damaged("activity"))
}

const INSERT_MUTATION: &str = "INSERT INTO mutations (company, id, device, seq, user, lane, fingerprint, rejected, verdict, received_at, brought_by) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const INSERT_MUTATION_IF_FREE: &str = "INSERT OR IGNORE INTO mutations (company, id, device, seq, user, lane, fingerprint, rejected, verdict, received_at, brought_by) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

impl SqliteTx {
    pub(super) fn load_mutations(
        &self,
        company: CompanyId,
        ids: &[MutationId],
        place: Option<Place>,
    ) -> Stored<Vec<MutationRow>> {
        const BY_ID: &str = concat!(
            "SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = ?1 AND m.id = ?2"
        );
        const BY_PLACE: &str = concat!(
            "SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = ?1 AND m.user = ?5 AND m.device = ?2 AND m.seq = ?3 \
             UNION ALL SELECT * FROM (SELECT ",
            mutation_columns!(),
            " FROM mutations m WHERE m.company = ?1 AND m.device = ?2 AND m.user = ?5 AND m.lane = ?4 \
             AND m.seq > ?3 AND m.rejected = 0 ORDER BY m.seq DESC LIMIT 1)"
        );
        let company = company.to_string();
        let mut found = Vec::new();
        let ids = ids.iter().map(|id| (company.clone(), id.to_string()));
        self.tx.each(BY_ID, ids, |row| {
            found.push(mutation(row)?);
            Ok(())
        })?;
        if let Some(place) = place {
            let at = (
                company.clone(),
                place.device.to_string(),
                int(place.seq.0),
                lane_text(place.lane),
                place.user.to_string(),
            );
            found.extend(self.tx.all(BY_PLACE, at, mutation)?);
        }
        Ok(found)
    }

    pub(super) fn insert_mutation(&self, company: CompanyId, row: &MutationRow) -> Stored<()> {
        self.insert_row(company, row, INSERT_MUTATION)
    }

    pub(super) fn insert_mutation_if_free(
        &self,
        company: CompanyId,
        row: &MutationRow,
    ) -> Stored<()> {
        self.insert_row(company, row, INSERT_MUTATION_IF_FREE)
    }

    fn insert_row(&self, company: CompanyId, row: &MutationRow, sql: &str) -> Stored<()> {
        self.tx.run(
            sql,
            (
                company.to_string(),
                row.id.to_string(),
                row.device.to_string(),
                int(row.seq.0),
                row.user.to_string(),
                row.lane.map(lane_text),
                &row.fingerprint,
                row.rejected,
                &row.verdict,
                row.received_at.0,
                row.brought_by.map(|user| user.to_string()),
            ),
        )?;
        Ok(())
    }

    pub(super) fn load_departures(
        &self,
        company: CompanyId,
        after: u64,
        user: UserId,
    ) -> Stored<Vec<Departure>> {
        self.tx.readable(
            "SELECT seq, module, id, assignee, links FROM departures \
             WHERE company = ?1 AND seq > ?2 AND (module <> 'job' OR assignee = ?3) ORDER BY seq",
            (company.to_string(), int(after), user.to_string()),
            departure,
            |row| {
                let (seq, module) = (uint_at(row, 0)?, text(row, 1)?);
                Ok(format!("departure {seq} of {module} {}", text(row, 2)?))
            },
        )
    }

    pub(super) fn load_users_left(&self, company: CompanyId, after: u64) -> Stored<Vec<UserId>> {
        self.tx.readable(
            "SELECT DISTINCT assignee FROM departures \
             WHERE company = ?1 AND seq > ?2 AND module = 'job' AND assignee IS NOT NULL",
            (company.to_string(), int(after)),
            |row| Ok(UserId(uuid_at(row, 0)?)),
            |_| Ok("departure's user".to_owned()),
        )
    }

    pub(super) fn insert_departure(
        &self,
        company: CompanyId,
        departure: &Departure,
        at: Timestamp,
    ) -> Stored<()> {
        self.tx.run(
            "INSERT INTO departures (company, seq, module, id, assignee, links, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                company.to_string(),
                int(departure.seq),
                departure.key.module.name(),
                departure.key.id.to_string(),
                departure.assignee.map(|user| user.to_string()),
                key_list(&departure.links),
                at.0,
            ),
        )?;
        Ok(())
    }

    pub(super) fn load_activity_after(
        &self,
        company: CompanyId,
        after: u64,
        limit: u32,
    ) -> Stored<Activities> {
        const SQL: &str = "SELECT seq, data FROM activity WHERE company = ?1 AND seq > ?2 AND ?4 IS NULL ORDER BY seq LIMIT ?3";
        self.load_activities(company, SQL, int(after), None, limit)
    }

    pub(super) fn load_activity_before(
        &self,
        company: CompanyId,
        before: u64,
        job: Option<JobId>,
        limit: u32,
    ) -> Stored<Activities> {
        const ALL: &str = "SELECT seq, data FROM activity WHERE company = ?1 AND seq < ?2 AND ?4 IS NULL ORDER BY seq DESC LIMIT ?3";
        // Word by word as in the index.
        const OF_JOB: &str = "SELECT seq, data FROM activity WHERE company = ?1 AND seq < ?2 \
             AND CASE WHEN json_valid(data) THEN data ->> '$.job' END = ?4 ORDER BY seq DESC LIMIT ?3";
        let sql = if job.is_some() { OF_JOB } else { ALL };
        let before = i64::try_from(before).unwrap_or(i64::MAX);
        self.load_activities(company, sql, before, job, limit)
    }

    /// The first that `sql` gives of those beyond `from`, as far as they read. Where none of so many does, those
    /// beyond: nobody comes past what does not read by asking for what is after the last that does.
    fn load_activities(
        &self,
        company: CompanyId,
        sql: &str,
        mut from: i64,
        job: Option<JobId>,
        limit: u32,
    ) -> Stored<Activities> {
        let (company, job) = (company.to_string(), job.map(|job| job.to_string()));
        loop {
            let mut last = None;
            let found = self.tx.readable(
                sql,
                (&company, from, limit, &job),
                |row| {
                    last = Some(column(row, 0)?);
                    activity(row)
                },
                |row| Ok(format!("activity {}", uint_at(row, 0)?)),
            )?;
            match last {
                Some(last) if found.is_empty() => from = last,
                _ => return Ok(found),
            }
        }
    }

    pub(super) fn delete_activity_at(&self, company: CompanyId, seq: u64) -> Stored<()> {
        self.tx.run(
            "DELETE FROM activity WHERE company = ?1 AND seq = ?2",
            (company.to_string(), int(seq)),
        )?;
        Ok(())
    }

    pub(super) fn insert_activity(&self, company: CompanyId, activity: &Activity) -> Stored<()> {
        let data =
            serde_json::to_string(activity).map_err(|_| StorageError::Damaged("activity"))?;
        self.tx.run(
            "INSERT INTO activity (company, seq, data) VALUES (?1, ?2, ?3)",
            (company.to_string(), int(activity.seq), data),
        )?;
        Ok(())
    }

    pub(super) fn save_device(
        &self,
        company: CompanyId,
        device: DeviceId,
        user: UserId,
        ack_below: Seq,
        now: Timestamp,
    ) -> Stored<()> {
        self.tx.run(
            "INSERT INTO devices (company, device, user, ack_below, last_seen) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (company, user, device) DO UPDATE SET ack_below = ?4, last_seen = ?5",
            (
                company.to_string(),
                device.to_string(),
                user.to_string(),
                int(ack_below.0),
                now.0,
            ),
        )?;
        Ok(())
    }
}
