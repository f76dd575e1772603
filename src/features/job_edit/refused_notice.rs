//! Says why a change was refused, above the form that corrects it.

use crate::shared::labels::reason_label;
use crate::shared::refusals::Reason;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use leptos::prelude::*;

/// Why the change came back.
pub(super) fn refused_notice(reason: &Reason) -> impl IntoView + use<> {
    let text = reason_label(reason);
    let body = view! { <p><strong>{tr!(edit.refused)}</strong> " " {text} " " {tr!(edit.refused_hint)}</p> };
    notice(Tone::Warning, body.into_any())
}
