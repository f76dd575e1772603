//! What stays on this phone of files that the server has received, and what is fetched to be opened without a network.
//!
//! Owns [`plan_drop`], [`plan_fetch`], [`plan_room`] and [`plan_sweep`]: the newest stay, whoever made them, as long as
//! they fit, and give way to what is captured. Pure. Must never name a file that was not received: the store looks once
//! more, in the transaction that drops it.

use crate::files::local_file::LocalFile;
use crate::files::sending::Receipt;
use crate::files::sizes::chunk_bytes;
use crate::outbox::meta::OutboxMeta;
use afield_domain::order::Order;
use afield_domain::{Attachment, AttachmentId, Timestamp, UserId, limits};
use afield_planted::planted;
use afield_protocol::EpochId;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The bytes of what people call a megabyte.
const MEGABYTE: u64 = 1_000_000;
/// Chunks that no row names are left alone for so long after their file got its id, in milliseconds: it may be being
/// saved. Should that take longer, or a clock be set, the row finds them gone and is not written (`saving`).
const SWEPT_AFTER_MS: i64 = 86_400_000;

/// Bytes of received files that stay here at most: as their user has chosen, else as the company has set.
#[must_use]
pub fn copies_most(meta: &OutboxMeta) -> u64 {
    let of_company = || {
        let session = meta.session.as_ref();
        let megabytes = session.map_or(limits::DEFAULT_FILES_BUDGET_MB, |session| {
            session.info.company.files_budget_mb
        });
        u64::from(megabytes).saturating_mul(MEGABYTE)
    };
    meta.files.copies.unwrap_or_else(of_company)
}

/// Bytes of received files that may stay here where `here` are already and `room` is free, if the phone tells: half of
/// that is left to what will be captured.
#[must_use]
pub fn copies_fit(meta: &OutboxMeta, here: u64, room: Option<u64>) -> u64 {
    let half = room.map_or(u64::MAX, |room| here.saturating_add(room / 2));
    copies_most(meta).min(half)
}

/// The files that the server with the data set `epoch` has received, newest first.
fn received<'a>(
    files: &'a [LocalFile],
    epoch: Option<&EpochId>,
) -> Vec<(Reverse<Timestamp>, &'a LocalFile)> {
    let is_safe = |file: &&LocalFile| planted!(DroppedUnconfirmed: !file.waits(epoch) => true);
    let received = files.iter().filter(is_safe);
    let mut copies: Vec<_> = received
        .filter_map(|file| {
            let receipt = file.sending.received.as_ref().map(|receipt| receipt.at);
            let at = planted!(DroppedUnconfirmed: receipt => receipt.or(Some(file.made_at)))?;
            Some((Reverse(at), file))
        })
        .collect();
    copies.order_by_key(|(at, file)| (*at, file.id));
    copies
}

/// Bytes of the files that the server with the data set `epoch` has received.
#[must_use]
pub fn copies_bytes(files: &[LocalFile], epoch: Option<&EpochId>) -> u64 {
    let copies = received(files, epoch);
    copies.iter().map(|(_, file)| file.bytes).sum()
}

/// The files that are to go, of those that the server with the data set `epoch` has received, so that the others have
/// no more than `most` bytes together.
#[must_use]
pub fn plan_drop(files: &[LocalFile], epoch: Option<&EpochId>, most: u64) -> Vec<AttachmentId> {
    let mut bytes = 0_u64;
    let mut dropped = Vec::new();
    for (_, file) in received(files, epoch) {
        bytes = bytes.saturating_add(file.bytes);
        if bytes > most {
            dropped.push(file.id);
        }
    }
    dropped
}

/// What is fetched, and what was fetched and is to go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetching {
    /// To be fetched, newest first.
    pub fetched: Vec<AttachmentId>,
    /// To be dropped: nothing on this phone refers to them any more.
    pub dropped: Vec<AttachmentId>,
}

