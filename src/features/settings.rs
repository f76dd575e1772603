//! Settings: the user, this device, the app.

mod language;
pub mod page;
mod storage;
