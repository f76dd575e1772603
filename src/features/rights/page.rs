//! The page Rights: a table of what each role may do, the fields that must be filled in, and who has changed what.
//!
//! Needs the server. What is ticked counts as soon as the server says so.

use crate::error::Trouble;
use crate::routes::Route;
use crate::runtime::session::Account;
use crate::shared::labels::{requirable_label, right_label, role_label};
use crate::shared::retry::retry_notice;
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{heading, section, skeleton};
use crate::view::view;
use afield_domain::{CompanyRights, Requirable, Right, RightsChange, Role};
use afield_platform::api;
use afield_protocol::{RightsPage, RightsTrail};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Those who can lack something.
const ROLES: [Role; 2] = [Role::Technician, Role::Dispatcher];

/// What the page works with.
#[derive(Clone, Copy)]
struct Desk {
    page: RwSignal<Option<RightsPage>>,
    trouble: RwSignal<Option<Trouble>>,
    busy: RwSignal<bool>,
    toasts: Toasts,
}

impl Desk {
    fn load(self) {
        self.trouble.set(None);
        spawn_local(async move {
            match api::load_rights().await {
                Ok(page) => drop(self.page.try_set(Some(page))),
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }

    fn set(self, change: RightsChange) {
        if self.busy.get_untracked() {
            // The box is drawn as the server has it.
            return self.page.update(|_| ());
        }
        self.busy.set(true);
        self.toasts.clear();
        spawn_local(async move {
            match api::set_right(change).await {
                Ok(page) => {
                    let _ = self.page.try_set(Some(page));
                    self.toasts.show(Ok(tr!(rights.saved)));
                }
                Err(failure) => {
                    let _ = self.page.try_update(|_| ());
                    self.toasts.show(Err(failure.into()));
                }
            }
            let _ = self.busy.try_set(false);
        });
    }
}

/// The page.
pub fn rights_page(account: Arc<Account>) -> AnyView {
    let desk = Desk {
        page: RwSignal::new(None),
        trouble: RwSignal::new(None),
        busy: RwSignal::new(false),
        toasts: use_toasts(),
    };
    desk.load();
    let content = move || match (desk.trouble.get(), desk.page.get()) {
        (_, Some(page)) => tables(desk, &account, &page),
        (Some(trouble), None) => failed(desk, &trouble),
        (None, None) => skeleton(8).into_any(),
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.rights))}
        <p class="muted">{tr!(rights.lead)}</p>
        {content}
    }
    .into_any()
}

fn failed(desk: Desk, trouble: &Trouble) -> AnyView {
    retry_notice(trouble, move || desk.load())
}

fn tables(desk: Desk, account: &Account, page: &RightsPage) -> AnyView {
    let (fields, kinds): (Vec<Right>, Vec<Right>) = Right::ALL
        .into_iter()
        .partition(|right| right.is_of_field());
    let table = |rights: Vec<Right>| table(desk, &page.rights, rights);
    view! {
        {section(tr!(rights.fields), table(fields))}
        {section(tr!(rights.kinds), table(kinds))}
        {section(tr!(rights.required), required(desk, &page.rights))}
        {section(tr!(rights.trail), trail(account, &page.trail))}
    }
    .into_any()
}

fn table(desk: Desk, all: &CompanyRights, rights: Vec<Right>) -> AnyView {
    let heads = ROLES.map(|role| view! { <th scope="col">{role_label(role)}</th> });
    let row = |right: Right| {
        let cells = ROLES.map(|role| cell(desk, all, role, right));
        view! {
            <tr>
                <th scope="row">{right_label(right)}</th>
                {cells.collect_view()}
            </tr>
        }
    };
    let rows = rights.into_iter().map(row).collect_view();
    view! {
        <div class="card rights-card">
            <table class="rights-table">
                <thead>
                    <tr>
                        <th scope="col">{tr!(rights.right)}</th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(desk: Desk, all: &CompanyRights, role: Role, right: Right) -> AnyView {
    if !right.is_given_to(role) {
        return view! { <td class="muted">"–"</td> }.into_any();
    }
    let has = !all.taken_from(role).contains(&right);
    let name = format!("{}: {}", role_label(role), right_label(right));
    let change = move |given| desk.set(RightsChange::Right { role, right, given });
    view! { <td>{ticked(desk, name, has, change)}</td> }.into_any()
}

/// A box with no words beside it.
fn ticked(desk: Desk, name: String, is: bool, set: impl Fn(bool) + 'static) -> AnyView {
    view! {
        <input
            type="checkbox"
            class="checkbox"
            aria-label=name
            aria-disabled=move || desk.busy.get().then_some("true")
            prop:checked=is
            on:change:target=move |event| set(event.target().checked())
        />
    }
    .into_any()
}

fn required(desk: Desk, all: &CompanyRights) -> AnyView {
    let one = |field: Requirable| {
        let is = all.required.contains(&field);
        let set = move |required| desk.set(RightsChange::Required { field, required });
        let hint = match field {
            Requirable::Description => tr!(rights.required_description),
            _ => tr!(rights.required_new),
        };
        view! {
            <label class="row rights-required">
                <input
                    type="checkbox"
                    class="checkbox"
                    aria-disabled=move || desk.busy.get().then_some("true")
                    prop:checked=is
                    on:change:target=move |event| set(event.target().checked())
                />
                <span>
                    <span class="font-semibold">{requirable_label(field)}</span>
                    " "
                    <span class="muted">{hint}</span>
                </span>
            </label>
        }
    };
    let rows = Requirable::ALL.map(one).collect_view();
    view! { <div class="card list">{rows}</div> }.into_any()
}

fn trail(account: &Account, all: &[RightsTrail]) -> AnyView {
    if all.is_empty() {
        return view! { <p class="muted">{tr!(rights.no_trail)}</p> }.into_any();
    }
    let row = |row: &RightsTrail| {
        let when = account.date_time(row.at);
        view! { <li class="row"><p>{what(row.change)}</p><p class="muted">{row.by.clone()} " · " {when}</p></li> }
    };
    let rows = all.iter().map(row).collect_view();
    view! { <ul class="card list">{rows}</ul> }.into_any()
}

fn what(change: RightsChange) -> String {
    match change {
        RightsChange::Right { role, right, given } => {
            let (role, right) = (role_label(role), right_label(right));
            if given {
                tr!(rights.given, role = role, right = right)
            } else {
                tr!(rights.taken, role = role, right = right)
            }
        }
        RightsChange::Required { field, required } => {
            let field = requirable_label(field);
            if required {
                tr!(rights.now_required, field = field)
            } else {
                tr!(rights.now_optional, field = field)
            }
        }
        RightsChange::Other => tr!(rights.other).to_owned(),
    }
}
