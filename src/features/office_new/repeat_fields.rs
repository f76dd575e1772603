//! The fields that say how a new job repeats, and which jobs that comes to.

use super::desk::Desk;
use super::repeat::{Monthly, RepeatField, RepeatFlaw, RepeatForm, Step, counted, is_last, nth};
use crate::kinds::lines::{joined, listed};
use crate::memo::Memo;
use crate::shared::job_form::{Input, local_time};
use crate::shared::labels::jobs;
use crate::shared::repetition::{day_text, interval_text, nth_text};
use crate::texts::language;
use crate::tr;
use crate::ui::form::field;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::time::Day;
use afield_domain::{Contract, limits};
use leptos::prelude::*;

/// The element's id of a field.
pub(super) fn id_of(field: RepeatField) -> &'static str {
    match field {
        RepeatField::Count => "plan-every",
        RepeatField::On => "plan-on",
        RepeatField::Times => "plan-times",
        RepeatField::Until => "plan-until",
        RepeatField::Contract => "plan-contract",
    }
}

fn flaw_text(flaw: RepeatFlaw) -> String {
    match flaw {
        RepeatFlaw::Weeks => tr!(series.no_weeks, most = limits::SERIES_WEEKS),
        RepeatFlaw::Months => tr!(series.no_months, most = limits::SERIES_MONTHS),
        RepeatFlaw::NoDay => tr!(series.no_weekday).to_owned(),
        RepeatFlaw::Times => tr!(series.no_times, most = limits::SERIES_JOBS),
        RepeatFlaw::NoEnd => tr!(series.no_last_day).to_owned(),
        RepeatFlaw::End => tr!(series.no_end).to_owned(),
        RepeatFlaw::Empty => tr!(series.no_day).to_owned(),
        RepeatFlaw::NotAgreed => tr!(series.not_agreed).to_owned(),
    }
}

impl Desk {
    /// The day on which the job begins, as it stands there; tracks.
    fn first(self) -> Option<Day> {
        let starts = self
            .form
            .with(|form| form.form.text(Input::Starts).to_owned());
        self.zone
            .with_value(|zone| Some(zone.day(local_time(&starts, zone)?)))
    }

    /// Changes it; what is wrong is said again when it is saved.
    fn set_repeat(self, change: impl FnOnce(&mut RepeatForm)) {
        self.form.update(|form| change(&mut form.repeat));
        self.repeat_flaws.set(Vec::new());
    }

    fn repeat_flaw(self, field: RepeatField) -> Option<String> {
        self.repeat_flaws.with(|flaws| {
            let found = flaws.iter().find(|(flawed, _)| *flawed == field);
            found.map(|(_, flaw)| flaw_text(*flaw))
        })
    }
}

/// Whether and how the job repeats.
pub(super) fn repeat(desk: Desk) -> AnyView {
    let step = Memo::new(move |_| desk.form.with(|form| form.repeat.step));
    let contracts = Memo::new(move |_| desk.contracts());
    let choose = move |text: String| {
        let step = Step::named(&text);
        let first = contracts.with_untracked(|all| all.first().map(|it| it.id));
        desk.set_repeat(|form| {
            form.step = step;
            if step == Step::Contract {
                form.contract = form.contract.or(first);
            }
        });
    };
    let is = move |one: Step| move || step.get() == one;
    let by_contract = move || {
        let is_offered = contracts.with(|all| !all.is_empty()) || step.get() == Step::Contract;
        is_offered.then(|| view! {
            <option value="contract" prop:selected=is(Step::Contract)>{tr!(series.by_contract)}</option>
        })
    };
    let control = view! {
        <select
            id="plan-repeat"
            class="select w-full"
            on:change:target=move |event| choose(event.target().value())
        >
            <option value="" prop:selected=is(Step::Never)>{tr!(series.never)}</option>
            <option value="weeks" prop:selected=is(Step::Weeks)>{tr!(series.by_weeks)}</option>
            <option value="months" prop:selected=is(Step::Months)>{tr!(series.by_months)}</option>
            {by_contract}
        </select>
    };
    let rest = move || {
        match step.get() {
        Step::Never => ().into_any(),
        Step::Weeks => view! { {every(desk, tr!(series.every_weeks))} {weekdays(desk)} {ends(desk)} {told(desk)} }.into_any(),
        Step::Contract => view! { {contract_field(desk)} {told_by_contract(desk)} }.into_any(),
        Step::Months => view! { {every(desk, tr!(series.every_months))} {monthly(desk)} {ends(desk)} {told(desk)} }.into_any(),
    }
    };
    let control = control.into_any();
    view! {
        {field("plan-repeat", tr!(series.repeat), control, || None)}
        {rest}
    }
    .into_any()
}

