//! A memo as Leptos's, but one piece of code for every type of value.
//!
//! Owns the erasing of the value's type: the library's compiles its graph anew for each, a kilobyte and more, and a
//! phone downloads it. Must never know what a value is.

use leptos::prelude::{Get, GetUntracked, Track};
use std::any::Any;
use std::fmt::{Debug, Formatter};
use std::marker::PhantomData;
use std::sync::Arc;

/// A value that follows what it is made of, and tells of itself only when it is another one.
pub struct Memo<T> {
    erased: leptos::prelude::Memo<Value>,
    kind: PhantomData<fn() -> T>,
}

#[derive(Clone)]
struct Value {
    value: Arc<dyn Any + Send + Sync>,
    is_same: fn(&Value, &Value) -> bool,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        (self.is_same)(self, other)
    }
}

impl Value {
    fn new<T: PartialEq + Send + Sync + 'static>(value: T) -> Self {
        Self {
            value: Arc::new(value),
            is_same: |one, other| one.of::<T>() == other.of::<T>(),
        }
    }

    fn of<T: 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

/// Makes the value of the one before; of one type for all of them.
type Make = Box<dyn Fn(Option<&Value>) -> Value + Send + Sync>;

impl<T: Send + Sync + 'static> Memo<T> {
    /// `make` is given the value before, and is called when what it has read has changed and somebody asks.
    pub fn new(make: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self
    where
        T: PartialEq,
    {
        let make = move |before: Option<&Value>| Value::new(make(before.and_then(Value::of)));
        let make: Make = Box::new(make);
        Self {
            erased: leptos::prelude::Memo::new(make),
            kind: PhantomData,
        }
    }

    /// What `read` makes of the value; tracks.
    pub fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&self.erased.get()))
    }

    /// What `read` makes of the value.
    pub fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(known(&self.erased.get_untracked()))
    }

    /// The value; tracks.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// The value.
    pub fn get_untracked(&self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// The value; none once what it was made for is gone.
    pub fn try_get_untracked(&self) -> Option<T>
    where
        T: Clone,
    {
        let value = self.erased.try_get_untracked()?;
        value.of().cloned()
    }

    /// Follows the value without looking at it.
    pub fn track(&self) {
        self.erased.track();
    }
}

/// A memo holds what it was made with.
fn known<T: 'static>(value: &Value) -> &T {
    value.of().unwrap_or_else(|| std::process::abort())
}

impl<T> Copy for Memo<T> {}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> PartialEq for Memo<T> {
    fn eq(&self, other: &Self) -> bool {
        self.erased == other.erased
    }
}

impl<T> Debug for Memo<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memo")
    }
}
