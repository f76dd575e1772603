//! What the builder works with: the form, its draft, what is wrong with it, and where the keyboard goes.
//!
//! Owns [`Bench`]. Must never drop a draft that was not saved, nor draw anything.

use super::building::{Building, Flaw, Row};
use super::kind::Kind;
use crate::memo::Memo;
use crate::shared::drafts::{Draft, DraftKey, Drafts, use_drafts};
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::ui::focus;
use afield_domain::TemplateId;
use afield_domain::answers::check::Part;
use leptos::prelude::*;

/// The field of the form's name.
pub(super) const NAME: &str = "built-name";
/// What brings back what was taken away.
pub(super) const BACK: &str = "built-back";

/// What the page works with.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    /// Of which form it is another version.
    pub(super) of: Option<TemplateId>,
    pub(super) form: RwSignal<Building>,
    /// The question whose fields are open.
    pub(super) open: RwSignal<Option<String>>,
    /// What is wrong; nothing before somebody has tried to save.
    pub(super) flaws: Memo<Vec<Flaw>>,
    pub(super) tried: RwSignal<bool>,
    /// What was taken away last, with its place.
    pub(super) removed: RwSignal<Option<(usize, Row)>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) begun: StoredValue<Building>,
    /// What was last asked for, and under which id: asked for again it is the same form.
    pub(super) asked: StoredValue<Option<(Building, TemplateId)>>,
    pub(super) drafts: Drafts,
    pub(super) toasts: Toasts,
}

impl Bench {
    pub(super) fn new(of: Option<TemplateId>, begun: Building) -> Self {
        let (drafts, key) = (use_drafts(), DraftKey::Form(of));
        let left = untrack(|| drafts.note(key));
        let left = left.and_then(|text| Building::of_text(&text));
        let form = RwSignal::new(left.unwrap_or_else(|| begun.clone()));
        let tried = RwSignal::new(false);
        on_cleanup(move || drafts.release(key));
        Self {
            of,
            form,
            open: RwSignal::new(None),
            flaws: Memo::new(move |_| match tried.get() {
                true => form.with(Building::flaws),
                false => Vec::new(),
            }),
            tried,
            removed: RwSignal::new(None),
            busy: RwSignal::new(false),
            begun: StoredValue::new(begun),
            asked: StoredValue::new(None),
            drafts,
            toasts: use_toasts(),
        }
    }

    pub(super) fn key(self) -> DraftKey {
        DraftKey::Form(self.of)
    }

    /// Changes the form, and keeps what stands in it.
    pub(super) fn edit(self, change: impl FnOnce(&mut Building)) {
        self.form.update(change);
        let text = self.form.with_untracked(|form| {
            let is_begun = self.begun.with_value(|begun| begun == form);
            (!is_begun).then(|| form.to_text())
        });
        self.drafts.hold(self.key(), text.map(Draft::Note));
    }

    pub(super) fn remove(self, item: &str) {
        let mut taken = None;
        self.edit(|form| taken = form.remove(item));
        self.removed.set(taken);
        request_animation_frame(|| {
            focus::by_id(BACK);
        });
    }

    pub(super) fn add(self, kind: Kind) {
        let mut item = String::new();
        self.edit(|form| item = form.add(kind));
        self.removed.set(None);
        self.open_at(item, Part::Label);
    }

    /// Opens a question and goes to a field of it.
    pub(super) fn open_at(self, item: String, part: Part) {
        let id = field_id(&item, part);
        self.open.set(Some(item));
        request_animation_frame(move || {
            focus::by_id(&id);
        });
    }

    /// Goes to the first of what is wrong.
    pub(super) fn to_first(self) {
        match self.flaws.with_untracked(|flaws| flaws.first().cloned()) {
            Some((Some(item), part, _)) => self.open_at(item, part),
            Some((None, Part::Name, _)) => drop(focus::by_id(NAME)),
            _ => {}
        }
    }

    pub(super) fn end(self) {
        self.drafts.release(self.key());
        self.drafts.set(self.key(), None);
    }
}

/// The id of the field of a question in which `part` is typed.
pub(super) fn field_id(item: &str, part: Part) -> String {
    let name = match part {
        Part::Name | Part::Form | Part::Key | Part::Label => "label",
        Part::Kind => "kind",
        Part::Options => "options",
        Part::Min => "min",
        Part::Max => "max",
        Part::Unit => "unit",
        Part::Formula => "formula",
        Part::Decimals => "decimals",
        Part::When => "when",
        Part::Fails => "fails",
    };
    format!("built-{item}-{name}")
}
