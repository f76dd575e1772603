//! The sessions of somebody's revoked devices, which may still send, and ending one for good.
//!
//! Must never end one without saying what is lost by it.

use super::desk::Desk;
use crate::runtime::session::Account;
use crate::shared::browser_name::browser_name;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::parts::of;
use crate::view::view;
use afield_protocol::{Person, PersonChange, RevokedSession};
use leptos::prelude::*;

/// The list; none where there is no such session.
pub(super) fn revoked(desk: Desk, account: &Account, person: &Person) -> Option<AnyView> {
    if person.revoked.is_empty() {
        return None;
    }
    let rows = person.revoked.iter();
    let rows = rows.map(|session| row(desk, account, person, session));
    Some(
        view! {
            <div>
                <h2 class="font-semibold">{tr!(people.revoked)}</h2>
                <ul class="list">{rows.collect_view()}</ul>
            </div>
        }
        .into_any(),
    )
}

fn row(desk: Desk, account: &Account, person: &Person, session: &RevokedSession) -> AnyView {
    let (user, of_whom, id) = (person.user.id, person.user.name.clone(), session.id.clone());
    let label = browser_name(&session.label);
    let name = label.clone();
    let (time, until) = (
        account.date_time(session.revoked_at),
        account.date_time(session.until),
    );
    let asked = RwSignal::new(false);
    let end = move || {
        let session = id.clone();
        let change = PersonChange::EndSession { session };
        desk.change(user, of_whom.clone(), change, || ());
    };
    let draw = move || match asked.get() {
        false => view! {
            <button type="button" class="btn" on:click=move |_| asked.set(true)>
                {tr!(people.end_for_good)} {of(name.clone())}
            </button>
        }
        .into_any(),
        true => {
            let end = end.clone();
            view! {
                <div class="actions" role="group">
                    <p>{tr!(people.end_ask)}</p>
                    <button type="button" class="btn btn-primary" on:click=move |_| end()>
                        {tr!(people.end_now)}
                    </button>
                    <button type="button" class="btn" on:click=move |_| asked.set(false)>
                        {tr!(common.cancel)}
                    </button>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <li class="row person-session">
            <div>
                <p>{label}</p>
                <p class="muted">{tr!(people.revoked_until, time = time, until = until)}</p>
            </div>
            <div>{draw}</div>
        </li>
    }
    .into_any()
}
