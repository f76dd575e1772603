//! What of the job is still on phones, as far as the server knows: by their own word, which is as of when they gave it.
//!
//! Owns these lines. Must never call a phone empty: one whose app does not count by job says nothing.

use super::live_job::{Beside, LiveJob, technician};
use super::view_model::{Standing, Waiting, is_said, standing_of, waiting};
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::session::Account;
use crate::shared::activity::age_label;
use crate::shared::age::Age;
use crate::shared::labels::{changes, files, photos, reported};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{Job, Timestamp};
use afield_protocol::{Holder, JobOnPhone};
use leptos::prelude::*;
use std::sync::Arc;

/// What is still on a phone.
pub(super) fn phones(account: &Arc<Account>, page: LiveJob, job: Memo<Option<Job>>) -> AnyView {
    let (account, clock) = (Arc::clone(account), use_clock());
    let user = account.signed_in.user();
    let waits = Memo::new(move |_| page.live.projection.with(|all| waiting(all, page.id, user)));
    let told = Memo::new(move |_| {
        let of = |beside: &Beside| (beside.holder, beside.phones.clone());
        let beside = page.beside.with(|beside| beside.as_ref().map(of));
        beside.unwrap_or_default()
    });
    let content = move || {
        let (waits, now) = (waits.get(), clock.now());
        let name = job.with(|job| job.as_ref().map(|job| technician(page, job)));
        let name = name.unwrap_or_default();
        let (holder, phones) = told.get();
        let waits = (!is_said(&phones, waits)).then(|| files_line(&account, waits, now));
        let each = |phone: &JobOnPhone| phone_line(&account, phone, now);
        let each = phones.iter().map(each).collect_view();
        let owes = holder.and_then(|holder| owes_line(&account, holder, &name, now));
        let seen = holder.and_then(|holder| holder.seen_at);
        let seen = seen.map(|at| {
            let text = tr!(office.heard, name = name, age = age_label(Age::of(at, now)));
            view! { <p class="line muted">{icon(Icon::Phone)} <span>{text}</span></p> }
        });
        view! { <div class="office-phone">{waits} {each} {owes} {seen}</div> }
    };
    view! { {content} }.into_any()
}

/// The files that are known and have not come.
fn files_line(account: &Account, waits: Waiting, now: Timestamp) -> Option<AnyView> {
    let oldest = waits.oldest?;
    Some(line(tr!(
        office.files_wait,
        files = photos(waits.count),
        time = account.near_time(oldest, now),
        age = age_label(Age::of(oldest, now))
    )))
}

/// What of this job a phone says that it holds.
fn phone_line(account: &Account, phone: &JobOnPhone, now: Timestamp) -> AnyView {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let (changed, filed) = (changes(count(phone.unsent)), photos(count(phone.files)));
    let what = match (phone.unsent, phone.files) {
        (_, 0) => changed,
        (0, _) => filed,
        _ => tr!(office.both, one = changed, other = filed),
    };
    let name = &phone.user.name;
    let time = account.near_time(phone.told_at, now);
    let standing = standing_of(phone, now);
    if standing == Standing::Cleared {
        return line(tr!(
            office.on_cleared,
            name = name,
            time = time,
            what = what
        ));
    }
    let age = age_label(Age::of(phone.told_at, now));
    let text = tr!(
        office.on_phone,
        name = name,
        time = time,
        age = age,
        what = what
    );
    line(match standing {
        Standing::SignedOut => format!("{text}. {}", tr!(office.on_signed_out, name = name)),
        Standing::Silent(since) => {
            let time = account.near_time(since, now);
            format!(
                "{text}. {}",
                tr!(office.on_silent, name = name, time = time)
            )
        }
        Standing::Heard | Standing::Cleared => text,
    })
}

/// What the phones of whoever has the job owe, where not all of it was counted by job.
fn owes_line(account: &Account, holder: Holder, name: &str, now: Timestamp) -> Option<AnyView> {
    if holder.by_job || holder.unsent + holder.files == 0 {
        return None;
    }
    let (changed, filed) = reported(holder.unsent, holder.files);
    Some(line(match holder.oldest {
        Some(oldest) => tr!(
            office.owes_since,
            name = name,
            changes = changed,
            files = filed,
            time = account.near_time(oldest, now)
        ),
        None => tr!(
            office.owes,
            name = name,
            files = files(holder.files as usize)
        ),
    }))
}

fn line(text: String) -> AnyView {
    view! { <p class="line">{icon(Icon::Unsent)} <span>{text}</span></p> }.into_any()
}
