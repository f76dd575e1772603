//! A button that reads a barcode with the camera, where the browser can.
//!
//! Owns the dialog with the picture. Whoever uses it has a field for typing the code beside it: not
//! every browser can scan, and not every label can be read.

use super::icon::{Icon, icon};
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use afield_platform::barcode::{Scanner, can_scan};
use afield_platform::timer;
use leptos::html::{Dialog, Video};
use leptos::prelude::*;
use leptos::task::spawn_local;

const LOOK_MS: u32 = 200;

/// What the open dialog shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scan {
    Closed,
    Looking,
    NoCamera,
}

/// The button that is called `label`; nothing where the browser cannot scan. `on_code` hears the
/// text of the code.
pub fn scan_button(label: &'static str, on_code: Callback<String>) -> AnyView {
    if !can_scan() {
        return ().into_any();
    }
    let scan = RwSignal::new(Scan::Closed);
    let dialog = NodeRef::<Dialog>::new();
    let video = NodeRef::<Video>::new();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let open = move |_| {
        let Some(dialog) = dialog.get_untracked() else {
            return;
        };
        let _ = dialog.show_modal();
        scan.set(Scan::Looking);
        spawn_local(async move {
            match look(scan, video).await {
                Ok(Some(code)) => {
                    close();
                    on_code.run(code);
                }
                Ok(None) => {}
                Err(()) => {
                    let _ = scan.try_set(Scan::NoCamera);
                }
            }
        });
    };
    let trouble =
        move || (scan.get() == Scan::NoCamera).then(|| view! { <p>{tr!(assets.scan_trouble)}</p> });
    view! {
        <button type="button" class="btn" on:click=open>{icon(Icon::Camera)} {label}</button>
        <dialog class="viewer" aria-label=label node_ref=dialog on:close=move |_| scan.set(Scan::Closed)>
            <p class="viewer-name">{tr!(assets.scan_hint)}</p>
            <video class="viewer-picture" node_ref=video autoplay playsinline muted></video>
            <div role="status">{trouble}</div>
            <div class="actions">
                <button type="button" class="btn" on:click=move |_| close()>
                    {icon(Icon::Close)} {tr!(common.close)}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}

/// Looks until there is a code, or until the dialog is closed. The camera is off afterwards.
async fn look(scan: RwSignal<Scan>, video: NodeRef<Video>) -> Result<Option<String>, ()> {
    let scanner = Scanner::open().await.map_err(|_| ())?;
    let Some(video) = video.get_untracked() else {
        return Ok(None);
    };
    scanner.show_in(&video);
    while scan.try_get_untracked() == Some(Scan::Looking) {
        if let Some(code) = scanner.read(&video).await {
            return Ok(Some(code));
        }
        timer::sleep_ms(LOOK_MS).await;
    }
    Ok(None)
}
