//! Photos and files that wait on this phone.
//!
//! Owns their number and size. Must never offer to delete any: they may be the only ones there are.

use afield_domain::UserId;
use afield_sync::FileRows;

/// How many photos and files wait on this phone, and how large they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaitingFiles {
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

#[cfg(target_family = "wasm")]
pub(super) use browser::{load_waiting, waiting_section};

#[cfg(target_family = "wasm")]
mod browser {
    use super::{WaitingFiles, waiting};
    use crate::runtime::commands::use_commands;
    use crate::runtime::live::Live;
    use crate::runtime::sync_status::set_if_new;
    use crate::shared::amounts::bytes_text;
    use crate::texts::language;
    use crate::tr;
    use crate::ui::parts::section;
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    /// What waits, looked at again whenever the outbox changes.
    pub(in crate::features::sync) fn load_waiting(live: Live) -> RwSignal<WaitingFiles> {
        let found = RwSignal::new(WaitingFiles::default());
        let commands = use_commands();
        let outbox = live.outbox_version();
        Effect::new(move |_| {
            outbox.track();
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

    /// The part of the page that says so; nothing if nothing waits.
    pub(in crate::features::sync) fn waiting_section(
        found: RwSignal<WaitingFiles>,
    ) -> impl IntoView {
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
            };
            assert_eq!(found, expected, "user {user}");
        }
    }
}
