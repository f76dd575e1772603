//! The people of a company and what is taken from their roles: what an admin may do to them, and what is told of it.
//!
//! Owns the rules ([`plan_change`], [`check_new`]) and what an admin sees. An admin can never be the last one to go:
//! somebody must be able to let people in. Must never know of requests.

use crate::storage::{Account, ReadTx, SessionSeen, Stored, Trail, WriteTx};
use afield_domain::order::NameKey;
use afield_domain::user::same_team;
use afield_domain::{CompanyId, Rejection, Role, Timestamp, UserId, limits, text};
use afield_protocol::{
    NewPerson, People, PeopleTrail, Person, PersonChange, PersonDeed, PersonDevice, PersonSession,
    RevokedSession, RightsPage, RightsTrail,
};
use serde::{Deserialize, Serialize};

/// How long a sign-in link can be used, in milliseconds.
pub(crate) const LINK_MS: i64 = 48 * 60 * 60 * 1000;
/// Fewer characters are no password.
const PASSWORD_LEAST: usize = 8;
/// More are none that anybody types.
const PASSWORD_MOST: usize = 200;
const EMAIL_MOST: usize = 254;
const TEAM_CHARS: usize = 80;
/// So much of the trail an admin is shown.
const TRAIL: u32 = 100;
/// So much of a session's hash names it.
const SESSION_ID: usize = 16;

pub(crate) const RIGHTS: &str = "rights";
const PEOPLE: &str = "people";

/// Why something is not done to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nobody could let people in any more.
    LastAdmin,
    /// What was asked for cannot be stored.
    Invalid(&'static str),
    /// There is no such session.
    NotFound,
}

/// What is to be done to somebody.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How their account stands then.
    pub(crate) account: Account,
    /// What was done.
    pub(crate) deed: PersonDeed,
    /// Whether their sessions end.
    pub(crate) ends_sessions: bool,
    /// Whether a sign-in link of theirs is of no use any more.
    pub(crate) ends_links: bool,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plan({:?}, ..)", self.deed)
    }
}

/// Checks a password that somebody shall have.
///
/// # Errors
/// [`Refused::Invalid`].
pub(crate) fn check_password(password: &str) -> Result<(), Refused> {
    let chars = password.chars().count();
    if (PASSWORD_LEAST..=PASSWORD_MOST).contains(&chars) {
        Ok(())
    } else {
        Err(Refused::Invalid("a password has 8 to 200 characters"))
    }
}

fn checked_name(name: &str) -> Result<String, Refused> {
    let checked = text::required("name", name, limits::LINE_CHARS);
    checked.map_err(|_: Rejection| Refused::Invalid("a name has 1 to 500 characters"))
}

/// The team as it is stored; empty for none. Of a name that differs from that of a team of `others` in case and blanks
/// alone, it is that team.
fn checked_team<'o>(
    team: &str,
    mut others: impl Iterator<Item = &'o Account>,
) -> Result<String, Refused> {
    let words: Vec<&str> = team.split_whitespace().collect();
    let checked = text::optional("team", &words.join(" "), TEAM_CHARS);
    let team = checked
        .map_err(|_: Rejection| Refused::Invalid("the name of a team has at most 80 characters"))?;
    let same = others.find(|other| same_team(&other.team, &team));
    Ok(same.map_or(team, |other| other.team.clone()))
}

/// The name and the mail address of somebody new, as they are stored.
///
/// # Errors
/// [`Refused::Invalid`].
pub(crate) fn check_new(new: &NewPerson) -> Result<(String, String), Refused> {
    let email = new.email.trim().to_lowercase();
    let (local, domain) = email.split_once('@').unwrap_or_default();
    let is_odd = |at: char| at.is_whitespace() || at.is_control() || at == '@';
    let is_address = !local.is_empty() && !domain.is_empty() && !domain.contains(is_odd);
    if !is_address || local.contains(is_odd) || email.len() > EMAIL_MOST {
        return Err(Refused::Invalid("that is no mail address"));
    }
    if new.id.0.is_nil() {
        return Err(Refused::Invalid("that is nobody's id"));
    }
    if let Some(password) = &new.password {
        check_password(password)?;
    }
    Ok((checked_name(&new.name)?, email))
}

