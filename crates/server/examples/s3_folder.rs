//! An S3 over HTTP whose objects are files of a folder, for `cargo xtask run --cluster`.
//!
//! `s3_folder DIR PORT BUCKET`; the keys come from the environment, as those of a server do. It ends with its input. Must
//! never be used for what somebody needs to keep: it is a stand-in for a store that has more than one disk.

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::error::Error;
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use tokio::net::TcpListener;

type Refused = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Refused> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, port, bucket] = arguments.as_slice() else {
        return Err("s3_folder DIR PORT BUCKET".into());
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(folder.join(bucket))?;
    let files = FileSystem::new(&folder).map_err(|error| format!("{error:?}"))?;
    let mut service = S3ServiceBuilder::new(files);
    let key = |name| std::env::var(name).map_err(|_| format!("{name} is not set"));
    service.set_auth(SimpleAuth::from_single(
        key("AWS_ACCESS_KEY_ID")?,
        key("AWS_SECRET_ACCESS_KEY")?,
    ));
    let port = port.parse()?;
    // Whoever has started it is gone, however that was, when the input ends.
    std::thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(port, service.build()))
}

async fn serve(port: u16, service: S3Service) -> Result<(), Refused> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    writeln!(io::stdout(), "ready")?;
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        let answers = service_fn(move |request: Request<Incoming>| {
            let service = service.clone();
            async move { answer(&service, request).await }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answers));
    }
}

async fn answer(
    service: &S3Service,
    request: Request<Incoming>,
) -> io::Result<Response<s3s::Body>> {
    let answer = service.call(request.map(s3s::Body::from)).await;
    answer.map_err(io::Error::other)
}
