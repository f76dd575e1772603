//! The cache database's one row about itself.
//!
//! Owns [`CacheState`]. A stored type, but the cache may be dropped.

use crate::cache::gone::GoneJob;
use crate::cache::partial::Partial;
use crate::cache::priming::Priming;
use crate::cache::unread::UnreadRecords;
use afield_domain::wire::FromTree;
use afield_domain::{RecordKey, Timestamp, UserId};
use afield_planted::planted;
use afield_protocol::{Cursor, EpochId};
use serde::Serialize;

/// Whose cache it is, how far it is, and of which data set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct CacheState {
    /// The user whose scope it holds; another user's sign-in empties it.
    #[serde(default)]
    pub owner: Option<UserId>,
    /// The server's data set it was primed from.
    #[serde(default)]
    pub epoch: Option<EpochId>,
    /// Where the next pull goes on; none before the first page.
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// Whether pulls fill a new generation while the old one is shown.
    #[serde(default)]
    pub staging: bool,
    /// How far priming is.
    #[serde(default)]
    pub priming: Priming,
    /// Records out of scope that stay until the unsent work that refers to them is sent.
    #[serde(default)]
    pub leaving: Vec<RecordKey>,
    /// When the last pull ended, by this device's clock.
    #[serde(default)]
    pub last_pull: Option<Timestamp>,
    /// The version of the records ([`afield_domain::RECORDS_VERSION`]) that the build knew which filled
    /// it. What a build does not know of a record it cannot keep either.
    #[serde(default, skip_serializing_if = "is_none")]
    pub records_version: u32,
    /// Jobs that have left because somebody else has them, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<GoneJob>,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "UnreadRecords::is_empty")]
    pub unread: UnreadRecords,
    /// Records that a verdict has brought and no page has named since. They may be older than a deletion:
    /// whether they are there still, the end of the next pull tells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unconfirmed: Vec<RecordKey>,
    /// What it holds, if that is not all of its user's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    /// Whether what is shown while a generation is filled is not all of its user's scope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub widens: bool,
}

/// Whether it was filled before there were versions.
fn is_none(version: &u32) -> bool {
    *version == 0
}

impl CacheState {
    /// Whether the device is **Ready for offline use**: primed, maybe with an older generation.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.staging || self.priming.is_done()
    }

    /// The records on which all that hangs is here; none if that is so of all.
    #[must_use]
    pub fn kept_alone(&self) -> Option<Vec<RecordKey>> {
        let partial = self.partial.as_ref().filter(|_| !self.staging)?;
        Some(partial.kept.clone())
    }

    /// Whether a build that knows `version` of the records reads more of what is here than the one did
    /// which fetched it: then everything is fetched again, beside what is shown.
    #[must_use]
    pub fn must_be_read_again(&self, version: u32) -> bool {
        let more = self.cursor.is_some() && self.records_version < version;
        planted!(NeverReadAgain: more => false)
    }
}
