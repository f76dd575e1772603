//! The form that adds a note.
//!
//! The text is a draft until it was saved; leaving the page does not lose it.

use crate::commands::use_commands;
use crate::drafts::{Draft, DraftKey, use_drafts};
use crate::tr;
use crate::ui::toast::use_toasts;
use afield_domain::JobId;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The form for notes on `job`.
pub fn note_form(job: JobId) -> impl IntoView {
    let drafts = use_drafts();
    let toasts = use_toasts();
    let commands = use_commands();
    let key = DraftKey::Note(job);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = untrack(move || drafts.note(key)).unwrap_or_default();
        let Some(commands) = commands else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let then = move |is_done| {
            if is_done {
                drafts.set(key, None);
            }
            let _ = busy.try_set(false);
        };
        let work = Box::pin(commands.add_note(job, text));
        toasts.run(work, tr!(common.saved), Box::new(then));
    };
    view! {
        // Our own words instead of the browser's bubble, which says nothing about white space.
        <form class="note-form" novalidate on:submit=submit>
            <label class="field">
                <span>{tr!(job.note)}</span>
                <textarea
                    class="textarea w-full"
                    rows="3"
                    required
                    maxlength=afield_domain::limits::NOTE_CHARS.to_string()
                    prop:value=move || drafts.note(key).unwrap_or_default()
                    on:input:target=move |event| drafts.set(key, Some(Draft::Note(event.target().value())))
                ></textarea>
            </label>
            <button
                type="submit"
                class="btn btn-primary"
                aria-disabled=move || busy.get().then_some("true")
            >
                {tr!(job.add_note)}
            </button>
        </form>
    }
}
