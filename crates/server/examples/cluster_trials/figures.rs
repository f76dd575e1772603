//! The figures: each database's own limit first, then the same loads on one server with SQLite and on 1, 2 and 4 with
//! PostgreSQL.
//!
//! Owns the order and what is compared with what. All of it is measured in one run, or it compares with nothing.

use crate::limits::{self, Limit};
use crate::load::{Field, Load, Measured, at};
use crate::parts::{Places, Replica};
use crate::people::{self, Size};
use crate::postgres::Postgres;
use crate::seen::{Eyes, Seen};
use crate::streams::{self, Told};
use crate::wire::{Asked, Wire};
use crate::{Result, instant, say, table};
use afield_server::storage::Storage;
use afield_server::storage::postgres::PostgresStorage;
use afield_server::storage::sqlite::{Durability, SqliteStorage};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const SIZE: Size = Size {
    companies: 8,
    technicians: 150,
    dispatchers: 25,
    jobs: 1,
    days_work: 1_300,
};
const DEVICES: [u32; 4] = [10, 100, 1_000, 10_000];
const SERVERS: [usize; 3] = [1, 2, 4];
/// How often each page is pulled.
const PULLS: usize = 5;
/// In which each of ten thousand devices sends one note: an ordinary busy day.
const PAUSE: Duration = Duration::from_mins(1);

#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    /// Of this machine in the last minute, before anything was begun.
    pub(crate) load_before: String,
    pub(crate) processors: usize,
    pub(crate) limits: Vec<Limit>,
    pub(crate) rows: Vec<Row>,
    pub(crate) pages: Vec<Page>,
    pub(crate) streams: Vec<(String, Told)>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) place: String,
    pub(crate) companies: u32,
    pub(crate) devices: u32,
    pub(crate) is_paced: bool,
    pub(crate) measured: Measured,
    pub(crate) seen: Seen,
}

/// How long pages of a first visit take.
#[derive(Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) place: String,
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// How long each load.
    pub(crate) each: Duration,
    /// No load of more devices than these.
    pub(crate) most_devices: u32,
}

/// Servers that run, and what is known of them.
struct Standing {
    place: String,
    servers: Vec<Replica>,
    field: Arc<Field>,
    postgres: Option<(String, u32)>,
}

pub(crate) async fn measure(folder: &Path, wanted: Wanted) -> Result<Figures> {
    let load_before = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut figures = Figures {
        load_before: load_before.split(' ').next().unwrap_or_default().to_owned(),
        processors: std::thread::available_parallelism().map_or(1, usize::from),
        limits: limits::of_sqlite(folder).await?,
        rows: Vec::new(),
        pages: Vec::new(),
        streams: Vec::new(),
    };
    let postgres = Postgres::begin(folder.join("pg"))?;
    let address = postgres.address("postgres");
    figures.limits.extend(limits::of_postgres(&address).await?);
    for limit in &figures.limits {
        say(&format!(
            "{}: {:.0} rows/s",
            limit.what, limit.rows_a_second
        ))?;
    }
    let data = folder.join("sqlite");
    std::fs::create_dir(&data)?;
    let storage = SqliteStorage::open(&data.join("afield.db"), Durability::Full).await?;
    settle(&storage).await?;
    let standing = begin(folder, "SQLite", &[data], None, 0).await?;
    bear_all(&standing, wanted, &mut figures).await?;
    drop(standing);
    settle(&PostgresStorage::open(&address).await?).await?;
    let mut first = 0;
    for count in SERVERS {
        let place = format!("PostgreSQL, {count}");
        let folders: Vec<_> = (0..count)
            .map(|one| folder.join(format!("server-{count}-{one}")))
            .collect();
        let database = Some((address.clone(), postgres.process()?));
        let standing = begin(folder, &place, &folders, database, first).await?;
        bear_all(&standing, wanted, &mut figures).await?;
        // The stream's device is one more.
        first = standing.field.next_device() + 1;
    }
    Ok(figures)
}

async fn settle(storage: &dyn Storage) -> Result<()> {
    people::settle(storage, SIZE, "").await?;
    people::begin_sessions(storage, SIZE).await?;
    storage.close().await;
    Ok(())
}

/// One server for each folder.
async fn begin(
    shared: &Path,
    place: &str,
    folders: &[std::path::PathBuf],
    postgres: Option<(String, u32)>,
    first: u32,
) -> Result<Standing> {
    let wire = Wire::new();
    let mut servers = Vec::new();
    for folder in folders {
        let places = Places {
            database: postgres.as_ref().map(|(address, _)| address.clone()),
            s3: None,
            files: postgres.as_ref().map(|_| shared.join("files")),
        };
        let mut server = Replica::begin(folder, &places)?;
        server.until_ready(&wire).await?;
        servers.push(server);
    }
    let at = servers.iter().map(|server| server.at).collect();
    Ok(Standing {
        place: place.to_owned(),
        field: Field::new(wire, at, SIZE, first),
        servers,
        postgres,
    })
}

async fn bear_all(standing: &Standing, wanted: Wanted, figures: &mut Figures) -> Result<()> {
    figures.pages.push(pull(standing).await?);
    let loads = DEVICES.map(|devices| (devices, 1));
    // With many companies too, where there are enough devices for all.
    for (devices, companies) in loads.into_iter().chain([(1_000, SIZE.companies)]) {
        if devices > wanted.most_devices {
            continue;
        }
        let load = Load {
            devices,
            companies,
            each: wanted.each,
            pause: None,
        };
        figures.rows.push(bear(standing, load).await?);
    }
    let paced = Load {
        devices: 10_000,
        companies: 1,
        each: 2 * wanted.each,
        pause: Some(PAUSE),
    };
    figures.rows.push(bear(standing, paced).await?);
    let told = streams::tell(&standing.field).await?;
    say(&format!("{}: {told:?}", standing.place))?;
    figures.streams.push((standing.place.clone(), told));
    Ok(())
}

async fn bear(standing: &Standing, load: Load) -> Result<Row> {
    let eyes = Eyes {
        wire: &standing.field.wire,
        servers: &standing.servers,
        postgres: standing.postgres.clone(),
    };
    let look = eyes.open().await?;
    let measured = standing.field.bear(load).await?;
    let row = Row {
        place: standing.place.clone(),
        companies: load.companies,
        devices: load.devices,
        is_paced: load.pause.is_some(),
        seen: eyes.close(look).await?,
        measured,
    };
    say(table::of_row(&row).trim_end())?;
    Ok(row)
}

#[derive(Deserialize)]
struct Pulled {
    cursor: String,
    more: bool,
}

/// Pages of 250 of the first visit of a technician who holds much.
async fn pull(standing: &Standing) -> Result<Page> {
    let (field, session, mut times) = (&standing.field, people::token(0, 0), Vec::new());
    let at_server = *field.servers.first().ok_or("there is no server")?;
    for _ in 0..PULLS {
        let (mut cursor, mut more) = (String::new(), true);
        while more {
            let path = format!("/api/v1/pull?limit=250&cursor={cursor}");
            let began = instant();
            let answer = field.wire.ask(Asked::get(at_server, &session, &path)).await;
            let page: Pulled = answer.ok_or("a page did not come")?.read()?;
            times.push(began.elapsed());
            (cursor, more) = (page.cursor, page.more);
        }
    }
    times.sort_unstable();
    Ok(Page {
        place: standing.place.clone(),
        p50_ms: at(&times, 50),
        p95_ms: at(&times, 95),
    })
}
