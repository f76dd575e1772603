//! What holds for every operation, whatever the records: the fold is what applying writes, twice is
//! once, and what was written is not written again.

use super::drawn::{Drawn, case};
use super::surroundings::id;
use super::*;
use crate::ids::UserId;
use crate::record::{Record, RecordKey};
use crate::rejection::Rejection;
use crate::user::{Actor, Role};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_000);

fn named((who, role): (u8, Role)) -> Actor<'static> {
    let name = if who == 1 { "Anna" } else { "Ben" };
    Actor {
        id: UserId(id(who)),
        name,
        role,
    }
}

fn find(records: &[Record], key: RecordKey) -> Option<&Record> {
    records.iter().find(|record| record.key() == Some(key))
}

fn applied(records: &[Record], op: &Op, by: Actor<'_>) -> Result<Effect, Rejection> {
    apply_op(ApplyContext::local(by, NOW), op, |key| find(records, key))
}

fn folded(records: &[Record], op: &Op, by: Actor<'_>) -> Option<Record> {
    let key = op.target()?;
    fold_op(key, find(records, key).cloned(), op, by, NOW)
}

/// The list of operations. One that is missing does not compile; one that is never drawn, and done, and
/// refused, fails the test below.
macro_rules! operations {
    ($($op:ident),+ $(,)?) => {
        const OPERATIONS: &[&str] = &[$(stringify!($op)),+];

        fn name_of(op: &Op) -> &'static str {
            match op {
                $(Op::$op { .. } => stringify!($op),)+
                Op::Unknown => "of another build",
            }
        }
    };
}

operations![
    SetJobStatus,
    AddNote,
    EditJob,
    CreateJob,
    PlanJob,
    AddAttachment,
    SetTaskStatus,
    SubmitForm,
    AssignJob,
    AnswerOffer,
    Withdraw,
    Create,
    EditCustomer,
    EditRecord,
];

/// What is drawn is not always refused, and not always done: or the properties would say nothing.
#[test]
fn every_operation_is_drawn_and_done_and_refused() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<&str, (u32, u32)>::new();
    for _ in 0..6_000 {
        let (records, op, by) = case().new_tree(&mut runner).unwrap().current();
        let counts = seen.entry(name_of(&op)).or_default();
        match applied(&records, &op, named(by)) {
            Ok(Effect::Write(_) | Effect::Remove(_)) => counts.0 += 1,
            Ok(_) => {}
            Err(_) => counts.1 += 1,
        }
    }
    for name in OPERATIONS {
        let (done, refused) = seen.get(name).copied().unwrap_or_default();
        assert!(
            done > 20 && refused > 20,
            "{name}: {done} done, {refused} refused"
        );
    }
}

/// What the phone shows is what the server writes, wherever it writes what was asked for.
fn fold_is_what_applying_writes((records, op, by): &Drawn) -> Result<(), TestCaseError> {
    let by = named(*by);
    let key = op.target().unwrap();
    let before = find(records, key).cloned();
    match applied(records, op, by) {
        Ok(Effect::Write(written)) => {
            let after = find(&written, key).cloned().or(before);
            prop_assert_eq!(folded(records, op, by), after);
        }
        Ok(Effect::Remove(gone)) => {
            prop_assert_eq!(gone, key);
            prop_assert_eq!(folded(records, op, by), None);
        }
        Ok(Effect::Already) => prop_assert_eq!(folded(records, op, by), before),
        // Where two changes met, the server may keep the other; what it refuses is shown until it is parked.
        Ok(Effect::Merged(_)) | Err(_) => {}
    }
    Ok(())
}

/// The net catches fish: an unsent edit that is not on the screen is found.
#[cfg(feature = "planted")]
#[test]
fn a_fold_that_forgets_an_edit_is_found() {
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(2_000)
    });
    afield_planted::switch(Some(afield_planted::Bug::FoldForgetsEdit));
    let found = runner.run(&case(), |case| fold_is_what_applying_writes(&case));
    afield_planted::switch(None);
    assert!(found.is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_fold_is_what_applying_writes(case in case()) {
        fold_is_what_applying_writes(&case)?;
    }

    /// A base that already holds the effect folds to the same view.
    #[test]
    fn folding_twice_is_folding_once((records, op, by) in case()) {
        let by = named(by);
        let key = op.target().unwrap();
        let once = folded(&records, &op, by);
        prop_assert_eq!(fold_op(key, once.clone(), &op, by, NOW), once);
    }

    /// Only the target, what stands in [`Op::reads`], new conflicts and the tasks of a new job are ever written.
    #[test]
    fn nothing_is_written_that_was_not_read((records, op, by) in case()) {
        if let Ok(Effect::Write(written) | Effect::Merged(written)) = applied(&records, &op, named(by)) {
            for record in written {
                let key = record.key().unwrap();
                let is_new = key.module == crate::Module::Conflict
                    || (key.module == crate::Module::Task && matches!(op, Op::PlanJob { .. }));
                prop_assert!(is_new || op.reads().contains(&key));
                prop_assert_ne!(find(&records, key), Some(&record));
            }
        }
    }

    /// Asked again with what it has written in place, an operation is done already.
    #[test]
    fn what_was_written_is_done((mut records, op, by) in case()) {
        let by = named(by);
        if let Ok(Effect::Write(written)) = applied(&records, &op, by) {
            let is_old = |record: &Record| written.iter().all(|new| new.key() != record.key());
            records.retain(is_old);
            records.extend(written);
            // A job that was given away is no longer this technician's to change.
            let again = applied(&records, &op, by);
            prop_assert!(matches!(again, Ok(Effect::Already) | Err(Rejection::Forbidden)), "{:?}", again);
        }
    }
}
