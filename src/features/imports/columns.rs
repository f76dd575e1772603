//! The columns of a file: what each means, which sheet is meant, and in which order dates are written.

use super::desk::{Desk, Told};
use super::labels::{field_label, wording};
use crate::memo::Memo;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::section;
use crate::view::view;
use afield_protocol::{ImportAnswer, ImportColumn, ImportLack, Said};
use leptos::prelude::*;

const ORDERS: [&str; 3] = ["day-first", "month-first", "year-first"];

/// Everything that is said of the file; nothing before something is known of it.
pub(super) fn columns(desk: Desk) -> AnyView {
    let content = move || {
        desk.found
            .with(|found| found.as_ref().map(|found| all(desk, found)))
    };
    view! { {content} }.into_any()
}

fn all(desk: Desk, found: &ImportAnswer) -> AnyView {
    let sheet = (found.sheets.len() > 1).then(|| sheet(desk, &found.sheets));
    if found.columns.is_empty() {
        return view! { {sheet} }.into_any();
    }
    let rows = found.columns.iter().enumerate();
    let rows = rows
        .map(|(place, column)| row(desk, found, place, column))
        .collect_view();
    let hint = match found.remembered {
        true => tr!(imports.remembered),
        false => tr!(imports.suggested),
    };
    let body = view! {
        <p class="muted mb-3">{rows_counted(found.rows)} " " {hint}</p>
        <ul class="card list import-columns">{rows}</ul>
        {dates(desk)}
        {missing(desk)}
        <div class="actions">
            <button
                type="button"
                class="btn btn-primary"
                aria-disabled=move || is_waiting(desk).then_some("true")
                on:click=move |_| {
                    if !untrack(|| is_waiting(desk)) {
                        desk.run("try");
                    }
                }
            >
                {tr!(imports.preview)}
            </button>
        </div>
    };
    view! { {sheet} {section(tr!(imports.columns), body.into_any())} }.into_any()
}

fn rows_counted(rows: u64) -> String {
    match rows {
        1 => tr!(imports.count_one).to_owned(),
        rows => tr!(imports.count, count = rows),
    }
}

fn is_waiting(desk: Desk) -> bool {
    desk.busy.get() || desk.form.with(|form| !form.missing().is_empty())
}

fn sheet(desk: Desk, sheets: &[String]) -> AnyView {
    let chosen = desk.form.with_untracked(|form| form.sheet.clone());
    let options = sheets.iter().map(|sheet| {
        let is_chosen = *sheet == chosen;
        view! { <option value=sheet.clone() selected=is_chosen>{sheet.clone()}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field import-card">
            <label for="import-sheet">{tr!(imports.sheet)}</label>
            <select
                id="import-sheet"
                class="select w-full"
                on:change:target=move |event| desk.set_sheet(event.target().value())
            >
                <option value="">{tr!(imports.choose_sheet)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn row(desk: Desk, found: &ImportAnswer, place: usize, column: &ImportColumn) -> AnyView {
    let id = format!("import-column-{place}");
    let value = Memo::new(move |_| {
        let of = desk
            .form
            .with(|form| form.columns.get(place).map(|column| column.field.clone()));
        of.unwrap_or_default()
    });
    let fields = found.fields.iter().map(|field| {
        let label = match field.needed {
            true => tr!(imports.needed, field = field_label(&field.name)),
            false => field_label(&field.name),
        };
        let name = field.name.clone();
        let is_chosen = move || value.with(|value| *value == name);
        view! { <option value=field.name.clone() prop:selected=is_chosen>{label}</option> }
    });
    let fields = fields.collect_view();
    let name = match column.name.is_empty() {
        true => tr!(imports.unnamed).to_owned(),
        false => column.name.clone(),
    };
    // A column without a name cannot be asked for.
    let control = (!column.name.is_empty()).then(|| {
        view! {
            <select
                id=id.clone()
                class="select w-full"
                on:change:target=move |event| desk.choose(place, &event.target().value())
            >
                <option value="" prop:selected=move || value.with(String::is_empty)>{tr!(imports.unused)}</option>
                {fields}
            </select>
        }
    });
    let examples = column.examples.join(" · ");
    let remark = column.remark.clone().map(|said| remark(said, value));
    view! {
        <li class="row import-column">
            <label for=id.clone() class="import-column-name">
                <span class="font-semibold" dir="auto">{name}</span> " "
                <span class="muted import-text" dir="auto">{examples}</span>
            </label>
            {control}
            {remark}
        </li>
    }
    .into_any()
}

/// What to know of a column. That its field is taken from another is of no use once it has one itself.
fn remark(said: Said, value: Memo<String>) -> AnyView {
    let line = move || {
        let is_over = said.code == "field_taken" && value.with(|value| !value.is_empty());
        (!is_over).then(|| {
            let told = wording().tell(Some(&said), "");
            let lang = (!told.is_worded).then_some("en");
            view! { <p class="import-column-remark" lang=lang dir="auto">{told.text}</p> }
        })
    };
    view! { {line} }.into_any()
}

/// Asked for only where the file does not say it itself.
fn dates(desk: Desk) -> AnyView {
    let is_asked = Memo::new(move |_| {
        let is_flaw = desk
            .told
            .with(|told| matches!(told, Some(Told::Flaw(flaw)) if flaw.what == ImportLack::Dates));
        is_flaw || desk.form.with(|form| !form.dates.is_empty())
    });
    let labels = [
        tr!(imports.day_first),
        tr!(imports.month_first),
        tr!(imports.year_first),
    ];
    let select = move || {
        is_asked.get().then(|| {
            let options = ORDERS.into_iter().zip(labels).map(|(order, label)| {
                let is_chosen = desk.form.with_untracked(|form| form.dates == order);
                view! { <option value=order selected=is_chosen>{label}</option> }
            });
            let options = options.collect_view();
            view! {
                <div class="field import-card">
                    <label for="import-dates">{tr!(imports.dates)}</label>
                    <select
                        id="import-dates"
                        class="select w-full"
                        on:change:target=move |event| desk.set_dates(event.target().value())
                    >
                        <option value="">{tr!(imports.dates_by_file)}</option>
                        {options}
                    </select>
                </div>
            }
        })
    };
    view! { {select} }.into_any()
}

fn missing(desk: Desk) -> AnyView {
    let line = move || {
        let missing = desk.form.with(|form| {
            let names: Vec<String> = form.missing().into_iter().map(field_label).collect();
            names.join(", ")
        });
        (!missing.is_empty()).then(|| {
            let text = tr!(imports.missing, fields = missing);
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
        })
    };
    view! { <div role="status" class="import-card">{line}</div> }.into_any()
}
