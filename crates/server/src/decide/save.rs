//! A mutation with all that its effect needs, inside its transaction.
//!
//! Owns what is written for a verdict: the records, the board's activity, the verdict itself and
//! that the device was here. Must never decide.

use super::judge::{describe, described_by, made_at};
use super::records::{Fate, Write, save_record};
use super::review::came_before;
use super::told::{Told, stored_text, told};
use crate::events::Wrote;
use crate::storage::{MutationRow, ReviewRow, SessionRow, Stored, StoredRecord, WriteTx};
use afield_domain::{
    Actor, CompanyId, DeviceId, Job, JobId, MutationId, Record, RecordKey, Rejection, Timestamp,
    User, UserId, Versioned,
};
use afield_planted::planted;
use afield_protocol::{Activity, ActivityKind, Mutation, PushRequest, Seq, Verdict};
use serde_json::Value;
use std::collections::HashSet;

/// A mutation with all that its effect needs.
pub(crate) struct Case<'a> {
    pub(crate) company: CompanyId,
    pub(crate) mutation: &'a Mutation,
    pub(crate) fingerprint: &'a str,
    pub(crate) actor: &'a User,
    /// Who of the office has brought it in for them.
    pub(crate) brought_by: Option<&'a User>,
    /// Those whose a job shall be.
    pub(crate) people: &'a [User],
    /// The records that the operation reads.
    pub(crate) records: &'a [(StoredRecord, Record)],
    pub(crate) now: Timestamp,
    /// Whether it is decided now by the office, and has had a verdict that said so.
    pub(crate) was_reviewed: bool,
}

/// Reads what the operation of `mutation` reads.
pub(crate) async fn load_read(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    mutation: &Mutation,
) -> Stored<Vec<(StoredRecord, Record)>> {
    let stored = tx.records(company, &mutation.op.reads()).await?;
    stored
        .into_iter()
        .map(|row| {
            let record = row.record()?;
            Ok((row, record))
        })
        .collect()
}

