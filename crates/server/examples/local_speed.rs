//! How fast the simulation's server is: schedules of 60 requests, one server a thread.
//!
//! `cargo run --release -p afield-server --features testing --example local_speed -- [threads]`

use afield_domain::*;
use afield_protocol::*;
use afield_server::testing::LocalServer;
use std::error::Error;
use std::io::Write as _;
use uuid::Uuid;

const SCHEDULES: u64 = 400;
const NOON: Timestamp = Timestamp(1_795_248_000_000);

type Refused = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Refused> {
    let threads: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    #[allow(clippy::disallowed_methods)] // Measured, not decided by.
    let began = std::time::Instant::now();
    let threads: Vec<_> = (0..threads).map(|_| std::thread::spawn(run)).collect();
    let mut requests = 0;
    for thread in threads {
        requests += thread.join().map_err(|_| "a thread panicked")??;
    }
    let seconds = began.elapsed().as_secs_f64();
    let rate = requests as f64 / seconds;
    writeln!(std::io::stdout(), "{requests} requests, {rate:.0}/s")?;
    Ok(())
}

/// One thread's schedules; how many requests they made.
fn run() -> Result<u64, Refused> {
    let company = CompanyId(Uuid::from_u128(900));
    let server = LocalServer::new(company, &[user(1), user(2), user(3)])?;
    (0..SCHEDULES).map(|_| schedule(&server)).sum()
}

fn user(n: u128) -> User {
    User {
        id: UserId(Uuid::from_u128(n)),
        name: format!("user {n}"),
        role: if n == 3 {
            Role::Dispatcher
        } else {
            Role::Technician
        },
    }
}

fn job(n: u128) -> Job {
    Job {
        id: JobId(Uuid::from_u128(100 + n)),
        number: String::new(),
        title: "Boiler".into(),
        description: String::new(),
        priority: Priority::Normal,
        status: JobStatus::Scheduled,
        assignee: Some(user(1 + n % 2).id),
        starts: NOON,
        ends: NOON.plus_ms(3_600_000),
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
    }
}

/// One schedule; how many requests it made.
fn schedule(server: &LocalServer) -> Result<u64, Refused> {
    server.reset("epoch", NOON)?;
    for n in 0..4 {
        server.put(&Record::Job(job(n)), &user(3))?;
    }
    let mut cursors = [None, None];
    for n in 0..15 {
        for (phone, cursor) in (0..).zip(&mut cursors) {
            let who = user(1 + phone);
            let request = serde_json::to_vec(&request(&who, 2 * n + u64::from(phone > 0)))?;
            server.push(who.id, &request);
            let page = server.pull(who.id, who.id, cursor.as_deref(), None, None, (None, false));
            let page: Envelope<PullResponse> = serde_json::from_slice(&page)?;
            if let Reply::Ok(page) = page.reply {
                *cursor = Some(page.cursor.0);
            }
        }
    }
    Ok(60)
}

fn request(who: &User, n: u64) -> PushRequest {
    let job = job(u128::from(n % 4)).id;
    let op = match n % 3 {
        0 => Op::AddNote {
            note: NoteId(Uuid::from_u128(5_000 + u128::from(n))),
            job,
            text: "wet".into(),
            files: Vec::new(),
        },
        1 => Op::EditJob {
            job,
            edits: vec![FieldEdit {
                item: String::new(),
                field: JobField::Title,
                base: FieldValue::Text("Boiler".into()),
                new: FieldValue::Text(format!("Boiler {n}")),
            }],
            settles: None,
        },
        _ => Op::set_status(job, JobStatus::EnRoute),
    };
    let device = DeviceId(who.id.0);
    PushRequest {
        device,
        ack_below: Seq(n),
        epoch: Some(EpochId("epoch".into())),
        asks: Vec::new(),
        review: false,
        mutations: vec![Mutation {
            id: MutationId(Uuid::from_u128(9_000 + u128::from(n))),
            device,
            seq: Seq(n + 1),
            user: who.id,
            lane: job.into(),
            depends_on: Vec::new(),
            replaces: Vec::new(),
            op_version: OP_VERSION,
            op,
            base_rev: None,
            wall: NOON,
            clock_offset_ms: 0,
        }],
    }
}
