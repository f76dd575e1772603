//! A field for each setting, with what it does and what is wrong with it; and the same to be read alone.

use super::desk::{Desk, field_id};
use super::words;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::company::{CompanySettings, Setting};
use leptos::prelude::*;

/// The parts of the page, each with its settings.
fn parts() -> [(&'static str, &'static [Setting]); 4] {
    [
        (
            tr!(company.offline_part),
            &[
                Setting::OffersOffline,
                Setting::Mode,
                Setting::WindowDays,
                Setting::ExpiryHours,
            ],
        ),
        (
            tr!(pages.jobs),
            &[Setting::RefusesOpenQuestions, Setting::KeepActivityDays],
        ),
        (
            tr!(company.files_part),
            &[
                Setting::KeepsPhotoDetails,
                Setting::PhotoEdge,
                Setting::FilesBudgetMb,
                Setting::KeepFilesDays,
            ],
        ),
        (tr!(company.access_part), &[Setting::ContactEmail]),
    ]
}

/// All fields, to be changed.
pub(super) fn fields(desk: Desk) -> AnyView {
    let part = |(title, settings): (&'static str, &'static [Setting])| {
        let fields = settings.iter().map(|setting| field(desk, *setting));
        let fields = view! { <div class="card pad company-part">{fields.collect_view()}</div> };
        section(title, fields.into_any())
    };
    parts().map(part).collect_view().into_any()
}

/// The same, to be read.
pub(super) fn read_only(settings: &CompanySettings) -> AnyView {
    let part = |(title, all): (&'static str, &'static [Setting])| {
        let facts = all.iter().map(|setting| {
            let value = words::value(*setting, &settings.told(*setting));
            view! {
                <div class="fact">
                    <dt>{words::name(*setting)}</dt>
                    <dd>{value}</dd>
                    <dd class="muted">{words::hint(*setting)}</dd>
                </div>
            }
        });
        let facts = view! { <dl class="card list facts">{facts.collect_view()}</dl> };
        section(title, facts.into_any())
    };
    parts().map(part).collect_view().into_any()
}

fn field(desk: Desk, setting: Setting) -> AnyView {
    let id = field_id(setting);
    let hint = format!("{id}-hint");
    let flaw_id = format!("{id}-flaw");
    let flaw = move || {
        let found = desk.flaw(setting);
        found.map(|flaw| view! { {icon(Icon::Alert)} <span>{words::flaw(setting, flaw)}</span> })
    };
    let below = view! {
        <p id=hint.clone() class="muted">{words::hint(setting)}</p>
        <p id=flaw_id.clone() class="flaw">{flaw}</p>
    };
    let described = format!("{hint} {flaw_id}");
    match setting {
        Setting::OffersOffline | Setting::RefusesOpenQuestions | Setting::KeepsPhotoDetails => {
            let is_on = move || desk.form.with(|form| form.is_on(setting));
            view! {
                <div class="field">
                    <label class="company-switch">
                        <input
                            id=id
                            type="checkbox"
                            class="checkbox"
                            aria-describedby=described
                            prop:checked=is_on
                            on:change:target=move |event| {
                                desk.type_in(setting, event.target().checked().to_string());
                            }
                        />
                        <span>{words::name(setting)}</span>
                    </label>
                    {below}
                </div>
            }
            .into_any()
        }
        Setting::Mode => {
            let option = |told: &'static str| {
                let is_chosen = desk.form.with_untracked(|form| form.text(setting) == told);
                view! { <option value=told selected=is_chosen>{words::value(setting, told)}</option> }
            };
            view! {
                <div class="field">
                    <label for=id.clone()>{words::name(setting)}</label>
                    <select
                        id=id
                        class="select w-full"
                        aria-describedby=described
                        prop:value=move || desk.text(setting)
                        on:change:target=move |event| desk.type_in(setting, event.target().value())
                    >
                        {option("offline")}
                        {option("online")}
                    </select>
                    {below}
                </div>
            }
            .into_any()
        }
        _ => line(desk, setting, id, described, below.into_any()),
    }
}

fn line(desk: Desk, setting: Setting, id: String, described: String, below: AnyView) -> AnyView {
    let (kind, mode) = match setting.bounds() {
        Some(_) => ("text", "numeric"),
        None => ("email", "email"),
    };
    view! {
        <div class="field">
            <label for=id.clone()>{words::name(setting)}</label>
            <input
                id=id
                type=kind
                inputmode=mode
                autocomplete="off"
                class="input w-full"
                aria-invalid=move || desk.flaw(setting).is_some().then_some("true")
                aria-describedby=described
                prop:value=move || desk.text(setting)
                on:input:target=move |event| desk.type_in(setting, event.target().value())
            />
            {below}
        </div>
    }
    .into_any()
}
