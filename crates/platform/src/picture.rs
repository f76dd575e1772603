//! A picked picture or file: its bytes, made small enough, hashed, with a thumbnail.
//!
//! Owns the way from what a person picked to bytes that can be kept. The bytes are read at once:
//! what a phone hands over may be gone a moment later. Decoding, scaling and encoding are the
//! browser's, off the main thread. A picture that it cannot decode is kept as the file it is.

use crate::global;
use crate::held::Held;
use crate::metadata::{may_tell, with_exif_of, without_metadata};
use crate::scaling::{QUALITY, THUMBNAILS, as_jpeg, fitted, shown_as, tidy_mime, tidy_name};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, File, HtmlCanvasElement, ImageBitmap, Url};

const JPEG: &str = "image/jpeg";
/// A picture may be this many times as large as what may be kept: it gets smaller.
const BEFORE_SCALING: u64 = 4;

/// What was picked, ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Its name.
    pub name: String,
    /// Its media type; "" if nobody knows.
    pub mime: String,
    /// Its bytes.
    pub bytes: Held,
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
}

/// What may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Bytes of a thumbnail, before base64.
    pub thumbnail: usize,
    /// The longest side of a picture that is kept, in pixels.
    pub longest_side: u32,
    /// Whether a picture goes on telling where, when and with what it was taken.
    pub keeps_details: bool,
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
    let original = Held::of(file).await.ok_or(PickError::Unreadable)?;
    if original.length() == 0 {
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
    if !limits.keeps_details && may_tell(&picked.bytes.part(0, 8)) {
        picked.bytes = without_metadata(picked.bytes.whole()).as_slice().into();
    }
    let length = picked.bytes.length() as u64;
    if length > limits.bytes {
        return Err(PickError::TooLarge);
    }
    let sha256 = picked.bytes.sha256().await;
    picked.sha256 = sha256.ok_or(PickError::Unreadable)?;
    Ok(picked)
}

/// A file of a drawing, as if it had been picked.
pub async fn file_of_canvas(canvas: &HtmlCanvasElement, name: &str) -> Option<File> {
    let blob = blob_of_canvas(canvas, None).await?;
    let options = web_sys::FilePropertyBag::new();
    options.set_type("image/png");
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).ok()
}

pub(crate) fn blob_of(bytes: &Held, mime: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(bytes.array());
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}

/// The SHA-256 of `bytes`, as 64 hexadecimal digits.
pub(crate) async fn sha256(bytes: &[u8]) -> Option<String> {
    Held::from(bytes).sha256().await
}

/// Leaves everything as it is if the browser cannot decode the picture.
async fn shrink(picked: &mut Picked, limits: Limits) -> Option<()> {
    let bitmap = decode(&blob_of(&picked.bytes, &picked.mime)?).await?;
    let (width, height) = (bitmap.width(), bitmap.height());
    let (to_width, to_height) = fitted(width, height, limits.longest_side);
    let drawn = Drawn::new(&bitmap, to_width, to_height);
    bitmap.close();
    let drawn = drawn?;
    (picked.width, picked.height) = (width, height);
    picked.thumbnail = thumbnail(&drawn, limits.thumbnail)
        .await
        .unwrap_or_default();
    let encoded = drawn.encode(QUALITY).await?;
    let is_scaled = (width, height) != (to_width, to_height);
    // Encoding loses a little: not for a picture that gets no smaller by it, unless only this browser
    // might be able to show it.
    if is_scaled
        || encoded.length() < picked.bytes.length()
        || shown_as(&picked.mime) != picked.mime
    {
        picked.bytes = match limits.keeps_details {
            true => with_exif_of(&picked.bytes.whole(), encoded.whole())
                .as_slice()
                .into(),
            false => encoded,
        };
        (picked.width, picked.height) = (to_width, to_height);
        picked.name = as_jpeg(&picked.name);
        picked.mime = JPEG.to_owned();
    }
    Some(())
}

/// Decodes as it is meant to be seen: phones write the turn beside the pixels. Browsers that refuse to be
/// told so do it anyway.
async fn decode(blob: &Blob) -> Option<ImageBitmap> {
    let options = Object::new();
    Reflect::set(&options, &"imageOrientation".into(), &"from-image".into()).ok()?;
    let arguments = [blob.into(), options.into()];
    let [plain, _] = &arguments;
    let global = js_sys::global();
    let bitmap = match global::call_async(&global, "createImageBitmap", &arguments).await {
        Some(bitmap) => bitmap,
        None => {
            let plain = std::slice::from_ref(plain);
            global::call_async(&global, "createImageBitmap", plain).await?
        }
    };
    let bitmap: ImageBitmap = bitmap.dyn_into().ok()?;
    (bitmap.width() > 0 && bitmap.height() > 0).then_some(bitmap)
}

