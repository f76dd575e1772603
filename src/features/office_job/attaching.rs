//! The office attaches files to a job: one after the other, straight to the server, going on after a line that broke.
//!
//! Owns the list of what is on its way, which outlives the page: whoever looks at another job finds it here again. What
//! is read of a file is the part that is being sent. Must never say that a file is attached before the server has all of
//! it, nor write to this browser's storage.

use super::live_job::LiveJob;
use super::queue::{Row, Stage, Why, begun, next, percent};
use crate::error::Trouble;
use crate::runtime::commands::Commands;
use crate::runtime::session::Account;
use afield_domain::limits::{ATTACHMENT_BYTES, THUMBNAIL_BYTES};
use afield_domain::{AttachmentId, AttachmentKind, JobId, Op};
use afield_platform::api;
use afield_platform::outgoing::Outgoing;
use afield_platform::picture::Limits;
use afield_platform::remote::FetchRemote;
use afield_platform::timer::sleep_ms;
use afield_sync::Remote;
use afield_sync::files::direct::{DirectSending, DirectStep};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use web_sys::File;

thread_local! {
    static ROWS: ArcRwSignal<Vec<Row>> = ArcRwSignal::new(Vec::new());
    static HELD: RefCell<Vec<Held>> = const { RefCell::new(Vec::new()) };
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// What a row is of.
#[derive(Clone)]
struct Held {
    number: u32,
    file: File,
    page: LiveJob,
    limits: Limits,
    /// None before it was looked at.
    outgoing: Option<Outgoing>,
    known: Known,
}

/// Whether the server knows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    No,
    /// It was told, and no answer came.
    Maybe,
    Yes,
}

/// All that is on its way, whatever its job.
pub(super) fn rows() -> ArcRwSignal<Vec<Row>> {
    ROWS.with(ArcRwSignal::clone)
}

/// Begins to attach `files` to the job of `page`.
pub(super) fn attach(commands: Commands, account: &Account, page: LiveJob, files: Vec<File>) {
    let (longest_side, keeps_details) = commands.photo_rules();
    let limits = Limits {
        bytes: ATTACHMENT_BYTES,
        thumbnail: THUMBNAIL_BYTES,
        longest_side,
        keeps_details,
    };
    for file in files {
        let Ok(id) = commands.new_id() else { return };
        let number = COUNT.replace(COUNT.get().wrapping_add(1));
        let row = Row {
            number,
            user: account.signed_in.user(),
            job: page.id,
            id: AttachmentId(id),
            name: file.name(),
            stage: Stage::Waiting,
        };
        let held = Held {
            number,
            file,
            page,
            limits,
            outgoing: None,
            known: Known::No,
        };
        HELD.with_borrow_mut(|all| all.push(held));
        rows().update(|rows| rows.push(row));
    }
    go_on(commands);
}

/// Tries the file of this number once more.
pub(super) fn try_again(commands: Commands, number: u32) {
    set_stage(number, Stage::Waiting);
    go_on(commands);
}

/// Takes the file of this number from the list; what the server knows of it goes there too.
///
/// # Errors
/// The server does not say that it is gone: it stays on the list.
pub(super) async fn give_up(number: u32) -> Result<(), Trouble> {
    let row = rows().with_untracked(|rows| rows.iter().find(|row| row.number == number).cloned());
    let known = held(number).map_or(Known::No, |held| held.known);
    if let Some(row) = row.filter(|_| known != Known::No) {
        match (withdraw(row.job, row.id).await, known) {
            // It never came there.
            (Err(Trouble::NotAllowed), Known::Maybe) => {}
            (done, _) => done?,
        }
    }
    forget(number);
    rows().update(|rows| rows.retain(|row| row.number != number));
    Ok(())
}

/// Takes a file back that was attached here.
///
/// # Errors
/// It was not taken back.
pub(super) async fn withdraw(job: JobId, id: AttachmentId) -> Result<(), Trouble> {
    let part = id.into();
    api::change_job(job, Op::Withdraw { part, job }, None).await?;
    Ok(())
}

fn held(number: u32) -> Option<Held> {
    HELD.with_borrow(|all| all.iter().find(|held| held.number == number).cloned())
}

fn update_held(number: u32, change: impl FnOnce(&mut Held)) {
    HELD.with_borrow_mut(|all| {
        let mut its = all.iter_mut();
        if let Some(held) = its.find(|held| held.number == number) {
            change(held);
        }
    });
}

