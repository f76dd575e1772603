//! The pieces in which the app is downloaded: what a function brings with it is in a file of its own.
//!
//! Owns the macro [`chunk!`] and the failure to load a piece. The pieces: **main** (everything that no other is
//! asked for: the frame and the sign-in), **engine** (databases, sync, commands), **day** (Today and the job list),
//! **work** (a technician's other pages), **seldom** (those of them that few open, and the viewer of files), **office**
//! (the board), **desk** (the office's pages of jobs, and what opens a rescue file) and **house** (its other pages: company,
//! people, rights, customers, forms, export); the last three nobody else downloads. `xtask` cuts them apart after
//! linking; a development build is whole, and nothing is waited for. Must never hold anything that is downloaded by it.

use std::pin::Pin;

/// A piece of the app did not come: no network, or it belongs to a build that is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded;

#[cfg(afield_split)]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Work of another piece. A function of a piece cannot be async, so it gives this back.
pub type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// What each function of an office's piece begins with: the texts that came with it.
#[cfg(afield_split)]
macro_rules! begin {
    (office) => {
        $crate::texts::take_office_texts()
    };
    (desk) => {
        $crate::texts::take_office_texts()
    };
    (house) => {
        $crate::texts::take_office_texts()
    };
    ($other:ident) => {};
}

/// A function that stands in the piece `$chunk`, with everything that only such functions call. It becomes an
/// async function: whoever calls it waits for the piece, and gets [`NotLoaded`] when that does not come. The next
/// call tries again.
#[cfg(afield_split)]
macro_rules! chunk {
    ($chunk:ident: $(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $out:ty $body:block) => {
        // What the macro makes declares the imports by which the pieces find each other.
        #[allow(unsafe_code, improper_ctypes, improper_ctypes_definitions, unreachable_pub, missing_docs, unused_imports, unused_braces, private_interfaces)]
        mod $name {
            use super::*;
            #[leptos::wasm_split::wasm_split($chunk, wasm_split_path = leptos::wasm_split, fallible)]
            pub fn $name($($arg: $ty),*) -> Result<$out, $crate::chunk::NotLoaded> {
                $crate::chunk::begin!($chunk);
                Ok($body)
            }
        }
        $(#[$doc])*
        $vis use $name::$name;
    };
}

/// As in a release, with everything in one piece.
#[cfg(not(afield_split))]
macro_rules! chunk {
    ($chunk:ident: $(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $out:ty $body:block) => {
        $(#[$doc])*
        $vis async fn $name($($arg: $ty),*) -> Result<$out, $crate::chunk::NotLoaded> {
            Ok($body)
        }
    };
}

#[cfg(afield_split)]
pub(crate) use begin;
pub(crate) use chunk;
