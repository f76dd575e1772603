//! The fields that say how a new job repeats, and which jobs that comes to.

use super::desk::Desk;
use super::repeat::{Monthly, RepeatForm, Step, is_last, nth};
use crate::memo::Memo;
use crate::shared::job_form::{Input, local_time};
use crate::shared::labels::jobs;
use crate::shared::repetition::{day_text, flaw_text, nth_text};
use crate::texts::language;
use crate::tr;
use crate::ui::form::field;
use crate::view::view;
use afield_domain::time::Day;
use leptos::prelude::*;

/// The field that has the focus when something of it is wrong.
pub(super) const EVERY: &str = "plan-every";

impl Desk {
    /// The day on which the job begins, as it stands there; tracks.
    fn first(self) -> Option<Day> {
        let starts = self
            .form
            .with(|form| form.form.text(Input::Starts).to_owned());
        self.zone
            .with_value(|zone| Some(zone.day(local_time(&starts, zone)?)))
    }

    fn set_repeat(self, change: impl FnOnce(&mut RepeatForm)) {
        self.form.update(|form| change(&mut form.repeat));
    }
}

/// Whether and how the job repeats.
pub(super) fn repeat(desk: Desk) -> AnyView {
    let step = Memo::new(move |_| desk.form.with(|form| form.repeat.step));
    let choose = move |text: String| {
        desk.set_repeat(|form| {
            form.step = match text.as_str() {
                "weeks" => Step::Weeks,
                "months" => Step::Months,
                _ => Step::Never,
            };
        });
    };
    let control = view! {
        <select
            id="plan-repeat"
            class="select w-full"
            on:change:target=move |event| choose(event.target().value())
        >
            <option value="">{tr!(series.never)}</option>
            <option value="weeks">{tr!(series.by_weeks)}</option>
            <option value="months">{tr!(series.by_months)}</option>
        </select>
    };
    let rest = move || {
        match step.get() {
        Step::Never => ().into_any(),
        Step::Weeks => view! { {every(desk, tr!(series.every_weeks))} {weekdays(desk)} {ends(desk)} {told(desk)} }.into_any(),
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
    id: &'static str,
    label: &'static str,
    text: fn(&RepeatForm) -> &String,
    set: fn(&mut RepeatForm, String),
    desk: Desk,
) -> AnyView {
    let control = view! {
        <input
            id=id
            type="number"
            min="1"
            class="input w-full"
            prop:value=move || desk.form.with(|form| text(&form.repeat).clone())
            on:input:target=move |event| {
                let typed = event.target().value();
                desk.set_repeat(|form| set(form, typed));
            }
        />
    };
    field(id, label, control.into_any(), || None).into_any()
}

fn every(desk: Desk, label: &'static str) -> AnyView {
    number(
        EVERY,
        label,
        |form| &form.count,
        |form, text| form.count = text,
        desk,
    )
}

fn weekdays(desk: Desk) -> AnyView {
    let first = Memo::new(move |_| desk.first());
    let one = move |weekday: u32| {
        // None chosen means that of the first day.
        let is_on = move || {
            let on = desk.form.with(|form| form.repeat.on.clone());
            let of_first = first
                .get()
                .is_some_and(|day| u32::from(day.weekday()) == weekday);
            on.contains(&weekday) || on.is_empty() && of_first
        };
        let tick = move |is_in: bool| {
            let first = untrack(|| first.get()).map(|day| u32::from(day.weekday()));
            desk.set_repeat(|form| {
                if form.on.is_empty() {
                    form.on.extend(first);
                }
                super::plan::put(&mut form.on, weekday, is_in);
            });
        };
        // Any Monday, and the days after it.
        let name = "2024-01-01"
            .parse::<Day>()
            .map(|day| day.plus(i64::from(weekday)));
        let name = name
            .map(|day| day.short_weekday(language()))
            .unwrap_or_default();
        view! {
            <label class="weekday">
                <input
                    type="checkbox"
                    class="checkbox"
                    prop:checked=is_on
                    on:change:target=move |event| tick(event.target().checked())
                />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{tr!(series.on_days)}</legend>
            <div class="weekdays">{(0..7).map(one).collect_view()}</div>
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
        desk.set_repeat(|form| {
            form.monthly = match text.as_str() {
                "nth" => Monthly::Nth,
                "last" => Monthly::Last,
                _ => Monthly::Day,
            };
        });
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
            let control = view! {
                <input
                    id="plan-until"
                    type="date"
                    class="input w-full"
                    prop:value=move || desk.form.with(|form| form.repeat.until.clone())
                    on:input:target=move |event| {
                        let typed = event.target().value();
                        desk.set_repeat(|form| form.until = typed);
                    }
                />
            };
            field(
                "plan-until",
                tr!(series.last_day),
                control.into_any(),
                || None,
            )
            .into_any()
        }
        false => number(
            "plan-times",
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

/// Which jobs it comes to, or why none.
fn told(desk: Desk) -> AnyView {
    let days = Memo::new(move |_| {
        let first = desk.first()?;
        desk.form.with(|form| form.repeat.days(first))
    });
    let line = move || {
        days.get().map(|days| match days {
            Ok(days) => {
                let date = |day: Option<&Day>| {
                    let date = day.map(|day| day.date(language()));
                    date.unwrap_or_default()
                };
                let text = tr!(
                    series.comes_to,
                    jobs = jobs(days.len()),
                    first = date(days.first()),
                    last = date(days.last())
                );
                view! { <p class="muted">{text}</p> }.into_any()
            }
            Err(flaw) => view! { <p class="flaw">{flaw_text(flaw)}</p> }.into_any(),
        })
    };
    view! { <div class="repeat-told" role="status">{line}</div> }.into_any()
}
