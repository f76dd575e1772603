//! What the tabs Unsent and Pending changes share: refused changes as boxes, unsent ones as rows.
//!
//! Must never draw more rows than somebody looks at: an outbox may hold thousands.

use super::view_model::{Line, PendingRow, Standing, Why, pending_rows};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::runtime::sizes::sizes_of;
use crate::runtime::sync_status::use_sync_state;
use crate::shared::amounts::bytes_text;
use crate::shared::labels::change_label;
use crate::shared::names::{job_name, unbroken};
use crate::shared::refusals::refused;
use crate::shared::refused_card::refused_card;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::parts::section;
use crate::view::view;
use afield_protocol::Seq;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// So many rows are drawn at first, and so many more with each tap.
pub(super) const STEP: usize = 50;

/// The unsent changes, as rows.
pub(super) fn rows_memo(account: &Account, live: Live) -> Memo<Vec<PendingRow>> {
    let zone = account.zone.clone();
    Memo::new(move |_| {
        live.projection
            .with(|all| pending_rows(all, all.entries(), &zone))
    })
}

/// The refused changes, each with what can be done about it, and what the office has yet to decide; nothing if there are
/// none.
pub(super) fn attention(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let parked = Memo::new(move |_| {
        live.projection.with(|all| {
            let found = refused(all, all.entries(), &account.signed_in, &account.zone);
            let named = found.into_iter().map(|refused| {
                let name = job_name(all, refused.job);
                (refused, name)
            });
            named.collect::<Vec<_>>()
        })
    });
    move || {
        let (received, parked): (Vec<_>, Vec<_>) = parked
            .get()
            .into_iter()
            .partition(|(refused, _)| refused.is_received());
        [(tr!(sync.attention), parked), (tr!(sync.reviews), received)]
            .into_iter()
            .filter(|(_, cards)| !cards.is_empty())
            .map(|(title, cards)| {
                let cards = cards
                    .into_iter()
                    .map(|(refused, name)| refused_card(refused, name, false))
                    .collect_view();
                section(title, cards.into_any())
            })
            .collect_view()
    }
}

/// The list of `rows`, as many as were asked for.
pub(super) fn row_list(rows: Memo<Vec<PendingRow>>, account: &Arc<Account>, live: Live) -> AnyView {
    let account = Arc::clone(account);
    let (sync, clock) = (use_sync_state(), use_clock());
    let most = RwSignal::new(STEP);
    let sizes: RwSignal<Vec<(Seq, u64)>> = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let seqs = rows.with(|rows| rows.iter().take(most.get()).map(|row| row.seq).collect());
        spawn_local(async move {
            if let Ok(found) = sizes_of(live, seqs).await {
                let _ = sizes.try_set(found);
            }
        });
    });
    let line = Memo::new(move |_| {
        let now = clock.wall();
        sync.status.with(|status| Line {
            sign_in_needed: status.sign_in_needed,
            is_online: sync.online.get(),
            next_try: status.next_try.filter(|at| *at > now),
        })
    });
    let drawn = move || {
        let rows = rows.get().into_iter().take(most.get());
        rows.map(|row| row_view(row, line, sizes, &account))
            .collect_view()
    };
    let rest = Memo::new(move |_| rows.with(Vec::len).saturating_sub(most.get()));
    view! {
        <ol class="card list">{drawn}</ol>
        {more_button(rest, most)}
    }
    .into_any()
}

/// Draws more, where there are more.
pub(super) fn more_button(rest: Memo<usize>, most: RwSignal<usize>) -> impl IntoView {
    move || {
        let rest = rest.get();
        (rest > 0).then(|| {
            let more = move |_| most.update(|most| *most += STEP);
            view! {
                <button type="button" class="btn w-full mt-3" on:click=more>
                    {tr!(sync.more, count = rest)}
                </button>
            }
        })
    }
}

fn row_view(
    row: PendingRow,
    line: Memo<Line>,
    sizes: RwSignal<Vec<(Seq, u64)>>,
    account: &Arc<Account>,
) -> impl IntoView + use<> {
    let account = Arc::clone(account);
    let (class, standing) = match row.standing {
        Standing::Waiting => ("tag tag-unsent", tr!(sync.standing_waiting)),
        Standing::Sending => ("tag tag-started", tr!(sync.standing_sending)),
        Standing::Held => ("tag tag-urgent", tr!(sync.standing_held)),
        Standing::Stopped(_) => ("tag tag-urgent", tr!(sync.standing_stopped)),
    };
    let job = row.job.map(|id| {
        let name = if row.job_name.is_empty() {
            tr!(sync.unknown_job).to_owned()
        } else {
            row.job_name.clone()
        };
        view! { <a class="link" href=Route::Job(id).href()><span>{unbroken(name)}</span></a> }
    });
    let size = move || {
        let size = sizes.with(|all| {
            all.iter()
                .find(|(seq, _)| *seq == row.seq)
                .map(|(_, it)| *it)
        });
        size.map(|bytes| format!("{} · ", bytes_text(bytes, language())))
    };
    let what = change_label(&row.what);
    let made = tr!(sync.made, time = row.when);
    let tried = match row.attempts {
        0 => tr!(sync.tried_none).to_owned(),
        1 => tr!(sync.tried_once).to_owned(),
        count => tr!(sync.tried, count = count),
    };
    let why = move || match row.standing {
        Standing::Stopped(Some(status)) => Some(tr!(sync.stopped_by, status = status)),
        Standing::Stopped(None) => Some(tr!(sync.stopped_silently).to_owned()),
        _ => row.why(line.get()).map(|why| why_text(why, &account)),
    };
    view! {
        <li class="row">
            <p class="font-semibold">{what}</p>
            <p>{job}</p>
            <p class="tags">
                <span class=class>{standing}</span>
                <span class="muted">{made}</span>
            </p>
            <p class="muted">{size} {tried}</p>
            {move || why().map(|why| view! { <p class="muted">{why}</p> })}
        </li>
    }
}

fn why_text(why: Why, account: &Account) -> String {
    match why {
        Why::SignIn => tr!(sync.why_sign_in).to_owned(),
        Why::NoNetwork => tr!(sync.why_no_network).to_owned(),
        Why::Until(at) => tr!(sync.why_until, time = account.date_time(at)),
        Why::Undecided => tr!(sync.why_undecided).to_owned(),
        Why::ItsTurn => tr!(sync.why_its_turn).to_owned(),
    }
}
