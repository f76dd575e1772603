//! A picked picture or file: its bytes, made small enough, hashed, with a thumbnail.
//!
//! Owns the way from what a person picked to bytes that can be kept. The bytes are read at once:
//! what a phone hands over may be gone a moment later. Decoding, scaling and encoding are the
//! browser's, off the main thread. A picture that it cannot decode is kept as the file it is.

use crate::global;
use crate::scaling::{
    LONGEST_SIDE, QUALITY, THUMBNAILS, as_jpeg, fitted, hex, shown_as, tidy_mime, tidy_name,
};
use crate::storage;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, File, ImageBitmap, ImageEncodeOptions, OffscreenCanvas,
    OffscreenCanvasRenderingContext2d, Url,
};

const JPEG: &str = "image/jpeg";
/// A picture may be this many times as large as what may be kept: it gets smaller.
const BEFORE_SCALING: u64 = 4;
/// What is left free for everything else, in bytes.
const RESERVE: u64 = 4 * 1024 * 1024;

/// What was picked, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Its name.
    pub name: String,
    /// Its media type; "" if nobody knows.
    pub mime: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
    /// Its width in pixels; 0 if it is no picture that this browser can decode.
    pub width: u32,
    /// Its height in pixels, or 0.
    pub height: u32,
    /// A small JPEG as base64; "" if there is none.
    pub thumbnail: String,
}

/// Why what was picked cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It has too many bytes.
    #[error("the file is too large")]
    TooLarge,
    /// It has gone, or the browser may not read it.
    #[error("the file cannot be read")]
    Unreadable,
    /// The device has no room left.
    #[error("no room left on this device")]
    NoRoom,
}

/// What may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Bytes of a thumbnail, before base64.
    pub thumbnail: usize,
}

/// Reads what was picked and makes a picture small enough.
///
/// # Errors
/// [`PickError`].
pub async fn read_picked(file: &File, limits: Limits) -> Result<Picked, PickError> {
    let mime = file.type_();
    let is_picture = mime.starts_with("image/");
    let most = if is_picture {
        limits.bytes.saturating_mul(BEFORE_SCALING)
    } else {
        limits.bytes
    };
    if file.size() > most as f64 {
        return Err(PickError::TooLarge);
    }
    let original = bytes_of(file).await.ok_or(PickError::Unreadable)?;
    if original.is_empty() {
        return Err(PickError::Empty);
    }
    let mut picked = Picked {
        name: tidy_name(&file.name()),
        mime: tidy_mime(&mime),
        bytes: original,
        sha256: String::new(),
        width: 0,
        height: 0,
        thumbnail: String::new(),
    };
    if is_picture {
        shrink(&mut picked, limits).await;
    }
    let length = picked.bytes.len() as u64;
    if length > limits.bytes {
        return Err(PickError::TooLarge);
    }
    if let Some(usage) = storage::estimate().await
        && usage.quota.saturating_sub(usage.used) < length.saturating_add(RESERVE)
    {
        return Err(PickError::NoRoom);
    }
    picked.sha256 = sha256(&picked.bytes).await.ok_or(PickError::Unreadable)?;
    Ok(picked)
}

/// A file of a drawing, as if it had been picked.
pub async fn file_of_canvas(canvas: &web_sys::HtmlCanvasElement, name: &str) -> Option<File> {
    let (tell, made) = futures::channel::oneshot::channel::<JsValue>();
    let done = wasm_bindgen::prelude::Closure::once_into_js(move |blob: JsValue| {
        let _ = tell.send(blob);
    });
    canvas.to_blob(done.unchecked_ref()).ok()?;
    let blob: Blob = made.await.ok()?.dyn_into().ok()?;
    let options = web_sys::FilePropertyBag::new();
    options.set_type("image/png");
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).ok()
}

