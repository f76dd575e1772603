//! The kinds that are no name in a list of others: jobs and routes, whose pages are their own, and what is
//! shown on the page of its job only.
//!
//! Owns what they are called as kinds. Must never word a button or a message.

use super::AppKind;
#[cfg(target_family = "wasm")]
use crate::tr;
use afield_domain::search::Field;
use afield_domain::{
    Attachment, Conflict, FormTemplate, Job, Note, Route, ServiceTask, Submission,
};

/// A row for each: the type, the path of its pages, what the page of one is called (of a kind without pages:
/// what was asked for is not there), and the name of the kind in the plural.
macro_rules! unnamed {
    ($($record:ty: $path:expr, $page:expr, $plural:expr;)+) => {$(
        impl AppKind for $record {
            const PATH: Option<&'static str> = $path;

            #[cfg(target_family = "wasm")]
            fn page_label() -> &'static str {
                $page
            }

            #[cfg(target_family = "wasm")]
            fn label() -> &'static str {
                $plural
            }

            fn name(&self) -> Option<String> {
                None
            }

            fn detail(&self) -> String {
                String::new()
            }

            fn search_texts(&self) -> Vec<(Field, String)> {
                Vec::new()
            }
        }
    )+};
}

unnamed! {
    Job: Some("jobs"), tr!(pages.job), tr!(modules.jobs);
    Route: Some("routes"), tr!(pages.route), tr!(modules.routes);
    ServiceTask: None, tr!(pages.not_found), tr!(modules.tasks);
    FormTemplate: None, tr!(pages.not_found), tr!(modules.forms);
    Note: None, tr!(pages.not_found), tr!(modules.notes);
    Attachment: None, tr!(pages.not_found), tr!(modules.attachments);
    Submission: None, tr!(pages.not_found), tr!(modules.submissions);
    Conflict: None, tr!(pages.not_found), tr!(modules.conflicts);
}
