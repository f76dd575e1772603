//! A revoked device: it is signed out at once, and what it has not sent is taken for the office to decide, never lost and
//! never done by itself.

use crate::client::{Answer, Client};
use crate::events::{Said, Stream};
use crate::phone::Phone;
use crate::support::*;
use crate::uploads::{FILE, attachment};
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use uuid::Uuid;

const BYTES: &[u8] = b"the bytes of a photo";

/// Anna's phone, which has told of itself, and an admin.
pub(crate) struct Lost {
    pub(crate) server: Server,
    pub(crate) anna: Client,
    pub(crate) ada: Client,
    pub(crate) phone: Phone,
    pub(crate) job: JobId,
}

impl Lost {
    pub(crate) async fn new() -> Self {
        let server = Server::start().await;
        let job = server.put_job(1, ANNA).await.id;
        let mut anna = server.sign_in(ANNA).await;
        anna.reviews = true;
        let ada = server.sign_in(ADA).await;
        let lost = Self {
            server,
            anna,
            ada,
            phone: Phone::of(ANNA),
            job,
        };
        lost.tells(2, 1).await;
        lost
    }

    pub(crate) async fn revoked() -> Self {
        let lost = Self::new().await;
        assert_eq!(lost.revoke(&lost.ada).await.status, 200);
        lost
    }

    pub(crate) async fn tells(&self, unsent: u64, files: u64) -> DeviceAnswer {
        let report = json!({
            "device": self.phone.device, "user": ANNA, "unsent": unsent, "files": files, "heard": false,
        });
        self.anna.post(paths::DEVICE, report).await.ok()
    }

    pub(crate) async fn revoke(&self, by: &Client) -> Answer {
        let change = json!({"change": "revoke", "device": self.phone.device});
        by.post(&format!("{}/{ANNA}", paths::PEOPLE), change).await
    }

    pub(crate) async fn seen(&self) -> DeviceSeen {
        let devices: Devices = self.ada.get(paths::DEVICES).await.ok();
        let is_it = |seen: &DeviceSeen| seen.device == self.phone.device;
        devices.devices.into_iter().find(is_it).unwrap()
    }

    pub(crate) async fn page(&self) -> ReviewPage {
        self.ada.get(paths::REVIEWS).await.ok()
    }

    async fn decide(&self, decide: Decide) -> ReviewOutcome {
        let page = self.page().await;
        let [group] = page.groups.as_slice() else {
            panic!("{page:?}");
        };
        let asked = ReviewDecision {
            job: group.job,
            author: group.author,
            mutations: group.entries.iter().map(|entry| entry.mutation).collect(),
            decide,
        };
        let body = serde_json::to_value(asked).unwrap();
        self.ada.post(paths::REVIEWS, body).await.ok()
    }

    async fn send_bytes(&self) -> u16 {
        let request = Request::builder()
            .method("PATCH")
            .uri(format!("{}/{FILE}", paths::FILES))
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", "0");
        let body = Body::from(BYTES.to_vec());
        let answer = self.anna.send(request.body(body).unwrap()).await;
        answer.status.as_u16()
    }

    /// Pushes `note`, with `meanwhile` between the head of the request and its last byte.
    async fn push_around(
        &self,
        note: Mutation,
        review: bool,
        meanwhile: impl Future<Output = ()>,
    ) -> Answer {
        let request = PushRequest {
            device: self.phone.device,
            ack_below: Seq(0),
            epoch: None,
            asks: Vec::new(),
            review,
            mutations: vec![note],
        };
        let body = serde_json::to_vec(&request).unwrap();
        self.send_around(paths::PUSH, &body, meanwhile).await
    }

    async fn send_around(
        &self,
        path: &str,
        body: &[u8],
        meanwhile: impl Future<Output = ()>,
    ) -> Answer {
        let (begin, end) = body.split_at(body.len() / 2);
        let (begin, end) = (begin.to_vec(), end.to_vec());
        let (asked, is_asked) = tokio::sync::oneshot::channel::<()>();
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let body = futures::stream::once(async move {
            // Its head has been read by the time that its body is.
            let _ = asked.send(());
            Ok::<_, std::io::Error>(begin)
        });
        let rest = futures::stream::once(async move {
            let _ = receiver.await;
            Ok(end)
        });
        let body = Body::from_stream(futures::StreamExt::chain(body, rest));
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("content-type", "application/json");
        let sent = self.anna.send(request.body(body).unwrap());
        let meanwhile = async {
            is_asked.await.unwrap();
            meanwhile.await;
            sender.send(()).unwrap();
        };
        let (answer, ()) = in_time(async { tokio::join!(sent, meanwhile) }).await;
        answer
    }

