//! What an operation may name: what its user may know of.
//!
//! Owns the rule that a record named by an operation is one that the user's phone may hold. What is not
//! is taken away before anybody judges, so that it answers exactly like what does not exist. Must never
//! refuse anything itself.
//!
//! The office knows all of its company. A technician knows what hangs on the jobs that are theirs now,
//! also on those of the last weeks: a phone may have been without a network since. Parts of a job (tasks,
//! files, conflicts) are known through their job only. And a technician knows what they have just made
//! themselves, which hangs on no job yet: what waits for it says so.

use super::consequences::Read;
use crate::pull::scope::load_reach;
use crate::storage::{MutationRow, Stored, WriteTx};
use afield_domain::time::ScopeWindow;
use afield_domain::{CompanyId, Module, Op, Record, RecordKey, Timestamp, User, limits};
use afield_protocol::{MutationVerdict, Verdict};
use std::collections::HashSet;

const DAY_MS: i64 = 86_400_000;
/// How long a phone may have been without a network and still name what it was shown.
const OFFLINE_DAYS: i64 = 30;

/// Takes out of `records` what `user` may not name in `op`. `decided`: what was decided of the mutations that
/// it waits for.
pub(crate) async fn hide_unknown(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    user: &User,
    op: &Op,
    now: Timestamp,
    decided: &[MutationRow],
    records: &mut Vec<Read>,
) -> Stored<()> {
    let own = Own::of(op, user, decided, records);
    let known = if !user.role.is_office() && records.iter().any(|(row, _)| is_shared(row.key)) {
        Some(load_known(tx, company, user, own.job_of_user, now).await?)
    } else {
        None
    };
    records.retain(|(row, record)| may_name(row.key, record, &own, known.as_ref()));
    Ok(())
}

/// What an operation is about.
struct Own {
    /// What it is about or makes: judged by what stands there.
    targets: Vec<RecordKey>,
    /// What the user has made in what it waits for.
    made: Vec<RecordKey>,
    /// The job it is about.
    job: Option<RecordKey>,
    /// The same, if it is the user's.
    job_of_user: Option<RecordKey>,
}

impl Own {
    fn of(op: &Op, user: &User, decided: &[MutationRow], records: &[Read]) -> Self {
        let job = op.job().map(RecordKey::from);
        let is_theirs = |(row, record): &Read| {
            let theirs = matches!(record, Record::Job(job) if job.assignee == Some(user.id));
            Some(row.key) == job && theirs
        };
        Self {
            targets: op.creates().into_iter().chain(job).collect(),
            made: decided.iter().flat_map(|row| made_by(user, row)).collect(),
            job,
            job_of_user: job.filter(|_| records.iter().any(is_theirs)),
        }
    }
}

/// What `user` has made by this mutation: only the verdict, which is the server's own word, tells.
fn made_by(user: &User, row: &MutationRow) -> Vec<RecordKey> {
    let verdict = row.verdict.as_deref().filter(|_| row.user == user.id);
    let told = verdict.and_then(|text| serde_json::from_str::<MutationVerdict>(text).ok());
    match told.map(|told| told.verdict) {
        Some(Verdict::Applied { records } | Verdict::AlreadyApplied { records }) => records
            .iter()
            .filter_map(|made| made.record.key())
            .filter(|key| is_shared(*key))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether the record may be named. `known` is all that the user may know of, if that is not everything.
fn may_name(
    key: RecordKey,
    record: &Record,
    own: &Own,
    known: Option<&HashSet<RecordKey>>,
) -> bool {
    if own.targets.contains(&key) {
        return true;
    }
    match record.parent() {
        Some(parent) => own.job == Some(parent),
        None => known.is_none_or(|known| known.contains(&key) || own.made.contains(&key)),
    }
}

/// Whether more than one job may refer to it, so that a user's jobs tell whether they know it.
fn is_shared(key: RecordKey) -> bool {
    key.module != Module::Job && !key.module.is_part_of_job()
}

/// All that hangs on the user's jobs.
async fn load_known(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    user: &User,
    job: Option<RecordKey>,
    now: Timestamp,
) -> Stored<HashSet<RecordKey>> {
    // The most that a company may have set meanwhile. In UTC, and so a day wider than in any zone.
    let days = i64::from(*limits::WINDOW_DAYS.end());
    let window = ScopeWindow {
        from: now.plus_ms(-(OFFLINE_DAYS + days + 1) * DAY_MS),
        until: now.plus_ms((days + 2) * DAY_MS),
    };
    let jobs = tx.jobs_of(company, user.id, window).await?;
    let mut roots: Vec<RecordKey> = jobs.iter().map(|job| job.head.key).collect();
    roots.extend(job);
    roots.sort_unstable();
    roots.dedup();
    let reach = load_reach(tx, company, &roots).await?;
    let heads = reach.heads.iter().map(|head| head.key);
    let children = reach.children.iter().map(|child| child.head.key);
    Ok(heads.chain(children).collect())
}
