//! The outbox: what was saved on this phone and the office does not have yet. It is never thrown away.
//!
//! Owns what becomes of a change from the moment it is saved until its verdict, as plans over what a
//! transaction has read:
//! - [`enqueue`]: an intent becomes a mutation; [`depend`]: what it waits for, what it is joined with;
//! - [`batch`]: which entries go on the wire next; [`push_size`]: how many; [`held`]: which ones a refused one
//!   holds; [`stopped`]: which one somebody on the way does not let through;
//! - [`undo`], [`withdraw`], [`revert`], [`resend`]: what its user may still decide; [`release`]: what a pull decides;
//! - [`review`]: what came too late, and what the office has decided of it;
//! - [`log`]: what became of what was refused, and the way back from **Revert changes**;
//! - [`acknowledged`]: what is kept for a server that comes back from a backup;
//! - [`lookup`]: which entries a plan needs to read;
//! - [`entry`], [`meta`]: the stored rows; [`status`]: what is counted for people.
//!
//! Must never talk to the server (that is [`crate::pass`]), nor remove an entry without a verdict or
//! its user's explicit choice.

pub mod acknowledged;
pub mod batch;
pub mod depend;
pub mod enqueue;
pub mod entry;
pub mod held;
pub mod log;
pub mod lookup;
pub mod meta;
pub mod push_size;
pub mod release;
pub mod resend;
pub mod revert;
pub mod review;
pub mod status;
pub mod stopped;
pub mod undo;
pub mod withdraw;
