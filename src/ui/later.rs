//! A view of another piece of the app: a skeleton until it has come, and what to do when it does not come.
//!
//! Must never know which piece.

use super::notice::{Tone, notice};
use super::parts;
use crate::chunk::{NotLoaded, Work};
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;

/// Asks for the view, each time anew.
type Ask = Box<dyn Fn() -> Work<Result<AnyView, NotLoaded>>>;

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Coming,
    Here,
    /// How often it did not come.
    Missing(u32),
}

/// What `ask` gives, when it has come.
pub fn later(ask: Ask) -> AnyView {
    let ask = StoredValue::new_local(ask);
    let stage = RwSignal::new(Stage::Coming);
    let view = StoredValue::new_local(None::<AnyView>);
    // What a second try draws belongs to this place too, not to the button that asked for it.
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let load = move |failed: u32| {
        let coming = ask.with_value(|ask| ask());
        let work = async move {
            // The page may have been left meanwhile.
            let next = match coming.await {
                Ok(came) => {
                    if view.try_set_value(Some(came)).is_some() {
                        return;
                    }
                    Stage::Here
                }
                Err(NotLoaded) => Stage::Missing(failed + 1),
            };
            let _ = stage.try_set(next);
        };
        spawn_local(owner.with_value(|owner| owner.with(|| ScopedFuture::new_untracked(work))));
    };
    load(0);
    let draw = move || match stage.get() {
        Stage::Coming => parts::skeleton(4).into_any(),
        Stage::Here => view
            .try_update_value(Option::take)
            .flatten()
            .unwrap_or_else(|| ().into_any()),
        Stage::Missing(times) => {
            let again = move |_| {
                stage.set(Stage::Coming);
                load(times);
            };
            missing(times, again).into_any()
        }
    };
    draw.into_any()
}

/// Says that a part of the app is not there. Once a second try has failed too, the page can be loaded again: after an
/// update the part may be gone, and the new page asks for the new one.
fn missing(times: u32, again: impl Fn(web_sys::MouseEvent) + 'static) -> impl IntoView {
    let load_again = move |_| {
        let _ = window().location().reload();
    };
    let body = view! {
        <p role="alert">{tr!(trouble.not_loaded)}</p>
        <button type="button" class="btn btn-primary" on:click=again>
            {tr!(common.retry)}
        </button>
        {(times > 1)
            .then(|| {
                view! {
                    <button type="button" class="btn" on:click=load_again>
                        {tr!(shell.load_again)}
                    </button>
                }
            })}
    };
    view! {
        {parts::heading(tr!(shell.part_missing))}
        {notice(Tone::Error, body.into_any())}
    }
}
