//! The page that asks for the file: its days, its form, and how many jobs it is.
//!
//! The browser saves the file as it comes: none of it is held here.

use super::days::{Format, days, href, usual};
use crate::error::Trouble;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::labels::{jobs, trouble_text};
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::heading;
use crate::view::view;
use afield_platform::address::at_server;
use afield_platform::api;
use leptos::ev::SubmitEvent;
use leptos::html::A;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What became of the last wish.
#[derive(Clone)]
enum Told {
    WrongDays,
    None,
    Begun(u64),
    Failed(Trouble),
}

/// The page.
pub fn export_page(account: &Account) -> AnyView {
    let (first, last) = usual(account.zone.day(untrack(|| use_clock().now())));
    let [from, until] = [first, last].map(|day| RwSignal::new(day.to_string()));
    let (format, busy) = (RwSignal::new(Format::Csv), RwSignal::new(false));
    let told = RwSignal::new(None::<Told>);
    let file = NodeRef::<A>::new();
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Some((from, until)) = days(&from.get_untracked(), &until.get_untracked()) else {
            return told.set(Some(Told::WrongDays));
        };
        busy.set(true);
        told.set(None);
        spawn_local(async move {
            let answer = api::count_export(&from.to_string(), &until.to_string()).await;
            let _ = busy.try_set(false);
            let became = match answer {
                Ok(0) => Told::None,
                Ok(count) => {
                    if let (Some(file), Some(format)) =
                        (file.get_untracked(), format.try_get_untracked())
                    {
                        file.set_href(&at_server(&href(from, until, format, language())));
                        file.click();
                    }
                    Told::Begun(count)
                }
                Err(failure) => Told::Failed(failure.into()),
            };
            let _ = told.try_set(Some(became));
        });
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.export))}
        <p class="muted mb-3">{tr!(export.lead)}</p>
        <form class="card pad stack people-add" novalidate on:submit=ask>
            {day("export-from", tr!(export.from), from)}
            {day("export-until", tr!(export.until), until)}
            <fieldset class="choice">
                <legend>{tr!(export.file)}</legend>
                {form(tr!(export.csv), tr!(export.csv_hint), Format::Csv, format)}
                {form(tr!(export.json), tr!(export.json_hint), Format::Json, format)}
            </fieldset>
            <div class="actions">
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-disabled=move || busy.get().then_some("true")
                >
                    {tr!(export.go)}
                </button>
            </div>
            <div role="status">{move || told.get().map(say)}</div>
        </form>
        <a node_ref=file hidden download="" rel="external" href="#"></a>
    }
    .into_any()
}

fn say(told: Told) -> AnyView {
    let (tone, text) = match told {
        Told::WrongDays => (Tone::Warning, tr!(export.wrong_days).to_owned()),
        Told::None => (Tone::Info, tr!(export.none).to_owned()),
        Told::Begun(count) => {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            (Tone::Info, tr!(export.begun, jobs = jobs(count)))
        }
        Told::Failed(trouble) => (Tone::Warning, trouble_text(&trouble)),
    };
    notice(tone, view! { <p>{text}</p> }.into_any()).into_any()
}

fn day(id: &'static str, label: &'static str, text: RwSignal<String>) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type="date"
                class="input w-full"
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
            />
        </div>
    }
    .into_any()
}

fn form(
    label: &'static str,
    hint: &'static str,
    this: Format,
    chosen: RwSignal<Format>,
) -> AnyView {
    view! {
        <label class="choice-row">
            <input
                type="radio"
                name="export-format"
                prop:checked=move || chosen.get() == this
                on:change=move |_| chosen.set(this)
            />
            <span class="choice-text">
                <span class="job-title">{label}</span>
                <span class="job-place">{hint}</span>
            </span>
        </label>
    }
    .into_any()
}
