//! What the suite must be told of a back end: where it is, and who may sign in.
//!
//! Owns the form of the set-up file. Must never hold anything that a back end should tell by itself.

use serde::Deserialize;
use std::time::Duration;

/// Who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// The mail address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// What the suite is told.
#[derive(Debug, Clone, Deserialize)]
pub struct Setup {
    /// Where the back end is, such as `http://127.0.0.1:8080`.
    #[serde(default)]
    pub url: String,
    /// Whose phone is played.
    pub technician: Account,
    /// A technician of the same company; without one, what takes two is not tried.
    pub colleague: Option<Account>,
    /// A dispatcher or an admin of the same company.
    pub dispatcher: Option<Account>,
    /// A program and its arguments that does what only the office can: see [`crate::Office`].
    pub office_command: Option<Vec<String>>,
    /// Or an address that is told by `POST`.
    pub office_url: Option<String>,
    /// How long is waited for an answer.
    #[serde(skip, default = "usual_patience")]
    pub patience: Duration,
}

fn usual_patience() -> Duration {
    Duration::from_secs(30)
}

impl Setup {
    /// A back end of which only a technician is known.
    #[must_use]
    pub fn new(url: &str, technician: Account) -> Self {
        Self {
            url: url.to_owned(),
            technician,
            colleague: None,
            dispatcher: None,
            office_command: None,
            office_url: None,
            patience: usual_patience(),
        }
    }
}