impl Case<'_> {
    fn find(&self, key: RecordKey) -> Option<&(StoredRecord, Record)> {
        self.records.iter().find(|(stored, _)| stored.key == key)
    }

    /// The record the operation is about, as it is.
    pub(crate) fn target(&self) -> Stored<Vec<Versioned>> {
        let key = self.mutation.op.target();
        let found = key.and_then(|key| self.find(key));
        found
            .map(|(stored, _)| stored.versioned())
            .into_iter()
            .collect()
    }

    /// Writes the effect.
    pub(crate) async fn write(
        &self,
        tx: &mut dyn WriteTx,
        records: &[Record],
    ) -> Stored<Vec<Versioned>> {
        let mut versioned = Vec::with_capacity(records.len());
        for record in records {
            versioned.push(self.save(tx, record, Fate::Present).await?);
        }
        Ok(versioned)
    }

    /// Takes a record away, and shows it on the board.
    pub(crate) async fn remove(&self, tx: &mut dyn WriteTx, key: RecordKey) -> Stored<()> {
        let Some((_, record)) = self.find(key) else {
            return Ok(());
        };
        self.save(tx, record, Fate::Deleted).await?;
        if let Some(what) = described_by(&self.mutation.op, record, self.people) {
            self.add_activity(tx, self.job_about(&[]), what).await?;
        }
        Ok(())
    }

    async fn save(&self, tx: &mut dyn WriteTx, record: &Record, fate: Fate) -> Stored<Versioned> {
        let old = record.key().and_then(|key| self.find(key));
        let write = Write {
            old: old.map(|(stored, _)| stored),
            record,
            fate,
            external_key: None,
            by: Actor::from(self.actor),
            made_at: made_at(self.mutation, self.now),
        };
        save_record(tx, self.company, write, self.now).await
    }

    /// Keeps the change for the office, which would have been refused for `reason` or came from a
    /// `revoked` device.
    pub(crate) async fn keep_for_office(
        &self,
        tx: &mut dyn WriteTx,
        reason: Rejection,
        revoked: bool,
    ) -> Stored<()> {
        let Some(job) = self.mutation.op.job() else {
            return Ok(());
        };
        let row = ReviewRow {
            mutation: self.mutation.clone(),
            job,
            reason,
            received_at: self.now,
            file_at: None,
            decided: None,
            revoked,
        };
        let came = came_before(tx, self.company, &self.mutation.op).await?;
        planted!(ReviewNotKept: tx.add_review(self.company, &row).await? => ());
        if let Some(at) = came {
            tx.review_file(self.company, self.mutation.lane, at).await?;
        }
        Ok(())
    }

    /// Stores the verdict and what the board shows of it; gives the verdict, and whether the activity tells all.
    pub(crate) async fn remember(
        &self,
        tx: &mut dyn WriteTx,
        verdict: Verdict,
    ) -> Stored<(Told, Wrote)> {
        let written = match &verdict {
            Verdict::Applied { records } | Verdict::Merged { records } => records.as_slice(),
            _ => &[],
        };
        // Of these jobs an event tells, with all that a board shows of them; those changed.
        let (mut told_of, mut changed) = (HashSet::new(), HashSet::new());
        for Versioned { record, .. } in written {
            let before = record.key().and_then(|key| self.find(key));
            let find = |key: RecordKey| self.find(key).map(|(_, record)| record.clone());
            let before = before.map(|(_, record)| record);
            let about = described_by(&self.mutation.op, record, self.people);
            let seen = about.map_or_else(|| describe(before, record, &find), |what| vec![what]);
            let job = self.job_of(record, written);
            changed.insert(job.as_ref().map(|(id, _)| *id));
            for what in seen {
                if let Some((id, _)) = &job {
                    told_of.insert(Some(*id));
                }
                self.add_activity(tx, job.clone(), what).await?;
            }
        }
        // A step that the job has passed is in its history and nowhere else.
        let wrote = if changed.is_subset(&told_of) {
            Wrote::Told
        } else {
            Wrote::Untold
        };
        let rejected = matches!(verdict, Verdict::Rejected { .. });
        // Of a refused change that nobody keeps, only the one who asks hears.
        if let Verdict::Rejected { reason } = &verdict
            && !self.mutation.op.needs_connection()
        {
            let reason = reason.clone();
            let what = ActivityKind::Refused { reason };
            self.add_activity(tx, self.job_about(&[]), what).await?;
        }
        let told = told(self.mutation.id, verdict)?;
        let row = MutationRow {
            id: self.mutation.id,
            device: self.mutation.device,
            seq: self.mutation.seq,
            user: self.mutation.user,
            lane: Some(self.mutation.lane),
            fingerprint: self.fingerprint.to_owned(),
            rejected,
            verdict: Some(stored_text(&told).to_owned()),
            received_at: self.now,
            brought_by: self.brought_by.map(|by| by.id),
        };
        if self.was_reviewed {
            // Not its records: whoever asks again may not see them any more.
            let text = told.short.as_ref().map_or(&told.json, |(short, _)| short);
            tx.set_verdict(self.company, row.id, row.rejected, text.get())
                .await?;
            return Ok((told, wrote));
        }
        planted!(VerdictNotStored: tx.add_mutation(self.company, &row).await? => ());
        for old in planted!(ReplacedStaysOpen: self.mutation.replaces.as_slice() => &[]) {
            // Should it still come, late, it must have no effect.
            let closed = MutationRow {
                id: old.id,
                seq: old.seq,
                fingerprint: String::new(),
                rejected: true,
                verdict: None,
                ..row.clone()
            };
            tx.close_mutation(self.company, &closed).await?;
            self.drop_review(tx, old.id).await?;
        }
        Ok((told, wrote))
    }

    /// Another one was sent instead of one that waits: of the two at most one has an effect. Whoever asks for that one
    /// still hears why it was not done.
    async fn drop_review(&self, tx: &mut dyn WriteTx, id: MutationId) -> Stored<()> {
        let rows = tx.reviews(self.company, &[id]).await?;
        // Nobody gives up what is another's.
        let is_own = |row: &ReviewRow| row.mutation.user == self.mutation.user;
        let mut rows = rows.into_iter().filter(is_own);
        let Some(row) = rows.find(|row| row.decided.is_none()) else {
            return Ok(());
        };
        let verdict = Verdict::Rejected { reason: row.reason };
        let told = told(id, verdict)?;
        tx.set_verdict(self.company, id, true, told.json.get())
            .await?;
        tx.drop_review(self.company, id).await
    }

    /// Shows it on the board, if the job exists.
    async fn add_activity(
        &self,
        tx: &mut dyn WriteTx,
        job: Option<(JobId, String)>,
        what: ActivityKind,
    ) -> Stored<()> {
        let Some((job, job_number)) = job else {
            return Ok(());
        };
        let activity = Activity {
            seq: tx.next_seq(self.company).await?,
            actor: self.actor.name.clone(),
            brought_by: self
                .brought_by
                .map(|by| by.name.clone())
                .unwrap_or_default(),
            was_accepted: self.was_reviewed && !matches!(what, ActivityKind::Refused { .. }),
            job,
            job_number,
            job_title: String::new(),
            made_at: made_at(self.mutation, self.now),
            received_at: self.now,
            what,
        };
        tx.add_activity(self.company, &activity).await
    }

    /// The job that `record` is or belongs to, and its number: a rule may have made another one than
    /// the mutation is about.
    fn job_of(&self, record: &Record, written: &[Versioned]) -> Option<(JobId, String)> {
        match record {
            Record::Job(job) => Some((job.id, job.number.clone())),
            _ => self.job_about(written),
        }
    }

    /// The job that the mutation is about, and its number: as written, or as it was.
    fn job_about(&self, written: &[Versioned]) -> Option<(JobId, String)> {
        let about = self.mutation.op.job()?;
        let is_it = |record: &Record| match record {
            Record::Job(Job { id, number, .. }) if *id == about => Some((*id, number.clone())),
            _ => None,
        };
        let before = self.records.iter().map(|(_, record)| record);
        let mut known = written.iter().map(|row| &row.record).chain(before);
        known.find_map(is_it)
    }
}

/// That a device is here, and what it has acknowledged.
pub(crate) struct Visit {
    device: DeviceId,
    user: UserId,
    ack_below: Seq,
}

impl Visit {
    pub(crate) fn of(request: &PushRequest<Value>, session: &SessionRow) -> Self {
        Self {
            device: request.device,
            user: session.user.id,
            ack_below: request.ack_below,
        }
    }

    /// Writes it, where it is its user's. What the office brings in says nothing of where the device is, and whoever
    /// holds a revoked one need not be its user, nor name the device that it is.
    pub(crate) async fn note(
        &self,
        tx: &mut dyn WriteTx,
        session: &SessionRow,
        now: Timestamp,
    ) -> Stored<()> {
        if session.brought_by.is_some() || session.revoked_at.is_some() {
            return Ok(());
        }
        tx.see_device(
            session.company.id,
            self.device,
            self.user,
            self.ack_below,
            now,
        )
        .await
    }
}
