//! A small picture of an attachment; a tap shows the whole one.
//!
//! Its place is reserved before anything is drawn. Must never load a whole file before somebody asks for it.

use super::amounts::bytes_text;
use super::labels::trouble_text;
use crate::error::Trouble;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use afield_domain::{Attachment, AttachmentKind};
use afield_platform::picture::ObjectUrl;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::rc::Rc;

/// Loads the whole file; none if it is not on this phone.
pub type Original = Rc<dyn Fn() -> Pin<Box<dyn Future<Output = Loaded>>>>;
/// What came of it.
type Loaded = Result<Option<ObjectUrl>, Trouble>;

/// The button with the small picture, and the dialog that it opens.
pub fn thumbnail(attachment: &Attachment, original: Original) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let loaded = RwSignal::new_local(None::<Loaded>);
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
        let work = original();
        spawn_local(async move {
            let found = work.await;
            let _ = loaded.try_set(Some(found));
        });
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let whole = {
        let attachment = attachment.clone();
        move || loaded.with(|loaded| loaded.as_ref().map(|loaded| shown(&attachment, loaded)))
    };
    let name = attachment.name.clone();
    view! {
        <button type="button" class="thumb" aria-label=tr!(files.show, name = name) on:click=open>
            {small(attachment)}
        </button>
        // What was loaded is let go with the dialog: a whole picture is large.
        <dialog class="viewer" aria-label=name.clone() node_ref=dialog on:close=move |_| loaded.set(None)>
            <p class="viewer-name">{name.clone()}</p>
            {whole}
            <div class="actions">
                <button type="button" class="btn" on:click=close>{icon(Icon::Close)} {tr!(common.close)}</button>
            </div>
        </dialog>
    }
    .into_any()
}

/// The address of a small picture, base64; none if there is none.
pub(super) fn preview(thumbnail: &str) -> Option<String> {
    // The first bytes of a WebP; everything else that phones make is a JPEG.
    let mime = if thumbnail.starts_with("UklGR") {
        "image/webp"
    } else {
        "image/jpeg"
    };
    (!thumbnail.is_empty()).then(|| format!("data:{mime};base64,{thumbnail}"))
}

fn small(attachment: &Attachment) -> AnyView {
    match preview(&attachment.thumbnail) {
        Some(src) => {
            let class = match attachment.kind {
                AttachmentKind::Signature => "thumb-picture thumb-whole",
                AttachmentKind::Photo | AttachmentKind::File => "thumb-picture",
            };
            view! { <img class=class src=src alt=attachment.name.clone() width="96" height="96" /> }
                .into_any()
        }
        None => view! {
            <span class="thumb-file">
                {icon(Icon::File)} <span class="thumb-name">{attachment.name.clone()}</span>
            </span>
        }
        .into_any(),
    }
}

fn shown(attachment: &Attachment, loaded: &Loaded) -> AnyView {
    match loaded {
        Ok(Some(url)) => here(attachment, url),
        Ok(None) => elsewhere(attachment),
        Err(trouble) => {
            let text = trouble_text(trouble);
            view! { <p role="alert">{tr!(files.damaged)} " " {text}</p> }.into_any()
        }
    }
}

fn here(attachment: &Attachment, url: &ObjectUrl) -> AnyView {
    let href = url.href().to_owned();
    let is_picture = attachment.width > 0;
    let picture = is_picture.then(|| picture(attachment, href.clone()));
    let (name, size) = (
        attachment.name.clone(),
        bytes_text(attachment.bytes, language()),
    );
    view! {
        {picture}
        <p class="actions">
            <a class="link" href=href download=name>{tr!(files.keep_copy)}</a>
            <span class="muted">{size}</span>
        </p>
    }
    .into_any()
}

fn elsewhere(attachment: &Attachment) -> AnyView {
    match preview(&attachment.thumbnail) {
        Some(src) => view! {
            {picture(attachment, src)}
            <p class="muted">{tr!(files.preview_only)}</p>
        }
        .into_any(),
        None => view! { <p>{tr!(files.not_here)}</p> }.into_any(),
    }
}

fn picture(attachment: &Attachment, src: String) -> AnyView {
    view! {
        <img
            class="viewer-picture"
            src=src
            alt=attachment.name.clone()
            width=attachment.width.to_string()
            height=attachment.height.to_string()
        />
    }
    .into_any()
}
