//! A signal as Leptos's, but one piece of code for every type of value.
//!
//! Owns the erasing of the value's type, as `memo` does for what follows from signals. Must never know what a value is.

use leptos::prelude::{
    IsDisposed, Notify, Read, ReadUntracked, Signal, Track, UntrackableGuard, Write,
};
use std::any::Any;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;

/// A value that is read and written; whoever has read it hears of each write.
pub struct RwSignal<T> {
    erased: leptos::prelude::RwSignal<Value>,
    kind: PhantomData<fn() -> T>,
}

type Value = Box<dyn Any + Send + Sync>;

impl<T: Send + Sync + 'static> RwSignal<T> {
    /// A signal of the owner that is there now.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self {
            erased: leptos::prelude::RwSignal::new(Box::new(value)),
            kind: PhantomData,
        }
    }

    /// What `read` makes of the value; tracks.
    pub fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&self.erased.read()))
    }

    /// What `read` makes of the value.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&self.erased.read_untracked()))
    }

    /// As [`Self::with_untracked`]; none once what it was made for is gone.
    pub fn try_with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> Option<U> {
        let value = self.erased.try_read_untracked()?;
        Some(read(known(&value)))
    }

    /// The value; tracks.
    #[must_use]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// The value.
    #[must_use]
    pub fn get_untracked(&self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// The value; none once what it was made for is gone.
    #[must_use]
    pub fn try_get_untracked(&self) -> Option<T>
    where
        T: Clone,
    {
        self.try_with_untracked(T::clone)
    }

    /// Changes the value and tells of it; nothing once what it was made for is gone.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// As [`Self::update`], with what `change` gives back; none if it was not done.
    pub fn try_update<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut value = self.erased.try_write()?;
        Some(change(known_mut(&mut value)))
    }

    /// As [`Self::try_update`], and tells of it only if `change` says so.
    pub fn try_maybe_update<U>(&self, change: impl FnOnce(&mut T) -> (bool, U)) -> Option<U> {
        let mut value = self.erased.try_write()?;
        let (is_told, made) = change(known_mut(&mut value));
        if !is_told {
            value.untrack();
        }
        Some(made)
    }

    /// As [`Self::update`], and tells of it only if `change` says so.
    pub fn maybe_update(&self, change: impl FnOnce(&mut T) -> bool) {
        self.try_maybe_update(|value| (change(value), ()));
    }

    /// Changes the value and tells nobody; nothing once what it was made for is gone.
    pub fn update_untracked<U>(&self, change: impl FnOnce(&mut T) -> U) -> Option<U> {
        let mut value = self.erased.try_write_untracked()?;
        Some(change(known_mut(&mut value)))
    }

    /// Puts `value` there and tells of it; nothing once what it was made for is gone.
    pub fn set(&self, value: T) {
        self.update(|it| *it = value);
    }

    /// As [`Self::set`]; gives `value` back if it was not done.
    pub fn try_set(&self, value: T) -> Option<T> {
        let Some(mut it) = self.erased.try_write() else {
            return Some(value);
        };
        *known_mut(&mut it) = value;
        None
    }

    /// Follows the value without looking at it.
    pub fn track(&self) {
        self.erased.track();
    }

    /// Tells of a change.
    pub fn notify(&self) {
        self.erased.notify();
    }

    /// Whether what it was made for is gone.
    #[must_use]
    pub fn is_disposed(&self) -> bool {
        self.erased.is_disposed()
    }
}

/// A signal holds what it was made with.
fn known<T: 'static>(value: &Value) -> &T {
    (**value)
        .downcast_ref()
        .unwrap_or_else(|| std::process::abort())
}

fn known_mut<T: 'static>(value: &mut Value) -> &mut T {
    (**value)
        .downcast_mut()
        .unwrap_or_else(|| std::process::abort())
}

impl<T: Clone + Send + Sync + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::derive(move || signal.get())
    }
}

impl<T: Default + Send + Sync + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> PartialEq for RwSignal<T> {
    fn eq(&self, other: &Self) -> bool {
        self.erased == other.erased
    }
}

impl<T> Debug for RwSignal<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("RwSignal")
    }
}
