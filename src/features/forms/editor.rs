//! The questions of a form that is built: each a line that opens, with its fields.
//!
//! What is typed goes into the form at once. Must never say that something is wrong before somebody has tried to save.

use super::bench::Bench;
use super::building::{Flaw, Row};
use super::kind::Kind;
use super::row_desk::RowDesk;
use super::rule_editor::{Which, condition, not_in_order};
use super::words::kind_label;
use crate::memo::Memo;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::of;
use crate::view::view;
use afield_domain::answers::check::Part;
use afield_domain::limits;
use leptos::prelude::*;

/// The questions, in their order.
pub(super) fn question_rows(bench: Bench) -> AnyView {
    let items = Memo::new(move |_| {
        let item = |row: &Row| row.item.clone();
        bench
            .form
            .with(|form| form.rows.iter().map(item).collect::<Vec<_>>())
    });
    view! {
        <ol class="card list built">
            <For each=move || items.get() key=|item| item.clone() let(item)>
                {question_row(bench, item)}
            </For>
        </ol>
    }
    .into_any()
}

fn question_row(bench: Bench, item: String) -> AnyView {
    let row = RowDesk {
        bench,
        item: StoredValue::new(item.clone()),
    };
    let this = item.clone();
    let is_open = Memo::new(move |_| bench.open.with(|open| open.as_ref() == Some(&this)));
    let content = move || is_open.get().then(|| fields(row));
    view! { <li class="row built-row">{head(row, is_open)} {content}</li> }.into_any()
}

fn head(row: RowDesk, is_open: Memo<bool>) -> AnyView {
    let (bench, item) = (row.bench, row.item());
    let number = {
        let item = item.clone();
        move || {
            bench
                .form
                .with(|form| form.place(&item).map_or(0, |at| at + 1))
        }
    };
    let label = move || match row.read(|row| row.label.trim().to_owned()) {
        label if label.is_empty() => tr!(builder.unnamed).to_owned(),
        label => label,
    };
    let name = Memo::new(move |_| label());
    let kind = move || kind_label(row.read(|row| Some(row.kind)).unwrap_or(Kind::Unknown));
    let required = move || {
        row.read(|row| row.required && row.kind.wants_answer())
            .then(|| view! { <span class="tag">{tr!(answer.required)}</span> })
    };
    let hangs = move || {
        row.read(|row| !row.when.item.is_empty())
            .then(|| view! { <span class="tag">{tr!(builder.hangs)}</span> })
    };
    let flawed = {
        let item = item.clone();
        move || {
            let is_its =
                |flaws: &Vec<Flaw>| flaws.iter().any(|flaw| flaw.0.as_ref() == Some(&item));
            bench.flaws.with(is_its).then(|| {
                view! { <span class="tag tag-urgent">{icon(Icon::Alert)} {tr!(builder.flawed)}</span> }
            })
        }
    };
    let toggle = {
        let item = item.clone();
        move |_| {
            let next = (!is_open.get_untracked()).then(|| item.clone());
            bench.open.set(next);
        }
    };
    view! {
        <div class="built-head">
            <button
                type="button"
                class="built-open"
                id=format!("built-{item}")
                aria-expanded=move || is_open.get().to_string()
                on:click=toggle
            >
                <span class="font-semibold wrap" dir="auto">{number} ". " {move || name.get()}</span>
                <span class="muted">{kind}</span>
                <span class="tags">{required} {hangs} {flawed}</span>
            </button>
            <div class="built-moves">
                {mover(row, true, name)}
                {mover(row, false, name)}
                {remover(row, name)}
            </div>
        </div>
    }
    .into_any()
}

fn mover(row: RowDesk, is_up: bool, name: Memo<String>) -> AnyView {
    let (sign, label, end) = match is_up {
        true => ("↑", tr!(builder.up), "up"),
        false => ("↓", tr!(builder.down), "down"),
    };
    let id = format!("built-{}-{end}", row.item());
    let again = id.clone();
    let shift = move |_| {
        let item = row.item();
        row.bench.edit(|form| form.shift(&item, is_up));
        // What is moved loses the focus on the way.
        let id = again.clone();
        request_animation_frame(move || {
            focus::by_id(&id);
        });
    };
    view! {
        <button type="button" id=id class="btn btn-ghost btn-square" on:click=shift>
            <span aria-hidden="true">{sign}</span>
            <span class="sr-only">{label}</span>
            {move || of(name.get())}
        </button>
    }
    .into_any()
}

fn remover(row: RowDesk, name: Memo<String>) -> AnyView {
    let remove = move |_| row.bench.remove(&row.item());
    view! {
        <button type="button" class="btn btn-ghost btn-square" on:click=remove>
            {icon(Icon::Close)}
            <span class="sr-only">{tr!(builder.remove)}</span>
            {move || of(name.get())}
        </button>
    }
    .into_any()
}

fn fields(row: RowDesk) -> AnyView {
    let kind = Memo::new(move |_| row.read(|row| Some(row.kind)).unwrap_or(Kind::Unknown));
    let own = move || match kind.get() {
        Kind::Choice => options(row),
        Kind::Number => limits_of(row),
        Kind::Calculation => calculation(row),
        _ => ().into_any(),
    };
    let required = move || kind.get().wants_answer().then(|| required(row));
    let fails = move || {
        kind.get()
            .can_be_tested()
            .then(|| not_in_order(row, kind.get()))
    };
    view! {
        <div class="built-fields">
            {kind_field(row)}
            {line(row, Part::Label, tr!(builder.label), "text", (|row| &row.label, |row, text| row.label = text))}
            {own}
            {required}
            {condition(row, Which::When)}
            {fails}
        </div>
    }
    .into_any()
}

