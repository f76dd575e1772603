//! The bytes of photos and files: sent in pieces over broken lines, received whole and right, fetched by the right ones.

use crate::client::{Answer, Client};
use crate::support::*;
use afield_domain::*;
use afield_protocol::paths::FILES;
use afield_server::Config;
use afield_server::files::Files;
use afield_server::web_app::WebApp;
use axum::body::{Body, Bytes};
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::stream;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub(crate) const FILE: AttachmentId = AttachmentId(Uuid::from_u128(0xF1));

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of Anna's for a job.
pub(crate) fn attachment(job: JobId, bytes: &[u8]) -> Attachment {
    Attachment {
        id: FILE,
        job,
        kind: AttachmentKind::Photo,
        name: "../boiler \"1\".jpg".into(),
        mime: "image/jpeg".into(),
        bytes: bytes.len() as u64,
        sha256: hex(&Sha256::digest(bytes)),
        width: 1,
        height: 1,
        thumbnail: String::new(),
        author: ANNA,
        author_name: "Anna".into(),
        made_at: at(NOON),
        received_at: None,
    }
}

/// Bytes that say of themselves where they are.
pub(crate) fn bytes(length: usize) -> Vec<u8> {
    (0..length)
        .map(|n| u8::try_from(n * 7 % 251).unwrap())
        .collect()
}

pub(crate) struct Upload {
    pub(crate) server: Server,
    pub(crate) anna: Client,
    job: JobId,
}

impl Upload {
    /// Anna's phone has registered a file of these bytes.
    async fn of(bytes: &[u8]) -> Self {
        Self::in_store(bytes, Files::memory()).await
    }

    pub(crate) async fn in_store(bytes: &[u8], files: Files) -> Self {
        let config = Config {
            files,
            ..Config::default()
        };
        let server = Server::start_with(config, WebApp::embedded()).await;
        let job = server.put_job(1, ANNA).await.id;
        let registered = Record::Attachment(attachment(job, bytes));
        server.put(NORDHAUS, &registered).await;
        let anna = server.sign_in(ANNA).await;
        Self { server, anna, job }
    }

    pub(crate) async fn received_at(&self) -> Option<Timestamp> {
        match self
            .server
            .record(NORDHAUS, FILE.into())
            .await
            .unwrap()
            .record
        {
            Record::Attachment(attachment) => attachment.received_at,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn offset(&self) -> String {
        let answer = ask(&self.anna, "HEAD", &[], Body::empty()).await;
        match answer.status.as_u16() {
            200 => answer.header("upload-offset").to_owned(),
            status => status.to_string(),
        }
    }

    /// Sends bytes; the status, and how far the upload is.
    pub(crate) async fn append(&self, at: usize, body: impl Into<Body>) -> (u16, String) {
        let at = at.to_string();
        let headers = [
            ("content-type", "application/offset+octet-stream"),
            ("upload-offset", at.as_str()),
        ];
        let answer = ask(&self.anna, "PATCH", &headers, body.into()).await;
        let offset = answer.headers.get("upload-offset");
        let offset = offset.map_or("", |offset| offset.to_str().unwrap());
        (answer.status.as_u16(), offset.to_owned())
    }
}

async fn ask(client: &Client, method: &str, headers: &[(&str, &str)], body: Body) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{FILES}/{FILE}"))
        .header("tus-resumable", "1.0.0");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(body).unwrap()).await
}

/// A body whose line breaks after these bytes.
fn broken(bytes: &[u8]) -> Body {
    let sent: Vec<Result<Bytes, std::io::Error>> = vec![
        Ok(Bytes::copy_from_slice(bytes)),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ];
    Body::from_stream(stream::iter(sent))
}

