//! The page Import: a file, what its columns mean, what will happen, and what has.
//!
//! Needs the server, which reads the file. Nothing is written before somebody has seen what will be.

use super::columns::columns;
use super::desk::{Desk, Told};
use super::form::Rows;
use super::labels::{lack_text, rows_label, wording};
use super::report::report;
use crate::routes::Route;
use crate::shared::labels::trouble_text;
use crate::tr;
use crate::ui::capture::pick_one;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{heading, section, skeleton};
use crate::view::view;
use afield_protocol::{ImportFlaw, ImportLack};
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

/// What must be done.
fn say(desk: Desk, told: Told) -> AnyView {
    let text = match told {
        Told::TooLarge => tr!(imports.too_large).to_owned(),
        Told::Unread => tr!(trouble.file_unreadable).to_owned(),
        Told::Flaw(flaw) => return notice(Tone::Warning, flawed(&flaw)).into_any(),
        Told::Failed(trouble) => {
            let body = view! {
                <p>{trouble_text(&trouble)}</p>
                <p>{tr!(imports.again)}</p>
                {again(desk)}
            };
            return notice(Tone::Warning, body.into_any()).into_any();
        }
    };
    notice(Tone::Warning, view! { <p>{text}</p> }.into_any()).into_any()
}

/// What is wrong with the file, in its own words. What must be chosen on the page is said before it, and so is what must
/// be done where the server's words are all there is.
fn flawed(flaw: &ImportFlaw) -> AnyView {
    let told = wording().tell(flaw.said.as_ref(), &flaw.text);
    let is_chosen_here = matches!(flaw.what, ImportLack::Sheet | ImportLack::Dates);
    let lack = (is_chosen_here || !told.is_worded).then(|| view! { <p>{lack_text(flaw.what)}</p> });
    let class = if lack.is_some() {
        "muted import-text"
    } else {
        "import-text"
    };
    let lang = (!told.is_worded).then_some("en");
    let text = (!told.text.is_empty())
        .then(|| view! { <p class=class lang=lang dir="auto">{told.text}</p> });
    view! { {lack} {text} }.into_any()
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
