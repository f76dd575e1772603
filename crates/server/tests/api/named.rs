//! What an operation names must be what its user may know of; all else answers like what does not exist.

use crate::client::{Client, short};
use crate::merge::text;
use crate::phone::Phone;
use crate::support::*;
use crate::work::SHA;
use afield_domain::*;
use afield_protocol::*;
use afield_server::records::Fate;
use uuid::Uuid;

/// What hangs on Anna's job, on Ben's, on one of another company, and on none.
const ANNAS: u128 = 1;
const BENS: u128 = 2;
const HARBORS: u128 = 3;
const NOBODYS: u128 = 404;

fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(kind * 0x1_0000 + n)
}

fn customer(n: u128) -> CustomerId {
    CustomerId(id(2, n))
}

fn property(n: u128) -> PropertyId {
    PropertyId(id(3, n))
}

fn asset(n: u128) -> AssetId {
    AssetId(id(4, n))
}

fn part(n: u128) -> PartId {
    PartId(id(5, n))
}

fn task(n: u128) -> TaskId {
    TaskId(id(6, n))
}

fn template(n: u128) -> TemplateId {
    TemplateId(id(7, n))
}

fn file(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(0x6000 + n))
}

/// A job with everything on it that an operation can name.
fn records(n: u128, assignee: UserId) -> Vec<Record> {
    let job = Job {
        customer: Some(customer(n)),
        property: Some(property(n)),
        parts: vec![PartLine {
            part: part(n),
            quantity: "1".into(),
        }],
        checklist: vec![Question::new("before", "Photo", QuestionKind::Photo)],
        ..job(n, Some(assignee))
    };
    vec![
        Record::Customer(Customer {
            id: customer(n),
            name: "Hansen".into(),
            phone: String::new(),
            email: String::new(),
            organization: None,
            archived: false,
        }),
        Record::Property(Property {
            archived: false,
            id: property(n),
            address: "Lindenallee 4".into(),
            city: String::new(),
            postcode: String::new(),
            access: String::new(),
            position: None,
            customer: Some(customer(n)),
        }),
        Record::Asset(Asset {
            archived: false,
            id: asset(n),
            name: "Boiler".into(),
            model: String::new(),
            serial: String::new(),
            code: String::new(),
            location: String::new(),
            installed: String::new(),
            customer: Some(customer(n)),
            property: None,
        }),
        Record::Part(Part {
            archived: false,
            id: part(n),
            name: "Pipe".into(),
            number: String::new(),
            kind: PartKind::Part,
            unit: "m".into(),
            price: String::new(),
            description: String::new(),
        }),
        Record::Form(FormTemplate {
            id: template(n),
            name: "Inspection".into(),
            questions: vec![Question::new("photo", "Photo", QuestionKind::Photo)],
        }),
        Record::Task(ServiceTask {
            id: task(n),
            job: job.id,
            title: "Inspect".into(),
            place: 0,
            status: TaskStatus::Open,
            asset: None,
            template: Some(template(n)),
        }),
        Record::Attachment(Attachment {
            id: file(n),
            job: job.id,
            kind: AttachmentKind::Photo,
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 1,
            sha256: SHA.into(),
            width: 1,
            height: 1,
            thumbnail: String::new(),
            author: assignee,
            author_name: String::new(),
            made_at: at(NOON),
            received_at: None,
        }),
        Record::Job(job),
    ]
}

/// An operation on Anna's job that names something of `n`, made under the fresh id `fresh`.
type Naming = fn(n: u128, fresh: u128) -> Op;

fn edit(field: JobField, item: String, new: FieldValue) -> Op {
    Op::EditJob {
        job: job(ANNAS, None).id,
        edits: vec![FieldEdit {
            field,
            item,
            base: FieldValue::Nothing,
            new,
        }],
        settles: None,
    }
}

fn found(customer: Option<CustomerId>, property: Option<PropertyId>, fresh: u128) -> Op {
    Op::CreateJob {
        job: JobId(id(0xC0, fresh)),
        title: "Leak".into(),
        description: String::new(),
        customer,
        property,
        priority: Priority::default(),
        starts: at(NOON),
        ends: at(NOON),
    }
}

