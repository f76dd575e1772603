//! The page behind a sign-in link: somebody who was invited, or whose password is gone, sets one.
//!
//! Owns what is typed until it is sent. Must never keep the password, nor leave the link in the address.

use crate::error::Trouble;
use crate::runtime::commands::use_commands;
use crate::shared::labels::trouble_text;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::notice::{Tone, insecure_notice, notice};
use crate::ui::parts::heading;
use crate::view::view;
use afield_protocol::LinkRequest;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The page of the link with this token.
pub fn link_page(link: String) -> AnyView {
    let commands = use_commands();
    let navigate = use_navigate();
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<Trouble>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = commands.filter(|_| !busy.get_untracked()) else {
            return;
        };
        let request = LinkRequest {
            link: link.clone(),
            password: password.get_untracked(),
        };
        let navigate = navigate.clone();
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let result = commands.sign_in_by_link(&request).await;
            let _ = busy.try_set(false);
            match result {
                Ok(()) => {
                    let options = NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    };
                    navigate("/", options);
                }
                Err(found) => drop(trouble.try_set(Some(found))),
            }
        });
    };
    view! {
        <div class="narrow">
            {heading(tr!(link.welcome))}
            {insecure_notice()}
            <p class="muted">{tr!(link.welcome_lead)}</p>
            <form class="stack" on:submit=submit>
                <label class="field">
                    <span>{tr!(link.new_password)}</span>
                    <input
                        class="input w-full"
                        type="password"
                        name="new-password"
                        autocomplete="new-password"
                        minlength="8"
                        required
                        prop:value=move || password.get()
                        on:input:target=move |event| password.set(event.target().value())
                    />
                </label>
                <div role="alert">
                    {move || trouble.get().map(|trouble| {
                        notice(Tone::Error, view! { <p>{words_of(&trouble)}</p> }.into_any())
                    })}
                </div>
                <button
                    type="submit"
                    class="btn btn-primary btn-lg"
                    aria-disabled=move || busy.get().then_some("true")
                >
                    {tr!(link.set_and_sign_in)}
                </button>
            </form>
        </div>
    }
    .into_any()
}

fn words_of(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NotAllowed => tr!(link.link_of_no_use).to_owned(),
        other => trouble_text(other),
    }
}