#[tokio::test]
async fn a_file_arrives_however_its_line_breaks() {
    let all = bytes(2_500_000);
    let upload = Upload::of(&all).await;
    assert_eq!(upload.offset().await, "0");
    let mut at = 0;
    for end in [1, 2, 1_048_577, 1_048_578, 2_499_999] {
        let (status, _) = upload.append(at, broken(&all[at..end])).await;
        assert_eq!(status, 204);
        assert_eq!(upload.offset().await, end.to_string());
        assert_eq!(upload.received_at().await, None);
        let early = upload.anna.get(&format!("{FILES}/{FILE}")).await;
        assert_eq!(early.status, 404, "not before it is whole");
        at = end;
    }
    upload.server.clock.advance(1_000);
    let done = upload.append(at, all[at..].to_vec()).await;
    assert_eq!(done, (204, "2500000".to_owned()));
    assert_eq!(upload.received_at().await, Some(at_noon_and(1_000)));
    assert_eq!(upload.offset().await, "2500000");
    let answer = upload.anna.open(get()).await;
    let got = axum::body::to_bytes(answer.into_body(), usize::MAX)
        .await
        .unwrap();
    assert!(got == all);
}

fn at_noon_and(ms: i64) -> Timestamp {
    at(NOON).plus_ms(ms)
}

fn get() -> Request<Body> {
    Request::get(format!("{FILES}/{FILE}"))
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn what_is_not_where_the_stored_bytes_end_is_not_taken() {
    let all = bytes(100);
    let upload = Upload::of(&all).await;
    assert_eq!(upload.append(0, all[..40].to_vec()).await.0, 204);
    for (at, body, expected) in [
        (0, &all[..40], 409),
        (39, &all[39..60], 409),
        (41, &all[41..], 409),
        (100, &all[..0], 409),
        (40, &[&all[40..], &[0]].concat()[..], 413),
        (40, &all[..0], 204),
    ] {
        assert_eq!(
            upload.append(at, body.to_vec()).await.0,
            expected,
            "at {at}"
        );
        assert_eq!(upload.offset().await, "40");
    }
    assert_eq!(upload.append(40, all[40..].to_vec()).await.1, "100");
    assert_eq!(
        upload.append(100, Body::empty()).await,
        (204, "100".to_owned())
    );
}

#[tokio::test]
async fn bytes_of_another_hash_are_never_received_and_the_upload_begins_again() {
    let all = bytes(1_000);
    let upload = Upload::of(&all).await;
    let mut wrong = all.clone();
    wrong[500] ^= 1;
    assert_eq!(upload.append(0, wrong).await.0, 460);
    assert_eq!(upload.received_at().await, None);
    assert_eq!(upload.offset().await, "0");
    assert_eq!(upload.append(0, all).await.0, 204);
    assert!(upload.received_at().await.is_some());
}

#[tokio::test]
async fn with_a_hash_of_its_own_a_request_is_taken_whole_or_not() {
    let all = bytes(1_000);
    let upload = Upload::of(&all).await;
    let half = &all[..500];
    let sum = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)));
    for (sum, body, expected) in [
        (sum(&all), Body::from(half.to_vec()), 460),
        (sum(half), broken(&half[..499]), 400),
        ("md5 AAAA".to_owned(), Body::from(half.to_vec()), 400),
        (sum(half), Body::from(half.to_vec()), 204),
    ] {
        let headers = [
            ("content-type", "application/offset+octet-stream"),
            ("upload-offset", "0"),
            ("upload-checksum", sum.as_str()),
        ];
        let answer = ask(&upload.anna, "PATCH", &headers, body).await;
        assert_eq!(answer.status.as_u16(), expected, "{sum}");
        let stored = if expected == 204 { "500" } else { "0" };
        assert_eq!(upload.offset().await, stored);
    }
}

#[tokio::test]
async fn what_was_stored_when_the_program_was_killed_is_there_in_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let files = || Files::folder(&folder.path().join("uploads")).unwrap();
    let all = bytes(3_000_000);
    let upload = Upload::in_store(&all, files()).await;
    assert_eq!(upload.append(0, broken(&all[..2_000_000])).await.0, 204);
    // All bytes came, and the program was killed before it put them together.
    let Upload { server, .. } = upload;
    let data = server.stop().await;
    let config = Config {
        files: files(),
        ..Config::default()
    };
    let server = Server::start_in(data, config, WebApp::embedded()).await;
    let anna = server.sign_in(ANNA).await;
    let upload = Upload {
        server,
        anna,
        job: JobId(Uuid::nil()),
    };
    assert_eq!(upload.offset().await, "2000000");
    assert_eq!(
        upload.append(2_000_000, all[2_000_000..].to_vec()).await.0,
        204
    );
    assert!(upload.received_at().await.is_some());
    // Nothing of the upload's pieces stays.
    let incoming = folder.path().join("uploads/incoming");
    let mut left = 0;
    let mut folders = vec![incoming];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            match entry.unwrap() {
                entry if entry.path().is_dir() => folders.push(entry.path()),
                _ => left += 1,
            }
        }
    }
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_record_of_a_backup_learns_again_that_its_file_is_there() {
    let all = bytes(1_000);
    let upload = Upload::of(&all).await;
    assert_eq!(upload.append(0, all.clone()).await.0, 204);
    // The data are of before: the file is not.
    let before = Record::Attachment(attachment(upload.job, &all));
    upload.server.put(NORDHAUS, &before).await;
    assert_eq!(upload.received_at().await, None);
    assert_eq!(upload.offset().await, "1000");
    assert!(upload.received_at().await.is_some());
}

