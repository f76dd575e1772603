//! The device report: what a phone tells the office about itself.
//!
//! Nothing stands here yet. What comes here: the outbox's count and its oldest entry, the build, the
//! mode and the room left, as a report that goes along with every request, so that the office sees work
//! that never arrived. Must never carry what a user has typed.
