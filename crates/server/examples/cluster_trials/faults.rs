//! What goes wrong in the trial, in which order, and how it is put right.
//!
//! Owns the schedule (pure) and the doing of one fault. Every fault ends with all servers ready again.

use crate::Result;
use crate::line::{Line, Wrong};
use crate::parts::{Replica, S3};
use crate::postgres::Postgres;
use crate::tally::Tally;
use crate::wire::Wire;
use std::path::Path;
use std::time::Duration;
use tokio::task::block_in_place;
use tokio::time::sleep;

/// How long something stays away.
const AWAY: Duration = Duration::from_millis(2_500);
/// How long the line says nothing.
const SILENT: Duration = Duration::from_secs(9);
/// How long all is well before the next.
const CALM: Duration = Duration::from_secs(3);
/// How long a commit is waited for that shall go wrong: there are several a second.
const A_COMMIT: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The server whose line to the database goes wrong.
const ON_THE_LINE: usize = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    KillServer(usize),
    KillPostgres,
    KillS3,
    CutBeforeCommit,
    CutAfterCommit,
    SilentLine,
    GoneInCommit,
}

impl Fault {
    /// What it is called in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::KillServer(_) => "kill -9 of a server",
            Self::KillPostgres => "kill -9 of PostgreSQL",
            Self::KillS3 => "kill -9 of the S3",
            Self::CutBeforeCommit => "line to the database cut, the commit did not arrive",
            Self::CutAfterCommit => {
                "line to the database cut, the commit was done, its answer did not arrive"
            }
            Self::SilentLine => "line to the database silent for 9 s",
            Self::GoneInCommit => "a server gone without a word before its commit",
        }
    }
}

/// So many rounds of everything, each server killed in each, and once what takes a minute.
pub(crate) fn schedule(rounds: usize, servers: usize) -> Vec<Fault> {
    let round = || {
        let kills = (0..servers).map(Fault::KillServer);
        kills.chain([
            Fault::KillPostgres,
            Fault::CutAfterCommit,
            Fault::KillS3,
            Fault::CutBeforeCommit,
            Fault::SilentLine,
        ])
    };
    let mut all: Vec<Fault> = (0..rounds).flat_map(|_| round()).collect();
    if rounds > 0 {
        all.push(Fault::GoneInCommit);
    }
    all
}

pub(crate) struct Cluster {
    pub(crate) servers: Vec<Replica>,
    pub(crate) postgres: Postgres,
    pub(crate) s3: S3,
    pub(crate) line: Line,
}

impl Cluster {
    /// So many servers on one database, the first of them over a line that can be cut.
    pub(crate) async fn begin(
        folder: &Path,
        postgres: Postgres,
        servers: usize,
        wire: &Wire,
    ) -> Result<Self> {
        let line = Line::begin(postgres.socket()).await?;
        let mut cluster = Self {
            servers: Vec::new(),
            s3: S3::begin(folder)?,
            line,
            postgres,
        };
        for number in 0..servers {
            let database = match number {
                ON_THE_LINE => format!(
                    "postgres://afield@{}/postgres?sslmode=disable",
                    cluster.line.address
                ),
                _ => cluster.postgres.address("postgres"),
            };
            let places = crate::parts::Places {
                database: Some(database),
                s3: Some(&cluster.s3),
                files: None,
            };
            let server = Replica::begin(&folder.join(format!("server-{number}")), &places)?;
            cluster.servers.push(server);
        }
        cluster.until_ready(wire).await?;
        Ok(cluster)
    }

    pub(crate) async fn until_ready(&mut self, wire: &Wire) -> Result<()> {
        for server in &mut self.servers {
            server.until_ready(wire).await?;
        }
        Ok(())
    }

    /// Does it, puts it right, and waits until every company goes on; the longest silence that one heard meanwhile, in ms.
    pub(crate) async fn suffer(&mut self, fault: Fault, wire: &Wire, tally: &Tally) -> Result<u64> {
        tally.longest_silence();
        match fault {
            Fault::KillServer(number) => {
                let server = self
                    .servers
                    .get_mut(number)
                    .ok_or("there is no such server")?;
                server.kill()?;
                sleep(AWAY).await;
                server.start()?;
            }
            Fault::KillPostgres => {
                block_in_place(|| self.postgres.kill())?;
                sleep(AWAY).await;
                block_in_place(|| self.postgres.start())?;
            }
            Fault::KillS3 => {
                self.s3.kill()?;
                sleep(AWAY).await;
                self.s3.start()?;
            }
            Fault::CutBeforeCommit => self.break_commit(Wrong::CutBefore).await?,
            Fault::CutAfterCommit => self.break_commit(Wrong::CutAfter).await?,
            Fault::GoneInCommit => self.break_commit(Wrong::Gone).await?,
            Fault::SilentLine => {
                self.line.go_wrong(Wrong::Silent);
                sleep(SILENT).await;
                self.line.go_wrong(Wrong::Nothing);
            }
        }
        self.until_ready(wire).await?;
        let before = tally.verdicts();
        let goes_on = |now: Vec<u64>| now.iter().zip(&before).all(|(now, before)| now > before);
        while !goes_on(tally.verdicts()) {
            sleep(LOOK_EVERY).await;
        }
        let silence = tally.longest_silence();
        sleep(CALM).await;
        Ok(silence)
    }

    async fn break_commit(&self, wrong: Wrong) -> Result<()> {
        self.line.go_wrong(wrong);
        let done = tokio::time::timeout(A_COMMIT, self.line.until_done()).await;
        done.map_err(|_| "no commit came by that could go wrong")?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_has_every_fault_and_the_long_one_comes_once() {
        let all = schedule(3, 2);
        for fault in [
            Fault::KillServer(0),
            Fault::KillServer(1),
            Fault::KillPostgres,
            Fault::KillS3,
            Fault::CutBeforeCommit,
            Fault::CutAfterCommit,
            Fault::SilentLine,
        ] {
            assert_eq!(
                all.iter().filter(|one| **one == fault).count(),
                3,
                "{fault:?}"
            );
        }
        assert_eq!(
            all.iter()
                .filter(|one| **one == Fault::GoneInCommit)
                .count(),
            1
        );
        assert!(schedule(0, 2).is_empty());
    }
}
