//! How many event streams each user has open.
//!
//! Owns the counting. A place is given back when it is dropped.

use afield_domain::UserId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The open streams by user.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streams {
    open: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// The place of one open stream.
#[derive(Debug)]
pub(crate) struct Place {
    streams: Streams,
    user: UserId,
}

impl Streams {
    /// A place for one more stream of `user`; none if `most` are open.
    pub(crate) fn take(&self, user: UserId, most: usize) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        let streams = self.clone();
        Some(Place { streams, user })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self
            .streams
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let left = open.get(&self.user).map_or(0, |count| count - 1);
        if left == 0 {
            open.remove(&self.user);
        } else {
            open.insert(self.user, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_place_is_given_back_and_each_user_has_their_own() {
        let streams = Streams::default();
        let (anna, ben) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let first = streams.take(anna, 2);
        let second = streams.take(anna, 2);
        assert!(first.is_some() && second.is_some());
        assert!(streams.take(anna, 2).is_none());
        assert!(streams.take(ben, 2).is_some());
        drop(first);
        assert!(streams.take(anna, 2).is_some());
        drop(second);
        assert!(streams.open.lock().unwrap().is_empty());
    }
}
