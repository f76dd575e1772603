//! The bytes of photos and files in an S3 that is cut and ill: what counts is there, what is not there does not count.

use crate::s3_server::{BUCKET, Cut, KEY, S3Server, SECRET};
use crate::uploads::{FILE, Upload, bytes};
use afield_protocol::paths::FILES;
use afield_server::files::Files;
use afield_server::files::s3::Said;
use afield_server::watching::router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use futures::future::join_all;
use std::sync::Arc;
use tower::ServiceExt as _;

fn files(server: &S3Server) -> Files {
    let said = Said {
        address: format!("s3://{BUCKET}/afield"),
        plain_http: true,
        ..Said::default()
    };
    let environment = server.environment();
    let setting = |name: &str| {
        let found = environment.iter().find(|(one, _)| *one == name);
        found.map(|(_, value)| value.clone())
    };
    Files::s3(&said, setting).unwrap()
}

async fn get(upload: &Upload) -> (u16, Vec<u8>) {
    let request = Request::get(format!("{FILES}/{FILE}"));
    let answer = upload.anna.open(request.body(Body::empty()).unwrap()).await;
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, body.to_vec())
}

async fn ready(upload: &Upload) -> (u16, String) {
    let request = Request::get("/ready").body(Body::empty()).unwrap();
    let watched = router(Arc::clone(&upload.server.app));
    let answer = watched.oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

const GONE: Cut = Cut {
    after: 0,
    done: false,
};

#[tokio::test]
async fn a_file_arrives_in_an_s3_and_is_fetched_from_there() {
    let s3 = S3Server::start();
    let all = bytes(2_500_000);
    let upload = Upload::in_store(&all, files(&s3)).await;
    assert_eq!(upload.append(0, all[..1_500_000].to_vec()).await.0, 204);
    assert!(!s3.objects("afield/incoming").is_empty());
    assert_eq!(upload.offset().await, "1500000");
    assert_eq!(
        upload.append(1_500_000, all[1_500_000..].to_vec()).await.0,
        204
    );
    assert!(upload.received_at().await.is_some());
    let (status, got) = get(&upload).await;
    assert!(status == 200 && got == all);
    let left = s3.objects("afield");
    assert!(
        left.len() == 1 && left[0].starts_with("afield/files/"),
        "{left:?}"
    );
}

#[tokio::test]
async fn while_an_s3_is_gone_its_files_wait_and_nothing_else_does() {
    let s3 = S3Server::start();
    let all = bytes(1_000);
    let upload = Upload::in_store(&all, files(&s3)).await;
    assert_eq!(upload.append(0, all[..400].to_vec()).await.0, 204);
    assert_eq!(ready(&upload).await, (200, "ready\n".to_owned()));
    s3.cut(Some(GONE));
    assert_eq!(upload.append(400, all[400..].to_vec()).await.0, 503);
    assert_eq!(upload.offset().await, "503");
    let (status, said) = ready(&upload).await;
    assert_eq!(status, 200, "text goes on");
    assert!(said.starts_with("ready\nbut no files"), "{said}");
    assert!(!said.contains(KEY) && !said.contains(SECRET), "{said}");
    assert_eq!(upload.anna.get("/api/v1/pull").await.status, 200);
    s3.cut(None);
    assert_eq!(upload.offset().await, "400");
    assert_eq!(upload.append(400, all[400..].to_vec()).await.0, 204);
    assert!(upload.received_at().await.is_some());
    s3.cut(Some(GONE));
    assert_eq!(get(&upload).await.0, 503);
}

#[tokio::test]
async fn wherever_an_s3_is_cut_off_a_file_counts_only_when_it_is_there() {
    let all = bytes(1_000);
    let cuts = (0..12).flat_map(|after| [false, true].map(|done| Cut { after, done }));
    let heard = join_all(cuts.map(async |cut| {
        let s3 = S3Server::start();
        let upload = Upload::in_store(&all, files(&s3)).await;
        assert_eq!(upload.append(0, all[..400].to_vec()).await.0, 204);
        s3.cut(Some(cut));
        let (status, _) = upload.append(400, all[400..].to_vec()).await;
        s3.cut(None);
        let counts = upload.received_at().await.is_some();
        let (got, bytes) = get(&upload).await;
        assert_eq!(got == 200, counts, "{cut:?}");
        assert!(!counts || bytes == all, "{cut:?}");
        // As the phone does: it asks, and goes on from there.
        if status != 204 {
            let at: usize = upload.offset().await.parse().unwrap();
            let (status, _) = upload.append(at, all[at..].to_vec()).await;
            assert_eq!(status, 204, "{cut:?} at {at}");
        }
        assert!(upload.received_at().await.is_some(), "{cut:?}");
        let (got, bytes) = get(&upload).await;
        assert!(got == 200 && bytes == all, "{cut:?}");
        status
    }))
    .await;
    assert!(heard.contains(&503) && heard.contains(&204), "{heard:?}");
}
