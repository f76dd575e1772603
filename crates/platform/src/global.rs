//! The global object, which is a window in a page and something else in a worker.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The window; none in a worker.
pub(crate) fn window() -> Option<web_sys::Window> {
    js_sys::global().dyn_into().ok()
}

/// The value at `path` below the global object; none if any step is missing.
pub(crate) fn find(path: &[&str]) -> Option<JsValue> {
    let mut value = JsValue::from(js_sys::global());
    for name in path {
        value = get(&value, name)?;
    }
    Some(value)
}

/// A property that is neither undefined nor null.
pub(crate) fn get(value: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(value, &JsValue::from_str(name)).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

/// Calls the method `name` of `target`; none if there is no such method or it throws.
pub(crate) fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(target, name)?.dyn_into().ok()?;
    let arguments: js_sys::Array = arguments.iter().collect();
    method.apply(target, &arguments).ok()
}

/// Calls a method that returns a promise and waits for it.
pub(crate) async fn call_async(
    target: &JsValue,
    name: &str,
    arguments: &[JsValue],
) -> Option<JsValue> {
    let promise: Promise = call(target, name, arguments)?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}
