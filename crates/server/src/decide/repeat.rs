//! A mutation that comes again: the stored verdict, with what was too large to be kept with it.
//!
//! Owns what a phone hears that did not hear it the first time. It takes its change out of the outbox then, and shows
//! what it holds of the server: without the record that would be the state before the change. Must never tell anybody
//! of a record that they may not see now.

use super::answer::{Answer, repeat, waits_for_its_user};
use super::named::hide_unknown;
use super::save::load_read;
use super::told::{Told, told};
use crate::events::Wrote;
use crate::storage::{MutationRow, SessionRow, Stored, WriteTx};
use afield_domain::{Record, RecordKey, Rejection, Timestamp, User, Versioned};
use afield_protocol::{Mutation, MutationVerdict, Verdict};
use serde::Deserialize;

/// The stored verdict; where it was kept without its records, the record that it is about comes with it as it is now.
///
/// # Errors
/// When the storage fails.
pub(crate) async fn repeat_whole(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
    mutation: &Mutation,
    row: MutationRow,
    now: Timestamp,
) -> Stored<Answer> {
    let lacking = lacking(row.verdict.as_deref());
    let id = row.id;
    let answer = repeat(row)?;
    let (Some(lacking), Answer::Verdict { rejected, .. }) = (lacking, &answer) else {
        return Ok(answer);
    };
    match load_seen(tx, session, mutation, now).await {
        Ok(Some(record)) => {
            let told: Told = told(id, lacking.with(vec![record]))?;
            let rejected = *rejected;
            Ok(Answer::Verdict {
                told,
                rejected,
                wrote: Wrote::Nothing,
            })
        }
        Ok(None) => Ok(answer),
        // What does not read keeps nobody from the verdict.
        Err(error) if error.is_local() => Ok(answer),
        Err(error) => Err(error),
    }
}

/// The stored verdict for a revoked device: that the change had its effect, with nothing of what the company holds; what
/// the office has decided its user hears once they have signed in again.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn repeat_bare(row: MutationRow) -> Stored<Answer> {
    let id = row.id;
    let said = row
        .verdict
        .as_deref()
        .and_then(|text| serde_json::from_str::<MutationVerdict>(text).ok());
    let bare = match said.map(|said| said.verdict) {
        Some(Verdict::Rejected {
            reason: Rejection::Declined { .. },
        }) => return waits_for_its_user(id),
        Some(Verdict::Applied { .. }) => Lacking::Applied,
        Some(Verdict::Merged { .. }) => Lacking::Merged,
        Some(Verdict::AlreadyApplied { .. }) => Lacking::Already,
        _ => return repeat(row),
    };
    Ok(Answer::Verdict {
        told: told(id, bare.with(Vec::new()))?,
        rejected: false,
        wrote: Wrote::Nothing,
    })
}

/// A verdict that lacks its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lacking {
    Applied,
    Merged,
    Already,
}

impl Lacking {
    fn with(self, records: Vec<Versioned>) -> Verdict {
        match self {
            Self::Applied => Verdict::Applied { records },
            Self::Merged => Verdict::Merged { records },
            Self::Already => Verdict::AlreadyApplied { records },
        }
    }
}

/// What of a stored verdict is looked at.
#[derive(Deserialize)]
struct Stump {
    verdict: String,
    #[serde(default)]
    records: Vec<serde::de::IgnoredAny>,
}

/// Which verdict it is, if it lacks its records; one that is not kept any more says that the effect is there.
fn lacking(stored: Option<&str>) -> Option<Lacking> {
    let Some(text) = stored else {
        return Some(Lacking::Already);
    };
    let stump: Stump = serde_json::from_str(text).ok()?;
    match stump.verdict.as_str() {
        _ if !stump.records.is_empty() => None,
        "applied" => Some(Lacking::Applied),
        "merged" => Some(Lacking::Merged),
        "already_applied" => Some(Lacking::Already),
        _ => None,
    }
}

/// The record that `mutation` is about as it is now, if the user may see it now.
async fn load_seen(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
    mutation: &Mutation,
    now: Timestamp,
) -> Stored<Option<Versioned>> {
    let company = session.company.id;
    let (Some(target), Some(user)) = (
        mutation.op.target(),
        tx.user(company, session.user.id).await?,
    ) else {
        return Ok(None);
    };
    let mut records = load_read(tx, company, mutation).await?;
    let is_theirs = is_of_user(&user, mutation.op.job().map(RecordKey::from), &records);
    hide_unknown(tx, company, &user, &mutation.op, now, &[], &mut records).await?;
    let found = records
        .iter()
        .find(|(row, _)| row.key == target && !row.deleted);
    found
        .filter(|_| is_theirs)
        .map(|(row, _)| row.versioned())
        .transpose()
}

/// Whether what hangs on `job` is the user's to see: an operation may name a job that is another's by now.
fn is_of_user(
    user: &User,
    job: Option<RecordKey>,
    records: &[(crate::storage::StoredRecord, Record)],
) -> bool {
    let Some(job) = job.filter(|_| !user.role.is_office()) else {
        return true;
    };
    records.iter().any(|(row, record)| {
        row.key == job && matches!(record, Record::Job(job) if job.assignee == Some(user.id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_lacks_its_records_when_it_was_kept_short_or_not_at_all() {
        for (stored, expected) in [
            (None, Some(Lacking::Already)),
            (
                Some(r#"{"id":"1","verdict":"applied","records":[]}"#),
                Some(Lacking::Applied),
            ),
            (
                Some(r#"{"id":"1","verdict":"merged","records":[]}"#),
                Some(Lacking::Merged),
            ),
            (
                Some(r#"{"id":"1","verdict":"already_applied","records":[]}"#),
                Some(Lacking::Already),
            ),
            (
                Some(r#"{"id":"1","verdict":"applied","records":[{"rev":1}]}"#),
                None,
            ),
            (Some(r#"{"id":"1","verdict":"rejected","reason":{}}"#), None),
            (Some("damaged"), None),
        ] {
            assert_eq!(lacking(stored), expected, "{stored:?}");
        }
    }
}
