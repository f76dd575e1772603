//! What the server says of a file against the bugs that are planted there: each must be seen by whoever asks for the
//! file afterwards. The simulation has the same two in its model, for its phones never meet this code.

#![allow(clippy::unwrap_used)] // These are tests.

use super::FileKey;
use super::received::{Progress, settle};
use crate::App;
use crate::auth::token::hex;
use crate::full_disk_tests::{COMPANY, JOB, NOON, anna, put, start};
use afield_domain::{Attachment, AttachmentId, AttachmentKind, Record};
use afield_planted::{Bug, switch};
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const BYTES: &[u8] = b"every byte of a photo";
const OTHERS: &[u8] = b"every byte of another";

async fn registered(app: &App, announced: &[u8]) -> Attachment {
    let attachment = Attachment {
        id: AttachmentId(Uuid::from_u128(0xF1)),
        job: JOB,
        kind: AttachmentKind::Photo,
        name: "photo.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: announced.len() as u64,
        sha256: hex(&Sha256::digest(announced)),
        width: 1,
        height: 1,
        thumbnail: String::new(),
        author: anna().id,
        author_name: anna().name,
        made_at: NOON,
        received_at: None,
    };
    let record = Record::Attachment(attachment.clone());
    put(app.storage.as_ref(), &record).await;
    attachment
}

/// What the server says when `sent` has come of a file that was registered with the hash of `announced`, and what can
/// be fetched then.
async fn sent(sent: &[u8], announced: &[u8]) -> (Progress, Option<Vec<u8>>) {
    let (app, _storage, _folder) = start().await;
    let attachment = registered(&app, announced).await;
    let files = &app.config.files;
    let file = FileKey {
        company: COMPANY,
        attachment: attachment.id,
    };
    assert!(files.add_piece(file, 0, sent.to_vec()).await.unwrap());
    let progress = settle(&app, COMPANY, &attachment).await.unwrap();
    let fetched = match files.open(file).await.unwrap() {
        Some(whole) => Some(whole.bytes.try_collect::<Vec<_>>().await.unwrap().concat()),
        None => None,
    };
    (progress, fetched)
}

/// Other bytes than those announced are never received.
async fn other_bytes_are_refused() -> bool {
    let (progress, fetched) = sent(OTHERS, BYTES).await;
    progress == Progress::OtherBytes && fetched.is_none()
}

/// What is called received stands in its place, and its phone may let its own bytes go.
async fn received_is_there() -> bool {
    let (progress, fetched) = sent(BYTES, BYTES).await;
    progress == Progress::Received && fetched.as_deref() == Some(BYTES)
}

#[tokio::test]
async fn unchecked_bytes_are_seen() {
    assert!(other_bytes_are_refused().await);
    switch(Some(Bug::HashUnchecked));
    assert!(!other_bytes_are_refused().await);
    switch(None);
}

#[tokio::test]
async fn bytes_that_count_before_they_are_stored_are_seen() {
    assert!(received_is_there().await);
    switch(Some(Bug::CountedBeforeDurable));
    assert!(!received_is_there().await);
    switch(None);
}
