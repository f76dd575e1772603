//! The tab Notes of a job: the form, the notes with their photos and files, and the gallery of those
//! that belong to no note.

use super::note_form::{draft_files, note_form};
use super::withdraw::{Asked, remove_button, remove_file, remove_sheet};
use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::badge::unsent_mark;
use crate::shared::drafts::use_drafts;
use crate::shared::files::thumbnail;
use crate::shared::job::notes::{FileRow, NoteRow, Notes, notes};
use crate::shared::refusals::excerpt;
use crate::shared::waiting_files::{FileState, file_state_text, own_files};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::{AttachmentId, JobId, RecordKey, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;

/// The tab of `job`.
pub(super) fn notes_tab(
    account: &Arc<Account>,
    live: Live,
    job: JobId,
    may_write: Memo<bool>,
    wants_note: StoredValue<bool>,
) -> AnyView {
    let zone = account.zone.clone();
    let user = account.signed_in.user();
    let drafts = use_drafts();
    let asked = Asked::new(None);
    let found = Memo::new(move |_| {
        let me = may_write.get().then_some(user);
        let mut found = live.projection.with(|all| notes(all, &zone, job, me));
        // What will go with the note that is being written stands at its form.
        let taken = draft_files(drafts, Some(live), job);
        found.loose.retain(|row| !taken.contains(&row.file.id));
        found
    });
    let waiting = file_states(account);
    let at_notes = Arc::clone(&waiting);
    let has_loose = Memo::new(move |_| found.with(|found| !found.loose.is_empty()));
    let loose = move || {
        has_loose
            .get()
            .then(|| section(tr!(job.photos), gallery(found, &waiting, asked)))
    };
    view! {
        <div class="job-grid">
            <section class="section">
                {move || may_write.get().then(|| note_form(job, wants_note, asked))}
                {loose}
            </section>
            <section class="section">
                <h2 class="section-title">{tr!(job.notes)}</h2>
                {note_list(found, at_notes, asked)}
            </section>
        </div>
        {remove_sheet(job, asked)}
    }
    .into_any()
}

/// How a file stands on its way, given its id and what its record says of when it was received.
type States = Arc<dyn Fn(AttachmentId, Option<Timestamp>) -> (FileState, String) + Send + Sync>;

fn file_states(account: &Arc<Account>) -> States {
    let (account, own) = (Arc::clone(account), own_files());
    Arc::new(move |id, received_at| {
        let state = own.with(|own| own.state(id, received_at));
        let text = file_state_text(state, &account);
        let is_here = own.with(|own| own.files.iter().any(|file| file.id == id));
        match state {
            FileState::Received(_) if !is_here => {
                (state, tr!(files.needs_connection, state = text))
            }
            _ => (state, text),
        }
    })
}

fn gallery(found: Memo<Notes>, waiting: &States, asked: Asked) -> AnyView {
    let waiting = Arc::clone(waiting);
    let rows = move || found.with(|found| found.loose.clone());
    view! {
        <ul class="files">
            <For each=rows key=FileRow::key let(row)>
                {file(&row, &waiting, asked, vec![row.file.id.into()])}
            </For>
        </ul>
    }
    .into_any()
}

fn file(row: &FileRow, waiting: &States, asked: Asked, parts: Vec<RecordKey>) -> AnyView {
    let (id, received_at) = (row.file.id, row.file.received_at);
    let waiting = Arc::clone(waiting);
    let mark = move || match waiting(id, received_at) {
        (FileState::Received(_) | FileState::Elsewhere, text) => {
            view! { <span class="muted">{text}</span> }.into_any()
        }
        (_, text) => {
            view! { <span class="tag tag-unsent">{icon(Icon::Unsent)} {text}</span> }.into_any()
        }
    };
    view! {
        <li class="file">
            {thumbnail(&row.file)}
            {row.own.then(|| remove_file(row, asked, parts))}
            <span class="muted">{row.when.clone()}</span>
            {mark}
        </li>
    }
    .into_any()
}

fn note_list(found: Memo<Notes>, waiting: States, asked: Asked) -> AnyView {
    let rows = move || found.with(|found| found.rows.clone());
    let none = Memo::new(move |_| found.with(|found| found.rows.is_empty()));
    view! {
        <ul class="notes" aria-label=tr!(job.notes)>
            <For each=rows key=NoteRow::key let(note)>
                {note_row(note, &waiting, asked)}
            </For>
        </ul>
        {move || none.get().then(|| view! { <p class="muted">{tr!(job.no_notes)}</p> })}
    }
    .into_any()
}

fn note_row(note: NoteRow, waiting: &States, asked: Asked) -> AnyView {
    let files = (!note.files.is_empty()).then(|| {
        let files = note
            .files
            .iter()
            .map(|row| file(row, waiting, asked, note.parts_of(row)))
            .collect_view();
        view! { <ul class="files">{files}</ul> }
    });
    let remove = note.own.then(|| {
        let label = tr!(files.remove_note, text = excerpt(&note.text));
        remove_button(
            asked,
            "btn btn-ghost btn-square note-remove",
            label,
            note.parts(),
        )
    });
    view! {
        <li class="note">
            <p class="note-head">
                <strong>{note.author}</strong>
                <span class="muted">{note.when}</span>
                {note.unsent.then(unsent_mark)}
                {remove}
            </p>
            <p class="prose">{note.text}</p>
            {files}
        </li>
    }
    .into_any()
}
