//! Small parts that every page uses: headings, cards, empty states, skeletons.

use super::icon::{Icon, icon};
use crate::view::view;
use leptos::prelude::*;

/// A page's heading; takes the focus on navigation.
pub fn heading(text: impl IntoView) -> impl IntoView {
    view! { <h1 class="page-title" tabindex="-1">{text}</h1> }
}

/// A part of a page with a heading of its own.
pub fn section(title: &'static str, children: AnyView) -> impl IntoView {
    view! {
        <section class="section">
            <h2 class="section-title">{title}</h2>
            {children}
        </section>
    }
}

/// Nothing to show, and what to do about it.
pub fn empty(shape: Icon, title: &'static str, hint: impl IntoView) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon">{icon(shape)}</span>
            <p class="font-semibold">{title}</p>
            <p class="muted">{hint}</p>
        </div>
    }
}

/// What a button or a link is about, for who hears it without what stands around it.
pub fn of(name: String) -> impl IntoView {
    view! { " " <span class="sr-only">{name}</span> }
}

/// Stands where `rows` rows will be.
pub fn skeleton(rows: usize) -> impl IntoView {
    view! {
        <div class="card list" aria-hidden="true">
            {(0..rows)
                .map(|_| {
                    view! {
                        <div class="row">
                            <div class="skeleton h-4 w-1/3"></div>
                            <div class="skeleton mt-2 h-4 w-2/3"></div>
                        </div>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// A name and its value, for lists of facts (inside `<dl>`).
pub fn fact(name: &'static str, value: impl IntoView) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    }
}
