//! Picked pictures and files in a real browser: small enough, the right way up, or as they were.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // These are tests.

use afield_platform::picture::{Limits, ObjectUrl, PickError, Picked, read_picked};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{File, FilePropertyBag};

wasm_bindgen_test_configure!(run_in_browser);

const LIMITS: Limits = Limits {
    bytes: 3_000_000,
    thumbnail: 6 * 1024,
    longest_side: 2048,
    keeps_details: false,
};

fn file(name: &str, mime: &str, bytes: &[u8]) -> File {
    let options = FilePropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence_and_options(&parts, name, &options).unwrap()
}

async fn picked(name: &str, mime: &str, bytes: &[u8]) -> Result<Picked, PickError> {
    read_picked(&file(name, mime, bytes), LIMITS).await
}

/// A picture whose left half is black and whose right half is noise, which is hard to make small.
async fn drawn(width: u32, height: u32, mime: &str, quality: f64) -> Vec<u8> {
    let body = "
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        const half = context.createImageData(width / 2, height);
        let seed = 7;
        for (let at = 0; at < half.data.length; at++) {
            seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
            half.data[at] = at % 4 === 3 ? 255 : (seed >> 16) & 255;
        }
        context.fillRect(0, 0, width, height);
        context.putImageData(half, width / 2, 0);
        return canvas.convertToBlob({ type: mime, quality }).then((blob) => blob.arrayBuffer());";
    let draw = Function::new_with_args("width, height, mime, quality", body);
    let arguments = Array::of4(&width.into(), &height.into(), &mime.into(), &quality.into());
    let promise = Reflect::apply(&draw, &JsValue::NULL, &arguments).unwrap();
    let buffer = JsFuture::from(promise.unchecked_into::<Promise>()).await;
    Uint8Array::new(&buffer.unwrap()).to_vec()
}

fn check_thumbnail(picked: &Picked) {
    let length = picked.thumbnail.len();
    assert!(picked.thumbnail.starts_with("/9j/"), "no JPEG");
    let most = LIMITS.thumbnail.div_ceil(3) * 4;
    assert!(length > 100 && length <= most, "{length}");
}

#[wasm_bindgen_test]
async fn a_large_picture_becomes_smaller_and_gets_a_thumbnail() {
    let png = drawn(3000, 1500, "image/png", 1.0).await;
    // A picture may be larger than what is kept: it gets smaller.
    assert!(png.len() as u64 > LIMITS.bytes);
    let found = picked("cellar.png", "image/png", &png).await.unwrap();
    assert_eq!((found.width, found.height), (2048, 1024));
    assert_eq!((&*found.name, &*found.mime), ("cellar.jpg", "image/jpeg"));
    assert_eq!(found.bytes.part(0, 3), [0xff, 0xd8, 0xff], "no JPEG");
    assert_eq!(found.sha256.len(), 64);
    check_thumbnail(&found);
}

#[wasm_bindgen_test]
async fn a_picture_that_would_not_get_smaller_stays_as_it_is() {
    let jpeg = drawn(400, 300, "image/jpeg", 0.3).await;
    let found = picked("a.jpg", "image/jpeg", &jpeg).await.unwrap();
    assert_eq!((found.width, found.height), (400, 300));
    assert_eq!(found.bytes.whole(), jpeg);
    check_thumbnail(&found);
}

