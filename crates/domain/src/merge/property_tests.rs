//! What the order of arrival may not change, and that no value is lost: the same for every kind.

use super::kinds::{AssetDetails, Change, Kind, Server, any_change, run};
use super::*;
use crate::record::Job;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestError, TestRunner};

type Two<K> = (
    Change<<K as Editable>::Field>,
    Change<<K as Editable>::Field>,
);

fn wanted<F: Field>(change: &Change<F>, (field, item): (F, &str)) -> Option<FieldValue> {
    let mut edits = change.edits.iter();
    let edit = edits.find(|edit| edit.field == field && edit.item == item);
    edit.map(|edit| edit.new.clone())
}

/// Edits of different places give the same in any order, and meet nothing.
fn disjoint_edits_commute<K: Kind>((one, mut other): Two<K>) -> TestCaseResult {
    other
        .edits
        .retain(|edit| wanted(&one, (edit.field, &edit.item)).is_none());
    let straight: Server<K> = run(&[&one, &other]);
    let crossed: Server<K> = run(&[&other, &one]);
    prop_assert_eq!(&straight, &crossed);
    prop_assert!(straight.met.is_empty());
    for edit in one.edits.iter().chain(&other.edits) {
        let value = straight.record.value(edit.field, &edit.item);
        prop_assert_eq!(&value, &edit.new);
    }
    Ok(())
}

/// Edits of one place end equal in any order, and of two different values both are kept. Equal times
/// are told apart by author and value, not by who came first.
fn no_value_is_lost<K: Kind>((one, other): Two<K>) -> TestCaseResult {
    let straight: Server<K> = run(&[&one, &other]);
    let crossed: Server<K> = run(&[&other, &one]);
    prop_assert_eq!(&straight.record, &crossed.record);
    for place in K::places() {
        let (Some(a), Some(b)) = (wanted(&one, place), wanted(&other, place)) else {
            continue;
        };
        for server in [&straight, &crossed] {
            let is_here = |met: &&Met<K::Field>| (met.edit.field, &*met.edit.item) == place;
            let met: Vec<_> = server.met.iter().filter(is_here).collect();
            prop_assert_eq!(met.len(), usize::from(a != b), "{:?}", place);
            for met in met {
                let both = [&met.edit.new, &met.theirs];
                prop_assert!(both.contains(&&a) && both.contains(&&b));
                let stands = match met.winner {
                    Winner::Mine => &met.edit.new,
                    Winner::Theirs => &met.theirs,
                };
                prop_assert_eq!(&server.record.value(place.0, place.1), stands);
            }
        }
    }
    Ok(())
}

/// What stands is what the policy says: the office's, else the later one, else the higher author's.
fn the_policy_decides<K: Kind>((one, other): Two<K>) -> TestCaseResult {
    let server: Server<K> = run(&[&one, &other]);
    for (field, item) in K::places() {
        let (Some(a), Some(b)) = (wanted(&one, (field, item)), wanted(&other, (field, item)))
        else {
            continue;
        };
        let rank = |change: &Change<K::Field>| {
            let is_office = change.author.actor.role.is_office();
            let first = is_office && field.policy() == Policy::OfficeWins;
            (first, change.author.made_at, change.author.actor.id)
        };
        let expected = if rank(&one) > rank(&other) { a } else { b };
        prop_assert_eq!(server.record.value(field, item), expected, "{:?}", field);
    }
    Ok(())
}

/// Merging the same again changes nothing.
fn twice_is_once<K: Kind>((one, other): Two<K>) -> TestCaseResult {
    let once: Server<K> = run(&[&one, &other]);
    let twice: Server<K> = run(&[&one, &other, &other]);
    prop_assert_eq!(twice.record, once.record);
    Ok(())
}

type Property<K> = fn(Two<K>) -> TestCaseResult;

/// Every property, by name.
fn properties<K: Kind>() -> [(&'static str, Property<K>); 4] {
    [
        ("disjoint edits commute", disjoint_edits_commute::<K>),
        ("no value is lost", no_value_is_lost::<K>),
        ("the policy decides", the_policy_decides::<K>),
        ("twice is once", twice_is_once::<K>),
    ]
}

/// The properties that do not hold for `K`, each with the changes that show it.
fn broken<K: Kind>() -> Vec<(&'static str, String)> {
    let drawn = (any_change::<K>(1), any_change::<K>(2));
    let fails = |(name, property): (&'static str, Property<K>)| {
        let mut runner = TestRunner::new(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(400)
        });
        match runner.run(&drawn, property) {
            Ok(()) => None,
            Err(TestError::Fail(reason, shown)) => Some((name, format!("{reason}: {shown:?}"))),
            Err(TestError::Abort(reason)) => Some((name, reason.to_string())),
        }
    };
    properties::<K>().into_iter().filter_map(fails).collect()
}

#[test]
fn the_properties_hold_for_every_kind() {
    for (kind, broken) in [
        ("job", broken::<Job>()),
        ("asset", broken::<AssetDetails>()),
    ] {
        assert!(broken.is_empty(), "{kind}: {broken:?}");
    }
}

/// The net catches fish: each bug breaks a property of each kind.
#[cfg(feature = "planted")]
#[test]
fn planted_bugs_of_the_merge_break_a_property_of_every_kind() {
    use afield_planted::{Bug, switch};
    for bug in [
        Bug::MergeIgnoresBase,
        Bug::LastArrivalWins,
        Bug::ConflictNotLogged,
    ] {
        switch(Some(bug));
        let found = [broken::<Job>(), broken::<AssetDetails>()];
        switch(None);
        assert!(found.iter().all(|found| !found.is_empty()), "{bug:?}");
    }
}
