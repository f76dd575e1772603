//! `afield-server user`: adding people, and what they may do, from the machine the data is on.
//!
//! Owns what is asked for and said. The server may run meanwhile: what is changed here holds from the next request
//! on, because every request asks the database who its user is.

use super::data::Data;
use super::say;
use crate::auth::password::{Cost, Passwords};
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::ids::new_id;
use crate::people;
use crate::storage::Account;
use afield_domain::{Role, User, UserId};
use afield_protocol::PersonDeed;
use clap::{Args, Subcommand, ValueEnum};

/// What `user` takes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Options {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    new: Option<New>,
    /// Of whoever or whatever is added.
    #[command(flatten)]
    data: Data,
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
        #[command(flatten)]
        data: Data,
    },
}

/// Who is meant.
#[derive(Debug, Args)]
struct Who {
    /// The mail address of the account.
    email: String,
    #[command(flatten)]
    data: Data,
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

pub(super) fn role_text(role: Role) -> &'static str {
    match role {
        Role::Technician => "technician",
        Role::Dispatcher => "dispatcher",
        Role::Admin => "admin",
    }
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    match options.action {
        None => match options.new {
            Some(new) => add(new, &options.data).await,
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

/// Whose name the office reads of what was done from here.
const NOBODY: &str = "";

/// What is told of a change of an account; nothing if it changes nothing.
fn deed(before: &Account, after: &Account) -> Option<PersonDeed> {
    match (before.active, after.active) {
        (true, false) => return Some(PersonDeed::Disabled),
        (false, true) => return Some(PersonDeed::Enabled),
        _ => {}
    }
    let (from, to) = (before.user.role, after.user.role);
    if from != to {
        return Some(PersonDeed::Role { from, to });
    }
    (before.password != after.password).then_some(PersonDeed::PasswordSet)
}

/// Changes an account and ends its sessions; gives its mail address.
async fn change(who: &Who, change: impl FnOnce(&mut Account)) -> Result<String, ServerError> {
    let email = who.email.trim().to_lowercase();
    let (_held, storage) = who.data.open_present().await?;
    let mut tx = storage.write().await?;
    let Some(mut account) = tx.account(&email).await? else {
        return Err(ServerError::Unusable(format!(
            "there is no account {email}; nothing was changed"
        )));
    };
    let before = account.clone();
    let now = SystemClock.now();
    change(&mut account);
    tx.set_account(&account).await?;
    if account.user.role != before.user.role {
        let rights = tx.rights(account.company).await?.renewed(now);
        tx.set_rights(account.company, &rights).await?;
    }
    if let Some(deed) = deed(&before, &account) {
        let done = (account.user.name.as_str(), deed);
        people::note(tx.as_mut(), account.company, now, NOBODY, done).await?;
    }
    tx.end_links_of(account.company, account.user.id).await?;
    tx.end_sessions_of(account.company, account.user.id).await?;
    tx.commit().await?;
    storage.close().await;
    Ok(email)
}

async fn list(slug: &str, data: &Data) -> Result<(), ServerError> {
    let (_held, storage) = data.open_present().await?;
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

async fn add(options: New, data: &Data) -> Result<(), ServerError> {
    let email = options.email.trim().to_lowercase();
    let password = read_password()?;
    let _held = data.hold_for_use()?;
    let storage = data.open().await?;
    let mut tx = storage.write().await?;
    let Some(company) = tx.company_by_slug(&options.company).await? else {
        return Err(no_company(&options.company));
    };
    if tx.account(&email).await?.is_some() {
        return Err(ServerError::Unusable(format!(
            "there is an account {email} already; nothing was changed"
        )));
    }
    let now = SystemClock.now();
    let user = User {
        id: UserId(new_id(now)?),
        name: options.name,
        role: options.role.into(),
    };
    let account = Account {
        company: company.id,
        user,
        email: email.clone(),
        password,
        active: true,
        team: String::new(),
    };
    tx.add_user(&account).await?;
    let role = account.user.role;
    let done = (account.user.name.as_str(), PersonDeed::Added { role });
    people::note(tx.as_mut(), company.id, now, NOBODY, done).await?;
    tx.commit().await?;
    storage.close().await;
    say(&format!("Added {email} to {}.", options.company));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::load_people;
    use crate::storage::CompanyRow;
    use afield_domain::CompanyId;
    use afield_domain::company::CompanySettings;
    use uuid::Uuid;

    #[tokio::test]
    async fn what_was_done_from_the_command_line_is_told_with_nobody_s_name() {
        let data = tempfile::tempdir().unwrap();
        let company = CompanyRow {
            id: CompanyId(Uuid::from_u128(1)),
            slug: "one".into(),
            name: "One".into(),
            zone: "Europe/Berlin".into(),
            settings: CompanySettings::default(),
            settings_version: 0,
            change_seq: 0,
            cursor_floor: 0,
        };
        let anna = Account {
            company: company.id,
            user: User {
                id: UserId(Uuid::from_u128(2)),
                name: "Anna".into(),
                role: Role::Technician,
            },
            email: "anna@one.example".into(),
            password: "hash".into(),
            active: true,
            team: String::new(),
        };
        let storage = Data::from(data.path()).open().await.unwrap();
        let mut tx = storage.write().await.unwrap();
        tx.add_company(&company).await.unwrap();
        tx.add_user(&anna).await.unwrap();
        tx.commit().await.unwrap();
        storage.close().await;
        let who = Who {
            email: anna.email.clone(),
            data: data.path().into(),
        };
        let disable = |account: &mut Account| account.active = false;
        change(&who, disable).await.unwrap();
        // What stands already is not told of.
        change(&who, disable).await.unwrap();
        change(&who, |account| account.active = true).await.unwrap();
        let promote = |account: &mut Account| account.user.role = Role::Admin;
        change(&who, promote).await.unwrap();
        let set = |account: &mut Account| account.password = "other".into();
        change(&who, set).await.unwrap();
        let (_held, storage) = Data::from(data.path()).open_present().await.unwrap();
        let mut tx = storage.read().await.unwrap();
        let people = load_people(tx.as_mut(), company.id, SystemClock.now());
        let trail = people.await.unwrap().trail;
        let told = trail
            .iter()
            .map(|row| (row.by.as_str(), row.who.as_str(), row.what.clone()));
        let expected = [
            PersonDeed::PasswordSet,
            PersonDeed::Role {
                from: Role::Technician,
                to: Role::Admin,
            },
            PersonDeed::Enabled,
            PersonDeed::Disabled,
        ];
        assert_eq!(
            told.collect::<Vec<_>>(),
            expected.map(|what| ("", "Anna", what))
        );
    }
}
