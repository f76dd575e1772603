//! Says why a change was refused, above the form that corrects it.

use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use leptos::prelude::*;

/// Why the change came back, in words.
pub(super) fn refused_notice(text: String) -> impl IntoView {
    let body = view! { <p><strong>{tr!(edit.refused)}</strong> " " {text} " " {tr!(edit.refused_hint)}</p> };
    notice(Tone::Warning, body.into_any())
}
