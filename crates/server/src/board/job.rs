//! Everything of one job, as the office's page of it shows it.
//!
//! Owns what is read for it: the job, its parts, what they refer to, what happened to it, and what is known of the
//! phones of whoever has it. Must never write.

use super::history::{PAGE, load_titles};
use crate::people::session_id;
use crate::state::App;
use crate::storage::{ReadTx, ReportRow, SessionSeen, Stored};
use afield_domain::order::NameKey;
use afield_domain::{CompanyId, Job, JobId, Record, RecordKey, Role, Timestamp, User, UserId};
use afield_protocol::{Holder, JobOnPhone, OfSeries, OfficeJob};
use std::collections::HashSet;

/// Records of one answer at most: a job with more is not shown whole, and says so.
const RECORDS: usize = 2_000;
/// Phones that are shown with it at most.
const PHONES: u32 = 50;

/// The job `id`; none if it is not there or does not read.
pub(crate) async fn load_office_job(
    app: &App,
    company: CompanyId,
    id: JobId,
) -> Stored<Option<OfficeJob>> {
    let mut tx = app.storage.read().await?;
    let rows = tx.records(company, &[id.into()]).await?;
    let job = rows.into_iter().filter(|row| !row.deleted).find_map(|row| {
        let rev = row.rev;
        match row.record() {
            Ok(Record::Job(job)) => Some((rev, job)),
            _ => None,
        }
    });
    let Some((rev, job)) = job else {
        return Ok(None);
    };
    let (keys, mut left_out) = load_keys(tx.as_mut(), company, &job).await?;
    let mut records = vec![afield_domain::Versioned {
        rev,
        record: Record::Job(job.clone()),
    }];
    for row in tx.records(company, &keys).await? {
        match row.versioned() {
            _ if row.deleted => {}
            Ok(versioned) => records.push(versioned),
            Err(error) => {
                tracing::error!(%error, "a job is shown to the office without it");
                left_out += 1;
            }
        }
    }
    let mut activity = tx
        .activity_before(company, u64::MAX, Some(id), PAGE)
        .await?;
    load_titles(tx.as_mut(), company, &mut activity).await?;
    let technicians = load_technicians(tx.as_mut(), company).await?;
    let holder = match job.assignee {
        Some(user) => load_holder(app, tx.as_mut(), company, user).await?,
        None => None,
    };
    let series = tx.series_of(company, id).await?;
    Ok(Some(OfficeJob {
        records,
        left_out,
        technicians,
        activity,
        holder,
        phones: load_phones(app, tx.as_mut(), company, id).await?,
        series: series.map(|(id, day)| OfSeries { id, day }),
    }))
}

/// The active technicians, by name.
pub(crate) async fn load_technicians(tx: &mut dyn ReadTx, company: CompanyId) -> Stored<Vec<User>> {
    let users = tx.users(company).await?.into_iter().map(|(user, _)| user);
    let mut found: Vec<User> = users.filter(|user| user.role == Role::Technician).collect();
    found.sort_by_cached_key(|user| NameKey::of(&user.name));
    Ok(found)
}

/// The parts of `job`, what it and they refer to, and the one it follows; and how many are too many.
async fn load_keys(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    job: &Job,
) -> Stored<(Vec<RecordKey>, u64)> {
    let id = RecordKey::from(job.id);
    let children = tx.children_of(company, &[id]).await?;
    let present = children.iter().filter(|child| !child.head.deleted);
    let parts: Vec<RecordKey> = present.map(|child| child.head.key).collect();
    let mut from = vec![id];
    from.extend(&parts);
    let linked = tx.links_from(company, &from).await?;
    let mut seen = HashSet::from([id]);
    // What the job refers to first: a page without a note is better than one without its customer.
    let mut all: Vec<RecordKey> = linked
        .iter()
        .map(|link| link.to)
        .chain(job.follows.map(RecordKey::from))
        .chain(parts)
        .filter(|key| seen.insert(*key))
        .collect();
    let too_many = all.len().saturating_sub(RECORDS);
    all.truncate(RECORDS);
    Ok((all, too_many as u64))
}

