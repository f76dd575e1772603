//! What can be told of a job.
//!
//! Owns the kinds of news, which of them counts for most, and how they are stored. Must never say one in words.

use afield_domain::JobStatus;
use afield_protocol::{NotificationKind, NotificationWishes};
use serde::{Deserialize, Serialize};

/// What has happened to a job; what counts for more stands later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// Something of it is another.
    Changed,
    /// It has another status.
    Status(JobStatus),
    /// It is theirs now.
    Assigned,
}

impl News {
    pub(crate) fn kind(self) -> NotificationKind {
        match self {
            Self::Changed => NotificationKind::Changed,
            Self::Status(_) => NotificationKind::Status,
            Self::Assigned => NotificationKind::Assigned,
        }
    }

    pub(crate) fn is_wanted(self, wishes: &NotificationWishes) -> bool {
        match self {
            Self::Changed => wishes.changed,
            Self::Status(_) => wishes.status,
            Self::Assigned => wishes.assigned,
        }
    }

    /// As it is stored.
    pub(crate) fn text(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// What is stored; none if a newer build wrote it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What is told of a job of which `self` was still to be told, and `newer` has happened.
    pub(super) fn with(self, newer: Self) -> Self {
        match (self, newer) {
            (Self::Status(_), Self::Status(_)) => newer,
            _ => self.max(newer),
        }
    }
}
