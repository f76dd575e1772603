//! `cargo xtask run --cluster`: the demo as a large company runs it. A PostgreSQL, an S3, two servers that share no
//! folder, and a balancer before them, all on this machine and gone with this process.
//! It must never be more than a look: what is kept here lies in a folder that is thrown away.

mod balancer;
mod postgres;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::repo::Repo;
use crate::{beside, build, dev, progress, run, tools};
use balancer::Balancer;

const LOOK_EVERY: Duration = Duration::from_millis(500);
const SERVERS: usize = 2;
const BUCKET: &str = "afield";
/// Keys of nothing but the S3 that is made here.
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "afield-demo"),
    ("AWS_SECRET_ACCESS_KEY", "afield-demo-secret"),
];

pub(crate) fn run(port: u16, today: Option<&str>) -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("cannot listen on port {port}: choose another with --port"))?;
    let repo = Repo::find()?;
    tools::ensure_for_build(&repo)?;
    beside::ensure(&repo)?;
    build::app(&repo)?;
    build::server(&repo)?;
    progress::step("Building the S3 (debug)", || {
        let example = [
            "build",
            "--package",
            "afield-server",
            "--example",
            "s3_folder",
        ];
        progress::execute(&mut repo.cargo(&example))
    })?;
    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    let folder = Folder::new()?;
    let mut postgres = progress::step("Beginning PostgreSQL", || {
        postgres::begin(folder.0.join("postgres"))
    })?;
    let address = postgres.address("afield");
    let done = serve(&repo, &folder.0, &address, today, listener, &ended);
    postgres.end();
    done
}

/// The S3 and the servers, until the person ends them.
fn serve(
    repo: &Repo,
    folder: &Path,
    database: &str,
    today: Option<&str>,
    listener: TcpListener,
    ended: &AtomicBool,
) -> Result<()> {
    let port = listener.local_addr()?.port();
    let s3_port = free_port()?;
    let mut s3 = begin_s3(repo, folder, s3_port)?;
    let mut servers = Vec::new();
    for number in 1..=SERVERS {
        servers.push(Replica::of(repo, folder, number, database, s3_port, today)?);
    }
    let ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
    Balancer::of(&ports).begin(listener);
    println!("Open http://localhost:{port} (a balancer before {SERVERS} servers).");
    for server in &servers {
        println!("  {}", server.told());
    }
    println!("  PostgreSQL: {database}");
    println!("  S3: http://127.0.0.1:{s3_port}/{BUCKET}");
    println!("  Logs: {}", folder.display());
    println!(
        "Kill a server while you work: the other goes on, and it is started again. Ctrl-C ends all of it, and what was kept in it."
    );
    let watched = watch(&mut servers, &mut s3, ended);
    // In the end nobody asks those that are gone.
    drop(servers);
    dev::stop(&mut s3)?;
    watched
}

/// Starts again what ends.
fn watch(servers: &mut [Replica], s3: &mut Child, ended: &AtomicBool) -> Result<()> {
    while !ended.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        if let Some(status) = s3.try_wait()? {
            bail!("the S3 stopped ({status})");
        }
        for server in &mut *servers {
            if let Some(status) = server.child.try_wait()?
                && !ended.load(Ordering::Relaxed)
            {
                server.child = start(&mut server.command)?;
                println!("A server stopped ({status}). {}", server.told());
            }
        }
    }
    Ok(())
}

/// One of the servers.
struct Replica {
    number: usize,
    port: u16,
    command: Command,
    child: Child,
}

impl Replica {
    fn of(
        repo: &Repo,
        folder: &Path,
        number: usize,
        database: &str,
        s3_port: u16,
        today: Option<&str>,
    ) -> Result<Self> {
        let port = free_port()?;
        let data = folder.join(format!("server-{number}"));
        std::fs::create_dir(&data)?;
        let log = std::fs::File::create(folder.join(format!("server-{number}.log")))?;
        let mut command = run::serve(&repo.server("release"), port, &data, today);
        command
            .args(["--database", database, "--files-plain-http"])
            .env("AFIELD_FILES", format!("s3://{BUCKET}/files"))
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{s3_port}"))
            .envs(KEYS)
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = start(&mut command)?;
        let mut server = Self {
            number,
            port,
            command,
            child,
        };
        server.wait_until_there()?;
        Ok(server)
    }

    /// It makes the tables and the demo first, and two must not do that at once.
    fn wait_until_there(&mut self) -> Result<()> {
        while !self.answers().unwrap_or(false) {
            if let Some(status) = self.child.try_wait()? {
                bail!("server {} stopped ({status}): see its log", self.number);
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// Its port is taken before it answers there.
    fn answers(&self) -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(LOOK_EVERY))?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(
            stream,
            "GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        )?;
        let mut said = String::new();
        BufReader::new(stream).read_line(&mut said)?;
        Ok(said.contains(" 200 "))
    }

    fn told(&self) -> String {
        let (number, port, id) = (self.number, self.port, self.child.id());
        format!("server {number}: http://127.0.0.1:{port}, kill -9 {id}")
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = dev::stop(&mut self.child);
    }
}

fn start(command: &mut Command) -> Result<Child> {
    command.spawn().context("cannot start the server")
}

/// It ends with its input, so that none is left where this process is killed.
fn begin_s3(repo: &Repo, folder: &Path, port: u16) -> Result<Child> {
    let program = repo.server("debug").with_file_name("examples");
    let mut s3 = Command::new(program.join("s3_folder"))
        .arg(folder.join("s3"))
        .args([&port.to_string(), BUCKET])
        .envs(KEYS)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.join("s3.log"))?)
        .spawn()
        .context("cannot start the S3")?;
    if !is_ready(&mut s3)? {
        let log = std::fs::read_to_string(folder.join("s3.log")).unwrap_or_default();
        bail!("the S3 did not begin: {log}");
    }
    Ok(s3)
}

/// Waits for its first line; whether that is the word.
fn is_ready(child: &mut Child) -> std::io::Result<bool> {
    let mut said = String::new();
    if let Some(out) = child.stdout.take() {
        BufReader::new(out).read_line(&mut said)?;
    }
    Ok(said == "ready\n")
}

/// A folder that goes with this process.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let name = format!("afield-cluster-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A port that nobody has, at this moment.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("there is no free port")?;
    Ok(listener.local_addr()?.port())
}
