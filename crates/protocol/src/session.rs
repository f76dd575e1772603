//! Signing in.

use afield_domain::wire::FromTree;
use afield_domain::{CompanyId, Rights, User, ZoneData};
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// The user.
    pub user: User,
    /// Their company.
    pub company: Company,
    /// What their company has taken from their role, and what it wants filled in: what differs from all others.
    #[serde(default, skip_serializing_if = "Rights::is_unchanged")]
    #[wire(readable)]
    pub rights: Rights,
}

// A company that cannot be read whole must not keep anybody from signing in: only the id must be one.
/// A company, as its users see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// Its name.
    #[wire(readable)]
    pub name: String,
    /// Its time zone: days and times in the app are this zone's.
    #[wire(readable, default = "universal")]
    pub zone: ZoneData,
    /// The address that "Request access" writes to, may be empty.
    #[serde(default)]
    #[wire(readable)]
    pub contact_email: String,
    /// Hours after the last contact with the server until a phone hides what it holds.
    #[serde(default = "default_expiry_hours")]
    #[wire(readable)]
    pub expiry_hours: u32,
    /// Whether a job whose required questions are open can not be finished; otherwise it can, with a reason.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub refuses_open_questions: bool,
    /// Whether pictures go on telling where, when and with what they were taken; otherwise that is taken out on the phone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[wire(readable)]
    pub keeps_photo_details: bool,
}

/// The zone of a company whose own cannot be read.
fn universal() -> ZoneData {
    ZoneData::new("", &[])
}

fn default_expiry_hours() -> u32 {
    24
}
