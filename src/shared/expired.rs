//! What stands in place of records that are not shown: they are too old, or the offline feature is off and there is no
//! network.

use crate::runtime::live::use_live;
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::parts::empty;
use leptos::prelude::*;

/// Jobs are there and hidden, and why. Tracks.
pub fn hidden() -> impl IntoView {
    let is_too_old = use_live().is_none_or(|live| live.expired.get());
    let hint = if is_too_old {
        tr!(jobs.expired_hint)
    } else {
        tr!(jobs.cut_hint)
    };
    empty(Icon::Clock, tr!(jobs.expired), hint)
}
