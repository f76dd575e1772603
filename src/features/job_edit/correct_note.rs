//! The form that corrects a refused note.

use super::page_form::PageForm;
use super::refused_notice::refused_notice;
use crate::error::Trouble;
use crate::routes::Route;
use crate::shared::drafts::{Draft, DraftKey, use_drafts};
use crate::shared::labels::{reason_label, refusal_label};
use crate::shared::refusals::{Reason, Refused};
use crate::shared::restored::restored;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{field, save_bar};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{JobId, Op, Rejection};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

const FIELD: &str = "note-text";

/// The form for the note of `op`, which was refused; saving sends it instead.
pub(super) fn note_correction(id: JobId, refused: Refused, op: Op) -> impl IntoView {
    let (drafts, toasts) = (use_drafts(), use_toasts());
    let key = DraftKey::Change(refused.id);
    let why = refusal_label(&refused);
    let text = RwSignal::new(untrack(|| drafts.note(key)).unwrap_or(refused.text));
    let initial = text.get_untracked();
    let flaw = RwSignal::new(None::<String>);
    let page = PageForm::new(key);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = page.commands() else {
            return;
        };
        let Op::AddNote {
            note, job, files, ..
        } = op.clone()
        else {
            return;
        };
        let corrected = Op::AddNote {
            note,
            job,
            text: text.get_untracked(),
            files,
        };
        page.busy.set(true);
        toasts.clear();
        spawn_local(async move {
            let result = commands.resend(refused.id, Some(corrected)).await;
            page.end(result.is_ok(), Route::Job(id));
            if let Err(Trouble::Refused(rejection @ Rejection::Invalid { .. })) = &result {
                flaw.set(Some(reason_label(&Reason::from(rejection))));
                focus::by_id(FIELD);
                return;
            }
            toasts.show(result.map(|()| tr!(common.saved)));
        });
    };
    let control = view! {
        <textarea
            id=FIELD
            class="textarea w-full"
            rows="10"
            aria-invalid=move || flaw.with(Option::is_some).then_some("true")
            aria-describedby=format!("{FIELD}-flaw")
            prop:value=initial
            on:input:target=move |event| {
                text.set(event.target().value());
                flaw.set(None);
                page.keep(Some(Draft::Note(text.get_untracked())));
            }
        ></textarea>
    };
    view! {
        {heading(tr!(pages.correct_note))}
        {refused_notice(why)}
        {restored(key, None)}
        <form class="edit-form" novalidate on:submit=submit>
            {field(FIELD, tr!(job.note), control.into_any(), move || flaw.get())}
            {save_bar(page.busy, move || page.leave(Route::Job(id)))}
        </form>
    }
}
