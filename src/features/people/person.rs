//! What an admin can do to somebody, with where they are signed in and what their devices hold.

use super::add::{LineOf, line, roles};
use super::desk::Desk;
use super::revoked::revoked;
use super::typed::{Part, Typed, name_flaw, password_flaw, team_flaw};
use crate::runtime::session::Account;
use crate::shared::browser_name::browser_name;
use crate::shared::labels::{reported, role_label};
use crate::tr;
use crate::ui::focus;
use crate::ui::parts::of;
use crate::view::view;
use afield_protocol::{PeopleTrail, Person, PersonChange, PersonDeed, PersonDevice, PersonSession};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// Somebody, opened.
pub(super) fn details(desk: Desk, account: &Arc<Account>, person: &Person) -> AnyView {
    view! {
        <div class="person-more">
            {name_form(desk, person)}
            {role_form(desk, person)}
            {team_form(desk, person)}
            {password_form(desk, person)}
            {ways_in(desk, account, person)}
            <div class="person-lists">
                {sessions(desk, account, person)}
                {revoked(desk, account, person)}
                {devices(account, &person.devices)}
            </div>
        </div>
    }
    .into_any()
}

/// What changes them.
fn changing(desk: Desk, person: &Person) -> impl Fn(PersonChange) + Clone + 'static {
    let (id, name) = (person.user.id, person.user.name.clone());
    move |change| desk.change(id, name.clone(), change, || ())
}

/// A form of somebody: what was typed into the others stays when it is saved.
fn saving(
    desk: Desk,
    person: &Person,
    (part, label): (Part, &'static str),
    control: AnyView,
    asked: impl Fn(Typed) -> Option<PersonChange> + 'static,
) -> AnyView {
    let (user, name) = (person.user.id, person.user.name.clone());
    let button = button_of(part);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = untrack(|| desk.typed_of(user));
        let Some(change) = asked(typed) else {
            return;
        };
        desk.change(user, name.clone(), change, move || {
            desk.type_in(user, |typed| typed.saved(part));
            // The page is drawn anew: whoever works with the keyboard goes on where they were.
            request_animation_frame(move || {
                focus::by_id(button);
            });
        });
    };
    view! {
        <form class="person-form" novalidate on:submit=submit>
            {control}
            <button
                id=button
                type="submit"
                class="btn"
                aria-disabled=move || desk.busy.get().then_some("true")
            >
                {label}
            </button>
        </form>
    }
    .into_any()
}

fn button_of(part: Part) -> &'static str {
    match part {
        Part::Name => "person-save-name",
        Part::Role => "person-save-role",
        Part::Team => "person-save-team",
        Part::Password => "person-save-password",
    }
}

const NAME: &str = "person-name";
const TEAM: &str = "person-team";
const TEAMS: &str = "person-teams";
const PASSWORD: &str = "person-password";

fn line_of(id: &'static str, label: &'static str) -> LineOf {
    LineOf {
        id,
        label,
        kind: "text",
        list: None,
    }
}

fn name_form(desk: Desk, person: &Person) -> AnyView {
    let (user, name) = (person.user.id, person.user.name.clone());
    let stands = name.clone();
    let text = move || {
        let typed = desk.typed_of(user).name;
        typed.unwrap_or_else(|| stands.clone())
    };
    let type_in = move |text| desk.type_in(user, |typed| typed.name = Some(text));
    let control = line(desk, line_of(NAME, tr!(people.name)), text, type_in);
    let asked = move |typed: Typed| {
        let name = typed.name.unwrap_or_else(|| name.clone());
        desk.check(vec![(NAME, name_flaw(&name))])
            .then_some(PersonChange::Rename { name })
    };
    saving(
        desk,
        person,
        (Part::Name, tr!(people.rename)),
        control,
        asked,
    )
}

fn role_form(desk: Desk, person: &Person) -> AnyView {
    let (user, role) = (person.user.id, person.user.role);
    let chosen = untrack(|| desk.typed_of(user)).role.unwrap_or(role);
    let choose = move |chosen| desk.type_in(user, |typed| typed.role = Some(chosen));
    let control = roles("person-role", chosen, choose);
    let asked = move |typed: Typed| {
        let role = typed.role.unwrap_or(role);
        Some(PersonChange::Role { role })
    };
    saving(
        desk,
        person,
        (Part::Role, tr!(people.set_role)),
        control,
        asked,
    )
}

/// The teams that there are stand there to be chosen; another name makes another team.
fn team_form(desk: Desk, person: &Person) -> AnyView {
    let (user, team) = (person.user.id, person.team.clone());
    let stands = team.clone();
    let text = move || {
        let typed = desk.typed_of(user).team;
        typed.unwrap_or_else(|| stands.clone())
    };
    let type_in = move |text| desk.type_in(user, |typed| typed.team = Some(text));
    let teams = desk.teams();
    let options = teams.clone().into_iter();
    let options = options.map(|name| view! { <option value=name></option> });
    let shown = (!teams.is_empty()).then(|| {
        let buttons = teams.into_iter().map(|name| {
            let label = name.clone();
            let take = move |_| type_in(name.clone());
            view! { <button type="button" class="btn" on:click=take>{label}</button> }
        });
        view! {
            <div class="actions" role="group" aria-label=tr!(people.teams)>
                <span class="muted">{tr!(people.teams)}</span>
                {buttons.collect_view()}
            </div>
        }
    });
    let one = LineOf {
        list: Some(TEAMS),
        ..line_of(TEAM, tr!(people.team))
    };
    let control = view! {
        {line(desk, one, text, type_in)}
        <datalist id=TEAMS>{options.collect_view()}</datalist>
    };
    let asked = move |typed: Typed| {
        let team = typed.team.unwrap_or_else(|| team.clone());
        desk.check(vec![(TEAM, team_flaw(&team))])
            .then_some(PersonChange::Team { team })
    };
    let control = control.into_any();
    let form = saving(
        desk,
        person,
        (Part::Team, tr!(people.set_team)),
        control,
        asked,
    );
    view! { <div class="stack">{form} {shown}</div> }.into_any()
}

