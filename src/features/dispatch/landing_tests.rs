//! Tests of `landing`.

use super::*;
use crate::samples::{NOON, job};
use afield_domain::time::Day;
use afield_domain::{StatusStep, User, ZoneData};
use afield_protocol::BoardResponse;
use uuid::Uuid;

const MINUTE: i64 = 60_000;
const ANNA: UserId = UserId(Uuid::from_u128(1));
const BEN: UserId = UserId(Uuid::from_u128(2));
const STRANGER: UserId = UserId(Uuid::from_u128(9));

/// From 7 to 18 o'clock of NOON's day, 1,100 pixels wide: 25 pixels are a quarter. Nobody, Anna and Ben, 40 pixels each.
fn ground() -> Ground {
    Ground {
        left: 100.0,
        width: 1_100.0,
        rows: vec![(None, 24.0), (Some(ANNA), 64.0), (Some(BEN), 104.0)],
    }
}

fn axis() -> Axis {
    Axis {
        from: NOON.plus_ms(-5 * HOUR_MS),
        until: NOON.plus_ms(6 * HOUR_MS),
    }
}

/// So many minutes after noon, for so long.
fn spot(assignee: Option<UserId>, from: i64, minutes: i64) -> Spot {
    let starts = NOON.plus_ms(from * MINUTE);
    Spot {
        assignee,
        starts,
        ends: starts.plus_ms(minutes * MINUTE),
    }
}

/// Whose it is, when it begins, in minutes after noon, and how long it is.
fn said(spot: Spot) -> (Option<UserId>, i64, i64) {
    let minutes = |ms: i64| ms / MINUTE;
    let (from, length) = (spot.starts.since(NOON), spot.ends.since(spot.starts));
    (spot.assignee, minutes(from), minutes(length))
}

#[test]
fn a_block_lands_at_the_nearest_quarter_of_the_row_under_the_hand_and_keeps_its_length() {
    let (anna, ben) = (Some(ANNA), Some(BEN));
    for (at, by, y, expected) in [
        // Straight down: the same time, whatever it is.
        ((anna, 5, 50), 0.0, 110.0, (ben, 5, 50)),
        ((anna, 5, 50), 12.0, 110.0, (ben, 5, 50)),
        ((anna, 5, 50), -12.0, 30.0, (None, 5, 50)),
        // To the side: to a quarter.
        ((anna, 5, 50), 25.0, 70.0, (anna, 15, 50)),
        ((anna, 0, 60), 30.0, 70.0, (anna, 15, 60)),
        ((anna, 0, 60), -40.0, 70.0, (anna, -30, 60)),
        ((None, 0, 60), 100.0, 104.0, (ben, 60, 60)),
        // Beyond the rows and beyond the axis.
        ((anna, 0, 60), 0.0, -500.0, (None, 0, 60)),
        ((anna, 0, 60), 0.0, 9_000.0, (ben, 0, 60)),
        ((anna, 0, 60), 9_000.0, 70.0, (anna, 300, 60)),
        ((anna, 0, 50), 9_000.0, 70.0, (anna, 300, 50)),
        ((anna, 0, 60), -9_000.0, 70.0, (anna, -300, 60)),
        ((anna, -300, 900), 50.0, 70.0, (anna, -300, 900)),
        // What reaches over the end stays there, and can be brought back.
        ((anna, 330, 90), 50.0, 70.0, (anna, 330, 90)),
        ((anna, 330, 90), -50.0, 70.0, (anna, 270, 90)),
        // What nobody of the rows has stands with what nobody has, and stays with whoever has it there.
        (
            (Some(STRANGER), 0, 60),
            25.0,
            30.0,
            (Some(STRANGER), 15, 60),
        ),
        ((Some(STRANGER), 0, 60), 0.0, 110.0, (ben, 0, 60)),
    ] {
        let held = spot(at.0, at.1, at.2);
        let landed = ground().land(axis(), held, (700.0, 70.0), (700.0 + by, y));
        assert_eq!(said(landed), expected, "{at:?} {by} {y}");
    }
}