/// Which of `known`, the attachments that `user` sees, are fetched: the newest that are not here, as many as have no
/// more than `most` bytes together with the newer ones that are.
#[must_use]
pub fn plan_fetch(
    known: &[Attachment],
    files: &[LocalFile],
    user: UserId,
    epoch: Option<&EpochId>,
    most: u64,
) -> Fetching {
    let here: BTreeSet<AttachmentId> = files.iter().map(|file| file.id).collect();
    let ids: BTreeSet<AttachmentId> = known.iter().map(|file| file.id).collect();
    let copies = received(files, epoch);
    let copies = copies.iter().map(|(at, file)| (*at, file.id, file.bytes));
    let missing = known.iter().filter(|file| !here.contains(&file.id));
    let missing =
        missing.filter_map(|file| Some((Reverse(file.received_at?), file.id, file.bytes)));
    let mut all: Vec<_> = copies.chain(missing).collect();
    all.order_by_key(|(at, id, _)| (*at, *id));
    let mut bytes = 0_u64;
    let fits = |(_, _, length): &(_, _, u64)| {
        bytes = bytes.saturating_add(*length);
        bytes <= most
    };
    let fitting = all.into_iter().take_while(fits);
    let gone = |file: &&LocalFile| file.is_copy && file.user == user && !ids.contains(&file.id);
    Fetching {
        fetched: fitting
            .map(|(_, id, _)| id)
            .filter(|id| !here.contains(id))
            .collect(),
        dropped: files.iter().filter(gone).map(|file| file.id).collect(),
    }
}

/// The row of an attachment that was fetched for `user`.
#[must_use]
pub fn copy_row(of: &Attachment, user: UserId, epoch: Option<EpochId>) -> LocalFile {
    let mut row = LocalFile {
        id: of.id,
        job: of.job,
        user,
        name: of.name.clone(),
        mime: of.mime.clone(),
        bytes: of.bytes,
        sha256: of.sha256.clone(),
        chunks: u32::try_from(of.bytes.div_ceil(chunk_bytes() as u64)).unwrap_or(u32::MAX),
        made_at: of.made_at,
        sending: Default::default(),
        is_copy: true,
    };
    let at = of.received_at.unwrap_or(of.made_at);
    row.sending.received = Some(Receipt { at, epoch });
    row
}

/// Whether something fits that is about to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Room {
    /// It fits once these are gone: copies of what the server has received, oldest first; often none.
    Without(Vec<AttachmentId>),
    /// It does not fit, whatever goes. So many bytes are missing.
    Missing(u64),
}

/// Whether `bytes` fit into `free` bytes of room, of which `reserve` are left for everything else.
#[must_use]
pub fn plan_room(
    files: &[LocalFile],
    epoch: Option<&EpochId>,
    bytes: u64,
    (free, reserve): (u64, u64),
) -> Room {
    let mut missing = bytes.saturating_add(reserve).saturating_sub(free);
    let mut dropped = Vec::new();
    for (_, file) in received(files, epoch).into_iter().rev() {
        if missing == 0 {
            break;
        }
        missing = missing.saturating_sub(file.bytes);
        dropped.push(file.id);
    }
    match missing {
        0 => Room::Without(dropped),
        missing => Room::Missing(missing),
    }
}

