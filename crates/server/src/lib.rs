//! Afield's reference server.
//!
//! | part | what it does |
//! |---|---|
//! | [`http`] | routes, envelopes, cookies, headers, the built app's files |
//! | `push`, `pull`, `board`, `acceptance` | the rules: decide mutations, plan rounds, show the day, take answers |
//! | [`auth`] | passwords, tokens, sessions, the brake on guessing |
//! | [`storage`] | the port to the database, and SQLite behind it |
//! | [`records`] | what writing a record means |
//!
//! Pure logic (`plan_*`, `judge`, `read_*`) stands apart from IO (`load_*`, `save_*`, `run_*`).

mod acceptance;
pub mod assets;
pub mod auth;
mod board;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod error;
pub mod events;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod http;
mod ids;
pub mod import;
pub mod maintenance;
mod online;
pub mod openapi;
mod pull;
mod push;
pub mod records;
pub mod state;
pub mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod zones;

pub use http::router;
pub use state::{App, Config};
