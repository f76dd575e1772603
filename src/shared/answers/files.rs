//! Inputs that take pictures: photos and a signature.
//!
//! A picture is an attachment of the job from the moment it was taken: it is safe even if the form around it
//! is never submitted.

use super::sheet::{AnswerRow, Given};
use super::view_model::files_of;
use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::shared::files::{attaching, thumbnail};
use crate::shared::signature::signature_pad;
use crate::tr;
use crate::ui::capture::{OnPicked, photo_button};
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::view::view;
use afield_domain::limits::ANSWER_FILES;
use afield_domain::{Attachment, AttachmentId, AttachmentKind, FieldValue};
use leptos::prelude::*;
use std::rc::Rc;

/// Photos, with the camera or from the gallery.
pub(super) fn photos(row: AnswerRow) -> AnyView {
    let files = Memo::new(move |_| row.value.with(files_of));
    let is_full = Memo::new(move |_| files.with(Vec::len) >= ANSWER_FILES);
    let label = row.question().label;
    let full = move || {
        is_full
            .get()
            .then(|| tr!(answer.photos_full, max = ANSWER_FILES))
    };
    let button = photo_button(label, attached(row, AttachmentKind::Photo));
    view! {
        <div id=row.id() class="thumbs" tabindex="-1">
            <For each=move || files.get() key=|id| *id let(id)>
                {removable(row, id)}
            </For>
        </div>
        <div hidden=move || is_full.get() inert=row.sheet.job.is_none()>{button}</div>
        <p id=format!("{}-hint", row.id()) class="muted answer-hint">{full}</p>
    }
    .into_any()
}

/// What saves a picture that was taken.
fn attached(row: AnswerRow, kind: AttachmentKind) -> OnPicked {
    match row.sheet.job {
        Some(job) => attaching(job, kind, adding(row)),
        None => Rc::new(|_| ()),
    }
}

/// What hears of a picture that was saved; the page may be left by then.
fn adding(row: AnswerRow) -> Rc<dyn Fn(AttachmentId)> {
    let (take, item) = (row.sheet.take.get_value(), row.item());
    Rc::new(move |id| take(&item, Given::Add(id)))
}

fn removable(row: AnswerRow, id: AttachmentId) -> AnyView {
    let remove = move |_| {
        row.give(Given::Remove(id));
        focus::by_id(&row.id());
    };
    view! {
        <div class="answer-photo">
            {picture(row.sheet.live, id)}
            <button type="button" class="btn btn-square" aria-label=tr!(answer.remove_photo) on:click=remove>
                {icon(Icon::Close)}
            </button>
        </div>
    }
    .into_any()
}

/// The small picture of a file of the job.
pub(super) fn picture(live: Live, id: AttachmentId) -> AnyView {
    let attachment: Memo<Option<Attachment>> = Memo::new(move |_| {
        live.projection
            .with(|projection| projection.attachment(id).cloned())
    });
    let picture = move || match attachment.get() {
        Some(attachment) => thumbnail(&attachment),
        None => view! { <p class="muted">{tr!(files.not_here)}</p> }.into_any(),
    };
    view! { {picture} }.into_any()
}

/// A signature: the pad, or what was signed.
pub(super) fn signature(row: AnswerRow) -> AnyView {
    let signed = Memo::new(move |_| row.value.with(|value| files_of(value).first().copied()));
    let on_done = StoredValue::new_local(attached(row, AttachmentKind::Signature));
    let again = move |_| {
        row.give(Given::Done(FieldValue::Nothing));
        focus::by_id(&row.id());
    };
    let content = move || {
        match signed.get() {
        None => {
            let lend = |pad| row.sheet.pads.update_value(|pads| pads.push((row.item(), pad)));
            signature_pad(tr!(answer.sign_here).to_owned(), on_done.get_value(), lend)
        }
        Some(id) => view! {
            <div class="answer-photo">
                {picture(row.sheet.live, id)}
                <button type="button" class="btn" on:click=again>{icon(Icon::Edit)} {tr!(answer.sign_again)}</button>
            </div>
        }
        .into_any(),
    }
    };
    let is_shown_only = row.sheet.job.is_none();
    view! { <div id=row.id() tabindex="-1" inert=is_shown_only>{content}</div> }.into_any()
}
