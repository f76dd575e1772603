//! Who works at the company: added, changed, let in and kept out by an admin; and the page on which somebody who was
//! invited sets their password.

mod add;
mod desk;
pub mod link;
pub mod page;
mod person;
