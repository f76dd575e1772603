//! Signing in.

use afield_domain::wire::FromTree;
use afield_domain::{CompanyId, OperationMode, User, ZoneData};
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
    /// How its phones hold its data.
    #[serde(default, skip_serializing_if = "OperationMode::is_offline")]
    #[wire(readable)]
    pub mode: OperationMode,
    /// Whether its phones may hold data for work without a network; otherwise they keep unsent work and no more.
    #[serde(default = "offered", skip_serializing_if = "is_offered")]
    #[wire(readable)]
    pub offers_offline: bool,
}

/// The zone of a company whose own cannot be read.
fn universal() -> ZoneData {
    ZoneData::new("", &[])
}

fn offered() -> bool {
    true
}

// serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_offered(offers: &bool) -> bool {
    *offers
}

fn default_expiry_hours() -> u32 {
    24
}
