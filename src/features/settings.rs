//! Settings: the user, this device, the app.

pub mod page;
