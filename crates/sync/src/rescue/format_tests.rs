//! Tests of the reader of rescue files: what is whole is read, what is not is refused, and nothing stops it.

use super::format::*;
use super::writing::written;
use crate::testing::fixtures::{add, entry, local_file, register, session, set, technician};
use crate::{LocalFile, OutboxEntry};
use afield_domain::{CompanyId, DeviceId, JobStatus, Role, Timestamp, User, UserId};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The version of this build's outbox.
const ROWS: u32 = 12;

fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn index(entries: Vec<OutboxEntry>) -> RescueIndex {
    let session = session(&technician(1));
    RescueIndex {
        made_at: Timestamp(1_795_248_000_000),
        rows: ROWS,
        device: DeviceId(Uuid::from_u128(1)),
        user: session.user.id,
        user_name: session.user.name,
        company: Some(session.company.id),
        epoch: None,
        changes: entries.len() as u64,
        entries,
        files: Vec::new(),
    }
}

fn photo(n: u128, length: usize) -> (LocalFile, Vec<u8>) {
    let bytes: Vec<u8> = (0..length).map(|at| (at * 7).to_le_bytes()[0]).collect();
    (local_file(n, 1, &bytes), bytes)
}

/// A note, a status and two photos.
fn sample() -> Vec<u8> {
    let photos = [photo(1, 600_000), photo(2, 3)];
    let intents = [
        add(1, 1),
        set(1, JobStatus::EnRoute),
        register(&photos[0].0),
        register(&photos[1].0),
    ];
    let entries = (1..)
        .zip(intents)
        .filter_map(|(seq, intent)| entry(seq, intent));
    written(&index(entries.collect()), &photos, hash)
}

fn slice(file: &[u8], at: u64, bytes: u64) -> &[u8] {
    let (from, to) = (at as usize, (at + bytes) as usize);
    file.get(from..to).unwrap_or_default()
}

/// Reads a file as the app does.
fn read(file: &[u8]) -> Result<RescueIndex, RescueError> {
    let total = file.len() as u64;
    check_head(slice(file, 0, HEAD_BYTES.min(total)))?;
    let foot = slice(
        file,
        total.saturating_sub(FOOT_BYTES),
        FOOT_BYTES.min(total),
    );
    let foot = read_foot(total, foot)?;
    let bytes = slice(file, foot.at, foot.bytes);
    let index = read_index(&foot, bytes, &hash(bytes), ROWS)?;
    let is_right = |part: Part<'_>| hash(slice(file, part.at, part.bytes)) == part.sha256;
    if !index.parts().all(is_right) {
        return Err(RescueError::Damaged);
    }
    Ok(index)
}

#[test]
fn what_was_written_is_read_with_every_byte() {
    let file = sample();
    let index = read(&file).unwrap();
    assert_eq!((index.entries.len(), index.unreadable()), (4, 0));
    let lengths: Vec<usize> = index.files.iter().map(|file| file.chunks.len()).collect();
    assert_eq!(lengths, [3, 1]);
    for (read, (row, bytes)) in index.files.iter().zip([photo(1, 600_000), photo(2, 3)]) {
        assert_eq!(read.row, row);
        assert!(read.is_whole());
        assert_eq!(slice(&file, read.at, row.bytes), bytes);
    }
}

#[test]
fn a_file_that_is_cut_short_anywhere_is_refused() {
    let file = sample();
    let ends = (0..40)
        .chain(file.len() - 2_000..file.len())
        .chain([300_000]);
    for end in ends {
        let error = read(&file[..end]).unwrap_err();
        let expected = if end < 18 {
            RescueError::NotOurs
        } else {
            RescueError::Damaged
        };
        assert_eq!(error, expected, "{end} of {} bytes", file.len());
    }
}

#[test]
fn a_byte_that_has_changed_anywhere_is_noticed() {
    let file = sample();
    let places = (0..HEAD_BYTES as usize - 1)
        .chain([20, 300_000, 600_020])
        .chain(600_022..file.len());
    for place in places {
        let mut changed = file.clone();
        changed[place] ^= 1;
        assert!(read(&changed).is_err(), "byte {place} of {}", file.len());
    }
    // One byte more is no less a change.
    let mut longer = file;
    longer.push(b'\n');
    assert_eq!(read(&longer), Err(RescueError::Damaged));
}

