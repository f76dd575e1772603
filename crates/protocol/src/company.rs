//! What an admin sets for their company, and who has set what.

use afield_domain::company::{CompanySettings, Setting, SettingFlaw};
use afield_domain::wire::FromTree;
use afield_domain::{Timestamp, UserId};
use serde::Serialize;

/// The settings of a company as they stand, with the latest of what was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompanyPage {
    /// Rises with each change of them. Not to be compared with the one that phones are told.
    pub version: u64,
    /// The company's name, which nobody changes here.
    #[wire(readable)]
    pub name: String,
    /// The IANA name of its time zone, which nobody changes here.
    #[wire(readable)]
    pub zone: String,
    /// What stands.
    pub settings: CompanySettings,
    /// The names of those who may change them.
    #[serde(default)]
    #[wire(each, readable)]
    pub admins: Vec<String>,
    /// The latest changes, newest first; with `before` those before that one.
    #[wire(each, readable)]
    pub trail: Vec<SettingChange>,
    /// Whether there are more before these.
    #[serde(default)]
    #[wire(readable)]
    pub more: bool,
}

/// One setting that somebody has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SettingChange {
    /// Its place in the company's order.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who; nobody if it was set from the server's command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// What they were called then.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[wire(readable)]
    pub by_name: String,
    /// Which setting.
    #[wire(readable)]
    pub setting: Setting,
    /// What it was: `true`, `24`, `online`, an address.
    #[wire(readable)]
    pub from: String,
    /// What it has been since.
    #[wire(readable)]
    pub to: String,
}

/// What an admin wants to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompanyChange {
    /// The version that was seen: if another one stands by now, nothing is changed.
    pub version: u64,
    /// All settings as they shall be.
    pub settings: CompanySettings,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CompanyAnswer {
    /// It stands as it was wanted (200).
    Saved(CompanyPage),
    /// Somebody else has changed something meanwhile, and nothing was changed: what stands (409).
    Changed(CompanyPage),
    /// Something in it is not allowed, and nothing was changed (400).
    Refused {
        /// A line for each setting.
        #[wire(each, readable)]
        flaws: Vec<FlawedSetting>,
    },
}

/// A setting that is not allowed as it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FlawedSetting {
    /// Which.
    pub setting: Setting,
    /// Why.
    pub why: SettingFlaw,
}
