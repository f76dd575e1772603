//! Who is signed in on this device, also while offline.
//!
//! Owns [`Session`], a projection of the outbox's meta row. Must never hold a password.

use super::prefs;
use crate::error::Trouble;
use crate::signal::RwSignal;
use crate::texts::language;
use afield_domain::limits::DEFAULT_WINDOW_DAYS;
use afield_domain::{Role, Timestamp, User, Zone, ZoneData};
use afield_sync::SignedIn;
use leptos::prelude::*;
use std::sync::Arc;

/// The signed-in user, with the company's clock ready for use.
#[derive(Debug, Clone)]
pub struct Account {
    /// User and company.
    pub signed_in: SignedIn,
    /// The company's time zone.
    pub zone: Zone,
}

impl Account {
    fn new(signed_in: SignedIn) -> Self {
        // Damaged zone data must not lock anybody out: times then read in universal time.
        let zone = Zone::from_data(&signed_in.info.company.zone).unwrap_or_else(|_| Zone::utc());
        let zone = zone.in_language(language());
        Self { signed_in, zone }
    }
    /// The user's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.signed_in.info.user.name
    }

    /// Whether the user sees the whole company.
    #[must_use]
    pub fn is_office(&self) -> bool {
        self.signed_in.info.user.role.is_office()
    }

    /// Whether the user manages people and rights.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.signed_in.info.user.role == Role::Admin
    }

    /// Hours after the last contact until this phone hides what it holds.
    #[must_use]
    pub fn expiry_hours(&self) -> u32 {
        self.signed_in.info.company.expiry_hours
    }

    /// Whether the company lets nobody finish a job whose required questions are open.
    #[must_use]
    pub fn refuses_open_questions(&self) -> bool {
        self.signed_in.info.company.refuses_open_questions
    }

    /// A time on the company's clock.
    #[must_use]
    pub fn clock(&self, at: Timestamp) -> String {
        self.zone.time(at)
    }

    /// A time on the company's clock, with the day unless that is today.
    #[must_use]
    pub fn near_time(&self, at: Timestamp, now: Timestamp) -> String {
        if self.zone.day(at) == self.zone.day(now) {
            self.clock(at)
        } else {
            self.date_time(at)
        }
    }

    /// A time on the company's clock, with the day.
    #[must_use]
    pub fn date_time(&self, at: Timestamp) -> String {
        self.zone.day_and_time(at)
    }
}

/// Whether somebody is signed in.
#[derive(Debug, Clone)]
pub enum SessionState {
    /// The databases are being opened.
    Opening,
    /// Nobody is signed in on this device.
    SignedOut,
    /// This user is signed in, also while offline.
    SignedIn(Arc<Account>),
    /// The databases cannot be opened.
    Broken(Trouble),
}

/// What of a session a page is drawn for.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// The databases are being opened.
    Opening,
    /// Nobody is signed in.
    SignedOut,
    /// A user, by the clock of their company.
    For(Box<(User, ZoneData)>),
    /// The databases cannot be opened.
    Broken(Trouble),
}

/// The session, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Session(RwSignal<SessionState>);

/// Makes the session and puts it in the context. Once, in `app`.
pub fn provide_session() -> Session {
    let session = Session(RwSignal::new(SessionState::Opening));
    provide_context(session);
    session
}

/// The session of this page's context.
pub fn use_session() -> Session {
    use_context().unwrap_or_else(provide_session)
}

impl Session {
    /// The state; tracks.
    pub fn state(self) -> SessionState {
        self.0.get()
    }

    /// What a page is drawn for: it is drawn anew when this is another one; tracks.
    pub fn shown(self) -> Shown {
        self.0.with(|state| match state {
            SessionState::Opening => Shown::Opening,
            SessionState::SignedOut => Shown::SignedOut,
            SessionState::Broken(trouble) => Shown::Broken(trouble.clone()),
            SessionState::SignedIn(account) => {
                let info = &account.signed_in.info;
                Shown::For(Box::new((info.user.clone(), info.company.zone.clone())))
            }
        })
    }

    /// Days before and after today whose jobs a phone holds; tracks.
    pub fn window_days(self) -> u32 {
        let account = self.account();
        account.map_or(DEFAULT_WINDOW_DAYS, |account| {
            account.signed_in.info.company.window_days
        })
    }

    /// The signed-in user; tracks.
    pub fn account(self) -> Option<Arc<Account>> {
        self.0.with(account_of)
    }

    /// The signed-in user, without tracking.
    pub fn account_now(self) -> Option<Arc<Account>> {
        self.0.with_untracked(account_of)
    }

    /// Takes what the outbox says. While the databases are opening, "nobody" is not yet an answer:
    /// the server may know the session.
    pub fn take(self, signed_in: Option<&SignedIn>) {
        let known = self.account_now();
        let is_known = match (&known, signed_in) {
            (Some(known), Some(signed_in)) => known.signed_in == *signed_in,
            (None, None) => true,
            _ => false,
        };
        if is_known {
            return;
        }
        match signed_in {
            Some(signed_in) => {
                let account = Account::new(signed_in.clone());
                prefs::note_user(Some(signed_in.user()));
                // The office starts with the board.
                if account.is_office() {
                    prefs::forget_last_screen();
                }
                self.0.set(SessionState::SignedIn(Arc::new(account)));
            }
            None => self.end(),
        }
    }

    /// Nobody is signed in, and the server does not know better. Who was when this browser last knew anybody stays
    /// noted: nobody has signed out.
    pub fn settle(self) {
        let is_opening = |state: &SessionState| matches!(state, SessionState::Opening);
        if self.0.with_untracked(is_opening) {
            prefs::forget_last_screen();
            self.0.set(SessionState::SignedOut);
        }
    }

    fn end(self) {
        prefs::note_user(None);
        prefs::forget_last_screen();
        self.0.set(SessionState::SignedOut);
    }

    /// The databases are open, if late: what was said before is no longer so.
    pub fn open(self) {
        let is_broken = |state: &SessionState| matches!(state, SessionState::Broken(_));
        if self.0.with_untracked(is_broken) {
            self.0.set(SessionState::Opening);
        }
    }

    /// The databases cannot be opened.
    pub fn fail(self, trouble: Trouble) {
        self.0.set(SessionState::Broken(trouble));
    }
}

fn account_of(state: &SessionState) -> Option<Arc<Account>> {
    match state {
        SessionState::SignedIn(account) => Some(Arc::clone(account)),
        SessionState::Opening | SessionState::SignedOut | SessionState::Broken(_) => None,
    }
}
