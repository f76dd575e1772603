//! Installing the app: the browser's offer as a button, and a guide where only the user can do it.

use crate::runtime::sync_status::use_sync_state;
use crate::shared::labels::changes;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::section;
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

/// The part of the settings.
pub fn install_part() -> impl IntoView {
    let place = use_context::<Installation>().map_or_else(
        || RwSignal::new(install::place()),
        |Installation(place)| place,
    );
    let body = view! { <div class="card pad stack">{move || place_text(place.get())}</div> };
    section(tr!(install.title), body.into_any())
}

/// The app on an iPhone's home screen has a storage of its own: what is unsent in the browser stays there.
fn send_first() -> impl IntoView {
    let sync = use_sync_state();
    move || {
        let unsent = sync.status.with(|status| status.unsent);
        (unsent > 0).then(|| {
            let text = tr!(install.apple_send_first, changes = changes(unsent));
            notice(Tone::Warning, view! { <p>{text}</p> }.into_any())
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
            {send_first()}
            <ol class="steps">
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