/// Whether the account `there` is `wanted`, as it was added by the same request. Of a password no more is compared than
/// whether there is one: whoever was invited and has set theirs since is not invited again.
pub(crate) fn is_repeat(there: &Account, wanted: &Account) -> bool {
    let shape = |account: &Account| Account {
        password: String::new(),
        // They may have been put into one since.
        team: String::new(),
        ..account.clone()
    };
    shape(there) == shape(wanted) && there.password.is_empty() == wanted.password.is_empty()
}

fn is_working_admin(account: &Account) -> bool {
    account.active && account.user.role == Role::Admin && !account.password.is_empty()
}

/// What `change` does to `account`, one of `all`; nothing if it changes nothing. `password` is the hash of the new one.
///
/// # Errors
/// [`Refused`].
pub(crate) fn plan_change(
    all: &[Account],
    account: &Account,
    change: &PersonChange,
    password: Option<String>,
) -> Result<Option<Plan>, Refused> {
    let mut after = account.clone();
    let (mut ends_sessions, mut ends_links) = (false, false);
    let deed = match change {
        PersonChange::Rename { name } => {
            after.user.name = checked_name(name)?;
            PersonDeed::Renamed {
                from: account.user.name.clone(),
                to: after.user.name.clone(),
            }
        }
        PersonChange::Team { team } => {
            let others = all.iter().filter(|one| one.user.id != account.user.id);
            after.team = checked_team(team, others)?;
            PersonDeed::Team {
                from: account.team.clone(),
                to: after.team.clone(),
            }
        }
        PersonChange::Role { role } => {
            after.user.role = *role;
            (ends_sessions, ends_links) = (true, true);
            PersonDeed::Role {
                from: account.user.role,
                to: *role,
            }
        }
        PersonChange::Password { .. } => {
            after.password = password.ok_or(Refused::Invalid("a password is missing"))?;
            (ends_sessions, ends_links) = (true, true);
            PersonDeed::PasswordSet
        }
        PersonChange::Disable => {
            after.active = false;
            (ends_sessions, ends_links) = (true, true);
            PersonDeed::Disabled
        }
        PersonChange::Enable => {
            after.active = true;
            // One of before they were kept out shall not come back to life.
            ends_links = true;
            PersonDeed::Enabled
        }
        PersonChange::Link if !account.active => {
            return Err(Refused::Invalid("who is disabled gets no link"));
        }
        PersonChange::Link => PersonDeed::LinkMade,
        PersonChange::EndSession { .. } => PersonDeed::SessionEnded,
        PersonChange::Revoke { .. } => PersonDeed::Revoked,
        PersonChange::Other => return Err(Refused::Invalid("that change is not known")),
    };
    let is_other = |other: &&Account| other.user.id != account.user.id;
    let others = all.iter().filter(is_other).any(is_working_admin);
    if is_working_admin(account) && !is_working_admin(&after) && !others {
        return Err(Refused::LastAdmin);
    }
    let is_news = after != *account
        || matches!(
            deed,
            PersonDeed::LinkMade | PersonDeed::SessionEnded | PersonDeed::Revoked
        );
    Ok(is_news.then_some(Plan {
        account: after,
        deed,
        ends_sessions,
        ends_links,
    }))
}

/// What is stored of something that was done to somebody.
#[derive(Serialize, Deserialize)]
struct Done {
    who: String,
    what: PersonDeed,
}

/// Notes that `by` has done `what` to `who`.
pub(crate) async fn note(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    at: Timestamp,
    by: &str,
    (who, what): (&str, PersonDeed),
) -> Stored<()> {
    let who = who.to_owned();
    let trail = Trail {
        at,
        by: by.to_owned(),
        data: serde_json::to_string(&Done { who, what }).unwrap_or_default(),
    };
    tx.add_trail(company, PEOPLE, &trail).await
}

