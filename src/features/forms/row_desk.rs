//! One question of the builder: read, changed, and what is wrong with it.
//!
//! Owns [`RowDesk`]. Must never know which fields a question has.

use super::bench::{Bench, field_id};
use super::building::Row;
use super::words::fault_text;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::answers::check::Part;
use leptos::prelude::*;

/// One question on the bench.
#[derive(Clone, Copy)]
pub(super) struct RowDesk {
    pub(super) bench: Bench,
    pub(super) item: StoredValue<String>,
}

impl RowDesk {
    pub(super) fn item(self) -> String {
        self.item.get_value()
    }

    /// What `read` makes of it; tracks.
    pub(super) fn read<T: Default>(self, read: impl FnOnce(&Row) -> T) -> T {
        let Some(item) = self.item.try_get_value() else {
            return T::default();
        };
        let form = self.bench.form;
        form.with(|form| form.row(&item).map(read))
            .unwrap_or_default()
    }

    pub(super) fn change(self, change: impl FnOnce(&mut Row)) {
        let item = self.item();
        self.bench.edit(|form| form.change(&item, change));
    }

    /// The id of the field of `part`.
    pub(super) fn id(self, part: Part) -> String {
        field_id(&self.item(), part)
    }

    /// What is wrong with `part`; tracks.
    pub(super) fn flaw(self, part: Part) -> Option<String> {
        let item = self.item.try_get_value()?;
        self.bench.flaws.with(|flaws| {
            let is_it = |flaw: &&(Option<String>, Part, _)| {
                flaw.0.as_ref() == Some(&item) && flaw.1 == part
            };
            flaws
                .iter()
                .find(is_it)
                .map(|(_, part, fault)| fault_text(*part, fault))
        })
    }

    pub(super) fn flaw_line(self, part: Part) -> AnyView {
        let line = move || {
            self.flaw(part)
                .map(|flaw| view! { {icon(Icon::Alert)} <span>{flaw}</span> })
        };
        view! { <p id=format!("{}-flaw", self.id(part)) class="flaw">{line}</p> }.into_any()
    }
}
