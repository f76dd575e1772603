//! Some rows of an import: planned beside those who write, and written only if the plan still stands.
//!
//! Owns that order. Reading and planning take longest, and so happen on a snapshot, outside the writer's lock; in it,
//! what the plan stands on is read once more, and a plan whose ground has moved is made anew. Must never write what
//! was planned on other records than are there.

use super::existing::{Existing, load_directory, load_existing};
use super::input::{Input, InputRow};
use super::plan::{Planner, RowPlan};
use super::report::Report;
use super::row_plan::Change;
use crate::clock::Clock;
use crate::error::{ServerError, StorageError};
use crate::ids::new_id;
use crate::records::{Fate, OFFICE, Write, save_record};
use crate::storage::{ReadTx, Storage, WriteTx};
use afield_domain::{CompanyId, JobId, Timestamp};
use afield_protocol::{Activity, ActivityKind};
use tokio::time::Instant;
use uuid::Uuid;

/// How often rows are planned outside the lock. Who changes them that often is kept waiting once.
const TRIES: usize = 3;

/// What the rows come to, by their lines.
pub(super) type Plans = Vec<(u64, RowPlan)>;

/// A transaction in which nobody else writes, a plan that stands in it, and when it was begun.
///
/// # Errors
/// When the storage fails or holds what is damaged.
pub(super) async fn begin_rows(
    storage: &dyn Storage,
    clock: &dyn Clock,
    company: CompanyId,
    planner: &mut Planner<'_>,
    rows: &[InputRow],
) -> Result<(Box<dyn WriteTx>, Plans, Instant), ServerError> {
    let assigned = planner.assigned;
    for _ in 0..TRIES {
        let (existing, plans) = {
            let mut tx = storage.read().await?;
            plan_rows(tx.as_mut(), company, planner, rows, clock.now()).await?
        };
        let mut tx = storage.write().await?;
        let begun = Instant::now();
        let is_known = knows_all(planner, tx.as_mut(), company).await?;
        if is_known && existing.is_current(tx.as_mut(), company).await? {
            return Ok((tx, plans, begun));
        }
        drop(tx);
        // What was planned and is not written is known to nobody.
        let mut tx = storage.read().await?;
        look_again(planner, tx.as_mut(), company).await?;
        planner.assigned = assigned;
    }
    let mut tx = storage.write().await?;
    let begun = Instant::now();
    if !knows_all(planner, tx.as_mut(), company).await? {
        look_again(planner, tx.as_mut(), company).await?;
    }
    let (_, plans) = plan_rows(tx.as_mut(), company, planner, rows, clock.now()).await?;
    Ok((tx, plans, begun))
}

/// Whether nobody has made a customer, a place or what else a row may mean since the planner looked who there is: made twice, nobody would
/// find out which is meant.
async fn knows_all(
    planner: &Planner<'_>,
    tx: &mut dyn ReadTx,
    company: CompanyId,
) -> Result<bool, ServerError> {
    let modules = planner.format.kind().refers_to();
    Ok(tx.last_change(company, modules).await? <= planner.directory_at)
}

/// Has the planner look again.
async fn look_again(
    planner: &mut Planner<'_>,
    tx: &mut dyn ReadTx,
    company: CompanyId,
) -> Result<(), ServerError> {
    let modules = planner.format.kind().refers_to();
    planner.directory_at = tx.last_change(company, modules).await?;
    planner.directory = load_directory(tx, company, modules).await?;
    Ok(())
}

/// Plans rows on what `tx` shows; gives that too.
///
/// # Errors
/// When the storage fails or holds what is damaged.
pub(super) async fn plan_rows(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    planner: &mut Planner<'_>,
    rows: &[InputRow],
    now: Timestamp,
) -> Result<(Existing, Plans), ServerError> {
    let inputs: Vec<&Input> = rows
        .iter()
        .filter_map(|(_, input)| input.as_ref().ok())
        .collect();
    let existing = load_existing(tx, company, &planner.directory, &inputs).await?;
    let mut ids = || new_id(now).map_err(ServerError::from);
    let plans = rows.iter().map(|(line, input)| {
        let plan = match input {
            Ok(input) => planner.plan_row(input, &existing, &mut ids)?,
            Err(refusal) => RowPlan::refused(refusal.clone()),
        };
        Ok((*line, plan))
    });
    let plans = plans.collect::<Result<_, ServerError>>()?;
    Ok((existing, plans))
}

/// Tells the board of the import as a whole: one line that grows with it, so that it also stands there when the
/// import is cut short. `before` is the line of until now; gives the new one's place.
pub(super) async fn tell_board(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    by: &str,
    before: Option<u64>,
    report: &Report,
    now: Timestamp,
) -> Result<u64, ServerError> {
    if let Some(before) = before {
        tx.remove_activity(company, before).await?;
    }
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let activity = Activity {
        seq: tx.next_seq(company).await?,
        actor: by.to_owned(),
        brought_by: String::new(),
        was_accepted: false,
        // It is about many.
        job: JobId(Uuid::nil()),
        job_number: String::new(),
        job_title: String::new(),
        made_at: now,
        received_at: now,
        what: ActivityKind::Imported {
            created: number(report.created),
            updated: number(report.updated.len()),
        },
    };
    tx.add_activity(company, &activity).await?;
    Ok(activity.seq)
}

/// Writes a row's plan.
pub(super) async fn save_plan(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    plan: &RowPlan,
    now: Timestamp,
) -> Result<(), ServerError> {
    for change in &plan.changes {
        let external_key = free_key(tx, company, change).await?;
        let write = Write {
            old: change.old.as_ref(),
            record: &change.record,
            fate: Fate::Present,
            external_key,
            by: OFFICE,
            made_at: now,
        };
        save_record(tx, company, write, now).await?;
    }
    for (key, base) in &plan.bases {
        let base = serde_json::to_string(base).map_err(|_| StorageError::Damaged("import"))?;
        tx.put_import_base(company, *key, &base).await?;
    }
    Ok(())
}

/// The key that a record is to be stored under, unless another has it: one that was deleted in Afield keeps its own.
async fn free_key<'c>(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    change: &'c Change,
) -> Result<Option<&'c str>, ServerError> {
    let (Some(key), Some(asked)) = (change.record.key(), change.external_key.as_deref()) else {
        return Ok(None);
    };
    let had = change
        .old
        .as_ref()
        .and_then(|old| old.external_key.as_deref());
    if had == Some(asked) {
        return Ok(Some(asked));
    }
    let holder = tx
        .record_by_external_key(company, key.module, asked)
        .await?;
    Ok(Some(asked).filter(|_| holder.is_none_or(|holder| holder == key)))
}
