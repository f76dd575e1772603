//! Taking back one's own note or photo: a button beside each, and a question before anything goes.
//!
//! Must never offer what is somebody else's, nor what is an answer: those stand at their questions.

use crate::effect::Effect;
use crate::runtime::commands::use_commands;
use crate::shared::job::notes::FileRow;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{JobId, RecordKey};
use leptos::html::Dialog;
use leptos::prelude::*;

const TITLE: &str = "withdraw-title";

/// What is to be taken back: a note before its photos. None: nobody has asked.
pub(super) type Asked = RwSignal<Option<Vec<RecordKey>>>;

/// The button that asks. `name` tells it apart for whoever hears it.
pub(super) fn remove_button(
    asked: Asked,
    class: &'static str,
    name: String,
    parts: Vec<RecordKey>,
) -> AnyView {
    view! {
        <button
            type="button"
            class=class
            aria-label=name
            on:click=move |_| asked.set(Some(parts.clone()))
        >
            {icon(Icon::Close)}
        </button>
    }
    .into_any()
}

/// The cross on the corner of a picture.
pub(super) fn remove_file(row: &FileRow, asked: Asked, parts: Vec<RecordKey>) -> AnyView {
    let name = row.file.name.clone();
    let label = tr!(files.remove_named, number = row.number, name = name);
    remove_button(asked, "file-remove", label, parts)
}

/// The question, once somebody asks.
pub(super) fn remove_sheet(job: JobId, asked: Asked) -> impl IntoView {
    move || asked.get().map(|parts| sheet(job, asked, parts))
}

fn sheet(job: JobId, asked: Asked, parts: Vec<RecordKey>) -> AnyView {
    let (commands, toasts) = (use_commands(), use_toasts());
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    let question = match parts.len() {
        1 => tr!(files.remove_one),
        _ => tr!(files.remove_many),
    };
    let remove = move |_| {
        asked.set(None);
        let Some(commands) = commands else { return };
        let parts = parts.clone();
        let work = async move { commands.withdraw(job, &parts).await };
        let then = |is_done| {
            if is_done {
                focus::heading();
            }
        };
        toasts.run(Box::pin(work), tr!(files.removed), Box::new(then));
    };
    view! {
        <dialog
            class="sheet"
            aria-labelledby=TITLE
            node_ref=dialog
            on:close=move |_| asked.set(None)
        >
            <h2 id=TITLE class="sheet-title">{question}</h2>
            <p>{tr!(files.remove_hint)}</p>
            <div class="sheet-actions">
                <button type="button" class="btn btn-primary btn-lg" on:click=remove>
                    {tr!(files.remove)}
                </button>
                <button type="button" class="btn btn-lg" on:click=move |_| asked.set(None)>
                    {tr!(common.cancel)}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
