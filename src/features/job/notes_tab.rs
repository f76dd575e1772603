//! The tab Notes of a job: the form, the notes with their photos and files, and the gallery of those
//! that belong to no note.

use super::note_form::{draft_files, note_form};
use super::notes_view_model::{FileRow, NoteRow, Notes, notes};
use super::withdraw::{Asked, remove_button, remove_file, remove_sheet};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::set_if_new;
use crate::shared::badge::unsent_mark;
use crate::shared::drafts::use_drafts;
use crate::shared::files::thumbnail;
use crate::shared::refusals::excerpt;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::{AttachmentId, JobId, RecordKey};
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
    let waiting = files_waiting(live);
    let has_loose = Memo::new(move |_| found.with(|found| !found.loose.is_empty()));
    let loose = move || {
        has_loose
            .get()
            .then(|| section(tr!(job.photos), gallery(found, waiting, asked)))
    };
    view! {
        <div class="job-grid">
            <section class="section">
                {move || may_write.get().then(|| note_form(job, wants_note, asked))}
                {loose}
            </section>
            <section class="section">
                <h2 class="section-title">{tr!(job.notes)}</h2>
                {note_list(found, waiting, asked)}
            </section>
        </div>
        {remove_sheet(job, asked)}
    }
    .into_any()
}

/// The files whose originals have not left this phone.
type Waiting = RwSignal<Vec<AttachmentId>>;

/// The files whose originals have not left this phone, looked at again whenever the outbox changes.
fn files_waiting(live: Live) -> Waiting {
    let waiting = Waiting::new(Vec::new());
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

fn gallery(found: Memo<Notes>, waiting: Waiting, asked: Asked) -> AnyView {
    let rows = move || found.with(|found| found.loose.clone());
    view! {
        <ul class="files">
            <For each=rows key=FileRow::key let(row)>
                {file(&row, waiting, asked, vec![row.file.id.into()])}
            </For>
        </ul>
    }
    .into_any()
}

fn file(row: &FileRow, waiting: Waiting, asked: Asked, parts: Vec<RecordKey>) -> AnyView {
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
            {row.own.then(|| remove_file(row, asked, parts))}
            <span class="muted">{row.when.clone()}</span>
            {mark}
        </li>
    }
    .into_any()
}

fn note_list(found: Memo<Notes>, waiting: Waiting, asked: Asked) -> AnyView {
    let rows = move || found.with(|found| found.rows.clone());
    let none = Memo::new(move |_| found.with(|found| found.rows.is_empty()));
    view! {
        <ul class="notes" aria-label=tr!(job.notes)>
            <For each=rows key=NoteRow::key let(note)>
                {note_row(note, waiting, asked)}
            </For>
        </ul>
        {move || none.get().then(|| view! { <p class="muted">{tr!(job.no_notes)}</p> })}
    }
    .into_any()
}

fn note_row(note: NoteRow, waiting: Waiting, asked: Asked) -> AnyView {
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
