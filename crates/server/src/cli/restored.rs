//! `afield-server restored`: what is to be done after a backup was put back.

use super::data::Data;
use super::files::with_end;
use super::say;
use crate::clock::{Clock, SystemClock};
use crate::company::set_from_command_line;
use crate::error::ServerError;
use crate::state::new_epoch;
use crate::storage::Storage;
use crate::storage::postgres::whole::{Meant, PostgresWhole};
use crate::storage::sqlite::whole::{SqliteWhole, mark_of};
use crate::storage::whole::{State, Whole as _};
use afield_domain::company::CompanySettings;
use clap::Args;
use std::path::Path;

/// What happens after data were put back.
pub(super) const WHAT_FOLLOWS: &str = "Everybody signs in again; phones keep their work.
When the server starts, each phone first sends again what it saved in the last 7 days
(what the backup holds already is not done twice), then loads everything anew.";

/// What `restored` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let file = options.data.file();
    if let Some(file) = &file
        && !file.exists()
    {
        return Err(ServerError::Unusable(format!(
            "there is no database {}: put the backup there first, or name its folder with --data DIR; nothing was changed",
            file.display()
        )));
    }
    let _held = options.data.hold_alone()?;
    file.as_deref().map_or(Ok(()), check_log)?;
    match (&file, options.data.address()) {
        (Some(file), _) => part_file_from_moved(file).await?,
        (None, Some(address)) => part_database_from_moved(&address).await?,
        (None, None) => {}
    }
    let storage = options.data.open().await?;
    begin_anew(storage.as_ref()).await?;
    storage.close().await;
    say("The data set has a new id.");
    say(WHAT_FOLLOWS);
    say("Accounts are those of the backup: look at them with `user list`.");
    Ok(())
}

/// What was left when its data moved elsewhere is a data set of its own from here on: its phones are told.
pub(super) async fn part_file_from_moved(file: &Path) -> Result<(), ServerError> {
    let moved = mark_of(file)?.is_some_and(|mark| mark.state == State::Moved);
    if moved {
        let mut left = SqliteWhole::open(file, file.display().to_string())?;
        left.part_from_what_was_moved(&new_epoch()?.0).await?;
    }
    Ok(())
}

async fn part_database_from_moved(address: &str) -> Result<(), ServerError> {
    let mut left = PostgresWhole::open(address, Meant::Look).await?;
    let moved = left.mark().await?;
    if moved.is_some_and(|mark| mark.state == State::Moved) {
        left.part_from_what_was_moved(&new_epoch()?.0).await?;
    }
    Ok(())
}

/// Gives the data another id and ends all sessions: those that were ended after the backup was made are in it. No company
/// deletes files until an admin says so again: jobs are as they were, and phones have not yet sent what happened since.
pub(super) async fn begin_anew(storage: &dyn Storage) -> Result<(), ServerError> {
    let now = SystemClock.now();
    let mut tx = storage.write().await?;
    tx.rename_epoch(&new_epoch()?).await?;
    tx.renew_rights(now).await?;
    tx.end_all_sessions().await?;
    let mut kept = Vec::new();
    for company in tx.companies().await? {
        let Some(row) = tx.company(company).await? else {
            continue;
        };
        if let Some(days) = row.settings.keep_files_days.filter(|days| *days > 0) {
            kept.push((row.slug.clone(), days));
            let wanted = CompanySettings {
                keep_files_days: Some(0),
                ..row.settings.clone()
            };
            set_from_command_line(tx.as_mut(), row, wanted, now).await?;
        }
    }
    tx.commit().await?;
    for (slug, days) in kept {
        say(&format!(
            "{slug} keeps all files from now on, where it kept them for {days} days. When all phones have been here: \
             afield-server company set {slug} --keep-files-days {days}"
        ));
    }
    Ok(())
}

/// Refuses a log that is older than its database: it is of the one that was there before, and SQLite would write
/// it over this one.
fn check_log(file: &Path) -> Result<(), ServerError> {
    let log = with_end(file, "-wal");
    let changed = |path: &Path| path.metadata().ok()?.modified().ok();
    let is_there = log.metadata().is_ok_and(|log| log.len() > 0);
    match (changed(&log), changed(file)) {
        (Some(logged), Some(put)) if is_there && logged < put => {
            Err(ServerError::Unusable(format!(
                "{log} is older than {file}: is it of the database that was there before? \
                 If so, move it away and run this again. If the database was not exchanged, start and stop the \
                 server first. Nothing was changed",
                log = log.display(),
                file = file.display()
            )))
        }
        _ => Ok(()),
    }
}
