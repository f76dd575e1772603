//! Who of the company somebody is whom the provider has named.
//!
//! Owns the rule: who is known stays who they are, whatever their mail address is now; who is not is found once, by a mail
//! address that the provider vouches for, within the company alone; who is not there either is made. Must never let in
//! who was ended, nor take an account from one person at the provider for another.

use super::Trouble;
use super::party::Identity;
use crate::people;
use crate::storage::{Account, ProviderRow, Stored, WriteTx};
use afield_domain::{Role, Timestamp, User, UserId, limits};
use afield_protocol::{NewPerson, PersonDeed};

/// What somebody may do of whom the provider names these values: the most that one of them gives.
pub(crate) fn role_of(row: &ProviderRow, values: &[String]) -> Role {
    let meant = values.iter().filter_map(|value| row.roles.get(value));
    meant.copied().max().unwrap_or_default()
}

/// The mail address by which somebody may be found or made.
fn vouched(row: &ProviderRow, who: &Identity) -> Option<String> {
    let is_vouched = who.is_verified.unwrap_or(row.vouches);
    let email = who.email.as_deref().filter(|_| is_vouched)?;
    Some(email.trim().to_lowercase())
}

/// Somebody new, as they are made.
fn plan_account(row: &ProviderRow, who: &Identity, email: String, id: UserId) -> Option<Account> {
    let name = who.name.trim();
    let called = email.split('@').next().unwrap_or_default();
    let name = if name.is_empty() { called } else { name };
    let new = NewPerson {
        id,
        name: name.chars().take(limits::LINE_CHARS).collect(),
        email,
        role: role_of(row, &who.roles),
        password: None,
    };
    let (name, email) = people::check_new(&new).ok()?;
    let role = new.role;
    Some(Account {
        company: row.company,
        user: User { id, name, role },
        email,
        // Nobody's hash: they come by their company alone, until they set one.
        password: String::new(),
        active: true,
        team: String::new(),
    })
}

/// The account of whom the provider has named; `id` is for somebody new.
pub(crate) async fn run_admit(
    tx: &mut dyn WriteTx,
    row: &ProviderRow,
    who: &Identity,
    (id, now): (UserId, Timestamp),
) -> Stored<Result<Account, Trouble>> {
    let company = row.company;
    // Nobody else makes the same user meanwhile.
    if tx.company(company).await?.is_none() {
        return Ok(Err(Trouble::Company));
    }
    let (issuer, subject) = (row.issuer.as_str(), who.subject.as_str());
    if let Some(user) = tx.user_of_subject(company, issuer, subject).await? {
        let account = tx.account_of(company, user).await?;
        return Ok(account
            .filter(|account| account.active)
            .ok_or(Trouble::Ended));
    }
    let Some(email) = vouched(row, who) else {
        return Ok(Err(Trouble::Email));
    };
    let account = match tx.account(&email).await? {
        Some(there) if there.company != company => return Ok(Err(Trouble::Taken)),
        Some(there) if !there.active => return Ok(Err(Trouble::Ended)),
        Some(there) => {
            // The address has passed on to somebody else: what stands here is not theirs.
            let known = tx.subject_of(company, issuer, there.user.id).await?;
            if known.is_some() {
                return Ok(Err(Trouble::Taken));
            }
            there
        }
        None => {
            let Some(new) = plan_account(row, who, email, id) else {
                return Ok(Err(Trouble::Email));
            };
            tx.add_user(&new).await?;
            let (name, role) = (new.user.name.as_str(), new.user.role);
            let deed = PersonDeed::Added { role };
            people::note(tx, company, now, issuer, (name, deed)).await?;
            new
        }
    };
    tx.add_subject(company, issuer, subject, account.user.id)
        .await?;
    tracing::info!(%company, user = %account.user.id, "a user is known at the provider from now on");
    Ok(Ok(account))
}
