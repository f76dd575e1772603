//! Afield's reference server.
//!
//! | part | what it does |
//! |---|---|
//! | [`http`] | routes, envelopes, cookies, headers, the built app's files |
//! | [`decide`] | the one way to write: judge a change, store its effect and its verdict |
//! | `pull` | what a phone must learn to hold its scope |
//! | `board` | what the office sees of a day |
//! | `export` | jobs and answers as a file |
//! | `company` | what an admin sets, and the trail of it |
//! | `files` | the bytes of photos and files |
//! | [`auth`] | passwords, tokens, sessions, the brake on guessing |
//! | `oidc` | a company's own sign-in: who somebody is by its provider's word |
//! | [`storage`] | the port to the database, and SQLite and PostgreSQL behind it |
//! | [`elsewhere`] | what other servers on the same database have written |
//! | [`notifications`] | what a phone is told while the app is closed, and the sending of it |
//! | [`import`], [`demo`] | records that no phone made |
//! | [`serving`] | connections: how many, how long, and what happens at the end |
//! | [`moving`] | a whole installation from one database to another |
//! | [`cli`] | the commands of the program |
//! | [`web_app`] | the built app's files |
//!
//! Pure logic (`plan_*`, `judge`, `read_*`) stands apart from IO (`load_*`, `save_*`, `run_*`).

pub mod auth;
mod board;
pub mod cli;
pub mod clock;
mod company;
mod contacts;
pub mod decide;
pub mod demo;
mod device;
pub mod elsewhere;
pub mod error;
pub mod events;
mod export;
pub mod files;
mod forms;
#[cfg(test)]
mod full_disk_tests;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
#[cfg(test)]
mod group_commit_tests;
pub mod http;
mod ids;
pub mod import;
pub mod maintenance;
mod metrics;
pub mod moving;
pub mod notifications;
mod off_worker;
mod oidc;
pub mod openapi;
mod own_work;
mod people;
mod places;
mod preview;
mod pull;
mod said;
pub mod series;
pub mod serving;
pub mod state;
pub mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod two_hosts;
pub mod watching;
pub mod web_app;
pub mod xlsform;
pub mod zones;

pub use decide::records;
pub use http::router;
pub use state::{App, Config};
