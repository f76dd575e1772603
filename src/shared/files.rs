//! Photos and files: from what a person picked to an attachment of a job, and back to a picture.
//!
//! Owns reading what was picked; the order in which it is saved is planned by the engine
//! (`afield_sync::files::saving`). Must never remove a file that was saved: its bytes may be the only ones
//! there are.

use super::photo_marks::PhotoMarks;
use super::thumbnail;
use super::thumbnail::{Beside, Shown};
use super::toast::use_toasts;
use crate::error::Trouble;
use crate::runtime::commands::{Commands, use_commands};
use crate::runtime::engine::AppEngine;
use crate::runtime::live::use_live;
use crate::tr;
use crate::ui::capture::OnPicked;
use afield_domain::order::Order;
use afield_domain::{
    Attachment, AttachmentId, AttachmentKind, JobId, Op,
    limits::{ATTACHMENT_BYTES, THUMBNAIL_BYTES},
};
use afield_platform::held::{Held, hurry_freeing};
use afield_platform::picture::{Limits, Picked, read_picked};
use afield_platform::storage;
use afield_sync::files::saving::{FileStep, StepEnd, plan_file_step};
use afield_sync::files::sizes::CHUNK_BYTES;
use afield_sync::{FileStore, Host, Intent, LocalFile, StoreError, SyncError};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::File;

/// What is left free for everything else, in bytes.
const RESERVE: u64 = 4 * 1024 * 1024;

impl Commands {
    /// Keeps what was picked and registers it as an attachment of `job`. Ok: saved on this phone.
    ///
    /// # Errors
    /// Nothing was saved.
    pub async fn attach(
        self,
        job: JobId,
        file: File,
        kind: AttachmentKind,
    ) -> Result<AttachmentId, Trouble> {
        let engine = self.engine()?;
        let id = AttachmentId(engine.host.new_id());
        // Whoever picked it: reading takes its time, and somebody else may have signed in meanwhile.
        let user = self.user()?;
        // Before the browser has anything to lose.
        self.ask_to_persist();
        let (longest_side, keeps_details) = self.photo_rules();
        let limits = Limits {
            bytes: ATTACHMENT_BYTES,
            thumbnail: THUMBNAIL_BYTES,
            longest_side,
            keeps_details,
        };
        let picked = read_picked(&file, limits).await?;
        make_room(&engine, picked.bytes.length() as u64).await?;
        if self.user()? != user {
            return Err(Trouble::SignedOut);
        }
        let row = LocalFile {
            id,
            job,
            user,
            name: picked.name.clone(),
            mime: picked.mime.clone(),
            bytes: picked.bytes.length() as u64,
            sha256: picked.sha256.clone(),
            chunks: picked.bytes.length().div_ceil(CHUNK_BYTES) as u32,
            made_at: engine.host.now(),
            sending: Default::default(),
            is_copy: false,
        };
        let (op, bytes) = registration(&row, kind, picked);
        self.judge(&op)?;
        let saved = self.save_file(&engine, row, op, &bytes).await;
        hurry_freeing(bytes.length());
        saved?;
        self.go_out();
        Ok(id)
    }

    /// Saves a file in the order that the engine plans.
    async fn save_file(
        self,
        engine: &AppEngine,
        row: LocalFile,
        op: Op,
        bytes: &Held,
    ) -> Result<(), SyncError> {
        let (id, count) = (row.id, row.chunks);
        let (intents, rows) = ([Intent { op, base_rev: None }], [row]);
        let mut failure = SyncError::Store(StoreError::NotWhole);
        let (mut last, mut swept) = (None, 0);
        loop {
            let step = plan_file_step(count, last);
            let done = match step {
                FileStep::Chunk(number) => put_chunk(&engine.outbox, id, number, bytes).await,
                FileStep::Register => {
                    let attached = engine.run_attach(&intents, &rows);
                    self.live.write(Box::pin(attached)).await.map(drop)
                }
                FileStep::Drop => {
                    let _ = engine.outbox.drop_chunks(id).await;
                    Ok(())
                }
                FileStep::Refer => return Ok(()),
                FileStep::Failed => return Err(failure),
            };
            last = Some((step, StepEnd::of(&done, &mut swept)));
            if let Err(error) = done {
                failure = error;
            }
        }
    }
}

