//! The requests that take the work of a rescue file to the server.
//!
//! Owns what is asked next and what becomes of each answer. Must never go on with a file after the server has said
//! that it has another data set, nor call a photo arrived of which the server has not said that it has every byte.

use super::format::RescuedFile;
use super::sending::RescueSending;
use crate::files::direct::{DirectEnd, DirectSending, DirectStep};
use crate::pass::classify::{Disposition, TransportError, classify_transport};
use crate::ports::Remote;
use afield_domain::Timestamp;
use afield_planted::planted;
use afield_protocol::{ApiError, ErrorCode, PushRequest, Reply};

/// Why it went no further. What was sent so far has arrived, and trying again goes on from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RescueStop {
    /// The office's data was put back from a backup since the file was written.
    OtherData,
    /// No answer of the server.
    Line(TransportError),
    /// It cannot take it now.
    Refused(ApiError),
    /// This build cannot read what it has answered.
    Unread,
    /// The rescue file cannot be read any more.
    FileUnreadable,
}

impl From<TransportError> for RescueStop {
    fn from(error: TransportError) -> Self {
        Self::Line(error)
    }
}

impl RescueSending {
    /// Sends the next changes. False: nothing is left that can go.
    ///
    /// # Errors
    /// [`RescueStop`].
    pub async fn run_next(
        &mut self,
        remote: &impl Remote,
        now: Timestamp,
    ) -> Result<bool, RescueStop> {
        let Some(request) = self.next_request() else {
            return Ok(false);
        };
        let answer = match remote.push(&request).await {
            Ok(answer) => answer,
            Err(error) => {
                self.note_line(&request, &error)?;
                return Ok(true);
            }
        };
        match answer.reply {
            Reply::Ok(response) => self.heard(&request, &response, now),
            Reply::Error(error) => match error.code {
                ErrorCode::EpochChanged => return Err(RescueStop::OtherData),
                ErrorCode::TooLarge if self.shrink() => {}
                _ => return Err(RescueStop::Refused(error)),
            },
            Reply::Unread => return Err(RescueStop::Unread),
        }
        Ok(true)
    }

    /// The request did not come through, and its size or one of its texts may be why: the next one is smaller. An error
    /// says that its time has not come yet.
    fn note_line(
        &mut self,
        request: &PushRequest,
        error: &TransportError,
    ) -> Result<(), RescueStop> {
        let is_smaller = self.shrink();
        let disposition = classify_transport(error);
        if !matches!(disposition, Disposition::SendLess { at_once: true, .. }) {
            return Err(error.clone().into());
        }
        if !is_smaller {
            self.pass_over(request);
        }
        Ok(())
    }
}

/// Sends what the server does not have of one photo. Whether it has all of it then. `read` gives bytes of the rescue
/// file: where they begin, and how many. `pause` waits so many milliseconds.
///
/// # Errors
/// [`RescueStop`].
pub async fn run_file(
    remote: &impl Remote,
    file: &RescuedFile,
    pause: impl AsyncFn(u64),
    read: impl AsyncFn(u64, u64) -> Option<Vec<u8>>,
) -> Result<bool, RescueStop> {
    let mut sending = DirectSending::new(file.row.bytes);
    loop {
        let piece = match sending.step() {
            DirectStep::Ask { after_ms } => {
                pause(after_ms).await;
                None
            }
            DirectStep::Send { .. } if planted!(RescueDropsPhotos: false => true) => {
                return Ok(true);
            }
            DirectStep::Send { .. } if !file.is_whole() => return Ok(false),
            DirectStep::Send { at, length } => {
                let bytes = read(file.at.saturating_add(at), length).await;
                Some((at, bytes.ok_or(RescueStop::FileUnreadable)?))
            }
            DirectStep::End(DirectEnd::Received) => return Ok(true),
            // It is not taken: that keeps no other from going.
            DirectStep::End(DirectEnd::NotTaken { .. }) => return Ok(false),
            DirectStep::End(DirectEnd::NoAnswer) => return Err(TransportError::NoAnswer.into()),
        };
        sending.heard(&remote.send_bytes(file.row.id, piece).await);
    }
}
