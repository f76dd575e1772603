//! Lines that the technician's and the office's page of a job both have.
//!
//! Owns how they read. Must never link to a page of one of the two.

use crate::shared::badge::status_icon;
use crate::shared::job::history::HistoryEvent;
use crate::shared::labels::{change_label, step_label};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use leptos::prelude::*;

/// What happened, and the picture of its kind.
pub fn happened_line(what: &HistoryEvent) -> (Icon, String) {
    match what {
        HistoryEvent::Status(to, kind, reason) => {
            let label = step_label(*to, *kind);
            let text = match reason.as_str() {
                "" => label.to_owned(),
                reason => format!("{label}: {reason}"),
            };
            (status_icon(*to), text)
        }
        HistoryEvent::Note(text) => (Icon::Note, tr!(intent.note, text = text)),
        HistoryEvent::File(name) => (Icon::Picture, tr!(intent.attachment, name = name)),
        HistoryEvent::Submission(name, _) => (Icon::File, tr!(job.form_submitted, name = name)),
        HistoryEvent::Change(change) => (Icon::Edit, change_label(change)),
    }
}

/// A number to call or an address to write to; nothing where there is none.
pub fn contact_line(shape: Icon, scheme: &str, value: &str) -> Option<AnyView> {
    (!value.is_empty()).then(|| {
        view! {
            <a class="line line-link" href=format!("{scheme}:{value}")>
                {icon(shape)} <span>{value.to_owned()}</span>
            </a>
        }
        .into_any()
    })
}
