//! A value that may be long: its beginning, and the rest with a tap.

use crate::shared::field_values::ShownValue;
use crate::shared::labels::value_label;
use crate::shared::refusals::excerpt;
use crate::view::view;
use leptos::prelude::*;

/// The whole value; what is long opens with a tap.
pub fn long_value(value: &ShownValue) -> impl IntoView + use<> {
    let text = value_label(value);
    let start = excerpt(&text);
    if start.ends_with('…') && start != text {
        view! {
            <details class="details">
                <summary>{start}</summary>
                <p class="prose">{text}</p>
            </details>
        }
        .into_any()
    } else {
        view! { <p class="prose">{text}</p> }.into_any()
    }
}
