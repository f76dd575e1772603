//! Settings: the user, this device, the app.

pub mod install;
mod language;
mod offline;
pub mod page;
mod storage;
