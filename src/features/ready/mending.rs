//! One tap for each check that is not in order.
//!
//! Owns the buttons. Must never promise what only the phone's own settings can do.

use super::checks::Check;
use super::view_model::DayNeeds;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::fetching::fetch_now;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::install::install_text;
use crate::shared::protection::Protection;
use crate::shared::toast::use_toasts;
use crate::shared::waiting_files::{load_waiting, only_here};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::notice::insecure_notice;
use crate::ui::parts::of;
use crate::view::view;
use afield_sync::{FetchEnd, Holding};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What mends `check`, which is called `name`.
pub(super) fn mending(
    check: Check,
    name: &'static str,
    needs: Memo<DayNeeds>,
    protection: Protection,
) -> AnyView {
    match check {
        Check::SignedIn => link(Route::SignIn.href(), tr!(banners.sign_in_action), name),
        Check::App => view! {
            {insecure_notice()}
            {button(tr!(ready.load_again), name, |_| {
                let _ = window().location().reload();
            })}
        }
        .into_any(),
        Check::Jobs if use_sync_state().holding.get() == Holding::WhileConnected => {
            link(Route::Settings.href(), tr!(settings.offline), name)
        }
        Check::Jobs | Check::Forms | Check::Fresh => {
            button(tr!(common.sync_now), name, Commands::sync_now)
        }
        Check::Files => fetching(name, needs).into_any(),
        Check::Sent => {
            let here = only_here(load_waiting());
            let mend = move || match here.get().stuck {
                0 => button(tr!(common.sync_now), name, Commands::sync_now),
                // What was refused needs a decision, and no second try.
                _ => link(Route::Sync.href(), tr!(sync.open), name),
            };
            mend.into_any()
        }
        Check::Protected => protection.asking().into_any(),
        Check::Installed => view! { <div class="stack">{install_text()}</div> }.into_any(),
        Check::Clock => button(tr!(ready.check_again), name, Commands::sync_now),
    }
}

fn button(label: &'static str, name: &'static str, work: fn(Commands)) -> AnyView {
    let commands = use_commands();
    let click = move |_| {
        if let Some(commands) = commands {
            work(commands);
        }
    };
    view! { <button type="button" class="btn btn-sm" on:click=click>{label} {of(name.to_owned())}</button> }
        .into_any()
}

fn link(href: String, label: &'static str, name: &'static str) -> AnyView {
    view! { <a class="btn btn-sm" href=href>{label} {of(name.to_owned())}</a> }.into_any()
}

/// Where fetching stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fetching {
    NotAsked,
    UnderWay,
    Ended(FetchEnd),
}

/// **Fetch now**, what became of it, and where more may be kept.
fn fetching(name: &'static str, needs: Memo<DayNeeds>) -> impl IntoView {
    let (commands, toasts) = (use_commands(), use_toasts());
    let stands = RwSignal::new(Fetching::NotAsked);
    let fetch = move |_| {
        let Some(commands) = commands else { return };
        stands.set(Fetching::UnderWay);
        let wanted = needs.with_untracked(|needs| needs.files.missing.clone());
        spawn_local(async move {
            let end = match fetch_now(commands, &wanted).await {
                Ok(end) => Fetching::Ended(end),
                Err(trouble) => {
                    toasts.show(Err(trouble));
                    Fetching::NotAsked
                }
            };
            let _ = stands.try_set(end);
        });
    };
    let text = move || match stands.get() {
        Fetching::NotAsked | Fetching::Ended(FetchEnd::Done) => "",
        Fetching::UnderWay => tr!(ready.fetching),
        Fetching::Ended(FetchEnd::Later) => tr!(ready.fetch_cut),
        Fetching::Ended(FetchEnd::Full) => tr!(ready.fetch_full),
        Fetching::Ended(FetchEnd::Busy) => tr!(ready.fetch_busy),
    };
    let can_fetch = Memo::new(move |_| needs.with(|needs| !needs.files.missing.is_empty()));
    let too_many = Memo::new(move |_| needs.with(|needs| needs.files.too_many > 0));
    view! {
        <p role="status" class="muted">{text}</p>
        <div class="actions">
            {move || can_fetch.get().then(|| view! {
                <button
                    type="button"
                    class="btn btn-sm"
                    disabled=move || stands.get() == Fetching::UnderWay
                    on:click=fetch
                >
                    {tr!(ready.fetch)} {of(name.to_owned())}
                </button>
            })}
            {move || too_many.get().then(|| link(Route::Settings.href(), tr!(ready.more), name))}
        </div>
    }
}
