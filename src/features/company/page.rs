//! The page **Company**: what an admin sets for all phones of the company, and who has set what.
//!
//! Needs the server, which decides: all settings are saved at once, or none. Must never save what nobody has looked at:
//! what others have set meanwhile is shown first.

use super::desk::Desk;
use super::fields::{fields, read_only};
use super::form::CompanyForm;
use super::leaving::ask_before_leaving;
use super::trail::trail;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::use_commands;
use crate::runtime::session::Account;
use crate::shared::retry::retry_line;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{fact, heading, section, skeleton};
use crate::view::view;
use afield_domain::Role;
use afield_platform::api;
use afield_protocol::{CompanyAnswer, CompanyChange, CompanyPage};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

const MOVED: &str = "company-moved";

/// The page.
pub fn company_page(account: Arc<Account>) -> AnyView {
    let desk = Desk::new();
    desk.load(None);
    let is_admin = account.signed_in.info.user.role == Role::Admin;
    let is_there = Memo::new(move |_| desk.seen.with(Option::is_some));
    let content = move || match is_there.get() {
        false => (desk.trouble.with(Option::is_none))
            .then(|| skeleton(6))
            .into_any(),
        true if is_admin => settings_form(desk).into_any(),
        true => view! { {move || desk.seen.get().map(|seen| to_read(&seen))} }.into_any(),
    };
    let account = StoredValue::new(account);
    let beside = move || {
        is_there
            .get()
            .then(|| view! { {unchangeable(desk)} {trail(desk, account.get_value())} })
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.company))}
        {retry_line(desk.trouble, move || desk.load(None))}
        <div class="company-page">
            <div>{content}</div>
            <div>{beside}</div>
        </div>
    }
    .into_any()
}

/// What a dispatcher sees.
fn to_read(seen: &CompanyPage) -> AnyView {
    let who = match seen.admins.is_empty() {
        true => tr!(company.read_only).to_owned(),
        false => tr!(company.read_only_who, names = seen.admins.join(", ")),
    };
    view! {
        {notice(Tone::Info, view! { <p>{who}</p> }.into_any())}
        {read_only(&seen.settings)}
    }
    .into_any()
}

fn settings_form(desk: Desk) -> AnyView {
    let to = RwSignal::new(None::<String>);
    let go = use_navigate();
    let cancel = move || match desk.is_unsaved() {
        true => to.set(Some(Route::Board.href())),
        false => go(&Route::Board.href(), NavigateOptions::default()),
    };
    let moved = move || {
        desk.moved.get().then(|| {
            let body = view! { <p id=MOVED tabindex="-1">{tr!(company.moved)}</p> };
            notice(Tone::Warning, body.into_any())
        })
    };
    view! {
        <p class="muted">{tr!(company.intro)}</p>
        <div aria-live="polite">{moved}</div>
        <form class="edit-form" novalidate on:submit=submitting(desk) on:keydown=enter_stays>
            {fields(desk)}
            {save_bar(desk.busy, cancel)}
        </form>
        {ask_before_leaving(to, move || desk.is_unsaved())}
    }
    .into_any()
}

fn submitting(desk: Desk) -> impl Fn(SubmitEvent) + 'static {
    let (toasts, commands) = (use_toasts(), use_commands());
    move |event: SubmitEvent| {
        event.prevent_default();
        let version = desk.seen.with_untracked(|seen| {
            let seen = seen.as_ref();
            seen.map(|seen| seen.version)
        });
        let Some(version) = version.filter(|_| !desk.busy.get_untracked()) else {
            return;
        };
        let settings = match desk.form.with_untracked(CompanyForm::settings) {
            Ok(settings) => settings,
            Err(flaws) => return desk.refuse(flaws),
        };
        desk.flaws.set(Vec::new());
        desk.busy.set(true);
        toasts.clear();
        spawn_local(async move {
            let answer = api::change_company(&CompanyChange { version, settings }).await;
            let _ = desk.busy.try_set(false);
            match answer {
                Ok(CompanyAnswer::Saved(page)) => {
                    let _ = desk.moved.try_set(false);
                    let _ = desk.form.try_set(CompanyForm::of(&page.settings));
                    desk.take(page);
                    toasts.show(Ok(tr!(company.saved)));
                    if let Some(commands) = commands {
                        commands.sync_now();
                    }
                }
                Ok(CompanyAnswer::Changed(page)) => {
                    desk.take(page);
                    let _ = desk.moved.try_set(true);
                    request_animation_frame(|| {
                        focus::by_id(MOVED);
                    });
                }
                Ok(CompanyAnswer::Refused { flaws }) => {
                    let flaws = flaws.iter().map(|flaw| (flaw.setting, flaw.why));
                    desk.refuse(flaws.collect());
                }
                Err(failure) => toasts.show(Err(failure.into())),
            }
        });
    }
}

/// What nobody changes here, and why.
fn unchangeable(desk: Desk) -> AnyView {
    let of = |read: fn(&CompanyPage) -> &str| {
        move || {
            let text = |seen: &Option<CompanyPage>| seen.as_ref().map(read).map(str::to_owned);
            desk.seen.with(text)
        }
    };
    let facts = view! {
        <div class="card">
            <dl class="list facts">
                {fact(tr!(company.name), of(|seen| &seen.name))}
                {fact(tr!(settings.zone), of(|seen| &seen.zone))}
            </dl>
            <p class="pad muted">{tr!(company.unchangeable)}</p>
        </div>
    };
    section(tr!(company.fixed), facts.into_any()).into_any()
}
