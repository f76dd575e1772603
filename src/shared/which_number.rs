//! Asks which of two numbers is meant, where what was typed can be read as either.

use crate::tr;
use crate::view::view;
use afield_domain::decimal;
use leptos::prelude::*;

/// A button for each of `both`, which are as they are read; `choose` hears the one, as it is read only so.
pub fn which_number(both: [String; 2], choose: Callback<String>) -> AnyView {
    let button = |number: String| {
        let label = tr!(answer.mean, number = number);
        let choose = move |_| choose.run(decimal::unmistakable(number.clone()));
        view! {
            <button type="button" class="btn btn-sm" on:click=choose>
                {label}
            </button>
        }
    };
    view! { <div class="actions">{both.map(button).collect_view()}</div> }.into_any()
}
