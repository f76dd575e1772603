//! How sync stands, in the words of the status bar.
//!
//! Owns [`Connection`] and, in the browser, the signals that every page reads. Must never wake the
//! engine: that is `sync_driver`.

use afield_domain::{Timestamp, UserId};
use afield_sync::LocalFile;

/// What the status bar says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The last contact went well.
    Online,
    /// No network, or the server does not answer.
    Offline,
    /// A pass is under way.
    Syncing,
    /// The server answers, and this version of the app is too old to understand it.
    UpdateNeeded,
    /// Somebody in front of the server asks to sign in there first.
    Walled,
    /// The last contact went well, and the network is so slow that it is left to text.
    Slow,
    /// The server says by itself when there is something new, and nothing waits here: what is shown is what the office
    /// has.
    Live,
}

/// What the last answer says of why nothing comes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// This version of the app is too old.
    Outdated,
    /// It was a redirect to a sign-in page, or that page itself: our server never answers like that.
    Wall,
}

/// The one word for the connection. `failing`: the last try failed and the next one waits.
#[must_use]
pub fn connection(
    online: bool,
    syncing: bool,
    failing: bool,
    obstacle: Option<Obstacle>,
) -> Connection {
    match (online, syncing, failing) {
        (false, _, _) => Connection::Offline,
        (true, true, _) => Connection::Syncing,
        (true, false, _) if obstacle == Some(Obstacle::Outdated) => Connection::UpdateNeeded,
        (true, false, true) if obstacle == Some(Obstacle::Wall) => Connection::Walled,
        (true, false, true) => Connection::Offline,
        (true, false, false) => Connection::Online,
    }
}

/// The same, where it is [`Connection::Online`]: whether the network is left to text, whether the server's stream is
/// open, and whether a change or a file waits here.
#[must_use]
pub fn refined(found: Connection, is_slow: bool, is_streaming: bool, waits: bool) -> Connection {
    match found {
        Connection::Online if is_slow => Connection::Slow,
        Connection::Online if is_streaming && !waits => Connection::Live,
        other => other,
    }
}

/// Whether something here is not at the office, or nobody can tell: a change, a file (`files`: none before they were
/// looked up), or all of it until its user has signed in again.
#[must_use]
pub fn waits(unsent: usize, files: Option<bool>, sign_in_needed: bool) -> bool {
    unsent > 0 || sign_in_needed || files.unwrap_or(true)
}

/// Whether one of `files` is `user`'s and was not received. What others have here waits for them.
#[must_use]
pub fn has_waiting(files: &[LocalFile], user: Option<UserId>) -> bool {
    let waits = |file: &LocalFile| !file.is_copy && file.sending.received.is_none();
    files
        .iter()
        .any(|file| Some(file.user) == user && waits(file))
}

/// Whether a request that needs the server had better not be made: there is no network, or the last try failed,
/// whatever the next one, which may be under way, comes to.
#[must_use]
pub fn is_cut_off(online: bool, failing: bool) -> bool {
    !online || failing
}

/// Whether the server has answered since: then there is a network, whatever the browser believes. What was
/// known before this page began says nothing about now, nor does an answer of before the network went, at
/// `offline`: it may be told long after.
#[must_use]
pub fn is_contact(
    before: Option<Timestamp>,
    after: Option<Timestamp>,
    offline: Option<Timestamp>,
) -> bool {
    before.is_some() && after > before && after > offline
}

#[cfg(target_family = "wasm")]
pub use browser::{SyncState, provide_sync_state, set_if_new, use_sync_state};

#[cfg(target_family = "wasm")]
mod browser {
    use super::super::engine::EngineHandle;
    use super::{
        Connection, Obstacle, connection, has_waiting, is_contact, is_cut_off, refined, waits,
    };
    use crate::signal::RwSignal;
    use afield_domain::{RecordKey, Timestamp, UserId};
    use afield_platform::{connectivity, timer};
    use afield_protocol::LostWork;
    use afield_sync::{FileRows, GoneJob, Holding, OutboxStore, Priming, Read, SyncStatus};
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    // Shorter passes are not worth a word: a screen reader would read it every two minutes.
    const QUIET_MS: u32 = 250;
    // A worker that was killed in the middle of a pass never says that it ended: whether somebody is still at
    // it is looked up this often.
    const LOOK_AGAIN_MS: u32 = 30_000;