/// Phones write the turn beside the pixels.
#[wasm_bindgen_test]
async fn a_picture_is_kept_the_right_way_up() {
    let jpeg = drawn(3000, 1000, "image/jpeg", 0.5).await;
    // An EXIF segment with one entry: orientation 6, a quarter turn to the right.
    let mut turned = vec![0xff, 0xd8, 0xff, 0xe1, 0, 34];
    turned.extend(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    turned.extend(&jpeg[2..]);
    let found = picked("a.jpg", "image/jpeg", &turned).await.unwrap();
    assert_eq!((found.width, found.height), (683, 2048));
    // A company that wants to know more of its pictures gets all that was said beside them, but for the turn.
    let keeps = Limits {
        keeps_details: true,
        ..LIMITS
    };
    let picked = read_picked(&file("a.jpg", "image/jpeg", &turned), keeps).await;
    let kept = picked.unwrap();
    let mut straight = turned[..38].to_vec();
    straight[31] = 1;
    assert_eq!(kept.bytes.part(0, 38), straight);
    assert_eq!(kept.bytes.whole()[38..], found.bytes.whole()[2..]);
    let again = picked_again(&kept).await;
    assert_eq!((again.width, again.height), (683, 2048));
}

async fn picked_again(picture: &Picked) -> Picked {
    let again = picked(&picture.name, &picture.mime, &picture.bytes.whole()).await;
    again.unwrap()
}

/// Runs a script now, and gives back what undoes it.
fn hampered(script: &str) -> Function {
    js_sys::eval(script).unwrap().unchecked_into()
}

/// Other browsers refuse the option, have no canvas off the page, or none that can be drawn on.
#[wasm_bindgen_test]
async fn an_older_browser_makes_the_same_of_a_picture() {
    let png = drawn(3000, 1500, "image/png", 1.0).await;
    for script in [
        "(() => {
            const real = globalThis.createImageBitmap;
            globalThis.createImageBitmap = (...given) => given.length > 1
                ? Promise.reject(new TypeError('no option is known')) : real(...given);
            return () => { globalThis.createImageBitmap = real; };
        })()",
        "(() => {
            const real = globalThis.createImageBitmap;
            globalThis.createImageBitmap = (...given) => {
                if (given.length > 1) throw new TypeError('no option is known');
                return real(...given);
            };
            return () => { globalThis.createImageBitmap = real; };
        })()",
        "(() => {
            const real = globalThis.OffscreenCanvas;
            delete globalThis.OffscreenCanvas;
            return () => { globalThis.OffscreenCanvas = real; };
        })()",
        "(() => {
            const { getContext } = OffscreenCanvas.prototype;
            OffscreenCanvas.prototype.getContext = () => null;
            return () => { OffscreenCanvas.prototype.getContext = getContext; };
        })()",
    ] {
        let undo = hampered(script);
        let found = picked("cellar.png", "image/png", &png).await;
        undo.call0(&JsValue::NULL).unwrap();
        let found = found.unwrap();
        assert_eq!((found.width, found.height), (2048, 1024), "{script}");
        assert_eq!(found.bytes.part(0, 3), [0xff, 0xd8, 0xff], "no JPEG");
        check_thumbnail(&found);
    }
}

#[wasm_bindgen_test]
async fn what_cannot_be_decoded_is_kept_as_it_is() {
    let cases = [
        ("a.heic", "image/heic", &b"ftypheic and so on"[..]),
        ("a.jpg", "image/jpeg", &[0xff, 0xd8, 0xff, 0, 1, 2]),
        ("a.pdf", "application/pdf", b"%PDF-1.7"),
        ("a", "application/octet-stream", b"?"),
    ];
    for (name, mime, bytes) in cases {
        let found = picked(name, mime, bytes).await.unwrap();
        assert_eq!((&*found.name, &*found.mime), (name, mime));
        assert_eq!(found.bytes.whole(), bytes, "{name}");
        assert_eq!((found.width, found.height), (0, 0));
        assert_eq!(found.thumbnail, "");
    }
}

/// Some pickers give neither.
#[wasm_bindgen_test]
async fn what_has_no_name_or_type_gets_one() {
    let found = picked(" ", "", b"?").await.unwrap();
    let mime = "application/octet-stream";
    assert_eq!((&*found.name, &*found.mime), ("file", mime));
    let long = format!("{}.pdf", "ä".repeat(600));
    let found = picked(&long, "application/pdf", b"?").await.unwrap();
    assert_eq!(found.name.chars().count(), 120);
    assert!(found.name.ends_with("ä.pdf"), "{}", found.name);
}

#[wasm_bindgen_test]
async fn the_hash_is_that_of_the_bytes() {
    let found = picked("a.txt", "text/plain", b"abc").await.unwrap();
    assert_eq!(
        found.sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[wasm_bindgen_test]
async fn what_is_empty_or_too_large_is_refused() {
    let large = vec![1; LIMITS.bytes as usize + 1];
    for (mime, bytes, expected) in [
        ("text/plain", &[][..], PickError::Empty),
        ("image/png", &[], PickError::Empty),
        ("text/plain", &large, PickError::TooLarge),
        ("image/png", &large, PickError::TooLarge),
    ] {
        assert_eq!(picked("a", mime, bytes).await, Err(expected), "{mime}");
    }
}

#[wasm_bindgen_test]
async fn an_address_shows_the_bytes_until_it_is_dropped() {
    let load = Function::new_with_args("href", "return fetch(href).then((r) => r.text())");
    let url = ObjectUrl::new(b"abc", "text/html").unwrap();
    let href = JsValue::from_str(url.href());
    let again = || {
        let promise = load.call1(&JsValue::NULL, &href).unwrap();
        JsFuture::from(promise.unchecked_into::<Promise>())
    };
    assert_eq!(again().await.unwrap(), JsValue::from_str("abc"));
    drop(url);
    assert!(again().await.is_err());
}