#[test]
fn keys_go_by_quarters_by_hours_and_by_rows() {
    use Nudge::{Down, Earlier, Later, Up};
    let (anna, ben) = (Some(ANNA), Some(BEN));
    for (at, by, expected) in [
        ((anna, 0, 60), Later(STEP_MS), (anna, 15, 60)),
        ((anna, 0, 60), Earlier(HOUR_MS), (anna, -60, 60)),
        ((anna, 5, 60), Later(STEP_MS), (anna, 15, 60)),
        ((anna, 5, 60), Earlier(STEP_MS), (anna, 0, 60)),
        ((anna, 295, 60), Later(HOUR_MS), (anna, 300, 60)),
        ((anna, -300, 60), Earlier(STEP_MS), (anna, -300, 60)),
        ((anna, 5, 60), Up, (None, 5, 60)),
        ((None, 5, 60), Up, (None, 5, 60)),
        ((anna, 5, 60), Down, (ben, 5, 60)),
        ((ben, 5, 60), Down, (ben, 5, 60)),
        ((Some(STRANGER), 5, 60), Down, (anna, 5, 60)),
    ] {
        let landed = ground().nudge(axis(), spot(at.0, at.1, at.2), by);
        assert_eq!(said(landed), expected, "{at:?} {by:?}");
    }
}

#[test]
fn a_block_is_drawn_where_it_would_land() {
    let place = |spot| ground().place(axis(), spot);
    assert_eq!(place(spot(Some(BEN), 0, 60)), (600.0, 104.0, 100.0));
    assert_eq!(place(spot(None, -300, 30)), (100.0, 24.0, 50.0));
    assert_eq!(place(spot(Some(STRANGER), 330, 90)), (1_150.0, 24.0, 50.0));
}

/// Berlin's rules for summer time, as the least TZif file there is.
fn berlin() -> Zone {
    let block: &[u8] =
        b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x04\
        \0\0\x0e\x10\0\0CET\0";
    let rules: &[u8] = b"\nCET-1CEST,M3.5.0,M10.5.0/3\n";
    Zone::from_data(&ZoneData::new(
        "Europe/Berlin",
        &[block, block, rules].concat(),
    ))
    .unwrap()
}

#[test]
fn on_days_of_23_and_25_hours_blocks_begin_at_quarters_of_the_clock_too() {
    let zone = berlin();
    for (day, expected) in [
        // The clocks go from 2 to 3.
        ("2027-03-28", [(0, "01:30"), (2, "03:00"), (4, "03:30")]),
        // They go from 3 back to 2.
        ("2027-10-31", [(4, "02:30"), (6, "02:00"), (8, "02:30")]),
        ("2027-06-15", [(4, "02:30"), (6, "03:00"), (8, "03:30")]),
    ] {
        let day: Day = day.parse().unwrap();
        let early = zone.start_of(day).plus_ms(90 * MINUTE);
        let held = Spot {
            assignee: None,
            starts: early,
            ends: early.plus_ms(20 * MINUTE),
        };
        let axis = Axis {
            from: zone.start_of(day),
            until: zone.start_of(day.plus(1)),
        };
        let quarters = axis.until.since(axis.from) / STEP_MS;
        let ground = Ground {
            width: quarters as f64 * 10.0,
            ..ground()
        };
        let after = |quarters: i32| {
            let to = (f64::from(quarters) * 10.0, 30.0);
            let landed = ground.land(axis, held, (0.0, 30.0), to);
            assert_eq!(landed.ends.since(landed.starts), 20 * MINUTE);
            zone.time(landed.starts)
        };
        for (quarters, clock) in expected {
            assert_eq!(after(quarters), clock, "{day:?} {quarters}");
        }
        // The day's end is its own: the last place for twenty minutes.
        assert_eq!(after(500), "23:30");
        assert_eq!(after(-500), "00:00");
    }
}

#[test]
fn a_move_is_an_edit_of_what_it_changes_with_what_was_seen() {
    let fields = |from: Spot, to: Spot| {
        let edits = from.edits(to).into_iter();
        edits.map(|edit| edit.field).collect::<Vec<_>>()
    };
    let here = spot(Some(ANNA), 0, 60);
    let later = here.begun(NOON.plus_ms(STEP_MS));
    let bens = Spot {
        assignee: Some(BEN),
        ..later
    };
    assert_eq!(fields(here, here), []);
    assert_eq!(fields(here, later), [JobField::Schedule]);
    assert_eq!(fields(later, bens), [JobField::Assignee]);
    assert_eq!(fields(here, bens), [JobField::Schedule, JobField::Assignee]);
    let edits = here.edits(spot(None, 0, 60));
    assert_eq!(edits[0].base, FieldValue::Text(ANNA.to_string()));
    assert_eq!(edits[0].new, FieldValue::Nothing);
}

