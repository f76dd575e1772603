//! The cursor of a pull: text that came from the server once, and may come back as anything.
//!
//! Asserts that what reads writes and reads back equal and stays short, that it is nobody else's, that no
//! beginning of it reads, and that a server which knows more and remembers more knows it too.
#![no_main]

use afield_domain::time::ScopeWindow;
use afield_domain::{Timestamp, UserId};
use afield_protocol::EpochId;
use afield_server::fuzzing::ReadCursor;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

const USER: UserId = UserId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001));
const OTHER: UserId = UserId(Uuid::from_u128(2));
/// Two numbers of 20 digits in each of two states, four times, a key, a user and a
/// signature: it must fit a URL.
const LONGEST: usize = 860;
const SEQS: [u64; 6] = [0, 1, 7, 9, u64::MAX - 1, u64::MAX];

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text);
    }
    // What base64 and signature hide from the one who guesses.
    check(&ReadCursor::signed(bytes).unwrap_or_default());
    check_unsigned(&format!("c2.{}", URL_SAFE_NO_PAD.encode(bytes)));
});

/// A cursor of the version before, which anybody can write, becomes one that is signed.
fn check_unsigned(text: &str) {
    let epoch = EpochId("e-5f0c".into());
    let days = ScopeWindow {
        from: Timestamp(1_795_000_000_000),
        until: Timestamp(1_796_000_000_000),
    };
    assert_eq!(ReadCursor::read(text, &epoch, USER), None, "not signed");
    if let Some(cursor) = ReadCursor::read_unsigned(text, &epoch, USER, days) {
        check(&cursor.write(&epoch, USER).unwrap_or_default());
    }
}

fn check(text: &str) {
    let epoch = EpochId("e-5f0c".into());
    let Some(cursor) = ReadCursor::read(text, &epoch, USER) else {
        return;
    };
    let written = cursor.write(&epoch, USER).unwrap_or_default();
    assert_eq!(
        ReadCursor::read(&written, &epoch, USER),
        Some(cursor),
        "{written}"
    );
    assert!(written.len() <= LONGEST, "{written}");
    for text in [text, &written] {
        assert_eq!(
            ReadCursor::read(text, &epoch, OTHER),
            None,
            "another user's"
        );
        let other = EpochId("e-5f0d".into());
        assert_eq!(
            ReadCursor::read(text, &other, USER),
            None,
            "another data set's"
        );
    }
    for (end, _) in written.char_indices().rev().step_by(11) {
        let part = written.get(..end).unwrap_or_default();
        assert_eq!(ReadCursor::read(part, &epoch, USER), None, "a part: {part}");
    }
    check_known(cursor);
}

fn check_known(cursor: ReadCursor) {
    assert!(
        cursor.is_known(u64::MAX, 0),
        "who knows and remembers all knows every cursor"
    );
    for seq in SEQS {
        for floor in SEQS
            .into_iter()
            .filter(|floor| cursor.is_known(seq, *floor))
        {
            assert!(cursor.is_known(seq.saturating_add(1), floor.saturating_sub(1)));
        }
    }
}
