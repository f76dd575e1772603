//! The conflicts of the company that nobody has settled, and what came too late.

mod deciding;
mod inbox;
mod late;
pub mod page;
