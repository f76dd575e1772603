//! What stays on this phone of files that the server has received.
//!
//! Owns [`plan_drop`]: the newest stay, so that they open without a network, as long as they fit. Must never name
//! a file that was not received: the store looks once more, in the transaction that drops it.

use crate::files::local_file::LocalFile;
use afield_domain::order::Order;
use afield_domain::{AttachmentId, Timestamp};
use afield_protocol::EpochId;

/// Bytes of received files that stay here at most.
pub const COPIES_BYTES: u64 = 200_000_000;

/// The files that are to go, of those that the server with the data set `epoch` has received, so that the others have
/// no more than `most` bytes together.
#[must_use]
pub fn plan_drop(files: &[LocalFile], epoch: Option<&EpochId>, most: u64) -> Vec<AttachmentId> {
    let received = files.iter().filter(|file| !file.waits(epoch));
    let mut copies: Vec<(Timestamp, &LocalFile)> = received
        .filter_map(|file| Some((file.sending.received.as_ref()?.at, file)))
        .collect();
    copies.order_by_key(|(at, file)| (std::cmp::Reverse(*at), file.id));
    let mut bytes = 0_u64;
    let mut dropped = Vec::new();
    for (_, file) in copies {
        bytes = bytes.saturating_add(file.bytes);
        if bytes > most {
            dropped.push(file.id);
        }
    }
    dropped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::sending::Receipt;
    use crate::testing::fixtures::{attachment_id, local_file};

    fn file(n: u128, received: Option<i64>) -> LocalFile {
        let mut file = local_file(n, 1, &[0; 10]);
        file.sending.received = received.map(|at| Receipt {
            at: Timestamp(at),
            epoch: Some(EpochId("e".into())),
        });
        file
    }

    #[test]
    fn the_oldest_copies_go_and_what_was_not_received_never() {
        let files = [
            file(1, None),
            file(2, Some(5)),
            file(3, Some(9)),
            file(4, Some(7)),
            file(5, None),
        ];
        let cases: [(u64, &[u128]); 5] = [
            (1_000, &[]),
            (30, &[]),
            (29, &[2]),
            (10, &[4, 2]),
            (0, &[3, 4, 2]),
        ];
        for (most, expected) in cases {
            let expected: Vec<_> = expected.iter().copied().map(attachment_id).collect();
            let epoch = EpochId("e".into());
            assert_eq!(plan_drop(&files, Some(&epoch), most), expected, "{most}");
            // A restored backup may not have them.
            let restored = EpochId("r".into());
            assert_eq!(plan_drop(&files, Some(&restored), most), []);
        }
    }
}
