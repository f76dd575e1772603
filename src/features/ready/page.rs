//! The page of the departure check: a day, what was checked for it, and its jobs.
//!
//! Works from what is on this phone. Must never ask the server anything by itself.

use super::checks::{Check, Finding, Phone, checks, count};
use super::mending::mending;
use super::view_model::{
    Asked, DayNeeds, Files, JobNeeds, Wait, day_needs, days_ahead, days_held, wait_for,
};
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::fetching::free;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::use_sync_state;
use crate::runtime::worker_client::{Updates, use_updates};
use crate::shared::amounts::bytes_text;
use crate::shared::clock_warning::clock_text;
use crate::shared::install::use_place;
use crate::shared::labels::{jobs, photos, records};
use crate::shared::names::unbroken;
use crate::shared::protection::{Protection, load_protection};
use crate::shared::waiting_files::{load_waiting, only_here, only_here_text};
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::parts::{heading, section, skeleton};
use crate::view::view;
use afield_domain::time::Day;
use afield_platform::install::Place;
use afield_sync::Holding;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::sync::Arc;

/// What the page shows of the day and of the phone.
#[derive(Clone, Copy)]
struct Shown {
    live: Live,
    needs: Memo<DayNeeds>,
    phone: Memo<Phone>,
    protection: Protection,
}

/// The page.
pub fn ready_page(account: Arc<Account>, live: Live) -> AnyView {
    let clock = use_clock();
    let query = use_query_map();
    let window_days = account.signed_in.info.company.window_days;
    let ahead =
        Memo::new(move |_| query.with(|query| days_ahead(query.get_str("day"), window_days)));
    let zone = account.zone.clone();
    let today = Memo::new(move |_| zone.day(clock.now()));
    let protection = load_protection();
    let shown = Shown {
        live,
        needs: needs(&account, live, today, ahead),
        phone: phone(live, protection),
        protection,
    };
    let sync = use_sync_state();
    let is_known = Memo::new(move |_| live.loaded.get() && sync.files.with(Option::is_some));
    let content = move || {
        if !is_known.get() {
            return skeleton(6).into_any();
        }
        view! {
            {verdict(shown)}
            {section(tr!(ready.checks), check_list(shown, &account))}
            {job_list(shown, &account)}
        }
        .into_any()
    };
    view! {
        <a class="back" href=Route::Today.href()>{icon(Icon::Left)} {tr!(pages.today)}</a>
        {heading(tr!(pages.ready))}
        <p class="muted mb-2">{tr!(ready.lead)}</p>
        {day_choice(today, ahead, window_days)}
        {content}
    }
    .into_any()
}

fn needs(account: &Arc<Account>, live: Live, today: Memo<Day>, ahead: Memo<i64>) -> Memo<DayNeeds> {
    let sync = use_sync_state();
    let account = Arc::clone(account);
    let room = RwSignal::new(None);
    spawn_local(async move {
        let _ = room.try_set(free().await);
    });
    Memo::new(move |_| {
        let kept = sync.kept.get();
        let asked = Asked {
            user: account.signed_in.user(),
            day: today.get().plus(ahead.get()),
            zone: &account.zone,
            room: room.get(),
            kept: kept.as_deref(),
        };
        sync.files.with(|rows| match rows {
            Some(rows) => live.projection.with(|all| day_needs(all, rows, asked)),
            None => DayNeeds::default(),
        })
    })
}

fn phone(live: Live, protection: Protection) -> Memo<Phone> {
    let (sync, clock, updates) = (use_sync_state(), use_clock(), use_updates());
    let files = load_waiting();
    let (here, place) = (only_here(files), use_place());
    Memo::new(move |_| {
        let is_known = files.with(|files| files.is_known);
        sync.status.with(|status| Phone {
            sign_in_needed: status.sign_in_needed,
            is_primed: sync.ready.get(),
            is_off: sync.holding.get() == Holding::WhileConnected,
            is_expired: live.expired.get(),
            is_shell_kept: updates.is_some_and(Updates::is_shell_kept),
            synced: (status.last_sync, clock.wall()),
            here: is_known.then(|| here.get()),
            is_persisted: protection.persisted.get(),
            is_installed: place.get() == Place::Installed,
            clock_offset_ms: status.clock_offset_ms,
        })
    })
}

/// The days that can be asked for; the one that counts stands in the address.
fn day_choice(today: Memo<Day>, ahead: Memo<i64>, window_days: u32) -> impl IntoView {
    let navigate = use_navigate();
    let option = move |days: i64| {
        let navigate = navigate.clone();
        let go = move |_| {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&format!("{}?day={days}", Route::Ready.href()), options);
        };
        let label = move || {
            let day = today.get();
            let date = day.plus(days).date_seen_on(day, language());
            match days {
                0 => tr!(days.today, date = date),
                1 => tr!(days.tomorrow, date = date),
                _ => date,
            }
        };
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (ahead.get() == days).to_string()
                on:click=go
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="chips mb-4" role="group" aria-label=tr!(ready.day)>
            {days_held(window_days).map(option).collect_view()}
        </div>
    }
}

