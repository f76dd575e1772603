//! Memory, a folder and an S3 keep the contract; and what an S3 that is cut, ill or set up wrongly comes to.

use super::Files;
use super::contract::{FILE, Place, bytes, check_all, read, sum};
use super::pieces::PIECE_BYTES;
use super::s3::Said;
use super::s3_server::{BUCKET, Cut, KEY, S3Server, SECRET};
use super::tried::Unfit;
use super::whole::Joined;
use futures::future::join_all;
use std::sync::Arc;

fn open(server: &S3Server, address: &str, secret: &str) -> Files {
    let said = Said {
        address: address.to_owned(),
        plain_http: true,
        ..Said::default()
    };
    let environment = server.environment();
    let setting = |name: &str| match name {
        "AWS_SECRET_ACCESS_KEY" => Some(secret.to_owned()),
        _ => {
            let found = environment.iter().find(|(one, _)| *one == name);
            found.map(|(_, value)| value.clone())
        }
    };
    Files::s3(&said, setting).unwrap()
}

fn of(server: &S3Server) -> Files {
    open(server, &format!("s3://{BUCKET}/tests"), SECRET)
}

#[tokio::test]
async fn memory_keeps_the_contract() {
    check_all(|| {
        let files = Files::memory();
        Box::new(move || files.clone()) as Place
    })
    .await;
}

#[tokio::test]
async fn a_folder_keeps_the_contract() {
    check_all(|| {
        let folder = tempfile::tempdir().unwrap();
        Box::new(move || Files::folder(folder.path()).unwrap()) as Place
    })
    .await;
}

#[tokio::test]
async fn an_s3_keeps_the_contract() {
    check_all(|| {
        let server = S3Server::start();
        Box::new(move || of(&server)) as Place
    })
    .await;
}

/// Sends what is not there yet, puts it together, and forgets the pieces: what a server does, until something fails.
async fn bring(files: &Files, all: &[u8]) -> object_store::Result<()> {
    const PIECE: usize = 40;
    loop {
        let stored = files.stored(FILE).await?;
        if files.size(FILE).await?.is_some() {
            break;
        }
        let at = usize::try_from(stored.bytes).unwrap();
        if at == all.len() {
            assert_eq!(files.join(FILE, &stored, &sum(all)).await?, Joined::Whole);
            break;
        }
        let piece = all[at..all.len().min(at + PIECE)].to_vec();
        // Another one has brought it, or this one and did not hear of it.
        files.add_piece(FILE, stored.bytes, piece).await?;
    }
    files.forget_pieces(FILE).await
}

#[tokio::test]
async fn wherever_a_server_is_cut_off_another_goes_on_and_nothing_is_lost() {
    let all = bytes(100);
    let whole = S3Server::start();
    bring(&of(&whole), &all).await.unwrap();
    let requests = whole.asked();
    assert!(requests > 10, "{requests}");
    let cuts = (0..requests).flat_map(|after| [false, true].map(|done| Cut { after, done }));
    join_all(cuts.map(async |cut| {
        let server = S3Server::start();
        server.cut(Some(cut));
        bring(&of(&server), &all).await.unwrap_err();
        server.cut(None);
        let other = of(&server);
        // A file that is there is there whole, whatever was heard of it.
        if let Some(there) = read(&other, FILE).await {
            assert!(there == all, "{cut:?}");
        }
        bring(&other, &all).await.unwrap();
        assert!(read(&other, FILE).await.unwrap() == all, "{cut:?}");
        assert_eq!(server.objects("tests").len(), 1, "{cut:?}");
    }))
    .await;
}

#[tokio::test]
async fn a_request_whose_answer_was_lost_is_asked_again_and_done_once() {
    let server = S3Server::start();
    let files = of(&server);
    // The second finds what the first has written: that it was itself it cannot know, and asks where the upload is.
    server.lose_one();
    assert!(!files.add_piece(FILE, 0, bytes(10)).await.unwrap());
    assert_eq!(files.stored(FILE).await.unwrap().bytes, 10);
    server.lose_one();
    let stored = files.stored(FILE).await.unwrap();
    let joined = files.join(FILE, &stored, &sum(&bytes(10))).await.unwrap();
    assert_eq!(joined, Joined::Whole);
}

#[tokio::test]
async fn a_long_file_whose_last_answer_was_lost_is_there() {
    let all = bytes(6 * PIECE_BYTES);
    let sent = async || {
        let (server, pieces) = (S3Server::start(), all.chunks(PIECE_BYTES));
        for (n, piece) in pieces.enumerate() {
            let at = (n * PIECE_BYTES) as u64;
            let added = of(&server).add_piece(FILE, at, piece.to_vec()).await;
            assert!(added.unwrap());
        }
        let stored = of(&server).stored(FILE).await.unwrap();
        (server, stored)
    };
    let (server, stored) = sent().await;
    let before = server.asked();
    let joined = of(&server).join(FILE, &stored, &sum(&all)).await;
    assert_eq!(joined.unwrap(), Joined::Whole);
    let after = server.asked() - before - 1;

    let (server, stored) = sent().await;
    server.cut(Some(Cut { after, done: true }));
    let joined = of(&server).join(FILE, &stored, &sum(&all)).await;
    joined.unwrap_err();
    server.cut(None);
    assert!(read(&of(&server), FILE).await.unwrap() == all);
}

#[tokio::test]
async fn an_s3_that_will_not_do_is_said_at_the_start_and_no_key_with_it() {
    let server = S3Server::start();
    let gone = S3Server::start();
    gone.cut(Some(Cut {
        after: 0,
        done: false,
    }));
    let forgetful = S3Server::start_that_writes_over();
    let here = format!("s3://{BUCKET}/x");
    for (files, is_silent, expected) in [
        (
            open(&server, &here, "wrong-secret"),
            false,
            "The keys must allow",
        ),
        (
            open(&server, "s3://nowhere", SECRET),
            false,
            "Is there this bucket?",
        ),
        (open(&gone, &here, SECRET), true, "does not answer"),
        (
            open(&forgetful, &here, SECRET),
            false,
            "writes over what is there",
        ),
    ] {
        let (silent, why) = match files.try_out().await.unwrap_err() {
            Unfit::Silent(why) => (true, why),
            Unfit::Wrong(why) => (false, why),
        };
        assert_eq!(silent, is_silent, "{why}");
        assert!(why.contains(expected) && why.contains("s3://"), "{why}");
        for secret in [KEY, SECRET, "wrong-secret"] {
            assert!(!why.contains(secret), "{why}");
        }
    }
    let why = open(&gone, &here, SECRET).look().await.unwrap_err();
    assert!(why.contains("s3://") && !why.contains(KEY), "{why}");
}

#[tokio::test]
async fn many_at_once_are_served() {
    let server = S3Server::start();
    let files = Arc::new(of(&server));
    let all = bytes(50);
    let added = join_all((0..40).map(|n| files.add_piece(FILE, n * 50, all.clone()))).await;
    assert!(added.into_iter().all(|added| added.unwrap()));
    assert_eq!(files.stored(FILE).await.unwrap().bytes, 2_000);
}
