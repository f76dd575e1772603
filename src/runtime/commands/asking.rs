//! Who is signed in and what they may, asked of the server.
//!
//! Owns when a question counts as answered. Must never sign in another user than the one who is signed in here.

use super::Commands;
use crate::runtime::prefs;
use afield_domain::UserId;
use afield_platform::api::{self, ApiFailure};
use afield_protocol::ErrorCode;
use afield_sync::driver::Event;
use afield_sync::{EntryState, OutboxEntry};
use leptos::prelude::*;

impl Commands {
    /// Asks who is signed in and what they may after a contact: now and then (`is_due`), and as long as something waits
    /// that was refused for a right or for a field. Until it is answered, after every contact. `is_other`: it is
    /// somebody else than a moment ago, or nobody, and what the server says to the user before is over.
    pub async fn ask_again(self, is_due: bool, is_other: bool) {
        if is_other {
            self.driver.forget_session();
            self.unanswered.set_value(false);
        }
        let waits = self.live.projection.with_untracked(|all| {
            let is_of_rights = |entry: &OutboxEntry| match &entry.state {
                EntryState::Parked { reason, .. } => reason.rights_version().is_some(),
                _ => false,
            };
            all.entries().iter().any(is_of_rights)
        });
        // Who has signed out is told where their company signs people in.
        let is_nobody = is_other && self.session.account_now().is_none();
        self.unanswered
            .update_value(|is_due_still| *is_due_still |= is_due || waits || is_nobody);
        if self.unanswered.get_value() {
            self.restore_session().await;
        }
    }

    /// Takes up the session that the server knows, if this device knows none; and looks whether
    /// name, role or rights have changed, if it knows one.
    pub async fn restore_session(self) {
        let Some(engine) = self.engine.get() else {
            return;
        };
        if prefs::signed_out_here() {
            if api::sign_out().await.is_err() {
                return;
            }
            prefs::forget_sign_out();
        }
        let info = match api::load_session().await {
            Ok(info) => info,
            Err(ApiFailure::Api(error)) if error.code == ErrorCode::Unauthorized => {
                let _ = prefs::take_company_sign_in();
                self.way_in.set(error.sign_in_url.unwrap_or_default());
                self.way_out.set(error.sign_out_url.unwrap_or_default());
                return;
            }
            Err(_) => return,
        };
        let email = prefs::last_email();
        if prefs::take_company_sign_in() {
            // Asked for on this phone: whoever was here before stays sealed, as after any sign-in. Should it fail, the
            // form stands.
            let _ = self.take_session(engine, &info, &email).await;
            return;
        }
        // Whoever is known now is asked for at the next start before a form is drawn.
        prefs::remember_email(&email);
        self.unanswered.set_value(false);
        let known = self.session.account_now();
        self.note_cleared(info.user.id);
        let is_needed = self
            .live
            .projection
            .with_untracked(|all| all.meta().sign_in_needed);
        let is_news = match &known {
            // Or nothing would ever say that the user is signed in again.
            Some(account) => is_needed || account.signed_in.info != info,
            None => true,
        };
        let is_same_user = known
            .as_ref()
            .is_none_or(|account| account.signed_in.user() == info.user.id);
        if is_news && is_same_user {
            // Should this fail, everything stands as it was.
            let signed_in = engine.run_signed_in(&info);
            let _ = self.live.write_and_load(Box::pin(signed_in)).await;
            // What was refused for a right may go now, and the phone may have to hold something else.
            self.driver.tell(Event::OfficeChanged);
        }
    }
    /// Says that the databases were cleared if they know nobody, and `user` has never signed out here. Not of some that
    /// cannot be read just now.
    pub(super) fn note_cleared(self, user: UserId) {
        let is_new = self.live.projection.with_untracked(|all| {
            let meta = all.meta();
            meta.session.is_none() && meta.last_contact.is_none() && all.entries().is_empty()
        });
        let is_read = self.live.trouble.with_untracked(Option::is_none);
        if is_new && is_read && prefs::was_signed_in(user) {
            self.driver.note_cleared(user);
        }
    }
}
