//! `afield-server company`: adding one, from the machine the data is on.

use super::data_folder::{open, open_for_use};
use super::say;
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::ids::new_id;
use crate::storage::{CompanyRow, Storage};
use crate::zones::zone_data;
use afield_domain::CompanyId;
use clap::Args;
use std::path::PathBuf;

/// What `company` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Its short name for command lines, such as `nordhaus`.
    slug: String,
    /// Its name.
    #[arg(long)]
    name: String,
    /// Its time zone, such as `Europe/Berlin`.
    #[arg(long)]
    zone: String,
    /// The address that "Request access" writes to.
    #[arg(long, default_value = "")]
    contact: String,
    /// The folder that holds the data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

pub(super) async fn add(options: Options) -> Result<(), ServerError> {
    if zone_data(&options.zone).is_none() {
        return Err(ServerError::Unusable(format!(
            "there is no time zone {}: give one like Europe/Berlin",
            options.zone
        )));
    }
    let _held = open_for_use(&options.data)?;
    let storage = open(&options.data).await?;
    let mut tx = storage.write().await?;
    if tx.company_by_slug(&options.slug).await?.is_some() {
        return Err(ServerError::Unusable(format!(
            "there is a company {} already; nothing was changed",
            options.slug
        )));
    }
    tx.add_company(&CompanyRow {
        id: CompanyId(new_id(SystemClock.now())?),
        slug: options.slug.clone(),
        name: options.name,
        zone: options.zone,
        contact_email: options.contact,
        expiry_hours: 24,
        change_seq: 0,
        cursor_floor: 0,
    })
    .await?;
    tx.commit().await?;
    storage.close().await;
    say(&format!("Added the company {}.", options.slug));
    Ok(())
}
