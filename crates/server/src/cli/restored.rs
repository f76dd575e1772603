//! `afield-server restored`: what is to be done after a backup was put back.

use super::data_folder::{database, hold, open};
use super::say;
use crate::error::ServerError;
use crate::state::new_epoch;
use crate::storage::Storage;
use clap::Args;
use std::path::PathBuf;

/// What happens after data were put back.
pub(super) const WHAT_FOLLOWS: &str =
    "When the server starts, each phone first sends again what it saved in the last 7 days
(what the backup holds already is not done twice), then loads everything anew.";

/// What `restored` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The folder that holds the data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let file = database(&options.data);
    if !file.exists() {
        return Err(ServerError::Unusable(format!(
            "there is no database {}: put the backup there first, or name its folder with --data DIR; nothing was changed",
            file.display()
        )));
    }
    let _held = hold(&options.data)?;
    let storage = open(&options.data).await?;
    let mut tx = storage.write().await?;
    tx.rename_epoch(&new_epoch()?).await?;
    tx.commit().await?;
    storage.close().await;
    say("The data set has a new id.");
    say(WHAT_FOLLOWS);
    Ok(())
}
