//! The page Today.

use super::next_card::next_card;
use super::timeline_list::timeline_list;
use super::view_model::{NextJob, RouteLink, TodayView, picture_ms, today_view};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sync_status::{SyncState, use_sync_state};
use crate::runtime::worker_client::{Updates, use_updates};
use crate::shared::clock_warning::clock_warning;
use crate::shared::conflicts::recent_losses;
use crate::shared::expired::hidden;
use crate::shared::gone::gone_section;
use crate::shared::job_rows::JobRow;
use crate::shared::labels::{changes, jobs};
use crate::shared::loading_part::loading_part;
use crate::shared::mode_note::mode_note;
use crate::shared::names::{numbered, unbroken};
use crate::shared::new_job_link::new_job_link;
use crate::shared::news::follow_news;
use crate::shared::pull_to_sync::pull_to_sync;
use crate::shared::status_steps::{Stepping, step_button};
use crate::shared::times_line::times_line;
use crate::shared::waiting_files::{load_waiting, only_here, only_here_text};
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::insecure_notice;
use crate::ui::parts::{empty, heading, section, skeleton};
use crate::view::view;
use afield_domain::{JobStatus, Zone};
use afield_sync::Holding;
use leptos::prelude::*;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

// Beyond this the day's line says where the rest is.
const MOST_PIECES: usize = 200;
// So many are drawn when the app has just been opened: more than a screen holds. The rest follows a frame later.
const FIRST_PIECES: usize = 24;

thread_local! {
    /// Whether the app has shown the page since it was opened. Whoever comes back to it finds all of it there, and
    /// so the place where they were.
    static WAS_SHOWN: Cell<bool> = const { Cell::new(false) };
}
// More questions than this are only counted.
const MOST_ASKED: usize = 3;

/// The page Today.
pub fn today_page(account: Arc<Account>, live: Live) -> AnyView {
    let clock = use_clock();
    let sync = use_sync_state();
    let user = account.signed_in.info.user.id;
    follow_news(user, live);
    let day_text = {
        let account = Arc::clone(&account);
        move || account.zone.day(clock.now()).long(language())
    };
    let role = account.signed_in.info.user.role;
    let lost = {
        let account = Arc::clone(&account);
        Memo::new(move |_| {
            live.projection
                .with(|all| recent_losses(all, all.entries(), &account.signed_in, clock.now()))
        })
    };
    let shown_for = picture_left(Arc::clone(&account), live, sync);
    let times = times_line(&account, live);
    let zone = account.zone.clone();
    let view = Memo::new(move |_| {
        live.projection.with(|projection| {
            let entries = projection.entries();
            today_view(projection, entries, user, &account.zone, clock.now())
        })
    });
    let stepping = Stepping::new(None);
    let late = Memo::new(move |_| view.with(|view| view.next.as_ref()?.late));
    let next = Memo::new(move |_| {
        let next = view.with(|view| view.next.clone());
        next.map(|next| NextJob { late: None, ..next })
    });
    view! {
        {pull_to_sync()}
        <div class="page-head" data-left=move || shown_for.get() data-of=user.to_string()>
            {heading(tr!(pages.today))}
            <p class="muted">{day_text}</p>
            {new_job_link()}
        </div>
        {move || (!live.expired.get()).then(|| priming_part(sync))}
        <div class="today-grid">
            <div>
                {move || next.get().map(|next| next_card(stepping, next, late, role))}
                {running(stepping, view)}
                {all_done(view)}
                {attention(sync, view, lost)}
                {gone_section(user)}
                {unsent_line(live)}
                <a class="line line-link" href=Route::Ready.href()>
                    {icon(Icon::Check)} <span>{tr!(pages.ready)}</span>
                </a>
            </div>
            <div>{day_part(live, sync, view, zone)} {times}</div>
        </div>
    }
    .into_any()
}

