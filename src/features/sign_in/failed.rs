//! Why a company's own sign-in let nobody in.
//!
//! Owns the text for each word that a server leads back with. It stands in the piece that few need: must never be called by
//! what is drawn before a sign-in.

use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::heading;
use crate::view::view;
use leptos::prelude::*;

/// The page for that word.
pub fn failed_page(word: &str) -> AnyView {
    let text = match word {
        "cancelled" => tr!(own_sign_in.cancelled),
        "again" => tr!(own_sign_in.again),
        "provider" => tr!(own_sign_in.provider),
        "refused" => tr!(own_sign_in.refused),
        "email" => tr!(own_sign_in.email),
        "taken" => tr!(own_sign_in.taken),
        "ended" => tr!(own_sign_in.ended),
        "wait" => tr!(own_sign_in.wait),
        "company" => tr!(own_sign_in.company),
        _ => tr!(own_sign_in.fault),
    };
    let body = view! {
        <p role="alert">{text}</p>
        <p class="muted">{tr!(own_sign_in.kept)}</p>
        // Asks once more who is signed in, and where.
        <a class="btn btn-primary btn-lg" href="/sign-in" rel="external">{tr!(own_sign_in.back)}</a>
    };
    view! {
        <div class="narrow">
            {heading(tr!(own_sign_in.title))}
            {notice(Tone::Error, body.into_any())}
        </div>
    }
    .into_any()
}
