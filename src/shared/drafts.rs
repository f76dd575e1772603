//! What was typed and not yet saved.
//!
//! Owns the drafts, in memory and in their own database, so that neither leaving a page nor a crash loses
//! one, and an update never reloads over one. A draft is its user's: it goes when it was saved or when they
//! discard it, never by itself. Must never be taken for a change: nobody else sees a draft.

pub use super::draft::{AnswerDraft, Draft, DraftKey};

use super::draft::{DraftEntry, DraftRow, merge_drafts, missing_rows, remove_once};
use super::job_form::EditDraft;
use crate::runtime::session::Session;
use crate::signal::RwSignal;
use afield_domain::UserId;
use afield_platform::notices::Sender;
use afield_platform::{connectivity, timer};
use afield_protocol::worker_message::Notice;
use afield_store::{IdbDrafts, open_patiently};
use afield_sync::StoreError;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Longer than between two keys, shorter than between a key and putting the phone away.
const WRITE_AFTER_MS: u32 = 300;

/// The drafts, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Drafts {
    all: RwSignal<Vec<DraftEntry>>,
    session: Session,
    store: StoredValue<Option<IdbDrafts>, LocalStorage>,
    /// What is not written yet.
    touched: StoredValue<Vec<DraftRow>>,
    /// What is being written; a row stands here once for each write that has not ended.
    writing: StoredValue<Vec<DraftRow>>,
    /// What was typed into an open form that holds its text itself.
    held: StoredValue<Vec<DraftRow>>,
    /// How many signatures are being drawn: they are nowhere but on the screen.
    drawings: RwSignal<usize>,
    /// Whether it will be written in a moment.
    is_due: StoredValue<bool>,
    /// Tells the other windows.
    sender: StoredValue<Sender, LocalStorage>,
}

/// Makes the drafts and puts them in the context. Once, in `app`.
pub fn provide_drafts(session: Session) -> Drafts {
    let drafts = Drafts {
        all: RwSignal::default(),
        session,
        store: StoredValue::new_local(None),
        touched: StoredValue::default(),
        writing: StoredValue::default(),
        held: StoredValue::default(),
        drawings: RwSignal::new(0),
        is_due: StoredValue::new(false),
        sender: StoredValue::new_local(Sender::default()),
    };
    provide_context(drafts);
    drafts
}

/// The drafts of this page's context.
pub fn use_drafts() -> Drafts {
    use_context().unwrap_or_else(|| provide_drafts(crate::runtime::session::use_session()))
}

impl Drafts {
    /// Reads what was left by an earlier run. Before the first page is drawn. Without their database drafts
    /// live as long as the page does: that must not keep anybody from working. A browser that says nothing
    /// is asked again behind it, and what was typed meanwhile is written then.
    pub async fn load(self) {
        connectivity::on_hidden(move || self.write_last());
        match IdbDrafts::open().await {
            Ok(store) => self.begin(store).await,
            Err(StoreError::Silent) => spawn_local(async move {
                if let Ok(store) = open_patiently(IdbDrafts::open, || {}).await {
                    self.begin(store).await;
                    self.write();
                }
            }),
            Err(_) => {}
        }
    }

    async fn begin(self, store: IdbDrafts) {
        let rows = store.load().await.unwrap_or_default();
        self.store.set_value(Some(store));
        self.merge(&rows, true);
    }

    /// Takes over what another window has written.
    pub fn hear(self) {
        let Some(store) = self.store.try_get_value().flatten() else {
            return;
        };
        spawn_local(async move {
            if let Ok(rows) = store.load().await {
                self.merge(&rows, false);
            }
        });
    }

    fn merge(self, rows: &[(String, String)], starting: bool) {
        let lists = [self.touched, self.writing, self.held];
        let [touched, writing, held] = lists.map(|list| list.try_get_value().unwrap_or_default());
        let ours = [touched, writing, held.clone()].concat();
        let dropped = self.all.try_maybe_update(|all| {
            let merged = merge_drafts(all, rows, &ours, starting);
            let is_new = merged.len() != all.len() || merged.iter().any(|one| !all.contains(one));
            if is_new {
                *all = merged;
            }
            (is_new, missing_rows(all, rows, &held))
        });
        for row in dropped.unwrap_or_default() {
            self.write_soon(row);
        }
    }

    fn user(self) -> Option<UserId> {
        let account = self.session.account_now()?;
        Some(account.signed_in.user())
    }

    fn find<T>(self, key: DraftKey, read: impl Fn(&DraftEntry) -> Option<T>) -> Option<T> {
        let user = self.user()?;
        self.all.with(|all| {
            let is_it = |entry: &&DraftEntry| entry.user == user && entry.key == key;
            all.iter().find(is_it).and_then(read)
        })
    }

