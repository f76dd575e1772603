//! Serving: taking connections, and being rid of those whose clients say or take nothing.
//!
//! Owns how many connections there are, how long each may be silent, and the end of them all. Must never look
//! into a request.

pub(crate) mod acme;
pub(crate) mod certificate_files;
mod debts;
mod patience;
mod redirect;
pub mod tls;
pub(crate) mod trust;
mod untaken;

use crate::auth::limiter::network;
use crate::auth::shared_pace::run_shared_pace;
use crate::elsewhere::run_listener;
use crate::error::ServerError;
use crate::http::router;
use crate::maintenance::run_daily;
use crate::notifications::send::run_sender;
use crate::places::{Place, Places};
use crate::state::App;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::header::HOST;
use axum::http::{HeaderValue, Request};
use debts::{Client, Debts, follow};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use patience::Patient;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tls::{Greeted, Tls};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

/// How long requests that are under way may still take when the server is told to end.
const GRACE: Duration = Duration::from_secs(10);
/// How long no connection is taken after the system had no room for one.
const NO_ROOM: Duration = Duration::from_secs(1);
/// Bytes of one connection that are read ahead: the head of a request must fit.
const READ_AHEAD: usize = 64 * 1024;

/// Requests of one connection that speaks HTTP/2 at the same time: the pages that one user has open share it, with a
/// stream of events each.
const TOGETHER: u32 = 64;
/// Bytes of one such request, and of all of one connection, that a client may send before they are read; and of one answer
/// that wait for it to take them.
const WINDOW: u32 = 256 * 1024;
const WINDOWS: u32 = 512 * 1024;
const UNTAKEN: usize = 32 * 1024;
/// How long such a client may take to say that it is there.
const PONG: Duration = Duration::from_secs(20);

/// Serves until `ended`; then requests under way are finished and event streams end.
///
/// # Errors
/// None so far; what is wrong with one connection ends that one.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    ended: impl Future<Output = ()> + Send,
) -> Result<(), ServerError> {
    let keeper = tokio::spawn({
        let app = Arc::clone(&app);
        async move { run_daily(&app).await }
    });
    let sender = tokio::spawn({
        let app = Arc::clone(&app);
        async move { run_sender(&app).await }
    });
    let ears = tokio::spawn({
        let app = Arc::clone(&app);
        async move { run_listener(&app).await }
    });
    let certificate = tokio::spawn({
        let tls = app.config.tls.clone();
        async move {
            if let Some(tls) = tls {
                tls.keep().await;
            }
        }
    });
    let pace = tokio::spawn({
        let app = Arc::clone(&app);
        async move { run_shared_pace(&app).await }
    });
    let open = GracefulShutdown::new();
    tokio::select! {
        () = take_connections(&app, &listener, &open) => {}
        () = ended => {}
    }
    drop(listener);
    tracing::info!("ending");
    app.hub.end();
    // What is not done by then is cut.
    let _ = tokio::time::timeout(GRACE, open.shutdown()).await;
    keeper.abort();
    // What is under way is sent once more after the next start, and takes the place of this.
    sender.abort();
    ears.abort();
    certificate.abort();
    pace.abort();
    app.storage.close().await;
    Ok(())
}

/// Takes connections for ever, no more at a time than may be, and not all of them from one network. Where there is no
/// room, who has owed the rest of a request longest makes some; where all are being answered, the newest is refused.
async fn take_connections(app: &Arc<App>, listener: &TcpListener, open: &GracefulShutdown) {
    let router = router(Arc::clone(app));
    let places = Arc::new(Semaphore::new(app.config.connections.max(1)));
    let (networks, debts) = (Places::default(), Debts::default());
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Some(place) = place_of(&places, &debts).await else {
                    return;
                };
                // Behind a proxy all come from one address, and the proxy counts.
                let most = match app.config.behind_proxy {
                    true => usize::MAX,
                    false => app.config.connections_per_network,
                };
                let network = network(peer.ip());
                let free = networks.take(network.clone(), most);
                let of_network = free.or_else(|| {
                    // Whose place it was goes in a moment.
                    let is_told = debts.end_longest(Some(&network));
                    is_told.then(|| networks.take(network.clone(), usize::MAX))?
                });
                match of_network {
                    Some(of_network) => {
                        let client = debts.open(network);
                        begin(
                            app,
                            &router,
                            open,
                            (stream, peer),
                            (client, place, of_network),
                        )
                    }
                    None => tracing::debug!("a network has too many connections; one was closed"),
                }
            }
            Err(error) if is_of_one(error.kind()) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}