/// In one line, whether the day can be worked.
fn verdict(shown: Shown) -> impl IntoView {
    let counts = Memo::new(move |_| {
        shown
            .needs
            .with(|needs| count(&checks(&shown.phone.get(), needs)))
    });
    let class = move || match counts.get() {
        (0, _) => "notice notice-info",
        _ => "notice notice-warning",
    };
    let shape = move || {
        icon(match counts.get() {
            (0, _) => Icon::Check,
            _ => Icon::Alert,
        })
    };
    let text = move || match counts.get() {
        (0, 0) => tr!(ready.yes).to_owned(),
        (0, 1) => tr!(ready.advice_one).to_owned(),
        (0, advice) => tr!(ready.advice, count = advice),
        (1, _) => tr!(ready.no_one).to_owned(),
        (missing, _) => tr!(ready.no, count = missing),
    };
    view! {
        <div class=class>
            <span class="notice-icon">{shape}</span>
            <div class="notice-body"><p role="status" class="font-semibold">{text}</p></div>
        </div>
    }
}

fn check_list(shown: Shown, account: &Arc<Account>) -> AnyView {
    let all = untrack(|| shown.needs.with(|needs| checks(&shown.phone.get(), needs)));
    let rows = all
        .into_iter()
        .map(|(check, _)| check_row(shown, check, Arc::clone(account)));
    let rows = rows.collect_view();
    view! { <ul class="card list" aria-label=tr!(ready.checks)>{rows}</ul> }.into_any()
}

/// A row of its own for each check: a button stays under the finger while other rows change.
fn check_row(shown: Shown, check: Check, account: Arc<Account>) -> impl IntoView {
    let finding = Memo::new(move |_| {
        let all = shown.needs.with(|needs| checks(&shown.phone.get(), needs));
        let own = all.into_iter().find(|(other, _)| *other == check);
        own.map_or(Finding::Unknown, |(_, finding)| finding)
    });
    let name = check_name(check);
    let shape = move || {
        icon(match finding.get() {
            Finding::Good => Icon::Check,
            Finding::Unknown => Icon::Clock,
            Finding::Advice | Finding::Missing => Icon::Alert,
        })
    };
    let class = move || match finding.get() {
        Finding::Missing => "line check check-missing",
        Finding::Good | Finding::Unknown => "line check",
        Finding::Advice => "line check check-advice",
    };
    let needs_mending =
        Memo::new(move |_| matches!(finding.get(), Finding::Advice | Finding::Missing));
    view! {
        <li class="row">
            <div class=class>
                {shape}
                <div>
                    <p class="font-semibold">{name}</p>
                    <p class="muted">{move || check_text(shown, check, &account)}</p>
                </div>
            </div>
            {move || needs_mending.get().then(|| view! {
                <div class="check-mend">{mending(check, name, shown.needs, shown.protection)}</div>
            })}
        </li>
    }
}

fn check_name(check: Check) -> &'static str {
    match check {
        Check::SignedIn => tr!(ready.signed_in),
        Check::App => tr!(ready.app),
        Check::Jobs => tr!(ready.jobs),
        Check::Forms => tr!(ready.forms),
        Check::Files => tr!(ready.files),
        Check::Fresh => tr!(ready.fresh),
        Check::Sent => tr!(ready.sent),
        Check::Protected => tr!(ready.protected),
        Check::Installed => tr!(ready.installed),
        Check::Clock => tr!(ready.clock),
    }
}

/// How the check stands, in words; tracks.
fn check_text(shown: Shown, check: Check, account: &Account) -> String {
    let phone = shown.phone.get();
    let either = |is_so: bool, yes: &'static str, no: &'static str| {
        (if is_so { yes } else { no }).to_owned()
    };
    match check {
        Check::SignedIn => either(
            phone.sign_in_needed,
            tr!(ready.signed_in_bad),
            tr!(ready.signed_in_good),
        ),
        Check::App => either(phone.is_shell_kept, tr!(ready.app_good), tr!(ready.app_bad)),
        Check::Jobs => shown.needs.with(|needs| jobs_text(&phone, needs)),
        Check::Forms => shown.needs.with(forms_text),
        Check::Files => shown
            .needs
            .with(|needs| files_text(&needs.files, shown.live)),
        Check::Fresh => fresh_text(&phone, account),
        Check::Sent => match phone.here {
            None => tr!(ready.sent_unknown).to_owned(),
            Some(here) if here.is_nothing() => tr!(ready.sent_good).to_owned(),
            Some(here) => {
                let what = only_here_text(here.sendable + here.stuck, here.files);
                tr!(ready.sent_bad, what = what)
            }
        },
        Check::Protected => match phone.is_persisted {
            Some(is_so) => either(is_so, tr!(settings.persisted), tr!(settings.not_persisted)),
            None => tr!(settings.unknown).to_owned(),
        },
        Check::Installed => either(
            phone.is_installed,
            tr!(ready.installed_good),
            tr!(ready.installed_bad),
        ),
        Check::Clock => {
            clock_text(phone.clock_offset_ms).unwrap_or_else(|| tr!(ready.clock_good).to_owned())
        }
    }
}

