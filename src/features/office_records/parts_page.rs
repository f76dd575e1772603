//! The page Parts & services: what jobs can use, made, edited and archived.

use crate::routes::Route;
use crate::shared::record_desk::{OnSaved, RecordDesk, record_form, record_row};
use crate::shared::record_list::{ListDesk, Listed, record_list};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::heading;
use crate::view::view;
use afield_domain::{Module, Part, PartId, PartKind, Record, Versioned};
use afield_platform::host::new_id;
use leptos::prelude::*;
use std::sync::Arc;

/// The page.
pub fn parts_page() -> AnyView {
    let list = ListDesk::new(Module::Part);
    let saved: OnSaved = Arc::new(move |saved| list.put(saved));
    let desk = RecordDesk::new(saved);
    desk.reopen(std::iter::once((blank(), true)));
    let (rows, news) = (desk.clone(), desk.clone());
    let draw = Arc::new(move |row: &Versioned| {
        let price = match &row.record {
            Record::Part(part) => part.price.clone(),
            _ => String::new(),
        };
        record_row(
            &rows,
            &row.record,
            view! { <p dir="auto">{price}</p> }.into_any(),
        )
    });
    let listed = Listed {
        module: Module::Part,
        route: Route::Parts,
        search: tr!(house.find_part),
        none: (tr!(house.no_part), tr!(house.no_part_hint)),
    };
    let form = move || {
        desk.open
            .get()
            .map(|open| record_form(&desk, &open, tr!(pages.part), &[]))
    };
    let add = move |_| news.edit(blank(), true);
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        <div class="page-head">
            {heading(tr!(modules.parts))}
            <button type="button" class="btn btn-primary" on:click=add>
                {icon(Icon::Plus)} {tr!(house.new_part)}
            </button>
        </div>
        {form}
        {record_list(listed, list, draw)}
    }
    .into_any()
}

fn blank() -> Record {
    Record::Part(Part {
        id: PartId(new_id()),
        name: String::new(),
        number: String::new(),
        kind: PartKind::Part,
        unit: String::new(),
        price: String::new(),
        description: String::new(),
        archived: false,
    })
}
