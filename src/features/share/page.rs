//! Where a photo or a text that was shared with the app gets its job: a text becomes a note.
//!
//! They wait in the browser's cache until they are saved as attachments; leaving the page does
//! not lose them.

use super::view_model::{JobOption, job_options};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::JobTab;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::job_rows::job_rows;
use crate::shared::names::unbroken;
use crate::shared::refusals::excerpt;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::Icon;
use crate::ui::list::For;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::{AttachmentKind, JobId, limits};
use afield_platform::shared::{self, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

/// The files that wait; none while they are being looked for.
type SharedFiles = leptos::prelude::RwSignal<Option<Vec<Shared>>, LocalStorage>;

/// The page on which shared photos get their job.
pub fn share_page(account: Arc<Account>, live: Live) -> AnyView {
    let waiting: SharedFiles = leptos::prelude::RwSignal::new_local(None);
    let user = StoredValue::new(account.signed_in.user().to_string());
    spawn_local(async move {
        // Without a cache there was nowhere to keep them.
        let found = shared::load(&user.get_value()).await;
        let _ = waiting.try_set(Some(found.unwrap_or_default()));
    });
    let count_of = move |unclaimed: bool| {
        let is_it = |shared: &&Shared| shared.unclaimed == unclaimed;
        waiting.with(|files| Some(files.as_ref()?.iter().filter(is_it).count()))
    };
    let count = Memo::new(move |_| count_of(false));
    let unclaimed = Memo::new(move |_| count_of(true).unwrap_or_default());
    let account = StoredValue::new(account);
    view! {
        {heading(tr!(pages.share))}
        {move || (unclaimed.get() > 0).then(|| claim_notice(waiting, user, unclaimed.get()))}
        {move || match count.get() {
            None => skeleton(3).into_any(),
            Some(0) if unclaimed.get() > 0 => ().into_any(),
            Some(0) => empty(Icon::Camera, tr!(share.none), tr!(share.none_hint)).into_any(),
            Some(_) => view! {
                {files(waiting)}
                {account.try_get_value().map(|account| chooser(account, live, waiting))}
            }
            .into_any(),
        }}
    }
    .into_any()
}

/// What was shared while nobody could tell for whom: it is shown to whoever says that it is theirs.
fn claim_notice(waiting: SharedFiles, user: StoredValue<String>, count: usize) -> impl IntoView {
    let claim = move |_| {
        let keys: Vec<String> = waiting.with_untracked(|files| {
            let files = files.iter().flatten();
            let unclaimed = files.filter(|shared| shared.unclaimed);
            unclaimed.map(|shared| shared.key.clone()).collect()
        });
        spawn_local(async move {
            let user = user.get_value();
            for key in keys {
                // What could not be claimed is asked for again the next time.
                let _ = shared::claim(&key, &user).await;
            }
            let _ = waiting.try_set(Some(shared::load(&user).await.unwrap_or_default()));
            focus::heading();
        });
    };
    let body = view! {
        <p>{tr!(share.unclaimed, count = count)}</p>
        <button type="button" class="btn btn-sm" on:click=claim>{tr!(share.claim)}</button>
    };
    notice(Tone::Info, body.into_any())
}

fn files(waiting: SharedFiles) -> impl IntoView {
    let rows = move || {
        waiting.with(|files| {
            let files = files.iter().flatten();
            files
                .filter(|shared| !shared.unclaimed)
                .map(|shared| (shared.key.clone(), shared_name(shared)))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <ul class="card list" aria-label=tr!(share.files)>
            <For each=rows key=Clone::clone let((key, name))>
                <li class="row line">
                    <span class="grow">{name}</span>
                    <button
                        type="button"
                        class="btn btn-ghost"
                        on:click=move |_| drop_one(waiting, key.clone())
                    >
                        {tr!(share.remove)}
                    </button>
                </li>
            </For>
        </ul>
    }
}

/// What stands for it in the list: the name of a file, the beginning of a text.
fn shared_name(shared: &Shared) -> String {
    match &shared.text {
        Some(text) => excerpt(text),
        None => shared.file.name(),
    }
}

fn drop_one(waiting: SharedFiles, key: String) {
    spawn_local(async move {
        if shared::forget(&key).await.is_ok() {
            waiting.update(|files| {
                if let Some(files) = files {
                    files.retain(|shared| shared.key != key);
                }
            });
        }
    });
}

fn chooser(account: Arc<Account>, live: Live, waiting: SharedFiles) -> impl IntoView {
    let clock = use_clock();
    let query = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let zone = account.zone.clone();
    let rows = {
        let zone = zone.clone();
        Memo::new(move |_| {
            live.projection
                .with(|all| job_rows(all, all.entries(), &zone))
        })
    };
    let found = Memo::new(move |_| {
        let today = zone.day(clock.now());
        rows.with(|rows| query.with(|query| job_options(rows, today, query)))
    });
    let none = move || found.with(Vec::is_empty);
    view! {
        <section class="section">
            <h2 class="section-title">{tr!(share.choose)}</h2>
            <label class="field">
                <span>{tr!(share.search)}</span>
                <input
                    type="search"
                    class="input w-full"
                    on:input:target=move |event| query.set(event.target().value())
                />
            </label>
            <ul class="card list" aria-label=tr!(share.choose)>
                <For each=move || found.get() key=Clone::clone let(choice)>
                    {option_row(choice, waiting, busy)}
                </For>
            </ul>
            <p aria-live="polite" class="muted">
                {move || none().then(|| tr!(share.no_job))}
            </p>
        </section>
    }
}

fn option_row(choice: JobOption, waiting: SharedFiles, busy: RwSignal<bool>) -> impl IntoView {
    let commands = use_commands();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let id = choice.id;
    let add = move |_| {
        let (Some(commands), false) = (commands, busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        let navigate = navigate.clone();
        let then = move |is_done| {
            let _ = busy.try_set(false);
            if is_done {
                navigate(
                    &JobTab::Notes.href(id),
                    leptos_router::NavigateOptions::default(),
                );
            }
        };
        let work = Box::pin(attach_all(commands, id, waiting));
        toasts.run(work, tr!(common.saved), Box::new(then));
    };
    view! {
        <li>
            <button type="button" class="row share-choice" on:click=add>
                <strong>{unbroken(choice.name)}</strong>
                <span class="muted">{choice.place}</span>
            </button>
        </li>
    }
}

/// Each file goes only when it is saved: what fails still waits, and nothing is attached twice.
async fn attach_all(
    commands: crate::runtime::commands::Commands,
    job: JobId,
    waiting: SharedFiles,
) -> Result<(), Trouble> {
    let files = waiting.with_untracked(|files| files.clone().unwrap_or_default());
    for Shared {
        key,
        file,
        text,
        unclaimed,
    } in files
    {
        if unclaimed {
            continue;
        }
        let kind = if file.type_().starts_with("image/") {
            AttachmentKind::Photo
        } else {
            AttachmentKind::File
        };
        match text {
            // A longer one goes as the file that it is here too.
            Some(text) if text.chars().count() <= limits::NOTE_CHARS => {
                commands.add_note(job, text, Vec::new()).await?;
            }
            _ => {
                commands.attach(job, file, kind).await?;
            }
        }
        // Should this fail, the file is offered again: safe, one copy too many.
        let _ = shared::forget(&key).await;
        let _ = waiting.try_update(|files| {
            if let Some(files) = files {
                files.retain(|shared| shared.key != key);
            }
        });
    }
    Ok(())
}
