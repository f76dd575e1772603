//! A photo or a file whose bytes wait on this phone.
//!
//! Owns [`LocalFile`], a stored type: fields are only ever added, with a default. Its row stands in the
//! same transaction as the mutation that registers the file, so there is never one without the other;
//! its bytes are written before, in chunks, and nobody sees them until the row is there. Bytes go only
//! after the server has confirmed them ([`super::copies`]), or when their user takes the file back.

use crate::files::sending::Sending;
pub use crate::files::sizes::CHUNK_BYTES;
use crate::files::sizes::chunk_bytes;
use crate::outbox::entry::OutboxEntry;
use afield_domain::wire::FromTree;
use afield_domain::{AttachmentId, JobId, Timestamp, UserId};
use afield_protocol::EpochId;
use serde::Serialize;

/// A file whose bytes are whole on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct LocalFile {
    /// The attachment whose bytes these are.
    pub id: AttachmentId,
    /// The job it belongs to.
    pub job: JobId,
    /// Whose it is: shown and sent to nobody else.
    pub user: UserId,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// The SHA-256 of its bytes, as 64 hexadecimal digits.
    pub sha256: String,
    /// In how many chunks they are.
    pub chunks: u32,
    /// When it was picked, by this device's clock.
    pub made_at: Timestamp,
    /// How its sending stands.
    #[serde(default, skip_serializing_if = "Sending::is_new")]
    pub sending: Sending,
    /// Whether it was fetched from the office, to be opened without a network. Such a file is never sent, whatever
    /// becomes of the server's data set.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_copy: bool,
}

impl LocalFile {
    /// Whether the server, whose data set is `epoch`, has not received it.
    #[must_use]
    pub fn waits(&self, epoch: Option<&EpochId>) -> bool {
        let received = self.sending.received.as_ref();
        !self.is_copy && received.is_none_or(|receipt| receipt.epoch.as_ref() != epoch)
    }

    /// How much of it has arrived, in percent, all of it only when that is sure.
    #[must_use]
    pub fn percent(&self) -> u64 {
        let percent = self.sending.sent.saturating_mul(100) / self.bytes.max(1);
        percent.min(99)
    }

    /// Joins the chunks, if they are all there and of the right length together.
    #[must_use]
    pub fn join(&self, chunks: &[Vec<u8>]) -> Option<Vec<u8>> {
        let bytes = chunks.concat();
        let is_whole = u64::try_from(bytes.len()).ok() == Some(self.bytes)
            && u32::try_from(chunks.len()).ok() == Some(self.chunks);
        is_whole.then_some(bytes)
    }
}

/// How many files of `user` wait here although the server knows of them: those whose registration is unsent are
/// counted with it. One whose registration the office has, and decides, is not unsent.
#[must_use]
pub fn count_alone(
    files: &[LocalFile],
    user: UserId,
    epoch: Option<&EpochId>,
    entries: &[OutboxEntry],
) -> usize {
    let registers = |file: &LocalFile| {
        let made = Some(file.id.into());
        let mut unsent = entries.iter().filter(|entry| !entry.is_in_review());
        unsent.any(|entry| entry.mutation.op.creates() == made)
    };
    let own = files.iter().filter(|file| file.user == user);
    own.filter(|file| file.waits(epoch) && !registers(file))
        .count()
}

/// The bytes of a file in chunks, in order.
pub fn chunks_of(bytes: &[u8]) -> impl ExactSizeIterator<Item = &[u8]> {
    bytes.chunks(chunk_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::sending::Receipt;
    use crate::outbox::entry::EntryState;
    use crate::testing::fixtures::{entry, local_file, register, technician};
    use afield_domain::Rejection;

    #[test]
    fn chunks_make_the_same_bytes_again() {
        for length in [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1] {
            let bytes: Vec<u8> = (0..length).map(|n| n.to_le_bytes()[0]).collect();
            let chunks: Vec<Vec<u8>> = chunks_of(&bytes).map(<[u8]>::to_vec).collect();
            assert_eq!(chunks.len(), length.div_ceil(CHUNK_BYTES));
            let file = local_file(1, 1, &bytes);
            assert_eq!(file.join(&chunks), Some(bytes), "{length} bytes");
        }
    }

    #[test]
    fn a_file_is_counted_once_with_its_registration_or_without() {
        let epoch = EpochId("e".into());
        let mut files: Vec<LocalFile> = (1..=5).map(|n| local_file(n, 1, &[1])).collect();
        files[1].user = technician(2).id;
        files[2].sending.received = Some(Receipt {
            at: Timestamp(1),
            epoch: Some(epoch.clone()),
        });
        let entries: Vec<OutboxEntry> = entry(1, register(&files[3])).into_iter().collect();
        let count = |epoch: Option<&EpochId>, entries: &[OutboxEntry]| {
            count_alone(&files, technician(1).id, epoch, entries)
        };
        assert_eq!(count(Some(&epoch), &entries), 2);
        assert_eq!(count(Some(&epoch), &[]), 3);
        // The server was restored, and may not have what it had received.
        assert_eq!(count(None, &[]), 4);
        // The registration came too late: the office has it, and decides.
        let mut entries = entries;
        for entry in &mut entries {
            entry.state = EntryState::Parked {
                reason: Rejection::InReview,
                at: Timestamp(1),
                rev: None,
            };
        }
        assert_eq!(count(Some(&epoch), &entries), 3);
    }

    #[test]
    fn a_file_that_is_not_whole_is_none() {
        let file = local_file(1, 1, &[1, 2, 3]);
        let cases: [&[Vec<u8>]; 4] = [
            &[],
            &[vec![1, 2]],
            &[vec![1, 2, 3, 4]],
            &[vec![1], vec![2, 3]],
        ];
        for chunks in cases {
            assert_eq!(file.join(chunks), None, "{chunks:?}");
        }
    }
}
