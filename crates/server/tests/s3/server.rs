//! An S3 for the tests of one process: `s3s-fs` on a folder of its own, asked over HTTP on a port of this machine, with
//! keys, and gone with the test.
//!
//! Owns the faults that it can be told to have. Must never need another machine.

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub(crate) const BUCKET: &str = "afield-files";
/// No text of a server may hold them.
pub(crate) const KEY: &str = "AKIATESTKEY";
pub(crate) const SECRET: &str = "not-for-any-log";

pub(crate) struct S3Server {
    address: SocketAddr,
    folder: TempDir,
    state: Arc<Mutex<State>>,
    _end: oneshot::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    asked: usize,
    cut: Option<Cut>,
    /// The answer of the next is lost.
    loses: bool,
    writes_over: bool,
}

/// When its answers end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    /// Requests that are answered before.
    pub(crate) after: usize,
    /// Whether what the next one asks for is done, though its answer never comes.
    pub(crate) done: bool,
}

impl S3Server {
    pub(crate) fn start() -> Self {
        Self::start_that(false)
    }

    /// One of those that do not know `If-None-Match`; it knows no keys either.
    #[allow(dead_code)] // Of the programs of tests one needs it.
    pub(crate) fn start_that_writes_over() -> Self {
        Self::start_that(true)
    }

    fn start_that(writes_over: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        if !writes_over {
            service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        }
        let service = service.build();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            writes_over,
            ..State::default()
        }));
        let (end, ended) = oneshot::channel();
        let shared = Arc::clone(&state);
        // A runtime of its own: it answers also while the test itself waits without one.
        std::thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, service, shared) => {}
                    _ = ended => {}
                }
            });
        });
        Self {
            address,
            folder,
            state,
            _end: end,
        }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the environment of a server says that uses it.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_ENDPOINT_URL", self.endpoint()),
        ]
    }

    /// From now on as is said; none: it answers again.
    pub(crate) fn cut(&self, cut: Option<Cut>) {
        self.state.lock().unwrap().cut = cut;
    }

    /// The next request is done, and its answer lost.
    pub(crate) fn lose_one(&self) {
        self.state.lock().unwrap().loses = true;
    }

    /// Requests that came.
    pub(crate) fn asked(&self) -> usize {
        self.state.lock().unwrap().asked
    }

    /// The objects under `prefix`, in order, as the disk has them.
    pub(crate) fn objects(&self, prefix: &str) -> Vec<String> {
        let bucket = self.folder.path().join(BUCKET);
        let (mut found, mut folders) = (Vec::new(), vec![bucket.join(prefix)]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path: PathBuf = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let name = path.strip_prefix(&bucket).unwrap();
                        found.push(name.to_str().unwrap().to_owned());
                    }
                }
            }
        }
        found.sort();
        found
    }
}

async fn serve(listener: std::net::TcpListener, service: S3Service, state: Arc<Mutex<State>>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let (service, state) = (service.clone(), Arc::clone(&state));
        let answers = service_fn(move |request: Request<Incoming>| {
            let (service, cut) = (service.clone(), cut_of_next(&state));
            let writes_over = state.lock().unwrap().writes_over;
            async move {
                match cut {
                    None => answer(&service, request, writes_over).await,
                    Some(done) => {
                        if done {
                            let _ = answer(&service, request, writes_over).await;
                        }
                        // The connection ends without a word.
                        Err(io::Error::from(io::ErrorKind::ConnectionReset))
                    }
                }
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answers));
    }
}

async fn answer(
    service: &S3Service,
    mut request: Request<Incoming>,
    writes_over: bool,
) -> io::Result<Response<s3s::Body>> {
    // `s3s-fs` makes a bucket of any name.
    let path = request.uri().path();
    if !path.starts_with(&format!("/{BUCKET}")) {
        let text = "<Error><Code>NoSuchBucket</Code></Error>".to_owned();
        let answer = Response::builder().status(404).body(text.into());
        return answer.map_err(io::Error::other);
    }
    if writes_over {
        for name in ["if-none-match", "authorization"] {
            request.headers_mut().remove(name);
        }
    }
    let answer = service.call(request.map(s3s::Body::from)).await;
    answer.map_err(io::Error::other)
}

/// Whether the next request is cut, and if so whether it is done.
fn cut_of_next(state: &Mutex<State>) -> Option<bool> {
    let mut state = state.lock().unwrap();
    state.asked += 1;
    if std::mem::take(&mut state.loses) {
        return Some(true);
    }
    let cut = state.cut.as_mut()?;
    if cut.after > 0 {
        cut.after -= 1;
        return None;
    }
    // One is done without an answer; whoever asks again finds nobody.
    Some(std::mem::take(&mut cut.done))
}
