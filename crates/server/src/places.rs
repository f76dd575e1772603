//! How many of something each has at the same time: event streams of a user, sign-ins and connections of a network.
//!
//! Owns the counting. A place is given back when it is dropped.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// The places that are taken, by whose they are.
#[derive(Debug, Clone)]
pub(crate) struct Places<K> {
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self {
            taken: Arc::default(),
        }
    }
}

/// One place that is taken.
#[derive(Debug)]
pub(crate) struct Place<K: Eq + Hash> {
    places: Places<K>,
    whose: Option<K>,
}

impl<K: Eq + Hash + Clone> Places<K> {
    /// One more place for `whose`; none if `most` are taken.
    pub(crate) fn take(&self, whose: K, most: usize) -> Option<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&whose).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        taken.insert(whose.clone(), count + 1);
        Some(Place {
            places: self.clone(),
            whose: Some(whose),
        })
    }
}

impl<K> Places<K> {
    /// How many are taken by all together.
    pub(crate) fn count(&self) -> usize {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.values().sum()
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let Some(whose) = self.whose.take() else {
            return;
        };
        let taken = &self.places.taken;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        let left = taken.get(&whose).map_or(0, |count| count - 1);
        if left == 0 {
            taken.remove(&whose);
        } else {
            taken.insert(whose, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_and_each_has_their_own() {
        let places = Places::default();
        let first = places.take("anna", 2);
        let second = places.take("anna", 2);
        assert!(first.is_some() && second.is_some());
        assert!(places.take("anna", 2).is_none());
        assert!(places.take("ben", 2).is_some());
        drop(first);
        assert!(places.take("anna", 2).is_some());
        drop(second);
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