fn kind_field(row: RowDesk) -> AnyView {
    let options: Vec<AnyView> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let is_it = move || row.read(|row| row.kind == kind);
            view! { <option value=kind.name() prop:selected=is_it>{kind_label(kind)}</option> }
                .into_any()
        })
        .collect();
    let id = row.id(Part::Kind);
    view! {
        <div class="field">
            <label for=id.clone()>{tr!(builder.kind)}</label>
            <select
                id=id.clone()
                class="select w-full"
                aria-describedby=format!("{id}-flaw")
                on:change:target=move |event| {
                    let kind = Kind::parse(&event.target().value());
                    row.change(|row| row.kind = kind);
                }
            >
                {options}
            </select>
            {row.flaw_line(Part::Kind)}
        </div>
    }
    .into_any()
}

/// How a text of a question is read and written.
pub(super) type Text = (fn(&Row) -> &String, fn(&mut Row, String));

/// A line that is typed into.
pub(super) fn line(
    row: RowDesk,
    part: Part,
    label: &'static str,
    mode: &'static str,
    (get, set): Text,
) -> AnyView {
    let id = row.id(part);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                type="text"
                class="input w-full"
                dir="auto"
                autocomplete="off"
                inputmode=mode
                maxlength=limits::LINE_CHARS.to_string()
                aria-invalid=move || row.flaw(part).is_some().then_some("true")
                aria-describedby=format!("{id}-flaw {id}-hint")
                prop:value=move || row.read(|row| get(row).clone())
                on:input:target=move |event| {
                    let text = event.target().value();
                    row.change(|row| set(row, text));
                }
            />
            {row.flaw_line(part)}
        </div>
    }
    .into_any()
}

fn options(row: RowDesk) -> AnyView {
    let id = row.id(Part::Options);
    view! {
        <div class="field">
            <label for=id.clone()>{tr!(builder.options)}</label>
            <textarea
                id=id.clone()
                class="textarea w-full"
                rows="4"
                dir="auto"
                aria-invalid=move || row.flaw(Part::Options).is_some().then_some("true")
                aria-describedby=format!("{id}-flaw {id}-hint")
                prop:value=move || row.read(|row| row.options.clone())
                on:input:target=move |event| {
                    let text = event.target().value();
                    row.change(|row| row.options = text);
                }
            ></textarea>
            <p id=format!("{id}-hint") class="muted">{tr!(builder.options_hint)}</p>
            {row.flaw_line(Part::Options)}
        </div>
    }
    .into_any()
}

fn limits_of(row: RowDesk) -> AnyView {
    view! {
        <div class="built-line">
            {line(row, Part::Min, tr!(builder.min), "decimal", (|row| &row.min, |row, text| row.min = text))}
            {line(row, Part::Max, tr!(builder.max), "decimal", (|row| &row.max, |row, text| row.max = text))}
            {unit(row)}
        </div>
    }
    .into_any()
}

fn unit(row: RowDesk) -> AnyView {
    let text: Text = (|row| &row.unit, |row, text| row.unit = text);
    line(row, Part::Unit, tr!(builder.unit), "text", text)
}

fn calculation(row: RowDesk) -> AnyView {
    let text: Text = (|row| &row.formula, |row, text| row.formula = text);
    let names = move || {
        let item = row.item();
        let numbers = row.bench.form.with(|form| {
            let before = form.before(&item).iter().filter(|row| row.kind.is_number());
            let all = before.map(|row| (row.item.clone(), row.label.clone()));
            all.collect::<Vec<_>>()
        });
        match numbers.is_empty() {
            true => view! { <p class="muted">{tr!(builder.no_numbers)}</p> }.into_any(),
            false => numbers
                .into_iter()
                .map(|one| name_button(row, one))
                .collect_view()
                .into_any(),
        }
    };
    view! {
        {line(row, Part::Formula, tr!(builder.formula), "text", text)}
        <p id=format!("{}-hint", row.id(Part::Formula)) class="muted">{tr!(builder.formula_hint)}</p>
        <div class="actions">{names}</div>
        <div class="built-line">
            {line(row, Part::Decimals, tr!(builder.decimals), "numeric", (|row| &row.decimals, |row, text| row.decimals = text))}
            {unit(row)}
        </div>
    }
    .into_any()
}

/// Puts the name of a number into the formula.
fn name_button(row: RowDesk, (item, label): (String, String)) -> AnyView {
    let name = item.clone();
    let put = move |_| {
        let name = name.clone();
        row.change(|row| row.formula = format!("{} {name}", row.formula).trim().to_owned());
        focus::by_id(&row.id(Part::Formula));
    };
    view! {
        <button type="button" class="btn btn-sm wrap" on:click=put>
            <code>{item}</code> " " {label}
        </button>
    }
    .into_any()
}

fn required(row: RowDesk) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=move || row.read(|row| row.required)
                on:change:target=move |event| {
                    let required = event.target().checked();
                    row.change(|row| row.required = required);
                }
            />
            <span>{tr!(builder.required)}</span>
        </label>
    }
    .into_any()
}
