//! The form that adds somebody: with a sign-in link, or with a password from the admin.

use super::desk::Desk;
use crate::runtime::commands::use_commands;
use crate::shared::labels::role_label;
use crate::signal::RwSignal;
use crate::tr;
use crate::view::view;
use afield_domain::{Role, UserId};
use afield_protocol::NewPerson;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Every role, the one with the least rights first.
pub(super) const ROLES: [Role; 3] = [Role::Technician, Role::Dispatcher, Role::Admin];

/// Its name in a list of options.
pub(super) fn option_of(role: Role) -> &'static str {
    match role {
        Role::Technician => "technician",
        Role::Dispatcher => "dispatcher",
        Role::Admin => "admin",
    }
}

/// A list of the roles; `chosen` is the one that stands there.
pub(super) fn roles(chosen: Role, choose: impl Fn(Role) + 'static) -> AnyView {
    let options = ROLES.map(|role| {
        view! { <option value=option_of(role) selected=role == chosen>{role_label(role)}</option> }
    });
    let choose = move |name: String| {
        if let Some(role) = ROLES.into_iter().find(|role| option_of(*role) == name) {
            choose(role);
        }
    };
    view! {
        <label class="field">
            <span>{tr!(people.role)}</span>
            <select class="select w-full" on:change:target=move |event| choose(event.target().value())>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// One line of text.
pub(super) fn line(
    label: &'static str,
    kind: &'static str,
    text: RwSignal<String>,
    is_needed: bool,
) -> AnyView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                class="input w-full"
                type=kind
                autocomplete="off"
                required=is_needed
                prop:value=move || text.get()
                on:input:target=move |event| text.set(event.target().value())
            />
        </label>
    }
    .into_any()
}

pub(super) fn add_form(desk: Desk) -> AnyView {
    let [name, email, password] = [(); 3].map(|()| RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Technician);
    // The same person, however often it is tried.
    let id = use_commands().and_then(|commands| commands.new_id().ok());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(id) = id else {
            return;
        };
        let password = password.get_untracked();
        desk.add(NewPerson {
            id: UserId(id),
            name: name.get_untracked().trim().to_owned(),
            email: email.get_untracked(),
            role: role.get_untracked(),
            password: (!password.is_empty()).then_some(password),
        });
    };
    view! {
        <form class="card pad stack people-add" aria-label=tr!(people.add) on:submit=submit>
            {line(tr!(people.name), "text", name, true)}
            {line(tr!(sign_in.email), "email", email, true)}
            {roles(Role::Technician, move |chosen| role.set(chosen))}
            {line(tr!(people.password_or_link), "text", password, false)}
            <p class="muted">{tr!(people.password_hint)}</p>
            <div class="actions">
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-disabled=move || desk.busy.get().then_some("true")
                >
                    {tr!(people.add_now)}
                </button>
                <button type="button" class="btn" on:click=move |_| desk.adding.set(false)>
                    {tr!(common.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
