//! What the parts of the tab share, and the way back of a line that was taken away.

use crate::features::job::item_saver::ItemSaver;
use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{FieldValue, JobField, JobId};
use leptos::prelude::*;

/// What the parts of the tab share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tab {
    /// The picture in memory.
    pub(super) live: Live,
    /// The job whose tab it is.
    pub(super) job: JobId,
    /// What saves its changes.
    pub(super) items: StoredValue<ItemSaver>,
    /// The line that was taken away last.
    pub(super) removed: RwSignal<Option<Removed>>,
}

/// A line that was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Removed {
    /// Assets or parts.
    pub(super) field: JobField,
    /// The id of the record, as text.
    pub(super) item: String,
    /// What it was.
    pub(super) value: FieldValue,
    /// What people call it.
    pub(super) name: String,
}

impl Tab {
    /// What a line is as far as this person knows; tracks.
    pub(super) fn value(self, field: JobField, item: &str) -> FieldValue {
        let value = self.items.try_with_value(|items| items.value(field, item));
        value.unwrap_or(FieldValue::Nothing)
    }

    /// Makes a line be `new`, and says so when it is saved.
    pub(super) fn set(self, field: JobField, item: String, new: FieldValue) {
        let _ = self
            .items
            .try_with_value(|items| items.set(field, item, new));
    }

    /// Takes a line away, and offers to bring it back.
    pub(super) fn remove(self, line: Removed) {
        self.set(line.field, line.item.clone(), FieldValue::Nothing);
        let id = undo_id(line.field);
        self.removed.set(Some(line));
        // The line goes with its button: a keyboard goes on from the way back.
        request_animation_frame(move || {
            focus::by_id(id);
        });
    }
}

fn undo_id(field: JobField) -> &'static str {
    match field {
        JobField::Asset => "undo-asset",
        _ => "undo-part",
    }
}

/// Says what was taken away, and brings it back.
pub(super) fn undo_line(tab: Tab, field: JobField) -> AnyView {
    let line = Memo::new(move |_| {
        tab.removed
            .with(|line| line.clone().filter(|line| line.field == field))
    });
    let bring_back = move |_| {
        if let Some(line) = line.get_untracked() {
            tab.set(line.field, line.item, line.value);
            tab.removed.set(None);
            focus::heading();
        }
    };
    view! {
        <div role="status">
            {move || line.get().map(|line| {
                let text = match field {
                    JobField::Asset => tr!(assets.unlinked, name = line.name),
                    _ => tr!(assets.removed, name = line.name),
                };
                view! {
                    <p class="undo-line">
                        <span>{text}</span>
                        <button id=undo_id(field) type="button" class="btn" on:click=bring_back>
                            {icon(Icon::Undo)} {tr!(common.undo)}
                        </button>
                    </p>
                }
            })}
        </div>
    }
    .into_any()
}
