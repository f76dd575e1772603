//! The worker's global scope, which every other part asks for.

use wasm_bindgen::JsCast;
use web_sys::ServiceWorkerGlobalScope;

/// The worker's global scope.
pub(crate) fn scope() -> ServiceWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