/// The files whose chunks no row names and that nobody is saving any more. `named` are those that chunks stand for.
#[must_use]
pub fn plan_sweep(
    named: &[AttachmentId],
    files: &[LocalFile],
    now: Timestamp,
) -> Vec<AttachmentId> {
    let here: BTreeSet<AttachmentId> = files.iter().map(|file| file.id).collect();
    let is_old = |id: &AttachmentId| {
        let made = id.0.get_timestamp().map(|made| {
            let (seconds, nanos) = made.to_unix();
            let ms = seconds.saturating_mul(1_000) + u64::from(nanos / 1_000_000);
            Timestamp(i64::try_from(ms).unwrap_or(i64::MAX))
        });
        // An id that says nothing of its time was not given by a phone that saves.
        made.is_none_or(|made| now.since(made) > SWEPT_AFTER_MS)
    };
    let loose = named.iter().filter(|id| !here.contains(id));
    loose.filter(|id| is_old(id)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixtures::{attachment, attachment_id, local_file, technician};

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

    fn epoch() -> Option<EpochId> {
        Some(EpochId("e".into()))
    }

    /// An attachment that the office has had since then, if it has it.
    fn known(n: u128, received: Option<i64>) -> Attachment {
        Attachment {
            received_at: received.map(Timestamp),
            bytes: 10,
            ..attachment(n)
        }
    }

    #[test]
    fn the_newest_are_fetched_as_many_as_fit_with_what_is_here() {
        let files = [file(1, None), file(2, Some(5))];
        let all = [
            known(1, None),
            known(2, Some(5)),
            known(3, Some(9)),
            known(4, None),
            known(5, Some(2)),
            known(6, Some(7)),
        ];
        let cases: [(u64, &[u128]); 5] = [
            (1_000, &[3, 6, 5]),
            (39, &[3, 6]),
            (20, &[3, 6]),
            (19, &[3]),
            (0, &[]),
        ];
        for (most, expected) in cases {
            let expected: Vec<_> = expected.iter().copied().map(attachment_id).collect();
            let got = plan_fetch(&all, &files, technician(1).id, epoch().as_ref(), most);
            assert_eq!(got.fetched, expected, "{most}");
            assert_eq!(got.dropped, []);
        }
    }

    #[test]
    fn what_was_fetched_is_never_dropped_again_at_once() {
        let all: Vec<_> = (1..=9)
            .map(|n| known(n, Some(i64::try_from(n).unwrap())))
            .collect();
        for most in 0..100 {
            let mut files = vec![file(11, Some(4)), file(12, None), file(13, Some(20))];
            let user = technician(1).id;
            let fetching = plan_fetch(&all, &files, user, epoch().as_ref(), most);
            for id in fetching.fetched {
                let of = all.iter().find(|file| file.id == id).unwrap();
                files.push(copy_row(of, user, epoch()));
            }
            let dropped = plan_drop(&files, epoch().as_ref(), most);
            let is_copy =
                |id: &&AttachmentId| files.iter().any(|file| file.id == **id && file.is_copy);
            assert_eq!(dropped.iter().find(is_copy), None, "{most}");
            assert_eq!(
                plan_fetch(&all, &files, user, epoch().as_ref(), most).fetched,
                []
            );
        }
    }

    #[test]
    fn a_copy_whose_record_is_gone_goes_and_is_never_sent() {
        let user = technician(1).id;
        let own = copy_row(&known(3, Some(9)), user, epoch());
        let others = copy_row(&known(4, Some(9)), technician(2).id, epoch());
        let restored = EpochId("r".into());
        assert!(!own.waits(Some(&restored)) && !own.waits(None));
        let files = [own, others, file(5, Some(1)), file(6, None)];
        let got = plan_fetch(&[], &files, user, epoch().as_ref(), 1_000);
        assert_eq!(got.dropped, [attachment_id(3)]);
    }

    #[test]
    fn copies_give_way_oldest_first_and_what_waits_never() {
        let files = [
            file(1, None),
            file(2, Some(5)),
            file(3, Some(9)),
            file(4, Some(7)),
        ];
        let without =
            |ids: &[u128]| Room::Without(ids.iter().copied().map(attachment_id).collect());
        for (bytes, free, expected) in [
            (10, 20, without(&[])),
            (10, 15, without(&[])),
            (10, 14, without(&[2])),
            (20, 14, without(&[2, 4])),
            (40, 15, without(&[2, 4, 3])),
            (40, 14, Room::Missing(1)),
            (u64::MAX, 0, Room::Missing(u64::MAX - 30)),
        ] {
            let got = plan_room(&files, epoch().as_ref(), bytes, (free, 5));
            assert_eq!(got, expected, "{bytes} in {free}");
        }
    }

    #[test]
    fn only_old_chunks_that_no_row_names_are_swept() {
        let made = |ms: u64| {
            AttachmentId(uuid::Builder::from_unix_timestamp_millis(ms, &[7; 10]).into_uuid())
        };
        let now = 1_795_248_000_000;
        let day = SWEPT_AFTER_MS as u64;
        let old = made(now - day - 1);
        let mut named = vec![made(now), made(now + day), made(now - day), old];
        named.push(attachment_id(1));
        let now = Timestamp(now as i64);
        assert_eq!(plan_sweep(&named, &[], now), [old, attachment_id(1)]);
        let mut row = file(1, None);
        row.id = old;
        assert_eq!(plan_sweep(&named, &[row, file(1, None)], now), []);
    }
}
