//! What an admin can do to somebody, with where they are signed in and what their devices hold.

use super::add::{line, roles};
use super::desk::Desk;
use crate::runtime::session::Account;
use crate::shared::browser_name::browser_name;
use crate::shared::labels::{reported, role_label};
use crate::signal::RwSignal;
use crate::tr;
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
                {devices(account, &person.devices)}
            </div>
        </div>
    }
    .into_any()
}

/// What changes them.
fn changing(desk: Desk, person: &Person) -> impl Fn(PersonChange) + Clone + 'static {
    let (id, name) = (person.user.id, person.user.name.clone());
    move |change| desk.change(id, name.clone(), change)
}

fn saving(desk: Desk, control: AnyView, label: &'static str, save: impl Fn() + 'static) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        save();
    };
    view! {
        <form class="person-form" on:submit=submit>
            {control}
            <button type="submit" class="btn" aria-disabled=move || desk.busy.get().then_some("true")>
                {label}
            </button>
        </form>
    }
    .into_any()
}

fn name_form(desk: Desk, person: &Person) -> AnyView {
    let name = RwSignal::new(person.user.name.clone());
    let change = changing(desk, person);
    let save = move || {
        let name = name.get_untracked();
        change(PersonChange::Rename { name });
    };
    let control = line(tr!(people.name), "text", name, true);
    saving(desk, control, tr!(people.rename), save)
}

fn role_form(desk: Desk, person: &Person) -> AnyView {
    let role = RwSignal::new(person.user.role);
    let change = changing(desk, person);
    let save = move || {
        let role = role.get_untracked();
        change(PersonChange::Role { role });
    };
    let control = roles(person.user.role, move |chosen| role.set(chosen));
    saving(desk, control, tr!(people.set_role), save)
}

/// The teams that there are stand there to be chosen; another name makes another team.
fn team_form(desk: Desk, person: &Person) -> AnyView {
    let team = RwSignal::new(person.team.clone());
    let change = changing(desk, person);
    let save = move || {
        let team = team.get_untracked();
        change(PersonChange::Team { team });
    };
    let list = format!("teams-{}", person.user.id);
    let options = desk
        .teams()
        .into_iter()
        .map(|name| view! { <option value=name></option> });
    let control = view! {
        <label class="field">
            <span>{tr!(people.team)}</span>
            <input
                class="input w-full"
                autocomplete="off"
                maxlength="80"
                list=list.clone()
                prop:value=move || team.get()
                on:input:target=move |event| team.set(event.target().value())
            />
            <datalist id=list>{options.collect_view()}</datalist>
        </label>
    };
    saving(desk, control.into_any(), tr!(people.set_team), save)
}

fn password_form(desk: Desk, person: &Person) -> AnyView {
    let password = RwSignal::new(String::new());
    let change = changing(desk, person);
    let save = move || {
        let password = password.get_untracked();
        change(PersonChange::Password { password });
    };
    let control = line(tr!(people.new_password), "text", password, true);
    saving(desk, control, tr!(people.set_password), save)
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
            <h3 class="font-semibold">{tr!(people.sessions)}</h3>
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
            <h3 class="font-semibold">{tr!(people.devices)}</h3>
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
        PersonDeed::Other => tr!(people.did_other, who = who),
    }
}
