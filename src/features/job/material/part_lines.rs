//! The parts and services of a job: their lines with quantities, and the panel that adds another one.

use super::find::find_parts;
use super::picker::{PickerDoes, PickerItem, PickerTexts, picker};
use super::removal::{Removed, Tab};
use crate::memo::Memo;
use crate::routes::record_href;
use crate::shared::badge::unsent_mark;
use crate::shared::job::material::{Material, PartItem, stepped, typed_quantity};
use crate::shared::which_number::which_number;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{FieldValue, JobField, PartId, decimal};
use leptos::prelude::*;
use std::sync::Arc;

/// The parts and services of the job, each with its quantity.
pub(super) fn part_list(tab: Tab, material: Memo<Material>, may_write: Memo<bool>) -> AnyView {
    let ids = move || {
        material.with(|material| {
            material
                .parts
                .iter()
                .map(|line| line.id)
                .collect::<Vec<_>>()
        })
    };
    let none = move || material.with(|material| material.parts.is_empty());
    view! {
        <ul class="card list items" aria-label=tr!(assets.parts)>
            // By id: the field of a line keeps what is typed in it while the line changes.
            <For each=ids key=Clone::clone let(id)>
                {part_row(tab, material, id, may_write)}
            </For>
        </ul>
        {move || none().then(|| view! { <p class="muted">{tr!(assets.parts_none)}</p> })}
    }
    .into_any()
}

fn part_row(tab: Tab, material: Memo<Material>, id: PartId, may_write: Memo<bool>) -> AnyView {
    let line = Memo::new(move |_| {
        material.with(|material| material.parts.iter().find(|line| line.id == id).cloned())
    });
    let name = Memo::new(move |_| {
        let known = line.with(|line| Some(line.as_ref()?.about.as_ref()?.name.clone()));
        known.unwrap_or_else(|| tr!(assets.part_unknown).to_owned())
    });
    let called = Memo::new(move |_| {
        let called = line.with(|line| line.as_ref().map(|line| line.called.clone()));
        let called = called.filter(|called| !called.is_empty());
        called.unwrap_or_else(|| name.get())
    });
    let unit = Memo::new(move |_| {
        line.with(|line| {
            line.as_ref()
                .map(|line| line.unit.clone())
                .unwrap_or_default()
        })
    });
    let quantity = Memo::new(move |_| match tab.value(JobField::Part, &id.to_string()) {
        FieldValue::Text(quantity) => quantity,
        _ => String::new(),
    });
    let amount = move || {
        if may_write.get() {
            stepper(tab, id, called, unit, quantity)
        } else {
            let number = decimal::shown(&quantity.get(), language());
            view! { <span class="quantity">{number} " " {unit.get()}</span> }.into_any()
        }
    };
    view! {
        <li class="item-row">
            <a class="item-main" href=record_href(id.into())>
                <span class="job-title">{move || name.get()}</span>
                {move || line.get().map(part_details)}
            </a>
            {amount}
        </li>
    }
    .into_any()
}

fn part_details(line: PartItem) -> AnyView {
    let about = line.about.unwrap_or_default();
    view! {
        <span class="job-place">{about.detail}</span>
        <span class="job-place">{about.more}</span>
        {line.unsent.then(unsent_mark)}
    }
    .into_any()
}