fn forget(number: u32) {
    HELD.with_borrow_mut(|all| all.retain(|held| held.number != number));
}

fn change_row(number: u32, change: impl FnOnce(&mut Row)) {
    rows().update(|rows| {
        let mut its = rows.iter_mut();
        if let Some(row) = its.find(|row| row.number == number) {
            change(row);
        }
    });
}

fn set_stage(number: u32, stage: Stage) {
    change_row(number, |row| row.stage = stage);
}

/// One at a time, as long as any waits. An update waits for it, as for a photo that is being saved.
fn go_on(commands: Commands) {
    if UNDER_WAY.replace(true) {
        return;
    }
    spawn_local(async move {
        commands.count_pick(true);
        while let Ok(user) = commands.user()
            && let Some(row) = rows().with_untracked(|rows| next(rows, user).cloned())
        {
            let number = row.number;
            match send(row).await {
                Ok(()) => {
                    forget(number);
                    set_stage(number, Stage::Received);
                }
                Err(why) => set_stage(number, Stage::Failed(why)),
            }
        }
        UNDER_WAY.set(false);
        commands.count_pick(false);
    });
}

async fn send(row: Row) -> Result<(), Why> {
    let number = row.number;
    let held = held(number).ok_or(Why::Trouble(Trouble::FileUnreadable))?;
    let outgoing = match held.outgoing {
        Some(outgoing) => outgoing,
        None => {
            set_stage(number, Stage::Reading);
            let looked_at = Outgoing::of(&held.file, held.limits).await;
            let outgoing = looked_at.map_err(|error| Why::Trouble(error.into()))?;
            change_row(number, |row| row.name.clone_from(&outgoing.name));
            update_held(number, |held| held.outgoing = Some(outgoing.clone()));
            outgoing
        }
    };
    let id = match held.known {
        Known::Yes => row.id,
        Known::No | Known::Maybe => register(&row, &outgoing, held.page).await?,
    };
    send_bytes(number, id, &outgoing).await
}

/// Has the server know of the file. Its id is another one if it is known there already.
async fn register(row: &Row, outgoing: &Outgoing, page: LiveJob) -> Result<AttachmentId, Why> {
    let known = page.live.projection.try_with_untracked(|all| {
        rows().with_untracked(|rows| begun(rows, all, row.job, row.user, &outgoing.sha256))
    });
    let id = known.flatten().unwrap_or(row.id);
    change_row(row.number, |row| row.id = id);
    let kind = match outgoing.width {
        0 => AttachmentKind::File,
        _ => AttachmentKind::Photo,
    };
    let op = Op::AddAttachment {
        attachment: id,
        job: row.job,
        kind,
        name: outgoing.name.clone(),
        mime: outgoing.mime.clone(),
        bytes: outgoing.bytes,
        sha256: outgoing.sha256.clone(),
        width: outgoing.width,
        height: outgoing.height,
        thumbnail: outgoing.thumbnail.clone(),
    };
    let now_known = |known| update_held(row.number, |held| held.known = known);
    now_known(Known::Maybe);
    match api::change_job(row.job, op, None).await {
        Ok(_) => now_known(Known::Yes),
        Err(api::ApiFailure::Transport(_)) => return Err(Why::NoAnswer),
        Err(failure) => {
            now_known(Known::No);
            return Err(Why::Trouble(failure.into()));
        }
    }
    Ok(id)
}

async fn send_bytes(number: u32, id: AttachmentId, outgoing: &Outgoing) -> Result<(), Why> {
    let mut sending = DirectSending::new(outgoing.bytes);
    loop {
        let piece = match sending.step() {
            DirectStep::Ask { after_ms } => {
                if after_ms > 0 {
                    sleep_ms(u32::try_from(after_ms).unwrap_or(u32::MAX)).await;
                }
                None
            }
            DirectStep::Send { at, length } => {
                let bytes = outgoing.part(at, length).await;
                let bytes = bytes.ok_or(Why::Trouble(Trouble::FileUnreadable))?;
                Some((at, bytes))
            }
            DirectStep::End(end) => return Why::of(end).map_or(Ok(()), Err),
        };
        sending.heard(&FetchRemote::default().send_bytes(id, piece).await);
        let stage = Stage::Sending(percent(sending.stored(), outgoing.bytes));
        set_stage(number, stage);
    }
}
