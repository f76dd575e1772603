//! The bytes of photos and files, by tus.

use crate::check::Check;

pub(super) const CHECKS: &[Check] = &[];
