//! The page of the day's receipts: how much of it the office has, what is missing and why, and all of it as a file.
//!
//! Works from what is on this phone. Must never call anything received that the office has not confirmed.

use super::view_model::{Asked, ChangeReceipt, FileReceipt, Receipts, csv_row, receipts};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::labels::{change_label, changes, photos, trouble_text};
use crate::shared::names::unbroken;
use crate::shared::waiting_files::{file_state_text, own_files};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{empty, heading, section, skeleton};
use crate::view::view;
use afield_domain::Timestamp;
use afield_platform::rescue::{download, iso_time};
use afield_sync::{Acknowledged, OutboxStore, Read};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// What this phone keeps of acknowledged changes; none until it was looked up, or why it cannot be.
type Kept = Option<Result<Vec<Acknowledged>, String>>;

/// The page.
pub fn receipts_page(account: Arc<Account>, live: Live) -> AnyView {
    let (clock, sync, own) = (use_clock(), use_sync_state(), own_files());
    let kept: RwSignal<Kept> = RwSignal::new(None);
    let commands = use_commands();
    // What is acknowledged leaves the outbox: with each change of what is unsent it is looked up anew.
    let unsent = Memo::new(move |_| sync.status.with(|status| (status.unsent, status.last_sync)));
    let look = move || {
        unsent.get();
        spawn_local(async move {
            let Some(commands) = commands else { return };
            let loaded = match commands.engine() {
                Ok(engine) => engine.outbox.load(Read::AllAndAcknowledged).await,
                Err(_) => return,
            };
            let loaded = loaded.map(|view| view.acknowledged);
            let loaded = loaded.map_err(|error| trouble_text(&error.into()));
            let _ = kept.try_set(Some(loaded));
        });
    };
    crate::effect::Effect::new(move |_| look());
    let shown_to = Arc::clone(&account);
    let found = Memo::new(move |_| {
        let acknowledged = kept.with(|kept| match kept {
            Some(Ok(kept)) => kept.clone(),
            _ => Vec::new(),
        });
        let zone = &account.zone;
        let asked = Asked {
            user: account.signed_in.user(),
            day: zone.day(untrack(|| clock.now())),
            zone,
        };
        own.with(|own| {
            live.projection
                .with(|all| receipts(all, own, &acknowledged, asked))
        })
    });
    let is_known = Memo::new(move |_| {
        live.loaded.get() && kept.with(Option::is_some) && sync.files.with(Option::is_some)
    });
    let content = move || {
        if !is_known.get() {
            return skeleton(4).into_any();
        }
        found.with(|found| whole(found, &shown_to))
    };
    let failure = move || {
        kept.with(|kept| match kept {
            Some(Err(text)) => {
                let text = text.clone();
                let body = view! { <p role="alert">{tr!(receipts.unknown)} " " {text}</p> };
                Some(notice(Tone::Error, body.into_any()))
            }
            _ => None,
        })
    };
    view! {
        <a class="back" href=Route::Sync.href()>{icon(Icon::Left)} {tr!(pages.sync)}</a>
        {heading(tr!(pages.receipts))}
        {failure}
        {content}
    }
    .into_any()
}

fn whole(found: &Receipts, account: &Arc<Account>) -> AnyView {
    let (received, all) = found.count();
    if all == 0 {
        return empty(Icon::Check, tr!(receipts.none), tr!(receipts.none_hint)).into_any();
    }
    let (shape, class) = if received == all {
        (Icon::Check, "notice notice-info")
    } else {
        (Icon::Unsent, "notice notice-warning")
    };
    let files = found.files.len();
    let what = [
        (files > 0).then(|| photos(files)),
        Some(changes(all - files)).filter(|_| all > files),
    ];
    let what: Vec<String> = what.into_iter().flatten().collect();
    let (missing, arrived): (Vec<&FileReceipt>, Vec<&FileReceipt>) = found
        .files
        .iter()
        .partition(|file| file.received_at().is_none());
    let file = |file: &&FileReceipt| file_row(file, account);
    let missing: Vec<AnyView> = found
        .unsent
        .iter()
        .map(|change| change_row(change, tr!(receipts.unsent)))
        .chain(missing.iter().map(file))
        .collect();
    let in_review = found.in_review.iter();
    let arrived: Vec<AnyView> = in_review
        .map(|change| change_row(change, tr!(receipts.in_review)))
        .chain(arrived.iter().map(file))
        .collect();
    let list = |title: &'static str, rows: Vec<AnyView>| {
        (!rows.is_empty()).then(|| {
            section(
                title,
                view! { <ul class="card list">{rows}</ul> }.into_any(),
            )
        })
    };
    let save = {
        let (found, account) = (found.clone(), Arc::clone(account));
        move |_| {
            let name = format!("afield-{}.csv", tr!(receipts.file));
            download(&name, "text/csv", csv(&found, &account).as_bytes());
        }
    };
    view! {
        <div class=class>
            <span class="notice-icon">{icon(shape)}</span>
            <div class="notice-body">
                <p class="font-semibold">{tr!(receipts.count, received = received, all = all)}</p>
                <p>{what.join(", ")}</p>
            </div>
        </div>
        {list(tr!(receipts.missing), missing)}
        {list(tr!(receipts.received), arrived)}
        <div class="stack">
            <p class="muted">{tr!(receipts.hint)}</p>
            <button type="button" class="btn" on:click=save>{icon(Icon::File)} {tr!(receipts.save)}</button>
        </div>
    }
    .into_any()
}

fn file_row(file: &FileReceipt, account: &Account) -> AnyView {
    view! {
        <li class="row">
            <p>{file.name.clone()}</p>
            <p class="muted">{unbroken(file.job.clone())}</p>
            <p class="muted">{file_state_text(file.state, account)}</p>
        </li>
    }
    .into_any()
}

/// Why a change is unsent, or in review, stands under Sync.
fn change_row(change: &ChangeReceipt, state: &'static str) -> AnyView {
    view! {
        <li class="row">
            <p>{change_label(&change.what)}</p>
            <p class="muted">{unbroken(change.job.clone())}</p>
            <p><a class="link" href=Route::Sync.href()>{state}</a></p>
        </li>
    }
    .into_any()
}

/// The receipts for a spreadsheet: a row for each, whether received or not.
fn csv(found: &Receipts, account: &Account) -> String {
    // Spreadsheets take a file for UTF-8 by this.
    let mut text = "\u{feff}".to_owned();
    text.push_str(&csv_row(&[
        "kind",
        "id",
        "name",
        "job",
        "sha256",
        "state",
        "received_at",
    ]));
    let at = |time: Option<Timestamp>| time.map(|time| iso_time(time.0)).unwrap_or_default();
    for file in &found.files {
        let received = at(file.received_at());
        text.push_str(&csv_row(&[
            "file",
            &file.id.to_string(),
            &file.name,
            &file.job,
            &file.sha256,
            &file_state_text(file.state, account),
            &received,
        ]));
    }
    let taken = found.changes.iter().map(|it| (it, tr!(receipts.taken)));
    let in_review = found.in_review.iter();
    let in_review = in_review.map(|it| (it, tr!(receipts.in_review)));
    let unsent = found.unsent.iter().map(|it| (it, tr!(receipts.unsent)));
    for (change, state) in taken.chain(in_review).chain(unsent) {
        text.push_str(&csv_row(&[
            "change",
            &change.id.0.to_string(),
            &change_label(&change.what),
            &change.job,
            "",
            state,
            &at(change.received_at),
        ]));
    }
    text
}
