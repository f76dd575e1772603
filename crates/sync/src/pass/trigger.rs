//! Why a pass starts.

use serde::{Deserialize, Serialize};

/// What woke the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The app or the worker started.
    Start,
    /// Something was saved.
    Enqueue,
    /// The browser says the network is back.
    Online,
    /// The app came to the front.
    Visible,
    /// Two minutes have passed, or a back-off has ended.
    Timer,
    /// A person tapped **Sync now**, **Retry** or pulled the list down.
    Asked,
    /// The browser's Background Sync, or a notification.
    BackgroundSync,
    /// Somebody signed in.
    SignIn,
}

impl Trigger {
    /// Whether a person waits for it: then even what the server asked for is not waited for.
    #[must_use]
    pub fn is_person(self) -> bool {
        matches!(self, Self::Asked | Self::SignIn)
    }

    /// Whether this is news enough to forget the back-off; not what the server asked for.
    #[must_use]
    pub fn resets_backoff(self) -> bool {
        match self {
            Self::Online | Self::Visible | Self::Asked | Self::BackgroundSync | Self::SignIn => {
                true
            }
            Self::Start | Self::Enqueue | Self::Timer => false,
        }
    }
}
