//! The trial: a thousand devices at work while everything under them is killed, and then nothing must be missing.
//!
//! Owns its course. What goes wrong is in `faults.rs`, what must be true in `checks.rs`.

use crate::checks::{Violation, violations};
use crate::device::{Device, World, is_whole};
use crate::faults::{Cluster, Fault, schedule};
use crate::outbox::{Carrier, Lived};
use crate::people::{self, PASSWORD, Size};
use crate::postgres::Postgres;
use crate::tally::Tally;
use crate::wire::{SignIn, Wire};
use crate::{Result, Trouble, say, stored};
use afield_server::auth::password::{Cost, Passwords};
use afield_server::storage::Storage as _;
use afield_server::storage::postgres::PostgresStorage;
use futures::{StreamExt as _, stream};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

const SERVERS: usize = 2;
/// Several companies share the commits of a server: two servers take their rows in opposite orders.
const COMPANIES: u32 = 4;
/// Devices of one technician, on one session: as many as its pace allows.
const DEVICES_OF_ONE: u32 = 10;
/// How long a thousand outboxes may take to drain when all is well again.
const DRAIN: Duration = Duration::from_mins(10);
/// Sign-ins and photos that are asked for at the same time.
const AT_ONCE: usize = 8;

/// How large the trial is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trial {
    pub(crate) devices: u32,
    pub(crate) rounds: usize,
    pub(crate) thinks: Duration,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) devices: u32,
    pub(crate) changes: u64,
    pub(crate) photos: u64,
    pub(crate) seconds: f64,
    pub(crate) drained_after_s: f64,
    pub(crate) faults: BTreeMap<&'static str, Suffered>,
    /// Attempts in vain, by the status that was answered: 0 for no answer.
    pub(crate) in_vain: BTreeMap<u16, u64>,
    pub(crate) violations: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Suffered {
    pub(crate) times: u32,
    /// The longest time in which no device of one company heard a verdict, in milliseconds.
    pub(crate) longest_silence_ms: u64,
}

/// Runs it in `folder`.
pub(crate) async fn run(folder: &Path, trial: Trial) -> Result<Outcome> {
    let postgres = Postgres::begin(folder.join("pg"))?;
    let size = Size {
        companies: COMPANIES,
        technicians: trial.devices.div_ceil(COMPANIES * DEVICES_OF_ONE),
        dispatchers: 0,
        jobs: DEVICES_OF_ONE,
        days_work: 0,
    };
    let address = postgres.address("postgres");
    let storage = PostgresStorage::open(&address).await?;
    let password = Passwords::new(Cost::Full, 1)?.hash(PASSWORD)?;
    people::settle(&storage, size, &password).await?;
    storage.close().await;
    let wire = Wire::new();
    let mut cluster = Cluster::begin(folder, postgres, SERVERS, &wire).await?;
    let world = Arc::new(World {
        servers: cluster.servers.iter().map(|server| server.at).collect(),
        wire: wire.clone(),
        tally: Tally::of(COMPANIES),
        thinks_ms: u64::try_from(trial.thinks.as_millis())?,
    });
    let sessions = sign_in(&world, size).await?;
    say(&format!("{} people have signed in", sessions.len()))?;
    let began = crate::instant();
    let over = watch::Sender::new(false);
    let mut devices = JoinSet::new();
    for number in 0..trial.devices {
        let (carrier, session) = carrier(number, size, &sessions)?;
        let device = Device::new(Arc::clone(&world), number, carrier, session);
        devices.spawn(device.live(over.subscribe()));
    }
    let faults = suffer_all(&mut cluster, &world, trial.rounds).await?;
    let drains = crate::instant();
    over.send_replace(true);
    let drained = tokio::time::timeout(DRAIN, devices.join_all()).await;
    let lived = drained.map_err(|_| "outboxes did not drain in ten minutes")?;
    let (drained_after_s, seconds) = (drains.elapsed(), began.elapsed());
    let found = look(&address, &world, &lived, &sessions, size).await?;
    Ok(Outcome {
        devices: trial.devices,
        changes: lived.iter().map(|device| device.last).sum(),
        photos: world.tally.photos(),
        seconds: seconds.as_secs_f64(),
        drained_after_s: drained_after_s.as_secs_f64(),
        faults,
        in_vain: world.tally.all_in_vain(),
        violations: found.iter().map(ToString::to_string).collect(),
    })
}

