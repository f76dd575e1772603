//! The link that opens the phone's own navigation.

use crate::features::job::detail_view_model::MapApp;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::Property;
use leptos::prelude::*;

/// **Navigate** to `property`; `to` says where for who hears the link without what stands around it.
pub fn navigate_link(property: &Property, to: &str) -> AnyView {
    let agent = window().navigator().user_agent().unwrap_or_default();
    let href = MapApp::of_agent(&agent).href(property, leptos_router::location::Url::escape);
    let opens_page = href.starts_with("http");
    view! {
        <a
            class="btn"
            href=href
            target=opens_page.then_some("_blank")
            rel=opens_page.then_some("noopener noreferrer")
        >
            {icon(Icon::Place)} {tr!(route.navigate)} <span class="sr-only">{to.to_owned()}</span>
        </a>
    }
    .into_any()
}
