//! The link that calls somebody.

use super::names::dialled;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::of;
use crate::view::view;
use leptos::prelude::*;

/// **Call** `phone`; `name` says whom for who hears the link without what stands around it.
pub fn call_link(phone: &str, name: String) -> AnyView {
    view! {
        <a class="btn" href=format!("tel:{}", dialled(phone))>
            {icon(Icon::Phone)} {tr!(records.call)} {of(name)}
        </a>
    }
    .into_any()
}
