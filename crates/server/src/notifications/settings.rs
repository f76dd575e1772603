//! What an installation sets for its notifications.
//!
//! Owns these settings. Must never be what a user sets.

use super::endpoint::Rules;
use super::names::{Names, SystemNames};
use std::sync::Arc;
use std::time::Duration;

/// What an installation may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// To which push services messages go.
    pub rules: Rules,
    /// By what their names are looked up.
    pub names: Arc<dyn Names>,
    /// How long one of them may take.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Rules::default(),
            names: Arc::new(SystemNames),
            patience: Duration::from_secs(15),
        }
    }
}
