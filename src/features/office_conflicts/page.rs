//! The page of open conflicts: what came too late, which is decided here; and what met and where, newest first, each
//! with the way to its job, where it is settled.

use super::inbox::Inbox;
use super::late::late_part;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::conflicts::{ConflictRow, Side, Who, conflict_rows};
use crate::shared::labels::{field_name_label, value_label};
use crate::shared::refusals::excerpt;
use crate::shared::retry::retry_line;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::list::For;
use crate::ui::parts::{empty, heading, skeleton};
use crate::view::view;
use afield_protocol::ReviewPage;
use afield_sync::view::Projection;
use leptos::prelude::*;
use std::sync::Arc;

/// The page.
pub fn conflicts_page(account: Arc<Account>) -> AnyView {
    let inbox = Inbox::follow(use_clock());
    let of = Arc::clone(&account);
    let rows = Memo::new(move |_| {
        let rows = |all: &Projection| conflict_rows(all, &[], &of.signed_in, &of.zone);
        inbox
            .found
            .with(|found| found.as_ref().map(|(all, _)| rows(all)))
    });
    let state = Memo::new(move |_| {
        let count = rows.with(|rows| rows.as_ref().map(Vec::len));
        let failed = inbox.trouble.with(Option::is_some);
        // Once there is a list, what is wrong stands above it.
        (count.map(|count| count > 0), failed && count.is_none())
    });
    let has_reviews = Memo::new(move |_| {
        let has = |page: &ReviewPage| !page.groups.is_empty();
        inbox.reviews.with(|page| page.as_ref().is_some_and(has))
    });
    let late = late_part(&account, inbox, has_reviews);
    let content = move || match state.get() {
        (None, false) => skeleton(4).into_any(),
        (None, true) => ().into_any(),
        (Some(false), _) if has_reviews.get() => ().into_any(),
        (Some(false), _) => empty(
            Icon::Check,
            tr!(conflict.inbox_none),
            tr!(conflict.inbox_none_hint),
        )
        .into_any(),
        (Some(true), _) => list(inbox, rows, has_reviews),
    };
    view! {
        <a class="back" href=Route::Board.href()>{icon(Icon::Left)} {tr!(pages.board)}</a>
        {heading(tr!(conflict.title))}
        {move || (!has_reviews.get()).then(lead)}
        {standing(account, inbox)}
        {late}
        {content}
    }
    .into_any()
}

fn lead() -> impl IntoView {
    view! { <p class="muted mb-3">{tr!(conflict.inbox_lead)}</p> }
}

fn list(inbox: Inbox, rows: Memo<Option<Vec<ConflictRow>>>, has_reviews: Memo<bool>) -> AnyView {
    let newest = move || {
        let shown = rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        let more = inbox
            .found
            .with(|found| found.as_ref().map_or(0, |(_, more)| *more));
        (more > 0).then(|| {
            let count = more + shown as u64;
            view! { <p class="muted">{tr!(conflict.newest, shown = shown, count = count)}</p> }
        })
    };
    let each = move || rows.get().unwrap_or_default();
    // Where there is more than one kind.
    let title = move || {
        has_reviews.get().then(|| {
            view! { <h2 class="section-title">{tr!(conflict.open_title)}</h2> {lead()} }
        })
    };
    view! {
        {title}
        {newest}
        <ul class="card list office-conflicts">
            <For each=each key=|row| (row.id, row.job_name.clone()) let(row)>{item(row)}</For>
        </ul>
    }
    .into_any()
}

fn item(row: ConflictRow) -> AnyView {
    let job = match row.job_name.as_str() {
        "" => tr!(sync.unknown_job).to_owned(),
        name => name.to_owned(),
    };
    view! {
        <li class="row">
            <a class="link wrap" href=Route::OfficeJob(row.job).href()>{job}</a>
            <p class="met">
                <span class="font-semibold">{field_name_label(&row.field)}</span>
                " "
                <span class="muted">{row.when}</span>
            </p>
            <dl class="sides">{row.sides.iter().map(side).collect_view()}</dl>
        </li>
    }
    .into_any()
}

fn side(side: &Side) -> AnyView {
    let who = match &side.who {
        Who::You => tr!(conflict.yours),
        Who::Named(name) => name,
        Who::Office => tr!(conflict.office),
    };
    let stands = side.stands.then(|| {
        view! { <span class="tag tag-finished">{icon(Icon::Check)} {tr!(conflict.stands)}</span> }
    });
    view! {
        <div class="side">
            <dt class="tags"><strong>{who.to_owned()}</strong> {stands}</dt>
            <dd class="wrap">{excerpt(&value_label(&side.value))}</dd>
        </div>
    }
    .into_any()
}

/// Whether it is live, of when it is if not, and how to ask again.
fn standing(account: Arc<Account>, inbox: Inbox) -> AnyView {
    let line = move || match (inbox.is_live(), inbox.as_of.get()) {
        (true, _) => view! { <span class="tag tag-started">{tr!(board.live)}</span> }.into_any(),
        (false, Some(at)) => {
            let text = tr!(board.not_live, time = account.clock(at));
            view! { <span class="tag tag-paused">{text}</span> }.into_any()
        }
        (false, None) => ().into_any(),
    };
    view! {
        <p class="tags mb-3" aria-live="polite">{line}</p>
        {retry_line(inbox.trouble, move || inbox.fetch())}
    }
    .into_any()
}
