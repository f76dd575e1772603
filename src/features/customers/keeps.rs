//! What the office keeps of one customer: places, assets and contracts, each added, edited, archived and brought back.

use super::desk::Desk;
use crate::shared::record_desk::{OnSaved, PlaceChoice, RecordDesk, record_form, record_row};
use crate::shared::record_words::value_label;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::time::Day;
use afield_domain::{
    Asset, AssetId, Contract, ContractId, CustomerId, Module, Property, PropertyId, Record,
    RecordField,
};
use afield_platform::host::new_id;
use afield_protocol::OfficeCustomer;
use leptos::prelude::*;
use std::sync::Arc;

/// The form of what a customer has; the page is read anew when something was saved.
pub(super) fn record_desk(desk: Desk) -> RecordDesk {
    let saved: OnSaved = Arc::new(move |_| desk.load());
    RecordDesk::new(saved).beside(desk.editing)
}

/// Its places, assets and contracts.
pub(super) fn keeps(desk: Desk, records: &RecordDesk, found: &OfficeCustomer) -> AnyView {
    let kinds = [
        (
            Module::Property,
            tr!(modules.properties),
            tr!(customers.no_places),
            tr!(house.add_place),
        ),
        (
            Module::Asset,
            tr!(modules.assets),
            tr!(house.no_assets),
            tr!(house.add_asset),
        ),
        (
            Module::Contract,
            tr!(modules.contracts),
            tr!(house.no_contracts),
            tr!(house.add_contract),
        ),
    ];
    let news = kinds
        .iter()
        .filter_map(|(module, ..)| Some((blank(*module, desk.id)?, true)));
    let there = found.records.iter().map(|row| (row.record.clone(), false));
    records.reopen(there.chain(news));
    let parts = kinds.map(|(module, title, none, add)| {
        section(title, kept(desk, records, found, module, (none, add)))
    });
    parts.collect_view().into_any()
}

fn kept(
    desk: Desk,
    records: &RecordDesk,
    found: &OfficeCustomer,
    module: Module,
    (none, add): (&'static str, &'static str),
) -> AnyView {
    let of_kind = |record: &&Record| record.key().is_some_and(|key| key.module == module);
    let all = found.records.iter().map(|row| &row.record).filter(of_kind);
    let (archived, there): (Vec<&Record>, Vec<&Record>) =
        all.partition(|record| record.archived() == Some(true));
    let rows = |all: &[&Record]| {
        let rows = all
            .iter()
            .map(|record| record_row(records, record, more(record, found)));
        let rows = rows.collect_view();
        view! { <ul class="card list customers">{rows}</ul> }
    };
    let list = match there.is_empty() {
        true => view! { <p class="muted mb-3">{none}</p> }.into_any(),
        false => rows(&there).into_any(),
    };
    let old = (!archived.is_empty()).then(|| {
        let title = tr!(house.archived, count = archived.len());
        view! {
            <details class="import-sort">
                <summary>{title}</summary>
                {rows(&archived)}
            </details>
        }
    });
    let (adds, shown, forms) = (records.clone(), records.open, records.clone());
    let places = places(found);
    let form = move || {
        let open = shown.get()?;
        let is_here = open.record.key().is_some_and(|key| key.module == module);
        is_here.then(|| record_form(&forms, &open, add, &places))
    };
    let id = desk.id;
    let button = move || {
        let adds = adds.clone();
        adds.is_free().then(|| {
            view! {
                <button
                    type="button"
                    class="btn"
                    on:click=move |_| {
                        if let Some(record) = blank(module, id) {
                            adds.edit(record, true);
                        }
                    }
                >
                    {icon(Icon::Plus)} {add}
                </button>
            }
        })
    };
    view! { {list} {old} {form} <div class="actions">{button}</div> }.into_any()
}

/// Where an asset can stand: the customer's places, archived ones too where it stands there.
fn places(found: &OfficeCustomer) -> Vec<PlaceChoice> {
    let records = found.records.iter();
    let places = records.filter_map(|row| match &row.record {
        Record::Property(place) => Some((place.id.to_string(), address(place))),
        _ => None,
    });
    places.collect()
}

fn address(place: &Property) -> String {
    match place.city.is_empty() {
        true => place.address.clone(),
        false => format!("{}, {}", place.address, place.city),
    }
}

/// What else a row says.
fn more(record: &Record, found: &OfficeCustomer) -> AnyView {
    let text = match record {
        Record::Property(place) => place.access.clone(),
        Record::Asset(asset) => {
            let place = found.records.iter().find_map(|row| match &row.record {
                Record::Property(place) if Some(place.id) == asset.property => Some(address(place)),
                _ => None,
            });
            place.unwrap_or_default()
        }
        Record::Contract(contract) => contract_text(contract),
        _ => String::new(),
    };
    view! { <p dir="auto">{text}</p> }.into_any()
}

/// How often its visits are due, and until when.
fn contract_text(contract: &Contract) -> String {
    let every = match contract.visits.is_empty() {
        true => None,
        false => Some(value_label(RecordField::Visits, &contract.visits)),
    };
    let until = contract.until.parse::<Day>().ok();
    let until = until.map(|day| tr!(house.until, day = day.date(language())));
    let all: Vec<String> = every.into_iter().chain(until).collect();
    all.join(" · ")
}

fn blank(module: Module, customer: CustomerId) -> Option<Record> {
    let customer = Some(customer);
    Some(match module {
        Module::Property => Record::Property(Property {
            id: PropertyId(new_id()),
            address: String::new(),
            city: String::new(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer,
            archived: false,
        }),
        Module::Asset => Record::Asset(Asset {
            id: AssetId(new_id()),
            name: String::new(),
            model: String::new(),
            serial: String::new(),
            code: String::new(),
            location: String::new(),
            installed: String::new(),
            customer,
            property: None,
            archived: false,
        }),
        Module::Contract => Record::Contract(Contract {
            id: ContractId(new_id()),
            number: String::new(),
            name: String::new(),
            covers: String::new(),
            from: String::new(),
            until: String::new(),
            response_hours: 0,
            visits: String::new(),
            customer,
            archived: false,
        }),
        _ => return None,
    })
}
