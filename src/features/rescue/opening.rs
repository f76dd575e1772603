//! From a picked file to the server: everything is checked before anything is sent, and sent as its phone would.
//!
//! Owns the reading; what is sent, and when that ends, is the engine's (`afield_sync::rescue`). Must never write
//! to this phone's own storage: the file is where the work is, until the office has it.

use crate::error::Trouble;
use crate::runtime::commands::Commands;
use afield_domain::{CompanyId, User, UserId};
use afield_platform::remote::FetchRemote;
use afield_platform::rescue::{hash_of_part, read_part};
use afield_protocol::ErrorCode;
use afield_store::schema::OUTBOX_VERSION;
use afield_sync::Host;
use afield_sync::rescue::format::{
    FOOT_BYTES, HEAD_BYTES, RescueError, RescueIndex, check_head, read_foot, read_index,
};
use afield_sync::rescue::requests::{RescueStop, run_file};
use afield_sync::rescue::sending::RescueSending;
use web_sys::File;

/// A rescue file that is whole, and how far its work is.
#[derive(Debug)]
pub(super) struct Opened {
    file: File,
    /// Who has opened it.
    sender: UserId,
    /// For whom they send it; none if it is their own work.
    pub(super) author: Option<UserId>,
    pub(super) index: RescueIndex,
    pub(super) sending: RescueSending,
    /// How many of its photos and files the office has.
    pub(super) arrived: usize,
}

/// Why it went no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The office's data was put back from a backup since the file was written.
    OtherData,
    /// The office may not bring in this user's work: they are no technician of the company.
    NoTechnician,
    /// Anything else.
    By(Trouble),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::By(trouble)
    }
}

impl From<RescueStop> for Stopped {
    fn from(stop: RescueStop) -> Self {
        Self::By(match stop {
            RescueStop::OtherData => return Self::OtherData,
            RescueStop::Line(error) => error.into(),
            RescueStop::Refused(error) => error.into(),
            RescueStop::Unread => Trouble::UpdateNeeded,
            RescueStop::FileUnreadable => Trouble::FileUnreadable,
        })
    }
}

/// Reads and checks every byte of `file`, which `sender` of `company` opens. `tell` hears how far that is, in percent.
///
/// # Errors
/// [`RescueError`]: it is not taken, and nothing has changed.
pub(super) async fn open(
    file: File,
    (sender, company): (&User, CompanyId),
    tell: impl Fn(u64),
) -> Result<Opened, RescueError> {
    let total = file.size() as u64;
    let part = async |at: u64, bytes: u64| {
        let read = read_part(&file, at, bytes).await;
        read.ok_or(RescueError::Damaged)
    };
    check_head(&part(0, HEAD_BYTES).await?)?;
    let foot = part(total.saturating_sub(FOOT_BYTES), FOOT_BYTES).await?;
    let foot = read_foot(total, &foot)?;
    let hash = hash_of_part(&file, foot.at, foot.bytes).await;
    let bytes = part(foot.at, foot.bytes).await?;
    let index = read_index(&foot, &bytes, &hash.unwrap_or_default(), OUTBOX_VERSION)?;
    drop(bytes);
    for part in index.parts() {
        tell(part.at.saturating_mul(100) / total.max(1));
        let hash = hash_of_part(&file, part.at, part.bytes).await;
        if hash.as_deref() != Some(part.sha256) {
            return Err(RescueError::Damaged);
        }
    }
    let author = index.author_for(sender, company)?;
    let sending = RescueSending::new(&index);
    Ok(Opened {
        file,
        sender: sender.id,
        author,
        index,
        sending,
        arrived: 0,
    })
}

impl Opened {
    /// Sends what has not arrived: the changes, then the photos. `tell` hears of each step.
    ///
    /// # Errors
    /// [`Stopped`]: what was sent so far has arrived, and trying again goes on from there.
    pub(super) async fn send(
        &mut self,
        commands: Commands,
        tell: impl Fn(&Self),
    ) -> Result<(), Stopped> {
        self.sending.try_again();
        let (engine, author) = (commands.engine()?, self.author);
        let remote = FetchRemote::bringing(author);
        let refused = |stop| match stop {
            RescueStop::Refused(error)
                if author.is_some()
                    && matches!(error.code, ErrorCode::Forbidden | ErrorCode::NotFound) =>
            {
                Stopped::NoTechnician
            }
            stop => stop.into(),
        };
        loop {
            if commands.user()? != self.sender {
                return Err(Trouble::SignedOut.into());
            }
            tell(self);
            let now = engine.host.now();
            if !self.sending.run_next(&remote, now).await.map_err(refused)? {
                break;
            }
        }
        self.arrived = 0;
        for place in 0..self.index.files.len() {
            let file = self.index.files.get(place);
            let Some(file) = file.filter(|file| self.sending.knows(file)) else {
                continue;
            };
            tell(self);
            if commands.user()? != self.sender {
                return Err(Trouble::SignedOut.into());
            }
            let read = async |at, bytes| read_part(&self.file, at, bytes).await;
            let pause = async |ms| {
                engine
                    .host
                    .pause(u32::try_from(ms).unwrap_or(u32::MAX))
                    .await;
            };
            if run_file(&remote, file, pause, read)
                .await
                .map_err(refused)?
            {
                self.arrived += 1;
            }
        }
        Ok(())
    }
}
