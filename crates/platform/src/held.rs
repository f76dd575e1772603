//! Bytes that the browser holds for the app.
//!
//! Owns [`Held`]: the app's own memory grows by what is copied into it and never gets smaller again, and a picked file may
//! have 25 MB. Must never copy more of it than was asked for.

use crate::global;
use crate::scaling::hex;
use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// So many bytes are counted as unused for each that is done with: what is measured stays below 64 MB with it
/// (docs/benchmarks.md).
const COUNTED_FOR_EACH: usize = 8;

/// Bytes outside of the app's memory.
#[derive(Debug, Clone)]
pub struct Held(Uint8Array);

impl Held {
    /// All bytes of a blob; none if it cannot be read.
    pub(crate) async fn of(blob: &Blob) -> Option<Self> {
        let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
        Some(Self(Uint8Array::new(&buffer)))
    }

    /// How many they are.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.length() as usize
    }

    /// Those from `at` on, `most` of them at most.
    #[must_use]
    pub fn part(&self, at: usize, most: usize) -> Vec<u8> {
        let place = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let end = place(at.saturating_add(most));
        self.0.subarray(place(at), end).to_vec()
    }

    /// All of them.
    #[must_use]
    pub fn whole(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// The array that they are.
    pub(crate) fn array(&self) -> &Uint8Array {
        &self.0
    }

    /// Their SHA-256, as 64 hexadecimal digits.
    pub(crate) async fn sha256(&self) -> Option<String> {
        let subtle = global::find(&["crypto", "subtle"])?;
        let arguments = ["SHA-256".into(), self.0.clone().into()];
        let digest = global::call_async(&subtle, "digest", &arguments).await?;
        Some(hex(&Uint8Array::new(&digest).to_vec()))
    }
}

impl From<&[u8]> for Held {
    fn from(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes))
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.whole() == other.whole()
    }
}

impl Eq for Held {}

/// Has the browser free what so many bytes were done with. It does so when it has counted enough that nobody uses any
/// more, and does not count the copies that it makes of requests and of what is stored: of half a gigabyte most would stay
/// until then. A buffer that nobody writes to takes no memory, and is counted.
pub fn hurry_freeing(length: usize) {
    let found = global::find(&["ArrayBuffer"]);
    let constructor = found.and_then(|found| found.dyn_into::<Function>().ok());
    if let (Some(constructor), 1..) = (constructor, length) {
        let counted = length.saturating_mul(COUNTED_FOR_EACH) as f64;
        // A browser that has no room for it frees even more.
        let _ = Reflect::construct(&constructor, &Array::of1(&counted.into()));
    }
}
