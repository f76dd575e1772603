//! What is on this phone alone: photos and files that wait, and changes.
//!
//! Owns their number and size, and how each stands. Must never offer to delete any: they may be the only ones
//! there are.

use afield_domain::{AttachmentId, Op, Timestamp, UserId};
use afield_protocol::EpochId;
use afield_sync::{FileRows, LocalFile, OutboxEntry, SyncStatus, count_alone};

/// How many photos and files wait on this phone, and how large they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaitingFiles {
    /// Whether it was looked up: before that nothing can be said.
    pub is_known: bool,
    /// How many files.
    pub count: usize,
    /// Of these: how many whose registration is not unsent as well, so that no change stands for them.
    pub alone: usize,
    /// Their bytes together, those that have arrived already included.
    pub bytes: u64,
    /// How many there are, of whomever, whose rows cannot be read.
    pub unreadable: usize,
}

/// What waits of `user`'s files. `epoch` is the server's data set, `entries` what is unsent.
#[must_use]
pub fn waiting(
    rows: &FileRows,
    user: UserId,
    epoch: Option<&EpochId>,
    entries: &[OutboxEntry],
) -> WaitingFiles {
    let none = WaitingFiles {
        is_known: true,
        unreadable: rows.unreadable,
        alone: count_alone(&rows.files, user, epoch, entries),
        ..WaitingFiles::default()
    };
    let own = rows.files.iter().filter(|file| file.user == user);
    own.filter(|file| file.waits(epoch))
        .fold(none, |all, file| WaitingFiles {
            count: all.count + 1,
            bytes: all.bytes.saturating_add(file.bytes),
            ..all
        })
}

/// What of the user's photos and files is on this phone, and what says how each stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnFiles {
    /// Their rows.
    pub files: Vec<LocalFile>,
    /// The server's data set.
    pub epoch: Option<EpochId>,
    /// Those whose names and small previews are still unsent.
    pub unsent: Vec<AttachmentId>,
}

impl OwnFiles {
    /// The files of `user` among `rows`. `entries` are what is unsent.
    #[must_use]
    pub fn of(
        rows: Option<&FileRows>,
        user: Option<UserId>,
        epoch: Option<EpochId>,
        entries: &[OutboxEntry],
    ) -> Self {
        let files = rows.into_iter().flat_map(|rows| &rows.files);
        let unsent = entries.iter().filter(|entry| !entry.is_in_review());
        let made = unsent.filter_map(|entry| match entry.mutation.op {
            Op::AddAttachment { attachment, .. } => Some(attachment),
            _ => None,
        });
        Self {
            files: files
                .filter(|file| Some(file.user) == user)
                .cloned()
                .collect(),
            epoch,
            unsent: made.collect(),
        }
    }

    /// How `file` stands, which waits.
    #[must_use]
    pub fn waiting_state(&self, file: &LocalFile) -> FileState {
        match file.sending.refused {
            Some(refusal) => FileState::Stopped(refusal.status),
            None if file.sending.sent > 0 => FileState::Sending(file.percent()),
            None if self.unsent.contains(&file.id) => FileState::Waits,
            None => FileState::Previewed,
        }
    }

    /// How the file `id` stands, of which the record says `received_at`.
    #[must_use]
    pub fn state(&self, id: AttachmentId, received_at: Option<Timestamp>) -> FileState {
        let row = self.files.iter().find(|file| file.id == id);
        let receipt = row.and_then(|file| file.sending.received.as_ref());
        match (row, received_at) {
            (Some(file), _) if file.waits(self.epoch.as_ref()) => self.waiting_state(file),
            (_, Some(at)) => FileState::Received(at),
            (_, None) => receipt.map_or(FileState::Elsewhere, |receipt| {
                FileState::Received(receipt.at)
            }),
        }
    }
}

/// Where a photo or a file stands on its way to the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It waits on this phone, and the office does not know of it.
    Waits,
    /// The office has its name and its small preview.
    Previewed,
    /// So much of it has arrived, in percent.
    Sending(u64),
    /// It is not taken for now: the HTTP status, or none if its bytes cannot be read here.
    Stopped(Option<u16>),
    /// The office has all of it, since then.
    Received(Timestamp),
    /// It waits on the phone that took it, which is another one.
    Elsewhere,
}

/// What would be lost with this browser's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnlyHere {
    /// Changes that go out by themselves.
    pub sendable: usize,
    /// Changes that do not: refused, waiting for a refused one, damaged.
    pub stuck: usize,
    /// Photos and files whose originals have not arrived.
    pub files: usize,
}

impl OnlyHere {
    /// Counts what the outbox and the waiting files say.
    #[must_use]
    pub fn of(status: &SyncStatus, files: &WaitingFiles) -> Self {
        let sendable = status.sendable();
        Self {
            sendable,
            stuck: status.unsent - sendable + files.unreadable,
            files: files.count,
        }
    }

