//! The page People: everybody with their role, whether they may sign in, and when they were last heard of.

use super::add::add_form;
use super::desk::{Desk, Made};
use super::person::{details, what_was_done};
use super::typed::Part;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::labels::role_label;
use crate::shared::retry::retry_notice;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{heading, of, section, skeleton};
use crate::view::view;
use afield_protocol::{People, PeopleTrail, Person};
use leptos::prelude::*;
use std::sync::Arc;

/// The page.
pub fn people_page(account: Arc<Account>) -> AnyView {
    let desk = Desk::new();
    desk.load();
    let content = {
        let account = Arc::clone(&account);
        move || match (desk.people.get(), desk.trouble.get()) {
            (Some(people), _) => all(desk, &account, &people),
            (None, Some(trouble)) => retry_notice(&trouble, move || desk.load()),
            (None, None) => skeleton(8).into_any(),
        }
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        <div class="page-head">
            {heading(tr!(pages.people))}
            <button
                type="button"
                class="btn btn-primary"
                aria-expanded=move || desk.adding.get().to_string()
                on:click=move |_| desk.adding.update(|open| *open = !*open)
            >
                {icon(Icon::Plus)} {tr!(people.add)}
            </button>
        </div>
        {move || desk.adding.get().then(|| add_form(desk))}
        {told(desk, account)}
        {content}
    }
    .into_any()
}

/// What came of the last change: a link to hand over, or why nothing was done.
fn told(desk: Desk, account: Arc<Account>) -> AnyView {
    let refused = move || {
        desk.refused
            .get()
            .map(|text| notice(Tone::Error, view! { <p>{text}</p> }.into_any()))
    };
    let until = move |name: &str| {
        let of = |people: &People| {
            let mut found = people.people.iter();
            found.find(|person| person.user.name == name)?.link_until
        };
        let until = desk.people.with(|people| people.as_ref().and_then(of));
        until.map(|at| account.date_time(at)).unwrap_or_default()
    };
    let made = move || {
        desk.made.get().map(|Made { name, href }| {
            let until = until(&name);
            let body = view! {
                <p>{tr!(people.link_made, name = name, until = until)}</p>
                <input class="input w-full" readonly aria-label=tr!(people.link) value=href />
            };
            notice(Tone::Info, body.into_any())
        })
    };
    view! { <div role="status">{refused} {made}</div> }.into_any()
}

fn all(desk: Desk, account: &Arc<Account>, people: &People) -> AnyView {
    let rows = people
        .people
        .iter()
        .map(|person| row(desk, account, person))
        .collect_view();
    view! {
        <ul class="card list people">{rows}</ul>
        {section(tr!(rights.trail), trail(account, &people.trail))}
    }
    .into_any()
}

fn row(desk: Desk, account: &Arc<Account>, person: &Person) -> AnyView {
    let id = person.user.id;
    let now = untrack(|| use_clock().now());
    let seen = match person.seen_at {
        Some(at) => tr!(people.seen, time = account.near_time(at, now)),
        None => tr!(people.never_seen).to_owned(),
    };
    let state = match (person.active, person.has_password) {
        (false, _) => Some(tr!(people.disabled)),
        (true, false) => Some(tr!(people.invited)),
        (true, true) => None,
    };
    let team = (!person.team.is_empty()).then(|| person.team.clone());
    let is_open = move || desk.open.get() == Some(id);
    let toggle = move |_| {
        // One is open at a time: what is wrong there is not said here, and no password is kept that nobody sees.
        desk.check(Vec::new());
        if let Some(closed) = desk.open.get_untracked() {
            desk.type_in(closed, |typed| typed.saved(Part::Password));
        }
        desk.open
            .update(|open| *open = if *open == Some(id) { None } else { Some(id) });
    };
    let name = person.user.name.clone();
    let (all, clock) = (person.clone(), Arc::clone(account));
    view! {
        <li class="row person">
            <div class="person-head">
                <div class="person-who">
                    <p class="font-semibold">{name.clone()}</p>
                    <p class="muted person-mail">{person.email.clone()}</p>
                </div>
                <p class="person-role">
                    {role_label(person.user.role)}
                    {team.map(|team| view! { " · " {team} })}
                    {state.map(|state| view! { " " <span class="badge">{state}</span> })}
                </p>
                <p class="muted person-seen">{seen}</p>
                <button type="button" class="btn" aria-expanded=move || is_open().to_string() on:click=toggle>
                    {tr!(people.manage)} {of(name)}
                </button>
            </div>
            {move || is_open().then(|| details(desk, &clock, &all))}
        </li>
    }
    .into_any()
}

fn trail(account: &Account, all: &[PeopleTrail]) -> AnyView {
    if all.is_empty() {
        return view! { <p class="muted">{tr!(rights.no_trail)}</p> }.into_any();
    }
    let row = |row: &PeopleTrail| {
        let when = account.date_time(row.at);
        let by = match row.by.as_str() {
            "" => tr!(company.command_line).to_owned(),
            name => name.to_owned(),
        };
        view! {
            <li class="row">
                <p>{what_was_done(row)}</p>
                <p class="muted">{by} " · " {when}</p>
            </li>
        }
    };
    let rows = all.iter().map(row).collect_view();
    view! { <ul class="card list">{rows}</ul> }.into_any()
}