fn stepper(
    tab: Tab,
    id: PartId,
    name: Memo<String>,
    unit: Memo<String>,
    quantity: Memo<String>,
) -> AnyView {
    // What was typed and is no quantity yet: nothing that arrives meanwhile may take it away.
    let typed = RwSignal::new(None::<String>);
    let flaw = RwSignal::new(None::<Option<[String; 2]>>);
    let flaw_id = format!("quantity-{id}-flaw");
    let set = move |new: String| {
        typed.set(None);
        flaw.set(None);
        tab.set(JobField::Part, id.to_string(), FieldValue::Text(new));
    };
    let take = move |text: String| match typed_quantity(&text) {
        Ok(number) => set(number),
        Err(wrong) => flaw.set(Some(wrong)),
    };
    let choose = Callback::new(take);
    let what_is_wrong = move || {
        flaw.get().map(|wrong| match wrong {
            None => tr!(assets.quantity_flaw).into_any(),
            Some(both) => {
                let both = both.map(|number| decimal::shown(&number, language()));
                let [one, other] = &both;
                let question = tr!(answer.two_meanings, one = one, other = other);
                view! { <span>{question}</span> {which_number(both, choose)} }.into_any()
            }
        })
    };
    let step = move |up: bool| {
        if let Some(next) = stepped(&quantity.get_untracked(), up) {
            set(next);
        }
    };
    let is_least = move || quantity.with(|quantity| stepped(quantity, false).is_none());
    let shown = move || {
        typed
            .get()
            .unwrap_or_else(|| decimal::unmistakable(decimal::shown(&quantity.get(), language())))
    };
    let remove = move |_| {
        tab.remove(Removed {
            field: JobField::Part,
            item: id.to_string(),
            value: FieldValue::Text(quantity.get_untracked()),
            name: name.get_untracked(),
        });
    };
    view! {
        <div class="stepper" role="group" aria-label=move || name.get()>
            <button
                type="button"
                class="btn btn-square"
                aria-label=move || tr!(assets.less, name = name.get())
                aria-disabled=move || is_least().then_some("true")
                on:click=move |_| step(false)
            >
                "−"
            </button>
            <input
                type="text"
                inputmode="decimal"
                autocomplete="off"
                class="input quantity-field"
                aria-label=move || tr!(assets.quantity, name = name.get(), unit = unit.get())
                aria-invalid=move || flaw.with(Option::is_some).then_some("true")
                aria-describedby=flaw_id.clone()
                prop:value=shown
                on:input:target=move |event| typed.set(Some(event.target().value()))
                on:change:target=move |event| take(event.target().value())
            />
            <button
                type="button"
                class="btn btn-square"
                aria-label=move || tr!(assets.more, name = name.get())
                on:click=move |_| step(true)
            >
                "+"
            </button>
            <span class="quantity-unit" aria-hidden="true">{move || unit.get()}</span>
            <button
                type="button"
                class="btn btn-ghost btn-square"
                aria-label=move || tr!(assets.remove, name = name.get())
                on:click=remove
            >
                {icon(Icon::Close)}
            </button>
            <div id=flaw_id class="flaw" role="status">{what_is_wrong}</div>
        </div>
    }
    .into_any()
}

/// The panel that adds a part or a service.
pub(super) fn part_picker(tab: Tab) -> AnyView {
    let (query, message) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let does = PickerDoes {
        find: Arc::new(move |words| find(tab, words)),
        is_chosen: Arc::new(move |item| tab.value(JobField::Part, item) != FieldValue::Nothing),
        choose: Callback::new(move |choice: PickerItem| {
            tab.removed.set(None);
            let one = FieldValue::Text("1".to_owned());
            tab.set(JobField::Part, choice.item, one);
            message.set(tr!(assets.added_now, name = choice.about.name));
        }),
        enter: Callback::new(|_| {}),
    };
    let texts = PickerTexts {
        id: "part-search",
        open: tr!(assets.part_open),
        search: tr!(assets.part_search),
        hint: tr!(assets.part_hint),
        choose: tr!(assets.add),
        chosen: tr!(assets.added),
    };
    picker(texts, does, query, message, |_, _| ().into_any())
}

fn find(tab: Tab, words: &str) -> Vec<PickerItem> {
    tab.live.projection.with(|projection| {
        let Some(job) = projection.job(tab.job) else {
            return Vec::new();
        };
        let found = find_parts(projection, job, words).into_iter();
        found
            .map(|found| PickerItem {
                item: found.id.to_string(),
                about: found.about,
                is_near: false,
            })
            .collect()
    })
}