fn number(
    place: RepeatField,
    label: &'static str,
    text: fn(&RepeatForm) -> &String,
    set: fn(&mut RepeatForm, String),
    desk: Desk,
) -> AnyView {
    let id = id_of(place);
    let flaw = move || desk.repeat_flaw(place);
    let control = view! {
        <input
            id=id
            type="text"
            inputmode="numeric"
            autocomplete="off"
            class="input w-full"
            aria-invalid=move || flaw().is_some().then_some("true")
            aria-describedby=format!("{id}-flaw")
            prop:value=move || desk.form.with(|form| text(&form.repeat).clone())
            on:input:target=move |event| {
                let typed = event.target().value();
                desk.set_repeat(|form| set(form, typed));
            }
        />
    };
    field(id, label, control.into_any(), flaw).into_any()
}

fn every(desk: Desk, label: &'static str) -> AnyView {
    number(
        RepeatField::Count,
        label,
        |form| &form.count,
        |form, text| form.count = text,
        desk,
    )
}

fn weekdays(desk: Desk) -> AnyView {
    let first = Memo::new(move |_| desk.first());
    let on = Memo::new(move |_| {
        let first = first.get();
        desk.form.with(|form| match first {
            Some(first) => form.repeat.weekdays(first),
            None => form.repeat.on.clone().unwrap_or_default(),
        })
    });
    let one = move |weekday: u32| {
        let is_on = move || on.with(|on| on.contains(&weekday));
        let tick = move |is_on: bool| {
            let first = first.get_untracked();
            desk.set_repeat(|form| form.tick(weekday, is_on, first));
        };
        // Any Monday, and the days after it.
        let name = "2024-01-01"
            .parse::<Day>()
            .map(|day| day.plus(i64::from(weekday)));
        let name = name
            .map(|day| day.short_weekday(language()))
            .unwrap_or_default();
        // The first of them has the focus where none is chosen.
        let id = (weekday == 0).then_some(id_of(RepeatField::On));
        view! {
            <label class="weekday">
                <input
                    id=id
                    type="checkbox"
                    class="checkbox"
                    aria-describedby="plan-on-flaw"
                    prop:checked=is_on
                    on:change:target=move |event| tick(event.target().checked())
                />
                <span>{name}</span>
            </label>
        }
    };
    let flaw = move || desk.repeat_flaw(RepeatField::On);
    view! {
        <fieldset class="choice">
            <legend>{tr!(series.on_days)}</legend>
            <div class="weekdays">{(0..7).map(one).collect_view()}</div>
            <p id="plan-on-flaw" class="flaw">
                {move || flaw().map(|flaw| view! { {icon(Icon::Alert)} <span>{flaw}</span> })}
            </p>
        </fieldset>
    }
    .into_any()
}

fn monthly(desk: Desk) -> AnyView {
    let first = Memo::new(move |_| desk.first());
    let options = move || {
        first.get().map(|day| {
            let chosen = untrack(|| desk.form.with(|form| form.repeat.monthly));
            let weekday = day.weekday_name(language());
            let of_month = day_text(day.of_month());
            let nth_one = (nth(day) < 5).then(|| {
                view! { <option value="nth" selected=chosen == Monthly::Nth>{nth_text(nth(day), &weekday)}</option> }
            });
            let last = is_last(day).then(|| {
                view! { <option value="last" selected=chosen == Monthly::Last>{nth_text(5, &weekday)}</option> }
            });
            view! { <option value="day" selected=chosen == Monthly::Day>{of_month}</option> {nth_one} {last} }
        })
    };
    let choose = move |text: String| {
        desk.set_repeat(|form| form.monthly = Monthly::named(&text));
    };
    let control = view! {
        <select
            id="plan-monthly"
            class="select w-full"
            on:change:target=move |event| choose(event.target().value())
        >
            {options}
        </select>
    };
    field(
        "plan-monthly",
        tr!(series.on_which),
        control.into_any(),
        || None,
    )
    .into_any()
}

