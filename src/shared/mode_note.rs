//! What a phone that does not hold all of its user's records has, live and without a network.
//!
//! Owns the words of online mode, of hybrid and of the offline feature switched off. Must never decide which of them it
//! is: the engine says what the phone holds.

use crate::runtime::commands::Commands;
use crate::runtime::live::use_live;
use crate::runtime::sync_status::{SyncState, use_sync_state};
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_domain::RecordKey;
use afield_sync::{Holding, RECENT};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The note; none on a phone that holds all. Tracks.
pub fn mode_note(sync: SyncState) -> Option<AnyView> {
    let is_cut_off = sync.is_cut_off();
    let text = match (sync.holding.get(), is_cut_off) {
        (Holding::All, _) => return None,
        (Holding::Recent, false) => tr!(today.live, count = RECENT),
        (Holding::Recent, true) => tr!(today.hybrid, count = RECENT),
        (Holding::WhileConnected, false) => tr!(today.no_offline).to_owned(),
        (Holding::WhileConnected, true) => tr!(today.no_offline_cut).to_owned(),
    };
    let body = view! { <p>{text}</p> }.into_any();
    Some(if is_cut_off {
        notice(Tone::Warning, body).into_any()
    } else {
        view! { <p class="ready">{icon(Icon::Check)} {body}</p> }.into_any()
    })
}

/// The same without a network alone: what is here then.
pub fn cut_note(sync: SyncState) -> impl IntoView {
    move || sync.is_cut_off().then(|| mode_note(sync)).flatten()
}

/// What stands on the page of a record whose surroundings are not on this phone. Tracks.
pub fn part_note(key: RecordKey) -> Option<AnyView> {
    let (sync, live) = (use_sync_state(), use_live()?);
    let is_kept =
        |kept: &Option<Vec<RecordKey>>| kept.as_ref().is_none_or(|kept| kept.contains(&key));
    // What was made here is here.
    let is_made_here = live.projection.with(|all| all.base(key).is_none());
    if sync.kept.with(is_kept) || is_made_here {
        return None;
    }
    let text = if sync.is_cut_off() {
        tr!(today.part_cut, count = RECENT)
    } else {
        tr!(today.part_comes).to_owned()
    };
    Some(notice(Tone::Info, view! { <p role="status">{text}</p> }.into_any()).into_any())
}

/// Whoever is signed in opens the page of that record: it is among the last ones from now on.
pub fn work_with(commands: Option<Commands>, key: RecordKey) {
    let sync = use_sync_state();
    let Some(commands) = commands else { return };
    spawn_local(async move {
        if let Ok(engine) = commands.engine()
            && engine.run_work_with(key).await.is_ok()
            && !sync.holding.get_untracked().is_all()
        {
            commands.opened();
        }
    });
}
