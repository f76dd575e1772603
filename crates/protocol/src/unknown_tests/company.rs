//! The pieces of what is said of a company's settings.

use super::{Pieces, alone, enveloped, piece, pieces};
use crate::{CompanyAnswer, CompanyChange, CompanyPage};
use serde_json::{Value, json};

pub(super) fn read_as(name: &str, json: &Value) -> Option<Pieces> {
    match name {
        "company_page" => enveloped(json, |page: &CompanyPage| {
            let mut all = pieces("reply.ok.trail", &page.trail);
            all.extend(pieces("reply.ok.admins", &page.admins));
            all.push(piece("reply.ok.version", &page.version));
            all.push(piece("reply.ok.name", &page.name));
            all.push(piece("reply.ok.zone", &page.zone));
            all.push(piece("reply.ok.settings", &page.settings));
            all.push(piece("reply.ok.more", &page.more));
            all
        }),
        "company_change" => Some(alone::<CompanyChange>("", &json!([json]))),
        _ => enveloped(json, |answer: &CompanyAnswer| match answer {
            CompanyAnswer::Refused { flaws } => pieces("reply.ok.flaws", flaws),
            _ => Vec::new(),
        }),
    }
}
