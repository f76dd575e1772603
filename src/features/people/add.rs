//! The form that adds somebody: with a sign-in link, or with a password from the admin.

use super::desk::{Desk, MAIL, Newcomer};
use super::typed::{email_flaw, name_flaw, password_flaw};
use crate::runtime::commands::use_commands;
use crate::shared::labels::role_label;
use crate::tr;
use crate::ui::form::field;
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
pub(super) fn roles(id: &'static str, chosen: Role, choose: impl Fn(Role) + 'static) -> AnyView {
    let options = ROLES.map(|role| {
        view! { <option value=option_of(role) selected=role == chosen>{role_label(role)}</option> }
    });
    let choose = move |name: String| {
        if let Some(role) = ROLES.into_iter().find(|role| option_of(*role) == name) {
            choose(role);
        }
    };
    let control = view! {
        <select id=id class="select w-full" on:change:target=move |event| choose(event.target().value())>
            {options.collect_view()}
        </select>
    };
    field(id, tr!(people.role), control.into_any(), || None).into_any()
}

/// One line of text.
#[derive(Clone, Copy)]
pub(super) struct LineOf {
    pub(super) id: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: &'static str,
    /// The id of a list of what is suggested.
    pub(super) list: Option<&'static str>,
}

/// The line with what is wrong with it.
pub(super) fn line(
    desk: Desk,
    line: LineOf,
    text: impl Fn() -> String + Send + 'static,
    type_in: impl Fn(String) + 'static,
) -> AnyView {
    let LineOf {
        id,
        label,
        kind,
        list,
    } = line;
    let flaw = move || desk.flaw(id);
    let typed = move |text: String| {
        type_in(text);
        desk.is_typed(id);
    };
    let control = view! {
        <input
            id=id
            class="input w-full"
            type=kind
            autocomplete="off"
            list=list
            aria-invalid=move || flaw().is_some().then_some("true")
            aria-describedby=format!("{id}-flaw")
            prop:value=text
            on:input:target=move |event| typed(event.target().value())
        />
    };
    field(id, label, control.into_any(), flaw).into_any()
}

/// A line of the form that adds somebody.
fn new_line(
    desk: Desk,
    (id, label, kind): (&'static str, &'static str, &'static str),
    text: fn(&mut Newcomer) -> &mut String,
) -> AnyView {
    let one = LineOf {
        id,
        label,
        kind,
        list: None,
    };
    let stands = move || desk.new.with(|new| text(&mut new.clone()).clone());
    let typed = move |typed| desk.new.update(|new| *text(new) = typed);
    line(desk, one, stands, typed)
}

const NAME: &str = "add-name";
const PASSWORD: &str = "add-password";

pub(super) fn add_form(desk: Desk) -> AnyView {
    let commands = use_commands();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let new = desk.new.get_untracked();
        let fresh = || Some(UserId(commands?.new_id().ok()?));
        let Some(id) = new.id.or_else(fresh) else {
            return;
        };
        desk.new.update(|new| new.id = Some(id));
        let password = (!new.password.is_empty()).then_some(new.password);
        let flaws = vec![
            (NAME, name_flaw(&new.name)),
            (MAIL, email_flaw(&new.email)),
            (PASSWORD, password.as_deref().and_then(password_flaw)),
        ];
        if desk.check(flaws) {
            desk.add(NewPerson {
                id,
                name: new.name.trim().to_owned(),
                email: new.email,
                role: new.role,
                password,
            });
        }
    };
    let cancel = move |_| {
        desk.new.set(Newcomer::default());
        desk.check(Vec::new());
        desk.adding.set(false);
    };
    let role = desk.new.with_untracked(|new| new.role);
    let choose = move |chosen| desk.new.update(|new| new.role = chosen);
    view! {
        <form class="card pad stack people-add" novalidate aria-label=tr!(people.add) on:submit=submit>
            {new_line(desk, (NAME, tr!(people.name), "text"), |new| &mut new.name)}
            {new_line(desk, (MAIL, tr!(sign_in.email), "email"), |new| &mut new.email)}
            {roles("add-role", role, choose)}
            {new_line(desk, (PASSWORD, tr!(people.password_or_link), "text"), |new| &mut new.password)}
            <p class="muted">{tr!(people.password_hint)}</p>
            <div class="actions">
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-disabled=move || desk.busy.get().then_some("true")
                >
                    {tr!(people.add_now)}
                </button>
                <button type="button" class="btn" on:click=cancel>
                    {tr!(common.cancel)}
                </button>
            </div>
        </form>
    }
    .into_any()
}