/// A place for who has come: nobody is put out before somebody needs the room. Who comes meanwhile waits in the system's
/// queue.
async fn place_of(places: &Arc<Semaphore>, debts: &Debts) -> Option<OwnedSemaphorePermit> {
    if let Ok(free) = Arc::clone(places).try_acquire_owned() {
        return Some(free);
    }
    debts.end_longest(None);
    Arc::clone(places).acquire_owned().await.ok()
}

/// Sends whoever comes to `listener` to HTTPS at one of these names, until dropped.
pub(crate) async fn run_redirect(listener: TcpListener, names: Arc<[String]>) {
    redirect::run_redirect(listener, names).await;
}

/// Whether the fault concerns the one connection only.
fn is_of_one(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}

/// Serves one connection on its own; it has its place until it ends.
fn begin(
    app: &Arc<App>,
    router: &Router,
    open: &GracefulShutdown,
    (stream, peer): (TcpStream, SocketAddr),
    (client, place, of_network): (Arc<Client>, OwnedSemaphorePermit, Place<String>),
) {
    // Small events shall not wait for more.
    let _ = stream.set_nodelay(true);
    let (app, router, watcher) = (Arc::clone(app), router.clone(), open.watcher());
    tokio::spawn(async move {
        let patience = app.config.write_timeout;
        let who = (router, peer, Arc::clone(&client));
        let served = async {
            match &app.config.tls {
                None => run(&app, watcher, Patient::new(stream, patience), who).await,
                Some(tls) => secure(&app, tls, watcher, stream, who).await,
            }
        };
        tokio::select! {
            () = served => {}
            () = client.must_end() => tracing::debug!("a client that owed a request made room"),
        }
        drop((place, of_network));
    });
}

/// Serves a connection with TLS; one without is told how to have it.
async fn secure(
    app: &App,
    tls: &Tls,
    watcher: Watcher,
    stream: TcpStream,
    (router, peer, client): (Router, SocketAddr, Arc<Client>),
) {
    match tls.greet(stream, app.config.write_timeout).await {
        Ok(Greeted::Http1(stream)) => run(app, watcher, stream, (router, peer, client)).await,
        Ok(Greeted::Http2(stream)) => run_http2(app, watcher, stream, (router, peer, client)).await,
        Ok(Greeted::Plain(stream)) => run(app, watcher, stream, (tls.plain(), peer, client)).await,
        Ok(Greeted::Challenged) => {}
        Err(error) => tracing::debug!(%error, "a connection began without TLS or HTTP"),
    }
}

/// Serves a connection until it ends.
async fn run(
    app: &App,
    watcher: Watcher,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    (router, peer, client): (Router, SocketAddr, Arc<Client>),
) {
    let service =
        service_fn(move |request: Request<Incoming>| answer(&router, peer, &client, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.config.head_timeout)
        .max_buf_size(READ_AHEAD)
        .serve_connection(TokioIo::new(stream), service);
    // Clients come and go; what they asked for is in the log.
    let _ = pin!(watcher.watch(connection)).await;
}

/// Serves a connection on which several requests are under way at once, until it ends or nothing was asked for as long as
/// one of the older kind may be idle.
async fn run_http2(
    app: &App,
    watcher: Watcher,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    (router, peer, client): (Router, SocketAddr, Arc<Client>),
) {
    let asked_by = Arc::clone(&client);
    let service = service_fn(move |request: Request<Incoming>| {
        answer(&router, peer, &asked_by, named(request))
    });
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(app.config.head_timeout)
        .keep_alive_timeout(PONG)
        .max_concurrent_streams(TOGETHER)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOWS)
        .max_send_buf_size(UNTAKEN)
        .max_header_list_size(u32::try_from(READ_AHEAD).unwrap_or(u32::MAX))
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = pin!(watcher.watch(connection)) => {}
        () = client.is_quiet_for(app.config.head_timeout) => {}
        () = client.takes_nothing_for(app.config.write_timeout) => {
            tracing::debug!("a client that takes nothing was put out");
        }
    }
}

/// Answers a request, and notices when it was asked whole and when it was answered.
fn answer(
    router: &Router,
    peer: SocketAddr,
    client: &Arc<Client>,
    request: Request<Incoming>,
) -> impl Future<Output = Result<axum::response::Response, std::convert::Infallible>> + use<> {
    let (mut request, answered) = follow(client, request);
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = router.clone().oneshot(request);
    async move { answer.await.map(|response| answered.wrap(response)) }
}

/// With HTTP/2 the host stands in the address: whoever looks for it finds it where HTTP/1.1 has it.
fn named(mut request: Request<Incoming>) -> Request<Incoming> {
    if request.headers().contains_key(HOST) {
        return request;
    }
    let host = request.uri().authority().map(|host| host.as_str());
    if let Some(Ok(host)) = host.map(HeaderValue::from_str) {
        request.headers_mut().insert(HOST, host);
    }
    request
}
