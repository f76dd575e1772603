//! A box that says something a person should know, and what to do.

use super::icon::{Icon, icon};
use crate::tr;
use crate::view::view;
use afield_platform::worker;
use leptos::prelude::*;

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Info,
    /// Something to do.
    Warning,
    /// Something went wrong.
    Error,
}

/// Why this address cannot work offline, if it cannot.
pub fn insecure_notice() -> Option<impl IntoView> {
    let body = || view! { <p>{tr!(common.insecure)}</p> }.into_any();
    (!worker::is_secure()).then(|| notice(Tone::Warning, body()))
}

/// A box with an icon; `children` are its text and buttons.
pub fn notice(tone: Tone, children: AnyView) -> impl IntoView {
    let (class, shape) = match tone {
        Tone::Info => ("notice notice-info", Icon::Check),
        Tone::Warning => ("notice notice-warning", Icon::Alert),
        Tone::Error => ("notice notice-error", Icon::Alert),
    };
    view! {
        <div class=class>
            <span class="notice-icon">{icon(shape)}</span>
            <div class="notice-body">{children}</div>
        </div>
    }
}
