//! The sign-in form.
//!
//! Owns what is typed until it is sent. Must never keep the password.

use crate::error::Trouble;
use crate::runtime::commands::use_commands;
use crate::runtime::prefs::{last_email, note_company_sign_in};
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
    let revoked = use_sync_state()
        .status
        .with_untracked(|status| status.revoked);
    let title = match &account {
        Some(_) if revoked => tr!(sign_in.revoked),
        Some(_) => tr!(sign_in.again),
        None => tr!(sign_in.title),
    };
    // Whoever signs in at its own address has to go on from there.
    let is_here = use_location()
        .pathname
        .with_untracked(|path| path == "/sign-in");
    let leaves = account.is_some() || is_here;
    // Whose session has ended is told where their company signs them in.
    if let Some(commands) = use_commands().filter(|_| account.is_some()) {
        commands.ask(true, false);
    }
    view! {
        <div class="narrow">
            {heading(title)}
            {insecure_notice()}
            {match account {
                Some(account) => again(&account, revoked).into_any(),
                None => first().into_any(),
            }}
            {fields(form, leaves)}
            {by_company()}
        </div>
    }
}

/// The ways to the company's own sign-in and sign-out, where the server has told them. Below the form: nothing jumps when
/// they come.
fn by_company() -> impl IntoView {
    let way = |to: RwSignal<String>, class: &'static str, text: &'static str| {
        move || {
            let to = to.get();
            (!to.is_empty()).then(|| {
                view! {
                    <a class=class href=to rel="external" on:click=|_| note_company_sign_in()>
                        {text}
                    </a>
                }
            })
        }
    };
    use_commands().map(|commands| {
        view! {
            <p class="stack">
                {way(commands.way_in, "btn btn-lg", tr!(sign_in.by_company))}
                {way(commands.way_out, "link", tr!(sign_in.as_other))}
            </p>
        }
    })
}

/// What happened to the session, what of its user's work is safe, and what to know. The office may have revoked the phone.
fn again(account: &Account, revoked: bool) -> impl IntoView {
    let sync = use_sync_state();
    let name = account.name().to_owned();
    let (lead, hint) = match revoked {
        true => (
            tr!(sign_in.revoked_lead, name = name),
            tr!(sign_in.revoked_ask),
        ),
        false => (tr!(sign_in.again_as, name = name), tr!(sign_in.sealed)),
    };
    let kept = move || {
        let unsent = sync.status.with(|status| status.unsent);
        match (revoked, unsent) {
            (false, count) => tr!(sign_in.kept, changes = changes(count)),
            (true, 0) if sync.has_waiting_files() == Some(false) => {
                tr!(sign_in.revoked_sent).to_owned()
            }
            (true, 0) => tr!(sign_in.revoked_files).to_owned(),
            (true, count) => tr!(sign_in.revoked_left, changes = changes(count)),
        }
    };
    view! {
        <p>{lead}</p>
        <p class="muted">{kept}</p>
        <p class="muted">{hint}</p>
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
