//! A small picture of an attachment; a tap shows the whole one, and from there those beside it.
//!
//! Its place is reserved before anything is drawn. Must never load a whole file before somebody asks for it.

use super::amounts::bytes_text;
use super::gesture::{Gesture, Hand};
use super::labels::trouble_text;
use crate::chunk::chunk;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::later::later;
use crate::view::view;
use afield_domain::{Attachment, AttachmentId, AttachmentKind};
use afield_platform::picture::ObjectUrl;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;
use std::rc::Rc;

/// Loads a whole file; none if it is not on this phone.
pub type Original = Rc<dyn Fn(AttachmentId) -> Pin<Box<dyn Future<Output = Loaded>>>>;
/// The files of the same job, oldest first.
pub type Beside = Rc<dyn Fn() -> Vec<Attachment>>;
/// What came of it.
type Loaded = Result<Option<ObjectUrl>, Trouble>;

/// The button with the small picture, and what it opens.
pub fn thumbnail(attachment: &Attachment, beside: Beside, original: Original) -> AnyView {
    let original = StoredValue::new_local(original);
    let files = StoredValue::new(Vec::new());
    let at = RwSignal::new(None);
    let is_open = Memo::new(move |_| at.with(Option::is_some));
    let id = attachment.id;
    let place = move |files: &[Attachment]| files.iter().position(|file| file.id == id);
    // Phones call every photo the same: the number tells them apart.
    let number = place(&beside()).map_or(1, |place| place + 1);
    let open = move |_| {
        let found = beside();
        at.set(place(&found));
        files.set_value(found);
    };
    let name = attachment.name.clone();
    view! {
        <button
            type="button"
            class="thumb"
            aria-label=tr!(files.show, number = number, name = name)
            on:click=open
        >
            {small(attachment)}
        </button>
        {move || is_open.get().then(|| later(Box::new(move || Box::pin(viewer_of(files, at, original)))))}
    }
    .into_any()
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

fn small(attachment: &Attachment) -> AnyView {
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

type Files = StoredValue<Vec<Attachment>>;
type At = RwSignal<Option<usize>>;
type Source = StoredValue<Original, LocalStorage>;

chunk!(seldom: fn viewer_of(files: Files, at: At, original: Source) -> AnyView {
    viewer(files, at, original)
});

/// One file after the other, as large as the screen.
fn viewer(files: Files, at: At, original: Source) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let loaded = leptos::prelude::RwSignal::new_local(None::<Loaded>);
    let zoom = RwSignal::new(1.0_f64);
    let is_zoomed = Memo::new(move |_| zoom.get() > 1.0);
    let hand = StoredValue::new(Hand::default());
    let count = files.with_value(Vec::len);
    let current = move || {
        at.get()
            .and_then(|at| files.with_value(|files| files.get(at).cloned()))
    };
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    Effect::new(move |_| {
        // What was loaded is let go: a whole picture is large.
        loaded.set(None);
        zoom.set(1.0);
        let Some(file) = current() else { return };
        let work = original.with_value(|original| original(file.id));
        spawn_local(async move {
            let found = work.await;
            let is_shown = at.try_get_untracked().flatten().and_then(|at| {
                files.try_with_value(|files| files.get(at).is_some_and(|shown| shown.id == file.id))
            });
            if is_shown == Some(true) {
                let _ = loaded.try_set(Some(found));
            }
        });
    });
    let go = move |forward: bool| {
        let next = at.get_untracked().and_then(|at| match forward {
            true => Some(at + 1).filter(|next| *next < count),
            false => at.checked_sub(1),
        });
        if next.is_some() {
            at.set(next);
        }
    };
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowRight" => go(true),
        "ArrowLeft" => go(false),
        _ => {}
    };
    let moved = move |event: PointerEvent, is_down: Option<bool>| {
        let point = (f64::from(event.client_x()), f64::from(event.client_y()));
        let before = zoom.get_untracked();
        let did = hand.try_update_value(|hand| match is_down {
            Some(true) => hand.down(event.pointer_id(), point, before),
            Some(false) => hand.up(event.pointer_id(), point, event.time_stamp(), before),
            None => hand.moves(event.pointer_id(), point),
        });
        match did.flatten() {
            Some(Gesture::Zoom(to)) => zoom.set(to),
            Some(Gesture::Swipe { forward }) => go(forward),
            None => {}
        }
    };
    let name = move || current().map(|file| file.name).unwrap_or_default();
    let step = move |forward: bool, shape: Icon, label: &'static str| {
        let is_end = move || {
            let end = if forward {
                count.checked_sub(1)
            } else {
                Some(0)
            };
            (at.get() == end).then_some("true")
        };
        view! {
            <button
                type="button"
                class="btn btn-square"
                aria-label=label
                aria-disabled=is_end
                on:click=move |_| go(forward)
            >
                {icon(shape)}
            </button>
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let shown = move || {
        let file = current()?;
        loaded.with(|loaded| loaded.as_ref().map(|loaded| shown(&file, loaded, zoom)))
    };
    let place = move || {
        at.get()
            .map(|at| tr!(files.nth, number = at + 1, count = count))
    };
    view! {
        <dialog
            class="viewer"
            aria-label=name
            node_ref=dialog
            on:close=move |_| at.set(None)
            on:keydown=key
        >
            <div class="viewer-line">
                <p class="viewer-name">{name} <span class="muted" role="status">{place}</span></p>
                <button type="button" class="btn btn-square" aria-label=tr!(common.close) on:click=close>
                    {icon(Icon::Close)}
                </button>
            </div>
            <div
                class="viewer-stage"
                class:viewer-zoomed=move || is_zoomed.get()
                on:pointerdown=move |event| moved(event, Some(true))
                on:pointermove=move |event| moved(event, None)
                on:pointerup=move |event| moved(event, Some(false))
                on:pointercancel=move |event| moved(event, Some(false))
            >
                {shown}
            </div>
            <div class="viewer-line">
                {step(false, Icon::Left, tr!(files.before))}
                {move || current().and_then(|file| {
                    loaded.with(|loaded| match loaded {
                        Some(Ok(Some(url))) => Some(copy(&file, url)),
                        _ => None,
                    })
                })}
                {step(true, Icon::Right, tr!(files.after))}
            </div>
        </dialog>
    }
    .into_any()
}

fn copy(attachment: &Attachment, url: &ObjectUrl) -> AnyView {
    let size = bytes_text(attachment.bytes, language());
    view! {
        <p class="viewer-copy">
            <a class="link" href=url.href().to_owned() download=attachment.name.clone()>
                {tr!(files.keep_copy)}
            </a>
            " " <span class="muted">{size}</span>
        </p>
    }
    .into_any()
}

fn shown(attachment: &Attachment, loaded: &Loaded, zoom: RwSignal<f64>) -> AnyView {
    match loaded {
        Ok(Some(url)) if attachment.width > 0 => picture(attachment, url.href().to_owned(), zoom),
        Ok(Some(_)) => small(attachment),
        Ok(None) => elsewhere(attachment, zoom),
        Err(trouble) => {
            let text = trouble_text(trouble);
            view! { <p role="alert">{tr!(files.damaged)} " " {text}</p> }.into_any()
        }
    }
}

fn elsewhere(attachment: &Attachment, zoom: RwSignal<f64>) -> AnyView {
    match preview(&attachment.thumbnail) {
        Some(src) => view! {
            {picture(attachment, src, zoom)}
            <p class="muted">{tr!(files.preview_only)}</p>
        }
        .into_any(),
        None => view! { <p>{tr!(files.not_here)}</p> }.into_any(),
    }
}

/// So many times the screen, for a style. Not as the number itself is written: what writes any number exactly is
/// fourteen kilobytes that nothing else needs.
fn in_percent(times: f64) -> String {
    let tenths = (times * 1000.0).round() as u32;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn picture(attachment: &Attachment, src: String, zoom: RwSignal<f64>) -> AnyView {
    view! {
        <img
            class="viewer-picture"
            src=src
            alt=attachment.name.clone()
            draggable="false"
            style:width=move || in_percent(zoom.get())
            style:height=move || in_percent(zoom.get())
        />
    }
    .into_any()
}
