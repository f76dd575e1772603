//! The number on the app's icon, where the platform shows one.

use crate::global;
use wasm_bindgen::JsValue;

/// Shows `count` on the icon; 0 clears it.
pub fn set(count: usize) {
    let Some(navigator) = global::find(&["navigator"]) else {
        return;
    };
    // Absent on many platforms, and refused while the app is not installed: nothing depends on it.
    if count == 0 {
        let _ = global::call(&navigator, "clearAppBadge", &[]);
    } else {
        let _ = global::call(
            &navigator,
            "setAppBadge",
            &[JsValue::from_f64(count as f64)],
        );
    }
}
