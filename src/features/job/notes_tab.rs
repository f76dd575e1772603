//! The tab Notes of a job: the form, the notes with their photos and files, and the gallery of those
//! that belong to no note.

use super::note_form::{draft_files, note_form};
use super::notes_view_model::{FileRow, NoteRow, Notes, notes};
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::set_if_new;
use crate::shared::badge::unsent_mark;
use crate::shared::drafts::use_drafts;
use crate::shared::files::thumbnail;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::section;
use afield_domain::{AttachmentId, JobId};
use leptos::prelude::*;
use leptos::task::spawn_local;
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
    let drafts = use_drafts();
    let found = Memo::new(move |_| {
        let mut found = live.projection.with(|all| notes(all, &zone, job));
        // What will go with the note that is being written stands at its form.
        let taken = draft_files(drafts, job);
        found.loose.retain(|row| !taken.contains(&row.file.id));
        found
    });
    let waiting = files_waiting(live);
    let has_loose = Memo::new(move |_| found.with(|found| !found.loose.is_empty()));
    let loose = move || {
        has_loose
            .get()
            .then(|| section(tr!(job.photos), gallery(found, waiting)))
    };
    view! {
        <div class="job-grid">
            <section class="section">
                {move || may_write.get().then(|| note_form(job, wants_note))}
                {loose}
            </section>
            <section class="section">
                <h2 class="section-title">{tr!(job.notes)}</h2>
                {note_list(found, waiting)}
            </section>
        </div>
    }
    .into_any()
}

/// The files whose originals have not left this phone, looked at again whenever the outbox changes.
fn files_waiting(live: Live) -> RwSignal<Vec<AttachmentId>> {
    let waiting = RwSignal::new(Vec::new());
    let commands = use_commands();
    let outbox = live.outbox_version();
    Effect::new(move |_| {
        outbox.track();
        let Some(commands) = commands else {
            return;
        };
        spawn_local(async move {
            if let Ok((files, user)) = commands.files().await
                && !waiting.is_disposed()
            {
                let own = files.files.into_iter().filter(|file| file.user == user);
                set_if_new(waiting, own.map(|file| file.id).collect());
            }
        });
    });
    waiting
}

fn gallery(found: Memo<Notes>, waiting: RwSignal<Vec<AttachmentId>>) -> AnyView {
    let rows = move || found.with(|found| found.loose.clone());
    view! {
        <ul class="files">
            <For each=rows key=FileRow::key let(row)>
                {file(&row, waiting)}
            </For>
        </ul>
    }
    .into_any()
}

fn file(row: &FileRow, waiting: RwSignal<Vec<AttachmentId>>) -> AnyView {
    let id = row.file.id;
    let waits = move || waiting.with(|waiting| waiting.contains(&id));
    let mark = move || {
        waits().then(|| {
            view! { <span class="tag tag-unsent">{icon(Icon::Unsent)} {tr!(job.waits_here)}</span> }
        })
    };
    view! {
        <li class="file">
            {thumbnail(&row.file)}
            <span class="muted">{row.when.clone()}</span>
            {mark}
        </li>
    }
    .into_any()
}

fn note_list(found: Memo<Notes>, waiting: RwSignal<Vec<AttachmentId>>) -> AnyView {
    let rows = move || found.with(|found| found.rows.clone());
    let none = Memo::new(move |_| found.with(|found| found.rows.is_empty()));
    view! {
        <ul class="notes" aria-label=tr!(job.notes)>
            <For each=rows key=NoteRow::key let(note)>
                {note_row(note, waiting)}
            </For>
        </ul>
        {move || none.get().then(|| view! { <p class="muted">{tr!(job.no_notes)}</p> })}
    }
    .into_any()
}

fn note_row(note: NoteRow, waiting: RwSignal<Vec<AttachmentId>>) -> AnyView {
    let files = (!note.files.is_empty()).then(|| {
        let files = note
            .files
            .iter()
            .map(|row| file(row, waiting))
            .collect_view();
        view! { <ul class="files">{files}</ul> }
    });
    view! {
        <li class="note">
            <p class="note-head">
                <strong>{note.author}</strong>
                <span class="muted">{note.when}</span>
                {note.unsent.then(unsent_mark)}
            </p>
            <p class="prose">{note.text}</p>
            {files}
        </li>
    }
    .into_any()
}
