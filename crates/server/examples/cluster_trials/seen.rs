//! What can be seen of a cluster while it is measured: its own figures, its processors, what the database waits for.
//!
//! Owns how these are read, and the reading of their texts (pure). Says why a curve bends. Must never slow down what it looks at.

use crate::parts::Replica;
use crate::wire::Wire;
use crate::{Result, instant, stored};
use serde::Serialize;
use sqlx::{Connection as _, Row as _, query};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

const SAMPLE_EVERY: Duration = Duration::from_millis(50);
/// Of Linux, for all programs.
const TICKS_A_SECOND: f64 = 100.0;

/// What was seen in a while.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Seen {
    /// Changes that became durable together, on average.
    pub(crate) changes_a_commit: f64,
    /// From the first of them to the end of the commit, on average.
    pub(crate) commit_ms: f64,
    /// How long a write waited for its turn, on average.
    pub(crate) wait_ms: f64,
    /// Processors in use, of the servers, the database and the devices.
    pub(crate) cpu_servers: f64,
    pub(crate) cpu_database: f64,
    pub(crate) cpu_devices: f64,
    /// What connections of the database were doing, so many of them on average.
    pub(crate) database: BTreeMap<String, f64>,
}

/// Counters as they stand.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    changes: f64,
    commits: f64,
    commit_s: f64,
    waits: f64,
    wait_s: f64,
    cpu_servers: f64,
    cpu_database: f64,
    cpu_devices: f64,
}

/// What is looked at.
pub(crate) struct Eyes<'a> {
    pub(crate) wire: &'a Wire,
    pub(crate) servers: &'a [Replica],
    /// Its address, and its first process.
    pub(crate) postgres: Option<(String, u32)>,
}

/// Looks at the database until it is told that it is over.
struct Sampling {
    over: watch::Sender<bool>,
    sampled: JoinHandle<Result<BTreeMap<String, f64>>>,
}

/// A look that has begun.
pub(crate) struct Look {
    began: Instant,
    before: Counted,
    sampling: Option<Sampling>,
}

impl Eyes<'_> {
    pub(crate) async fn open(&self) -> Result<Look> {
        let sampling = self.postgres.as_ref().map(|(address, _)| {
            let over = watch::Sender::new(false);
            let sampled = tokio::spawn(sample(address.clone(), over.subscribe()));
            Sampling { over, sampled }
        });
        Ok(Look {
            before: self.count().await?,
            began: instant(),
            sampling,
        })
    }

    pub(crate) async fn close(&self, look: Look) -> Result<Seen> {
        let after = self.count().await?;
        let seconds = look.began.elapsed().as_secs_f64();
        let database = match look.sampling {
            None => BTreeMap::new(),
            Some(Sampling { over, sampled }) => {
                over.send_replace(true);
                sampled.await??
            }
        };
        Ok(Seen {
            database,
            ..between(&look.before, &after, seconds)
        })
    }

    async fn count(&self) -> Result<Counted> {
        let mut counted = Counted::default();
        for server in self.servers {
            let text = server.metrics(self.wire).await?;
            counted.changes += value(&text, "afield_push_commit_mutations_sum");
            counted.commits += value(&text, "afield_push_commit_mutations_count");
            counted.commit_s += value(&text, "afield_push_commit_time_seconds_sum");
            let write =
                |what| format!("afield_storage_wait_seconds_{what}{{transaction=\"write\"}}");
            counted.wait_s += value(&text, &write("sum"));
            counted.waits += value(&text, &write("count"));
        }
        let all = processes()?;
        for server in self.servers.iter().filter_map(Replica::process) {
            counted.cpu_servers += all.get(&server).map_or(0.0, |process| process.seconds);
        }
        if let Some((_, first)) = &self.postgres {
            let own = |(id, process): &(&u32, &Process)| *id == first || process.parent == *first;
            counted.cpu_database = all
                .iter()
                .filter(own)
                .map(|(_, process)| process.seconds)
                .sum();
        }
        let devices = all.get(&std::process::id());
        counted.cpu_devices = devices.map_or(0.0, |process| process.seconds);
        Ok(counted)
    }
}

