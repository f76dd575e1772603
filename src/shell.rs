//! The frame of every page: bars, navigation, and what concerns the app as a whole.
//!
//! Must never know a page of `features`.

pub mod banners;
pub mod frame;
