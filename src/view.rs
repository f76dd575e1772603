//! `view!` as Leptos's, with one type for all of them.
//!
//! Owns the erasing: what keeps, compares and takes away a view is compiled for each type of view that a place may show,
//! and a phone downloads it. Must never draw.

/// A view of the type `AnyView`, whatever stands in it.
macro_rules! view {
    ($($tokens:tt)*) => {
        ::leptos::prelude::IntoAny::into_any(::leptos::prelude::view! { $($tokens)* })
    };
}

pub(crate) use view;
