//! The way to the page of a new job.

use super::rights::lacks;
use crate::routes::Route;
use crate::runtime::session::use_session;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::Right;
use leptos::prelude::*;

/// The way to this page.
pub fn new_job_link() -> AnyView {
    if untrack(|| lacks(use_session(), Right::CreateJob)).is_some() {
        return ().into_any();
    }
    view! { <a class="btn" href=Route::JobNew.href()>{icon(Icon::Plus)} {tr!(job.new)}</a> }
        .into_any()
}
