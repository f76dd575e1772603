//! Settings: the user, this device, the app.

pub mod install;
mod language;
pub mod page;
mod storage;
