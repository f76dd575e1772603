//! Reads barcodes with the camera: with the browser's `BarcodeDetector`, or else with `codes.js`, which is loaded then.
//!
//! Owns the camera while it is on: dropping a [`Scanner`] switches it off. Must never keep a picture.

use crate::global::{call, call_async, find, get};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Why the camera cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The browser has no reader of barcodes, and ours did not come.
    #[error("the reader of barcodes did not come")]
    NotHere,
    /// There is no camera, or the person said no.
    #[error("the camera cannot be used")]
    NoCamera,
}

/// Whether this browser can read barcodes with the camera.
#[must_use]
pub fn can_scan() -> bool {
    find(&["navigator", "mediaDevices"]).is_some()
}

/// What finds codes in a video by its method `detect`.
async fn detector() -> Option<JsValue> {
    match find(&["BarcodeDetector"]) {
        Some(theirs) => {
            let theirs: Function = theirs.dyn_into().ok()?;
            Reflect::construct(&theirs, &Array::new()).ok()
        }
        // A module of ours: public/boot.mjs knows where it is.
        None => call_async(&js_sys::global(), "codeReader", &[]).await,
    }
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
        let detector = detector().await.ok_or(ScanError::NotHere)?;
        let devices = find(&["navigator", "mediaDevices"]).ok_or(ScanError::NotHere)?;
        let camera = object("facingMode", &JsValue::from_str("environment"));
        // Fine lines need more than what some browsers give by themselves.
        let _ = Reflect::set(&camera, &JsValue::from_str("width"), &JsValue::from(1280));
        let asked = object("video", &camera);
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
