//! What the simulation's office does beside deciding: it writes records, names people, sets rights and the company.
//!
//! Owns nothing beside the calls. Must never judge: what is told is written.

use super::{LocalServer, unusable};
use crate::clock::Clock;
use crate::error::ServerError;
use crate::events::Wrote;
use crate::records::{Fate, OFFICE, Write, save_record};
use crate::storage::Stored;
use afield_domain::company::CompanySettings;
use afield_domain::{Actor, Job, Record, RecordKey, RightsChange, Timestamp, User, Versioned};
use afield_protocol::{Activity, ActivityKind};

/// The activity with that place in the order, at that time.
type Told<'a> = dyn Fn(u64, Timestamp) -> Activity + 'a;

impl LocalServer {
    /// Writes a record as `by` does at the office, now; a job without a number gets one. No activity tells of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put(&self, record: &Record, by: &User) -> Result<Versioned, ServerError> {
        let written = self.write(record, by, None)?;
        self.app.borrow().hub.notify(self.company, Wrote::Untold);
        Ok(written)
    }

    /// The same with a job, and the board is told `what` was done.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_told(
        &self,
        job: &Job,
        by: &User,
        what: ActivityKind,
    ) -> Result<Versioned, ServerError> {
        let activity = |seq, now| Activity {
            seq,
            actor: by.name.clone(),
            brought_by: String::new(),
            was_accepted: false,
            job: job.id,
            job_number: job.number.clone(),
            job_title: String::new(),
            made_at: now,
            received_at: now,
            what: what.clone(),
        };
        let written = self.write(&Record::Job(job.clone()), by, Some(&activity))?;
        self.app.borrow().hub.notify(self.company, Wrote::Told);
        Ok(written)
    }

    fn write(
        &self,
        record: &Record,
        by: &User,
        told: Option<&Told<'_>>,
    ) -> Result<Versioned, ServerError> {
        let key = record
            .key()
            .ok_or_else(|| unusable("a record of no module"))?;
        Ok(self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            let old = tx.records(self.company, &[key]).await?;
            let write = Write {
                old: old.first(),
                record,
                fate: Fate::Present,
                external_key: None,
                by: Actor::from(by),
                made_at: self.clock.now(),
            };
            let versioned = save_record(tx.as_mut(), self.company, write, self.clock.now()).await?;
            if let Some(activity) = told {
                let seq = tx.next_seq(self.company).await?;
                let activity = activity(seq, self.clock.now());
                tx.add_activity(self.company, &activity).await?;
            }
            tx.commit().await.map(|()| versioned)
        })?)
    }

    /// Deletes a record as the office does; one that is not there stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub fn delete(&self, key: RecordKey) -> Result<(), ServerError> {
        Ok(self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            let old = tx.records(self.company, &[key]).await?;
            let Some(old) = old.first().filter(|old| !old.deleted) else {
                return Ok(());
            };
            let write = Write {
                old: Some(old),
                record: &old.record()?,
                fate: Fate::Deleted,
                external_key: None,
                by: OFFICE,
                made_at: self.clock.now(),
            };
            save_record(tx.as_mut(), self.company, write, self.clock.now()).await?;
            tx.commit().await?;
            self.app.borrow().hub.notify(self.company, Wrote::Untold);
            Stored::Ok(())
        })?)
    }

    /// Gives a user another name or role, as of now; sessions do not notice.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_user(&self, user: &User) -> Result<(), ServerError> {
        Ok(self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            if let Some(mut account) = tx.account_of(self.company, user.id).await? {
                account.user = user.clone();
                tx.set_account(&account).await?;
            }
            tx.commit().await
        })?)
    }

    /// An admin takes a right or gives it back, or a role was changed (`None`).
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_rights(&self, change: Option<RightsChange>) -> Result<(), ServerError> {
        let now = self.clock.now();
        self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            let rights = tx.rights(self.company).await?;
            let changed = match change {
                Some(change) => rights.changed(change, now).ok().flatten(),
                None => Some(rights.renewed(now)),
            };
            if let Some(rights) = changed {
                tx.set_rights(self.company, &rights).await?;
            }
            tx.commit().await
        })?;
        Ok(())
    }

    /// An admin has set the company: which version of its settings it is, is the caller's to say.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_company(&self, settings: &CompanySettings, version: u64) -> Result<(), ServerError> {
        self.runtime.block_on(async {
            let mut tx = self.storage.write().await?;
            if let Some(mut row) = tx.company(self.company).await? {
                row.settings = settings.clone();
                row.settings_version = version;
                tx.set_company(&row).await?;
            }
            tx.commit().await
        })?;
        self.app.borrow().hub.notify(self.company, Wrote::Told);
        Ok(())
    }
}
