//! The fields of a test: when a question is asked, and which answer is not in order.

use super::building::Row;
use super::kind::Kind;
use super::row_desk::RowDesk;
use super::rule::Rule;
use crate::memo::Memo;
use crate::tr;
use crate::view::view;
use afield_domain::answers::check::Part;
use afield_domain::answers::{NO, YES};
use leptos::prelude::*;

/// Which test of a question.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Which {
    /// When it is asked.
    When,
    /// What is not in order.
    Fails,
}

impl Which {
    fn part(self) -> Part {
        match self {
            Self::When => Part::When,
            Self::Fails => Part::Fails,
        }
    }

    fn of(self, row: &Row) -> &Rule {
        match self {
            Self::When => &row.when,
            Self::Fails => &row.fails,
        }
    }

    fn of_mut(self, row: &mut Row) -> &mut Rule {
        match self {
            Self::When => &mut row.when,
            Self::Fails => &mut row.fails,
        }
    }
}

/// When the question is asked: always, or after an answer to an earlier one.
pub(super) fn condition(row: RowDesk, which: Which) -> AnyView {
    let asked = Memo::new(move |_| row.read(|row| row.when.item.clone()));
    let options = Memo::new(move |_| earlier(row));
    // The question that it hangs on, as it stands now.
    let tested = Memo::new(move |_| {
        let asked = asked.get();
        row.bench.form.with(|form| {
            let other = form.row(&asked).filter(|other| other.kind.can_be_tested());
            other.map(|other| (Tested(other.kind), other.choices()))
        })
    });
    let id = row.id(Part::When);
    let choices = move || {
        let chosen = asked.get();
        let known = options.get();
        let is_gone = !chosen.is_empty() && !known.iter().any(|(item, _)| *item == chosen);
        let gone = is_gone.then(|| {
            view! { <option value=chosen.clone() selected=true>{tr!(builder.gone)}</option> }
        });
        let rows = known.into_iter().map(|(item, label)| {
            let is_chosen = item == chosen;
            view! { <option value=item selected=is_chosen>{label}</option> }
        });
        let rows = rows.collect_view();
        view! { <option value="" selected=chosen.is_empty()>{tr!(builder.always)}</option> {gone} {rows} }
    };
    let fields = move || {
        let (kind, choices) = tested.get()?;
        Some(test_fields(row, which, kind.0, choices))
    };
    view! {
        <fieldset class="choice">
            <div class="field">
                <label for=id.clone()>{tr!(builder.when)}</label>
                <select
                    id=id.clone()
                    class="select w-full"
                    aria-describedby=format!("{id}-flaw")
                    aria-invalid=move || row.flaw(Part::When).is_some().then_some("true")
                    on:change:target=move |event| {
                        let item = event.target().value();
                        // Another question has other answers.
                        row.change(|row| row.when = Rule { item, ..Rule::default() });
                    }
                >
                    {choices}
                </select>
            </div>
            {fields}
            {row.flaw_line(Part::When)}
        </fieldset>
    }
    .into_any()
}

/// So that a memo can compare it.
#[derive(Clone, Copy, PartialEq)]
struct Tested(Kind);

/// The questions before this one whose answer can be tested.
fn earlier(row: RowDesk) -> Vec<(String, String)> {
    let item = row.item();
    row.bench.form.with(|form| {
        let before = form.before(&item).iter();
        let asked = before.filter(|row| row.kind.can_be_tested());
        let label = |row: &Row| match row.label.trim() {
            "" => tr!(builder.unnamed).to_owned(),
            label => label.to_owned(),
        };
        asked.map(|row| (row.item.clone(), label(row))).collect()
    })
}

/// Which answer to the question itself is not in order.
pub(super) fn not_in_order(row: RowDesk, kind: Kind) -> AnyView {
    let choices = Memo::new(move |_| row.read(Row::choices));
    let fields = move || test_fields(row, Which::Fails, kind, choices.get());
    view! {
        <fieldset class="choice" id=row.id(Part::Fails) tabindex="-1">
            <legend>{tr!(builder.fails)}</legend>
            {fields}
            {row.flaw_line(Part::Fails)}
        </fieldset>
    }
    .into_any()
}

fn test_fields(row: RowDesk, which: Which, kind: Kind, choices: Vec<String>) -> AnyView {
    match kind {
        Kind::YesNo => {
            let yes = answer(row, which, YES.to_owned(), tr!(answer.yes).to_owned());
            let no = answer(row, which, NO.to_owned(), tr!(answer.no).to_owned());
            view! { <div class="built-answers" role="group" aria-label=tr!(builder.answer_is)>{yes} {no}</div> }
                .into_any()
        }
        Kind::Choice => {
            let all = choices.into_iter();
            let all = all.map(|choice| answer(row, which, choice.clone(), choice)).collect_view();
            view! { <div class="built-answers" role="group" aria-label=tr!(builder.answer_is)>{all}</div> }
                .into_any()
        }
        Kind::Number | Kind::Calculation => view! {
            <div class="built-line">
                {limit(row, which, tr!(builder.below), "below", (|rule| &rule.below, |rule, text| rule.below = text))}
                {limit(row, which, tr!(builder.above), "above", (|rule| &rule.above, |rule, text| rule.above = text))}
            </div>
            {texts(row, which)}
        }
        .into_any(),
        Kind::Text | Kind::Date | Kind::Barcode => texts(row, which),
        Kind::Photo | Kind::Signature | Kind::Heading | Kind::Unknown => ().into_any(),
    }
}

fn answer(row: RowDesk, which: Which, value: String, label: String) -> AnyView {
    let known = value.clone();
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=move || row.read(|row| which.of(row).has(&known))
                on:change:target=move |event| {
                    let passes = event.target().checked();
                    row.change(|row| which.of_mut(row).set(&value, passes));
                }
            />
            <span dir="auto">{label}</span>
        </label>
    }
    .into_any()
}

/// How a limit is read and written.
type Limit = (fn(&Rule) -> &String, fn(&mut Rule, String));

fn limit(
    row: RowDesk,
    which: Which,
    label: &'static str,
    name: &'static str,
    (get, set): Limit,
) -> AnyView {
    let id = format!("{}-{name}", row.id(which.part()));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type="text"
                class="input w-full"
                inputmode="decimal"
                autocomplete="off"
                aria-describedby=format!("{}-flaw", row.id(which.part()))
                prop:value=move || row.read(|row| get(which.of(row)).clone())
                on:input:target=move |event| {
                    let text = event.target().value();
                    row.change(|row| set(which.of_mut(row), text));
                }
            />
        </div>
    }
    .into_any()
}

/// The very answers that pass.
fn texts(row: RowDesk, which: Which) -> AnyView {
    let id = format!("{}-is", row.id(which.part()));
    view! {
        <div class="field">
            <label for=id.clone()>{tr!(builder.exactly)}</label>
            <textarea
                id=id
                class="textarea w-full"
                rows="2"
                dir="auto"
                aria-describedby=format!("{}-flaw", row.id(which.part()))
                prop:value=move || row.read(|row| which.of(row).is.clone())
                on:input:target=move |event| {
                    let text = event.target().value();
                    row.change(|row| which.of_mut(row).is = text);
                }
            ></textarea>
        </div>
    }
    .into_any()
}
