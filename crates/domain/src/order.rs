//! Sorting, as one piece of code for every type and order.
//!
//! The library's sort is compiled anew for each of them, four to eight kilobytes each, and a phone downloads
//! it. Owns [`Order`]. Must never be used where a sort's speed is felt: it asks through a pointer.

use crate::search::normalize;
use std::cmp::Ordering;

/// Sorts a list; what is equal keeps its order.
pub trait Order<T> {
    /// By comparing.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// By a key, which is made for each comparison.
    fn order_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);

    /// By the items themselves.
    fn order(&mut self)
    where
        T: Ord;
}

impl<T> Order<T> for Vec<T> {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let places = places_in_order(self.len(), &mut |one, other| match (
            self.get(one),
            self.get(other),
        ) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        });
        let mut items: Vec<Option<T>> = self.drain(..).map(Some).collect();
        for place in places {
            self.extend(items.get_mut(place).and_then(Option::take));
        }
    }

    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|one, other| key(one).cmp(&key(other)));
    }

    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }
}

/// Where a name stands in a list for people: by its letters without case and accents, so that `Ä` stands beside `A` and
/// not behind `Z`; of two that differ in nothing else, as they are written. Made once for each name, not for each comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameKey(String, String);

impl NameKey {
    /// The key of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(normalize(name), name.to_owned())
    }
}

/// The places of `count` items in their order: a merge sort from below.
#[inline(never)]
fn places_in_order(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..count).collect();
    let mut width = 1;
    while width < count {
        let mut merged = Vec::with_capacity(count);
        for run in sorted.chunks(width.saturating_mul(2)) {
            let (left, right) = run.split_at(width.min(run.len()));
            merge_into(&mut merged, left, right, compare);
        }
        sorted = merged;
        width = width.saturating_mul(2);
    }
    sorted
}

fn merge_into(
    merged: &mut Vec<usize>,
    left: &[usize],
    right: &[usize],
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
) {
    // What comes in order already, as records by their keys, costs a comparison for each run.
    if let (Some(&last), Some(&first)) = (left.last(), right.first())
        && compare(last, first) != Ordering::Greater
    {
        merged.extend_from_slice(left);
        merged.extend_from_slice(right);
        return;
    }
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(&&one), Some(&&other)) = (left.peek(), right.peek()) {
        if compare(one, other) == Ordering::Greater {
            merged.push(other);
            right.next();
        } else {
            merged.push(one);
            left.next();
        }
    }
    merged.extend(left.copied());
    merged.extend(right.copied());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_list_for_people_is_in_the_order_of_the_alphabet() {
        let mut names = vec![
            "Zwickl", "Öhler", "ada", "Ärzte", "Arzt", "Ohm", "Über", "Ute", "Éclair", "Ecke",
            "ADA", "4 Walls",
        ];
        names.order_by_key(|name| NameKey::of(name));
        assert_eq!(
            names,
            [
                "4 Walls", "ADA", "ada", "Arzt", "Ärzte", "Ecke", "Éclair", "Öhler", "Ohm", "Über",
                "Ute", "Zwickl",
            ]
        );
    }

    proptest! {
        #[test]
        fn a_list_is_ordered_as_the_library_orders_it(
            mut list in prop::collection::vec((0_u8..8, any::<u16>()), 0..100),
        ) {
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            list.order_by_key(|(key, _)| *key);
            prop_assert_eq!(&list, &expected, "by key, equal ones as they stood");
            expected.sort();
            list.order();
            prop_assert_eq!(&list, &expected);
            expected.sort_by(|one, other| other.cmp(one));
            list.order_by(|one, other| other.cmp(one));
            prop_assert_eq!(list, expected);
        }
    }
}
