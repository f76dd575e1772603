//! Tests of the files on the Sync page that wait for their turn.

use super::*;
use crate::samples::{entry, parked};
use afield_domain::{AttachmentKind, JobId, Rejection};
use afield_sync::files::sending::{Receipt, Refusal, Sending};
use uuid::Uuid;

fn file(n: u128, user: u128, bytes: u64) -> LocalFile {
    LocalFile {
        id: AttachmentId(Uuid::from_u128(n)),
        job: JobId(Uuid::from_u128(1)),
        user: UserId(Uuid::from_u128(user)),
        name: "a.jpg".into(),
        mime: "image/jpeg".into(),
        bytes,
        sha256: String::new(),
        chunks: 1,
        made_at: Timestamp(0),
        sending: Sending::default(),
        is_copy: false,
    }
}

#[test]
fn what_cannot_be_sent_is_on_this_phone_alone_too() {
    let status = |unsent, unreadable, parked, held| SyncStatus {
        unsent,
        unreadable,
        parked,
        held,
        ..SyncStatus::default()
    };
    let files = |count| WaitingFiles {
        count,
        ..WaitingFiles::default()
    };
    let damaged = |unreadable| WaitingFiles {
        unreadable,
        ..WaitingFiles::default()
    };
    for (status, files, expected) in [
        (status(0, 0, 0, 0), files(0), [0, 0, 0]),
        (status(0, 0, 0, 0), files(12), [0, 0, 12]),
        (status(3, 0, 0, 0), files(0), [3, 0, 0]),
        (status(6, 1, 2, 1), files(1), [2, 4, 1]),
        (status(1, 0, 1, 0), files(0), [0, 1, 0]),
        (status(1, 1, 0, 0), files(0), [0, 1, 0]),
        (status(0, 0, 0, 0), damaged(2), [0, 2, 0]),
    ] {
        let here = OnlyHere::of(&status, &files);
        let counts = [here.sendable, here.stuck, here.files];
        assert_eq!(counts, expected, "{status:?}");
        assert_eq!(here.is_nothing(), expected == [0, 0, 0], "{status:?}");
    }
}

#[test]
fn only_the_user_s_own_files_are_counted() {
    let rows = FileRows {
        files: vec![
            file(1, 7, 10),
            file(2, 8, 500),
            file(3, 7, 32),
            file(4, 9, u64::MAX),
        ],
        unreadable: 2,
    };
    for (user, count, bytes) in [(7, 2, 42), (8, 1, 500), (9, 1, u64::MAX), (1, 0, 0)] {
        let found = waiting(&rows, UserId(Uuid::from_u128(user)), None, &[]);
        let expected = WaitingFiles {
            count,
            alone: count,
            bytes,
            unreadable: 2,
            is_known: true,
        };
        assert_eq!(found, expected, "user {user}");
    }
}

#[test]
fn each_file_says_where_it_stands() {
    let epoch = EpochId("e".into());
    let at = Timestamp(7);
    let row = |sent, status: Option<Option<u16>>, received: Option<&str>| LocalFile {
        sending: Sending {
            sent,
            refused: status.map(|status| Refusal { status, at }),
            received: received.map(|epoch| Receipt {
                at,
                epoch: Some(EpochId(epoch.into())),
            }),
            ..Sending::default()
        },
        ..file(1, 7, 200)
    };
    let told = Some(Timestamp(9));
    for (local, record, expected) in [
        (None, None, FileState::Elsewhere),
        (None, told, FileState::Received(Timestamp(9))),
        (Some(row(0, None, None)), None, FileState::Previewed),
        (Some(row(86, None, None)), None, FileState::Sending(43)),
        (Some(row(200, None, None)), None, FileState::Sending(99)),
        (
            Some(row(0, Some(Some(404)), None)),
            None,
            FileState::Stopped(Some(404)),
        ),
        (
            Some(row(0, Some(None), None)),
            None,
            FileState::Stopped(None),
        ),
        (
            Some(row(200, None, Some("e"))),
            None,
            FileState::Received(at),
        ),
        (
            Some(row(200, None, Some("e"))),
            told,
            FileState::Received(Timestamp(9)),
        ),
        // Of a server that was restored since: it may not have it.
        (Some(row(0, None, Some("old"))), told, FileState::Previewed),
    ] {
        let id = AttachmentId(Uuid::from_u128(1));
        let mut own = OwnFiles {
            files: local.into_iter().collect(),
            epoch: Some(epoch.clone()),
            unsent: Vec::new(),
        };
        assert_eq!(own.state(id, record), expected, "{own:?} {record:?}");
        // Before its name and its preview have left, nothing else can have.
        own.unsent.push(id);
        let expected = match expected {
            FileState::Previewed => FileState::Waits,
            other => other,
        };
        assert_eq!(own.state(id, record), expected, "{own:?} {record:?}");
    }
}

#[test]
fn of_a_file_whose_registration_is_in_review_the_office_knows() {
    let register = |reason| {
        let op = Op::AddAttachment {
            attachment: AttachmentId(Uuid::from_u128(1)),
            job: JobId(Uuid::from_u128(1)),
            kind: AttachmentKind::Photo,
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 10,
            sha256: String::new(),
            width: 0,
            height: 0,
            thumbnail: String::new(),
        };
        parked(entry(1, op), reason)
    };
    let user = UserId(Uuid::from_u128(7));
    let rows = FileRows {
        files: vec![file(1, 7, 10)],
        unreadable: 0,
    };
    for (reason, alone, expected) in [
        (Rejection::Forbidden, 0, FileState::Waits),
        (Rejection::InReview, 1, FileState::Previewed),
    ] {
        let entries = [register(reason)];
        let found = waiting(&rows, user, None, &entries);
        assert_eq!((found.count, found.alone), (1, alone));
        let own = OwnFiles::of(Some(&rows), Some(user), None, &entries);
        assert_eq!(own.waiting_state(&rows.files[0]), expected);
    }
}
