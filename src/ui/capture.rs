//! Buttons that pick photos and files.
//!
//! The browser's own file inputs, under labels that look like buttons: the camera, the gallery, the keyboard
//! and screen readers come with them. Must never read what was picked: that is `files`.

use super::icon::{Icon, icon};
use crate::tr;
use crate::view::view;
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::{Event, File, HtmlInputElement};

/// Hears what was picked.
pub type OnPicked = Rc<dyn Fn(Vec<File>)>;

const PICTURES: &str = "image/*";
const BUTTON: &str = "btn pick";

/// What an input picks.
#[derive(Debug, Clone, Copy)]
struct Pick {
    accept: &'static str,
    camera: bool,
    multiple: bool,
}

/// The camera and the gallery, in a group that is called `label`.
pub fn photo_button(label: String, on_picked: OnPicked) -> AnyView {
    let camera = Pick {
        accept: PICTURES,
        camera: true,
        multiple: false,
    };
    let gallery = Pick {
        accept: PICTURES,
        camera: false,
        multiple: true,
    };
    let take = picker(
        Icon::Camera,
        tr!(files.take),
        BUTTON,
        camera,
        Rc::clone(&on_picked),
    );
    let choose = picker(Icon::Picture, tr!(files.choose), BUTTON, gallery, on_picked);
    view! { <div role="group" aria-label=label class="picks">{take} {choose}</div> }.into_any()
}

/// The camera alone, as one button among others.
pub fn camera_button(label: &'static str, class: &'static str, on_picked: OnPicked) -> AnyView {
    let camera = Pick {
        accept: PICTURES,
        camera: true,
        multiple: false,
    };
    picker(Icon::Camera, label, class, camera, on_picked)
}

/// Any file, in a group that is called `label`.
pub fn file_button(label: String, on_picked: OnPicked) -> AnyView {
    let any = Pick {
        accept: "",
        camera: false,
        multiple: true,
    };
    let choose = picker(Icon::File, tr!(files.choose_file), BUTTON, any, on_picked);
    view! { <div role="group" aria-label=label class="picks">{choose}</div> }.into_any()
}

/// One file of any kind, as a button that says `label`.
pub fn pick_one(label: &'static str, on_picked: OnPicked) -> AnyView {
    let one = Pick {
        accept: "",
        camera: false,
        multiple: false,
    };
    picker(Icon::File, label, BUTTON, one, on_picked)
}

fn picker(
    shape: Icon,
    label: &'static str,
    class: &'static str,
    pick: Pick,
    on_picked: OnPicked,
) -> AnyView {
    let take = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        let picked = files_of(&input);
        // The same file can be picked again.
        input.set_value("");
        if !picked.is_empty() {
            on_picked(picked);
        }
    };
    view! {
        <label class=class>
            {icon(shape)}
            <span>{label}</span>
            <input
                type="file"
                class="sr-only"
                accept=(!pick.accept.is_empty()).then_some(pick.accept)
                capture=pick.camera.then_some("environment")
                multiple=pick.multiple
                on:change=take
            />
        </label>
    }
    .into_any()
}

fn files_of(input: &HtmlInputElement) -> Vec<File> {
    let Some(list) = input.files() else {
        return Vec::new();
    };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}
