//! What the reader's role lacks, so that nothing is offered that would be refused.
//!
//! Owns how that is said. Must never decide: the server does, when a change arrives.

use super::job_form::{Input, InputFlaw};
use super::labels::reason_label;
use super::refusals::Reason;
use crate::memo::Memo;
use crate::runtime::session::{Session, use_session};
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::{JobField, Requirable, Right};
use leptos::prelude::*;

/// Why the reader may not do it, if their company has taken the right; tracks.
#[must_use]
pub fn lacks(session: Session, right: Right) -> Option<String> {
    let account = session.account()?;
    let has = account.signed_in.info.rights.has(right);
    (!has).then(|| reason_label(&Reason::NotPermitted(right)))
}

/// Whether the reader may do it where `may_write` says that the job is theirs.
#[must_use]
pub fn may(may_write: Memo<bool>, right: Right) -> Memo<bool> {
    let session = use_session();
    Memo::new(move |_| may_write.get() && lacks(session, right).is_none())
}

/// Says why it is not offered; nothing where it is.
#[must_use]
pub fn locked(right: Right) -> AnyView {
    offered(right, || ().into_any())
}

/// What does it, where the reader may; else why not.
#[must_use]
pub fn offered(right: Right, control: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let session = use_session();
    let why = Memo::new(move |_| lacks(session, right));
    let part = move || match why.get() {
        Some(why) => notice(Tone::Info, view! { <p>{why}</p> }.into_any()).into_any(),
        None => control(),
    };
    view! { {part} }.into_any()
}

/// The right to change what stands in a field of a form.
#[must_use]
pub fn right_of(input: Input) -> Right {
    Right::to_edit(match input {
        Input::Title => JobField::Title,
        Input::Description => JobField::Description,
        Input::Priority => JobField::Priority,
        Input::Starts | Input::Ends => JobField::Schedule,
    })
}

/// What is wrong with a form whose description is `text`, if the company wants one: as this phone knows, or because
/// the form was refused for it (`refused`).
#[must_use]
pub fn empty_description(text: &str, refused: bool) -> Vec<(Input, InputFlaw)> {
    let account = use_session().account_now();
    let field = Requirable::Description;
    let is_asked = account.is_some_and(|account| account.signed_in.info.rights.requires(field));
    let flaw = (
        Input::Description,
        InputFlaw::Reason(Reason::Required(field)),
    );
    let is_flawed = (is_asked || refused) && text.trim().is_empty();
    is_flawed.then_some(flaw).into_iter().collect()
}
