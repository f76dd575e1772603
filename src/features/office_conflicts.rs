//! The conflicts of the company that nobody has settled.

mod inbox;
pub mod page;
