//! What is on this phone alone: photos and files that wait, and changes.
//!
//! Owns their number and size. Must never offer to delete any: they may be the only ones there are.

use afield_domain::UserId;
use afield_sync::{FileRows, SyncStatus};

/// How many photos and files wait on this phone, and how large they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaitingFiles {
    /// Whether it was looked up: before that nothing can be said.
    pub is_known: bool,
    /// How many files.
    pub count: usize,
    /// Their bytes together.
    pub bytes: u64,
    /// How many there are, of whomever, whose rows cannot be read.
    pub unreadable: usize,
}

/// What waits of `user`'s files.
#[must_use]
pub fn waiting(rows: &FileRows, user: UserId) -> WaitingFiles {
    let none = WaitingFiles {
        is_known: true,
        unreadable: rows.unreadable,
        ..WaitingFiles::default()
    };
    let own = rows.files.iter().filter(|file| file.user == user);
    own.fold(none, |all, file| WaitingFiles {
        count: all.count + 1,
        bytes: all.bytes.saturating_add(file.bytes),
        ..all
    })
}

/// What would be lost with this browser's storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnlyHere {
    /// Changes that go out by themselves.
    pub sendable: usize,
    /// Changes that do not: refused, waiting for a refused one, damaged.
    pub stuck: usize,
    /// Photos and files: their originals cannot be sent yet.
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
pub use browser::{load_waiting, only_here, only_here_text, waiting_section};

#[cfg(target_family = "wasm")]
mod browser {
    use super::{OnlyHere, WaitingFiles, waiting};
    use crate::effect::Effect;
    use crate::memo::Memo;
    use crate::runtime::commands::use_commands;
    use crate::runtime::live::use_live;
    use crate::runtime::sync_status::{set_if_new, use_sync_state};
    use crate::shared::amounts::bytes_text;
    use crate::shared::labels::{changes, photos};
    use crate::signal::RwSignal;
    use crate::texts::language;
    use crate::tr;
    use crate::ui::parts::section;
    use crate::view::view;
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    /// What waits, looked at again whenever the outbox changes.
    pub fn load_waiting() -> RwSignal<WaitingFiles> {
        let found = RwSignal::new(WaitingFiles::default());
        let commands = use_commands();
        let outbox = use_live().map(|live| live.outbox_version());
        Effect::new(move |_| {
            outbox.inspect(Memo::track);
            let Some(commands) = commands else {
                return;
            };
            spawn_local(async move {
                if let Ok((files, user)) = commands.files().await
                    && !found.is_disposed()
                {
                    set_if_new(found, waiting(&files, user));
                }
            });
        });
        found
    }

    /// What is on this phone alone, of changes and of the files `found`.
    pub fn only_here(found: RwSignal<WaitingFiles>) -> Memo<OnlyHere> {
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

    /// The part of the page that says so; nothing if nothing waits.
    pub fn waiting_section(found: RwSignal<WaitingFiles>) -> impl IntoView {
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
                    </div>
                };
                section(tr!(files.waiting_title), body.into_any())
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{AttachmentId, JobId, Timestamp};
    use afield_sync::LocalFile;
    use uuid::Uuid;

    fn file(n: u128, user: u128, bytes: u64) -> LocalFile {
        LocalFile {
            id: AttachmentId(Uuid::from_u128(n)),
            job: JobId(Uuid::from_u128(1)),
            user: UserId(Uuid::from_u128(user)),
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            bytes,
            sha256: String::new(),
            chunks: 1,
            made_at: Timestamp(0),
        }
    }

    #[test]
    fn what_cannot_be_sent_is_on_this_phone_alone_too() {
        let status = |unsent, unreadable, parked, held| SyncStatus {
            unsent,
            unreadable,
            parked,
            held,
            ..SyncStatus::default()
        };
        let files = |count| WaitingFiles {
            count,
            ..WaitingFiles::default()
        };
        let damaged = |unreadable| WaitingFiles {
            unreadable,
            ..WaitingFiles::default()
        };
        for (status, files, expected) in [
            (status(0, 0, 0, 0), files(0), [0, 0, 0]),
            (status(0, 0, 0, 0), files(12), [0, 0, 12]),
            (status(3, 0, 0, 0), files(0), [3, 0, 0]),
            (status(6, 1, 2, 1), files(1), [2, 4, 1]),
            (status(1, 0, 1, 0), files(0), [0, 1, 0]),
            (status(1, 1, 0, 0), files(0), [0, 1, 0]),
            (status(0, 0, 0, 0), damaged(2), [0, 2, 0]),
        ] {
            let here = OnlyHere::of(&status, &files);
            let counts = [here.sendable, here.stuck, here.files];
            assert_eq!(counts, expected, "{status:?}");
            assert_eq!(here.is_nothing(), expected == [0, 0, 0], "{status:?}");
        }
    }

    #[test]
    fn only_the_user_s_own_files_are_counted() {
        let rows = FileRows {
            files: vec![
                file(1, 7, 10),
                file(2, 8, 500),
                file(3, 7, 32),
                file(4, 9, u64::MAX),
            ],
            unreadable: 2,
        };
        for (user, count, bytes) in [(7, 2, 42), (8, 1, 500), (9, 1, u64::MAX), (1, 0, 0)] {
            let found = waiting(&rows, UserId(Uuid::from_u128(user)));
            let expected = WaitingFiles {
                count,
                bytes,
                unreadable: 2,
                is_known: true,
            };
            assert_eq!(found, expected, "user {user}");
        }
    }
}
