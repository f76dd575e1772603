//! The board's feed: who did what to which job, and when it reached the office.

use super::feed_view_model::{
    Group, Line, MOST, PAGE, groups, merge_feed, merge_older, one_more_page,
};
use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::activity::{brought_label, happened_label};
use crate::shared::age::came_late;
use crate::shared::labels::photos;
use crate::shared::names::{numbered, unbroken};
use crate::shared::thumbnail::{self, Shown, preview};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::list::For;
use crate::view::view;
use afield_domain::{AttachmentKind, Timestamp};
use afield_platform::api;
use afield_protocol::{Activity, ActivityKind};
use afield_sync::board::BoardState;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;

/// Lines of a job that are shown at once; the others open with a tap.
const LINES: usize = 6;
/// Small pictures of one line.
const PICTURES: usize = 4;

/// The feed, newest first.
pub(super) fn feed(state: RwSignal<Option<BoardState>>, account: Arc<Account>) -> impl IntoView {
    let (all, limit) = (RwSignal::new(Vec::new()), RwSignal::new(PAGE));
    // The activity before which there is nothing, when the server has said so.
    let ended = RwSignal::new(None::<u64>);
    let busy = RwSignal::new(false);
    let fresh = Memo::new(move |_| {
        let of = |state: &BoardState| state.activity.clone();
        state.with(|state| state.as_ref().map(of).unwrap_or_default())
    });
    Effect::new(move |_| {
        let limit = limit.get_untracked();
        fresh.with(|fresh| {
            all.update(|all| *all = merge_feed(std::mem::take(all), fresh, limit));
        });
    });
    let shown = Memo::new(move |_| all.with(|all: &Vec<Activity>| groups(all)));
    let is_all = Memo::new(move |_| {
        all.with(|all| match all.last() {
            Some(last) => all.len() >= MOST || Some(last.seq) == ended.get(),
            None => true,
        })
    });
    // Before the day is there nobody knows.
    let is_empty = Memo::new(move |_| {
        let is_known = state.with(Option::is_some);
        is_known && shown.with(Vec::is_empty)
    });
    let clock = use_clock();
    let toasts = use_toasts();
    let earlier = move |_| {
        let before = all.with_untracked(|all| all.last().map(|last| last.seq));
        let Some(before) = before else { return };
        busy.set(true);
        spawn_local(async move {
            let answer = api::load_activity(before).await;
            let _ = busy.try_set(false);
            match answer {
                Ok(page) => {
                    let _ = limit.try_update(|limit| *limit = one_more_page(*limit));
                    let most = limit.try_get_untracked().unwrap_or(PAGE);
                    let _ = all.try_update(|all| {
                        *all = merge_older(std::mem::take(all), &page.activity, most);
                    });
                    let last = page.activity.last().map_or(before, |last| last.seq);
                    let _ = ended.try_set((!page.more).then_some(last));
                }
                Err(failure) => toasts.show(Err(failure.into())),
            }
        });
    };
    view! {
        <aside class="feed" aria-label=tr!(board.feed) tabindex="0">
            <h2 class="section-title">{tr!(board.feed)}</h2>
            <p class="muted" hidden=move || !is_empty.get()>{tr!(board.feed_empty)}</p>
            <For each=move || shown.get() key=Group::key let(group)>
                {feed_group(&account, untrack(|| clock.now()), group)}
            </For>
            <button
                type="button"
                class="btn w-full mt-2"
                hidden=move || is_all.get()
                aria-disabled=move || busy.get().then_some("true")
                on:click=earlier
            >
                {tr!(board.earlier)}
            </button>
        </aside>
    }
}

fn feed_group(account: &Account, now: Timestamp, group: Group) -> impl IntoView + use<> {
    let name = numbered(&group.newest.job_number, &group.newest.job_title);
    let title = group.job().map(|job| {
        view! {
            <h3 class="feed-job"><a class="line-link" href=Route::OfficeJob(job).href()>{unbroken(name)}</a></h3>
        }
    });
    let mut lines = group.lines.into_iter();
    let first = lines
        .by_ref()
        .take(LINES)
        .map(|line| feed_row(account, now, line))
        .collect_view();
    let rest: Vec<Line> = lines.collect();
    let rest = (!rest.is_empty()).then(|| {
        let count = rest.len();
        let rows = rest
            .into_iter()
            .map(|line| feed_row(account, now, line))
            .collect_view();
        view! {
            <details class="details pad">
                <summary>{tr!(board.more_lines, count = count)}</summary>
                <ol class="list">{rows}</ol>
            </details>
        }
    });
    view! {
        <div class="card feed-group">
            {title}
            <ol class="list">{first}</ol>
            {rest}
        </div>
    }
}

fn feed_row(account: &Account, now: Timestamp, line: Line) -> AnyView {
    let activity = &line.newest;
    let made = account.near_time(activity.made_at, now);
    let late = came_late(activity).then(|| {
        let received = account.near_time(activity.received_at, now);
        view! { <span>{tr!(board.received, time = received)}</span> }
    });
    let what = match line.more.len() {
        0 => happened_label(account, &activity.what),
        more => tr!(board.attached, name = photos(more + 1)),
    };
    let pictures: Vec<_> = std::iter::once(activity)
        .chain(&line.more)
        .filter_map(|one| picture(&one.what))
        .take(PICTURES)
        .collect();
    view! {
        <li class="row feed-row">
            <p>
                <strong>{activity.actor.clone()}</strong>
                " "
                {what}
            </p>
            {(!pictures.is_empty()).then(|| view! { <div class="feed-pictures">{pictures}</div> })}
            <p class="tags muted">
                <span>{made}</span>
                {late}
                {brought_label(activity).map(|text| view! { <span>{text}</span> })}
            </p>
        </li>
    }
    .into_any()
}

/// The small picture of a photo, long before the photo itself arrives.
fn picture(kind: &ActivityKind) -> Option<AnyView> {
    let ActivityKind::Attached {
        name,
        thumbnail,
        attachment,
    } = kind
    else {
        return None;
    };
    if let Some(id) = *attachment {
        let file = Shown {
            id,
            kind: AttachmentKind::Photo,
            name: name.clone(),
            thumbnail: thumbnail.clone(),
        };
        let alone = file.clone();
        let button = thumbnail::thumbnail(&file, Rc::new(move || vec![alone.clone()]), None);
        return Some(view! { <div class="thumbs">{button}</div> }.into_any());
    }
    preview(thumbnail)
        .map(|source| view! { <img class="feed-picture" src=source alt=name.clone() /> }.into_any())
}