async fn suffer_all(
    cluster: &mut Cluster,
    world: &World,
    rounds: usize,
) -> Result<BTreeMap<&'static str, Suffered>> {
    let mut all: BTreeMap<&'static str, Suffered> = BTreeMap::new();
    for fault in schedule(rounds, SERVERS) {
        let silence = cluster.suffer(fault, &world.wire, &world.tally).await?;
        tell(fault, silence, world)?;
        let suffered = all.entry(fault.name()).or_default();
        suffered.times += 1;
        suffered.longest_silence_ms = suffered.longest_silence_ms.max(silence);
    }
    Ok(all)
}

fn tell(fault: Fault, silence: u64, world: &World) -> Result<()> {
    let (verdicts, photos) = (world.tally.verdicts(), world.tally.photos());
    let verdicts: u64 = verdicts.iter().sum();
    say(&format!(
        "{}: no verdict in a company for {silence} ms; {verdicts} verdicts and {photos} photos so far",
        fault.name()
    ))
}

/// The sessions' tokens, by company and person.
type Sessions = BTreeMap<(u32, u32), String>;

/// Each technician signs in once, from somewhere else.
async fn sign_in(world: &World, size: Size) -> Result<Sessions> {
    let at = *world.servers.first().ok_or("there is no server")?;
    let people = (0..size.companies)
        .flat_map(|company| (0..size.technicians).map(move |person| (company, person)));
    let signed_in = stream::iter(people).map(|(company, person)| async move {
        let who = SignIn {
            email: people::email(company, person),
            password: PASSWORD,
            from: format!("10.{company}.{}.{}", person / 200, person % 200 + 1),
        };
        let token = world.wire.sign_in(at, &who).await;
        let token = token.ok_or_else(|| format!("{} could not sign in", who.email))?;
        Ok::<_, Trouble>(((company, person), token))
    });
    let all: Vec<Result<_>> = signed_in.buffer_unordered(AT_ONCE).collect().await;
    all.into_iter().collect()
}

/// Who has the device of that number.
fn carrier(number: u32, size: Size, sessions: &Sessions) -> Result<(Carrier, String)> {
    let (company, within) = (number % size.companies, number / size.companies);
    let (person, job) = (within / DEVICES_OF_ONE, within % DEVICES_OF_ONE);
    let session = sessions.get(&(company, person));
    let carrier = Carrier {
        company,
        user: people::user_id(company, person),
        job: people::job_id(company, person, job),
    };
    Ok((carrier, session.ok_or("nobody has this device")?.clone()))
}

/// Compares what is there with what was made; each photo is fetched and compared byte by byte.
async fn look(
    address: &str,
    world: &World,
    lived: &[Lived],
    sessions: &Sessions,
    size: Size,
) -> Result<BTreeSet<Violation>> {
    let mut stored = stored::read(address).await?;
    let made = lived.iter().flat_map(|device| {
        device
            .photos
            .iter()
            .map(move |photo| (device.number, *photo))
    });
    let fetched = stream::iter(made).map(|(number, photo)| async move {
        let (_, session) = carrier(number, size, sessions)?;
        let is_whole = is_whole(world, &session, number, photo).await?;
        Ok::<_, Trouble>((!is_whole).then_some(photo.id.0))
    });
    let fetched: Vec<Result<_>> = fetched.buffer_unordered(AT_ONCE).collect().await;
    for other in fetched {
        stored.other_bytes.extend(other?);
    }
    Ok(violations(lived, &stored))
}
