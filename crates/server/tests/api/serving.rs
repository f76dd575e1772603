//! Connections: clients that say nothing or take nothing keep nobody from the server. A real listener.

use crate::support::*;
use afield_server::serving::serve;
use afield_server::web_app::WebApp;
use afield_server::{Config, state::App};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

struct Serving {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    server: Server,
}

impl Serving {
    async fn start(config: Config) -> Self {
        let server = Server::start_with(config, WebApp::embedded()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, told) = oneshot::channel::<()>();
        let app: Arc<App> = Arc::clone(&server.app);
        let ended = tokio::spawn(async move {
            let told = async {
                let _ = told.await;
            };
            serve(app, listener, told).await.unwrap();
        });
        Self {
            address,
            end,
            ended,
            server,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Begins a request and does not end its head.
    async fn half(&self) -> TcpStream {
        let mut stream = self.connect().await;
        stream
            .write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: a\r\nx: ")
            .await
            .unwrap();
        stream
    }

    /// Says so much, and no more.
    async fn say(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// A board that listens, as one who has signed in with that cookie.
    async fn board(&self, cookie: &str) -> TcpStream {
        let ask = format!("GET /api/v1/events HTTP/1.1\r\nhost: a\r\ncookie: {cookie}\r\n\r\n");
        let mut stream = self.say(&ask).await;
        let mut answer = [0; 12];
        in_time(stream.read_exact(&mut answer)).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        stream
    }

    async fn is_well(&self) -> bool {
        let mut stream = self.connect().await;
        let ask = "GET /api/v1/health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = String::new();
        in_time(stream.read_to_string(&mut answer)).await.unwrap();
        answer.starts_with("HTTP/1.1 200")
    }

    /// Like [`Self::is_well`], where the connection may be closed at once.
    async fn try_is_well(&self) -> bool {
        let mut stream = self.connect().await;
        let ask = "GET /api/v1/health HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let mut answer = Vec::new();
        stream.write_all(ask.as_bytes()).await.is_ok()
            && in_time(stream.read_to_end(&mut answer)).await.is_ok()
            && answer.starts_with(b"HTTP/1.1 200")
    }

    /// Asks again and again until it is well.
    async fn until_well(&self) {
        in_time(async { while !self.try_is_well().await {} }).await;
    }
}

/// What is left to read until the server closes the connection; a reset is an end as well.
async fn until_closed(mut stream: TcpStream) -> usize {
    let mut left = Vec::new();
    let _ = in_time(stream.read_to_end(&mut left)).await;
    left.len()
}

#[tokio::test]
async fn one_network_has_so_many_connections_and_leaves_the_others_theirs() {
    let config = |behind_proxy| Config {
        connections: 8,
        connections_per_network: 3,
        behind_proxy,
        ..Config::default()
    };
    let serving = Serving::start(config(false)).await;
    let cookie = serving.server.sign_in(DORA).await.cookie.unwrap();
    let mut boards = Vec::new();
    for _ in 0..3 {
        boards.push(serving.board(&cookie).await);
    }
    // One more is closed unread: nobody who is being answered makes room.
    for _ in 0..20 {
        assert_eq!(until_closed(serving.connect().await).await, 0);
    }
    // A place that is given back can be had again; the server sees the end when it comes to it.
    drop(boards.pop());
    serving.until_well().await;
    drop(boards);
    // Behind a proxy all come from one address.
    let serving = Serving::start(config(true)).await;
    let mut half = Vec::new();
    for _ in 0..7 {
        half.push(serving.half().await);
    }
    assert!(serving.is_well().await);
}

#[tokio::test]
async fn who_owes_the_rest_of_a_request_longest_makes_room_for_who_asks() {
    const HEAD: &str = "GET /api/v1/health HTTP/1.1\r\nhost: a\r\n";
    let post = |length: &str| {
        format!(
            "POST /api/v1/session HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
        )
    };
    let kinds = [
        ("nothing", String::new()),
        ("half a head", format!("{HEAD}x: ")),
        ("half a body", format!("{}{{", post("content-length: 100"))),
        (
            "half a chunk",
            format!("{}5\r\n{{", post("transfer-encoding: chunked")),
        ),
        ("nothing more", format!("{HEAD}\r\n")),
    ];
    // All places of the network, and all there are.
    for (connections, connections_per_network) in [(8, 3), (3, 900)] {
        for (what, text) in &kinds {
            let serving = Serving::start(Config {
                connections,
                connections_per_network,
                ..Config::default()
            })
            .await;
            let mut owing = Vec::new();
            for _ in 0..3 {
                let mut stream = serving.say(text).await;
                if *what == "nothing more" {
                    // It has its answer.
                    in_time(stream.read_exact(&mut [0; 12])).await.unwrap();
                }
                owing.push(stream);
            }
            assert!(serving.is_well().await, "{what}");
            until_closed(owing.remove(0)).await;
        }
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_its_connection_and_frees_its_place() {
    let serving = Serving::start(Config {
        head_timeout: Duration::from_millis(50),
        connections: 2,
        ..Config::default()
    })
    .await;
    // Both places are taken; who comes then is served when the silent ones have lost theirs.
    let (half, silent) = (serving.half().await, serving.connect().await);
    // Again, should this process stand still for so long between its connection and its own head.
    serving.until_well().await;
    until_closed(half).await;
    assert_eq!(until_closed(silent).await, 0);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_ends_its_connection() {
    let serving = Serving::start(Config {
        write_timeout: Duration::from_millis(50),
        connections: 1,
        ..Config::default()
    })
    .await;
    let mut stream = serving.connect().await;
    // So many answers that no buffer of the system holds them, and none is read.
    let ask = "GET /api/v1/health HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1_000);
    let (mut read, mut write) = stream.split();
    let asking = async { while write.write_all(ask.as_bytes()).await.is_ok() {} };
    in_time(async {
        tokio::select! {
            () = asking => {}
            // The only place is free again.
            well = serving.is_well() => assert!(well),
        }
    })
    .await;
    let mut left = Vec::new();
    let _ = in_time(read.read_to_end(&mut left)).await;
}

#[tokio::test]
async fn who_takes_the_last_place_keeps_it_while_nobody_else_comes() {
    let serving = Serving::start(Config {
        connections: 1,
        ..Config::default()
    })
    .await;
    let mut stream = serving.connect().await;
    // The server has had every occasion to put it out before it asks.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    stream
        .write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 12];
    in_time(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test]
async fn a_connection_is_used_again_and_ends_with_the_server() {
    let serving = Serving::start(Config::default()).await;
    let mut stream = serving.connect().await;
    let mut answer = [0; 12];
    for _ in 0..2 {
        stream
            .write_all(b"HEAD /api/v1/health HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        in_time(stream.read_exact(&mut answer)).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        let mut rest = Vec::new();
        while !rest.ends_with(b"\r\n\r\n") {
            rest.push(in_time(stream.read_u8()).await.unwrap());
        }
    }
    serving.end.send(()).unwrap();
    assert_eq!(until_closed(stream).await, 0);
    in_time(serving.ended).await.unwrap();
}
