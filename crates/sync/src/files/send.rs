//! Sending files: piece by piece, after all text, by whoever has the lease.
//!
//! Owns the loop around [`super::upload`]. Between two pieces it looks whether text is to go first, and ends then:
//! the next pass goes on. Must never hold more of a file than a piece, and never send while another is at it.

use crate::driver::UNDO_MS;
use crate::engine::Engine;
use crate::error::{StoreError, SyncError};
use crate::files::copies::{copies_most, plan_drop};
use crate::files::local_file::LocalFile;
use crate::files::sending::FileLine;
use crate::files::sizes::chunk_bytes;
use crate::files::upload::{
    FilesEnd, Heard, Looking, Next, Piece, Step, plan_answer, plan_next, refuse,
};
use crate::outbox::entry::OutboxEntry;
use crate::outbox::lookup::Mark;
use crate::outbox::meta::{OutboxMeta, SignedIn};
use crate::pass::classify::TransportError;
use crate::pass::lease::check_lease;
use crate::pass::trigger::Trigger;
use crate::pass::turn::{check_turn, take_lease};
use crate::pass::whole::{LOCK, SyncReport};
use crate::ports::{
    CacheStore, FileStore, Host, OutboxPlan, OutboxStore, OutboxWrite, Read, Remote,
};
use afield_domain::{AttachmentId, Timestamp};
use afield_planted::planted;
use afield_protocol::Seq;
use afield_protocol::worker_message::Notice;

/// What is known while files are being sent.
struct Sender {
    lease: u64,
    /// Whether a person had asked when it began: who asks later has what was refused before that tried again.
    asked: bool,
    /// The last change that the pass before has sent, and when a later one was first seen.
    seen: Seq,
    text_since: Option<Timestamp>,
}

/// Whether something else goes first, or nothing at all.
fn plan_pause(
    sender: &mut Sender,
    meta: &OutboxMeta,
    now: Timestamp,
    is_slow: bool,
    is_wanted: bool,
) -> Option<FilesEnd> {
    if is_slow && !meta.files.at_once {
        return Some(FilesEnd::Slow);
    }
    let backoff = meta.files.backoff;
    if let (false, Some(at)) = (backoff.allows(now), backoff.not_before) {
        return Some(FilesEnd::NotBefore(at));
    }
    let mut is_due = is_wanted || meta.lease.called;
    if meta.last_seq > sender.seen {
        // What was just saved may still be taken back.
        let since = *sender.text_since.get_or_insert(now);
        is_due |= now.since(since).unsigned_abs() >= u64::from(UNDO_MS);
    }
    planted!(TextStarved: is_due => false).then_some(FilesEnd::Unfinished)
}