fn between(before: &Counted, after: &Counted, seconds: f64) -> Seen {
    let more = |of: fn(&Counted) -> f64| of(after) - of(before);
    let each = |all: f64, count: f64| if count > 0.0 { all / count } else { 0.0 };
    let commits = more(|counted| counted.commits);
    Seen {
        changes_a_commit: each(more(|counted| counted.changes), commits),
        commit_ms: each(more(|counted| counted.commit_s), commits) * 1e3,
        wait_ms: each(
            more(|counted| counted.wait_s),
            more(|counted| counted.waits),
        ) * 1e3,
        cpu_servers: more(|counted| counted.cpu_servers) / seconds,
        cpu_database: more(|counted| counted.cpu_database) / seconds,
        cpu_devices: more(|counted| counted.cpu_devices) / seconds,
        database: BTreeMap::new(),
    }
}

/// What its connections do, looked at again and again.
async fn sample(address: String, over: watch::Receiver<bool>) -> Result<BTreeMap<String, f64>> {
    let mut connection = stored::connect(&address).await?;
    let (mut all, mut looks) = (BTreeMap::<String, f64>::new(), 0.0);
    let sql = "SELECT CASE WHEN state LIKE 'idle in%' THEN 'waits for its server' \
               WHEN wait_event IS NULL THEN 'works' ELSE wait_event_type || ' ' || wait_event END, count(*) \
               FROM pg_stat_activity \
               WHERE backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid() GROUP BY 1";
    while !*over.borrow() {
        for row in query(sql).fetch_all(&mut connection).await? {
            let count: i64 = row.try_get(1)?;
            *all.entry(row.try_get(0)?).or_default() += count as f64;
        }
        looks += 1.0;
        sleep(SAMPLE_EVERY).await;
    }
    connection.close().await?;
    all.values_mut().for_each(|count| *count /= looks);
    Ok(all)
}

/// The sample of that name and labels; 0 where there is none yet.
fn value(text: &str, name: &str) -> f64 {
    let rest = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    rest.and_then(|rest| rest.trim().parse().ok())
        .unwrap_or(0.0)
}

#[derive(Debug, PartialEq)]
struct Process {
    parent: u32,
    /// Of a processor, in its life.
    seconds: f64,
}

/// Every process of this machine; none where there is no `/proc`.
fn processes() -> Result<BTreeMap<u32, Process>> {
    let mut all = BTreeMap::new();
    let Ok(folders) = std::fs::read_dir("/proc") else {
        return Ok(all);
    };
    for folder in folders {
        let folder = folder?;
        let id = folder.file_name().to_string_lossy().parse();
        // One that has ended meanwhile is none.
        let stat = std::fs::read_to_string(folder.path().join("stat")).ok();
        if let (Ok(id), Some(process)) = (id, stat.as_deref().and_then(read_process)) {
            all.insert(id, process);
        }
    }
    Ok(all)
}

/// Reads a line of `/proc/PID/stat`. A name may hold anything, also brackets.
fn read_process(stat: &str) -> Option<Process> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        seconds: (number(11)? + number(12)?) / TICKS_A_SECOND,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_found_by_its_whole_name() {
        let text = "# TYPE a_b histogram\na_b_sum 1.5\na_b_sum_more 9\na_w_sum{t=\"read\"} 2\na_w_sum{t=\"write\"} 3\n";
        for (name, expected) in [
            ("a_b_sum", 1.5),
            ("a_w_sum{t=\"write\"}", 3.0),
            ("a_w_sum", 0.0),
            ("a_b", 0.0),
        ] {
            assert_eq!(value(text, name), expected, "{name}");
        }
    }

    #[test]
    fn a_process_is_read_past_its_name() {
        let stat = "12 (a) b (c)) S 7 12 12 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 1 0 5 6 7";
        let expected = Process {
            parent: 7,
            seconds: 4.0,
        };
        assert_eq!(read_process(stat), Some(expected));
        assert_eq!(read_process("12 (a"), None);
    }

    #[test]
    fn what_was_seen_is_of_the_time_between() {
        let before = Counted {
            changes: 10.0,
            commits: 5.0,
            commit_s: 1.0,
            ..Counted::default()
        };
        let after = Counted {
            changes: 50.0,
            commits: 15.0,
            commit_s: 1.2,
            cpu_servers: 3.0,
            ..before
        };
        let seen = between(&before, &after, 2.0);
        assert_eq!((seen.changes_a_commit, seen.cpu_servers), (4.0, 1.5));
        assert!((seen.commit_ms - 20.0).abs() < 1e-6, "{seen:?}");
        // Where nothing was committed nothing is divided.
        assert_eq!(between(&before, &before, 2.0).commit_ms, 0.0);
    }
}