    /// The draft of a note; tracks.
    pub fn note(self, key: DraftKey) -> Option<String> {
        self.find(key, |entry| match &entry.draft {
            Draft::Note(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// Every draft of the user's that is a text.
    pub fn notes(self) -> Vec<(DraftKey, String)> {
        let user = self.user();
        let of = |entry: &DraftEntry| match &entry.draft {
            Draft::Note(text) if Some(entry.user) == user => Some((entry.key, text.clone())),
            _ => None,
        };
        self.all
            .with_untracked(|all| all.iter().filter_map(of).collect())
    }

    /// The form that was left unsaved; tracks.
    pub fn edit(self, key: DraftKey) -> Option<EditDraft> {
        self.find(key, |entry| match &entry.draft {
            Draft::Edit(draft) => Some(draft.as_ref().clone()),
            _ => None,
        })
    }

    /// The answers that were left unsaved; tracks.
    pub fn answers(self, key: DraftKey) -> Option<AnswerDraft> {
        self.find(key, |entry| match &entry.draft {
            Draft::Answers(answers) => Some(answers.clone()),
            _ => None,
        })
    }

    /// Whether there is something that was typed before the app was started; tracks.
    pub fn is_restored(self, key: DraftKey) -> bool {
        let restored = self.find(key, |entry| Some(entry.restored && !entry.draft.is_empty()));
        restored.unwrap_or_default()
    }

    /// Whether there is a draft, of whichever window; tracks.
    pub fn is_there(self, key: DraftKey) -> bool {
        self.find(key, |_| Some(())).is_some()
    }

    /// Keeps what was typed into an open form that holds its text itself: what another window does with a draft
    /// of this key is not about this form. Until [`Self::release`].
    pub fn hold(self, key: DraftKey, draft: Option<Draft>) {
        if let Some(user) = self.user() {
            self.held.update_value(|held| {
                held.retain(|row| *row != (user, key));
                held.push((user, key));
            });
        }
        self.set(key, draft);
    }

    /// The form of `key` is closed.
    pub fn release(self, key: DraftKey) {
        self.held
            .try_update_value(|held| held.retain(|row| row.1 != key));
    }

    /// Keeps a draft, or drops it.
    pub fn set(self, key: DraftKey, draft: Option<Draft>) {
        let Some(user) = self.user() else {
            return;
        };
        let is_dropped = draft.is_none();
        self.all.update(|all| {
            let is_it = |entry: &DraftEntry| entry.user == user && entry.key == key;
            let restored = all.iter().any(|entry| is_it(entry) && entry.restored);
            all.retain(|entry| !is_it(entry));
            all.extend(draft.map(|draft| DraftEntry {
                user,
                key,
                draft,
                restored,
                typed: true,
            }));
        });
        self.write_soon((user, key));
        if is_dropped {
            // At once: what was saved must not be there again as a draft after a crash.
            self.write();
        }
    }

    /// Whether something was typed in this window and is not saved, which nothing but its user may interrupt;
    /// tracks. What was left by an earlier run or is typed in another window does not count: it would keep
    /// updates away until somebody comes back to it.
    pub fn are_dirty(self) -> bool {
        let user = self.user();
        let is_dirty =
            |entry: &DraftEntry| Some(entry.user) == user && entry.typed && !entry.draft.is_empty();
        self.all.with(|all| all.iter().any(is_dirty)) || self.drawings.get() > 0
    }

    /// Counts a drawing that begins, or one that was handed over or given up.
    pub fn count_drawing(self, begins: bool) {
        self.drawings.update(|drawings| match begins {
            true => *drawings += 1,
            false => *drawings = drawings.saturating_sub(1),
        });
    }

    /// The page is left: what its open form holds stands there when it comes back, whichever window wrote last.
    fn write_last(self) {
        let held = self.held.get_value();
        let held = self.all.with_untracked(|all| missing_rows(all, &[], &held));
        self.touched.update_value(|touched| touched.extend(held));
        self.write();
    }

    fn write_soon(self, row: DraftRow) {
        self.touched.update_value(|touched| {
            if !touched.contains(&row) {
                touched.push(row);
            }
        });
        if !self.is_due.get_value() {
            self.is_due.set_value(true);
            spawn_local(async move {
                timer::sleep_ms(WRITE_AFTER_MS).await;
                self.is_due.set_value(false);
                self.write();
            });
        }
    }

    /// Writes what is not written yet. What cannot be written is tried again with the next key.
    fn write(self) {
        let Some(store) = self.store.get_value() else {
            return;
        };
        let touched = self.touched.try_update_value(std::mem::take);
        let touched = touched.unwrap_or_default();
        if touched.is_empty() {
            return;
        }
        let text = |(user, key): &DraftRow| {
            self.all.with_untracked(|all| {
                let is_it = |entry: &&DraftEntry| entry.user == *user && entry.key == *key;
                let draft = &all.iter().find(is_it)?.draft;
                (!draft.is_empty()).then(|| draft.to_text())?
            })
        };
        let changes: Vec<(String, Option<String>)> = touched
            .iter()
            .map(|row| (row.1.row(row.0), text(row)))
            .collect();
        self.writing
            .update_value(|writing| writing.extend(touched.iter().copied()));
        spawn_local(async move {
            let saved = store.save(&changes).await;
            self.writing
                .update_value(|writing| remove_once(writing, &touched));
            if saved.is_ok() {
                self.sender
                    .with_value(|sender| sender.send(&Notice::Drafts));
            } else {
                self.touched.update_value(|again| {
                    let missing: Vec<_> = touched
                        .into_iter()
                        .filter(|row| !again.contains(row))
                        .collect();
                    again.extend(missing);
                });
            }
        });
    }
}