fn ends(desk: Desk) -> AnyView {
    let on_day = Memo::new(move |_| desk.form.with(|form| form.repeat.ends_on_day));
    let control = view! {
        <select
            id="plan-ends-by"
            class="select w-full"
            on:change:target=move |event| {
                let on_day = event.target().value() == "day";
                desk.set_repeat(|form| form.ends_on_day = on_day);
            }
        >
            <option value="times" selected=!on_day.get_untracked()>{tr!(series.after_times)}</option>
            <option value="day" selected=on_day.get_untracked()>{tr!(series.on_a_day)}</option>
        </select>
    };
    let end = move || match on_day.get() {
        true => {
            let flaw = move || desk.repeat_flaw(RepeatField::Until);
            let control = view! {
                <input
                    id="plan-until"
                    type="date"
                    class="input w-full"
                    aria-invalid=move || flaw().is_some().then_some("true")
                    aria-describedby="plan-until-flaw"
                    prop:value=move || desk.form.with(|form| form.repeat.until.clone())
                    on:input:target=move |event| {
                        let typed = event.target().value();
                        desk.set_repeat(|form| form.until = typed);
                    }
                />
            };
            field("plan-until", tr!(series.last_day), control.into_any(), flaw).into_any()
        }
        false => number(
            RepeatField::Times,
            tr!(series.how_many),
            |form| &form.times,
            |form, text| form.times = text,
            desk,
        ),
    };
    let control = control.into_any();
    view! {
        {field("plan-ends-by", tr!(series.ends), control, || None)}
        {end}
    }
    .into_any()
}

/// By which contract: whoever has one only has no choice, and sees it.
fn contract_field(desk: Desk) -> AnyView {
    let all = Memo::new(move |_| desk.contracts());
    let flaw = move || desk.repeat_flaw(RepeatField::Contract);
    let options = move || {
        let one = |it: Contract| {
            let id = it.id;
            let is_chosen = move || desk.form.with(|form| form.repeat.contract == Some(id));
            let every = it.interval().map(interval_text).unwrap_or_default();
            let label = listed(&[&joined(&[&it.number, &it.name]), &every]);
            view! { <option value=id.to_string() prop:selected=is_chosen>{label}</option> }
        };
        all.get().into_iter().map(one).collect_view()
    };
    let choose = move |text: String| {
        desk.set_repeat(|form| form.contract = text.parse().ok());
    };
    let control = view! {
        <select
            id="plan-contract"
            class="select w-full"
            aria-invalid=move || flaw().is_some().then_some("true")
            aria-describedby="plan-contract-flaw"
            on:change:target=move |event| choose(event.target().value())
        >
            {options}
        </select>
    };
    field(
        "plan-contract",
        tr!(pages.contract),
        control.into_any(),
        flaw,
    )
    .into_any()
}

/// Which jobs the contract comes to, or how often as long as it holds.
fn told_by_contract(desk: Desk) -> AnyView {
    let line = move || {
        let (contract, first) = (desk.contract()?, desk.first()?);
        let interval = contract.interval()?;
        if !contract.covers_day(first) {
            return None;
        }
        let text = match counted(&contract, first) {
            Some(days) => comes_to(&days),
            None => tr!(
                series.goes_on,
                every = interval_text(interval),
                first = first.date(language())
            ),
        };
        Some(view! { <p class="muted">{text}</p> })
    };
    view! { <div class="repeat-told" role="status">{line}</div> }.into_any()
}

fn comes_to(days: &[Day]) -> String {
    let date = |day: Option<&Day>| {
        let date = day.map(|day| day.date(language()));
        date.unwrap_or_default()
    };
    tr!(
        series.comes_to,
        jobs = jobs(days.len()),
        first = date(days.first()),
        last = date(days.last())
    )
}

/// Which jobs it comes to, once that can be said; what is wrong is said at its field.
fn told(desk: Desk) -> AnyView {
    let days = Memo::new(move |_| {
        let first = desk.first()?;
        desk.form.with(|form| form.repeat.days(first))?.ok()
    });
    let line = move || {
        days.get().map(|days| {
            let text = comes_to(&days);
            view! { <p class="muted">{text}</p> }
        })
    };
    view! { <div class="repeat-told" role="status">{line}</div> }.into_any()
}
