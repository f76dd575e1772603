//! The tab of a job with its assets, parts and services, and its contract.

use super::asset_lines::{asset_list, asset_picker};
use super::new_asset::new_asset;
use super::part_lines::{part_list, part_picker};
use super::removal::{Tab, undo_line};
use crate::features::job::item_saver::ItemSaver;
use crate::memo::Memo;
use crate::routes::record_href;
use crate::runtime::live::Live;
use crate::shared::job::material::{ContractLine, material};
use crate::shared::rights::{locked, may};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::{JobField, JobId, Right};
use leptos::prelude::*;

/// The tab of `job`.
pub(in crate::features::job) fn material_tab(
    live: Live,
    job: JobId,
    items: &ItemSaver,
    may_write: Memo<bool>,
) -> AnyView {
    let tab = Tab {
        live,
        job,
        items: StoredValue::new(items.clone()),
        removed: RwSignal::new(None),
    };
    let may_assets = may(may_write, Right::EditAsset);
    let may_parts = may(may_write, Right::EditPart);
    let all = Memo::new(move |_| {
        let found = live
            .projection
            .with(|all| material(all, all.entries(), job));
        found.unwrap_or_default()
    });
    let contract = Memo::new(move |_| all.with(|all| all.contract.clone()));
    view! {
        <div class="material-grid">
            <section class="section">
                <h2 class="section-title">{tr!(assets.assets)}</h2>
                {locked(Right::EditAsset)}
                {asset_list(tab, all, may_assets)}
                {undo_line(tab, JobField::Asset)}
                {move || may_assets.get().then(|| view! { {asset_picker(tab)} " " {new_asset(tab)} })}
            </section>
            <section class="section">
                <h2 class="section-title">{tr!(assets.parts)}</h2>
                {locked(Right::EditPart)}
                {part_list(tab, all, may_parts)}
                {undo_line(tab, JobField::Part)}
                {move || may_parts.get().then(|| part_picker(tab))}
            </section>
            {move || contract.get().map(contract_card)}
        </div>
    }
    .into_any()
}

fn contract_card(contract: ContractLine) -> AnyView {
    let card = view! {
        <div class="card list">
            <a class="item-row" href=record_href(contract.id.into())>
                <span class="item-main">
                    <span class="job-title">{contract.name}</span>
                    <span class="job-place">{contract.covers}</span>
                </span>
                {icon(Icon::Right)}
            </a>
        </div>
    };
    section(tr!(assets.contract), card.into_any()).into_any()
}
