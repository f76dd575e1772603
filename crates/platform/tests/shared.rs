//! What other apps share, in a real browser: it waits for whoever was signed in, and a text is a text.

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used)] // These are tests.

use afield_platform::shared::{UNKNOWN, claim, forget, keep, load};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Request;

wasm_bindgen_test_configure!(run_in_browser);

fn posted(fields: &str) -> Request {
    let script = format!(
        "(() => {{
            const body = new FormData();
            const file = (name, type) => new File(['photo'], name, {{ type }});
            {fields}
            return new Request('/share', {{ method: 'POST', body }});
        }})()"
    );
    js_sys::eval(&script).unwrap().unchecked_into()
}

/// What waits for that user: names of files, texts.
async fn waiting(user: &str) -> Vec<String> {
    let all = load(user).await.unwrap();
    let what = all
        .iter()
        .map(|one| one.text.clone().unwrap_or_else(|| one.file.name()));
    what.collect()
}

#[wasm_bindgen_test]
async fn what_is_shared_waits_for_the_user_who_was_signed_in() {
    let photo = posted("body.append('files', file('Zähler.png', 'image/png'));");
    assert_eq!(keep(&photo, Some("anna")).await, Ok(1));
    let text = posted(
        "body.append('title', 'Ventil');
        body.append('text', 'Ventil undicht\\nseit Montag ');
        body.append('url', 'https://example.org/1');",
    );
    assert_eq!(keep(&text, Some("ben")).await, Ok(1));
    let nobody = posted("body.append('files', file('a.pdf', 'application/pdf'));");
    assert_eq!(keep(&nobody, None).await, Ok(1));
    let nothing = posted("body.append('text', ' ');");
    assert_eq!(keep(&nothing, Some("anna")).await, Ok(0));

    assert_eq!(waiting("anna").await, ["Zähler.png", "a.pdf"]);
    let text = "Ventil undicht\nseit Montag\nhttps://example.org/1";
    assert_eq!(waiting("ben").await, [text, "a.pdf"]);
    for one in load("ben").await.unwrap() {
        forget(&one.key).await.unwrap();
    }
    assert_eq!(waiting("ben").await, Vec::<String>::new());
    assert_eq!(waiting("anna").await, ["Zähler.png"]);
}

#[wasm_bindgen_test]
async fn what_nobody_knows_whose_it_is_waits_for_whoever_says_so() {
    let photo = posted("body.append('files', file('Keller.png', 'image/png'));");
    assert_eq!(keep(&photo, Some(UNKNOWN)).await, Ok(1));
    for user in ["cleo", "dora"] {
        let all = load(user).await.unwrap();
        let one = all.iter().find(|one| one.file.name() == "Keller.png");
        assert!(one.is_some_and(|one| one.unclaimed), "{user}");
    }
    let all = load("cleo").await.unwrap();
    let one = all.iter().find(|one| one.unclaimed).unwrap();
    claim(&one.key, "cleo").await.unwrap();
    assert!(!waiting("dora").await.contains(&"Keller.png".to_owned()));
    let all = load("cleo").await.unwrap();
    let one = all.iter().find(|one| one.file.name() == "Keller.png");
    let one = one.unwrap();
    assert!(!one.unclaimed);
    assert_eq!(one.file.type_(), "image/png");
    forget(&one.key).await.unwrap();
}