fn form(
    of: u128,
    template: TemplateId,
    task: Option<TaskId>,
    files: Vec<AttachmentId>,
    fresh: u128,
) -> Op {
    Op::SubmitForm {
        submission: SubmissionId(id(0xF0, fresh)),
        job: job(of, None).id,
        task,
        template,
        answers: vec![Answer {
            item: "photo".into(),
            value: FieldValue::Files(files),
        }],
    }
}

/// What more than one job may refer to.
const SHARED: [(&str, Naming); 5] = [
    ("a new job's customer", |n, fresh| {
        found(Some(customer(n)), None, fresh)
    }),
    ("a new job's property", |n, fresh| {
        found(None, Some(property(n)), fresh)
    }),
    ("an asset", |n, _| {
        let linked = text(afield_domain::record::LINKED);
        edit(JobField::Asset, asset(n).to_string(), linked)
    }),
    ("a part", |n, _| {
        edit(JobField::Part, part(n).to_string(), text("2"))
    }),
    ("a form", |n, fresh| {
        form(ANNAS, template(n), None, vec![file(ANNAS)], fresh)
    }),
];

/// What is a part of one job.
const PARTS: [(&str, Naming); 5] = [
    ("a task", |n, _| Op::SetTaskStatus {
        task: task(n),
        job: job(ANNAS, None).id,
        to: TaskStatus::Done,
    }),
    ("a form's task", |n, fresh| {
        form(ANNAS, template(ANNAS), Some(task(n)), Vec::new(), fresh)
    }),
    ("a form's file", |n, fresh| {
        form(ANNAS, template(ANNAS), None, vec![file(n)], fresh)
    }),
    ("a note's file", |n, fresh| Op::AddNote {
        note: NoteId(id(0xE0, fresh)),
        job: job(ANNAS, None).id,
        text: "wet".into(),
        files: vec![file(n)],
    }),
    ("an answer's file", |n, _| {
        edit(
            JobField::Answer,
            "before".into(),
            FieldValue::Files(vec![file(n)]),
        )
    }),
];

struct World {
    server: Server,
    fresh: u128,
}

impl World {
    async fn start() -> Self {
        let server = Server::start().await;
        for (company, n, user) in [
            (NORDHAUS, ANNAS, ANNA),
            (NORDHAUS, BENS, BEN),
            (HARBOR, HARBORS, TOM),
        ] {
            for record in records(n, user) {
                server.put(company, &record).await;
            }
        }
        Self { server, fresh: 0 }
    }

    /// The verdict on one operation, from a device of its own: a refusal holds its lane.
    async fn push(&mut self, client: &Client, user: UserId, naming: Naming, n: u128) -> Verdict {
        self.fresh += 1;
        let mut phone = Phone::of(user);
        phone.device = DeviceId(id(0xD0, self.fresh));
        let mutation = phone.make(naming(n, self.fresh));
        let answer: PushResponse = client.push_raw(&[mutation]).await.ok();
        answer.verdicts[0].verdict.clone()
    }
}

#[tokio::test]
async fn a_technician_names_only_what_hangs_on_their_own_jobs() {
    let mut world = World::start().await;
    let anna = world.server.sign_in(ANNA).await;
    for (what, naming) in SHARED.iter().chain(&PARTS) {
        for n in [BENS, HARBORS] {
            let refused = world.push(&anna, ANNA, *naming, n).await;
            let missing = world.push(&anna, ANNA, *naming, NOBODYS).await;
            assert_eq!(short(&refused), "not_found", "{what} {n}");
            assert_eq!(refused, missing, "{what} {n}");
        }
        let done = world.push(&anna, ANNA, *naming, ANNAS).await;
        assert!(
            ["applied", "merged"].contains(&short(&done).as_str()),
            "{what}: {done:?}"
        );
    }
    // Nothing of what was refused came to her phone.
    let page: PullResponse = anna.pull(None, 500).await.ok();
    let named = |n: u128, change: &Change| match change {
        Change::Upsert(versioned) => records(n, BEN)
            .iter()
            .any(|record| record.key() == versioned.record.key()),
        _ => false,
    };
    for n in [BENS, HARBORS] {
        assert!(!page.changes.iter().any(|change| named(n, change)), "{n}");
    }
}

