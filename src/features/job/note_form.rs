//! The form that adds a note, with photos and files.
//!
//! The text is a draft until it was saved; leaving the page does not lose it. A photo is saved when it
//! is picked, before the note: it can be taken once, and the text can be typed again.

use super::withdraw::{Asked, remove_file};
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::live::{Live, use_live};
use crate::shared::drafts::{AnswerDraft, Draft, DraftKey, Drafts, use_drafts};
use crate::shared::files::{attaching, thumbnail};
use crate::shared::job::notes::{FileRow, files_of};
use crate::shared::restored::restored;
use crate::shared::rights::offered;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::capture::{file_button, photo_button};
use crate::ui::focus;
use crate::view::view;
use afield_domain::{Answer, AttachmentId, AttachmentKind, FieldValue, JobId, Right, Zone, limits};
use afield_sync::view::Projection;
use leptos::ev::SubmitEvent;
use leptos::html::Textarea;
use leptos::prelude::*;
use std::rc::Rc;

/// The field of a new note.
pub(super) const FIELD: &str = "note-new";

/// The form for notes on `job`. `wants_focus`: somebody came to write one.
pub(super) fn note_form(job: JobId, wants_focus: StoredValue<bool>, asked: Asked) -> AnyView {
    offered(Right::AddNote, move || form_of(job, wants_focus, asked))
}

fn form_of(job: JobId, wants_focus: StoredValue<bool>, asked: Asked) -> AnyView {
    let area = NodeRef::<Textarea>::new();
    Effect::new(move |_| {
        if area.get().is_some() && wants_focus.get_value() {
            wants_focus.set_value(false);
            focus::by_id(FIELD);
        }
    });
    let drafts = use_drafts();
    let toasts = use_toasts();
    let (commands, live) = (use_commands(), use_live());
    let key = DraftKey::Note(job);
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = untrack(move || drafts.note(key)).unwrap_or_default();
        let files = untrack(move || draft_files(drafts, live, job));
        let Some(commands) = commands else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        // A photo that is not there yet would go with the next note.
        if untrack(move || commands.is_picking()) {
            toasts.show(Err(Trouble::PhotoUnderWay));
            return;
        }
        busy.set(true);
        let saved = text.clone();
        let then = move |is_done| {
            if is_done {
                // What was typed since is the next note.
                if untrack(move || drafts.note(key)).is_none_or(|typed| typed == saved) {
                    drafts.set(key, None);
                }
                drafts.set(DraftKey::NoteFiles(job), None);
            } else {
                focus::by_id(FIELD);
            }
            let _ = busy.try_set(false);
        };
        let work = Box::pin(commands.add_note(job, text, files));
        toasts.run(work, tr!(common.saved), Box::new(then));
    };
    let discard = Callback::new(move |()| {
        drafts.set(key, None);
        drafts.set(DraftKey::NoteFiles(job), None);
        focus::by_id(FIELD);
    });
    view! {
        {restored(key, Some(discard))}
        // Our own words instead of the browser's bubble, which says nothing about white space.
        <form class="note-form" novalidate on:submit=submit>
            <label class="field">
                <span>{tr!(job.note)}</span>
                <textarea
                    id=FIELD
                    node_ref=area
                    class="textarea w-full"
                    rows="3"
                    required
                    maxlength=limits::NOTE_CHARS.to_string()
                    prop:value=move || drafts.note(key).unwrap_or_default()
                    on:input:target=move |event| drafts.set(key, Some(Draft::Note(event.target().value())))
                ></textarea>
            </label>
            {pickers(job)}
            {picked(job, asked)}
            <button
                type="submit"
                class="btn btn-primary"
                aria-disabled=move || busy.get().then_some("true")
            >
                {tr!(job.add_note)}
            </button>
            <p class="muted">{tr!(job.photos_hint)}</p>
        </form>
    }
    .into_any()
}

