//! The driver: when a pass is made, and how much it may carry.
//!
//! Owns the policy that page, worker and simulation only execute. What comes here: the wake-up policy
//! (start, enqueue, online, visible, the two-minute tick, a tap, a push), the network class (offline,
//! slow: text only, full) and the operation mode that the company sets (online, offline, hybrid).
//! Must never name a timer, an event or a browser: it says what to do, its executors do it.
