//! Whatever runs beside what: what was saved is in the picture, and what has gone does not come back.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// One page beside another context that writes to the same store.
#[derive(Debug, Default)]
struct World {
    order: Order,
    store: BTreeSet<u32>,
    picture: BTreeSet<u32>,
    /// What the picture once had, and then not any more.
    seen_gone: BTreeSet<u32>,
    /// Own writes: what each adds, and whether its transaction is complete.
    writes: Vec<(u32, bool)>,
    /// Own reads: when each began, and what its transaction found.
    reads: Vec<(Began, Option<BTreeSet<u32>>)>,
    next: u32,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    BeginWrite,
    Commit(usize),
    EndWrite(usize),
    BeginRead,
    Look(usize),
    EndRead(usize),
    /// The other context removes the `n`th.
    Remove(usize),
    /// The other context adds one.
    Add,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::BeginWrite),
        (0usize..3).prop_map(Step::Commit),
        (0usize..3).prop_map(Step::EndWrite),
        Just(Step::BeginRead),
        (0usize..3).prop_map(Step::Look),
        (0usize..3).prop_map(Step::EndRead),
        (0usize..4).prop_map(Step::Remove),
        Just(Step::Add),
    ]
}

impl World {
    fn show(&mut self, picture: BTreeSet<u32>) {
        let gone = self.picture.difference(&picture).copied();
        self.seen_gone.extend(gone);
        self.picture = picture;
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::BeginWrite => {
                self.order.begin_write();
                self.writes.push((self.next, false));
                self.next += 1;
            }
            Step::Commit(n) => {
                if let Some((item, is_complete @ false)) = self.writes.get_mut(n) {
                    *is_complete = true;
                    self.store.insert(*item);
                }
            }
            Step::EndWrite(n) => {
                if self
                    .writes
                    .get(n)
                    .is_some_and(|(_, is_complete)| *is_complete)
                {
                    let (item, _) = self.writes.remove(n);
                    let mut picture = self.picture.clone();
                    picture.insert(item);
                    self.show(picture);
                    self.order.end_write();
                }
            }
            Step::BeginRead => {
                let began = self.order.begin_read();
                self.reads.extend(began.map(|began| (began, None)));
            }
            Step::Look(n) => {
                if let Some((_, found @ None)) = self.reads.get_mut(n) {
                    *found = Some(self.store.clone());
                }
            }
            Step::EndRead(n) => {
                if self.reads.get(n).is_some_and(|(_, found)| found.is_some()) {
                    let (began, found) = self.reads.remove(n);
                    if self.order.end_read(began) {
                        self.show(found.unwrap());
                    }
                }
            }
            Step::Remove(n) => {
                if let Some(item) = self.store.iter().nth(n).copied() {
                    self.store.remove(&item);
                }
            }
            Step::Add => {
                self.store.insert(self.next);
                self.next += 1;
            }
        }
    }
}

proptest! {
    #[test]
    fn the_picture_never_goes_back(steps in proptest::collection::vec(steps(), 0..80)) {
        never_goes_back(steps)?;
    }
}

fn never_goes_back(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut world = World::default();
    for step in steps {
        let shown_before = world.picture.clone();
        world.step(step);
        let back: Vec<&u32> = world.picture.intersection(&world.seen_gone).collect();
        prop_assert!(back.is_empty(), "{back:?} came back");
        // Nothing goes from the picture that is still in the store.
        let lost = shown_before
            .difference(&world.picture)
            .any(|item| world.store.contains(item));
        prop_assert!(!lost);
    }
    // What is under way ends, and the notice of the last change is followed.
    while !world.writes.is_empty() {
        world.step(Step::Commit(0));
        world.step(Step::EndWrite(0));
    }
    world.step(Step::BeginRead);
    let last = world.reads.len() - 1;
    world.step(Step::Look(last));
    world.step(Step::EndRead(last));
    prop_assert_eq!(world.picture, world.store);
    Ok(())
}

/// The net catches fish.
#[cfg(feature = "planted")]
#[test]
fn a_stale_read_that_is_taken_is_found() {
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(256)
    });
    afield_planted::switch(Some(afield_planted::Bug::StaleReadTaken));
    let found = runner.run(&proptest::collection::vec(steps(), 0..80), never_goes_back);
    afield_planted::switch(None);
    assert!(found.is_err());
}

#[test]
fn a_read_waits_for_a_write() {
    let mut order = Order::default();
    let before = order.begin_read().unwrap();
    order.begin_write();
    assert_eq!(order.begin_read(), None);
    order.end_write();
    assert!(!order.end_read(before), "it may show less than was saved");
    let after = order.begin_read().unwrap();
    assert!(order.end_read(after));
}