    /// The signals of sync.
    #[derive(Debug, Clone, Copy)]
    pub struct SyncState {
        /// Counts and times, from the outbox.
        pub status: RwSignal<SyncStatus>,
        /// The photos and files on this phone, of whomever; none before they were looked up.
        pub files: RwSignal<Option<FileRows>>,
        /// Whether the network is left to text.
        pub slow: RwSignal<bool>,
        /// Whether photos and files wait for a Wi-Fi now, as their user wishes.
        pub waits_for_wifi: RwSignal<bool>,
        /// How far the first load is.
        pub priming: RwSignal<Priming>,
        /// What the phone is to hold.
        pub holding: RwSignal<Holding>,
        /// The records on which all that hangs is here; none if that is so of all.
        pub kept: RwSignal<Option<Vec<RecordKey>>>,
        /// Whether the device is ready for offline use.
        pub ready: RwSignal<bool>,
        /// Whether the server needs a newer app, or says what this one cannot read.
        pub update_needed: RwSignal<bool>,
        /// Whether somebody in front of the server was the last to answer.
        pub walled: RwSignal<bool>,
        /// How many records of the server's this version of the app cannot read.
        pub unread: RwSignal<u64>,
        /// The jobs that have left because somebody else has them, oldest first.
        pub gone: RwSignal<Vec<GoneJob>>,
        /// Whether the browser believes in a network.
        pub online: RwSignal<bool>,
        /// Whether the last pass of this page found no room on the phone.
        pub full: RwSignal<bool>,
        /// Whether the server's stream is open, which tells of every change.
        pub streaming: RwSignal<bool>,
        /// What its user had on this phone before the browser cleared it, until they have read of it.
        pub lost: RwSignal<Option<(UserId, LostWork)>>,
        /// When the browser last told that the network is gone; none once it is back.
        offline: StoredValue<Option<Timestamp>>,
        syncing: RwSignal<bool>,
        pass: StoredValue<u32>,
    }

    /// Makes the signals and puts them in the context. Once, in `app`.
    pub fn provide_sync_state() -> SyncState {
        let state = SyncState {
            status: RwSignal::default(),
            files: RwSignal::new(None),
            slow: RwSignal::new(connectivity::is_slow() == Some(true)),
            waits_for_wifi: RwSignal::new(false),
            priming: RwSignal::default(),
            holding: RwSignal::new(Holding::All),
            kept: RwSignal::new(None),
            ready: RwSignal::new(false),
            update_needed: RwSignal::new(false),
            walled: RwSignal::new(false),
            unread: RwSignal::new(0),
            gone: RwSignal::new(Vec::new()),
            online: RwSignal::new(connectivity::is_online()),
            full: RwSignal::new(false),
            streaming: RwSignal::new(false),
            lost: RwSignal::new(None),
            offline: StoredValue::new(None),
            syncing: RwSignal::new(false),
            pass: StoredValue::new(0),
        };
        provide_context(state);
        state
    }

    /// The signals of sync.
    pub fn use_sync_state() -> SyncState {
        use_context().unwrap_or_else(provide_sync_state)
    }

    impl SyncState {
        /// What the status bar says; tracks.
        pub fn connection(self) -> Connection {
            self.connection_while(self.syncing.get())
        }

        /// What is known of the connection, whatever a pass that is under way comes to: a notice by it does not
        /// vanish and return with every try; tracks.
        pub fn standing(self) -> Connection {
            self.connection_while(false)
        }

