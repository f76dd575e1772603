//! What an admin asks about the people of their company and what these may do, and how somebody sets their password.

use crate::session::SessionInfo;
use afield_domain::wire::FromTree;
use afield_domain::{CompanyRights, DeviceId, RightsChange, Role, Timestamp, User, UserId};
use serde::Serialize;

/// What the company has taken and wants filled in, with who set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RightsPage {
    /// As it is.
    pub rights: CompanyRights,
    /// Who has changed what, newest first.
    #[wire(each, readable)]
    pub trail: Vec<RightsTrail>,
}

/// One change of the rights, as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RightsTrail {
    /// When.
    pub at: Timestamp,
    /// Who, by name.
    pub by: String,
    /// What; before it was the contrary.
    pub change: RightsChange,
}

/// The people of a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct People {
    /// All of them, by name.
    #[wire(each, readable)]
    pub people: Vec<Person>,
    /// Who has done what to whom, newest first.
    #[wire(each, readable)]
    pub trail: Vec<PeopleTrail>,
}

/// Somebody, as an admin sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Person {
    /// Who.
    pub user: User,
    /// The mail address to sign in with.
    pub email: String,
    /// The team they work in; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub team: String,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// Until when there is a sign-in link that nobody has used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_until: Option<Timestamp>,
    /// When they last spoke with the server, as far as it remembers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<Timestamp>,
    /// Where they are signed in, the last used first.
    #[wire(each, readable)]
    pub sessions: Vec<PersonSession>,
    /// Sessions of devices that were revoked and may still send what they have: they let nobody see anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[wire(each, readable)]
    pub revoked: Vec<RevokedSession>,
    /// Their devices, the last here first.
    #[wire(each, readable)]
    pub devices: Vec<PersonDevice>,
}

/// A place where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PersonSession {
    /// What to call it when it shall end.
    pub id: String,
    /// What the browser calls itself, shortened.
    pub label: String,
    /// When they signed in.
    pub created: Timestamp,
    /// When it was last used, to the hour.
    pub last_seen: Timestamp,
}

/// The session of a device that was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevokedSession {
    /// What to call it when it shall end for good: what its device has not sent cannot be sent then.
    pub id: String,
    /// What the browser calls itself, shortened.
    pub label: String,
    /// When it was revoked.
    pub revoked_at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// A device that somebody has sent from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PersonDevice {
    /// Which.
    pub device: DeviceId,
    /// When it last sent something.
    pub last_seen: Timestamp,
    /// Changes that stood on it alone when it last told.
    #[serde(default)]
    pub unsent: u64,
    /// Photos and files that did.
    #[serde(default)]
    pub files: u64,
}

/// One thing that was done to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PeopleTrail {
    /// When.
    pub at: Timestamp,
    /// Who did it, by name; empty if it was done from the server's command line.
    pub by: String,
    /// To whom, by the name of then.
    pub who: String,
    /// What.
    pub what: PersonDeed,
}

/// What was done to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "did", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PersonDeed {
    /// They were added.
    Added {
        /// Their role.
        role: Role,
    },
    /// They got another name.
    Renamed {
        /// The one before.
        from: String,
        /// The one since.
        to: String,
    },
    /// They went to another team, from one or to one that is empty where there is none.
    Team {
        /// The one before.
        from: String,
        /// The one since.
        to: String,
    },
    /// They got another role.
    Role {
        /// The one before.
        from: Role,
        /// The one since.
        to: Role,
    },
    /// They got a password from the admin.
    PasswordSet,
    /// They got a sign-in link.
    LinkMade,
    /// They set their password by their link.
    LinkUsed,
    /// They were kept out.
    Disabled,
    /// They were let in again.
    Enabled,
    /// One of their sessions was ended.
    SessionEnded,
    /// One of their devices was revoked.
    Revoked,
    /// Something of another build.
    #[serde(other)]
    Other,
}

/// Somebody new.
#[derive(Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NewPerson {
    /// Their id, made by who asks: a repeated request adds nobody twice.
    pub id: UserId,
    /// The name, as colleagues write it.
    pub name: String,
    /// The mail address to sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Their password; none if they get a sign-in link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl std::fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPerson(..)")
    }
}

/// What an admin does to somebody.
#[derive(Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "change", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PersonChange {
    /// Another name.
    Rename {
        /// Which.
        name: String,
    },
    /// Another team; empty for none.
    Team {
        /// Which.
        team: String,
    },
    /// Another role; they sign in anew.
    Role {
        /// Which.
        role: Role,
    },
    /// Another password; they sign in anew.
    Password {
        /// Which.
        password: String,
    },
    /// A sign-in link, in place of any before.
    Link,
    /// Keep them out: their sessions end at once.
    Disable,
    /// Let them in again.
    Enable,
    /// End one of their sessions.
    EndSession {
        /// Which.
        session: String,
    },
    /// Revoke one of their devices: it is signed out at its next contact, and what it has not sent is reviewed.
    Revoke {
        /// Which.
        device: DeviceId,
    },
    /// Something of another build.
    #[serde(other)]
    Other,
}

impl std::fmt::Debug for PersonChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonChange(..)")
    }
}

/// What came of a change: everybody as they are now, and a link if one was made.
#[derive(Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PeopleChanged {
    /// Everybody.
    pub people: People,
    /// The token of the link that was made: told once, and nowhere kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl std::fmt::Debug for PeopleChanged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PeopleChanged(..)")
    }
}

/// Somebody sets their password by a link, and is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LinkRequest {
    /// The token of the link.
    pub link: String,
    /// The new password, as typed.
    pub password: String,
}

impl std::fmt::Debug for LinkRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkRequest(..)")
    }
}

/// Whose link it was, and their session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LinkUsed {
    /// The mail address to sign in with from now on.
    pub email: String,
    /// Who is signed in.
    pub session: SessionInfo,
}