    fn photo(&mut self) -> Mutation {
        let file = attachment(self.job, BYTES);
        self.phone.make(Op::AddAttachment {
            attachment: file.id,
            job: file.job,
            kind: file.kind,
            name: file.name,
            mime: file.mime,
            bytes: file.bytes,
            sha256: file.sha256,
            width: file.width,
            height: file.height,
            thumbnail: file.thumbnail,
        })
    }
}

#[track_caller]
fn check_shut(answer: &Answer) {
    let error = answer.error();
    assert_eq!(
        (answer.status.as_u16(), error.code),
        (401, ErrorCode::Unauthorized)
    );
    assert!(error.revoked, "{error:?}");
}

#[tokio::test]
async fn what_a_revoked_device_has_not_sent_waits_for_the_office_with_its_photo() {
    let mut lost = Lost::revoked().await;
    let seen = lost.seen().await;
    assert_eq!((seen.revoked_at, seen.unsent), (Some(at(NOON)), 2));
    assert_eq!(seen.session, "");
    check_shut(&lost.anna.get(paths::PULL).await);
    check_shut(&lost.anna.get(paths::SESSION).await);

    // The job is hers, and nothing but the revocation speaks against it.
    let (photo, note) = (lost.photo(), lost.phone.note(lost.job, "The pump leaks."));
    let pushed = [photo, note, lost.phone.status(lost.job, JobStatus::EnRoute)];
    for _ in 0..2 {
        assert_eq!(lost.anna.push(&pushed).await, ["in_review"; 3]);
    }
    assert_eq!(lost.server.notes(NORDHAUS, lost.job).await, 0);
    assert_eq!(lost.server.job(lost.job).await.status, JobStatus::Scheduled);
    assert_eq!(lost.send_bytes().await, 204);
    check_shut(&lost.anna.get(&format!("{}/{FILE}", paths::FILES)).await);
    // Whoever holds it is told nothing, and the office sees that all of it is there.
    assert_eq!(lost.tells(0, 0).await, DeviceAnswer::default());
    let seen = lost.seen().await;
    assert_eq!(
        (seen.revoked_at, seen.unsent, seen.files),
        (Some(at(NOON)), 0, 0)
    );

    let page = lost.page().await;
    let entries: Vec<_> = page
        .groups
        .iter()
        .flat_map(|group| &group.entries)
        .collect();
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.revoked), "{entries:?}");
    assert_eq!(entries[0].file_at, Some(at(NOON)));
    let accept = Decide::Accept { onto: None };
    assert_eq!(lost.decide(accept).await, ReviewOutcome::Done);
    assert_eq!(lost.server.notes(NORDHAUS, lost.job).await, 2);
    let job = lost.server.job(lost.job).await;
    assert_eq!(
        (job.status, job.steps.last().unwrap().by.as_str()),
        (JobStatus::EnRoute, "Anna")
    );
}

#[tokio::test]
async fn only_an_admin_of_its_company_revokes_a_device_that_is_signed_in() {
    let lost = Lost::new().await;
    let dora = lost.server.sign_in(DORA).await;
    let dana = lost.server.sign_in(DANA).await;
    for by in [&lost.anna, &dora, &dana] {
        assert_eq!(lost.revoke(by).await.status, 403);
    }
    let nobody = json!({"change": "revoke", "device": Uuid::from_u128(404)});
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    assert_eq!(lost.ada.post(&path, nobody).await.status, 404);
    assert_eq!(lost.seen().await.revoked_at, None);
    assert_eq!(lost.anna.get(paths::PULL).await.status, 200);

    let changed: PeopleChanged = lost.revoke(&lost.ada).await.ok();
    let anna = changed
        .people
        .people
        .iter()
        .find(|person| person.user.id == ANNA);
    assert_eq!(anna.unwrap().sessions, []);
    let told = &changed.people.trail[0];
    assert_eq!(
        (told.who.as_str(), &told.what),
        ("Anna", &PersonDeed::Revoked)
    );
    // The answer may have been lost: the same again is answered the same, and nothing begins anew.
    lost.server.clock.advance(DAY_MS);
    let again: PeopleChanged = lost.revoke(&lost.ada).await.ok();
    assert_eq!(again.people.trail, changed.people.trail);
    let revoked = |people: &People| person(people, ANNA).revoked.clone();
    assert_eq!(revoked(&again.people), revoked(&changed.people));
    assert_eq!(lost.seen().await.revoked_at, Some(at(NOON)));
}

