//! The assets of a job: their lines, and the panel that links another one.

use super::find::{assets_of_code, find_assets};
use super::picker::{PickerDoes, PickerItem, PickerTexts, picker};
use super::removal::{Removed, Tab};
use crate::memo::Memo;
use crate::routes::record_href;
use crate::shared::badge::unsent_mark;
use crate::shared::job::material::{AssetLine, Material, linked};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::list::For;
use crate::ui::scan::scan_button;
use crate::view::view;
use afield_domain::{AssetId, FieldValue, JobField};
use leptos::prelude::*;
use std::sync::Arc;

/// The assets of the job, each with a way to take it off.
pub(super) fn asset_list(tab: Tab, material: Memo<Material>, may_write: Memo<bool>) -> AnyView {
    let lines = move || material.with(|material| material.assets.clone());
    let none = move || material.with(|material| material.assets.is_empty());
    view! {
        <ul class="card list items" aria-label=tr!(assets.assets)>
            <For each=lines key=Clone::clone let(line)>
                {asset_row(tab, line, may_write)}
            </For>
        </ul>
        {move || none().then(|| view! { <p class="muted">{tr!(assets.none)}</p> })}
    }
    .into_any()
}

fn asset_row(tab: Tab, line: AssetLine, may_write: Memo<bool>) -> AnyView {
    let about = line
        .about
        .unwrap_or_else(|| crate::shared::item_names::ItemName {
            name: tr!(assets.unknown).to_owned(),
            ..crate::shared::item_names::ItemName::default()
        });
    let name = about.name.clone();
    let called = match line.called.as_str() {
        "" => name.clone(),
        called => called.to_owned(),
    };
    let unlink = move || {
        let name = name.clone();
        let item = line.id.to_string();
        let label = tr!(assets.unlink_name, name = called);
        may_write.get().then(|| {
            view! {
                <button
                    type="button"
                    class="btn"
                    aria-label=label
                    on:click=move |_| {
                        tab.remove(Removed {
                            field: JobField::Asset,
                            item: item.clone(),
                            value: linked(),
                            name: name.clone(),
                        });
                    }
                >
                    {tr!(assets.unlink)}
                </button>
            }
        })
    };
    view! {
        <li class="item-row">
            <a class="item-main" href=record_href(line.id.into())>
                <span class="job-title">{about.name}</span>
                <span class="job-place">{about.detail}</span>
                <span class="job-place">{about.more}</span>
                {line.unsent.then(unsent_mark)}
            </a>
            {unlink}
        </li>
    }
    .into_any()
}

/// The panel that links an asset.
pub(super) fn asset_picker(tab: Tab) -> AnyView {
    let (query, message) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let link = move |id: AssetId| {
        tab.removed.set(None);
        tab.set(JobField::Asset, id.to_string(), linked());
    };
    // Enter, or the camera: exactly one asset of that code is linked at once.
    let code = move |code: String| {
        let code = code.trim().to_owned();
        let found = tab.live.projection.with_untracked(|projection| {
            let job = projection.job(tab.job);
            job.map(|job| assets_of_code(projection, job, &code))
                .unwrap_or_default()
        });
        match found.as_slice() {
            [] if code.is_empty() => {}
            [] => message.set(tr!(assets.no_code, code = code)),
            [id] => {
                link(*id);
                message.set(tr!(assets.linked_now, name = name_of(tab, *id)));
            }
            several => {
                message.set(tr!(assets.several, count = several.len()));
            }
        }
        query.set(code);
    };
    let does = PickerDoes {
        find: Arc::new(move |words| find(tab, words)),
        is_chosen: Arc::new(move |item| tab.value(JobField::Asset, item) != FieldValue::Nothing),
        choose: Callback::new(move |choice: PickerItem| {
            if let Ok(id) = choice.item.parse() {
                link(id);
                message.set(tr!(assets.linked_now, name = choice.about.name));
            }
        }),
        enter: Callback::new(code),
    };
    let texts = PickerTexts {
        id: "asset-search",
        open: tr!(assets.link_open),
        search: tr!(assets.search),
        hint: tr!(assets.search_hint),
        choose: tr!(assets.link),
        chosen: tr!(assets.linked),
    };
    picker(texts, does, query, message, |_, enter| {
        scan_button(tr!(assets.scan), enter)
    })
}

fn find(tab: Tab, words: &str) -> Vec<PickerItem> {
    tab.live.projection.with(|projection| {
        let Some(job) = projection.job(tab.job) else {
            return Vec::new();
        };
        let found = find_assets(projection, job, words).into_iter();
        found
            .map(|found| PickerItem {
                item: found.id.to_string(),
                about: found.about,
                is_near: found.is_near,
            })
            .collect()
    })
}

fn name_of(tab: Tab, id: AssetId) -> String {
    tab.live.projection.with_untracked(|projection| {
        let asset = projection.asset(id);
        asset.map_or_else(String::new, |asset| asset.name.clone())
    })
}