impl<O: OutboxStore + FileStore, C, R: Remote, H: Host> Engine<O, C, R, H> {
    /// Notes that its user wants what waits sent on a slow network too.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_at_once(&self) -> Result<(), SyncError> {
        self.run_wish(|files| files.at_once = true).await
    }

    /// Sets whether photos and files wait for a Wi-Fi.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    pub async fn run_wifi_only(&self, wifi_only: bool) -> Result<(), SyncError> {
        self.run_wish(|files| files.wifi_only = wifi_only).await
    }

    pub(super) async fn run_wish(&self, wish: impl Fn(&mut FileLine)) -> Result<(), SyncError> {
        self.outbox
            .transact(Read::Meta, |view| {
                let mut meta = view.meta.clone();
                wish(&mut meta.files);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: (),
                })
            })
            .await
    }

    /// A pass, and then what waits of files, if its end allows that. `passed` hears what became of the pass before any
    /// file is sent: that may take minutes.
    ///
    /// # Errors
    /// Those of [`Engine::run_sync`], and those of [`Engine::run_files`].
    pub async fn run_sync_and_files(
        &self,
        trigger: Trigger,
        passed: impl FnOnce(&Result<SyncReport, SyncError>),
    ) -> (Result<SyncReport, SyncError>, Result<FilesEnd, SyncError>)
    where
        C: CacheStore,
    {
        // What is saved from here on goes before any file.
        let seen = self.outbox.load(Read::Meta).await;
        let report = self.run_sync(trigger).await;
        passed(&report);
        let goes_on = report.as_ref().is_ok_and(SyncReport::is_followed_by_files);
        let files = match seen {
            Ok(view) if goes_on => self.run_files(trigger, view.meta.last_seq).await,
            Err(error) if goes_on => Err(error.into()),
            _ => Ok(FilesEnd::NotMine),
        };
        (report, files)
    }

    /// Sends what waits of files. `seen` is the last number of a change that was given out when the pass before this
    /// began: what was saved since goes first.
    ///
    /// # Errors
    /// [`SyncError::Fenced`] if another holder took over; [`SyncError::Store`].
    pub async fn run_files(&self, trigger: Trigger, seen: Seq) -> Result<FilesEnd, SyncError> {
        let meta = self.outbox.load(Read::Meta).await?.meta;
        let asked = meta.files.asked;
        let Some(looking) = Looking::of(&meta, self.host.now(), asked) else {
            return Ok(FilesEnd::NotMine);
        };
        let files = self.outbox.load_files().await?.files;
        for id in plan_drop(&files, looking.epoch, copies_most(&meta)) {
            self.outbox.drop_received(id).await?;
        }
        if plan_next(&files, looking, &[]).is_none() && !asked {
            return Ok(FilesEnd::Done);
        }
        let lock = self.host.try_lock(LOCK).await;
        let Some(lease) = self.run_take_files(trigger, lock.is_some()).await? else {
            return Ok(FilesEnd::NotMine);
        };
        let sender = Sender {
            lease,
            asked,
            seen,
            text_since: None,
        };
        let sent = self.run_sender(sender).await;
        let ended = self.run_end(lease, false).await;
        drop(lock);
        let sent = sent?;
        ended?;
        Ok(sent)
    }

    /// Takes the lease for sending files, if it is this context's turn.
    async fn run_take_files(
        &self,
        trigger: Trigger,
        has_lock: bool,
    ) -> Result<Option<u64>, SyncError> {
        let (now, holder) = (self.host.now(), self.host.holder());
        let taken = self
            .outbox
            .transact(Read::Found(vec![Mark::InFlight]), |view| {
                let mut meta = view.meta.clone();
                // What is in flight was another's, who has died: the pass takes it back.
                if check_turn(&meta, has_lock, now).is_some() || !view.entries.is_empty() {
                    return Ok(OutboxPlan::nothing(None));
                }
                if trigger.resets_backoff() {
                    // It may be another line by now.
                    meta.files.speed.at = None;
                }
                let backoff = &mut meta.files.backoff;
                if trigger.is_person() {
                    *backoff = Default::default();
                } else if trigger.resets_backoff() {
                    *backoff = backoff.after_news();
                }
                let was_open = meta.lease.is_open();
                let lease = take_lease(&mut meta, has_lock, &holder, now);
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::Meta(meta)],
                    value: Some((lease, was_open)),
                })
            })
            .await?;
        Ok(taken.map(|(lease, was_open)| {
            self.announce_takeover(was_open);
            lease
        }))
    }

    /// Whether the network is left to text: by the browser's word, by what pieces have told, or by its user's wish.
    pub(super) fn is_left_to_text(&self, meta: &OutboxMeta, now: Timestamp) -> bool {
        let told = self.host.is_slow();
        let is_slow = told.unwrap_or_else(|| meta.files.speed.rests(now));
        is_slow || (meta.files.wifi_only && self.host.is_cellular())
    }

    /// One file after the other.
    async fn run_sender(&self, mut sender: Sender) -> Result<FilesEnd, SyncError> {
        let mut passed: Vec<AttachmentId> = Vec::new();
        loop {
            let files = self.outbox.load_files().await?.files;
            let meta = self.outbox.load(Read::Meta).await?.meta;
            let Some(looking) = Looking::of(&meta, self.host.now(), sender.asked) else {
                return Ok(FilesEnd::NotMine);
            };
            let Some(file) = plan_next(&files, looking, &passed) else {
                if meta.files.at_once || sender.asked {
                    let asked = sender.asked;
                    self.run_wish(|files| {
                        files.at_once = false;
                        files.asked &= !asked;
                    })
                    .await?;
                }
                return Ok(FilesEnd::Done);
            };
            passed.push(file.id);
            if let Some(end) = self.run_file(&mut sender, file.clone()).await? {
                return Ok(end);
            }
        }
    }

    /// One file, as far as it goes. Gives an end if nothing more is to be sent after it.
    async fn run_file(
        &self,
        sender: &mut Sender,
        file: LocalFile,
    ) -> Result<Option<FilesEnd>, SyncError> {
        let id = file.id;
        let mut step = Step {
            next: file.whereabouts(),
            file,
            line: Default::default(),
            fruitless: 0,
        };
        let marks = vec![Mark::Makes(id.into())];
        // The server does not know of it before its registration has arrived.
        let makers = self.outbox.load(Read::Found(marks)).await?.entries;
        // One that waits for the office has.
        if !makers.iter().all(OutboxEntry::is_in_review) {
            if sender.asked && step.file.sending.refused.is_some() {
                self.run_forgive(sender.lease, step.file).await?;
            }
            return Ok(None);
        }
        loop {
            let at = match step.next {
                Next::GoOn(at) => Some(at),
                Next::Ask => None,
                Next::Done => return Ok(None),
                Next::Stop => {
                    let until = step.line.backoff.not_before;
                    return Ok(Some(
                        until.map_or(FilesEnd::Unfinished, FilesEnd::NotBefore),
                    ));
                }
            };
            let meta = self.outbox.load(Read::Meta).await?.meta;
            check_lease(&meta.lease, sender.lease)?;
            if meta.session.as_ref().map(SignedIn::user) != Some(step.file.user) {
                return Ok(Some(FilesEnd::NotMine));
            }
            let (now, is_wanted) = (self.host.now(), self.host.is_wanted());
            let is_slow = self.is_left_to_text(&meta, now);
            if let Some(end) = plan_pause(sender, &meta, now, is_slow, is_wanted) {
                return Ok(Some(end));
            }
            step.line = meta.files;
            let piece = match at {
                None => Ok(None),
                Some(at) => self
                    .load_piece(&step.file, at, step.line.piece())
                    .await
                    .map(Some),
            };
            let began = self.host.now();
            let (sent, answer) = match piece {
                Ok(piece) => {
                    let sent = piece.as_ref().map(|(at, bytes)| (*at, bytes.len() as u64));
                    let answer = self.remote.send_bytes(id, piece);
                    (sent, Some(self.run_alive(sender.lease, answer).await))
                }
                Err(StoreError::NotWhole | StoreError::Corrupt(_)) => (None, None),
                Err(error) => return Err(error.into()),
            };
            step = self
                .run_answer(sender.lease, step, (sent, began), answer)
                .await?;
        }
    }

    /// A person has asked for it, and it cannot go yet: once it can, it does not rest for what refused it before.
    async fn run_forgive(&self, lease: u64, mut file: LocalFile) -> Result<(), SyncError> {
        file.sending.refused = None;
        self.outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                Ok(OutboxPlan {
                    writes: vec![OutboxWrite::File(file.clone())],
                    value: (),
                })
            })
            .await?;
        let seqs = Some(Vec::new());
        self.host.announce(Notice::Outbox { seqs });
        Ok(())
    }

    /// The bytes of a file from `at` on, `most` of them at most.
    async fn load_piece(
        &self,
        file: &LocalFile,
        at: u64,
        most: u64,
    ) -> Result<(u64, Vec<u8>), StoreError> {
        let end = at.saturating_add(most).min(file.bytes);
        let (mut from, chunk_bytes) = (at, chunk_bytes() as u64);
        let mut bytes = Vec::with_capacity(end.saturating_sub(at) as usize);
        while from < end {
            let number = u32::try_from(from / chunk_bytes).unwrap_or(u32::MAX);
            let chunk = self.outbox.load_chunk(file.id, number).await?;
            let begins = u64::from(number) * chunk_bytes;
            let until = (begins + chunk_bytes).min(end);
            let range = (from - begins) as usize..(until - begins) as usize;
            let part = chunk.as_ref().and_then(|chunk| chunk.get(range));
            bytes.extend_from_slice(part.ok_or(StoreError::NotWhole)?);
            from = until;
        }
        Ok((at, bytes))
    }

    /// Notes what was answered; without an answer, that the bytes cannot be read.
    async fn run_answer(
        &self,
        lease: u64,
        before: Step,
        (sent, began): (Option<(u64, u64)>, Timestamp),
        answer: Option<Result<u64, TransportError>>,
    ) -> Result<Step, SyncError> {
        let (now, chance) = (self.host.now(), self.host.chance());
        let reading = self.host.reading();
        let ms = now.since(began).unsigned_abs();
        let piece = sent.map(|(at, length)| Piece { at, length, ms });
        let step = self
            .outbox
            .transact(Read::Meta, |view| {
                check_lease(&view.meta.lease, lease)?;
                let mut meta = view.meta.clone();
                let before = before.clone();
                let step = match &answer {
                    None => refuse(before, None, now),
                    Some(answer) => {
                        let heard = Heard {
                            now,
                            server_now: meta.server_now(&reading),
                            epoch: meta.epoch.as_ref(),
                            chance,
                        };
                        plan_answer(before, piece, answer, heard)
                    }
                };
                // What a person has wished meanwhile stays.
                meta.files = FileLine {
                    at_once: meta.files.at_once,
                    asked: meta.files.asked,
                    copies: meta.files.copies,
                    wifi_only: meta.files.wifi_only,
                    ..step.line
                };
                meta.lease.heartbeat = Some(now);
                let writes = vec![
                    OutboxWrite::Meta(meta),
                    OutboxWrite::File(step.file.clone()),
                ];
                Ok(OutboxPlan {
                    writes,
                    value: step,
                })
            })
            .await?;
        let seqs = Some(Vec::new());
        self.host.announce(Notice::Outbox { seqs });
        Ok(step)
    }
}