/// An app that does not ask for a review would take what waits for refused: it keeps everything until its user signs in.
#[tokio::test]
async fn an_app_of_before_is_told_to_sign_in_and_nothing_of_its_work_is_looked_at() {
    let mut lost = Lost::revoked().await;
    lost.anna.reviews = false;
    let note = lost.phone.note(lost.job, "The pump leaks.");
    check_shut(&lost.anna.push_raw(std::slice::from_ref(&note)).await);
    assert_eq!(lost.page().await.groups, []);

    let again = lost.server.sign_in(ANNA).await;
    assert_eq!(again.push(&[note]).await, ["applied"]);
}

#[tokio::test]
async fn what_was_sent_before_is_answered_with_nothing_of_the_company_s() {
    let mut lost = Lost::new().await;
    let applied = lost.phone.note(lost.job, "The pump leaks.");
    assert_eq!(
        lost.anna.push(std::slice::from_ref(&applied)).await,
        ["applied"]
    );
    lost.revoke(&lost.ada).await;
    let waiting = lost.phone.note(lost.job, "It still leaks.");
    assert_eq!(
        lost.anna.push(std::slice::from_ref(&waiting)).await,
        ["in_review"]
    );
    let reason = "She has left.".to_owned();
    assert_eq!(
        lost.decide(Decide::Decline { reason }).await,
        ReviewOutcome::Done
    );

    let again = lost
        .anna
        .push_raw(&[applied.clone(), waiting.clone()])
        .await;
    assert!(
        !again.body.contains("pump") && !again.body.contains("left"),
        "{}",
        again.body
    );
    assert_eq!(
        lost.anna.push(&[applied, waiting.clone()]).await,
        ["applied", "retry"]
    );
    // Its user hears it once they have signed in.
    let anna = lost.server.sign_in(ANNA).await;
    assert_eq!(anna.push(&[waiting]).await, ["declined"]);
}

#[tokio::test]
async fn its_open_streams_end_and_nobody_is_told_there() {
    let lost = Lost::new().await;
    let mut ben = Stream::open(&lost.server.sign_in(BEN).await, paths::WAKE, None).await;
    let mut stream = Stream::open(&lost.anna, paths::WAKE, None).await;
    lost.revoke(&lost.ada).await;
    // The pass that this makes brings what is unsent.
    assert_eq!(stream.say().await, Some(Said::Pull));
    assert_eq!(stream.say().await, None);
    check_shut(&lost.anna.get(paths::WAKE).await);
    lost.server.app.hub.end();
    assert_eq!(ben.say().await, None);
}

#[tokio::test]
async fn it_may_send_for_thirty_days_whatever_becomes_of_its_user_s_password() {
    let mut lost = Lost::revoked().await;
    let password = json!({"change": "password", "password": "another horse"});
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    assert_eq!(lost.ada.post(&path, password).await.status, 200);
    lost.server.clock.advance(30 * DAY_MS - 1);
    let note = lost.phone.note(lost.job, "The pump leaks.");
    assert_eq!(lost.anna.push(&[note]).await, ["in_review"]);
    lost.server.clock.advance(1);
    let late = lost.phone.note(lost.job, "Too late.");
    let answer = lost.anna.push_raw(&[late]).await.error();
    assert_eq!(
        (answer.code, answer.revoked),
        (ErrorCode::Unauthorized, false)
    );
}

#[tokio::test]
async fn who_signs_in_there_again_has_a_session_like_any_other_and_what_waits_goes_on_waiting() {
    let mut lost = Lost::revoked().await;
    let first = lost.phone.note(lost.job, "The pump leaks.");
    assert_eq!(lost.anna.push(&[first]).await, ["in_review"]);
    let answer = lost.anna.try_sign_in(&email(ANNA), PASSWORD).await;
    assert_eq!(answer.status, 200);
    lost.anna.cookie = answer.cookie();
    lost.tells(1, 0).await;
    assert_eq!(lost.seen().await.revoked_at, None);
    assert_eq!(lost.anna.get(paths::PULL).await.status, 200);
    let status = lost.phone.status(lost.job, JobStatus::EnRoute);
    assert_eq!(lost.anna.push(&[status]).await, ["applied"]);
    assert_eq!(lost.page().await.groups.len(), 1);
}