        fn connection_while(self, syncing: bool) -> Connection {
            let obstacle = match (self.update_needed.get(), self.walled.get()) {
                (true, _) => Some(Obstacle::Outdated),
                (false, true) => Some(Obstacle::Wall),
                (false, false) => None,
            };
            let found = connection(self.online.get(), syncing, self.is_failing(), obstacle);
            let files = self.has_waiting_files();
            let waits = |status: &SyncStatus| waits(status.unsent, files, status.sign_in_needed);
            let waits = self.status.with(waits);
            refined(found, self.slow.get(), self.streaming.get(), waits)
        }

        /// Whether a photo or a file of who is signed in waits here; none before they were looked up; tracks.
        pub fn has_waiting_files(self) -> Option<bool> {
            let user = self.status.with(|status| status.user);
            self.files
                .with(|rows| Some(has_waiting(&rows.as_ref()?.files, user)))
        }

        fn is_failing(self) -> bool {
            self.status.with(|status| status.next_try.is_some())
        }

        /// Whether what needs the server had better not be tried; tracks.
        pub fn is_cut_off(self) -> bool {
            is_cut_off(self.online.get(), self.is_failing())
        }

        /// Takes what the outbox says.
        pub fn take(self, status: SyncStatus) {
            let before = self.status.with_untracked(|status| status.last_contact);
            if is_contact(before, status.last_contact, self.offline.get_value()) {
                set_if_new(self.online, true);
            }
            set_if_new(self.status, status);
            self.hear_speed();
        }

        /// The browser tells at `now` that there is a network, or none.
        pub fn hear_network(self, online: bool, now: Timestamp) {
            self.offline.set_value((!online).then_some(now));
            set_if_new(self.online, online);
        }

        /// The network may have become slow, or quick: by the browser's word, else by what the engine has found.
        pub fn hear_speed(self) {
            // Only pieces of files tell when it is quick again: without one that waits, what was found is nobody's news.
            let found = || {
                self.status.with_untracked(|status| status.is_slow)
                    && untrack(|| self.has_waiting_files()) == Some(true)
            };
            set_if_new(self.slow, connectivity::is_slow().unwrap_or_else(found));
            let wifi_only = self.status.with_untracked(|status| status.wifi_only);
            let is_cellular = connectivity::is_cellular() == Some(true);
            set_if_new(self.waits_for_wifi, wifi_only && is_cellular);
        }

        /// Whether a pass is under way; tracks.
        pub fn is_syncing(self) -> bool {
            self.syncing.get()
        }

        /// A pass began, in any tab or the worker.
        pub fn pass_began(self, engine: EngineHandle) {
            self.pass.update_value(|pass| *pass = pass.wrapping_add(1));
            let number = self.pass.get_value();
            spawn_local(async move {
                timer::sleep_ms(QUIET_MS).await;
                let mut syncing = true;
                while self.pass.get_value() == number {
                    set_if_new(self.syncing, syncing);
                    if !syncing {
                        return;
                    }
                    timer::sleep_ms(LOOK_AGAIN_MS).await;
                    syncing = is_somebody_at_it(engine).await;
                }
            });
        }

        /// A pass ended.
        pub fn pass_ended(self) {
            self.pass.update_value(|pass| *pass = pass.wrapping_add(1));
            set_if_new(self.syncing, false);
        }
    }

    /// Whether whoever makes a pass still gives signs of life.
    async fn is_somebody_at_it(engine: EngineHandle) -> bool {
        let Some(open) = engine.get() else {
            return false;
        };
        let view = open.outbox.load(Read::Meta).await;
        view.is_ok_and(|view| !view.meta.lease.is_stale(engine.now()))
    }

