//! The lines about a customer or a place that is new.

use super::made_view_model::{Made, MadeInput};
use crate::shared::job_form::InputFlaw;
use crate::shared::labels::input_flaw_text;
use crate::shared::refusals::Reason;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::limits;
use leptos::prelude::*;

/// What is new, and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct MadeState {
    /// What was typed.
    pub(super) made: RwSignal<Made>,
    /// What is wrong with the name.
    pub(super) flaw: RwSignal<Option<InputFlaw>>,
}

/// The button below a list of what is known.
pub(super) fn make_button(label: &'static str, make: Callback<()>, first: MadeInput) -> AnyView {
    let open = move |_| {
        make.run(());
        request_animation_frame(move || {
            focus::by_id(first.item());
        });
    };
    view! {
        <button type="button" class="btn" on:click=open>
            {icon(Icon::Plus)} {label}
        </button>
    }
    .into_any()
}

/// The lines `inputs`, and the way back to the list.
pub(super) fn made_lines(
    state: MadeState,
    legend: &'static str,
    inputs: [(MadeInput, &'static str, &'static str); 2],
    back: Callback<()>,
) -> AnyView {
    let lines = inputs.map(|(input, label, kind)| line(state, input, label, kind));
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            {lines.into_iter().collect_view()}
            <button type="button" class="btn btn-ghost" on:click=move |_| back.run(())>
                {icon(Icon::Undo)} {tr!(edit.choose_known)}
            </button>
        </fieldset>
    }
    .into_any()
}

fn line(state: MadeState, input: MadeInput, label: &'static str, kind: &'static str) -> AnyView {
    let id = input.item();
    let flaw = move || state.flaw.get().filter(|_| input == MadeInput::Name);
    let value = state.made.with_untracked(|made| made.text(input));
    let control = view! {
        <input
            id=id
            type=kind
            class="input w-full"
            dir="auto"
            maxlength=limits::LINE_CHARS.to_string()
            aria-invalid=move || flaw().is_some().then_some("true")
            aria-describedby=format!("{id}-flaw")
            prop:value=value
            on:input:target=move |event| {
                state.made.update(|made| made.type_in(input, event.target().value()));
                state.flaw.set(None);
            }
        />
    };
    // Only a name is needed.
    let flaw = move || {
        flaw().map(|flaw| match flaw {
            InputFlaw::Reason(Reason::Empty) => tr!(edit.name_missing).to_owned(),
            flaw => input_flaw_text(&flaw),
        })
    };
    field(id, label, control.into_any(), flaw).into_any()
}
