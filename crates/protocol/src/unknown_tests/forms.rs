//! The pieces of what is said of the office's forms.

use super::{Pieces, alone, enveloped, piece, pieces};
use crate::{FormImported, FormMade, Forms, NewForm, OfficeForm};
use serde_json::{Value, json};

pub(super) fn read_as(name: &str, json: &Value) -> Option<Pieces> {
    match name {
        "forms" => enveloped(json, |list: &Forms| {
            let mut all = pieces("reply.ok.forms", &list.forms);
            all.push(piece("reply.ok.left_out", &list.left_out));
            all
        }),
        "office_form" => enveloped(json, |form: &OfficeForm| {
            let mut all = pieces("reply.ok.versions", &form.versions);
            all.push(piece("reply.ok.form", &form.form));
            all
        }),
        "form_made" => enveloped(json, |made: &FormMade| {
            vec![
                piece("reply.ok.id", &made.id),
                piece("reply.ok.name", &made.name),
                piece("reply.ok.is_there", &made.is_there),
            ]
        }),
        "form_imported" | "form_flawed" => enveloped(json, |imported: &FormImported| {
            let mut all = pieces("reply.ok.rows", &imported.rows);
            all.extend(pieces("reply.ok.questions", &imported.questions));
            all.extend(pieces("reply.ok.assumed", &imported.assumed));
            all.extend(pieces("reply.ok.languages", &imported.languages));
            all.extend(pieces("reply.ok.assumed_said", &imported.assumed_said));
            all.push(piece("reply.ok.flaw", &imported.flaw));
            all.push(piece("reply.ok.form", &imported.form));
            all
        }),
        _ => Some(alone::<NewForm>("", &json!([json]))),
    }
}

/// Half of a form's questions would be another form.
pub(super) fn may_fail(name: &str, path: &str) -> bool {
    name == "office_form" && path.starts_with("reply.ok.form")
}
