//! Tables of what each answer about a file's bytes means, and of which file goes next.

use super::local_file::LocalFile;
use super::sending::{FileLine, Receipt, Refusal};
use super::sizes::{FIRST_PIECE, LEAST_PIECE};
use super::upload::{Heard, Looking, Next, Piece, Step, plan_answer, plan_next};
use crate::TransportError;
use crate::testing::fixtures::{attachment_id, local_file, technician};
use afield_domain::Timestamp;
use afield_protocol::EpochId;

const NOW: Timestamp = Timestamp(1_795_300_000_000);
const HOUR: i64 = 3_600_000;
const LENGTH: u64 = 1_000_000;

fn epoch() -> EpochId {
    EpochId("e-1".into())
}

/// File number `n` of a megabyte, picked at `made`.
fn file(n: u128, made: i64) -> LocalFile {
    LocalFile {
        bytes: LENGTH,
        made_at: Timestamp(made),
        ..local_file(n, 1, b"")
    }
}

fn refused(status: u16, ago: i64) -> Option<Refusal> {
    Some(Refusal {
        status: Some(status),
        at: NOW.plus_ms(-ago),
    })
}

fn received(epoch: &str) -> Option<Receipt> {
    Some(Receipt {
        at: NOW,
        epoch: Some(EpochId(epoch.into())),
    })
}

#[test]
fn the_oldest_goes_first_and_who_fails_or_is_refused_holds_up_nobody() {
    let with = |n, made, change: &dyn Fn(&mut LocalFile)| {
        let mut file = file(n, made);
        change(&mut file);
        file
    };
    let plain = |n, made| with(n, made, &|_| {});
    let fails = |n, made| with(n, made, &|file| file.sending.failures = 1);
    let not_taken = |n, ago| with(n, 0, &move |file| file.sending.refused = refused(404, ago));
    let arrived =
        |n, epoch: &'static str| with(n, 0, &|file| file.sending.received = received(epoch));
    let of_other = |n| with(n, 0, &|file| file.user = technician(2).id);
    let cases: [(&str, Vec<LocalFile>, bool, Option<u128>); 11] = [
        ("none", vec![], false, None),
        ("the oldest", vec![plain(1, 9), plain(2, 5)], false, Some(2)),
        (
            "of the same age",
            vec![plain(2, 5), plain(1, 5)],
            false,
            Some(1),
        ),
        ("one fails", vec![fails(1, 1), plain(2, 5)], false, Some(2)),
        ("all fail", vec![fails(1, 1), fails(2, 5)], false, Some(1)),
        (
            "one is refused",
            vec![not_taken(1, HOUR), plain(2, 5)],
            false,
            Some(2),
        ),
        (
            "refused long ago",
            vec![not_taken(1, 7 * HOUR)],
            false,
            Some(1),
        ),
        (
            "a clock set back by years",
            vec![not_taken(1, -900 * 24 * HOUR)],
            false,
            Some(1),
        ),
        ("a person asks", vec![not_taken(1, 1)], true, Some(1)),
        ("received", vec![arrived(1, "e-1"), of_other(2)], true, None),
        (
            "by a server that was restored",
            vec![arrived(1, "e-0")],
            false,
            Some(1),
        ),
    ];
    for (name, files, asked, expected) in cases {
        let epoch = epoch();
        let looking = Looking {
            user: technician(1).id,
            epoch: Some(&epoch),
            now: NOW,
            asked,
        };
        let found = plan_next(&files, looking, &[]).map(|file| file.id);
        assert_eq!(found, expected.map(attachment_id), "{name}");
        if let Some(found) = found {
            let next = plan_next(&files, looking, &[found]).map(|file| file.id);
            assert_ne!(next, Some(found), "{name}: each has one turn");
        }
    }
}

fn stranger(status: u16) -> Result<u64, TransportError> {
    Err(TransportError::NotOurs {
        status,
        retry_after_ms: None,
    })
}

fn answered(before: Step, piece: Option<(u64, u64)>, answer: &Result<u64, TransportError>) -> Step {
    let piece = piece.map(|(at, length)| Piece {
        at,
        length,
        ms: 1_000,
    });
    let epoch = epoch();
    let heard = Heard {
        now: NOW,
        server_now: NOW.plus_ms(5_000),
        epoch: Some(&epoch),
        chance: 1.0,
    };
    plan_answer(before, piece, answer, heard)
}

fn step(fruitless: u32) -> Step {
    Step {
        file: file(1, 0),
        line: FileLine::default(),
        next: Next::Ask,
        fruitless,
    }
}

