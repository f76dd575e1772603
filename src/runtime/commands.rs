//! What a person can do: each intent is checked, saved, and only then called saved.
//!
//! Owns the way from a tap to the outbox. Must never wait for the network, except where a
//! connection is the point (signing in and out).

mod asking;

use super::engine::{AppEngine, EngineHandle};
use super::judge::{judge, judge_after};
use super::live::Live;
use super::prefs;
use super::session::Session;
use super::settling::{dismissing_op, settling_op};
use super::start::Start;
use super::sync_driver::SyncDriver;
use crate::chunk::{Work, chunk};
use crate::error::Trouble;
use crate::signal::RwSignal;
use afield_domain::limits::DEFAULT_PHOTO_EDGE;
use afield_domain::{
    AttachmentId, ConflictId, Effect, JobId, MutationId, NoteId, Op, RecordKey, UserId,
};
use afield_platform::{api, notifications, storage};
use afield_protocol::{LinkRequest, SessionInfo, SignInRequest};
use afield_sync::driver::Event;
use afield_sync::{Host, Intent, Projection, Undo, Written};
use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

/// What a person can do, for the context.
#[derive(Debug, Clone, Copy)]
pub struct Commands {
    engine: EngineHandle,
    session: Session,
    pub(crate) live: Live,
    driver: SyncDriver,
    /// Whoever signs in waits for its end.
    pub(crate) start: Start,
    asked_to_persist: StoredValue<bool>,
    /// Where somebody without a session may go: to their company's own sign-in, and to its sign-out.
    /// Empty where there is none.
    pub way_in: RwSignal<String>,
    /// The same, of its sign-out.
    pub way_out: RwSignal<String>,
    /// Whether the server has not answered yet who is signed in and how the company is set, though it is time to ask.
    unanswered: StoredValue<bool>,
    /// Photos and files that were picked and are not saved yet.
    picks: RwSignal<usize>,
}

/// Puts the commands in the context. Once, in `app`.
pub fn provide_commands(
    engine: EngineHandle,
    session: Session,
    live: Live,
    driver: SyncDriver,
) -> Commands {
    let commands = Commands {
        engine,
        session,
        live,
        driver,
        start: Start::default(),
        asked_to_persist: StoredValue::new(false),
        way_in: RwSignal::new(String::new()),
        way_out: RwSignal::new(String::new()),
        unanswered: StoredValue::new(false),
        picks: RwSignal::new(0),
    };
    provide_context(commands);
    commands
}

chunk!(engine: fn run_sign_in(commands: Commands, request: SignInRequest) -> Work<Result<(), Trouble>> {
    Box::pin(commands.sign_in_now(request))
});

chunk!(engine: fn ask_who(commands: Commands, is_due: bool, is_other: bool) -> Work<()> {
    Box::pin(commands.ask_again(is_due, is_other))
});

/// The commands of this page's context; none before they are provided.
pub fn use_commands() -> Option<Commands> {
    use_context()
}

impl Commands {
    pub(crate) fn engine(self) -> Result<AppEngine, Trouble> {
        self.engine.get().ok_or(Trouble::SignedOut)
    }

    pub(crate) fn user(self) -> Result<UserId, Trouble> {
        let account = self.session.account_now().ok_or(Trouble::SignedOut)?;
        Ok(account.signed_in.user())
    }

    /// What the company has set of its photos: the longest side in pixels, and whether they go on telling where, when and
    /// with what they were taken.
    pub(crate) fn photo_rules(self) -> (u32, bool) {
        let account = self.session.account_now();
        account.map_or((DEFAULT_PHOTO_EDGE, false), |account| {
            let company = &account.signed_in.info.company;
            (company.photo_edge, company.keeps_photo_details)
        })
    }

