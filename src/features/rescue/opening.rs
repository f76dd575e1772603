//! From a picked file to the server: everything is checked before anything is sent, and sent as its phone would.
//!
//! Owns the reading and the requests; what is sent next is the engine's plan (`afield_sync::rescue`). Must never write
//! to this phone's own storage: the file is where the work is, until the office has it.

use crate::error::Trouble;
use crate::runtime::commands::Commands;
use afield_domain::{CompanyId, User, UserId};
use afield_platform::api;
use afield_platform::rescue::{hash_of_part, read_part};
use afield_platform::timer::sleep_ms;
use afield_protocol::{ErrorCode, Reply};
use afield_store::schema::OUTBOX_VERSION;
use afield_sync::files::direct::{DirectEnd, DirectSending, DirectStep};
use afield_sync::rescue::format::{
    FOOT_BYTES, HEAD_BYTES, RescueError, RescueIndex, RescuedFile, check_head, read_foot,
    read_index,
};
use afield_sync::rescue::sending::RescueSending;
use afield_sync::{Host, TransportError};
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

impl From<TransportError> for Stopped {
    fn from(error: TransportError) -> Self {
        Self::By(error.into())
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
        let engine = commands.engine()?;
        while let Some(request) = self.sending.next_request() {
            if commands.user()? != self.sender {
                return Err(Trouble::SignedOut.into());
            }
            tell(self);
            match api::bring(self.author, &request).await? {
                Reply::Ok(response) => {
                    self.sending.heard(&request, &response, engine.host.now());
                }
                Reply::Error(error) => match error.code {
                    ErrorCode::EpochChanged => return Err(Stopped::OtherData),
                    ErrorCode::TooLarge if self.sending.shrink() => {}
                    ErrorCode::Forbidden | ErrorCode::NotFound if self.author.is_some() => {
                        return Err(Stopped::NoTechnician);
                    }
                    _ => return Err(Trouble::from(error).into()),
                },
                Reply::Unread => return Err(Trouble::UpdateNeeded.into()),
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
            if send_file(self.author, &self.file, file).await? {
                self.arrived += 1;
            }
        }
        Ok(())
    }
}

/// Sends what the office does not have of one photo. Whether it has all of it then.
async fn send_file(
    author: Option<UserId>,
    from: &File,
    file: &RescuedFile,
) -> Result<bool, Stopped> {
    let mut sending = DirectSending::new(file.row.bytes);
    loop {
        let piece = match sending.step() {
            DirectStep::Ask { after_ms } => {
                sleep_ms(u32::try_from(after_ms).unwrap_or(u32::MAX)).await;
                None
            }
            DirectStep::Send { .. } if !file.is_whole() => return Ok(false),
            DirectStep::Send { at, length } => {
                let bytes = read_part(from, file.at.saturating_add(at), length).await;
                Some((at, bytes.ok_or(Trouble::FileUnreadable)?))
            }
            DirectStep::End(DirectEnd::Received) => return Ok(true),
            // It is not taken: that keeps no other from going.
            DirectStep::End(DirectEnd::NotTaken { .. }) => return Ok(false),
            DirectStep::End(DirectEnd::NoAnswer) => return Err(TransportError::NoAnswer.into()),
        };
        sending.heard(&api::bring_bytes(author, file.row.id, piece).await);
    }
}