/// The files that will belong to the note that is being written, those that are still there; tracks.
pub(super) fn draft_files(drafts: Drafts, live: Option<Live>, job: JobId) -> Vec<AttachmentId> {
    let draft = drafts.answers(DraftKey::NoteFiles(job)).unwrap_or_default();
    let mut files = match draft.typed.into_iter().next().map(|answer| answer.value) {
        Some(FieldValue::Files(files)) => files,
        _ => Vec::new(),
    };
    if let Some(live) = live {
        let is_there = |all: &Projection, id: &AttachmentId| all.attachment(*id).is_some();
        live.projection
            .with(|all| files.retain(|id| is_there(all, id)));
    }
    files
}

fn keep_files(drafts: Drafts, job: JobId, files: Vec<AttachmentId>) {
    let files = Answer {
        item: "files".to_owned(),
        value: FieldValue::Files(files),
    };
    let draft = AnswerDraft {
        typed: vec![files],
        seen: Vec::new(),
    };
    drafts.set(DraftKey::NoteFiles(job), Some(Draft::Answers(draft)));
}

/// Adds a file to the note that is being written, as far as a note has room. `only_begun`: to a note that has
/// words or files already.
pub(super) fn joining(job: JobId, only_begun: bool) -> Rc<dyn Fn(AttachmentId)> {
    let (drafts, live) = (use_drafts(), use_live());
    Rc::new(move |id| {
        untrack(move || {
            let mut files = draft_files(drafts, live, job);
            let text = drafts.note(DraftKey::Note(job)).unwrap_or_default();
            let is_begun = !files.is_empty() || !text.trim().is_empty();
            if (is_begun || !only_begun) && files.len() < limits::NOTE_FILES {
                files.push(id);
                keep_files(drafts, job, files);
            }
        });
    })
}

/// What is picked belongs to the note that is being written.
fn pickers(job: JobId) -> AnyView {
    view! {
        <div class="picks">
            {offered(Right::AddPhoto, move || {
                let photo = attaching(job, AttachmentKind::Photo, joining(job, false));
                photo_button(tr!(job.add_photo).to_owned(), photo).into_any()
            })}
            {offered(Right::AddFile, move || {
                let file = attaching(job, AttachmentKind::File, joining(job, false));
                file_button(tr!(job.add_file).to_owned(), file).into_any()
            })}
        </div>
    }
    .into_any()
}

fn picked(job: JobId, asked: Asked) -> impl IntoView {
    let (drafts, live) = (use_drafts(), use_live());
    let user = use_commands().and_then(|commands| commands.user().ok());
    let files = Memo::new(move |_| {
        let ids = draft_files(drafts, live, job);
        let Some(live) = live.filter(|_| !ids.is_empty()) else {
            return Vec::new();
        };
        let mut rows = live
            .projection
            .with(|all| files_of(all, &Zone::utc(), job, user));
        rows.retain(|row| ids.contains(&row.file.id));
        rows
    });
    move || {
        files.with(|files| {
            let one = |row: &FileRow| {
                let remove = remove_file(row, asked, vec![row.file.id.into()]);
                view! { <li class="file">{thumbnail(&row.file)} {remove}</li> }
            };
            (!files.is_empty()).then(|| {
                let list = files.iter().map(one).collect_view();
                let is_full = files.len() >= limits::NOTE_FILES;
                let full = is_full.then(|| tr!(job.note_full, count = limits::NOTE_FILES));
                view! {
                    <div>
                        <p class="font-semibold">{tr!(job.with_note)}</p>
                        <ul class="files" aria-label=tr!(job.with_note)>{list}</ul>
                        {full.map(|text| view! { <p class="muted">{text}</p> })}
                        <button
                            type="button"
                            class="btn btn-ghost"
                            on:click=move |_| {
                                drafts.set(DraftKey::NoteFiles(job), None);
                                focus::by_id(FIELD);
                            }
                        >
                            {tr!(job.without_note)}
                        </button>
                    </div>
                }
            })
        })
    }
}