#[tokio::test]
async fn what_the_office_has_no_room_for_stays_on_the_device_undecided() {
    let mut lost = Lost::revoked().await;
    let notes: Vec<Mutation> = (0..=limits::REVIEWS)
        .map(|n| lost.phone.note(lost.job, &n.to_string()))
        .collect();
    for some in notes[..limits::REVIEWS].chunks(50) {
        assert_eq!(lost.anna.push(some).await, vec!["in_review"; some.len()]);
    }
    let last = &notes[limits::REVIEWS..];
    assert_eq!(lost.anna.push(last).await, ["retry"]);
    assert_eq!(lost.server.notes(NORDHAUS, lost.job).await, 0);
    assert_eq!(
        lost.decide(Decide::Accept { onto: None }).await,
        ReviewOutcome::Done
    );
    assert_eq!(lost.anna.push(last).await, ["in_review"]);
}

/// The head of a push comes under a session that stands, its last byte after the device was revoked.
#[tokio::test]
async fn a_push_that_was_on_its_way_is_not_done_by_itself() {
    let mut lost = Lost::new().await;
    let note = lost.phone.note(lost.job, "The pump leaks.");
    let revoked = async { assert_eq!(lost.revoke(&lost.ada).await.status, 200) };
    let answer = lost.push_around(note, true, revoked).await;
    let response: PushResponse = answer.ok();
    assert!(
        matches!(
            response.verdicts[0].verdict,
            Verdict::Rejected {
                reason: Rejection::InReview
            }
        ),
        "{response:?}"
    );
    assert_eq!(lost.server.notes(NORDHAUS, lost.job).await, 0);
}

/// The same of an app that would take what waits for the office for refused.
#[tokio::test]
async fn a_push_of_an_app_of_before_that_was_on_its_way_is_not_looked_at() {
    let mut lost = Lost::new().await;
    let note = lost.phone.note(lost.job, "The pump leaks.");
    let revoked = async { assert_eq!(lost.revoke(&lost.ada).await.status, 200) };
    check_shut(&lost.push_around(note, false, revoked).await);
    assert_eq!(lost.page().await.groups, []);
}

/// Ended is not revoked: the phone is answered as anybody without a session, and keeps its work.
#[tokio::test]
async fn a_push_whose_session_ended_on_its_way_is_not_looked_at() {
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    for change in [
        json!({"change": "end_session"}),
        json!({"change": "password", "password": PASSWORD}),
        json!({"change": "role", "role": "dispatcher"}),
        json!({"change": "disable"}),
    ] {
        let mut lost = Lost::new().await;
        let note = lost.phone.note(lost.job, "The pump leaks.");
        let change = match change["change"].as_str() {
            Some("end_session") => {
                let session = lost.seen().await.session;
                json!({"change": "end_session", "session": session})
            }
            _ => change,
        };
        let is_disabled = change["change"] == "disable";
        let ends = async { assert_eq!(lost.ada.post(&path, change.clone()).await.status, 200) };
        let answer = lost.push_around(note.clone(), true, ends).await;
        let error = answer.error();
        assert_eq!(answer.status, 401, "{change}");
        assert_eq!(
            (error.code, error.revoked),
            (ErrorCode::Unauthorized, false),
            "{change}"
        );
        assert_eq!(lost.server.notes(NORDHAUS, lost.job).await, 0, "{change}");
        let people: People = lost.ada.get(paths::PEOPLE).await.ok();
        let anna = person(&people, ANNA);
        assert_eq!(anna.devices, [], "it was not here: {change}");
        if !is_disabled {
            let again = lost.server.sign_in(ANNA).await;
            assert_eq!(again.push(&[note]).await, ["applied"], "{change}");
        }
    }
}

#[tokio::test]
async fn a_report_whose_session_ended_on_its_way_is_not_noted() {
    let lost = Lost::new().await;
    let session = lost.seen().await.session;
    let report = json!({
        "device": lost.phone.device, "user": ANNA, "unsent": 7, "files": 0, "heard": false,
    });
    let path = format!("{}/{ANNA}", paths::PEOPLE);
    let end = json!({"change": "end_session", "session": session});
    let ends = async { assert_eq!(lost.ada.post(&path, end).await.status, 200) };
    let body = serde_json::to_vec(&report).unwrap();
    let answer = lost.send_around(paths::DEVICE, &body, ends).await;
    assert_eq!(answer.error().code, ErrorCode::Unauthorized);
    assert_eq!(lost.seen().await.unsent, 2);
}

pub(crate) fn person(people: &People, user: UserId) -> &Person {
    let mut all = people.people.iter();
    all.find(|person| person.user.id == user).unwrap()
}
