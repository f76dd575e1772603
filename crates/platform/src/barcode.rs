//! Reads barcodes with the camera, where the browser can (`BarcodeDetector`).
//!
//! Owns the camera while it is on: dropping a [`Scanner`] switches it off. Must never keep a picture.

use crate::global::{call, call_async, find, get};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Why the camera cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The browser cannot read barcodes.
    #[error("this browser cannot read barcodes")]
    NotHere,
    /// There is no camera, or the person said no.
    #[error("the camera cannot be used")]
    NoCamera,
}

/// Whether this browser can read barcodes with the camera.
#[must_use]
pub fn can_scan() -> bool {
    find(&["BarcodeDetector"]).is_some() && find(&["navigator", "mediaDevices"]).is_some()
}

/// The camera, switched on.
#[derive(Debug)]
pub struct Scanner {
    stream: JsValue,
    detector: JsValue,
}

impl Scanner {
    /// Switches the camera on; the browser asks the person first.
    ///
    /// # Errors
    /// There is no camera to use, or no barcode reader.
    pub async fn open() -> Result<Self, ScanError> {
        let detector = find(&["BarcodeDetector"])
            .and_then(|detector| detector.dyn_into::<Function>().ok())
            .and_then(|detector| Reflect::construct(&detector, &Array::new()).ok())
            .ok_or(ScanError::NotHere)?;
        let devices = find(&["navigator", "mediaDevices"]).ok_or(ScanError::NotHere)?;
        let asked = object(
            "video",
            &object("facingMode", &JsValue::from_str("environment")),
        );
        let stream = call_async(&devices, "getUserMedia", &[asked]).await;
        Ok(Self {
            stream: stream.ok_or(ScanError::NoCamera)?,
            detector,
        })
    }

    /// Shows what the camera sees in `video`, an element that plays by itself.
    pub fn show_in(&self, video: &JsValue) {
        let _ = Reflect::set(video, &JsValue::from_str("srcObject"), &self.stream);
    }

    /// The first code in what `video` shows now; none while there is no picture or no code.
    pub async fn read(&self, video: &JsValue) -> Option<String> {
        let found = call_async(&self.detector, "detect", std::slice::from_ref(video)).await?;
        let codes: Array = found.dyn_into().ok()?;
        let code = codes
            .iter()
            .find_map(|code| get(&code, "rawValue")?.as_string());
        code.filter(|code| !code.trim().is_empty())
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        let tracks =
            call(&self.stream, "getTracks", &[]).and_then(|all| all.dyn_into::<Array>().ok());
        for track in tracks.iter().flat_map(Array::iter) {
            call(&track, "stop", &[]);
        }
    }
}

fn object(name: &str, value: &JsValue) -> JsValue {
    let object = Object::new();
    let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    object.into()
}