#[tokio::test]
async fn the_office_names_all_of_its_company_and_parts_of_the_job_itself() {
    let mut world = World::start().await;
    let dora = world.server.sign_in(DORA).await;
    for (what, naming) in &SHARED {
        for n in [ANNAS, BENS] {
            let done = short(&world.push(&dora, DORA, *naming, n).await);
            assert!(
                ["applied", "merged"].contains(&done.as_str()),
                "{what}: {done}"
            );
        }
        let refused = world.push(&dora, DORA, *naming, HARBORS).await;
        assert_eq!(short(&refused), "not_found", "{what}");
    }
    for (what, naming) in &PARTS {
        for n in [BENS, HARBORS, NOBODYS] {
            let refused = world.push(&dora, DORA, *naming, n).await;
            assert_eq!(short(&refused), "not_found", "{what} {n}");
        }
    }
}

#[tokio::test]
async fn what_is_gone_and_was_never_theirs_answers_as_if_it_had_not_been() {
    let mut world = World::start().await;
    for record in records(BENS, BEN) {
        if !matches!(record, Record::Job(_)) {
            world.server.write(NORDHAUS, &record, Fate::Deleted).await;
        }
    }
    let anna = world.server.sign_in(ANNA).await;
    for (what, naming) in SHARED.iter().chain(&PARTS) {
        let refused = world.push(&anna, ANNA, *naming, BENS).await;
        assert_eq!(short(&refused), "not_found", "{what}");
    }
}

#[tokio::test]
async fn what_a_phone_was_shown_before_it_lost_the_network_may_still_be_named() {
    let mut world = World::start().await;
    world.server.clock.advance(29 * DAY_MS);
    let anna = world.server.sign_in(ANNA).await;
    let pulled: PullResponse = anna.pull(None, 500).await.ok();
    assert_eq!(pulled.changes, [], "the job is no longer among the days");
    let (_, customer) = SHARED[0];
    assert_eq!(
        short(&world.push(&anna, ANNA, customer, ANNAS).await),
        "applied"
    );
    world.server.clock.advance(30 * DAY_MS);
    let anna = world.server.sign_in(ANNA).await;
    let refused = world.push(&anna, ANNA, customer, ANNAS).await;
    assert_eq!(short(&refused), "not_found", "but not for ever");
}

#[tokio::test]
async fn a_conflict_of_another_job_is_not_settled() {
    let mut world = World::start().await;
    let conflict = Conflict {
        id: ConflictId(id(8, BENS)),
        job: job(BENS, None).id,
        mutation: MutationId(Uuid::nil()),
        field: JobField::Title,
        item: String::new(),
        base: text("a"),
        mine: text("b"),
        theirs: text("c"),
        author: BEN,
        author_name: "Ben".into(),
        made_at: at(NOON),
        their_name: "Dora".into(),
        their_at: at(NOON),
        winner: Winner::Mine,
        rule: Policy::LatestWins,
        at: at(NOON),
        settled: None,
    };
    world
        .server
        .put(NORDHAUS, &Record::Conflict(conflict.clone()))
        .await;
    let anna = world.server.sign_in(ANNA).await;
    let settling: Naming = |n, fresh| Op::EditJob {
        job: job(ANNAS, None).id,
        edits: vec![FieldEdit {
            field: JobField::Description,
            item: String::new(),
            base: text(""),
            new: text(&format!("dry {fresh}")),
        }],
        settles: Some(ConflictId(id(8, n))),
    };
    let done = world.push(&anna, ANNA, settling, BENS).await;
    assert!(["applied", "merged"].contains(&short(&done).as_str()));
    let there = world.server.record(NORDHAUS, conflict.id.into()).await;
    assert_eq!(there.unwrap().record, Record::Conflict(conflict));
}
