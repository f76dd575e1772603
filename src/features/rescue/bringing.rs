//! The part of the page that opens a rescue file and sends what is in it.
//!
//! Owns how it is told. Must never say that anything has arrived before the office has said so.

use super::opening::{Opened, Stopped, open};
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::labels::{change_label, changes, refusal_label, trouble_text};
use crate::shared::refusals::{Refused, refused};
use crate::shared::waiting_files::only_here_text;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::capture::pick_one;
use crate::ui::notice::{Tone, notice};
use crate::view::view;
use afield_sync::OutboxEntry;
use afield_sync::rescue::format::RescueError;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;
use web_sys::File;

/// Where the opening of a file stands.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// None was picked.
    Idle,
    /// So much of it was read, in percent.
    Checking(u64),
    /// It is not taken.
    NotTaken(RescueError),
    /// It is whole, and nothing of it was sent in this visit.
    Found(Summary),
    /// It is being sent.
    Sending(Summary),
    /// Sending has ended, early or not.
    Ended(Summary, Option<Stopped>),
}

/// What is in a file, and what of it has arrived.
#[derive(Debug, Clone, PartialEq)]
struct Summary {
    when: String,
    /// Whose work the office brings in; none if it is the user's own.
    author: Option<String>,
    changes: usize,
    files: usize,
    /// Changes that this build cannot read.
    unreadable: u64,
    accepted: usize,
    arrived: usize,
    refused: Vec<Refused>,
    /// Photos and files that were refused with the change that registers them.
    refused_files: usize,
}

impl Summary {
    fn of(opened: &Opened, account: &Account, live: Live) -> Self {
        let (index, sending) = (&opened.index, &opened.sending);
        let parked: Vec<OutboxEntry> = sending.refused().cloned().collect();
        let refused = live
            .projection
            .with_untracked(|all| refused(all, &parked, &account.signed_in, &account.zone));
        Self {
            when: account.date_time(index.made_at),
            author: opened.author.map(|_| match index.user_name.as_str() {
                "" => tr!(fields.somebody).to_owned(),
                name => name.to_owned(),
            }),
            changes: index.entries.len(),
            files: index.files.len(),
            unreadable: index.unreadable(),
            accepted: sending.accepted(),
            arrived: opened.arrived,
            refused,
            refused_files: index
                .files
                .iter()
                .filter(|file| sending.has_refused(file))
                .count(),
        }
    }

    fn left(&self) -> (usize, usize) {
        let decided = self.accepted + self.refused.len();
        (
            self.changes.saturating_sub(decided),
            self.files.saturating_sub(self.arrived + self.refused_files),
        )
    }
}

/// What the part works on.
#[derive(Clone, Copy)]
struct Desk {
    live: Live,
    commands: Option<Commands>,
    account: StoredValue<Arc<Account>>,
    stage: RwSignal<Stage>,
    opened: StoredValue<Option<Opened>, LocalStorage>,
}

/// The part's button, and what is told.
pub(super) fn opening(account: Arc<Account>, live: Live) -> AnyView {
    let desk = Desk {
        live,
        commands: use_commands(),
        account: StoredValue::new(account),
        stage: RwSignal::new(Stage::Idle),
        opened: StoredValue::new_local(None),
    };
    let pick = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            spawn_local(desk.look(file));
        }
    };
    let is_busy = move || matches!(desk.stage.get(), Stage::Checking(_) | Stage::Sending(_));
    let button = move || (!is_busy()).then(|| pick_one(tr!(rescue.open), Rc::new(pick)));
    view! {
        {button}
        <div role="status" class="stack">{move || desk.told()}</div>
    }
    .into_any()
}

impl Desk {
    async fn look(self, file: File) {
        let _ = self.stage.try_set(Stage::Checking(0));
        let tell = move |percent| {
            let _ = self.stage.try_set(Stage::Checking(percent));
        };
        let Some(account) = self.account.try_get_value() else {
            return;
        };
        let info = &account.signed_in.info;
        let stage = match open(file, (&info.user, info.company.id), tell).await {
            Err(error) => Stage::NotTaken(error),
            Ok(opened) => {
                let found = Summary::of(&opened, &account, self.live);
                let _ = self.opened.try_set_value(Some(opened));
                Stage::Found(found)
            }
        };
        let _ = self.stage.try_set(stage);
    }

    fn send(self, any_data: bool) {
        let taken = self.opened.try_update_value(Option::take).flatten();
        let (Some(mut opened), Some(commands)) = (taken, self.commands) else {
            return;
        };
        if any_data {
            opened.sending.take_any_epoch();
        }
        let account = self.account.get_value();
        let live = self.live;
        self.stage
            .set(Stage::Sending(Summary::of(&opened, &account, live)));
        spawn_local(async move {
            let tell = |opened: &Opened| {
                let summary = Summary::of(opened, &account, live);
                let _ = self.stage.try_set(Stage::Sending(summary));
            };
            let ended = opened.send(commands, tell).await;
            let summary = Summary::of(&opened, &account, live);
            let _ = self.opened.try_set_value(Some(opened));
            let _ = self.stage.try_set(Stage::Ended(summary, ended.err()));
            // What has arrived is on this phone with the next pull.
            commands.sync_now();
        });
    }

