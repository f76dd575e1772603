//! The sign-in form.
//!
//! Owns what is typed until it is sent. Must never keep the password.

use crate::error::Trouble;
use crate::runtime::commands::use_commands;
use crate::runtime::prefs::last_email;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::labels::{changes, trouble_text};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::notice::{Tone, insecure_notice, notice};
use crate::ui::parts::heading;
use crate::view::view;
use afield_protocol::SignInRequest;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_location, use_navigate};
use std::sync::Arc;

#[derive(Clone, Copy)]
struct SignInForm {
    email: RwSignal<String>,
    password: RwSignal<String>,
    busy: RwSignal<bool>,
    trouble: RwSignal<Option<Trouble>>,
}

/// The page; with the account whose session has ended, if there is one.
pub fn sign_in_page(account: Option<Arc<Account>>) -> impl IntoView {
    let form = SignInForm {
        email: RwSignal::new(last_email()),
        password: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        trouble: RwSignal::new(None),
    };
    let title = if account.is_some() {
        tr!(sign_in.again)
    } else {
        tr!(sign_in.title)
    };
    // Whoever signs in at its own address has to go on from there.
    let is_here = use_location()
        .pathname
        .with_untracked(|path| path == "/sign-in");
    let leaves = account.is_some() || is_here;
    view! {
        <div class="narrow">
            {heading(title)}
            {insecure_notice()}
            {match account {
                Some(account) => again(&account).into_any(),
                None => first().into_any(),
            }}
            {fields(form, leaves)}
        </div>
    }
}

fn again(account: &Account) -> impl IntoView {
    let sync = use_sync_state();
    let name = account.name().to_owned();
    view! {
        <p>{tr!(sign_in.again_as, name = name)}</p>
        <p class="muted">
            {move || {
                let unsent = sync.status.with(|status| status.unsent);
                tr!(sign_in.kept, changes = changes(unsent))
            }}
        </p>
        <p class="muted">{tr!(sign_in.sealed)}</p>
    }
}

fn first() -> impl IntoView {
    let sync = use_sync_state();
    view! {
        <p class="muted">{tr!(sign_in.lead)}</p>
        {move || {
            let sealed = sync.status.with(|status| status.sealed);
            (sealed > 0)
                .then(|| {
                    notice(
                        Tone::Info,
                        view! { <p>{tr!(sign_in.sealed_waiting, changes = changes(sealed))}</p> }.into_any(),
                    )
                })
        }}
    }
}

fn fields(form: SignInForm, leaves: bool) -> impl IntoView {
    let commands = use_commands();
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = commands.filter(|_| !form.busy.get_untracked()) else {
            return;
        };
        let request = SignInRequest {
            email: form.email.get_untracked().trim().to_owned(),
            password: form.password.get_untracked(),
        };
        let navigate = navigate.clone();
        form.busy.set(true);
        form.trouble.set(None);
        spawn_local(async move {
            let result = commands.sign_in(request).await;
            // Signed in, the form may be gone already.
            let _ = form.busy.try_set(false);
            match result {
                Ok(()) if leaves => navigate("/", leptos_router::NavigateOptions::default()),
                Ok(()) => {}
                Err(trouble) => {
                    let _ = form.trouble.try_set(Some(trouble));
                }
            }
        });
    };
    view! {
        <form class="stack" on:submit=submit>
            <label class="field">
                <span>{tr!(sign_in.email)}</span>
                <input
                    class="input w-full"
                    type="email"
                    name="email"
                    autocomplete="username"
                    inputmode="email"
                    autocapitalize="none"
                    required
                    prop:value=move || form.email.get()
                    on:input:target=move |event| form.email.set(event.target().value())
                />
            </label>
            <label class="field">
                <span>{tr!(sign_in.password)}</span>
                <input
                    class="input w-full"
                    type="password"
                    name="password"
                    autocomplete="current-password"
                    required
                    prop:value=move || form.password.get()
                    on:input:target=move |event| form.password.set(event.target().value())
                />
            </label>
            <div role="alert">
                {move || form.trouble.get().map(|trouble| {
                    notice(Tone::Error, view! { <p>{sign_in_trouble(&trouble)}</p> }.into_any())
                })}
            </div>
            <button type="submit" class="btn btn-primary btn-lg" aria-disabled=move || form.busy.get().then_some("true")>
                {move || if form.busy.get() { tr!(sign_in.busy) } else { tr!(sign_in.action) }}
            </button>
        </form>
    }
}

fn sign_in_trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoConnection | Trouble::NotOurServer => tr!(sign_in.no_connection).to_owned(),
        other => trouble_text(other),
    }
}
