//! What of the company is ticked for a new job: the customer's assets, and the forms.

use super::desk::Desk;
use super::plan::put;
use crate::effect::Effect;
use crate::memo::Memo;
use crate::shared::item_names::asset_name;
use crate::tr;
use crate::view::view;
use afield_domain::{Module, Record, RecordKey, TemplateId};
use afield_protocol::FormLine;
use leptos::prelude::*;

/// The customer's assets, each with a box.
pub(super) fn what_on(desk: Desk) -> AnyView {
    let rows = Memo::new(move |_| {
        let customer = desk.form.with(|form| form.customer)?;
        let rows = desk.known.all.with(|all| {
            let found =
                all.keys(Module::Asset)
                    .filter_map(|key: RecordKey| match all.record(key) {
                        Some(Record::Asset(asset)) if asset.customer == Some(customer) => {
                            let name = asset_name(asset);
                            Some((asset.id, name.name, name.detail))
                        }
                        _ => None,
                    });
            found.collect::<Vec<_>>()
        });
        (!rows.is_empty()).then_some(rows)
    });
    let boxes = move || {
        rows.get().map(|rows| {
            let rows = rows.into_iter().map(|(id, name, detail)| {
                let is_chosen = move || desk.form.with(|form| form.assets.contains(&id));
                let tick = move |is| desk.form.update(|form| put(&mut form.assets, id, is));
                ticked(name, detail, is_chosen, tick)
            });
            boxes(tr!(modules.assets), rows.collect())
        })
    };
    view! { {boxes} }.into_any()
}

/// The newest version of each form, each with a box.
pub(super) fn forms(desk: Desk) -> AnyView {
    let rows = Memo::new(move |_| {
        let rows = desk.known.forms.with(|all| {
            let row = |form: &FormLine| (form.id, form.name.clone());
            all.iter().map(row).collect::<Vec<_>>()
        });
        (!rows.is_empty()).then_some(rows)
    });
    drop_older(desk);
    let boxes = move || {
        rows.get().map(|rows| {
            let rows = rows.into_iter().map(|(id, name)| {
                let is_chosen = move || desk.form.with(|form| form.forms.contains(&id));
                let tick = move |is| desk.form.update(|form| put(&mut form.forms, id, is));
                ticked(name, String::new(), is_chosen, tick)
            });
            boxes(tr!(office.forms), rows.collect())
        })
    };
    view! { {boxes} }.into_any()
}

/// What was ticked before there was a newer version stands in no box any more, and must not go out unseen.
fn drop_older(desk: Desk) {
    Effect::new(move |_: Option<()>| {
        let ids: Vec<TemplateId> = desk
            .known
            .forms
            .with(|all| all.iter().map(|form| form.id).collect());
        let is_there = |id: &TemplateId| ids.contains(id);
        let is_older = desk
            .form
            .with_untracked(|form| !form.forms.iter().all(is_there));
        if !ids.is_empty() && is_older {
            desk.form.update(|form| form.forms.retain(is_there));
        }
    });
}

fn boxes(legend: &'static str, rows: Vec<AnyView>) -> AnyView {
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <div class="card list choice-list">{rows}</div>
        </fieldset>
    }
    .into_any()
}

fn ticked(
    name: String,
    detail: String,
    is_chosen: impl Fn() -> bool + Send + 'static,
    tick: impl Fn(bool) + 'static,
) -> AnyView {
    view! {
        <label class="choice-row">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=is_chosen
                on:change:target=move |event| tick(event.target().checked())
            />
            <span class="choice-text">
                <span class="job-title" dir="auto">{name}</span>
                <span class="job-place">{detail}</span>
            </span>
        </label>
    }
    .into_any()
}
