//! Whatever happens to base and outbox, the patched picture is the one that is built anew, and that is
//! what folding each record by itself gives.

use super::world_tests::{Event, World, asset_id, customer_id, events};
use super::*;
use crate::testing::fixtures::job_id;
use proptest::prelude::*;

/// Every key that may ever be.
fn universe() -> Vec<RecordKey> {
    let jobs = (0..4).chain(10..14).map(|n| job_id(n).into());
    let notes = (0..4).map(crate::testing::fixtures::note_key);
    let files = (0..4).map(|n| crate::testing::fixtures::attachment_id(n).into());
    let assets = (0..4).map(|n| asset_id(n).into());
    let customers = (0..3).map(|n| customer_id(n).into());
    jobs.chain(notes)
        .chain(files)
        .chain(assets)
        .chain(customers)
        .collect()
}

/// What stands under a key, and together with it.
fn card(picture: &Projection, key: RecordKey) -> String {
    let of = |module| picture.referring(key, module).collect::<Vec<_>>();
    let linked: Vec<_> = Module::ALL.into_iter().map(of).collect();
    let view = picture.view(key);
    let refs = refs_of(view.map(|view| view.record));
    let refs: Vec<_> = refs.into_iter().map(|key| picture.view(key)).collect();
    let marks = picture.entries().iter();
    let marks = marks.filter(|entry| entry.mutation.op.job().map(RecordKey::from) == Some(key));
    let marks: Vec<_> = marks.map(|entry| &entry.state).collect();
    format!("{view:?} {linked:?} {refs:?} {marks:?}")
}

fn check_same(patched: &Projection, world: &World) {
    let anew = world.anew();
    for key in universe() {
        assert_eq!(card(patched, key), card(&anew, key), "{key}");
        assert_eq!(patched.record(key), world.folded(key).as_ref(), "{key}");
        assert_eq!(patched.base(key), world.base.get(&key), "{key}");
    }
    for module in Module::ALL {
        let keys = |picture: &Projection| picture.keys(module).collect::<Vec<_>>();
        assert_eq!(keys(patched), keys(&anew));
    }
    assert_eq!(patched.entries(), anew.entries());
    assert_eq!(patched.status(), crate::sync_status(&world.outbox));
    let (left, needed) = (patched.nodes.len(), anew.nodes.len());
    assert_eq!(left, needed, "nothing is left over");
}

proptest! {
    // Each looks at everything after every event.
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn the_patched_picture_is_the_one_built_anew(events in proptest::collection::vec(events(), 0..40)) {
        patched_is_built_anew(events)?;
    }
}

fn patched_is_built_anew(events: Vec<Event>) -> Result<(), TestCaseError> {
    let mut world = World::default();
    let mut picture = Projection::default();
    world.happen(&mut picture, Event::SignIn(1));
    for event in events {
        let before: Vec<_> = universe()
            .into_iter()
            .map(|key| (card(&picture, key), picture.stamp(key)))
            .collect();
        world.happen(&mut picture, event);
        check_same(&picture, &world);
        // What is shown and has changed has another stamp.
        for (key, (card_before, stamp)) in universe().into_iter().zip(before) {
            if picture.view(key).is_some() && card(&picture, key) != card_before {
                prop_assert_ne!(picture.stamp(key), stamp, "{}", key);
            }
        }
        // And a look at the databases then finds nothing new.
        prop_assert!(!picture.set_outbox(&world.outbox));
        for module in Module::ALL {
            prop_assert!(!picture.set_module(module, world.module(module)));
        }
    }
    Ok(())
}

/// The net catches fish: each bug of the picture is found, but for the one of the order of reads, which
/// `order_tests` finds.
#[cfg(feature = "planted")]
#[test]
fn planted_bugs_of_the_picture_are_found() {
    use afield_planted::{Bug, switch};
    use proptest::test_runner::TestRunner;
    for bug in Bug::OF_THE_PICTURE {
        if *bug == Bug::StaleReadTaken {
            continue;
        }
        let mut runner = TestRunner::new(ProptestConfig {
            failure_persistence: None,
            max_shrink_iters: 0,
            ..ProptestConfig::with_cases(100)
        });
        switch(Some(*bug));
        let found = runner.run(
            &proptest::collection::vec(events(), 0..40),
            patched_is_built_anew,
        );
        switch(None);
        assert!(found.is_err(), "{bug:?}");
    }
}
