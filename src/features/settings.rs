//! Settings: the user, this device, the app.

mod language;
mod offline;
pub mod page;
mod storage;
