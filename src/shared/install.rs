//! Installing the app: the browser's offer as a button, and a guide where only the user can do it.

use super::labels::changes;
use super::waiting_files::{load_waiting, only_here, only_here_text};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::section;
use crate::view::view;
use afield_platform::install::{self, Place};
use leptos::prelude::*;

/// Where the app runs, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Installation(RwSignal<Place>);

/// Listens for the browser's offer, which comes early. Once, in `app`.
pub fn provide_installation() {
    let place = RwSignal::new(install::place());
    install::listen(move || place.set(install::place()));
    provide_context(Installation(place));
}

/// Where the app runs, as it changes.
pub fn use_place() -> RwSignal<Place> {
    use_context::<Installation>().map_or_else(
        || RwSignal::new(install::place()),
        |Installation(place)| place,
    )
}

/// The part of the settings.
pub fn install_part() -> impl IntoView {
    let body = view! { <div class="card pad stack">{install_text()}</div> };
    section(tr!(install.title), body.into_any())
}

/// Whether it is installed, and how to do it where the app runs.
pub fn install_text() -> impl IntoView {
    let place = use_place();
    move || place_text(place.get())
}

/// The app on an iPhone's home screen has a storage of its own: what is only in the browser stays there.
fn stays_behind() -> impl IntoView {
    let here = only_here(load_waiting());
    move || {
        let here = here.get();
        let send = (here.sendable > 0)
            .then(|| tr!(install.apple_send_first, changes = changes(here.sendable)));
        let stays = only_here_text(here.stuck, here.files);
        let stays = (!stays.is_empty()).then(|| tr!(install.apple_stays, what = stays));
        (send.is_some() || stays.is_some()).then(|| {
            let body = view! { {send.map(|text| view! { <p>{text}</p> })} {stays.map(|text| view! { <p>{text}</p> })} };
            notice(Tone::Warning, body.into_any())
        })
    }
}

fn place_text(place: Place) -> AnyView {
    match place {
        Place::Installed => view! {
            <p class="line">{icon(Icon::Check)} <span>{tr!(install.done)}</span></p>
        }
        .into_any(),
        Place::Offered => view! {
            <p>{tr!(install.why)}</p>
            <button type="button" class="btn btn-primary" on:click=|_| install::offer()>
                {tr!(install.action)}
            </button>
        }
        .into_any(),
        Place::AppleBrowser => view! {
            <p>{tr!(install.why)}</p>
            {stays_behind()}
            <ol class="list-decimal ps-6">
                <li>{tr!(install.apple_share)}</li>
                <li>{tr!(install.apple_add)}</li>
                <li>{tr!(install.apple_open)}</li>
            </ol>
            <p class="muted">{tr!(install.apple_note)}</p>
        }
        .into_any(),
        Place::Browser => view! {
            <p>{tr!(install.why)}</p>
            <p class="muted">{tr!(install.menu)}</p>
        }
        .into_any(),
    }
}
