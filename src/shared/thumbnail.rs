//! A small picture of an attachment; a tap shows the whole one, and from there those beside it.
//!
//! Its place is reserved before anything is drawn. Must never load a whole file before somebody asks for it.

use super::photo_marks::PhotoMarks;
use super::preview::small;
pub use super::preview::{Shown, preview};
use super::viewer::viewer_of;
use crate::memo::Memo;
use crate::runtime::commands::use_commands;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::later::later;
use crate::view::view;
use leptos::prelude::*;
use std::rc::Rc;

/// The files of the same job, oldest first.
pub type Beside = Rc<dyn Fn() -> Vec<Shown>>;

/// The button with the small picture, with what it shows by `marks`, and what it opens.
pub fn thumbnail(attachment: &Shown, beside: Beside, marks: Option<PhotoMarks>) -> AnyView {
    let commands = use_commands();
    let files = StoredValue::new(Vec::new());
    let at = RwSignal::new(None);
    let is_open = Memo::new(move |_| at.with(Option::is_some));
    let id = attachment.id;
    let place = move |files: &[Shown]| files.iter().position(|file| file.id == id);
    // Phones call every photo the same: the number tells them apart.
    let number = place(&beside()).map_or(1, |place| place + 1);
    let open = move |_| {
        let found = beside();
        at.set(place(&found));
        files.set_value(found);
    };
    let called = tr!(files.show, number = number, name = attachment.name);
    let shows = marks.clone();
    let word = Memo::new(move |_| shows.as_ref().and_then(|marks| marks.word(id)));
    let label = move || match word.get() {
        Some(word) => format!("{called}, {word}"),
        None => called.clone(),
    };
    view! {
        <button
            type="button"
            class="thumb"
            aria-label=label
            on:click=open
        >
            {small(attachment)}
            {move || word.get().map(|word| view! { <span class="thumb-word">{word}</span> })}
        </button>
        {move || is_open.get().then(|| {
            let marks = marks.clone();
            later(Box::new(move || Box::pin(viewer_of(files, at, commands, marks.clone()))))
        })}
    }
    .into_any()
}
