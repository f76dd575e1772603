//! `afield-server restore`.
//!
//! Owns the files: what a restore replaces is kept, and nothing of it stays beside what takes its place. SQLite
//! would take a log that lies beside a database for that database's own.

use super::data::Data;
use super::data_folder::{BESIDE, database, has_no_log, open, own_file};
use super::files::{failed, sync, sync_folder, with_end};
use super::restored::{WHAT_FOLLOWS, begin_anew, part_file_from_moved};
use super::say;
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::moving::{self, Source};
use crate::storage::Storage;
use crate::storage::postgres::whole::{Meant, PostgresWhole};
use crate::storage::sqlite::copies::{AccountState, account_states, check, settle};
use crate::storage::sqlite::whole::SqliteWhole;
use clap::Args;
use std::path::{Path, PathBuf};

/// Accounts that are named one by one.
const NAMED: usize = 50;

/// What `restore` takes.
#[derive(Debug, Args)]
pub(super) struct RestoreOptions {
    /// The backup.
    file: PathBuf,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn restore(options: RestoreOptions) -> Result<(), ServerError> {
    let file = &options.file;
    let size = std::fs::metadata(file).map_err(|error| failed("read", file, &error))?;
    if size.len() == 0 {
        return Err(not_whole(file));
    }
    let _held = options.data.hold_alone()?;
    // All is made ready beside the data, which are replaced in one step.
    let ready = options.data.folder().join("restoring");
    let _ = std::fs::remove_dir_all(&ready);
    let done = match options.data.address() {
        None => replace(file, &ready, &database(options.data.folder())).await,
        Some(address) => put_into(file, &ready, &address).await,
    };
    let _ = std::fs::remove_dir_all(&ready);
    done
}

fn not_whole(file: &Path) -> ServerError {
    ServerError::Unusable(format!(
        "{} is not a whole backup; nothing was changed",
        file.display()
    ))
}

/// Makes `file` ready in the folder `ready`, as a data set of its own; gives the database there.
async fn make_ready(file: &Path, ready: &Path) -> Result<PathBuf, ServerError> {
    std::fs::create_dir_all(ready).map_err(|error| failed("write", ready, &error))?;
    let new = database(ready);
    copy(file, &new).map_err(|error| failed("copy the backup to", &new, &error))?;
    // The copy is what is looked at: it is what is served.
    check(&new).await.map_err(|_| not_whole(file))?;
    part_file_from_moved(&new).await?;
    let storage = open(ready).await?;
    begin_anew(&storage).await?;
    storage.close().await;
    settle(&new).await?;
    sync(&new).map_err(|error| failed("write", &new, &error))?;
    Ok(new)
}

/// Puts `file` in the place of the database `place`.
async fn replace(file: &Path, ready: &Path, place: &Path) -> Result<(), ServerError> {
    let new = make_ready(file, ready).await?;
    let after = account_states(&new).await?;
    let before = keep_aside(place).await?;
    std::fs::rename(&new, place).map_err(|error| failed("write", place, &error))?;
    sync_folder(place);
    say(&format!("Restored {}.", file.display()));
    say(WHAT_FOLLOWS);
    tell_of_accounts(before, after);
    Ok(())
}

/// Puts what is in `file` into the PostgreSQL database at `address`, which is empty.
async fn put_into(file: &Path, ready: &Path, address: &str) -> Result<(), ServerError> {
    let mut to = PostgresWhole::open(address, Meant::Target).await?;
    let new = make_ready(file, ready).await?;
    let mut from = SqliteWhole::open(&new, file.display().to_string())?;
    moving::run(&mut from, &mut to, Source::Stays).await?;
    say(&format!("Restored {}.", file.display()));
    say(WHAT_FOLLOWS);
    say("Accounts are those of the backup: look at them with `user list`.");
    Ok(())
}

/// Copies `file` and, if it was copied from a folder by hand, what lies in the log beside it.
fn copy(file: &Path, new: &Path) -> std::io::Result<()> {
    for end in ["", "-wal"] {
        let (from, to) = (with_end(file, end), with_end(new, end));
        if end.is_empty() || (from.exists() && !has_no_log(file)) {
            own_file(&to)?;
            std::fs::copy(&from, &to)?;
            own_file(&to)?;
        }
    }
    Ok(())
}

/// Keeps the database at `place` and all that lies beside it under another name; it stays there as well until it
/// is replaced. Gives the accounts that it holds, if they can be read.
async fn keep_aside(place: &Path) -> Result<Option<Vec<AccountState>>, ServerError> {
    let kept = with_end(place, &format!(".replaced-{}", SystemClock.now().0));
    let failed = |error: std::io::Error| failed("keep what is there as", &kept, &error);
    let mut accounts = None;
    let mut is_kept = false;
    if place.exists() {
        // A damaged one is kept as it is.
        let _ = settle(place).await;
        accounts = account_states(place).await.ok();
        std::fs::hard_link(place, &kept)
            .or_else(|_| std::fs::copy(place, &kept).map(|_| ()))
            .map_err(failed)?;
        is_kept = true;
    }
    // Also where the database itself was moved away: its log must not be taken for that of the backup.
    for end in BESIDE {
        let beside = with_end(place, end);
        if beside.exists() {
            std::fs::rename(&beside, with_end(&kept, end)).map_err(failed)?;
            is_kept = true;
        }
    }
    sync_folder(place);
    if is_kept {
        say(&format!("What was there is kept as {}.", kept.display()));
    }
    Ok(accounts)
}

/// Names the accounts that may do now what they could not before the restore, or the other way round.
fn tell_of_accounts(before: Option<Vec<AccountState>>, after: Vec<AccountState>) {
    let is_compared = before.is_some();
    let changed = plan_look(before, after);
    if changed.is_empty() {
        return;
    }
    say(if is_compared {
        "These accounts are not as they were before; look at them with `user list`:"
    } else {
        "What was there could not be read. Look at the accounts of the backup with `user list`:"
    });
    for email in changed.iter().take(NAMED) {
        say(&format!("  {email}"));
    }
    let more = changed.len().saturating_sub(NAMED);
    if more > 0 {
        say(&format!("  and {more} more"));
    }
}

/// The mail addresses of the accounts that differ, or of all where nothing is known of before; in order.
fn plan_look(before: Option<Vec<AccountState>>, after: Vec<AccountState>) -> Vec<String> {
    let before = before.unwrap_or_default();
    let differs = |one: &&AccountState, others: &[AccountState]| !others.contains(one);
    let new = after.iter().filter(|one| differs(one, &before));
    let gone = before.iter().filter(|one| differs(one, &after));
    let mut emails: Vec<String> = new.chain(gone).map(|one| one.email.clone()).collect();
    emails.sort();
    emails.dedup();
    emails
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_that_differ_are_named_once_and_all_where_nothing_is_known() {
        let one = |email: &str, role: &str, active, password: &str| AccountState {
            email: email.into(),
            role: role.into(),
            active,
            password: password.into(),
        };
        let backup = || {
            vec![
                one("ada", "admin", true, "1"),
                one("ben", "technician", true, "1"),
                one("dora", "dispatcher", true, "1"),
                one("eva", "technician", true, "1"),
            ]
        };
        let before = vec![
            one("ada", "admin", true, "1"),
            one("ben", "technician", false, "1"),
            one("dora", "dispatcher", true, "2"),
            one("new", "technician", true, "1"),
        ];
        assert_eq!(
            plan_look(Some(before), backup()),
            ["ben", "dora", "eva", "new"]
        );
        assert!(plan_look(Some(backup()), backup()).is_empty());
        assert_eq!(plan_look(None, backup()), ["ada", "ben", "dora", "eva"]);
    }
}
