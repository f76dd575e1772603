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
    /// A new note on a job.
    Note(JobId),
    /// An edit of a job.
    Edit(JobId),
    /// The correction of a refused change.
    Change(MutationId),
}

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A note.
    Note(String),
    /// A form that edits a job.
    Edit(EditDraft),
}

/// The drafts, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Drafts(RwSignal<Vec<(DraftKey, Draft)>>);

/// Makes the drafts and puts them in the context. Once, in `app`.
pub fn provide_drafts() -> Drafts {
    let drafts = Drafts(RwSignal::default());
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
        self.0.with(|drafts| {
            drafts.iter().find_map(|(known, draft)| match draft {
                Draft::Note(text) if *known == key => Some(text.clone()),
                _ => None,
            })
        })
    }

    /// The form that was left unsaved; tracks.
    pub fn edit(self, key: DraftKey) -> Option<EditDraft> {
        self.0.with(|drafts| {
            drafts.iter().find_map(|(known, draft)| match draft {
                Draft::Edit(draft) if *known == key => Some(draft.clone()),
                _ => None,
            })
        })
    }

    /// Keeps a draft, or drops it.
    pub fn set(self, key: DraftKey, draft: Option<Draft>) {
        self.0.update(|drafts| {
            drafts.retain(|(known, _)| *known != key);
            drafts.extend(draft.map(|draft| (key, draft)));
        });
    }

    /// Whether anything typed would be lost by a reload; tracks.
    pub fn are_dirty(self) -> bool {
        self.0.with(|drafts| {
            drafts.iter().any(|(_, draft)| match draft {
                Draft::Note(text) => !text.trim().is_empty(),
                Draft::Edit(_) => true,
            })
        })
    }
}