async fn bytes_of(blob: &Blob) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(blob.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

fn blob_of(bytes: &[u8], mime: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}

async fn sha256(bytes: &[u8]) -> Option<String> {
    let subtle = global::find(&["crypto", "subtle"])?;
    let bytes = Uint8Array::from(bytes);
    let digest = global::call_async(&subtle, "digest", &["SHA-256".into(), bytes.into()]).await?;
    Some(hex(&Uint8Array::new(&digest).to_vec()))
}

/// Leaves everything as it is if the browser cannot decode the picture.
async fn shrink(picked: &mut Picked, limits: Limits) -> Option<()> {
    let bitmap = decode(&blob_of(&picked.bytes, &picked.mime)?).await?;
    let (width, height) = (bitmap.width(), bitmap.height());
    let (to_width, to_height) = fitted(width, height, LONGEST_SIDE);
    let canvas = draw(to_width, to_height, |context, wide, high| {
        context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, wide, high)
    });
    bitmap.close();
    let canvas = canvas?;
    (picked.width, picked.height) = (width, height);
    picked.thumbnail = thumbnail(&canvas, limits.thumbnail)
        .await
        .unwrap_or_default();
    let encoded = encode(&canvas, QUALITY).await?;
    let is_scaled = (width, height) != (to_width, to_height);
    // Encoding loses a little: not for a picture that gets no smaller by it, unless only this browser
    // might be able to show it.
    if is_scaled || encoded.len() < picked.bytes.len() || shown_as(&picked.mime) != picked.mime {
        picked.bytes = encoded;
        (picked.width, picked.height) = (to_width, to_height);
        picked.name = as_jpeg(&picked.name);
        picked.mime = JPEG.to_owned();
    }
    Some(())
}

/// Decodes as it is meant to be seen: phones write the turn beside the pixels.
async fn decode(blob: &Blob) -> Option<ImageBitmap> {
    let options = Object::new();
    Reflect::set(&options, &"imageOrientation".into(), &"from-image".into()).ok()?;
    let arguments = [blob.into(), options.into()];
    let bitmap = global::call_async(&js_sys::global(), "createImageBitmap", &arguments).await?;
    let bitmap: ImageBitmap = bitmap.dyn_into().ok()?;
    (bitmap.width() > 0 && bitmap.height() > 0).then_some(bitmap)
}

fn draw(
    width: u32,
    height: u32,
    paint: impl FnOnce(&OffscreenCanvasRenderingContext2d, f64, f64) -> Result<(), JsValue>,
) -> Option<OffscreenCanvas> {
    // Older browsers have no canvas that is not on the page: the picture is then kept as it is.
    global::find(&["OffscreenCanvas"])?;
    let canvas = OffscreenCanvas::new(width, height).ok()?;
    let context = canvas.get_context("2d").ok()??;
    let context: OffscreenCanvasRenderingContext2d = context.dyn_into().ok()?;
    let (width, height) = (f64::from(width), f64::from(height));
    // A JPEG has no transparency: what was see-through would be black.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into()).ok()?;
    paint(&context, width, height).ok()?;
    Some(canvas)
}

async fn encode(canvas: &OffscreenCanvas, quality: f64) -> Option<Vec<u8>> {
    let options = ImageEncodeOptions::new();
    options.set_type(JPEG);
    options.set_quality(quality);
    let blob = canvas.convert_to_blob_with_options(&options).ok()?;
    let blob: Blob = JsFuture::from(blob).await.ok()?.dyn_into().ok()?;
    // A browser that cannot encode a type gives a PNG without a word.
    if blob.type_() != JPEG {
        return None;
    }
    bytes_of(&blob).await
}

async fn thumbnail(picture: &OffscreenCanvas, most: usize) -> Option<String> {
    for (side, quality) in THUMBNAILS {
        let (width, height) = fitted(picture.width(), picture.height(), side);
        let small = draw(width, height, |context, wide, high| {
            context.draw_image_with_offscreen_canvas_and_dw_and_dh(picture, 0.0, 0.0, wide, high)
        })?;
        let bytes = encode(&small, quality).await?;
        if bytes.len() <= most {
            return base64(&bytes);
        }
    }
    None
}

fn base64(bytes: &[u8]) -> Option<String> {
    // `btoa` takes a character for each byte.
    let binary: String = bytes.iter().copied().map(char::from).collect();
    global::call(&js_sys::global(), "btoa", &[JsValue::from_str(&binary)])?.as_string()
}

/// An address under which this page can show bytes, until it is dropped.
#[derive(Debug)]
pub struct ObjectUrl(String);

impl ObjectUrl {
    /// An address for `bytes`; what is no picture can only be saved, never opened in this origin.
    #[must_use]
    pub fn new(bytes: &[u8], mime: &str) -> Option<Self> {
        let blob = blob_of(bytes, shown_as(mime))?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }

    /// The address.
    #[must_use]
    pub fn href(&self) -> &str {
        &self.0
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.0);
    }
}
