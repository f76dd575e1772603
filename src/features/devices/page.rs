//! The page Devices: each phone with what it owes, how it is set up, and when it told so.
//!
//! Needs the server. It is as of when each phone last told, and says so. Admins revoke a phone here.

use super::view_model::{Worry, is_unheard, owes, shown, tells_network, worries};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::{Clock, use_clock};
use crate::runtime::session::Account;
use crate::shared::browser_name::browser_name;
use crate::shared::labels::reported;
use crate::shared::retry::retry_line;
use crate::shared::toast::{Toasts, use_toasts};
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{empty, heading, of, skeleton};
use crate::view::view;
use afield_domain::{DeviceId, Timestamp, UserId};
use afield_platform::api;
use afield_protocol::{DeviceSeen, Devices, Holds, Network, PersonChange, PhoneState};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::sync::Arc;

/// The word of the address by which those alone are shown that owe something.
const OWES: &str = "owes";

/// What the page works with.
#[derive(Clone, Copy)]
struct Desk {
    devices: RwSignal<Option<Devices>>,
    /// When that was asked for.
    as_of: RwSignal<Timestamp>,
    trouble: RwSignal<Option<Trouble>>,
    /// Whether those alone are shown that owe something: the address says it.
    owing_alone: Memo<bool>,
    busy: RwSignal<bool>,
    clock: Clock,
    toasts: Toasts,
}

impl Desk {
    fn load(self) {
        self.trouble.set(None);
        let asked = untrack(|| self.clock.now());
        spawn_local(async move {
            match api::load_devices().await {
                Ok(devices) => {
                    let _ = self.as_of.try_set(asked);
                    let _ = self.devices.try_set(Some(devices));
                }
                Err(failure) => drop(self.trouble.try_set(Some(failure.into()))),
            }
        });
    }

    /// Revokes a phone; what it has not sent comes for the office to decide.
    fn revoke(self, user: UserId, device: DeviceId) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let change = PersonChange::Revoke { device };
            match api::change_person(user, &change).await {
                Ok(_) => self.toasts.show(Ok(tr!(devices.revoked))),
                Err(failure) => self.toasts.show(Err(failure.into())),
            }
            let _ = self.busy.try_set(false);
            self.load();
        });
    }
}

/// The page.
pub fn devices_page(account: Arc<Account>) -> AnyView {
    let query = use_query_map();
    let desk = Desk {
        devices: RwSignal::new(None),
        as_of: RwSignal::new(Timestamp(0)),
        trouble: RwSignal::new(None),
        owing_alone: Memo::new(move |_| query.with(|query| query.get_str(OWES).is_some())),
        busy: RwSignal::new(false),
        clock: use_clock(),
        toasts: use_toasts(),
    };
    desk.load();
    let head = Arc::clone(&account);
    let content = move || match (desk.devices.get(), desk.trouble.get()) {
        (Some(devices), _) => list(desk, &account, &devices.devices),
        (None, Some(_)) => ().into_any(),
        (None, None) => skeleton(6).into_any(),
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(pages.devices))}
        <p class="muted">{tr!(devices.lead)}</p>
        {summary(desk)}
        {unheard(desk, &head)}
        {retry_line(desk.trouble, move || desk.load())}
        {content}
    }
    .into_any()
}

/// How many phones nobody has heard from today.
fn unheard(desk: Desk, account: &Arc<Account>) -> AnyView {
    let account = Arc::clone(account);
    let count = move || {
        let now = desk.clock.now();
        let is_it = |device: &&DeviceSeen| is_unheard(device, &account.zone, now);
        let count = |all: &Devices| all.devices.iter().filter(is_it).count();
        desk.devices
            .with(|devices| devices.as_ref().map_or(0, count))
    };
    let text = move || match count() {
        0 => None,
        1 => Some(tr!(devices.unheard_one).to_owned()),
        count => Some(tr!(devices.unheard_some, count = count)),
    };
    view! { {move || text().map(|text| view! { <p class="muted">{text}</p> })} }.into_any()
}