fn board_job(n: u128, rev: u64) -> BoardJob {
    BoardJob {
        rev: Rev(rev),
        job: job(n),
        address: String::new(),
        customer: String::new(),
        position: None,
        notes: 0,
        updated_at: NOON,
    }
}

#[test]
fn a_move_shows_until_there_is_a_later_copy_of_its_job() {
    let zone = Zone::utc();
    let state = |jobs| {
        let response = BoardResponse {
            day: zone.day(NOON).to_string(),
            more_days: 0,
            technicians: vec![User {
                id: BEN,
                name: "Ben".into(),
                role: afield_domain::Role::Technician,
            }],
            teams: Vec::new(),
            jobs,
            activity: Vec::new(),
            unreadable: 0,
        };
        BoardState::new(response, NOON).unwrap()
    };
    let before = state(vec![board_job(1, 4), board_job(2, 1)]);
    let bens = |minutes| Move {
        job: job(1).id,
        rev: Rev(4),
        to: spot(Some(BEN), minutes, 60),
    };
    let shown = with_moves(&before, &[bens(240)], &zone);
    let lane = shown
        .lanes()
        .into_iter()
        .find(|lane| lane.technician.is_some());
    let its = lane.unwrap().jobs;
    assert_eq!(Spot::of(&its[0].job), bens(240).to);
    assert_eq!(with_moves(&before, &[], &zone), before);
    // Another day: it leaves this one.
    let away = with_moves(&before, &[bens(48 * 60)], &zone);
    assert_eq!(away.jobs.len(), 1);
    let answered = state(vec![board_job(1, 5), board_job(2, 1)]);
    assert_eq!(with_moves(&answered, &[bens(240)], &zone), answered);
}

#[test]
fn what_is_over_stays_and_so_does_what_is_being_moved() {
    let with = |status| Job { status, ..job(1) };
    let of = |n: u128| Move {
        job: job(n).id,
        rev: Rev(1),
        to: spot(None, 0, 60),
    };
    for (status, moves, expected) in [
        (JobStatus::Scheduled, vec![], None),
        (JobStatus::Started, vec![of(2)], None),
        (JobStatus::Scheduled, vec![of(1)], Some(Stays::UnderWay)),
        (JobStatus::Finished, vec![of(1)], Some(Stays::Finished)),
        (JobStatus::Cancelled, vec![], Some(Stays::Cancelled)),
    ] {
        assert_eq!(stays(&with(status), &moves), expected, "{status:?}");
    }
}

#[test]
fn a_job_is_not_taken_from_somebody_without_a_word_about_their_phone() {
    use JobStatus::{EnRoute, Finished, Scheduled, Started};
    let holder = |minutes: i64, unsent| {
        Some(Holder {
            seen_at: Some(NOON.plus_ms(-minutes * MINUTE)),
            unsent,
            ..Holder::default()
        })
    };
    let (bens, nobodys) = (spot(Some(BEN), 0, 60), spot(None, 60, 60));
    let later = spot(Some(ANNA), 60, 60);
    for (status, assignee, starts, to, holder, asks) in [
        (Scheduled, Some(ANNA), -60, bens, holder(1, 0), false),
        (Started, Some(ANNA), -60, bens, holder(1, 0), true),
        (EnRoute, Some(ANNA), 60, nobodys, None, true),
        // Another time alone is safe.
        (Started, Some(ANNA), 0, later, holder(90, 3), false),
        (Scheduled, Some(ANNA), 60, bens, holder(1, 2), true),
        // Silent: only once its time has come.
        (Scheduled, Some(ANNA), 60, bens, holder(90, 0), false),
        (Scheduled, Some(ANNA), -60, bens, holder(90, 0), true),
        // Of nobody, and of what is over, no phone holds anything that this would meet.
        (Scheduled, None, -60, bens, holder(90, 3), false),
        (Finished, Some(ANNA), -60, bens, holder(90, 3), false),
    ] {
        let of = Job {
            status,
            assignee,
            starts: NOON.plus_ms(starts * MINUTE),
            ends: NOON.plus_ms((starts + 60) * MINUTE),
            steps: vec![StatusStep::usual(status, NOON, "Anna")],
            ..job(1)
        };
        let found = to_ask(&of, to, holder, NOON);
        assert_eq!(!found.is_empty(), asks, "{status:?} {starts} {holder:?}");
        assert_eq!(found.contains(&Warning::Reassigning), asks);
    }
}
