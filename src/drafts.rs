//! Text that was typed and not yet saved.
//!
//! Owns the drafts by job, so that leaving a page loses none, and an update never reloads over one.
//! Must never be written to a database: a draft is not a change.

use afield_domain::JobId;
use leptos::prelude::*;

/// The drafts, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Drafts(RwSignal<Vec<(JobId, String)>>);

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
    /// The draft of a note on `job`; tracks.
    pub fn note(self, job: JobId) -> String {
        self.0.with(|drafts| {
            let draft = drafts.iter().find(|(known, _)| *known == job);
            draft.map(|(_, text)| text.clone()).unwrap_or_default()
        })
    }

    /// Keeps the draft of a note on `job`.
    pub fn set_note(self, job: JobId, text: String) {
        self.0.update(|drafts| {
            drafts.retain(|(known, _)| *known != job);
            if !text.is_empty() {
                drafts.push((job, text));
            }
        });
    }

    /// Whether anything typed would be lost by a reload; tracks.
    pub fn are_dirty(self) -> bool {
        self.0
            .with(|drafts| drafts.iter().any(|(_, text)| !text.trim().is_empty()))
    }
}