/// Lets copies of what the office has go if `bytes` more would not fit. Where the browser does not tell how much room
/// there is, the writing shows it.
async fn make_room(engine: &AppEngine, bytes: u64) -> Result<(), Trouble> {
    let Some(usage) = storage::estimate().await else {
        return Ok(());
    };
    let free = usage.quota.saturating_sub(usage.used);
    match engine.run_make_room(bytes, (free, RESERVE)).await? {
        0 => Ok(()),
        missing => Err(Trouble::NoRoom { missing }),
    }
}

/// The operation that registers a file, and the bytes that are left to be kept.
fn registration(row: &LocalFile, kind: AttachmentKind, picked: Picked) -> (Op, Held) {
    let op = Op::AddAttachment {
        attachment: row.id,
        job: row.job,
        kind,
        name: picked.name,
        mime: picked.mime,
        bytes: row.bytes,
        sha256: picked.sha256,
        width: picked.width,
        height: picked.height,
        thumbnail: picked.thumbnail,
    };
    (op, picked.bytes)
}

async fn put_chunk(
    store: &impl FileStore,
    id: AttachmentId,
    number: u32,
    bytes: &Held,
) -> Result<(), SyncError> {
    let chunk = bytes.part(number as usize * CHUNK_BYTES, CHUNK_BYTES);
    Ok(store.put_chunk(id, number, &chunk).await?)
}

/// For the buttons of [`crate::ui::capture`]: saves what was picked as attachments of `job`, says so, and
/// tells `then` of each that was saved.
pub fn attaching(job: JobId, kind: AttachmentKind, then: Rc<dyn Fn(AttachmentId)>) -> OnPicked {
    attaching_saying(job, kind, tr!(common.saved), then)
}

/// As [`attaching`], where what was saved is not seen: `done` says where it went.
pub fn attaching_saying(
    job: JobId,
    kind: AttachmentKind,
    done: &'static str,
    then: Rc<dyn Fn(AttachmentId)>,
) -> OnPicked {
    let commands = use_commands();
    let toasts = use_toasts();
    Rc::new(move |files| {
        let Some(commands) = commands else {
            return;
        };
        commands.count_pick(true);
        let said =
            move |number, count| toasts.working(tr!(files.saving, number = number, count = count));
        let work = counted(
            commands,
            attach_all(commands, job, kind, files, said, Rc::clone(&then)),
        );
        toasts.run(Box::pin(work), done, Box::new(|_| ()));
    })
}

/// Does `work` as a pick under way: counted from the tap until everything is saved or refused.
async fn counted(
    commands: Commands,
    work: impl Future<Output = Result<(), Trouble>>,
) -> Result<(), Trouble> {
    let result = work.await;
    commands.count_pick(false);
    result
}

/// One after the other: a phone has memory for a few large pictures, not for twenty. One that cannot be
/// saved does not keep the others from being saved, and is not passed over: how many were saved is told,
/// and why the first of the others was not. `said` hears of each that begins, if there are several.
async fn attach_all(
    commands: Commands,
    job: JobId,
    kind: AttachmentKind,
    files: Vec<File>,
    said: impl Fn(usize, usize),
    then: Rc<dyn Fn(AttachmentId)>,
) -> Result<(), Trouble> {
    let count = files.len();
    let mut saved = 0;
    let mut first = Ok(());
    for (place, file) in files.into_iter().enumerate() {
        if count > 1 {
            said(place + 1, count);
        }
        match commands.attach(job, file, kind).await {
            Ok(id) => {
                saved += 1;
                then(id);
            }
            Err(trouble) => first = first.and(Err(trouble)),
        }
    }
    first.map_err(|trouble| match count {
        1 => trouble,
        count => Trouble::NotAllSaved {
            saved,
            count,
            why: Box::new(trouble),
        },
    })
}

/// A small picture of an attachment; a tap shows the whole file, from this phone or from the office, and from there
/// the others of its job.
pub fn thumbnail(attachment: &Attachment) -> AnyView {
    let live = use_live();
    let job = attachment.job;
    let beside: Beside = Rc::new(move || {
        let Some(live) = live else { return Vec::new() };
        let mut files: Vec<Attachment> = live.projection.with_untracked(|all| {
            let files = all.attachments_of(job);
            files.map(|(file, _)| file.clone()).collect()
        });
        files.order_by_key(|file| (file.made_at, file.id));
        files.iter().map(Shown::from).collect()
    });
    let marks = live.map(|live| PhotoMarks {
        live,
        job,
        marking: use_context(),
    });
    thumbnail::thumbnail(&Shown::from(attachment), beside, marks)
}
