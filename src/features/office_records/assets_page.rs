//! The page Assets: those of every customer, found by name, model, number, code or where they stand.

use crate::routes::Route;
use crate::shared::record_desk::{OnSaved, RecordDesk, record_form, record_row};
use crate::shared::record_list::{ListDesk, Listed, record_list};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{Module, Record, Versioned};
use leptos::prelude::*;
use std::sync::Arc;

/// The page.
pub fn assets_page() -> AnyView {
    let list = ListDesk::new(Module::Asset);
    let saved: OnSaved = Arc::new(move |saved| list.put(saved));
    let desk = RecordDesk::new(saved);
    let rows = desk.clone();
    let draw = Arc::new(move |row: &Versioned| {
        let whose = match &row.record {
            Record::Asset(asset) => asset.customer,
            _ => None,
        };
        let link = whose.map(|id| {
            let href = Route::OfficeCustomer(id).href();
            view! { <a class="link" href=href>{tr!(house.to_customer)}</a> }
        });
        record_row(&rows, &row.record, view! { <p>{link}</p> }.into_any())
    });
    let listed = Listed {
        module: Module::Asset,
        route: Route::Assets,
        search: tr!(house.find_asset),
        none: (tr!(house.no_asset), tr!(house.no_asset_hint)),
    };
    let form = move || {
        desk.open
            .get()
            .map(|open| record_form(&desk, &open, tr!(pages.asset), &[]))
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(modules.assets))}
        {form}
        {record_list(listed, list, draw)}
    }
    .into_any()
}