    /// Whether everything has reached the office, refused changes, photos and files included.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

#[cfg(target_family = "wasm")]
pub use browser::{
    count_unsent, file_state_text, load_waiting, only_here, only_here_text, own_files,
    waiting_section,
};

#[cfg(target_family = "wasm")]
mod browser {
    use super::{FileState, OnlyHere, OwnFiles, WaitingFiles, waiting};
    use crate::memo::Memo;
    use crate::runtime::commands::use_commands;
    use crate::runtime::live::use_live;
    use crate::runtime::session::Account;
    use crate::runtime::sync_status::{SyncState, use_sync_state};
    use crate::shared::amounts::bytes_text;
    use crate::shared::labels::{changes, photos};
    use crate::texts::language;
    use crate::tr;
    use crate::ui::parts::section;
    use crate::view::view;
    use afield_sync::{FileRows, LocalFile, SignedIn};
    use leptos::prelude::*;
    use std::sync::Arc;

    /// What waits, as it is now.
    pub fn load_waiting() -> Memo<WaitingFiles> {
        let (sync, live) = (use_sync_state(), use_live());
        Memo::new(move |_| {
            let found = live.and_then(|live| {
                live.projection.with(|all| {
                    let user = all.meta().session.as_ref().map(SignedIn::user)?;
                    let epoch = all.meta().epoch.as_ref();
                    sync.files
                        .with(|rows| Some(waiting(rows.as_ref()?, user, epoch, all.entries())))
                })
            });
            found.unwrap_or_default()
        })
    }

    /// The signed-in user's files on this phone.
    pub fn own_files() -> Memo<OwnFiles> {
        let (sync, live) = (use_sync_state(), use_live());
        Memo::new(move |_| {
            let found = live.map(|live| {
                live.projection.with(|all| {
                    let meta = all.meta();
                    let user = meta.session.as_ref().map(SignedIn::user);
                    let of = |rows: &Option<FileRows>| {
                        OwnFiles::of(rows.as_ref(), user, meta.epoch.clone(), all.entries())
                    };
                    sync.files.with(of)
                })
            });
            found.unwrap_or_default()
        })
    }

    /// Unsent changes, and files that no unsent change stands for.
    pub fn count_unsent(sync: SyncState) -> Memo<usize> {
        let files = load_waiting();
        Memo::new(move |_| sync.status.with(|status| status.unsent) + files.get().alone)
    }

    /// What is on this phone alone, of changes and of the files `found`.
    pub fn only_here(found: Memo<WaitingFiles>) -> Memo<OnlyHere> {
        let sync = use_sync_state();
        Memo::new(move |_| {
            sync.status
                .with(|status| OnlyHere::of(status, &found.get()))
        })
    }

    /// "3 changes, 12 photos and files"; empty if there is neither.
    pub fn only_here_text(count: usize, files: usize) -> String {
        let changes = (count > 0).then(|| changes(count));
        let files = (files > 0).then(|| photos(files));
        let parts: Vec<String> = changes.into_iter().chain(files).collect();
        parts.join(", ")
    }

    /// How a file stands, in words.
    pub fn file_state_text(state: FileState, account: &Account) -> String {
        match state {
            FileState::Waits => tr!(job.waits_here).to_owned(),
            FileState::Previewed => tr!(files.previewed).to_owned(),
            FileState::Sending(percent) => tr!(files.sending, percent = percent),
            FileState::Stopped(Some(status)) => tr!(files.stopped, status = status),
            FileState::Stopped(None) => tr!(files.damaged).to_owned(),
            FileState::Received(at) => tr!(files.received, time = account.date_time(at)),
            FileState::Elsewhere => tr!(files.elsewhere).to_owned(),
        }
    }

    /// The part of the page that says so, file by file; nothing if nothing waits.
    pub fn waiting_section(
        found: Memo<WaitingFiles>,
        account: &Arc<Account>,
    ) -> impl IntoView + use<> {
        let (sync, commands, own) = (use_sync_state(), use_commands(), own_files());
        let account = Arc::clone(account);
        let list = move || {
            let own = own.get();
            let waits = own
                .files
                .iter()
                .filter(|file| file.waits(own.epoch.as_ref()));
            let row = |file: &LocalFile| {
                let state = file_state_text(own.waiting_state(file), &account);
                let size = bytes_text(file.bytes, language());
                view! {
                    <li class="row">
                        <p>{file.name.clone()}</p>
                        <p class="muted">{size} " · " {state}</p>
                    </li>
                }
            };
            waits.map(row).collect_view()
        };
        let slow = move || {
            let is_slow = sync.slow.get();
            (is_slow || sync.waits_for_wifi.get()).then(|| {
                let send = move |_| {
                    if let Some(commands) = commands {
                        commands.send_files_now();
                    }
                };
                view! {
                    <p>{if is_slow { tr!(files.slow) } else { tr!(files.no_wifi) }}</p>
                    <button type="button" class="btn btn-sm" on:click=send>
                        {tr!(files.send_now)}
                    </button>
                }
            })
        };
        move || {
            let WaitingFiles { count, bytes, .. } = found.get();
            (count > 0).then(|| {
                let size = bytes_text(bytes, language());
                let text = match count {
                    1 => tr!(files.waiting_one, size = size),
                    count => tr!(files.waiting, count = count, size = size),
                };
                let body = view! {
                    <div class="card pad">
                        <p class="font-semibold">{text}</p>
                        <p class="muted">{tr!(files.waiting_hint)}</p>
                        {slow}
                    </div>
                    <ul class="card list">{list.clone()}</ul>
                };
                section(tr!(files.waiting_title), body.into_any())
            })
        }
    }
}

#[cfg(test)]
#[path = "waiting_files_tests.rs"]
mod tests;
