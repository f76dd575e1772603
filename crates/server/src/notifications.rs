//! Notifications: a technician's devices are told of their jobs while the app is closed, by Web Push.
//!
//! Owns who is told of what and when (`plan`), what goes to a push service and whether it may (`endpoint`, `key`, `post`),
//! and the sending of it (`send`). What is worth telling is noted in the transaction that decides it (`note`), and is sent
//! afterwards by one task: nobody's change waits for a push service. Must never send a customer's data.

pub mod endpoint;
pub(crate) mod key;
pub mod names;
pub(crate) mod news;
pub(crate) mod note;
pub(crate) mod plan;
pub(crate) mod post;
pub mod send;
pub mod settings;
pub(crate) mod subscriptions;
mod texts;
