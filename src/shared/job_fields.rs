//! The fields that every form of a job has: lines of text and time, the description, and how pressing it is.
//!
//! Owns how they are shown with their flaws. Must never know what becomes of the form.

use super::job_form::{Input, InputFlaw};
use super::labels::{input_flaw_text, priority_label};
use super::rights::{lacks, right_of};
use crate::memo::Memo;
use crate::runtime::session::use_session;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::field;
use crate::view::view;
use afield_domain::Priority;
use leptos::prelude::*;

/// The fields of one form.
#[derive(Clone, Copy)]
pub struct JobFields {
    /// The element's id of each.
    pub id_of: fn(Input) -> &'static str,
    /// What stands in one as the page opens.
    pub text: Callback<Input, String>,
    /// Takes what was typed into one.
    pub type_in: Callback<(Input, String)>,
    /// Whether what stands there is edited, each field by its own right; a new job has one right for all.
    pub edits: bool,
    /// What cannot be saved as it is.
    pub flaws: RwSignal<Vec<(Input, InputFlaw)>>,
}

impl JobFields {
    /// Shows what was found, and goes to the first of it; `otherwise` if it is none of these fields.
    pub fn refuse(self, found: Vec<(Input, InputFlaw)>, otherwise: &'static str) {
        let first = found.first().map(|(input, _)| (self.id_of)(*input));
        self.flaws.set(found);
        focus::by_id(first.unwrap_or(otherwise));
    }

    /// The same as the form opens, once it is there.
    pub fn refuse_at_first(self, found: Vec<(Input, InputFlaw)>) {
        let first = found.first().map(|(input, _)| (self.id_of)(*input));
        self.flaws.set(found);
        // After the page's heading has had it.
        request_animation_frame(move || {
            request_animation_frame(move || {
                first.map(focus::by_id);
            });
        });
    }

    fn flaw(self, input: Input) -> Option<String> {
        self.flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == input);
            found.map(|(_, flaw)| input_flaw_text(flaw))
        })
    }

    fn typed(self, input: Input, text: String) {
        self.type_in.run((input, text));
        self.flaws
            .update(|flaws| flaws.retain(|(flawed, _)| *flawed != input));
    }

    /// Why a field can only be read; tracks.
    fn locked(self, input: Input) -> Memo<Option<String>> {
        let session = use_session();
        Memo::new(move |_| {
            if self.edits {
                lacks(session, right_of(input))
            } else {
                None
            }
        })
    }

    /// A line of text, or a time.
    pub fn line(self, input: Input, label: &'static str, kind: &'static str) -> AnyView {
        let id = (self.id_of)(input);
        let value = untrack(|| self.text.run(input));
        let why = self.locked(input);
        let control = view! {
            <input
                id=id
                type=kind
                class="input w-full"
                dir="auto"
                aria-invalid=move || self.flaw(input).is_some().then_some("true")
                aria-describedby=format!("{id}-flaw")
                readonly=move || why.get().is_some()
                prop:value=value
                on:input:target=move |event| self.typed(input, event.target().value())
            />
        };
        let flaw = move || self.flaw(input).or_else(|| why.get());
        field(id, label, control.into_any(), flaw).into_any()
    }

    /// The details.
    pub fn description(self) -> AnyView {
        let id = (self.id_of)(Input::Description);
        let value = untrack(|| self.text.run(Input::Description));
        let why = self.locked(Input::Description);
        let control = view! {
            <textarea
                id=id
                class="textarea w-full"
                rows="4"
                dir="auto"
                aria-invalid=move || self.flaw(Input::Description).is_some().then_some("true")
                aria-describedby=format!("{id}-flaw")
                readonly=move || why.get().is_some()
                prop:value=value
                on:input:target=move |event| self.typed(Input::Description, event.target().value())
            ></textarea>
        };
        let flaw = move || self.flaw(Input::Description).or_else(|| why.get());
        field(id, tr!(edit.description), control.into_any(), flaw).into_any()
    }

    /// How pressing it is.
    pub fn priority(self) -> AnyView {
        let chosen = untrack(|| self.text.run(Input::Priority));
        if let Some(why) = self.locked(Input::Priority).get_untracked() {
            let name = Priority::from_name(&chosen).map(priority_label);
            return view! { <p>{tr!(edit.priority)} ": " {name}</p> <p class="flaw">{why}</p> }
                .into_any();
        }
        priority_field((self.id_of)(Input::Priority), &chosen, move |name| {
            self.typed(Input::Priority, name);
        })
    }
}

/// How pressing the job is: a list of the priorities, `chosen` by name.
pub fn priority_field(id: &'static str, chosen: &str, typed: impl Fn(String) + 'static) -> AnyView {
    let options = Priority::ALL.map(|priority| {
        let is_chosen = priority.name() == chosen;
        view! { <option value=priority.name() selected=is_chosen>{priority_label(priority)}</option> }
    });
    let control = view! {
        <select
            id=id
            class="select w-full"
            on:change:target=move |event| typed(event.target().value())
        >
            {options.collect_view()}
        </select>
    };
    field(id, tr!(edit.priority), control.into_any(), || None).into_any()
}