/// A canvas with a picture on it.
struct Drawn {
    canvas: JsValue,
    width: u32,
    height: u32,
}

impl Drawn {
    fn new(image: &JsValue, width: u32, height: u32) -> Option<Self> {
        let with_context = |canvas: JsValue| {
            let context = global::call(&canvas, "getContext", &["2d".into()])?;
            (!context.is_null()).then_some((canvas, context))
        };
        let off_screen = off_screen_canvas(width, height).and_then(with_context);
        // Older browsers have none, or none to draw on.
        let (canvas, context) =
            off_screen.or_else(|| page_canvas(width, height).and_then(with_context))?;
        let set = |name: &str, value: &str| Reflect::set(&context, &name.into(), &value.into());
        let area = [0, 0, width, height].map(JsValue::from);
        // A JPEG has no transparency: what was see-through would be black.
        set("fillStyle", "#fff").ok()?;
        global::call(&context, "fillRect", &area)?;
        set("imageSmoothingQuality", "high").ok()?;
        let [left, top, wide, high] = area;
        let arguments = [image.clone(), left, top, wide, high];
        global::call(&context, "drawImage", &arguments)?;
        Some(Self {
            canvas,
            width,
            height,
        })
    }

    async fn encode(&self, quality: f64) -> Option<Held> {
        let blob = match self.canvas.dyn_ref::<HtmlCanvasElement>() {
            Some(canvas) => blob_of_canvas(canvas, Some(quality)).await?,
            None => {
                let options = Object::new();
                Reflect::set(&options, &"type".into(), &JPEG.into()).ok()?;
                Reflect::set(&options, &"quality".into(), &quality.into()).ok()?;
                let options = [options.into()];
                let blob = global::call_async(&self.canvas, "convertToBlob", &options).await?;
                blob.dyn_into().ok()?
            }
        };
        // A browser that cannot encode a type gives a PNG without a word.
        if blob.type_() != JPEG {
            return None;
        }
        Held::of(&blob).await
    }
}

fn off_screen_canvas(width: u32, height: u32) -> Option<JsValue> {
    let constructor: Function = global::find(&["OffscreenCanvas"])?.dyn_into().ok()?;
    let size = Array::of2(&width.into(), &height.into());
    Reflect::construct(&constructor, &size).ok()
}

fn page_canvas(width: u32, height: u32) -> Option<JsValue> {
    let document = global::find(&["document"])?;
    let canvas = global::call(&document, "createElement", &["canvas".into()])?;
    Reflect::set(&canvas, &"width".into(), &width.into()).ok()?;
    Reflect::set(&canvas, &"height".into(), &height.into()).ok()?;
    Some(canvas)
}

/// What is on a canvas of the page: a JPEG of that quality, or a PNG.
async fn blob_of_canvas(canvas: &HtmlCanvasElement, quality: Option<f64>) -> Option<Blob> {
    let (tell, made) = futures::channel::oneshot::channel::<JsValue>();
    let done = wasm_bindgen::prelude::Closure::once_into_js(move |blob: JsValue| {
        let _ = tell.send(blob);
    });
    let mut arguments = vec![done];
    arguments.extend(
        quality
            .iter()
            .flat_map(|quality| [JPEG.into(), (*quality).into()]),
    );
    global::call(canvas, "toBlob", &arguments)?;
    made.await.ok()?.dyn_into().ok()
}

async fn thumbnail(picture: &Drawn, most: usize) -> Option<String> {
    for (side, quality) in THUMBNAILS {
        let (width, height) = fitted(picture.width, picture.height, side);
        let small = Drawn::new(&picture.canvas, width, height)?;
        let bytes = small.encode(quality).await?;
        if bytes.length() <= most {
            return base64(&bytes.whole());
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
pub struct ObjectUrl {
    href: String,
    is_picture: bool,
}

impl ObjectUrl {
    /// An address for `bytes`; what is no picture can only be saved, never opened in this origin.
    #[must_use]
    pub fn new(bytes: &[u8], mime: &str) -> Option<Self> {
        let kind = shown_as(mime);
        let blob = blob_of(&bytes.into(), kind)?;
        let href = Url::create_object_url_with_blob(&blob).ok()?;
        let is_picture = kind.starts_with("image/");
        Some(Self { href, is_picture })
    }

    /// The address.
    #[must_use]
    pub fn href(&self) -> &str {
        &self.href
    }

    /// Whether it is a picture of a kind that every browser draws.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.is_picture
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.href);
    }
}
