//! How the phones of a company hold its data.
//!
//! Owns [`OperationMode`]. Must never decide what a phone keeps: that is the engine's.

use crate::wire::FromTree;
use serde::Serialize;

/// How phones work with what they are given. One that this build does not know is read as *offline*: a phone that holds
/// too much loses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum OperationMode {
    /// All that is theirs is on the phone, and brought up to date now and then.
    #[wire(other)]
    #[default]
    Offline,
    /// They work live; without a network they have what they worked with last and the schedule.
    Online,
}

impl OperationMode {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Online => "online",
        }
    }

    /// Whether this is the mode of whoever says nothing.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        *self == Self::Offline
    }
}