fn password_form(desk: Desk, person: &Person) -> AnyView {
    let user = person.user.id;
    let text = move || desk.typed_of(user).password.unwrap_or_default();
    let type_in = move |text| desk.type_in(user, |typed| typed.password = Some(text));
    let one = line_of(PASSWORD, tr!(people.new_password));
    let control = line(desk, one, text, type_in);
    let asked = move |typed: Typed| {
        let password = typed.password.unwrap_or_default();
        desk.check(vec![(PASSWORD, password_flaw(&password))])
            .then_some(PersonChange::Password { password })
    };
    saving(
        desk,
        person,
        (Part::Password, tr!(people.set_password)),
        control,
        asked,
    )
}

fn ways_in(desk: Desk, account: &Account, person: &Person) -> AnyView {
    let change = changing(desk, person);
    let button = |label: &'static str, wanted: PersonChange| {
        let change = change.clone();
        view! {
            <button
                type="button"
                class="btn"
                aria-disabled=move || desk.busy.get().then_some("true")
                on:click=move |_| change(wanted.clone())
            >
                {label}
            </button>
        }
    };
    let link = person
        .active
        .then(|| button(tr!(people.make_link), PersonChange::Link));
    let door = if person.active {
        button(tr!(people.disable), PersonChange::Disable)
    } else {
        button(tr!(people.enable), PersonChange::Enable)
    };
    let open = person.link_until.map(|at| {
        let until = account.date_time(at);
        view! { <p class="muted">{tr!(people.link_open, until = until)}</p> }
    });
    view! {
        <div>
            <div class="actions">{link} {door}</div>
            {open}
            <p class="muted">{tr!(people.door_hint)}</p>
        </div>
    }
    .into_any()
}

fn sessions(desk: Desk, account: &Account, person: &Person) -> AnyView {
    let row = |session: &PersonSession| {
        let change = changing(desk, person);
        let id = session.id.clone();
        let end = move |_| {
            change(PersonChange::EndSession {
                session: id.clone(),
            });
        };
        let used = account.date_time(session.last_seen);
        let label = browser_name(&session.label);
        view! {
            <li class="row person-session">
                <div>
                    <p>{label.clone()}</p>
                    <p class="muted">{tr!(people.seen, time = used)}</p>
                </div>
                <button type="button" class="btn" on:click=end>
                    {tr!(people.end_session)} {of(label)}
                </button>
            </li>
        }
    };
    let rows = person.sessions.iter().map(row).collect_view();
    let none = person.sessions.is_empty();
    view! {
        <div>
            <h2 class="font-semibold">{tr!(people.sessions)}</h2>
            {none.then(|| view! { <p class="muted">{tr!(people.no_sessions)}</p> })}
            <ul class="list">{rows}</ul>
        </div>
    }
    .into_any()
}

fn devices(account: &Account, all: &[PersonDevice]) -> AnyView {
    let row = |device: &PersonDevice| {
        let seen = account.date_time(device.last_seen);
        let (changes, files) = reported(device.unsent, device.files);
        let holds = device.unsent + device.files > 0;
        let holds = holds.then(|| tr!(people.holds, changes = changes, files = files));
        let name = device.device.to_string();
        let name: String = name.chars().take(8).collect();
        view! {
            <li class="row">
                <p>{tr!(people.device, name = name)}</p>
                <p class="muted">{tr!(people.sent, time = seen)} " " {holds}</p>
            </li>
        }
    };
    let rows = all.iter().map(row).collect_view();
    let none = all.is_empty();
    view! {
        <div>
            <h2 class="font-semibold">{tr!(people.devices)}</h2>
            {none.then(|| view! { <p class="muted">{tr!(people.no_devices)}</p> })}
            <ul class="list">{rows}</ul>
        </div>
    }
    .into_any()
}

/// What was done to somebody, for people.
pub(super) fn what_was_done(row: &PeopleTrail) -> String {
    let who = &row.who;
    match &row.what {
        PersonDeed::Added { role } => tr!(people.did_add, who = who, role = role_label(*role)),
        PersonDeed::Renamed { from, to } => tr!(people.did_rename, from = from, to = to),
        PersonDeed::Team { to, .. } if to.is_empty() => tr!(people.did_no_team, who = who),
        PersonDeed::Team { to, .. } => tr!(people.did_team, who = who, team = to),
        PersonDeed::Role { from, to } => {
            let (from, to) = (role_label(*from), role_label(*to));
            tr!(people.did_role, who = who, from = from, to = to)
        }
        PersonDeed::PasswordSet => tr!(people.did_password, who = who),
        PersonDeed::LinkMade => tr!(people.did_link, who = who),
        PersonDeed::LinkUsed => tr!(people.did_use_link, who = who),
        PersonDeed::Disabled => tr!(people.did_disable, who = who),
        PersonDeed::Enabled => tr!(people.did_enable, who = who),
        PersonDeed::SessionEnded => tr!(people.did_end, who = who),
        PersonDeed::Revoked => tr!(people.did_revoke, who = who),
        PersonDeed::Other => tr!(people.did_other, who = who),
    }
}
