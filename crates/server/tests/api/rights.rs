//! What an admin takes from a role: decided when a change arrives, by the rights of that moment, and told with the session.

use crate::client::Client;
use crate::events::{Said, Stream};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::json;

async fn set(client: &Client, change: RightsChange) -> RightsPage {
    let body = serde_json::to_value(change).unwrap();
    client.post(paths::RIGHTS, body).await.ok()
}

fn right(role: Role, right: Right, given: bool) -> RightsChange {
    RightsChange::Right { role, right, given }
}

async fn told(client: &Client) -> Rights {
    let info: SessionInfo = client.get(paths::SESSION).await.ok();
    info.rights
}

fn title(job: JobId, base: &str, new: &str) -> Op {
    Op::EditJob {
        job,
        edits: vec![FieldEdit {
            field: JobField::Title,
            item: String::new(),
            base: FieldValue::Text(base.into()),
            new: FieldValue::Text(new.into()),
        }],
        settles: None,
    }
}

fn create(n: u128, description: &str) -> Op {
    Op::CreateJob {
        job: job(n, None).id,
        title: "Leak".into(),
        description: description.into(),
        customer: None,
        property: None,
        priority: Priority::Normal,
        starts: Timestamp(1_795_248_000_000),
        ends: Timestamp(1_795_251_600_000),
    }
}

#[tokio::test]
async fn a_right_that_was_taken_is_refused_at_arrival_and_one_that_was_given_back_is_not() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let (anna, ada) = (server.sign_in(ANNA).await, server.sign_in(ADA).await);
    assert!(
        told(&anna).await.is_unchanged(),
        "nothing is said of what nobody changed"
    );
    let mut phone = Phone::of(ANNA);
    // Saved while the right was there; it arrives when it is not.
    let saved = phone.make(title(job.id, &job.title, "Pump"));
    set(&ada, right(Role::Technician, Right::EditTitle, false)).await;
    assert_eq!(
        anna.push(std::slice::from_ref(&saved)).await,
        ["not_permitted"]
    );
    let rights = told(&anna).await;
    assert_eq!(rights.taken, [Right::EditTitle]);
    let answer = anna.push_raw(std::slice::from_ref(&saved)).await;
    let verdict = answer.ok::<PushResponse>().verdicts.remove(0).verdict;
    let reason = Rejection::NotPermitted {
        right: Right::EditTitle,
        version: rights.version,
    };
    assert_eq!(verdict, Verdict::Rejected { reason });
    // Everything else of hers arrives, and everybody else's.
    let note = phone.note(job.id, "wet");
    assert_eq!(anna.push(&[note]).await, ["applied"]);
    let dora = server.sign_in(DORA).await;
    assert!(told(&dora).await.taken.is_empty());
    let hers = Phone::of(DORA).make(title(job.id, &job.title, "Valve"));
    assert_eq!(dora.push(&[hers]).await, ["applied"]);
    // Given back, the same is sent under another id, as the phone does by itself.
    set(&ada, right(Role::Technician, Right::EditTitle, true)).await;
    let newer = told(&anna).await;
    assert!(newer.taken.is_empty() && newer.version > rights.version);
    let again = Mutation {
        replaces: vec![Replaced {
            id: saved.id,
            seq: saved.seq,
        }],
        ..phone.make(saved.op.clone())
    };
    assert_eq!(anna.push(&[again]).await, ["merged"]);
}

#[tokio::test]
async fn what_must_be_filled_in_is_asked_of_everybody_and_named() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let (anna, ada) = (server.sign_in(ANNA).await, server.sign_in(ADA).await);
    let required = |required| RightsChange::Required {
        field: Requirable::Description,
        required,
    };
    set(&ada, required(true)).await;
    let mut phone = Phone::of(ANNA);
    let bare = phone.make(create(50, " "));
    assert_eq!(anna.push(&[bare]).await, ["field_required"]);
    let whole = phone.make(create(51, "Wet wall"));
    assert_eq!(anna.push(&[whole]).await, ["applied"]);
    // Work on a job that has none goes on; its head is not edited without.
    let batch = [
        phone.note(job.id, "wet"),
        phone.status(job.id, JobStatus::EnRoute),
    ];
    assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
    let edit = phone.make(title(job.id, &job.title, "Pump"));
    assert_eq!(anna.push(&[edit]).await, ["field_required"]);
    let path = format!("{}/{}", paths::JOBS, job.id);
    let change = |n, op| {
        serde_json::to_value(OfficeChange {
            id: MutationId(uuid::Uuid::from_u128(n)),
            op,
            base_rev: None,
        })
        .unwrap()
    };
    let dora = server.sign_in(DORA).await;
    let refused = dora
        .post(&path, change(0xD0, title(job.id, &job.title, "Pump")))
        .await;
    assert_eq!(refused.error().code, ErrorCode::Invalid);
    set(&ada, required(false)).await;
    let done = dora
        .post(&path, change(0xD1, title(job.id, &job.title, "Pump")))
        .await;
    assert_eq!(done.status, 200);
}

#[tokio::test]
async fn the_office_lacks_what_was_taken_from_it_and_an_admin_lacks_nothing() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let ada = server.sign_in(ADA).await;
    set(&ada, right(Role::Dispatcher, Right::EditAssignee, false)).await;
    let dora = server.sign_in(DORA).await;
    let path = format!("{}/{}", paths::ASSIGN, job.id);
    let body = json!({"assignee": BEN, "base_rev": 1});
    assert_eq!(dora.post(&path, body.clone()).await.status, 403);
    assert_eq!(ada.post(&path, body).await.status, 200);
    for odd in [
        right(Role::Admin, Right::EditTitle, false),
        right(Role::Technician, Right::EditAssignee, true),
    ] {
        let body = serde_json::to_value(odd).unwrap();
        assert_eq!(ada.post(paths::RIGHTS, body).await.status, 400, "{odd:?}");
    }
    let unknown = json!({"change": "fly"});
    assert_eq!(ada.post(paths::RIGHTS, unknown).await.status, 400);
}

#[tokio::test]
async fn every_open_phone_is_woken_by_other_rights() {
    let server = Server::start().await;
    let (ada, anna) = (server.sign_in(ADA).await, server.sign_in(ANNA).await);
    let mut of_anna = Stream::open(&anna, paths::WAKE, None).await;
    let told = server.app.hub.listen(NORDHAUS);
    let commits = || told.borrow().commits;
    let before = commits();
    // At once, and of what changes nothing not at all.
    for _ in 0..2 {
        set(&ada, right(Role::Technician, Right::AddNote, false)).await;
        assert_eq!(commits(), before + 1);
    }
    assert_eq!(of_anna.say().await, Some(Said::Pull));
}

#[tokio::test]
async fn who_has_changed_what_is_kept_for_each_company() {
    let server = Server::start().await;
    let ada = server.sign_in(ADA).await;
    let taken = right(Role::Technician, Right::AddNote, false);
    set(&ada, taken).await;
    // What changes nothing is no change.
    let page = set(&ada, taken).await;
    let trail: Vec<_> = page
        .trail
        .iter()
        .map(|row| (row.by.as_str(), row.change))
        .collect();
    assert_eq!(trail, [("Ada", taken)]);
    let back = right(Role::Technician, Right::AddNote, true);
    set(&ada, back).await;
    let page: RightsPage = ada.get(paths::RIGHTS).await.ok();
    let trail: Vec<_> = page.trail.iter().map(|row| row.change).collect();
    assert_eq!(trail, [back, taken]);
    assert!(told(&server.sign_in(TOM).await).await.is_unchanged());
}