/// Everybody, as an admin sees them.
pub(crate) async fn load_people(
    tx: &mut dyn ReadTx,
    company: CompanyId,
    now: Timestamp,
) -> Stored<People> {
    let sessions = tx.sessions_seen(company, now).await?;
    let devices = tx.devices_seen(company).await?;
    let links = tx.links_of(company, now).await?;
    let accounts = tx.accounts(company).await?;
    let person = |account: Account| {
        let id = account.user.id;
        let of = || sessions.iter().filter(|session| session.user == id);
        let revoked = of().filter_map(revoked_session).collect();
        // Whoever has a revoked one is signed in nowhere.
        let sessions: Vec<PersonSession> = of()
            .filter(|session| session.revoked_at.is_none())
            .map(|seen| PersonSession {
                id: session_id(&seen.token_hash).to_owned(),
                label: seen.label.clone(),
                created: seen.created,
                last_seen: seen.last_seen,
            })
            .collect();
        let of = devices.iter().filter(|device| device.user == id);
        let devices: Vec<PersonDevice> = of
            .map(|seen| PersonDevice {
                device: seen.device,
                last_seen: seen.last_seen,
                unsent: seen.unsent,
                files: seen.files,
            })
            .collect();
        let used = sessions.iter().map(|session| session.last_seen);
        let sent = devices.iter().map(|device| device.last_seen);
        Person {
            seen_at: used.chain(sent).max(),
            link_until: links
                .iter()
                .find(|(user, _)| *user == id)
                .map(|(_, at)| *at),
            has_password: !account.password.is_empty(),
            email: account.email,
            team: account.team,
            active: account.active,
            user: account.user,
            sessions,
            revoked,
            devices,
        }
    };
    let mut people: Vec<Person> = accounts.into_iter().map(person).collect();
    people.sort_by_cached_key(|person| {
        let name = NameKey::of(&person.user.name);
        (!person.active, name, person.user.id)
    });
    let trail = tx.trail(company, PEOPLE, TRAIL).await?;
    let told = trail.into_iter().filter_map(|row| {
        let done: Done = serde_json::from_str(&row.data).ok()?;
        Some(PeopleTrail {
            at: row.at,
            by: row.by,
            who: done.who,
            what: done.what,
        })
    });
    Ok(People {
        people,
        trail: told.collect(),
    })
}

fn revoked_session(seen: &SessionSeen) -> Option<RevokedSession> {
    Some(RevokedSession {
        id: session_id(&seen.token_hash).to_owned(),
        label: seen.label.clone(),
        revoked_at: seen.revoked_at?,
        until: seen.expires,
    })
}

/// What a session is called when it shall end: too little to be used.
pub(crate) fn session_id(token_hash: &str) -> &str {
    token_hash.get(..SESSION_ID).unwrap_or_default()
}

/// Ends the session of `user` that an admin calls `id`.
///
/// # Errors
/// The storage's; none of the user's is called that: [`Refused::NotFound`].
pub(crate) async fn end_session(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    user: UserId,
    (id, now): (&str, Timestamp),
) -> Stored<Result<(), Refused>> {
    let seen = tx.sessions_seen(company, now).await?;
    let mut of = seen.iter().filter(|seen| seen.user == user);
    match of.find(|seen| session_id(&seen.token_hash) == id) {
        Some(seen) => {
            tx.end_session(&seen.token_hash).await?;
            Ok(Ok(()))
        }
        None => Ok(Err(Refused::NotFound)),
    }
}

/// The rights of a company, as an admin sees them.
pub(crate) async fn load_rights(tx: &mut dyn ReadTx, company: CompanyId) -> Stored<RightsPage> {
    let rights = tx.rights(company).await?;
    let trail = tx.trail(company, RIGHTS, TRAIL).await?;
    let told = trail.into_iter().filter_map(|row| {
        Some(RightsTrail {
            at: row.at,
            by: row.by,
            change: serde_json::from_str(&row.data).ok()?,
        })
    });
    Ok(RightsPage {
        rights,
        trail: told.collect(),
    })
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
