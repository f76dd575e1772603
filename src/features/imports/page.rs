//! The page Import: a file, what its columns mean, what will happen, and what has.
//!
//! Needs the server, which reads the file. Nothing is written before somebody has seen what will be.

use super::columns::columns;
use super::desk::{Desk, Told};
use super::form::Rows;
use super::labels::{lack_text, rows_label};
use super::report::report;
use crate::routes::Route;
use crate::shared::labels::trouble_text;
use crate::tr;
use crate::ui::capture::pick_one;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{heading, section, skeleton};
use crate::view::view;
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::File;

/// The page.
pub fn import_page() -> AnyView {
    let desk = Desk::new();
    let on_picked = Rc::new(move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            desk.pick(file);
        }
    });
    let kinds = Rows::ALL.map(|rows| kind(desk, rows)).collect_view();
    let name = move || {
        let name = desk.name.get();
        name.map(|name| view! { <p class="import-name" dir="auto">{name}</p> })
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.import))}
        <p class="muted mb-3">{tr!(imports.lead)}</p>
        <div class="card pad stack import-card">
            <fieldset class="choice">
                <legend>{tr!(imports.rows)}</legend>
                {kinds}
            </fieldset>
            <div class="actions">{pick_one(tr!(imports.choose), on_picked)}</div>
            {name}
            <div role="status">{move || desk.told.get().map(|told| say(desk, told))}</div>
        </div>
        {move || waiting(desk)}
        {columns(desk)}
        {report(desk)}
    }
    .into_any()
}

/// What stands there while nothing is known of a file that was chosen.
fn waiting(desk: Desk) -> Option<AnyView> {
    let is_first = desk.busy.get() && desk.found.with(Option::is_none);
    is_first.then(|| section(tr!(imports.columns), skeleton(4).into_any()).into_any())
}

fn kind(desk: Desk, rows: Rows) -> AnyView {
    let (label, hint) = rows_label(rows);
    view! {
        <label class="choice-row">
            <input
                type="radio"
                name="import-rows"
                prop:checked=move || desk.form.with(|form| form.rows == rows)
                on:change=move |_| desk.set_rows(rows)
            />
            <span class="choice-text">
                <span class="job-title">{label}</span>
                <span class="job-place">{hint}</span>
            </span>
        </label>
    }
    .into_any()
}

/// What must be done, and the server's words for it, which are English.
fn say(desk: Desk, told: Told) -> AnyView {
    let (text, details) = match told {
        Told::TooLarge => (tr!(imports.too_large).to_owned(), String::new()),
        Told::Unread => (tr!(imports.unreadable).to_owned(), String::new()),
        Told::Flaw(flaw) => (lack_text(flaw.what).to_owned(), flaw.text),
        Told::Failed(trouble) => {
            let body = view! {
                <p>{trouble_text(&trouble)}</p>
                <p>{tr!(imports.again)}</p>
                {again(desk)}
            };
            return notice(Tone::Warning, body.into_any()).into_any();
        }
    };
    let details = (!details.is_empty())
        .then(|| view! { <p class="muted import-text" lang="en" dir="auto">{details}</p> });
    notice(Tone::Warning, view! { <p>{text}</p> {details} }.into_any()).into_any()
}

/// A file that could not be looked at is looked at again; everything else has its button.
fn again(desk: Desk) -> Option<AnyView> {
    desk.found.with_untracked(Option::is_none).then(|| {
        view! {
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| desk.look()>{tr!(common.retry)}</button>
            </div>
        }
        .into_any()
    })
}