/// For how long, in milliseconds, what is drawn may be shown as a picture at the next start (`public/stand-in.js`);
/// none until it is drawn.
fn picture_left(account: Arc<Account>, live: Live, sync: SyncState) -> Memo<Option<i64>> {
    let clock = use_clock();
    Memo::new(move |_| {
        if !live.loaded.get() {
            return None;
        }
        // The office starts with the board.
        let is_hidden = sync.holding.get() == Holding::WhileConnected || live.hidden.get();
        if account.is_office() || is_hidden {
            return Some(0);
        }
        let now = clock.now();
        let last_contact = sync.status.with(|status| status.last_sync);
        let since_contact = last_contact.map(|last| clock.wall().since(last));
        let midnight = account.zone.start_of(account.zone.day(now).plus(1));
        Some(picture_ms(
            midnight.since(now),
            since_contact,
            account.expiry_hours(),
        ))
    })
}

/// The first load: how far it is, why it stopped, and when it is done.
fn priming_part(sync: SyncState) -> impl IntoView {
    let updates = use_updates();
    // Records without the app to show them are of no use in a cellar.
    let is_done = Memo::new(move |_| {
        let is_shell_kept = updates.is_some_and(Updates::is_shell_kept);
        is_shell_kept && sync.ready.get()
    });
    move || {
        if let Some(note) = is_done.get().then(|| mode_note(sync)).flatten() {
            return note;
        }
        if is_done.get() {
            return view! { <p class="ready">{icon(Icon::Check)} {tr!(today.ready)}</p> }
                .into_any();
        }
        view! {
            <section class="card pad mb-4" aria-label=tr!(today.priming)>
                <h2 class="font-semibold">{tr!(today.priming)}</h2>
                {insecure_notice()}
                {loading_part(sync)}
            </section>
        }
        .into_any()
    }
}

/// What runs beside the job in hand, with the step that stops its time.
fn running(stepping: Stepping, view: Memo<TodayView>) -> impl IntoView {
    let rows = Memo::new(move |_| view.with(|view| view.running.clone()));
    let row = move |row: JobRow| {
        view! {
            <li class="row">
                <a class="line line-link" href=Route::Job(row.id).href()>
                    {icon(Icon::Clock)} <span>{unbroken(numbered(&row.number, &row.title))}</span>
                </a>
                {step_button(stepping, row.id, JobStatus::Paused, "btn")}
            </li>
        }
    };
    move || {
        let rows = rows.get();
        (!rows.is_empty()).then(|| {
            let rows = rows.into_iter().map(row).collect_view();
            let list = view! { <ul class="card list attention">{rows}</ul> };
            section(tr!(today.running), list.into_any())
        })
    }
}

/// Every job of the day is done: that deserves a word.
fn all_done(view: Memo<TodayView>) -> impl IntoView {
    let later = Memo::new(move |_| {
        view.with(|view| (view.count > 0 && view.closed == view.count).then_some(view.later))
    });
    move || {
        later.get().map(|later| {
            let hint = match later {
                0 => tr!(today.all_done_hint).to_owned(),
                later => tr!(today.none_but_later, jobs = jobs(later)),
            };
            let body = empty(Icon::Check, tr!(today.all_done), hint);
            view! { <div class="card mb-4">{body}</div> }
        })
    }
}

/// What has not reached the office, photos and refused changes included, or that everything has.
fn unsent_line(live: Live) -> impl IntoView {
    let files = load_waiting();
    let here = only_here(files);
    let is_known = Memo::new(move |_| live.loaded.get() && files.with(|files| files.is_known));
    let line = move || {
        let here = here.get();
        let (shape, text, to) = if here.is_nothing() {
            (Icon::Check, tr!(today.all_sent).to_owned(), Route::Receipts)
        } else {
            let what = only_here_text(here.sendable + here.stuck, here.files);
            (Icon::Unsent, tr!(today.unsent, what = what), Route::Sync)
        };
        view! { <a class="line line-link" href=to.href()>{icon(shape)} <span>{text}</span></a> }
    };
    move || is_known.get().then_some(line)
}

