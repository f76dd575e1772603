//! Signing in.

use afield_domain::wire::FromTree;
use afield_domain::{CompanyId, OperationMode, Rights, User, ZoneData, limits};
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
    /// How its phones hold its data.
    #[serde(default, skip_serializing_if = "OperationMode::is_offline")]
    #[wire(readable)]
    pub mode: OperationMode,
    /// Whether its phones may hold data for work without a network; otherwise they keep unsent work and no more.
    #[serde(default = "offered", skip_serializing_if = "is_offered")]
    #[wire(readable)]
    pub offers_offline: bool,
    /// Days before and after today whose jobs a phone holds.
    #[serde(default = "three_days", skip_serializing_if = "is_three_days")]
    #[wire(readable)]
    pub window_days: u32,
    /// The longest side of a photo that is kept, in pixels.
    #[serde(default = "usual_edge", skip_serializing_if = "is_usual_edge")]
    #[wire(readable)]
    pub photo_edge: u32,
    /// Megabytes of copies that a phone keeps of what the office has, unless its user has chosen otherwise.
    #[serde(default = "usual_budget", skip_serializing_if = "is_usual_budget")]
    #[wire(readable)]
    pub files_budget_mb: u32,
    /// The version of what an admin sets: a pull names it and is told of another one.
    #[serde(default, skip_serializing_if = "is_first")]
    #[wire(readable)]
    pub settings: u64,
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
    limits::DEFAULT_EXPIRY_HOURS
}

fn three_days() -> u32 {
    limits::DEFAULT_WINDOW_DAYS
}

fn usual_edge() -> u32 {
    limits::DEFAULT_PHOTO_EDGE
}

fn usual_budget() -> u32 {
    limits::DEFAULT_FILES_BUDGET_MB
}

/// What need not be said, because it is read as this where nothing is said; serde hands over references.
macro_rules! unsaid {
    ($($name:ident: $type:ty = $usual:expr;)+) => {
        $(
            #[allow(clippy::trivially_copy_pass_by_ref)]
            fn $name(value: &$type) -> bool {
                *value == $usual
            }
        )+
    };
}

unsaid! {
    is_three_days: u32 = three_days();
    is_usual_edge: u32 = usual_edge();
    is_usual_budget: u32 = usual_budget();
    is_first: u64 = 0;
}
