//! What is done about each event, in each state that counts.

use super::*;
use crate::pass::pull::{PullEnd, PullReport};
use crate::pass::replay::{ReplayEnd, ReplayReport};
use crate::pass::verdicts::Tally;
use Action::{Arm, AskForSyncEvent, HandOver, Pass};

const NOW: Timestamp = Timestamp(1_000_000);

fn play(events: &[Event]) -> Vec<Action> {
    let mut state = DriverState::default();
    let mut last = Vec::new();
    for event in events {
        (state, last) = plan_wake(state, *event, NOW);
    }
    last
}

#[test]
fn each_event_has_its_answer() {
    let undo_over = Event::Rang(Alarm::UndoOver);
    let others_due = Event::Rang(Alarm::OthersDue);
    let over = Event::Ended(PassEnd::Over);
    let send = [AskForSyncEvent, Pass(Trigger::Enqueue)];
    let cases: Vec<(&str, Vec<Event>, Vec<Action>)> = vec![
        ("start", vec![Event::Started], vec![Pass(Trigger::Start)]),
        (
            "sign-in",
            vec![Event::SignedIn],
            vec![Pass(Trigger::SignIn)],
        ),
        ("save", vec![Event::Saved], send.to_vec()),
        ("network", vec![Event::Online], vec![Pass(Trigger::Online)]),
        ("seen", vec![Event::Visible], vec![Pass(Trigger::Visible)]),
        ("tick", vec![Event::Ticked], vec![Pass(Trigger::Timer)]),
        (
            "the office",
            vec![Event::OfficeChanged],
            vec![Pass(Trigger::Timer)],
        ),
        ("tap", vec![Event::Asked], vec![Pass(Trigger::Asked)]),
        (
            "worker",
            vec![Event::SyncEvent],
            vec![Pass(Trigger::BackgroundSync)],
        ),
        (
            "notification",
            vec![Event::Notified],
            vec![Pass(Trigger::BackgroundSync)],
        ),
        (
            "retry",
            vec![Event::Rang(Alarm::Retry)],
            vec![Pass(Trigger::Timer)],
        ),
        (
            "undoable: held",
            vec![Event::SavedUndoable],
            vec![Arm(Alarm::UndoOver, UNDO_MS)],
        ),
        (
            "undoable: let go",
            vec![Event::SavedUndoable, undo_over],
            send.to_vec(),
        ),
        (
            "two undoable: the later has its own time",
            vec![Event::SavedUndoable, Event::SavedUndoable, undo_over],
            vec![],
        ),
        (
            "two undoable: both let go",
            vec![
                Event::SavedUndoable,
                Event::SavedUndoable,
                undo_over,
                undo_over,
            ],
            send.to_vec(),
        ),
        (
            "left while held",
            vec![Event::SavedUndoable, Event::Hidden],
            vec![AskForSyncEvent, HandOver, Pass(Trigger::Enqueue)],
        ),
        (
            "left while held: once",
            vec![Event::SavedUndoable, Event::Hidden, over, undo_over],
            vec![],
        ),
        ("left with nothing held", vec![Event::Hidden], vec![]),
        (
            "saved by another: it sends by itself",
            vec![Event::OthersSaved],
            vec![Arm(Alarm::OthersDue, AFTER_BUSY_MS)],
        ),
        (
            "nobody asked for a pass that would send what can be taken back",
            vec![Event::SavedUndoable, Event::Ticked],
            vec![],
        ),
        (
            "nor did the office",
            vec![Event::SavedUndoable, Event::OfficeChanged],
            vec![],
        ),
        (
            "it is made after that",
            vec![Event::SavedUndoable, Event::Ticked, undo_over],
            send.to_vec(),
        ),
        (
            "a person does not wait",
            vec![Event::SavedUndoable, Event::Asked],
            vec![Pass(Trigger::Asked)],
        ),
        (
            "saved by another: one alarm",
            vec![Event::OthersSaved, Event::OthersSaved],
            vec![],
        ),
        (
            "saved by another that has died",
            vec![Event::OthersSaved, others_due],
            vec![Pass(Trigger::Timer)],
        ),
        (
            "saved and sent by another",
            vec![Event::OthersSaved, Event::OthersEnded, others_due],
            vec![],
        ),
        ("nobody was turned away", vec![Event::OthersEnded], vec![]),
    ];
    for (name, events, expected) in cases {
        assert_eq!(play(&events), expected, "{name}");
    }
}

#[test]
fn what_comes_during_a_pass_is_done_after_it() {
    let over = Event::Ended(PassEnd::Over);
    assert_eq!(play(&[Event::Started, Event::Online]), []);
    assert_eq!(
        play(&[Event::Started, Event::Online, over]),
        [Pass(Trigger::Online)]
    );
    // What forgets the back-off outweighs what does not, whichever came first.
    for events in [[Event::Asked, Event::Saved], [Event::Saved, Event::Asked]] {
        let [one, other] = events;
        assert_eq!(
            play(&[Event::Started, one, other, over]),
            [Pass(Trigger::Asked)]
        );
    }
    assert_eq!(play(&[Event::Started, over]), []);
}

