//! People and their roles.
//!
//! Owns [`Role`], [`User`] and [`Actor`]. Must never hold a password or a session.

use crate::ids::UserId;
use crate::wire::FromTree;
use serde::Serialize;

/// Whether two names of teams differ in nothing but case and blanks.
#[must_use]
pub fn same_team(one: &str, other: &str) -> bool {
    let key = |name: &str| {
        let words: Vec<&str> = name.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    key(one) == key(other)
}

/// What a user may do, roughly; `permission` has the rules. A role that this build does not know is
/// read as the one with the least rights, so that its user can sign in; what they may do is judged by
/// the server, which knows better.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, FromTree,
)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Role {
    /// Works on the jobs assigned to them.
    #[wire(other)]
    #[default]
    Technician,
    /// Plans and reassigns every job of the company.
    Dispatcher,
    /// A dispatcher who also manages users and settings.
    Admin,
}

impl Role {
    /// Whether this role sees every job of the company (the Board).
    #[must_use]
    pub fn is_office(self) -> bool {
        match self {
            Self::Technician => false,
            Self::Dispatcher | Self::Admin => true,
        }
    }
}

// Whoever cannot be read whole can still sign in: only the id must be one.
/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their name, as written on the board.
    #[wire(readable)]
    pub name: String,
    /// Their role at this moment.
    #[wire(readable)]
    pub role: Role,
}

/// Who does something: the signed-in user with the rights of this moment.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// Their id.
    pub id: UserId,
    /// Their name, kept with what they write.
    pub name: &'a str,
    /// Their role at this moment.
    pub role: Role,
}

impl<'a> From<&'a User> for Actor<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id,
            name: &user.name,
            role: user.role,
        }
    }
}
