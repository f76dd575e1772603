//! `afield-server user`: adding people, and what they may do, from the machine the data is on.
//!
//! Owns what is asked for and said. The server may run meanwhile: what is changed here holds from the next request
//! on, because every request asks the database who its user is.

use super::data_folder::{open, open_for_use, open_present};
use super::say;
use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::ids::new_id;
use crate::storage::{Account, Storage};
use afield_domain::{Role, User, UserId};
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

/// What `user` takes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Options {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    new: Option<New>,
}

/// Who is added.
#[derive(Debug, Args)]
struct New {
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

/// What is changed of somebody who is there.
#[derive(Debug, Subcommand)]
enum Action {
    /// Keep a user out: their sessions end at once. What they did stays.
    Disable(Who),
    /// Let a disabled user in again; they sign in anew.
    Enable(Who),
    /// Give a user another role; they sign in anew.
    Role {
        #[command(flatten)]
        who: Who,
        /// What the user may do.
        #[arg(value_enum)]
        role: RoleName,
    },
    /// Give a user another password, read from standard input; they sign in anew.
    Password(Who),
    /// Show the users of a company.
    List {
        /// The company's short name.
        #[arg(long)]
        company: String,
        /// The folder that holds the data.
        #[arg(long, default_value = "./data")]
        data: PathBuf,
    },
}

/// Who is meant.
#[derive(Debug, Args)]
struct Who {
    /// The mail address of the account.
    email: String,
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

fn role_text(role: Role) -> &'static str {
    match role {
        Role::Technician => "technician",
        Role::Dispatcher => "dispatcher",
        Role::Admin => "admin",
    }
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    match options.action {
        None => match options.new {
            Some(new) => add(new).await,
            None => Err(unusable("say who: see afield-server user --help")),
        },
        Some(Action::Disable(who)) => {
            let email = change(&who, |account| account.active = false).await?;
            say(&format!("Disabled {email}; their sessions have ended."));
            Ok(())
        }
        Some(Action::Enable(who)) => {
            let email = change(&who, |account| account.active = true).await?;
            say(&format!("Enabled {email}; they have to sign in."));
            Ok(())
        }
        Some(Action::Role { who, role }) => {
            let role = Role::from(role);
            let email = change(&who, |account| account.user.role = role).await?;
            let role = role_text(role);
            say(&format!("{email} is now {role}; they have to sign in."));
            Ok(())
        }
        Some(Action::Password(who)) => {
            let password = read_password()?;
            let email = change(&who, |account| account.password = password).await?;
            say(&format!(
                "{email} has another password; they have to sign in."
            ));
            Ok(())
        }
        Some(Action::List { company, data }) => list(&company, &data).await,
    }
}

fn unusable(text: &str) -> ServerError {
    ServerError::Unusable(text.to_owned())
}

/// The hash of the password on standard input.
fn read_password() -> Result<String, ServerError> {
    let mut password = String::new();
    std::io::stdin()
        .read_line(&mut password)
        .map_err(|error| ServerError::Unusable(format!("cannot read the password: {error}")))?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < 8 {
        return Err(unusable(
            "the password on standard input has fewer than 8 characters; nothing was changed",
        ));
    }
    Passwords::new(Cost::Full, 1)?.hash(password)
}

/// Changes an account and ends its sessions; gives its mail address.
async fn change(who: &Who, change: impl FnOnce(&mut Account)) -> Result<String, ServerError> {
    let email = who.email.trim().to_lowercase();
    let (_held, storage) = open_present(&who.data).await?;
    let mut tx = storage.write().await?;
    let Some(mut account) = tx.account(&email).await? else {
        return Err(ServerError::Unusable(format!(
            "there is no account {email}; nothing was changed"
        )));
    };
    let role = account.user.role;
    change(&mut account);
    tx.set_account(&account).await?;
    if account.user.role != role {
        let rights = tx.rights(account.company).await?.renewed(SystemClock.now());
        tx.set_rights(account.company, &rights).await?;
    }
    tx.end_links_of(account.company, account.user.id).await?;
    tx.end_sessions_of(account.company, account.user.id).await?;
    tx.commit().await?;
    storage.close().await;
    Ok(email)
}

async fn list(slug: &str, data: &Path) -> Result<(), ServerError> {
    let (_held, storage) = open_present(data).await?;
    let mut tx = storage.read().await?;
    let Some(company) = tx.company_by_slug(slug).await? else {
        return Err(no_company(slug));
    };
    for account in tx.accounts(company.id).await? {
        let role = role_text(account.user.role);
        let state = if account.active { "active" } else { "disabled" };
        say(&format!(
            "{:<40} {role:<11} {state:<9} {}",
            account.email, account.user.name
        ));
    }
    drop(tx);
    storage.close().await;
    Ok(())
}

fn no_company(slug: &str) -> ServerError {
    ServerError::Unusable(format!("there is no company {slug}; nothing was changed"))
}

async fn add(options: New) -> Result<(), ServerError> {
    let email = options.email.trim().to_lowercase();
    let password = read_password()?;
    let _held = open_for_use(&options.data)?;
    let storage = open(&options.data).await?;
    let mut tx = storage.write().await?;
    let Some(company) = tx.company_by_slug(&options.company).await? else {
        return Err(no_company(&options.company));
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
        password,
        active: true,
    })
    .await?;
    tx.commit().await?;
    storage.close().await;
    say(&format!("Added {email} to {}.", options.company));
    Ok(())
}