fn attention(sync: SyncState, view: Memo<TodayView>, lost: Memo<usize>) -> impl IntoView {
    move || {
        let status = sync.status.get();
        let left_over = view.with(|view| view.left_over);
        let mut lines = view.with(asked_lines);
        if status.parked > 0 {
            let text = tr!(today.refused, changes = changes(status.parked));
            lines.push(line(Route::Sync.href(), text));
        }
        if lost.get() > 0 {
            let text = tr!(today.lost, changes = changes(lost.get()));
            lines.push(line("/sync?tab=log".to_owned(), text));
        }
        if clock_warning(status.clock_offset_ms).is_some() {
            lines.push(line(
                "/sync?tab=log".to_owned(),
                tr!(today.clock).to_owned(),
            ));
        }
        if left_over > 0 {
            let text = tr!(today.left_over, jobs = jobs(left_over));
            lines.push(line("/jobs?status=open".to_owned(), text));
        }
        (!lines.is_empty()).then(|| {
            let list = view! { <ul class="card list attention">{lines}</ul> };
            section(tr!(today.attention), list.into_any())
        })
    }
}

fn line(href: String, text: String) -> AnyView {
    view! {
        <li class="row">
            <a class="line line-link" href=href>
                {icon(Icon::Alert)} <span>{unbroken(text)}</span>
            </a>
        </li>
    }
    .into_any()
}

/// The jobs that the office waits for an answer to.
fn asked_lines(view: &TodayView) -> Vec<AnyView> {
    let rows = view.asked.iter().take(MOST_ASKED).map(|row| {
        let text = tr!(today.asked, job = numbered(&row.number, &row.title));
        line(Route::Job(row.id).href(), text)
    });
    let rest = view.asked.len().saturating_sub(MOST_ASKED);
    let more = (rest > 0).then(|| {
        line(
            "/jobs?status=open".to_owned(),
            tr!(today.asked_more, jobs = jobs(rest)),
        )
    });
    rows.chain(more).collect()
}

fn day_part(live: Live, sync: SyncState, view: Memo<TodayView>, zone: Zone) -> impl IntoView {
    let is_empty = Memo::new(move |_| view.with(|view| view.count == 0));
    let pieces = Memo::new(move |_| view.with(|view| view.pieces.clone()));
    let is_cut = Memo::new(move |_| pieces.with(|pieces| pieces.len() > MOST_PIECES));
    let routes = Memo::new(move |_| view.with(|view| view.routes.clone()));
    let shown = RwSignal::new(match WAS_SHOWN.replace(true) {
        true => MOST_PIECES,
        false => FIRST_PIECES,
    });
    Effect::new(move |_| {
        if live.loaded.get() && shown.get_untracked() < MOST_PIECES {
            let rest = move || {
                let _ = shown.try_set(MOST_PIECES);
            };
            // After the frame that shows the first ones.
            request_animation_frame(move || set_timeout(rest, Duration::ZERO));
        }
    });
    let done = move || {
        let (closed, all) = view.with(|view| (view.closed, view.count));
        (all > 0).then(|| tr!(today.done, closed = closed, all = all))
    };
    let content = move || match (live.loaded.get(), is_empty.get()) {
        (false, _) => skeleton(5).into_any(),
        (true, true) if live.hidden.get() => hidden().into_any(),
        // Until everything has come, nobody knows that there is nothing.
        (true, true) if !sync.ready.get() => skeleton(5).into_any(),
        (true, true) => {
            let later = view.with(|view| view.later);
            let hint = if later > 0 {
                tr!(today.none_but_later, jobs = jobs(later))
            } else {
                tr!(today.none_hint).to_owned()
            };
            empty(Icon::Today, tr!(today.none), hint).into_any()
        }
        (true, false) => view! {
            {timeline_list(pieces, shown, zone.clone())}
            {move || is_cut.get().then(|| {
                view! { <a class="btn w-full mt-3" href="/jobs?day=today">{tr!(today.rest)}</a> }
            })}
        }
        .into_any(),
    };
    view! {
        <section class="section">
            <div class="section-head">
                <h2 class="section-title">{tr!(today.day)}</h2>
                <span class="muted">{done}</span>
            </div>
            {move || routes.get().into_iter().map(route_line).collect_view()}
            {content}
        </section>
    }
}

fn route_line(route: RouteLink) -> AnyView {
    view! {
        <a class="line line-link" href=Route::DayRoute(route.id).href()>
            {icon(Icon::Van)}
            <span>{tr!(today.route, name = route.name)}</span>
            <span class="muted">{jobs(route.stops)}</span>
        </a>
    }
    .into_any()
}
