//! How fast the simulation's server is: schedules of 60 requests, one server a thread.
//!
//! `cargo run --release -p afield-server --features testing --example local_speed -- [threads]`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A measurement at somebody's desk.

use afield_domain::*;
use afield_protocol::*;
use afield_server::testing::LocalServer;
use std::io::Write as _;
use uuid::Uuid;

const SCHEDULES: u64 = 400;
const NOON: Timestamp = Timestamp(1_795_248_000_000);

fn main() {
    let threads: usize = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    #[allow(clippy::disallowed_methods)] // Measured, not decided by.
    let began = std::time::Instant::now();
    let threads: Vec<_> = (0..threads)
        .map(|_| std::thread::spawn(|| (0..SCHEDULES).map(schedule(&server())).sum::<u64>()))
        .collect();
    let requests: u64 = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    let seconds = began.elapsed().as_secs_f64();
    let rate = requests as f64 / seconds;
    writeln!(std::io::stdout(), "{requests} requests, {rate:.0}/s").unwrap();
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

fn server() -> LocalServer {
    LocalServer::new(
        CompanyId(Uuid::from_u128(900)),
        &[user(1), user(2), user(3)],
    )
    .unwrap()
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
    }
}

/// One schedule; how many requests it made.
fn schedule(server: &LocalServer) -> impl FnMut(u64) -> u64 {
    move |_| {
        server.reset("epoch", NOON).unwrap();
        for n in 0..4 {
            server.put(&Record::Job(job(n)), &user(3)).unwrap();
        }
        let mut cursors = [None, None];
        for n in 0..30_u64 {
            let phone = (n % 2) as usize;
            let who = user(1 + phone as u128);
            let at = u128::from(n / 2 % 2 * 2) + phone as u128;
            let job = job(at).id;
            let op = match n % 3 {
                0 => Op::AddNote {
                    note: NoteId(Uuid::from_u128(5_000 + u128::from(n))),
                    job,
                    text: "wet".into(),
                },
                1 => Op::EditJob {
                    job,
                    edits: vec![FieldEdit {
                        field: JobField::Title,
                        base: FieldValue::Text("Boiler".into()),
                        new: FieldValue::Text(format!("Boiler {n}")),
                    }],
                    settles: None,
                },
                _ => Op::SetJobStatus {
                    job,
                    to: JobStatus::EnRoute,
                },
            };
            let device = DeviceId(who.id.0);
            let request = PushRequest {
                device,
                ack_below: Seq(n),
                epoch: Some(EpochId("epoch".into())),
                mutations: vec![Mutation {
                    id: MutationId(Uuid::from_u128(9_000 + u128::from(n))),
                    device,
                    seq: Seq(n + 1),
                    user: who.id,
                    lane: job.into(),
                    depends_on: Vec::new(),
                    replaces: None,
                    op_version: OP_VERSION,
                    op,
                    base_rev: None,
                    wall: NOON,
                    clock_offset_ms: 0,
                }],
            };
            server.push(who.id, &serde_json::to_vec(&request).unwrap());
            let cursor: &mut Option<String> = &mut cursors[phone];
            let page = server.pull(who.id, who.id, cursor.as_deref(), None);
            let page: Envelope<PullResponse> = serde_json::from_slice(&page).unwrap();
            if let Reply::Ok(page) = page.reply {
                *cursor = Some(page.cursor.0);
            }
        }
        60
    }
}