#[test]
fn a_file_of_another_kind_version_company_or_user_is_refused_by_what_it_is() {
    for (file, expected) in [
        (&b""[..], RescueError::NotOurs),
        (b"PK\x03\x04", RescueError::NotOurs),
        (b"AFIELD-RESCUE", RescueError::NotOurs),
        (b"AFIELD-RESCUE 00x1\n", RescueError::NotOurs),
        (b"AFIELD-RESCUE +001\n", RescueError::NotOurs),
        (b"AFIELD-RESCUE 0000\n", RescueError::NotOurs),
        (b"AFIELD-RESCUE 0002\nwhatever", RescueError::Newer(2)),
        (b"AFIELD-RESCUE 9999\n", RescueError::Newer(9999)),
        (b"AFIELD-RESCUE 0001\n", RescueError::Damaged),
    ] {
        assert_eq!(read(file), Err(expected), "{file:?}");
    }
    let index = read(&sample()).unwrap();
    let (user, company) = (index.user, index.company.unwrap());
    let (other_user, other_company) = (UserId(Uuid::from_u128(2)), CompanyId(Uuid::from_u128(901)));
    let sender = |id, role| User {
        id,
        name: String::new(),
        role,
    };
    let (technician, dispatcher) = (Role::Technician, Role::Dispatcher);
    let refused = Err(RescueError::OtherUser("Technician 1".into()));
    for (id, role, company, expected) in [
        (user, technician, company, Ok(None)),
        (user, dispatcher, company, Ok(None)),
        (other_user, technician, company, refused),
        (other_user, dispatcher, company, Ok(Some(user))),
        (other_user, Role::Admin, company, Ok(Some(user))),
        (
            user,
            technician,
            other_company,
            Err(RescueError::OtherCompany),
        ),
        (
            other_user,
            dispatcher,
            other_company,
            Err(RescueError::OtherCompany),
        ),
    ] {
        assert_eq!(index.author_for(&sender(id, role), company), expected);
    }
    // Whoever has signed out left no word of their company.
    let signed_out = RescueIndex {
        company: None,
        ..index
    };
    let anna = sender(user, technician);
    assert_eq!(signed_out.author_for(&anna, other_company), Ok(None));
}

#[test]
fn an_index_that_says_what_cannot_be_is_refused() {
    let of = |change: fn(&mut RescueIndex)| {
        let notes = [add(1, 1), add(2, 1)];
        let entries = (1..).zip(notes).filter_map(|(seq, note)| entry(seq, note));
        let mut index = index(entries.collect());
        change(&mut index);
        read(&written(&index, &[photo(1, 3)], hash))
    };
    assert!(of(|_| {}).is_ok());
    let mixed: [fn(&mut RescueIndex); 2] = [
        |index| index.entries.reverse(),
        |index| index.user = UserId(Uuid::from_u128(2)),
    ];
    for change in mixed {
        assert_eq!(of(change), Err(RescueError::Damaged));
    }
    // Places beyond the end, or so large that they cannot be added.
    for at in [0, 23, u64::MAX] {
        let mut index = index(Vec::new());
        let (row, _) = photo(1, 3);
        let chunks = vec![RescuedChunk {
            bytes: 3,
            sha256: "0".repeat(64),
        }];
        index.files.push(RescuedFile { row, at, chunks });
        let json = serde_json::to_vec(&index).unwrap();
        let foot = Foot {
            at: 22,
            bytes: json.len() as u64,
            sha256: hash(&json),
        };
        let read = read_index(&foot, &json, &foot.sha256, ROWS);
        assert_eq!(read, Err(RescueError::Damaged), "{at}");
    }
}

#[test]
fn rows_of_a_newer_app_are_not_sent_by_an_older_one() {
    for (rows, expected) in [
        (0, None),
        (ROWS, None),
        (ROWS + 1, Some(RescueError::Newer(ROWS + 1))),
    ] {
        let index = RescueIndex {
            rows,
            ..index(Vec::new())
        };
        let file = written(&index, &[], hash);
        assert_eq!(read(&file).err(), expected, "{rows}");
    }
}

#[test]
fn what_a_newer_build_has_saved_is_counted_and_the_rest_is_read() {
    let notes = [add(1, 1), add(2, 1)];
    let entries = (1..).zip(notes).filter_map(|(seq, note)| entry(seq, note));
    let json = serde_json::to_string(&index(entries.collect())).unwrap();
    // An id that is no UUID stands for whatever this build cannot read.
    let id = format!("\"id\":\"{}\"", entry(1, add(1, 1)).unwrap().mutation.id.0);
    let json = json.replacen(&id, "\"id\":\"new\"", 1);
    let foot = Foot {
        at: HEAD_BYTES,
        bytes: json.len() as u64,
        sha256: hash(json.as_bytes()),
    };
    let index = read_index(&foot, json.as_bytes(), &foot.sha256, ROWS).unwrap();
    assert_eq!((index.entries.len(), index.unreadable()), (1, 1));
}

proptest! {
    #[test]
    fn no_bytes_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400), total in any::<u64>()) {
        let _ = check_head(&bytes);
        let _ = read_foot(total, &bytes);
        let mut file = b"AFIELD-RESCUE 0001\n".to_vec();
        file.extend_from_slice(&bytes);
        prop_assert!(read(&file).is_err());
    }

    #[test]
    fn no_index_with_the_right_hash_stops_the_reader(json in "[{}\\[\\]\",:a-z0-9]{0,200}", at in 19_u64..1_000) {
        let hash = hash(json.as_bytes());
        let foot = Foot { at, bytes: json.len() as u64, sha256: hash.clone() };
        let _ = read_index(&foot, json.as_bytes(), &hash, ROWS);
    }

    #[test]
    fn a_changed_file_never_reads_as_another(place in 0_usize..10_000, value in any::<u8>()) {
        let notes = entry(1, add(1, 1)).into_iter().collect();
        let file = written(&index(notes), &[photo(1, 3)], hash);
        let mut changed = file.clone();
        let place = place % file.len();
        changed[place] = value;
        let (before, after) = (read(&file).unwrap(), read(&changed));
        prop_assert!(after.is_err() || after.as_ref() == Ok(&before));
    }
}
