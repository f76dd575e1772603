//! The outbox database's one row about itself.
//!
//! Owns [`OutboxMeta`], a stored type: fields are only ever added, with a default.

use crate::cache::recent::Recent;
use crate::clock::{Contact, Reading};
use crate::files::sending::FileLine;
use crate::outbox::push_size::PushSize;
use crate::pass::backoff::Backoff;
use crate::pass::lease::Lease;
use afield_domain::wire::FromTree;
use afield_domain::{Actor, DeviceId, Timestamp, UserId};
use afield_protocol::{EpochId, Seq, SessionInfo};
use serde::Serialize;

/// Device identity, order, lease, session and back-off.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
pub struct OutboxMeta {
    /// This device; made with the first sign-in and kept as long as the database lives.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// The highest sequence number given out.
    #[serde(default)]
    pub last_seq: Seq,
    /// Who replays.
    #[serde(default)]
    pub lease: Lease,
    /// Who is signed in on this device, also while offline.
    #[serde(default)]
    pub session: Option<SignedIn>,
    /// Whether the server asked this user to sign in again; nothing is sent until then.
    #[serde(default)]
    pub sign_in_needed: bool,
    /// When to try again after failures.
    #[serde(default)]
    pub backoff: Backoff,
    /// The server's clock minus this device's, in milliseconds, as measured at the last contact.
    #[serde(default)]
    pub clock_offset_ms: i64,
    /// When the server last answered, by this device's clock.
    #[serde(default)]
    pub last_contact: Option<Timestamp>,
    /// When a whole pass last ended well: everything sendable sent, everything new fetched.
    #[serde(default)]
    pub last_sync: Option<Timestamp>,
    /// The app's build that the server serves.
    #[serde(default)]
    pub server_build: String,
    /// The server's data set, as last told.
    #[serde(default)]
    pub epoch: Option<EpochId>,
    /// When the oldest kept mutation was acknowledged, by the server's clock.
    #[serde(default)]
    pub kept_from: Option<Timestamp>,
    /// What one push may carry, as learned.
    #[serde(default, rename = "reach", skip_serializing_if = "PushSize::is_usual")]
    pub push_size: PushSize,
    /// The last contact by all clocks; none before the first, nor of a build that knew none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What the line carries of files.
    #[serde(default, skip_serializing_if = "FileLine::is_usual")]
    pub files: FileLine,
    /// The last records that its user worked with.
    #[serde(default, skip_serializing_if = "Recent::is_empty")]
    pub recent: Recent,
    /// Whether something here may wait for the office: pulls ask what still does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reviews: bool,
    /// Whether the office has revoked this device: what is unsent still goes, for the office to decide, and nothing
    /// is fetched.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
    /// Whether all that is here is hidden until somebody signs in: since it was revoked, whatever became of its session
    /// afterwards.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shut: bool,
    /// The number of the last report that was counted: their order among those of one contact. Lost with a build that
    /// does not know it, it begins anew, and the next contact is later.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reports: u64,
    /// Users who have switched the offline feature off on this device.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_offline: Vec<UserId>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct SignedIn {
    /// The user and the company, as the server last told.
    pub info: SessionInfo,
    /// When, by this device's clock.
    pub at: Timestamp,
}

impl SignedIn {
    /// The user's id.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.info.user.id
    }

    /// The user as the author of what is done on this device.
    #[must_use]
    pub fn actor(&self) -> Actor<'_> {
        Actor::from(&self.info.user)
    }
}

impl OutboxMeta {
    /// Makes up for what was lost with a damaged row, by what the other rows say: the highest number that
    /// was ever given out, and the device of the last entry that can be read.
    #[must_use]
    pub fn recovered(mut self, last: Seq, device: Option<DeviceId>) -> Self {
        self.last_seq = self.last_seq.max(last);
        self.device = self.device.or(device);
        self
    }

    /// Notes that the server answered: measures the clocks, clears the failures.
    pub fn note_contact(&mut self, server_time: Timestamp, now: &Reading) {
        self.clock_offset_ms = server_time.since(now.wall);
        self.last_contact = Some(now.wall);
        self.contact = Some(Contact {
            server: server_time,
            by: now.clone(),
        });
        self.backoff = Backoff::default();
    }

    /// The last contact, if there was one.
    #[must_use]
    pub fn contact(&self) -> Option<Contact> {
        let of_older_build = || {
            let wall = self.last_contact?;
            Some(Contact {
                server: wall.plus_ms(self.clock_offset_ms),
                by: Reading::of_wall(wall),
            })
        };
        self.contact.clone().or_else(of_older_build)
    }

    /// The time by the server's clock, as far as this device can tell.
    #[must_use]
    pub fn server_now(&self, now: &Reading) -> Timestamp {
        let contact = self.contact();
        contact.map_or(now.wall, |contact| contact.server_now(now))
    }

    /// Milliseconds to add to the wall clock of `now` to get the server's.
    #[must_use]
    pub fn offset_ms(&self, now: &Reading) -> i64 {
        self.server_now(now).since(now.wall)
    }
}
