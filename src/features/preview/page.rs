//! The page Preview: whose phone, the phone, and what it holds.
//!
//! Needs the server. Must never show what the technician's own app would not: the frame is that app.

use super::frame::frame;
use super::holds::holds;
use crate::error::Trouble;
use crate::routes::Route;
use crate::runtime::session::Account;
use crate::shared::retry::retry_line;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_domain::{User, UserId};
use afield_platform::api;
use afield_protocol::Preview;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

/// What the page works with.
#[derive(Clone, Copy)]
struct Desk {
    of: Option<UserId>,
    people: RwSignal<Option<Vec<User>>>,
    preview: RwSignal<Option<Preview>>,
    trouble: RwSignal<Option<Trouble>>,
}

impl Desk {
    fn load(self) {
        self.trouble.set(None);
        spawn_local(async move {
            match api::load_board(None, 0).await {
                Ok(board) => drop(self.people.try_set(Some(board.technicians))),
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
        let Some(of) = self.of else {
            return;
        };
        spawn_local(async move {
            match api::load_preview(of).await {
                Ok(preview) => drop(self.preview.try_set(Some(preview))),
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }
}

/// The page; of nobody's phone yet without `of`.
pub fn preview_page(account: Arc<Account>, of: Option<UserId>) -> AnyView {
    let desk = Desk {
        of,
        people: RwSignal::new(None),
        preview: RwSignal::new(None),
        trouble: RwSignal::new(None),
    };
    desk.load();
    let content = move || match (of, desk.preview.get(), desk.trouble.get()) {
        (None, _, _) => {
            empty(Icon::Phone, tr!(preview.nobody), tr!(preview.nobody_hint)).into_any()
        }
        (Some(user), Some(preview), _) => phone(&account, user, &preview),
        (Some(_), None, Some(_)) => ().into_any(),
        (Some(_), None, None) => skeleton(6).into_any(),
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.preview))}
        <p class="muted">{tr!(preview.lead)}</p>
        {whose(desk)}
        {retry_line(desk.trouble, move || desk.load())}
        {content}
    }
    .into_any()
}

fn phone(account: &Account, user: UserId, preview: &Preview) -> AnyView {
    view! {
        <div class="preview-page">
            {frame(user, &preview.user.name)}
            {holds(account, preview)}
        </div>
    }
    .into_any()
}

fn whose(desk: Desk) -> AnyView {
    let go = use_navigate();
    let choose = move |value: &str| {
        let href = Route::Preview(value.parse().ok()).href();
        go(&href, NavigateOptions::default());
    };
    let people = move || {
        let people = desk.people.get().unwrap_or_default().into_iter();
        people
            .map(|user| {
                let chosen = desk.of == Some(user.id);
                view! { <option value=user.id.to_string() selected=chosen>{user.name}</option> }
            })
            .collect_view()
    };
    view! {
        <label class="preview-whose">
            <span>{tr!(preview.whose)}</span>
            <select class="select" on:change:target=move |event| choose(&event.target().value())>
                <option value="" selected=desk.of.is_none()>{tr!(preview.choose)}</option>
                {people}
            </select>
        </label>
    }
    .into_any()
}
