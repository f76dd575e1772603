//! The conformance suite: whether a back end speaks `docs/protocol.md`, looked at from outside.
//!
//! Owns the checks, how a back end is asked, and what is said of it. It must never know how a back end is made: it
//! depends on no server, and looks at the JSON as it came, because a reader that forgives would hide a fault.

mod areas;
mod check;
mod finding;
mod http;
mod office;
mod phone;
mod report;
mod run;
mod schema;
mod setup;
mod told;
mod world;

pub use areas::all as checks;
pub use check::{Check, Profile};
pub use finding::{Finding, Stop};
pub use office::{Asked, CommandOffice, NoOffice, Office, UrlOffice};
pub use report::{Outcome, Report, Result};
pub use run::run;
pub use setup::{Account, Setup};