/// What is known of the phones of `user`.
async fn load_holder(
    app: &App,
    tx: &mut dyn ReadTx,
    company: CompanyId,
    user: UserId,
) -> Stored<Option<Holder>> {
    // Of no browser: the user's own alone.
    let reports = tx.reports(company, user, "").await?;
    Ok(plan_holder(&reports, app.contacts.last(user)))
}

/// On which phones something of the job `id` stands alone. Of somebody who may not sign in any more none brings
/// anything by itself.
async fn load_phones(
    app: &App,
    tx: &mut dyn ReadTx,
    company: CompanyId,
    id: JobId,
) -> Stored<Vec<JobOnPhone>> {
    let rows = tx.reports_of_job(company, id, PHONES).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let users = tx.users(company).await?;
    let sessions = tx.sessions_seen(company, app.clock.now()).await?;
    let on = |row: &ReportRow| {
        let (user, _) = users.iter().find(|(user, _)| user.id == row.user)?;
        let owed = row.by_job.iter().flat_map(|by_job| &by_job.jobs);
        let owed = owed.into_iter().find(|owed| owed.job == id)?;
        let told_in = |seen: &SessionSeen| session_id(&seen.token_hash) == row.session;
        Some(JobOnPhone {
            user: user.clone(),
            unsent: owed.unsent,
            files: owed.files,
            told_at: row.told_at,
            seen_at: app.contacts.last(row.user),
            signed_out: !sessions.iter().any(told_in),
            cleared: row.cleared,
        })
    };
    Ok(rows.iter().filter_map(on).collect())
}

/// What `reports` of a user's phones come to, the last of which spoke at `contact`.
fn plan_holder(reports: &[ReportRow], contact: Option<Timestamp>) -> Option<Holder> {
    let told = reports.iter().map(|row| row.told_at).max();
    let owing = || reports.iter().filter(|row| !row.cleared);
    let seen_at = contact.into_iter().chain(told).max();
    seen_at.map(|seen_at| Holder {
        seen_at: Some(seen_at),
        unsent: owing().map(|row| row.unsent).sum(),
        files: owing().map(|row| row.files).sum(),
        oldest: owing().filter_map(|row| row.oldest).min(),
        by_job: owing().filter(|row| row.is_owing()).all(is_by_job),
    })
}

/// Whether all that a report counts of jobs is told by job.
fn is_by_job(row: &ReportRow) -> bool {
    row.by_job.as_ref().is_some_and(|by_job| by_job.more == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::DeviceId;
    use afield_protocol::ByJob;
    use uuid::Uuid;

    #[test]
    fn what_phones_told_is_added_up_without_those_that_are_gone() {
        let row = |n: u128, unsent, oldest: Option<i64>, told, cleared| ReportRow {
            user: UserId(Uuid::from_u128(1)),
            device: DeviceId(Uuid::from_u128(n)),
            browser: String::new(),
            unsent,
            files: 1,
            oldest: oldest.map(Timestamp),
            told_at: Timestamp(told),
            cleared,
            parked: 0,
            session: String::new(),
            phone: None,
            by_job: (n != 2).then(ByJob::default),
            as_of: None,
            revoked_at: None,
            number: None,
        };
        let rows = [
            row(1, 2, Some(50), 100, false),
            row(2, 3, Some(40), 90, false),
            row(3, 9, Some(10), 80, true),
        ];
        let found = plan_holder(&rows, Some(Timestamp(95))).unwrap();
        let expected = Holder {
            seen_at: Some(Timestamp(100)),
            unsent: 5,
            files: 2,
            oldest: Some(Timestamp(40)),
            by_job: false,
        };
        assert_eq!(found, expected);
        let later = plan_holder(&rows, Some(Timestamp(105))).unwrap();
        assert_eq!(later.seen_at, Some(Timestamp(105)));
        let one = plan_holder(&rows[..1], None).unwrap();
        assert!(one.by_job, "the app of each that owes counts by job");
        assert_eq!(plan_holder(&[], None), None);
    }
}