    fn told(self) -> AnyView {
        match self.stage.get() {
            Stage::Idle => ().into_any(),
            Stage::Checking(percent) => {
                view! { <p>{tr!(rescue.checking, percent = percent)}</p> }.into_any()
            }
            Stage::NotTaken(error) => {
                let body = view! { <p>{not_taken(&error)}</p> };
                notice(Tone::Error, body.into_any()).into_any()
            }
            Stage::Found(found) => {
                let what = only_here_text(found.changes, found.files);
                let author = found.author.map(|name| {
                    view! { <p>{tr!(rescue.for_author, name = name)}</p> }
                });
                view! {
                    {author}
                    <p>{tr!(rescue.found, time = found.when, what = what)}</p>
                    {unreadable(found.unreadable)}
                    {self.send_button(tr!(rescue.send), false)}
                }
                .into_any()
            }
            Stage::Sending(at) => {
                let changes = (at.accepted + at.refused.len(), at.changes);
                let text = tr!(
                    rescue.sending,
                    changes = changes.0,
                    all_changes = changes.1,
                    files = at.arrived,
                    all_files = at.files
                );
                view! { <p>{text}</p> }.into_any()
            }
            Stage::Ended(at, stopped) => self.ended(at, stopped),
        }
    }

    fn ended(self, at: Summary, stopped: Option<Stopped>) -> AnyView {
        let (left_changes, left_files) = at.left();
        let left = only_here_text(left_changes, left_files);
        let arrived = only_here_text(at.accepted, at.arrived);
        let is_whole = left.is_empty() && at.refused.is_empty() && at.unreadable == 0;
        let arrived = match (is_whole, arrived.is_empty()) {
            (true, _) => tr!(rescue.all_arrived, what = arrived),
            (false, true) => tr!(rescue.none_arrived).to_owned(),
            (false, false) => tr!(rescue.arrived, what = arrived),
        };
        let tone = if is_whole { Tone::Info } else { Tone::Warning };
        let why = stopped.as_ref().map(|stopped| match stopped {
            Stopped::OtherData => tr!(rescue.other_data).to_owned(),
            Stopped::NoTechnician => tr!(rescue.no_technician).to_owned(),
            Stopped::By(trouble) => trouble_text(trouble),
        });
        let again = (!left.is_empty()).then(|| match stopped {
            Some(Stopped::OtherData) => self.send_button(tr!(rescue.send_all_the_same), true),
            _ => self.send_button(tr!(common.retry), false),
        });
        let left = (!left.is_empty()).then(|| tr!(rescue.left, what = left));
        let lines = [Some(arrived), left, why].into_iter().flatten();
        let lines: Vec<AnyView> = lines
            .map(|text| view! { <p>{text}</p> }.into_any())
            .collect();
        view! {
            {notice(tone, lines.into_any())}
            {refusals(at.refused)}
            {unreadable(at.unreadable)}
            {again}
        }
        .into_any()
    }

    fn send_button(self, label: &'static str, any_data: bool) -> AnyView {
        view! {
            <button type="button" class="btn btn-primary" on:click=move |_| self.send(any_data)>
                {label}
            </button>
        }
        .into_any()
    }
}

fn unreadable(count: u64) -> Option<AnyView> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    (count > 0).then(|| {
        let text = tr!(rescue.unreadable, changes = changes(count));
        view! { <p>{text}</p> }.into_any()
    })
}

/// What the office has refused, in full: it may be nowhere else that can be read.
fn refusals(refused: Vec<Refused>) -> Option<AnyView> {
    (!refused.is_empty()).then(|| {
        let one = |refused: Refused| {
            let why = refusal_label(&refused);
            view! {
                <li class="row">
                    <p class="font-semibold">
                        {tr!(sync.refused, what = change_label(&refused.what))}
                    </p>
                    <p class="prose">{refused.text}</p>
                    <p class="muted">{why}</p>
                </li>
            }
        };
        let rows: Vec<_> = refused.into_iter().map(one).collect();
        view! { <ul class="card list">{rows}</ul> }.into_any()
    })
}

fn not_taken(error: &RescueError) -> String {
    match error {
        RescueError::NotOurs => tr!(rescue.not_ours).to_owned(),
        RescueError::Newer(_) => tr!(rescue.newer).to_owned(),
        RescueError::Damaged => tr!(rescue.damaged).to_owned(),
        RescueError::OtherCompany => tr!(rescue.other_company).to_owned(),
        RescueError::OtherUser(name) if name.is_empty() => tr!(rescue.other_user).to_owned(),
        RescueError::OtherUser(name) => tr!(rescue.other_user_named, name = name),
    }
}
