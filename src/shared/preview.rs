//! What stands for a photo or a file before its bytes are there: a small picture, or its name.
//!
//! Owns [`Shown`]. Must never load anything.

use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{Attachment, AttachmentId, AttachmentKind};
use leptos::prelude::*;

/// What is known of a photo or a file before its bytes are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub id: AttachmentId,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its file name.
    pub name: String,
    /// A small picture of it, base64; empty if there is none.
    pub thumbnail: String,
}

impl From<&Attachment> for Shown {
    fn from(file: &Attachment) -> Self {
        Self {
            id: file.id,
            kind: file.kind,
            name: file.name.clone(),
            thumbnail: file.thumbnail.clone(),
        }
    }
}

/// The address of a small picture, base64; none if there is none.
#[must_use]
pub fn preview(thumbnail: &str) -> Option<String> {
    // The first bytes of a WebP; everything else that phones make is a JPEG.
    let mime = if thumbnail.starts_with("UklGR") {
        "image/webp"
    } else {
        "image/jpeg"
    };
    (!thumbnail.is_empty()).then(|| format!("data:{mime};base64,{thumbnail}"))
}

/// The small picture, or the name of what has none.
pub fn small(attachment: &Shown) -> AnyView {
    match preview(&attachment.thumbnail) {
        Some(src) => {
            let class = match attachment.kind {
                AttachmentKind::Signature => "thumb-picture thumb-whole",
                AttachmentKind::Photo | AttachmentKind::File => "thumb-picture",
            };
            view! { <img class=class src=src alt="" width="96" height="96" /> }.into_any()
        }
        None => view! {
            <span class="thumb-file">
                {icon(Icon::File)} <span class="thumb-name">{attachment.name.clone()}</span>
            </span>
        }
        .into_any(),
    }
}
