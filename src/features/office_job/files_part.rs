//! Files on the office's page of a job: where they are attached, those that are on their way, and those that are there.
//!
//! Owns what is drawn. Must never list as attached what the server does not have.

use super::attaching::{attach, give_up, rows, try_again, withdraw};
use super::live_job::LiveJob;
use super::queue::{Row, Stage, Why, is_under_way, listed};
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::session::Account;
use crate::shared::activity::age_label;
use crate::shared::age::Age;
use crate::shared::files::thumbnail;
use crate::shared::job::notes::FileRow;
use crate::shared::labels::trouble_text;
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::capture::file_button;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::limits::ATTACHMENT_BYTES;
use afield_domain::{Attachment, AttachmentId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;

const MEGABYTE: u64 = 1024 * 1024;

/// The button, and what is on its way to this job.
pub(super) fn attach_part(account: &Arc<Account>, page: LiveJob) -> AnyView {
    let (commands, toasts) = (use_commands(), use_toasts());
    let (at, user) = (Arc::clone(account), account.signed_in.user());
    let picked = move |files| {
        if let Some(commands) = commands {
            attach(commands, &at, page, files);
        }
    };
    let all = rows();
    let shown = Memo::new(move |_| {
        let rows = all.get();
        page.live
            .projection
            .with(|picture| listed(&rows, picture, page.id, user))
    });
    let is_any = Memo::new(move |_| shown.with(|rows| !rows.is_empty()));
    let is_at_it = Memo::new(move |_| {
        let ended = |row: &Row| matches!(row.stage, Stage::Failed(_) | Stage::Received);
        shown.with(|rows| !rows.iter().all(ended))
    });
    let list = move || {
        is_any.get().then(|| {
            let each = move || shown.with(|rows| rows.iter().map(|row| row.number).collect::<Vec<_>>());
            view! {
                <ul class="card list" aria-label=tr!(office.on_its_way)>
                    <For each=each key=|number| *number let(number)>{line(commands, toasts, shown, number)}</For>
                </ul>
            }
        })
    };
    view! {
        <div class="office-attach stack">
            {file_button(tr!(office.attach).to_owned(), Rc::new(picked))}
            <p class="muted">{tr!(office.attach_hint, size = ATTACHMENT_BYTES / MEGABYTE)}</p>
            {list}
            <p role="status">{move || is_at_it.get().then_some(tr!(office.attaching))}</p>
        </div>
    }
    .into_any()
}

/// One that is on its way. What of it changes is drawn anew, and nothing else: somebody may be at its buttons.
fn line(commands: Option<Commands>, toasts: Toasts, shown: Memo<Vec<Row>>, number: u32) -> AnyView {
    let row = Memo::new(move |_| {
        shown.with(|rows| rows.iter().find(|row| row.number == number).cloned())
    });
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.clone()));
    let said = move || row.with(|row| row.as_ref().map(|row| stage_text(&row.stage)));
    let failed = Memo::new(move |_| {
        row.with(|row| match row {
            Some(Row {
                name,
                stage: Stage::Failed(why),
                ..
            }) => Some((name.clone(), why.may_try())),
            _ => None,
        })
    });
    let buttons = move || {
        let failed = failed.get();
        failed.map(|(name, may_try)| failed_buttons(commands, toasts, (number, &name), may_try))
    };
    view! {
        <li class="row">
            <p class="line">{icon(Icon::File)} <span class="font-semibold">{name}</span></p>
            <p class="muted">{said}</p>
            {buttons}
        </li>
    }
    .into_any()
}

fn stage_text(stage: &Stage) -> String {
    match stage {
        Stage::Waiting => tr!(office.attach_waits).to_owned(),
        Stage::Reading => tr!(office.attach_reads).to_owned(),
        Stage::Sending(percent) => tr!(files.sending, percent = percent),
        Stage::Received => tr!(office.attach_arrived).to_owned(),
        Stage::Failed(why) => why_text(why),
    }
}

fn why_text(why: &Why) -> String {
    match why {
        Why::Trouble(trouble) => trouble_text(trouble),
        Why::NoAnswer => tr!(office.attach_no_answer).to_owned(),
        Why::NotTaken(status) => tr!(office.attach_refused, status = status),
    }
}

fn failed_buttons(
    commands: Option<Commands>,
    toasts: Toasts,
    (number, name): (u32, &str),
    may_try: bool,
) -> AnyView {
    let again = move |_| {
        if let Some(commands) = commands {
            try_again(commands, number);
        }
    };
    let remove = move |_| {
        spawn_local(async move {
            if let Err(trouble) = give_up(number).await {
                toasts.show(Err(trouble));
            }
        });
    };
    let again = may_try.then(|| {
        let label = tr!(office.retry_named, name = name);
        view! {
            <button type="button" class="btn" aria-label=label on:click=again>{tr!(common.retry)}</button>
        }
    });
    let label = tr!(office.remove_named, name = name);
    view! {
        <div class="actions">
            {again}
            <button type="button" class="btn" aria-label=label on:click=remove>{tr!(files.remove)}</button>
        </div>
    }
    .into_any()
}

/// Whether `file` is still listed as on its way; tracks.
pub(super) fn is_on_its_way(file: &Attachment) -> bool {
    rows().with(|rows| is_under_way(rows, file))
}

/// What a photo or a file is drawn anew for.
pub(super) type FileKey = (AttachmentId, bool);

pub(super) fn file_key(row: &FileRow) -> FileKey {
    (row.file.id, row.file.received_at.is_some())
}

/// A photo or a file; one whose bytes have not come says since when it is on a phone alone, and one that was begun to
/// be attached here how it goes on. What stands alone on `page` may be taken back by whoever attached it.
pub(super) fn file(page: Option<LiveJob>, row: &FileRow) -> AnyView {
    let clock = use_clock();
    let (made_at, own) = (row.file.made_at, row.own);
    let waits = row.file.received_at.is_none();
    let mark = move || {
        waits.then(|| {
            let text = match own {
                true => tr!(office.not_complete).to_owned(),
                false => tr!(office.waits, age = age_label(Age::of(made_at, clock.now()))),
            };
            view! { <span class="tag tag-unsent">{icon(Icon::Unsent)} {text}</span> }
        })
    };
    let remove = page.filter(|_| own).map(|page| remove_own(page, row));
    view! {
        <li class="file">{thumbnail(&row.file)} <span class="muted">{row.when.clone()}</span> {mark} {remove}</li>
    }
    .into_any()
}

/// Takes back what was attached here by whoever looks at it, after a second tap: a finger slips.
fn remove_own(page: LiveJob, row: &FileRow) -> AnyView {
    let (toasts, asked) = (use_toasts(), RwSignal::new(false));
    let id = row.file.id;
    let go = move |_| {
        if !asked.get_untracked() {
            asked.set(true);
            return;
        }
        asked.set(false);
        spawn_local(async move {
            let done = withdraw(page.id, id).await;
            toasts.show(done.map(|()| tr!(files.removed)));
            page.fetch();
        });
    };
    let label = tr!(
        files.remove_named,
        number = row.number,
        name = row.file.name
    );
    let text = move || match asked.get() {
        true => tr!(office.sure, step = tr!(files.remove)),
        false => tr!(files.remove).to_owned(),
    };
    let named = label.clone();
    let called = move || match asked.get() {
        true => tr!(office.sure, step = named),
        false => named.clone(),
    };
    view! { <button type="button" class="btn" aria-label=called on:click=go>{text}</button> }
        .into_any()
}