#[test]
fn a_pass_that_could_not_be_made_is_due_again() {
    let busy = Event::Ended(PassEnd::Busy);
    assert_eq!(
        play(&[Event::Started, busy]),
        [Arm(Alarm::Retry, SOON_AFTER_BUSY_MS + LATE_MS)]
    );
    let retry = Event::Rang(Alarm::Retry);
    assert_eq!(
        play(&[Event::Started, busy, retry, busy]),
        [Arm(Alarm::Retry, AFTER_BUSY_MS + LATE_MS)]
    );
    let over = Event::Ended(PassEnd::Over);
    assert_eq!(
        play(&[Event::Started, busy, retry, over, Event::Ticked, busy]),
        [Arm(Alarm::Retry, SOON_AFTER_BUSY_MS + LATE_MS)]
    );
    assert_eq!(
        play(&[Event::Started, busy, Event::OthersEnded]),
        [Pass(Trigger::Timer)]
    );
    // Who asked is not put off by what others, or the one before, have left as a back-off.
    for asked in [Event::Asked, Event::Online] {
        let trigger = if asked == Event::Asked {
            Trigger::Asked
        } else {
            Trigger::Online
        };
        assert_eq!(play(&[asked, busy, Event::OthersEnded]), [Pass(trigger)]);
        assert_eq!(play(&[asked, busy, retry]), [Pass(trigger)]);
        assert_eq!(play(&[asked, busy, retry, busy, retry]), [Pass(trigger)]);
        // Once one was made, its end counts.
        let failed = Event::Ended(PassEnd::NotBefore(NOW.plus_ms(9)));
        assert_eq!(
            play(&[asked, busy, retry, failed, retry]),
            [Pass(Trigger::Timer)]
        );
    }
    for (wait, armed) in [(-5, 0), (700, 700), (10_000_000, TICK_MS)] {
        let at = NOW.plus_ms(wait);
        let ended = Event::Ended(PassEnd::NotBefore(at));
        assert_eq!(
            play(&[Event::Started, ended]),
            [Arm(Alarm::Retry, armed + LATE_MS)]
        );
        // One alarm for one time.
        let again = [Event::Started, ended, Event::Ticked, ended];
        assert_eq!(play(&again), []);
    }
}

#[test]
fn the_end_of_a_pass_says_when_the_next_is_due() {
    let at = NOW.plus_ms(700);
    let passed = |end| {
        let tally = Tally::default();
        let (replay, pull) = (ReplayReport { end, tally }, None);
        SyncReport::Passed { replay, pull }
    };
    let cases = [
        (Ok(SyncReport::Busy), None, PassEnd::Busy),
        (Ok(SyncReport::NotBefore(at)), None, PassEnd::NotBefore(at)),
        (
            Ok(passed(ReplayEnd::Failed)),
            Some(at),
            PassEnd::NotBefore(at),
        ),
        (Ok(passed(ReplayEnd::Drained)), None, PassEnd::Over),
        (Ok(SyncReport::SignedOut), Some(at), PassEnd::Over),
        (Ok(SyncReport::SignInNeeded), Some(at), PassEnd::Over),
        (Err(SyncError::Fenced), Some(at), PassEnd::Over),
    ];
    for (report, not_before, expected) in cases {
        assert_eq!(classify_end(&report, not_before), expected, "{report:?}");
    }
    assert!(must_sync_again(
        &passed(ReplayEnd::Failed),
        FilesEnd::NotMine
    ));
    for report in [SyncReport::NotBefore(at), SyncReport::Busy] {
        assert!(must_sync_again(&report, FilesEnd::NotMine), "{report:?}");
    }
    for report in [SyncReport::SignedOut, SyncReport::SignInNeeded] {
        assert!(!must_sync_again(&report, FilesEnd::NotMine), "{report:?}");
    }
}

#[test]
fn a_pass_tells_that_the_session_is_over() {
    let passed = |end, pull: Option<PullEnd>| SyncReport::Passed {
        replay: ReplayReport {
            end,
            tally: Tally::default(),
        },
        pull: pull.map(|end| PullReport {
            end,
            pages: 0,
            again: 0,
        }),
    };
    let drained = ReplayEnd::Drained;
    for (report, expected) in [
        (SyncReport::SignedOut, true),
        (SyncReport::SignInNeeded, true),
        (passed(ReplayEnd::SignInNeeded, None), true),
        (passed(drained, Some(PullEnd::SignInNeeded)), true),
        (passed(drained, Some(PullEnd::Failed)), false),
        (passed(drained, Some(PullEnd::Done)), false),
        (passed(ReplayEnd::Failed, None), false),
        (SyncReport::Busy, false),
        (SyncReport::NotBefore(NOW), false),
    ] {
        assert_eq!(report.is_signed_out(), expected, "{report:?}");
    }
}

#[test]
fn files_that_wait_are_followed_up_on() {
    let later = NOW.plus_ms(5_000);
    let (end, tally) = (ReplayEnd::Drained, Tally::default());
    let pulled = PullReport {
        end: PullEnd::Done,
        pages: 1,
        again: 0,
    };
    let done = SyncReport::Passed {
        replay: ReplayReport { end, tally },
        pull: Some(pulled),
    };
    for (files, next, again) in [
        (FilesEnd::Done, PassEnd::Over, false),
        (FilesEnd::Slow, PassEnd::Over, false),
        (FilesEnd::NotMine, PassEnd::Over, false),
        (FilesEnd::Unfinished, PassEnd::Again, true),
        (FilesEnd::NotBefore(later), PassEnd::NotBefore(later), true),
    ] {
        assert_eq!(classify_files(PassEnd::Over, files), next, "{files:?}");
        assert_eq!(must_sync_again(&done, files), again, "{files:?}");
    }
}

/// One pass, and no alarm besides that would have the next one make way again.
#[test]
fn files_that_made_way_are_gone_on_with_after_one_pass() {
    let again = Event::Ended(PassEnd::Again);
    assert_eq!(play(&[Event::Started, again]), [Pass(Trigger::Timer)]);
    let made_way = [Event::Started, Event::Online, again];
    assert_eq!(play(&made_way), [Pass(Trigger::Online)]);
    let mut state = DriverState::default();
    for event in made_way {
        state = plan_wake(state, event, NOW).0;
    }
    assert!(!state.is_wanted(), "nothing is in the way of files now");
}
