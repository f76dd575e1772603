//! The office's board: the day, its stream, and a job that is given to somebody.

use crate::check::Check;

pub(super) const CHECKS: &[Check] = &[];
