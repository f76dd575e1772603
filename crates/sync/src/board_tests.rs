//! The office's picture, by example.

use super::*;
use crate::testing::fixtures::{job as job_record, technician};
use afield_domain::{Job, JobStatus, Record};
use afield_protocol::ActivityKind;

const NOON: Timestamp = Timestamp(1_795_248_000_000);

fn job(n: u128) -> Job {
    match job_record(n, &technician(1), JobStatus::Scheduled) {
        Record::Job(job) => job,
        _ => Job::BLANK,
    }
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

fn state() -> BoardState {
    BoardState::new(response(vec![board_job(2, 1), board_job(1, 1)]), NOON).unwrap()
}

fn event(seq: u64, job: BoardJob) -> BoardEvent {
    BoardEvent {
        activity: Activity {
            seq,
            actor: "Anna".into(),
            brought_by: String::new(),
            was_accepted: false,
            job: job.job.id,
            job_number: job.job.number.clone(),
            job_title: String::new(),
            made_at: NOON,
            received_at: NOON,
            what: ActivityKind::Created,
        },
        job,
    }
}

#[test]
fn an_event_changes_its_job_once_and_an_old_one_never_goes_back() {
    let mut state = state();
    let mut started = board_job(1, 2);
    started.job.status = JobStatus::Started;
    state.apply(event(7, started.clone()), &Zone::utc(), NOON);
    state.apply(event(7, started.clone()), &Zone::utc(), NOON);
    state.apply(event(6, board_job(1, 1)), &Zone::utc(), NOON);
    assert_eq!(state.jobs[0], started);
    assert_eq!(state.jobs.len(), 2);
    let seqs: Vec<u64> = state.activity.iter().map(|a| a.seq).collect();
    assert_eq!(seqs, [7, 6]);
}

fn response(jobs: Vec<BoardJob>) -> BoardResponse {
    BoardResponse {
        day: Zone::utc().day(NOON).to_string(),
        more_days: 0,
        technicians: vec![technician(1)],
        teams: Vec::new(),
        jobs,
        activity: Vec::new(),
        unreadable: 0,
    }
}

#[test]
fn what_is_heard_during_a_fetch_is_not_overwritten_by_an_older_answer() {
    let mut loading = Loading::default();
    loading.hear(&event(5, board_job(1, 9)));
    let number = loading.begin();
    loading.hear(&event(7, board_job(1, 2)));
    let heard = loading.end(number).unwrap();
    assert_eq!(heard.len(), 1);
    let answer = response(vec![board_job(1, 1), board_job(2, 1)]);
    let state = BoardState::with(answer, heard, &Zone::utc(), NOON).unwrap();
    assert_eq!((state.jobs[0].rev, state.activity.len()), (Rev(2), 1));
    loading.hear(&event(8, board_job(1, 3)));
    assert!(loading.heard.is_empty());
}

#[test]
fn of_two_fetches_the_later_one_counts_and_has_all_that_was_heard() {
    let mut loading = Loading::default();
    let first = loading.begin();
    loading.hear(&event(7, board_job(1, 2)));
    let second = loading.begin();
    assert!(loading.end(first).is_none() && !loading.is_last(first));
    loading.hear(&event(8, board_job(1, 3)));
    assert_eq!(loading.end(second).unwrap().len(), 2);
    for n in 0..(HEARD as u64 + 5) {
        loading.begin();
        loading.hear(&event(n, board_job(1, n)));
    }
    assert_eq!(loading.heard.len(), HEARD);
}

#[test]
fn a_job_moved_to_another_day_leaves_the_day() {
    let mut state = state();
    let mut moved = board_job(1, 2);
    moved.job.starts = NOON.plus_ms(48 * 3_600_000);
    state.apply(event(7, moved), &Zone::utc(), NOON);
    assert_eq!(state.jobs.len(), 1);
}

#[test]
fn a_week_keeps_what_moves_within_it_and_gives_each_of_its_days() {
    let zone = Zone::utc();
    let week = BoardResponse {
        more_days: 6,
        ..response(vec![board_job(1, 1), board_job(2, 1)])
    };
    let mut state = BoardState::new(week, NOON).unwrap();
    let first = state.day;
    let on = |n, rev, days: i64| {
        let mut job = board_job(n, rev);
        job.job.starts = NOON.plus_ms(days * 86_400_000);
        job
    };
    for (days, kept) in [(6, 2), (7, 1), (3, 2), (-1, 1), (0, 2)] {
        let rev = state.jobs.iter().map(|job| job.rev.0).max().unwrap() + 1;
        state.put(on(1, rev, days), &zone);
        assert_eq!(state.jobs.len(), kept, "{days}");
    }
    state.put(on(1, 99, 6), &zone);
    for (day, jobs) in [
        (0, Some(1)),
        (1, Some(0)),
        (6, Some(1)),
        (7, None),
        (-1, None),
    ] {
        let only = state.only(first.plus(day), 0, &zone);
        assert_eq!(only.map(|only| only.jobs.len()), jobs, "{day}");
    }
    assert_eq!(state.only(first, 6, &zone), Some(state.clone()));
    assert_eq!(state.only(first.plus(1), 6, &zone), None);
}

#[test]
fn no_job_falls_between_the_lanes() {
    let mut state = state();
    let mut stray = board_job(1, 3);
    stray.job.assignee = Some(UserId(uuid::Uuid::from_u128(99)));
    state.put(stray, &Zone::utc());
    let counts: Vec<usize> = state.lanes().iter().map(|lane| lane.jobs.len()).collect();
    assert_eq!(counts, [1, 1]);
}

#[test]
fn a_copy_of_the_same_revision_that_is_older_does_not_go_back() {
    let at = |ms: i64| BoardJob {
        updated_at: NOON.plus_ms(ms),
        ..board_job(1, 1)
    };
    // The answer already has what came after the event: a photo, which is no revision of its job.
    let answer = response(vec![at(9)]);
    let state = BoardState::with(answer, vec![event(7, at(5))], &Zone::utc(), NOON).unwrap();
    assert_eq!(state.jobs, [at(9)]);
}

#[test]
fn what_was_heard_before_the_stream_opened_anew_is_forgotten() {
    let mut loading = Loading::default();
    loading.begin();
    loading.hear(&event(7, board_job(1, 9)));
    loading.forget();
    let number = loading.begin();
    loading.hear(&event(3, board_job(1, 2)));
    let heard = loading.end(number).unwrap();
    assert_eq!(
        heard
            .iter()
            .map(|event| event.activity.seq)
            .collect::<Vec<_>>(),
        [3]
    );
}
