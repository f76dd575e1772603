//! Signing in.

use afield_domain::from_tree;
use afield_domain::wire::{self, FromTree, Tree, TreeError};
use afield_domain::{CompanyId, User, ZoneData};
use serde::{Deserialize, Serialize};

/// Who wants in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignInRequest {
    /// The mail address the account was made with.
    pub email: String,
    /// The password, as typed.
    pub password: String,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInRequest(..)")
    }
}

/// Who is signed in. The session itself is a cookie that no script can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// The user.
    pub user: User,
    /// Their company.
    pub company: Company,
}

from_tree! {
    struct SessionInfo { user, company }
}

/// A company, as its users see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// Its time zone: days and times in the app are this zone's.
    pub zone: ZoneData,
    /// The address that "Request access" writes to, may be empty.
    #[serde(default)]
    pub contact_email: String,
    /// Hours after the last contact with the server until a phone hides what it holds.
    #[serde(default = "default_expiry_hours")]
    pub expiry_hours: u32,
}

/// A company that cannot be read whole must not keep anybody from signing in: only the id must be one.
impl<'de> FromTree<'de> for Company {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let mut fields = tree.into_fields()?;
        let universal = ZoneData::new("", &[]);
        Ok(Self {
            id: fields.take("id")?,
            name: fields.take_readable("name", String::new()),
            zone: fields.take_readable("zone", universal),
            contact_email: fields.take_readable("contact_email", String::new()),
            expiry_hours: fields.take_readable("expiry_hours", 24),
        })
    }
}

impl<'de> serde::Deserialize<'de> for Company {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}