    /// Sets `signal` only if the value is another one, so that nothing is drawn again for nothing.
    pub fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
        if signal.with_untracked(|old| *old != value) {
            signal.set(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{AttachmentId, JobId};
    use afield_sync::files::sending::Sending;
    use uuid::Uuid;

    #[test]
    fn offline_is_said_whoever_notices_it_first() {
        let outdated = Some(Obstacle::Outdated);
        assert_eq!(
            connection(false, true, false, outdated),
            Connection::Offline
        );
        assert_eq!(connection(true, false, true, None), Connection::Offline);
        assert_eq!(connection(true, true, true, None), Connection::Syncing);
        assert_eq!(connection(true, false, false, None), Connection::Online);
    }

    #[test]
    fn a_file_waits_for_its_own_user_alone() {
        let [anna, ben] = [0xA, 0xB].map(|n| UserId(Uuid::from_u128(n)));
        let file = |user, is_copy| LocalFile {
            id: AttachmentId(Uuid::from_u128(1)),
            job: JobId(Uuid::from_u128(1)),
            user,
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 10,
            sha256: String::new(),
            chunks: 1,
            made_at: Timestamp(0),
            sending: Sending::default(),
            is_copy,
        };
        for (files, user, expected) in [
            (vec![file(ben, false)], Some(anna), false),
            (vec![file(ben, false), file(anna, false)], Some(anna), true),
            (vec![file(anna, true)], Some(anna), false),
            (vec![file(anna, false)], None, false),
        ] {
            assert_eq!(has_waiting(&files, user), expected, "{files:?}");
        }
    }

    #[test]
    fn it_is_live_only_where_the_server_tells_by_itself_and_nothing_waits() {
        use Connection::{Live, Offline, Online, Slow, Syncing};
        for (found, is_slow, is_streaming, waits, expected) in [
            (Online, false, true, false, Live),
            (Online, false, true, true, Online),
            (Online, false, false, false, Online),
            (Online, true, true, false, Slow),
            (Offline, false, true, false, Offline),
            (Syncing, true, true, false, Syncing),
        ] {
            let said = refined(found, is_slow, is_streaming, waits);
            assert_eq!(said, expected, "{found:?} {is_slow} {is_streaming} {waits}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_at_the_office_waits() {
        for (unsent, files, sign_in_needed, expected) in [
            (0, Some(false), false, false),
            (1, Some(false), false, true),
            (0, Some(true), false, true),
            (0, None, false, true),
            (0, Some(false), true, true),
        ] {
            let found = waits(unsent, files, sign_in_needed);
            assert_eq!(found, expected, "{unsent} {files:?} {sign_in_needed}");
        }
    }

    #[test]
    fn a_try_that_is_under_way_is_no_connection_yet() {
        for (online, failing, expected) in [
            (true, false, false),
            (false, false, true),
            (true, true, true),
            (false, true, true),
        ] {
            assert_eq!(is_cut_off(online, failing), expected, "{online} {failing}");
        }
    }

    /// Some browsers believe in no network long after there is one.
    #[test]
    fn an_answer_of_the_server_is_evidence_of_a_network() {
        let [earlier, later] = [Some(Timestamp(1)), Some(Timestamp(2))];
        for (before, after, offline, expected) in [
            (earlier, later, None, true),
            (earlier, earlier, None, false),
            (later, earlier, None, false),
            (earlier, None, None, false),
            (None, later, None, false),
            // The network went after the answer, or before it.
            (earlier, later, Some(Timestamp(3)), false),
            (earlier, later, later, false),
            (earlier, later, earlier, true),
        ] {
            let is = is_contact(before, after, offline);
            assert_eq!(is, expected, "{before:?} {after:?} {offline:?}");
        }
    }

    #[test]
    fn a_server_that_cannot_be_understood_is_no_lack_of_network() {
        let outdated = Some(Obstacle::Outdated);
        let said = connection(true, false, true, outdated);
        assert_eq!(said, Connection::UpdateNeeded);
        assert_eq!(connection(true, true, true, outdated), Connection::Syncing);
    }

    /// Behind the wall nothing comes through; once something has, it is forgotten.
    #[test]
    fn a_sign_in_page_in_front_of_the_server_is_named() {
        let wall = Some(Obstacle::Wall);
        assert_eq!(connection(true, false, true, wall), Connection::Walled);
        assert_eq!(connection(false, false, true, wall), Connection::Offline);
        assert_eq!(connection(true, false, false, wall), Connection::Online);
    }
}
