//! The line between one server and PostgreSQL, which is cut on purpose.
//!
//! Owns what goes wrong on it: cut before or after a commit has come through, silent, or with one end that is gone without
//! a word. Must never change a byte of what it carries.

use crate::Result;
use crate::commit::Commits;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// For how long the database sees an end that is gone, and hears nothing of it: longer than it waits for one.
const GONE: Duration = Duration::from_secs(75);

/// What goes wrong next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    Nothing,
    /// The next commit does not reach the database.
    CutBefore,
    /// The next commit is done, and its answer does not reach the server.
    CutAfter,
    /// The next commit does not reach the database, which does not hear that its other end is gone.
    Gone,
    /// Nothing is carried, and nobody is told.
    Silent,
}

pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    wrong: Arc<watch::Sender<Wrong>>,
}

impl Line {
    /// Carries to the socket of a database, for as long as this process lives.
    pub(crate) async fn begin(socket: PathBuf) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let wrong = Arc::new(watch::Sender::new(Wrong::Nothing));
        let given = Arc::clone(&wrong);
        tokio::spawn(async move {
            while let Ok((server, _)) = listener.accept().await {
                let (socket, wrong) = (socket.clone(), Arc::clone(&given));
                tokio::spawn(async move {
                    // Where the database is not there, the server sees its line end.
                    if let Ok(database) = UnixStream::connect(&socket).await {
                        let _ = Carried::new(server, database, wrong).carry().await;
                    }
                });
            }
        });
        Ok(Self { address, wrong })
    }

    pub(crate) fn go_wrong(&self, wrong: Wrong) {
        self.wrong.send_replace(wrong);
    }

    /// Waits until what was to go wrong has.
    pub(crate) async fn until_done(&self) -> Result<()> {
        let mut wrong = self.wrong.subscribe();
        wrong.wait_for(|wrong| *wrong == Wrong::Nothing).await?;
        Ok(())
    }
}

/// One connection.
struct Carried {
    server: TcpStream,
    database: UnixStream,
    commits: Commits,
    wrong: Arc<watch::Sender<Wrong>>,
}

impl Carried {
    fn new(server: TcpStream, database: UnixStream, wrong: Arc<watch::Sender<Wrong>>) -> Self {
        Self {
            server,
            database,
            commits: Commits::new(),
            wrong,
        }
    }

    async fn carry(mut self) -> Result<()> {
        let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        let mut told = self.wrong.subscribe();
        loop {
            told.wait_for(|wrong| *wrong != Wrong::Silent).await?;
            tokio::select! {
                chunk = read(&mut self.server, &mut asked) => {
                    let chunk = chunk?;
                    // What came as it fell silent waits too.
                    told.wait_for(|wrong| *wrong != Wrong::Silent).await?;
                    let wrong = match self.commits.find(chunk) {
                        Some(place) => (self.take(), place),
                        None => (Wrong::Nothing, 0),
                    };
                    match wrong {
                        (Wrong::Nothing | Wrong::Silent, _) => self.database.write_all(chunk).await?,
                        (Wrong::CutBefore, _) => return Ok(()),
                        (Wrong::CutAfter, _) => {
                            self.database.write_all(chunk).await?;
                            read(&mut self.database, &mut answered).await?;
                            return Ok(());
                        }
                        (Wrong::Gone, place) => {
                            let before = chunk.get(..place).unwrap_or_default();
                            self.database.write_all(before).await?;
                            drop(self.server);
                            tokio::time::sleep(GONE).await;
                            return Ok(());
                        }
                    }
                }
                chunk = read(&mut self.database, &mut answered) => {
                    let chunk = chunk?;
                    told.wait_for(|wrong| *wrong != Wrong::Silent).await?;
                    self.server.write_all(chunk).await?;
                }
            }
        }
    }

    /// What goes wrong with this commit: it is this one's alone.
    fn take(&self) -> Wrong {
        let mut taken = Wrong::Nothing;
        self.wrong.send_if_modified(|wrong| {
            taken = std::mem::replace(wrong, Wrong::Nothing);
            taken != Wrong::Nothing
        });
        taken
    }
}

/// What comes next; an error where nothing more does.
async fn read<'b>(from: &mut (impl AsyncRead + Unpin), buffer: &'b mut [u8]) -> Result<&'b [u8]> {
    match from.read(buffer).await? {
        0 => Err("the other end has gone".into()),
        length => Ok(buffer.get(..length).unwrap_or_default()),
    }
}
