//! What was typed and not yet saved.
//!
//! Owns the drafts, so that leaving a page loses none, and an update never reloads over one.
//! Must never be written to a database: a draft is not a change.

use crate::features::jobs::edit_view_model::EditDraft;
use afield_domain::{JobId, MutationId};
use leptos::prelude::*;

/// What a draft is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKey {
    /// Something new on a job.
    Job(JobId),
    /// The correction of a refused change.
    Change(MutationId),
}

/// The drafts, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Drafts {
    notes: RwSignal<Vec<(DraftKey, String)>>,
    edits: RwSignal<Vec<(DraftKey, EditDraft)>>,
}

/// Makes the drafts and puts them in the context. Once, in `app`.
pub fn provide_drafts() -> Drafts {
    let drafts = Drafts {
        notes: RwSignal::default(),
        edits: RwSignal::default(),
    };
    provide_context(drafts);
    drafts
}

/// The drafts.
pub fn use_drafts() -> Drafts {
    use_context().unwrap_or_else(provide_drafts)
}

impl Drafts {
    /// The draft of a note; tracks.
    pub fn note(self, key: DraftKey) -> Option<String> {
        self.notes.with(|drafts| {
            let draft = drafts.iter().find(|(known, _)| *known == key);
            draft.map(|(_, text)| text.clone())
        })
    }

    /// Keeps the draft of a note, or drops it.
    pub fn set_note(self, key: DraftKey, text: Option<String>) {
        self.notes.update(|drafts| {
            drafts.retain(|(known, _)| *known != key);
            drafts.extend(text.map(|text| (key, text)));
        });
    }

    /// The form that was left unsaved.
    pub fn edit(self, key: DraftKey) -> Option<EditDraft> {
        self.edits.with_untracked(|drafts| {
            let draft = drafts.iter().find(|(known, _)| *known == key);
            draft.map(|(_, draft)| draft.clone())
        })
    }

    /// Keeps a form, or drops it.
    pub fn set_edit(self, key: DraftKey, draft: Option<EditDraft>) {
        self.edits.update(|drafts| {
            drafts.retain(|(known, _)| *known != key);
            drafts.extend(draft.map(|draft| (key, draft)));
        });
    }

    /// Whether anything typed would be lost by a reload; tracks.
    pub fn are_dirty(self) -> bool {
        let has_note = self
            .notes
            .with(|drafts| drafts.iter().any(|(_, text)| !text.trim().is_empty()));
        has_note || self.edits.with(|drafts| !drafts.is_empty())
    }
}