#[tokio::test]
async fn a_file_is_saved_and_never_opened_as_a_page() {
    let png = [
        &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..],
        &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0, 0, 0, 0],
    ]
    .concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for (all, media_type) in [
        (png, "image/png"),
        (svg, "application/octet-stream"),
        (
            b"<!doctype html><script src=x>".to_vec(),
            "application/octet-stream",
        ),
    ] {
        let upload = Upload::of(&all).await;
        assert_eq!(upload.append(0, all).await.0, 204);
        let answer = upload.anna.get(&format!("{FILES}/{FILE}")).await;
        assert_eq!(answer.header("content-type"), media_type);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; sandbox; frame-ancestors 'none'"
        );
        assert_eq!(
            answer.header("content-disposition"),
            "attachment; filename=\".._boiler _1_.jpg\"; filename*=UTF-8''..%2Fboiler%20%221%22.jpg"
        );
    }
}

#[tokio::test]
async fn a_picture_that_no_memory_holds_is_refused_in_words() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([
        0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0, 8, 2, 0, 0, 0, 0, 0, 0, 0,
    ]);
    let upload = Upload::of(&png).await;
    assert_eq!(upload.append(0, png).await.0, 422);
    assert_eq!(upload.received_at().await, None);
}

#[tokio::test]
async fn any_client_of_tus_finds_its_way() {
    let all = bytes(1_000);
    let upload = Upload::of(&all).await;
    let asked = upload.server.nobody().ask("OPTIONS", FILES, None).await;
    assert_eq!(asked.status, 204);
    for (name, value) in [
        ("tus-version", "1.0.0"),
        ("tus-extension", "creation,checksum,expiration"),
        ("tus-max-size", "26214400"),
        ("tus-checksum-algorithm", "sha256"),
    ] {
        assert_eq!(asked.header(name), value);
    }
    let named = |id: &str| format!("filename YQ==,attachment {}", STANDARD.encode(id));
    let own = FILE.to_string();
    for (version, length, metadata, expected) in [
        ("1.0.0", "1000", named(&own), 201),
        ("1.0.0", "1000", named(&own), 201),
        ("0.2.2", "1000", named(&own), 412),
        ("1.0.0", "999", named(&own), 400),
        ("1.0.0", "1073741824", named(&own), 400),
        ("1.0.0", "", named(&own), 400),
        ("1.0.0", "99999999999999999999", named(&own), 400),
        ("1.0.0", "1000", named("nobody"), 400),
        ("1.0.0", "1000", named(&Uuid::nil().to_string()), 404),
        ("1.0.0", "1000", String::new(), 400),
    ] {
        let request = Request::post(FILES)
            .header("tus-resumable", version)
            .header("upload-length", length)
            .header("upload-metadata", &metadata);
        let answer = upload.anna.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, expected, "{version} {length} {metadata}");
        if expected == 201 {
            assert_eq!(answer.header("location"), format!("{FILES}/{FILE}"));
        }
    }
    assert_eq!(upload.append(0, broken(&all[..10])).await.0, 204);
    let answer = ask(&upload.anna, "HEAD", &[], Body::empty()).await;
    assert!(answer.header("upload-expires").ends_with(" GMT"));
    assert_eq!(answer.header("upload-length"), "1000");
    assert_eq!(answer.header("cache-control"), "no-store");
}
