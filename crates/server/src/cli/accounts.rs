//! `afield-server company` and `afield-server user`: adding them, from the machine the data is on.

use super::say;
use super::serve::open;
use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::ids::new_id;
use crate::storage::{Account, CompanyRow, Storage};
use crate::zones::zone_data;
use afield_domain::{CompanyId, Role, User, UserId};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What `company` takes.
#[derive(Debug, Args)]
pub(super) struct CompanyOptions {
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

/// What `user` takes.
#[derive(Debug, Args)]
pub(super) struct UserOptions {
    /// The mail address to sign in with.
    email: String,
    /// The company's short name.
    #[arg(long)]
    company: String,
    /// The name, as colleagues write it.
    #[arg(long)]
    name: String,
    /// What the user may do.
    #[arg(long, value_enum)]
    role: RoleName,
    /// The folder that holds the data.
    #[arg(long, default_value = "./data")]
    data: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Technician,
    Dispatcher,
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Technician => Self::Technician,
            RoleName::Dispatcher => Self::Dispatcher,
            RoleName::Admin => Self::Admin,
        }
    }
}

pub(super) async fn add_company(options: CompanyOptions) -> Result<(), ServerError> {
    if zone_data(&options.zone).is_none() {
        return Err(ServerError::Unusable(format!(
            "there is no time zone {}: give one like Europe/Berlin",
            options.zone
        )));
    }
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

pub(super) async fn add_user(options: UserOptions) -> Result<(), ServerError> {
    let email = options.email.trim().to_lowercase();
    let mut password = String::new();
    std::io::stdin()
        .read_line(&mut password)
        .map_err(|error| ServerError::Unusable(format!("cannot read the password: {error}")))?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < 8 {
        return Err(ServerError::Unusable(
            "the password on standard input has fewer than 8 characters; nothing was changed"
                .into(),
        ));
    }
    let storage = open(&options.data).await?;
    let mut tx = storage.write().await?;
    let Some(company) = tx.company_by_slug(&options.company).await? else {
        return Err(ServerError::Unusable(format!(
            "there is no company {}; nothing was changed",
            options.company
        )));
    };
    if tx.account(&email).await?.is_some() {
        return Err(ServerError::Unusable(format!(
            "there is an account {email} already; nothing was changed"
        )));
    }
    tx.add_user(&Account {
        company: company.id,
        user: User {
            id: UserId(new_id(SystemClock.now())?),
            name: options.name,
            role: options.role.into(),
        },
        email: email.clone(),
        password: Passwords::new(Cost::Full, 1)?.hash(password)?,
        active: true,
    })
    .await?;
    tx.commit().await?;
    storage.close().await;
    say(&format!("Added {email} to {}.", options.company));
    Ok(())
}