    /// Adds a note to a job, with files of it. Ok: saved on this phone.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn add_note(
        self,
        job: JobId,
        text: String,
        files: Vec<AttachmentId>,
    ) -> Result<(), Trouble> {
        let note = NoteId(self.engine()?.host.new_id());
        self.save(Op::AddNote {
            note,
            job,
            text,
            files,
        })
        .await
    }

    /// An id for a record that is made on this phone.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn new_id(self) -> Result<Uuid, Trouble> {
        Ok(self.engine()?.host.new_id())
    }

    /// Accepts a job that the office asked for, or rejects it. Needs a connection. Ok: the office knows.
    ///
    /// # Errors
    /// Nothing has changed, as far as this phone knows.
    pub async fn answer_offer(
        self,
        job: JobId,
        accept: bool,
        reason: String,
    ) -> Result<(), Trouble> {
        api::answer_offer(job, accept, reason).await?;
        self.driver.tell(Event::Asked);
        Ok(())
    }

    /// **Keep mine** or **Revert changes** of a conflict. Ok: saved on this phone.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn settle(self, id: ConflictId) -> Result<(), Trouble> {
        let op = self
            .live
            .projection
            .with_untracked(|projection| settling_op(projection, id));
        self.save(op.ok_or(Trouble::AlreadyDecided)?).await
    }

    /// **Dismiss** of a conflict in which nothing is to be chosen. Ok: saved on this phone.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn dismiss(self, id: ConflictId) -> Result<(), Trouble> {
        let op = self
            .live
            .projection
            .with_untracked(|projection| dismissing_op(projection, id));
        self.save(op.ok_or(Trouble::AlreadyDecided)?).await
    }

    /// Whether a photo or a file that was picked is not saved yet; tracks. What refers to it, and what
    /// would end the page, must wait.
    #[must_use]
    pub fn is_picking(self) -> bool {
        self.picks.get() > 0
    }

    /// Counts a pick that begins, or one that has ended.
    pub(crate) fn count_pick(self, begins: bool) {
        self.picks.update(|picks| {
            *picks = if begins {
                *picks + 1
            } else {
                picks.saturating_sub(1)
            };
        });
    }

    /// Saves a change. Ok: saved on this phone and in the picture, or nothing to change.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn save(self, op: Op) -> Result<(), Trouble> {
        if self.enqueue(op).await?.is_some() {
            self.go_out();
        }
        Ok(())
    }

    /// Saves a change. Ok: saved on this phone, with what takes it back as long as it was not sent;
    /// none if there was nothing to change. It is sent when the time for **Undo** has passed, or when
    /// the page is left.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn save_undoable(self, op: Op) -> Result<Option<Undo>, Trouble> {
        let undo = self.enqueue(op).await?;
        if undo.is_some() {
            self.driver.tell(Event::SavedUndoable);
            self.ask_to_persist();
        }
        Ok(undo)
    }

    async fn enqueue(self, op: Op) -> Result<Option<Undo>, Trouble> {
        if self.judge(&op)? == Effect::Already {
            return Ok(None);
        }
        let saved = self.write(vec![op.clone()]).await?;
        let id = saved.put.first().map(|entry| entry.mutation.id);
        Ok(id.map(|id| Undo { id, op }))
    }

    /// Saves changes that belong together, in order: what is made on site, and what refers to it. Ok: all of
    /// them are saved on this phone.
    ///
    /// # Errors
    /// None of them was saved.
    pub async fn save_together(self, ops: Vec<Op>) -> Result<(), Trouble> {
        let account = self.session.account_now().ok_or(Trouble::SignedOut)?;
        let session = &account.signed_in;
        for (place, op) in ops.iter().enumerate() {
            let before = ops.get(..place).unwrap_or_default();
            self.live
                .projection
                .with_untracked(|all| judge_after(all, before, op, session))
                .map_err(Trouble::Refused)?;
        }
        self.write(ops).await?;
        self.go_out();
        Ok(())
    }

    async fn write(self, ops: Vec<Op>) -> Result<Written, Trouble> {
        let engine = self.engine()?;
        let rev = |op: &Op| {
            let (key, projection) = (op.target()?, self.live.projection);
            projection.with_untracked(|all| all.view(key)?.rev)
        };
        let intent = |op: Op| Intent {
            base_rev: rev(&op),
            op,
        };
        let intents: Vec<Intent> = ops.into_iter().map(intent).collect();
        let saved = engine.run_enqueue(&intents);
        Ok(self.live.write(Box::pin(saved)).await?)
    }

    /// Takes back a change that never left this phone.
    ///
    /// # Errors
    /// It stands as it was: it was sent, or something builds on it.
    pub async fn undo(self, undo: &Undo) -> Result<(), Trouble> {
        let engine = self.engine()?;
        self.live.write(Box::pin(engine.run_undo(undo))).await?;
        Ok(())
    }

    /// Takes back the user's own notes, photos and files, a note before its photos. Ok: saved on this phone, and
    /// off its screen.
    ///
    /// # Errors
    /// Everything stands as before.
    pub async fn withdraw(self, job: JobId, parts: &[RecordKey]) -> Result<(), Trouble> {
        for part in parts {
            self.judge(&Op::Withdraw { part: *part, job })?;
        }
        let engine = self.engine()?;
        let withdrawn = engine.run_withdraw(job, parts);
        self.live.write(Box::pin(withdrawn)).await?;
        self.go_out();
        Ok(())
    }

    /// Sends a refused change again: corrected, or as it was. What waits for it follows. Ok: saved on
    /// this phone.
    ///
    /// # Errors
    /// Everything stands as before.
    pub async fn resend(self, id: MutationId, op: Option<Op>) -> Result<(), Trouble> {
        if let Some(op) = &op {
            self.judge(op)?;
        }
        let engine = self.engine()?;
        let sent = engine.run_resend(id, op.as_ref());
        self.live.write(Box::pin(sent)).await?;
        self.go_out();
        Ok(())
    }

    /// Sends what was saved as soon as there is a network, with this page or without it.
    pub(crate) fn go_out(self) {
        self.driver.tell(Event::Saved);
        self.ask_to_persist();
    }

    pub(crate) fn judge(self, op: &Op) -> Result<Effect, Trouble> {
        let account = self.session.account_now().ok_or(Trouble::SignedOut)?;
        self.live
            .projection
            .with_untracked(|projection| judge(projection, op, &account.signed_in))
            .map_err(Trouble::Refused)
    }

    pub(crate) fn ask_to_persist(self) {
        if !self.asked_to_persist.get_value() {
            self.asked_to_persist.set_value(true);
            spawn_local(async {
                let _ = storage::persist().await;
            });
        }
    }

    /// **Revert changes**: drops a refused change and what waits for it.
    ///
    /// # Errors
    /// Nothing was dropped.
    pub async fn revert(self, id: MutationId) -> Result<(), Trouble> {
        let engine = self.engine()?;
        let ids = |all: &Projection| {
            all.entries()
                .iter()
                .map(|entry| entry.mutation.id)
                .collect()
        };
        let shown: Vec<MutationId> = self.live.projection.with_untracked(ids);
        let reverted = engine.run_revert(id, &shown);
        self.live.write(Box::pin(reverted)).await?;
        self.driver.tell(Event::Asked);
        Ok(())
    }

    /// Brings back what **Revert changes** has dropped with the refused `id`. Ok: it stands as it stood.
    ///
    /// # Errors
    /// It is not brought back.
    pub async fn bring_back(self, id: MutationId) -> Result<(), Trouble> {
        let engine = self.engine()?;
        let brought = engine.run_bring_back(id);
        self.live.write(Box::pin(brought)).await?;
        Ok(())
    }

    /// The user has read what the browser has cleared.
    pub fn lost_read(self) {
        self.driver.lost_read();
    }

    /// Starts a pass at once: the button **Sync now**.
    pub fn sync_now(self) {
        self.driver.tell(Event::Asked);
    }

    /// A record was opened of which this phone may not have all.
    pub fn opened(self) {
        self.driver.tell(Event::Opened);
    }

    /// Switches the offline feature on or off for whoever is signed in.
    ///
    /// # Errors
    /// It is as before.
    pub async fn work_without_offline(self, without: bool) -> Result<(), Trouble> {
        let engine = self.engine()?;
        engine.run_work_without_offline(without).await?;
        self.live.load().await;
        self.sync_now();
        Ok(())
    }

    /// Sends photos and files at once, on a slow network too: the button **Send photos now**.
    pub fn send_files_now(self) {
        spawn_local(async move {
            if let Ok(engine) = self.engine()
                && engine.run_at_once().await.is_ok()
            {
                self.sync_now();
            }
        });
    }

    /// Signs in. The password goes to the server and is not kept.
    ///
    /// # Errors
    /// Nobody else is signed in then.
    pub async fn sign_in(self, request: SignInRequest) -> Result<(), Trouble> {
        run_sign_in(self, request).await?.await
    }

    async fn sign_in_now(self, request: SignInRequest) -> Result<(), Trouble> {
        // The form may be there before the databases are open.
        self.start.wait().await;
        let engine = self.engine()?;
        let info = api::sign_in(&request)
            .await
            .map_err(|failure| Trouble::from(failure).of_sign_in())?;
        let asked = api::load_session().await.map_err(Trouble::from);
        if let Some(trouble) = asked.err().and_then(|trouble| trouble.of_new_session()) {
            return Err(trouble);
        }
        self.take_session(engine, &info, &request.email).await
    }

    /// Asks the server who is signed in, where it is time to: see [`Self::ask_again`].
    pub fn ask(self, is_due: bool, is_other: bool) {
        spawn_local(async move {
            if let Ok(asking) = ask_who(self, is_due, is_other).await {
                asking.await;
            }
        });
    }

    /// Sets the password of whom a link was made for, and signs them in.
    ///
    /// # Errors
    /// Nobody else is signed in then.
    pub async fn sign_in_by_link(self, request: &LinkRequest) -> Result<(), Trouble> {
        self.start.wait().await;
        let engine = self.engine()?;
        let used = api::use_link(request).await.map_err(Trouble::from)?;
        self.take_session(engine, &used.session, &used.email).await
    }

    pub(super) async fn take_session(
        self,
        engine: AppEngine,
        info: &SessionInfo,
        email: &str,
    ) -> Result<(), Trouble> {
        prefs::forget_sign_out();
        prefs::remember_email(email);
        self.note_cleared(info.user.id);
        let signed_in = engine.run_signed_in(info);
        self.live.write_and_load(Box::pin(signed_in)).await?;
        self.driver.tell(Event::SignedIn);
        Ok(())
    }

    /// Signs out on this device; unsent changes stay sealed on it until the same user comes back.
    ///
    /// # Errors
    /// The user is still signed in.
    pub async fn sign_out(self) -> Result<(), Trouble> {
        let engine = self.engine()?;
        // Asked for again, once the server knows of it.
        self.way_in.set(String::new());
        // Without a connection the cookie stays; it must not sign anybody in again by itself.
        prefs::note_sign_out();
        self.driver.forget_session();
        if let Some(account) = self.session.account_now() {
            prefs::remember_told(account.signed_in.info.user.id, None);
        }
        // While the server still knows who asks for it.
        notifications::end().await;
        if api::sign_out().await.is_ok() {
            // Whoever asks next who is signed in has no other session to end: that might be the one of the next sign-in.
            prefs::forget_sign_out();
        }
        let signed_out = engine.run_signed_out();
        self.live.write_and_load(Box::pin(signed_out)).await?;
        Ok(())
    }
}