/// How many phones owe something, and the switch that shows these alone.
fn summary(desk: Desk) -> AnyView {
    let owing = Memo::new(move |_| {
        let count = |devices: &Devices| devices.devices.iter().filter(|it| owes(it)).count();
        desk.devices.with(|devices| devices.as_ref().map(count))
    });
    let navigate = use_navigate();
    let show = move |alone: bool| {
        let query = if alone {
            format!("?{OWES}")
        } else {
            String::new()
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{}{query}", Route::Devices.href()), options);
    };
    let text = move || match owing.get() {
        None => String::new(),
        Some(0) => tr!(devices.none_owes).to_owned(),
        Some(1) => tr!(devices.one_owes).to_owned(),
        Some(count) => tr!(devices.some_owe, count = count),
    };
    view! {
        <div class="devices-head">
            <p aria-live="polite">{text}</p>
            <label class="check">
                <input
                    type="checkbox"
                    class="checkbox"
                    prop:checked=move || desk.owing_alone.get()
                    on:change:target=move |event| show(event.target().checked())
                />
                <span>{tr!(devices.owing_alone)}</span>
            </label>
            <button type="button" class="btn" on:click=move |_| desk.load()>{tr!(devices.reload)}</button>
        </div>
    }
    .into_any()
}

fn list(desk: Desk, account: &Arc<Account>, all: &[DeviceSeen]) -> AnyView {
    let found = shown(all, desk.owing_alone.get());
    if found.is_empty() && !all.is_empty() {
        let time = account.clock(desk.as_of.get());
        return empty(
            Icon::Check,
            tr!(devices.arrived),
            tr!(devices.arrived_hint, time = time),
        )
        .into_any();
    }
    if found.is_empty() {
        return empty(Icon::Phone, tr!(devices.empty), tr!(devices.empty_hint)).into_any();
    }
    let rows = found.iter().map(|device| row(desk, account, device));
    view! { <ul class="card list devices">{rows.collect_view()}</ul> }.into_any()
}

fn row(desk: Desk, account: &Account, device: &DeviceSeen) -> AnyView {
    let now = untrack(|| use_clock().now());
    let told = account.near_time(device.told_at, now);
    let contact = device
        .seen_at
        .filter(|at| *at > device.told_at)
        .map(|at| tr!(devices.contact, time = account.near_time(at, now)));
    let worry = |worry: Worry| view! { <span class="tag tag-paused">{worry_text(worry)}</span> };
    let all = worries(device, now);
    let is_unheard = is_unheard(device, &account.zone, now) && !all.contains(&Worry::Silent);
    let unheard = is_unheard.then(|| view! { <span class="tag">{tr!(devices.unheard)}</span> });
    let marks = all.into_iter().map(worry).collect_view();
    let name = device.user.name.clone();
    view! {
        <li class="row device">
            <p class="font-semibold">
                {name.clone()} " " <span class="muted">{browser_name(&device.label)}</span>
            </p>
            {revoked_text(account, device).map(|text| view! { <p class="font-semibold">{text}</p> })}
            <p>{owed_text(account, device)}</p>
            <p class="tags">{marks} {unheard}</p>
            {device.phone.as_ref().map(|phone| view! { <p class="muted">{set_up(device, phone)}</p> })}
            <p class="muted">{tr!(devices.told, time = told)} {contact.map(|text| view! { " · " {text} })}</p>
            {revoke_button(desk, account, device, name)}
        </li>
    }
    .into_any()
}

fn owed_text(account: &Account, device: &DeviceSeen) -> String {
    if !owes(device) {
        return tr!(devices.owes_nothing).to_owned();
    }
    let (unsent, files) = reported(device.unsent, device.files);
    match device.oldest {
        Some(at) => tr!(
            devices.owes_since,
            changes = unsent,
            files = files,
            time = account.date_time(at)
        ),
        None => tr!(devices.owes, changes = unsent, files = files),
    }
}

/// That it is revoked, and whether something is left on it, by its own word; of one that can send nothing any more its
/// word says nothing of what was made since.
fn revoked_text(account: &Account, device: &DeviceSeen) -> Option<String> {
    let at = account.near_time(device.revoked_at?, untrack(|| use_clock().now()));
    Some(match (owes(device), device.revoked_over) {
        (_, true) => tr!(devices.revoked_over, time = at),
        (true, false) => tr!(devices.revoked_owing, time = at),
        (false, false) => tr!(devices.revoked_at, time = at),
    })
}

fn worry_text(worry: Worry) -> &'static str {
    match worry {
        Worry::Cleared => tr!(devices.cleared),
        Worry::Silent => tr!(devices.silent),
        Worry::Parked => tr!(devices.parked),
        Worry::Unprotected => tr!(devices.unprotected),
        Worry::Clock => tr!(devices.clock),
    }
}

/// How a phone is set up, in one line.
fn set_up(device: &DeviceSeen, phone: &PhoneState) -> String {
    let holds = match (phone.holds, phone.ready) {
        (Holds::WhileConnected, _) => Some(tr!(devices.holds_connected)),
        (Holds::All, true) => Some(tr!(devices.holds_all)),
        (Holds::Recent, true) => Some(tr!(devices.holds_recent)),
        (Holds::All | Holds::Recent, false) => Some(tr!(devices.not_ready)),
        (Holds::Other, _) => None,
    };
    let network = tells_network(device).map(|network| match network {
        Network::Slow => tr!(devices.slow),
        Network::Cellular => tr!(devices.cellular),
        Network::Wifi | Network::Unknown => tr!(devices.wifi),
    });
    let installed = match phone.installed {
        true => tr!(devices.installed),
        false => tr!(devices.in_browser),
    };
    let used = phone.used_mb.map(|used| tr!(devices.used, mb = used));
    let app = (!phone.app.is_empty()).then(|| tr!(devices.app, version = phone.app));
    let parts = [
        holds.map(str::to_owned),
        Some(installed.to_owned()),
        network.map(str::to_owned),
        used,
        app,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Revokes the phone, for admins, once it is asked for twice.
fn revoke_button(
    desk: Desk,
    account: &Account,
    device: &DeviceSeen,
    name: String,
) -> Option<AnyView> {
    // What was cleared there is gone; its session may be another's by now.
    if !account.is_admin() || device.session.is_empty() || device.cleared {
        return None;
    }
    let asked = RwSignal::new(false);
    let (user, id) = (device.user.id, device.device);
    let (unsent, files) = reported(device.unsent, device.files);
    let told = account.near_time(device.told_at, untrack(|| desk.clock.now()));
    let left = owes(device).then(|| {
        tr!(
            devices.revoke_owes,
            changes = unsent,
            files = files,
            time = told
        )
    });
    let go = move |_| desk.revoke(user, id);
    let draw = move || {
        match asked.get() {
        false => view! {
            <button type="button" class="btn" on:click=move |_| asked.set(true)>
                {tr!(devices.revoke)} {of(name.clone())}
            </button>
        }
        .into_any(),
        true => view! {
            <div class="actions" role="group">
                <p>{tr!(devices.revoke_ask)} " " {left.clone()}</p>
                <button type="button" class="btn btn-primary" on:click=go>{tr!(devices.revoke_now)}</button>
                <button type="button" class="btn" on:click=move |_| asked.set(false)>{tr!(common.cancel)}</button>
            </div>
        }
        .into_any(),
    }
    };
    Some(view! { <div>{draw}</div> }.into_any())
}