#[test]
fn each_answer_says_where_to_go_on() {
    const FIRST: Option<(u64, u64)> = Some((0, FIRST_PIECE));
    const SMALL: Option<(u64, u64)> = Some((5, LEAST_PIECE));
    let silence = || Err(TransportError::NoAnswer);
    // What was sent, tries without progress before it, the answer, what follows.
    let cases = [
        (None, 0, Ok(0), Next::GoOn(0)),
        (None, 0, Ok(700), Next::GoOn(700)),
        (None, 0, Ok(LENGTH), Next::Done),
        (None, 0, Ok(LENGTH + 1), Next::Stop),
        (None, 0, silence(), Next::Stop),
        (FIRST, 0, Ok(FIRST_PIECE), Next::GoOn(FIRST_PIECE)),
        (FIRST, 0, Ok(1), Next::GoOn(1)),
        (FIRST, 0, Ok(LENGTH), Next::Done),
        // It says that all is well, and has taken nothing.
        (FIRST, 0, Ok(0), Next::Ask),
        (FIRST, 1, Ok(0), Next::Stop),
        (FIRST, 0, silence(), Next::Ask),
        (FIRST, 1, silence(), Next::Stop),
        (FIRST, 0, stranger(409), Next::Ask),
        (FIRST, 1, stranger(409), Next::Ask),
        (FIRST, 2, stranger(409), Next::Stop),
        (FIRST, 0, stranger(413), Next::GoOn(0)),
        (SMALL, 0, stranger(413), Next::Done),
        (FIRST, 0, stranger(460), Next::Ask),
        (None, 0, stranger(404), Next::Done),
        (None, 0, stranger(410), Next::Done),
        (FIRST, 0, stranger(403), Next::Done),
        (FIRST, 0, stranger(422), Next::Done),
        (FIRST, 0, stranger(401), Next::Stop),
        (FIRST, 0, stranger(429), Next::Stop),
        (FIRST, 0, stranger(500), Next::Stop),
        (FIRST, 0, stranger(507), Next::Stop),
        (FIRST, 0, stranger(200), Next::Stop),
        (FIRST, 0, stranger(302), Next::Stop),
    ];
    for (piece, fruitless, answer, expected) in cases {
        let after = answered(step(fruitless), piece, &answer);
        let case = format!("{piece:?} {fruitless} {answer:?}");
        assert_eq!(after.next, expected, "{case}");
        let sending = &after.file.sending;
        assert_eq!(sending.received.is_some(), answer == Ok(LENGTH), "{case}");
        assert_eq!(
            after.line.backoff.not_before.is_some(),
            expected == Next::Stop,
            "{case}"
        );
        let is_done_without = expected == Next::Done && answer != Ok(LENGTH);
        assert_eq!(sending.refused.is_some(), is_done_without, "{case}");
        // Who keeps the others from being sent goes behind them next time.
        assert_eq!(
            sending.failures,
            u32::from(expected == Next::Stop),
            "{case}"
        );
    }
}

/// A browser sends a piece again by itself when its line is cut: all that is heard of the cut is a 409.
#[test]
fn a_piece_that_does_not_come_through_makes_the_next_smaller_however_that_is_heard_of() {
    let first = Some((0, FIRST_PIECE));
    for answer in [Err(TransportError::NoAnswer), stranger(409), stranger(413)] {
        let after = answered(step(0), first, &answer);
        assert_eq!(after.line.piece(), FIRST_PIECE / 2, "{answer:?}");
    }
    let asked = answered(step(0), None, &stranger(409));
    assert_eq!(asked.line.piece(), FIRST_PIECE, "nothing was sent");
}

#[test]
fn a_receipt_says_when_by_the_server_s_clock_and_of_which_data_set() {
    let receipt = answered(step(0), None, &Ok(LENGTH)).file.sending.received;
    let receipt = receipt.unwrap();
    assert_eq!(
        (receipt.at, receipt.epoch),
        (NOW.plus_ms(5_000), Some(epoch()))
    );
}

#[test]
fn what_is_not_what_was_registered_is_sent_once_more_and_then_said() {
    let first = answered(step(0), Some((0, LENGTH)), &stranger(460));
    assert_eq!((first.next, first.file.sending.sent), (Next::Ask, 0));
    let again = answered(first, Some((0, 500_000)), &Ok(500_000));
    let second = answered(again, Some((500_000, 500_000)), &stranger(460));
    assert_eq!(second.next, Next::Done);
    assert_eq!(second.file.sending.refused, refused(460, 0));
}

#[test]
fn a_byte_that_arrives_clears_the_failures() {
    let mut failing = answered(step(1), Some((0, 100)), &Err(TransportError::NoAnswer));
    assert_eq!(failing.line.backoff.failures, 1);
    // The server has not got more than was known.
    let same = answered(failing.clone(), None, &Ok(0));
    assert_eq!(
        (same.file.sending.failures, same.line.backoff.failures),
        (1, 1)
    );
    failing.fruitless = 2;
    let more = answered(failing, None, &Ok(60));
    assert_eq!((more.file.sending.failures, more.fruitless), (0, 0));
    assert_eq!(more.line.backoff, Default::default());
}

#[test]
fn what_the_server_asks_to_wait_is_waited() {
    let answer = Err(TransportError::NotOurs {
        status: 507,
        retry_after_ms: Some(60_000),
    });
    let after = answered(step(0), Some((0, 100)), &answer);
    assert_eq!(after.line.backoff.not_before, Some(NOW.plus_ms(60_000)));
}
