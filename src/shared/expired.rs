//! What stands in place of records that are too old to be shown.

use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::parts::empty;
use leptos::prelude::*;

/// Jobs are there and too old to be shown.
pub fn hidden() -> impl IntoView {
    empty(Icon::Clock, tr!(jobs.expired), tr!(jobs.expired_hint))
}
