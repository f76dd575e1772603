//! What the phone behind an open stream has just sent itself: it pulls after each push, and need not be woken for it.
//!
//! Owns up to which place of its company's order that is, for each session with an open stream. Must never keep a word
//! from anybody for another reason: what is not known here wakes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The open streams, by the hash of their session's token.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnWork {
    sessions: Arc<Mutex<HashMap<String, Sent>>>,
}

#[derive(Debug, Default)]
struct Sent {
    streams: usize,
    /// The last place in the company's order that a push of this session has written or seen.
    last: u64,
}

/// One open stream; dropped with it.
#[derive(Debug)]
pub(crate) struct Listening {
    own: OwnWork,
    session: String,
}

impl OwnWork {
    /// A stream of `session` has begun.
    pub(crate) fn listen(&self, session: &str) -> Listening {
        self.with(|sessions| sessions.entry(session.to_owned()).or_default().streams += 1);
        Listening {
            own: self.clone(),
            session: session.to_owned(),
        }
    }

    /// Whether anybody listens, so that it is worth finding out what to [`Self::note`].
    pub(crate) fn is_heard(&self, session: &str) -> bool {
        self.with(|sessions| sessions.contains_key(session))
    }

    /// A push of `session` is durable, and all of its company up to `last` was before it or is its own.
    pub(crate) fn note(&self, session: &str, last: u64) {
        self.with(|sessions| {
            if let Some(sent) = sessions.get_mut(session) {
                sent.last = sent.last.max(last);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Sent>) -> T) -> T {
        work(&mut self.sessions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Listening {
    /// Whether its phone fetches all up to `last` without being told.
    pub(crate) fn fetches(&self, last: u64) -> bool {
        self.own.with(|sessions| {
            let sent = sessions.get(&self.session);
            sent.is_some_and(|sent| last <= sent.last)
        })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.own.with(|sessions| {
            let Some(sent) = sessions.get_mut(&self.session) else {
                return;
            };
            sent.streams = sent.streams.saturating_sub(1);
            if sent.streams == 0 {
                sessions.remove(&self.session);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_session_itself_has_sent_wakes_nobody() {
        let own = OwnWork::default();
        let (here, there) = (own.listen("here"), own.listen("there"));
        own.note("here", 7);
        assert!(here.fetches(7) && here.fetches(6));
        assert!(!here.fetches(8) && !there.fetches(7));
        // A push that was answered late.
        own.note("here", 5);
        assert!(here.fetches(7));
    }

    #[test]
    fn nothing_is_kept_of_who_does_not_listen() {
        let own = OwnWork::default();
        own.note("here", 7);
        let (first, second) = (own.listen("here"), own.listen("here"));
        assert!(!first.fetches(7));
        drop(first);
        assert!(own.is_heard("here"));
        drop(second);
        assert!(!own.is_heard("here"));
    }
}
