//! One file after the other, as large as the screen.
//!
//! Owns the viewer. What comes is shown as a picture or saved, never opened as a page. Must never hold more than one
//! whole file, or the two that are compared.

use super::amounts::bytes_text;
use super::compare::compare;
use super::gesture::{Gesture, Hand};
use super::labels::trouble_text;
use super::photo_marks::{PhotoMarks, moment_label};
use super::photo_pairs::pair_of;
use super::preview::{Shown, preview, small};
use super::whole_file::{Loaded, Whole, load_whole};
use crate::chunk::chunk;
use crate::effect::Effect;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::commands::Commands;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::record::moment_of;
use afield_domain::{AttachmentKind, FieldValue, PhotoMoment};
use afield_platform::picture::ObjectUrl;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;

type Files = StoredValue<Vec<Shown>>;
type At = RwSignal<Option<usize>>;

chunk!(seldom: /// The viewer of `files`, which shows the one `at` a place and closes when there is none.
pub fn viewer_of(files: Files, at: At, commands: Option<Commands>, marks: Option<PhotoMarks>) -> AnyView {
    viewer(files, at, commands, marks)
});

/// One file after the other, as large as the screen.
fn viewer(files: Files, at: At, commands: Option<Commands>, marks: Option<PhotoMarks>) -> AnyView {
    let dialog = NodeRef::<Dialog>::new();
    let loaded = leptos::prelude::RwSignal::new_local(None::<Loaded>);
    let zoom = RwSignal::new(1.0_f64);
    let is_zoomed = Memo::new(move |_| zoom.get() > 1.0);
    let hand = StoredValue::new(Hand::default());
    let pair = RwSignal::new(None::<(Shown, Shown)>);
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
        pair.set(None);
        let Some(file) = current() else { return };
        spawn_local(async move {
            let found = load_whole(commands, file.id).await;
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
    // There the arrows and the fingers move the slider.
    let compares = move || pair.with_untracked(Option::is_some);
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        _ if compares() => {}
        "ArrowRight" => go(true),
        "ArrowLeft" => go(false),
        _ => {}
    };
    let moved = move |event: PointerEvent, is_down: Option<bool>| {
        if compares() {
            return;
        }
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
    let name = move || match pair.with(Option::is_some) {
        true => tr!(photo.compare).to_owned(),
        false => current().map(|file| file.name).unwrap_or_default(),
    };
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
        if let Some((before, after)) = pair.get() {
            return Some(compare(&before, &after, commands));
        }
        let file = current()?;
        Some(loaded.with(|loaded| match loaded {
            Some(loaded) => shown(&file, loaded, zoom),
            None => instead(&file, zoom, tr!(files.opening)),
        }))
    };
    let place = move || {
        at.get()
            .filter(|_| pair.with(Option::is_none))
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
            {marks.map(|marks| said(files, at, pair, marks))}
            // Of two that are compared none is the one to go on from.
            <div class="viewer-line" hidden=move || pair.with(Option::is_some)>
                {step(false, Icon::Left, tr!(files.before))}
                {move || current().and_then(|file| {
                    loaded.with(|loaded| match loaded {
                        Some(Ok(Whole::Here(url, bytes))) => Some(copy(&file, url, *bytes)),
                        _ => None,
                    })
                })}
                {step(true, Icon::Right, tr!(files.after))}
            </div>
        </dialog>
    }
    .into_any()
}

/// What the photo shows, how that is said, and the one that it belongs to.
fn said(
    files: Files,
    at: At,
    pair: RwSignal<Option<(Shown, Shown)>>,
    marks: PhotoMarks,
) -> AnyView {
    let current = move || {
        let file = files.with_value(|files| at.get().and_then(|at| files.get(at).cloned()))?;
        (file.kind == AttachmentKind::Photo).then_some(file.id)
    };
    let (known, other) = (marks.clone(), marks.clone());
    let value = Memo::new(move |_| {
        let id = current()?;
        let marks = known.all();
        Some((id, moment_of(&marks, id)))
    });
    let partner = Memo::new(move |_| {
        let id = current()?;
        let ids = files.with_value(|files| files.iter().map(|file| file.id).collect::<Vec<_>>());
        pair_of(&ids, &other.all(), id)
    });
    let button = move |moment: PhotoMoment| {
        let marking = marks.marking.clone().filter(|marking| marking.may.get())?;
        let is_so = move || value.get().and_then(|(_, moment)| moment) == Some(moment);
        let set = move |_| {
            let Some((id, now)) = value.get_untracked() else {
                return;
            };
            let new = match now == Some(moment) {
                true => FieldValue::Nothing,
                false => FieldValue::Text(moment.name().to_owned()),
            };
            (marking.set)(id, new);
        };
        let pressed = move || if is_so() { "true" } else { "false" };
        Some(view! {
            <button type="button" class="btn" aria-pressed=pressed on:click=set>{moment_label(moment)}</button>
        })
    };
    let find = move |id| files.with_value(|files| files.iter().find(|file| file.id == id).cloned());
    let compares = move |_| match pair.with_untracked(Option::is_some) {
        true => pair.set(None),
        false => pair.set(
            partner
                .get_untracked()
                .and_then(|(a, b)| Some((find(a)?, find(b)?))),
        ),
    };
    let is_compared = move || {
        if pair.with(Option::is_some) {
            "true"
        } else {
            "false"
        }
    };
    let is_photo = Memo::new(move |_| value.with(Option::is_some));
    let has_partner = Memo::new(move |_| partner.with(Option::is_some));
    view! {
        <div class="viewer-line viewer-said" role="group" aria-label=tr!(photo.shows)>
            {move || is_photo.get().then(|| view! { {button(PhotoMoment::Before)} {button(PhotoMoment::After)} })}
            {move || has_partner.get().then(|| view! {
                <button type="button" class="btn" aria-pressed=is_compared on:click=compares>
                    {tr!(photo.compare)}
                </button>
            })}
        </div>
    }
    .into_any()
}

fn copy(file: &Shown, url: &ObjectUrl, bytes: u64) -> AnyView {
    let size = bytes_text(bytes, language());
    view! {
        <p class="viewer-copy">
            <a class="link" href=url.href().to_owned() download=file.name.clone()>
                {tr!(files.keep_copy)}
            </a>
            " " <span class="muted">{size}</span>
        </p>
    }
    .into_any()
}

fn shown(file: &Shown, loaded: &Loaded, zoom: RwSignal<f64>) -> AnyView {
    match loaded {
        Ok(Whole::Here(url, _)) if url.is_picture() => picture(file, url.href().to_owned(), zoom),
        Ok(Whole::Here(..)) => small(file),
        Ok(Whole::Elsewhere) => instead(file, zoom, tr!(files.elsewhere)),
        Ok(Whole::Removed) => instead(file, zoom, tr!(files.removed)),
        Err(Trouble::NoConnection | Trouble::NotOurServer) => {
            instead(file, zoom, tr!(files.at_office))
        }
        Err(trouble) => {
            let text = trouble_text(trouble);
            view! { <p role="alert">{tr!(files.damaged)} " " {text}</p> }.into_any()
        }
    }
}

/// The small picture, and why it is not the whole one.
fn instead(file: &Shown, zoom: RwSignal<f64>, why: &'static str) -> AnyView {
    let small = preview(&file.thumbnail);
    view! {
        {small.map(|src| picture(file, src, zoom))}
        <p class="muted">{why}</p>
    }
    .into_any()
}

/// So many times the screen, for a style. Not as the number itself is written: what writes any number exactly is
/// fourteen kilobytes that nothing else needs.
fn in_percent(times: f64) -> String {
    let tenths = (times * 1000.0).round() as u32;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

fn picture(file: &Shown, src: String, zoom: RwSignal<f64>) -> AnyView {
    view! {
        <img
            class="viewer-picture"
            src=src
            alt=file.name.clone()
            draggable="false"
            style:width=move || in_percent(zoom.get())
            style:height=move || in_percent(zoom.get())
        />
    }
    .into_any()
}
