//! What every place of files must do. Each runs [`check_all`] on fresh, empty places.
//!
//! Owns the promises that uploads rely on: what is written once stays as it is, what is listed is there, a file stands in
//! its place whole or not at all, and every server that opens the same place sees the same.

use super::content::Refused;
use super::pieces::{PIECE_BYTES, Stored};
use super::whole::Joined;
use super::{FileKey, Files};
use crate::auth::token::hex;
use afield_domain::{AttachmentId, CompanyId};
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use uuid::Uuid;

pub(crate) const FILE: FileKey = FileKey {
    company: CompanyId(Uuid::from_u128(1)),
    attachment: AttachmentId(Uuid::from_u128(2)),
};
const OTHERS: FileKey = FileKey {
    company: CompanyId(Uuid::from_u128(3)),
    attachment: FILE.attachment,
};

/// A place, as often as it is opened.
pub(crate) type Place = Box<dyn Fn() -> Files>;

/// Runs every check; `fresh` gives an empty place each time.
pub(crate) async fn check_all(fresh: impl Fn() -> Place) {
    an_upload_is_as_far_as_its_pieces_go_without_a_gap(&fresh).await;
    of_two_that_bring_the_same_piece_one_counts(&fresh()).await;
    a_file_is_there_whole_for_its_company(&fresh).await;
    other_bytes_get_no_place(&fresh()).await;
    a_picture_that_no_memory_holds_gets_no_place(&fresh()).await;
    the_same_file_put_together_twice_is_one(&fresh()).await;
    pieces_go_only_with_the_whole_upload(&fresh()).await;
    a_trial_leaves_nothing(&fresh()).await;
}

/// Bytes that say of themselves where they are.
pub(crate) fn bytes(length: usize) -> Vec<u8> {
    let byte = |n: usize| u8::try_from(n * 7 % 251).unwrap();
    (0..length).map(byte).collect()
}

pub(crate) fn sum(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) async fn read(files: &Files, file: FileKey) -> Option<Vec<u8>> {
    let whole = files.open(file).await.unwrap()?;
    let bytes = whole.bytes.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!(whole.size, bytes.len() as u64);
    Some(bytes)
}

async fn send(files: &Files, bytes: &[u8], piece: usize) {
    for (n, bytes) in bytes.chunks(piece).enumerate() {
        let at = (n * piece) as u64;
        assert!(files.add_piece(FILE, at, bytes.to_vec()).await.unwrap());
    }
}

async fn join(files: &Files, sum: &str) -> Joined {
    let stored = files.stored(FILE).await.unwrap();
    files.join(FILE, &stored, sum).await.unwrap()
}

async fn an_upload_is_as_far_as_its_pieces_go_without_a_gap(fresh: &impl Fn() -> Place) {
    for (pieces, expected) in [
        (&[][..], 0),
        (&[(0, 10)], 10),
        (&[(10, 5), (0, 10)], 15),
        (&[(0, 10), (11, 5)], 10),
        (&[(5, 5)], 0),
        (&[(0, 9), (9, 991), (1_000, 1), (99_999_999_999, 1)], 1_001),
    ] {
        let open = fresh();
        for (at, bytes) in pieces {
            assert!(open().add_piece(FILE, *at, vec![7; *bytes]).await.unwrap());
        }
        // Any server goes on with it.
        let stored = open().stored(FILE).await.unwrap();
        assert_eq!(stored.bytes, expected, "{pieces:?}");
        assert_eq!(stored.last_at > 0, expected > 0, "{pieces:?}");
        let others = open().stored(OTHERS).await.unwrap();
        assert_eq!(others, Stored::default());
    }
}

async fn of_two_that_bring_the_same_piece_one_counts(open: &Place) {
    send(&open(), &bytes(10), 10).await;
    assert!(!open().add_piece(FILE, 0, vec![8; 4]).await.unwrap());
    assert_eq!(open().stored(FILE).await.unwrap().bytes, 10);
    assert_eq!(join(&open(), &sum(&bytes(10))).await, Joined::Whole);
    assert_eq!(read(&open(), FILE).await, Some(bytes(10)));
}

async fn a_file_is_there_whole_for_its_company(fresh: &impl Fn() -> Place) {
    // In one request, and in parts of which the last is short; read at once, and in several.
    let long = 5 * PIECE_BYTES;
    for length in [1, PIECE_BYTES, PIECE_BYTES + 1, long, long + 1] {
        let (open, all) = (fresh(), bytes(length));
        send(&open(), &all, PIECE_BYTES).await;
        assert_eq!(open().size(FILE).await.unwrap(), None);
        assert!(read(&open(), FILE).await.is_none());
        assert_eq!(join(&open(), &sum(&all)).await, Joined::Whole);
        let size = open().size(FILE).await.unwrap();
        assert_eq!(size, Some(length as u64));
        assert!(read(&open(), FILE).await.unwrap() == all, "{length}");
        assert!(read(&open(), OTHERS).await.is_none());
    }
}

async fn other_bytes_get_no_place(open: &Place) {
    for length in [100, 6 * PIECE_BYTES] {
        send(&open(), &bytes(length), PIECE_BYTES).await;
        assert_eq!(join(&open(), &sum(b"other")).await, Joined::OtherBytes);
        assert_eq!(open().size(FILE).await.unwrap(), None);
        open().forget_pieces(FILE).await.unwrap();
        assert_eq!(open().stored(FILE).await.unwrap(), Stored::default());
        // Nothing to forget is nothing.
        open().forget_pieces(FILE).await.unwrap();
    }
}

async fn a_picture_that_no_memory_holds_gets_no_place(open: &Place) {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0]);
    send(&open(), &png, png.len()).await;
    let joined = join(&open(), &sum(&png)).await;
    assert_eq!(joined, Joined::Refused(Refused::TooManyPixels));
    assert_eq!(open().size(FILE).await.unwrap(), None);
}

async fn the_same_file_put_together_twice_is_one(open: &Place) {
    let all = bytes(3_000);
    send(&open(), &all, 1_000).await;
    let stored = open().stored(FILE).await.unwrap();
    // Two servers, neither of which knows of the other.
    for files in [open(), open()] {
        let joined = files.join(FILE, &stored, &sum(&all)).await.unwrap();
        assert_eq!(joined, Joined::Whole);
    }
    open().forget_pieces(FILE).await.unwrap();
    // One that has listed the pieces before they were forgotten puts nothing half there.
    assert!(open().join(FILE, &stored, &sum(&all)).await.is_err());
    assert_eq!(read(&open(), FILE).await, Some(all));
}

async fn pieces_go_only_with_the_whole_upload(open: &Place) {
    send(&open(), &bytes(15), 10).await;
    let at = open().stored(FILE).await.unwrap();
    let (day, day_ms) = (Duration::from_hours(24), 86_400_000);
    // Some places know the second only.
    for (now, expected) in [(-2_000, 0), (2_000, 2), (2_000, 0)] {
        let now = at.last_at + day_ms + now;
        let forgotten = open().forget_stale_pieces(now, day).await.unwrap();
        assert_eq!(forgotten, expected, "{now}");
    }
    assert_eq!(open().stored(FILE).await.unwrap(), Stored::default());
}

async fn a_trial_leaves_nothing(open: &Place) {
    open().try_out().await.unwrap();
    open().try_out().await.unwrap();
    open().look().await.unwrap();
    let left = open().forget_stale_pieces(i64::MAX, Duration::ZERO).await;
    assert_eq!(left.unwrap(), 0);
}
