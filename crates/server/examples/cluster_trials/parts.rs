//! The programs of a cluster: servers and an S3, started, killed, and waited for.
//!
//! Owns their command lines and their ends. The servers are the program as it is shipped. Must never leave one behind.

use crate::Result;
use crate::wire::{Asked, Wire};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::time::sleep;

const BUCKET: &str = "afield";
/// Keys of nothing but the S3 that is made here.
const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "afield-trial"),
    ("AWS_SECRET_ACCESS_KEY", "afield-trial-secret"),
];
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A program that is killed and started again with the same words.
struct Program {
    command: Command,
    child: Option<Child>,
}

impl Program {
    fn start(&mut self) -> Result<()> {
        self.child = Some(self.command.spawn()?);
        Ok(())
    }

    fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// An S3 whose objects are files of a folder.
pub(crate) struct S3 {
    program: Program,
    port: u16,
}

impl S3 {
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(beside("s3_folder", &["."])?);
        command
            .arg(folder.join("s3"))
            .args([&port.to_string(), BUCKET])
            .envs(KEYS)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log(folder, "s3")?);
        let mut program = Program {
            command,
            child: None,
        };
        program.start()?;
        Ok(Self { program, port })
    }

    pub(crate) fn kill(&mut self) -> Result<()> {
        self.program.kill()
    }

    pub(crate) fn start(&mut self) -> Result<()> {
        self.program.start()
    }
}

/// Where a server keeps what it is given.
pub(crate) struct Places<'a> {
    /// The address of a PostgreSQL; none for SQLite in the server's folder.
    pub(crate) database: Option<String>,
    pub(crate) s3: Option<&'a S3>,
    /// Where files lie without an S3; none for the server's folder.
    pub(crate) files: Option<PathBuf>,
}

pub(crate) struct Replica {
    program: Program,
    pub(crate) at: SocketAddr,
    pub(crate) watched: SocketAddr,
}

impl Replica {
    /// Starts one whose own folder is `folder`.
    pub(crate) fn begin(folder: &Path, places: &Places<'_>) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let [at, watched] = [free_port()?, free_port()?].map(local);
        let mut command = Command::new(beside("afield-server", &["..", "."])?);
        command
            .args(["serve", "--behind-proxy", "--port", &at.port().to_string()])
            .args(["--watch", &watched.to_string(), "--data"])
            .arg(folder)
            .env_remove("AFIELD_DATABASE")
            .env_remove("AFIELD_FILES")
            .env("AFIELD_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log(folder, "server")?);
        if let Some(database) = &places.database {
            command.env("AFIELD_DATABASE", database);
        }
        if let Some(files) = &places.files {
            command.env("AFIELD_FILES", files);
        }
        if let Some(s3) = places.s3 {
            command
                .args(["--files-plain-http"])
                .env("AFIELD_FILES", format!("s3://{BUCKET}/files"))
                .env("AWS_ENDPOINT_URL", format!("http://{}", local(s3.port)))
                .envs(KEYS);
        }
        let mut program = Program {
            command,
            child: None,
        };
        program.start()?;
        Ok(Self {
            program,
            at,
            watched,
        })
    }

    pub(crate) fn kill(&mut self) -> Result<()> {
        self.program.kill()
    }

    pub(crate) fn start(&mut self) -> Result<()> {
        self.program.start()
    }

    /// Waits until it says that data and files can be written.
    pub(crate) async fn until_ready(&mut self, wire: &Wire) -> Result<()> {
        loop {
            let answer = wire.ask(Asked::get(self.watched, "", "/ready")).await;
            if answer.is_some_and(|answer| answer.status == 200 && *answer.body == *b"ready\n") {
                return Ok(());
            }
            if let Some(child) = &mut self.program.child
                && let Some(status) = child.try_wait()?
            {
                return Err(format!("a server ended by itself ({status}): see its log").into());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// The figures that it tells those who watch it.
    pub(crate) async fn metrics(&self, wire: &Wire) -> Result<String> {
        let answer = wire.ask(Asked::get(self.watched, "", "/metrics")).await;
        let answer = answer.ok_or("a server did not tell its figures")?;
        Ok(String::from_utf8_lossy(&answer.body).into_owned())
    }

    pub(crate) fn process(&self) -> Option<u32> {
        self.program.child.as_ref().map(Child::id)
    }
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// A program that was built with this one, in one of these folders from here.
fn beside(name: &str, folders: &[&str]) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let own = own.parent().ok_or("this program is in no folder")?;
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut places = folders.iter().map(|folder| own.join(folder).join(&name));
    let found = places.find(|place| place.is_file());
    found.ok_or_else(|| {
        format!("{name} is not built: cargo xtask trials --only cluster does it").into()
    })
}

fn log(folder: &Path, name: &str) -> Result<File> {
    let path = folder.join(format!("{name}.log"));
    Ok(File::options().create(true).append(true).open(path)?)
}

/// A port that nobody has, at this moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