fn jobs_text(phone: &Phone, needs: &DayNeeds) -> String {
    let number = |count: usize| records(u64::try_from(count).unwrap_or(u64::MAX));
    match (phone.is_expired, phone.is_primed, needs.records.missing) {
        _ if phone.is_off => tr!(today.no_offline).to_owned(),
        (true, ..) => tr!(ready.jobs_expired).to_owned(),
        (false, false, _) => tr!(ready.jobs_priming).to_owned(),
        (false, true, 0) if needs.jobs.is_empty() => tr!(ready.jobs_none).to_owned(),
        (false, true, 0) => tr!(
            ready.jobs_good,
            jobs = jobs(needs.jobs.len()),
            records = number(needs.records.here)
        ),
        (false, true, missing) => tr!(ready.jobs_bad, records = number(missing)),
    }
}

fn forms_text(needs: &DayNeeds) -> String {
    match (needs.forms.missing, needs.forms.here) {
        (0, 0) => tr!(ready.forms_none).to_owned(),
        (0, 1) => tr!(ready.forms_one).to_owned(),
        (0, here) => tr!(ready.forms_good, count = here),
        (1, _) => tr!(ready.forms_missing_one).to_owned(),
        (missing, _) => tr!(ready.forms_bad, count = missing),
    }
}

fn files_text(files: &Files, live: Live) -> String {
    let a_second = live
        .projection
        .with(|all| all.meta().files.bytes_a_second());
    let missing = files.missing.len();
    let missing = (missing > 0).then(|| {
        tr!(
            ready.files_bad,
            photos = photos(missing),
            size = bytes_text(files.bytes, language()),
            wait = wait_text(wait_for(files.bytes, a_second))
        )
    });
    let here = (files.here > 0).then(|| tr!(ready.files_good, photos = photos(files.here)));
    let too_many =
        (files.too_many > 0).then(|| tr!(ready.files_too_many, photos = photos(files.too_many)));
    let elsewhere =
        (files.elsewhere > 0).then(|| tr!(ready.files_elsewhere, photos = photos(files.elsewhere)));
    let all: Vec<String> = [missing, here, too_many, elsewhere]
        .into_iter()
        .flatten()
        .collect();
    if all.is_empty() {
        return tr!(ready.files_none).to_owned();
    }
    all.join(" ")
}

fn wait_text(wait: Wait) -> String {
    match wait {
        Wait::Unknown => tr!(ready.wait_unknown).to_owned(),
        Wait::Short => tr!(ready.wait_short).to_owned(),
        Wait::Minutes(minutes) => tr!(ready.wait_minutes, minutes = minutes),
    }
}

fn fresh_text(phone: &Phone, account: &Account) -> String {
    let (Some(at), now) = phone.synced else {
        return tr!(ready.fresh_never).to_owned();
    };
    let time = account.near_time(at, now);
    if phone.is_fresh() {
        tr!(ready.fresh_good, time = time)
    } else {
        tr!(ready.fresh_bad, time = time)
    }
}

/// The jobs of the day, each with how much of it is missing.
fn job_list(shown: Shown, account: &Arc<Account>) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let all = Memo::new(move |_| shown.needs.with(|needs| needs.jobs.clone()));
    move || {
        let rows = all.get();
        (!rows.is_empty()).then(|| {
            let rows = rows
                .into_iter()
                .map(|job| job_row(job, &account))
                .collect_view();
            let list = view! { <ul class="card list" aria-label=tr!(ready.of_day)>{rows}</ul> };
            section(tr!(ready.of_day), list.into_any())
        })
    }
}

fn job_row(job: JobNeeds, account: &Account) -> impl IntoView {
    let (shape, text) = match job.missing {
        0 => (Icon::Check, tr!(ready.job_good).to_owned()),
        missing => (Icon::Alert, tr!(ready.job_bad, count = missing)),
    };
    view! {
        <li class="row">
            <a class="line line-link" href=Route::Job(job.id).href()>
                {icon(shape)}
                <span>{account.clock(job.starts)} " " {unbroken(job.name)}</span>
                <span class="check-state">{text}</span>
            </a>
        </li>
    }
}
