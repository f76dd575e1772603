//! Work on a job that was given away, called off or closed meanwhile: kept with all that belongs to it, and decided by
//! the office.

use crate::client::Client;
use crate::phone::Phone;
use crate::support::*;
use crate::uploads::{FILE, attachment};
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use uuid::Uuid;

pub(crate) const BYTES: &[u8] = b"the bytes of a photo";

/// Anna has had a job, and Ben has it now; her phone does not know.
pub(crate) struct Late {
    pub(crate) server: Server,
    pub(crate) anna: Client,
    pub(crate) dora: Client,
    pub(crate) phone: Phone,
    pub(crate) job: Job,
}

impl Late {
    pub(crate) async fn new() -> Self {
        let server = Server::start().await;
        let job = server.put_job(1, ANNA).await;
        let mut anna = server.sign_in(ANNA).await;
        anna.reviews = true;
        let dora = server.sign_in(DORA).await;
        let late = Self {
            server,
            anna,
            dora,
            phone: Phone::of(ANNA),
            job,
        };
        late.give(BEN).await
    }

    pub(crate) async fn give(mut self, to: UserId) -> Self {
        self.job.assignee = Some(to);
        self.put().await;
        self
    }

    pub(crate) async fn put(&self) {
        let record = Record::Job(self.job.clone());
        self.server.put(NORDHAUS, &record).await;
    }

    pub(crate) async fn page(&self) -> ReviewPage {
        self.dora.get(paths::REVIEWS).await.ok()
    }

    pub(crate) async fn decide(&self, ids: &[MutationId], decide: Decide) -> ReviewOutcome {
        let asked = ReviewDecision {
            job: self.job.id,
            author: ANNA,
            mutations: ids.to_vec(),
            decide,
        };
        let body = serde_json::to_value(asked).unwrap();
        self.dora.post(paths::REVIEWS, body).await.ok()
    }

    pub(crate) async fn waiting(&self) -> Vec<MutationId> {
        let page: PullResponse = self
            .anna
            .get(&format!("{}?review=1", paths::PULL))
            .await
            .ok();
        page.in_review.unwrap()
    }
}

pub(crate) fn accept() -> Decide {
    Decide::Accept { onto: None }
}

pub(crate) fn decline(reason: &str) -> Decide {
    Decide::Decline {
        reason: reason.into(),
    }
}

pub(crate) fn ids(mutations: &[Mutation]) -> Vec<MutationId> {
    mutations.iter().map(|mutation| mutation.id).collect()
}

pub(crate) fn registered(file: &Attachment) -> Op {
    Op::AddAttachment {
        attachment: file.id,
        job: file.job,
        kind: file.kind,
        name: file.name.clone(),
        mime: file.mime.clone(),
        bytes: file.bytes,
        sha256: file.sha256.clone(),
        width: file.width,
        height: file.height,
        thumbnail: file.thumbnail.clone(),
    }
}

pub(crate) async fn send_bytes(client: &Client, bytes: &[u8]) -> (u16, String) {
    let request = Request::builder()
        .method("PATCH")
        .uri(format!("{}/{FILE}", paths::FILES))
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", "0");
    let body = Body::from(bytes.to_vec());
    let answer = client.send(request.body(body).unwrap()).await;
    (
        answer.status.as_u16(),
        answer.header("upload-offset").to_owned(),
    )
}

#[tokio::test]
async fn work_on_a_job_that_was_given_away_is_kept_with_its_photo_and_accepted_as_its_author_s() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let file = attachment(id, BYTES);
    let photo = late.phone.make(registered(&file));
    let note = Mutation {
        depends_on: vec![photo.id],
        ..late.phone.make(Op::AddNote {
            note: NoteId(Uuid::from_u128(0x90)),
            job: id,
            text: "Burner is sooty.".into(),
            files: vec![FILE],
        })
    };
    let pushed = [photo, note, late.phone.status(id, JobStatus::EnRoute)];
    for _ in 0..2 {
        // A repeat is answered the same, and what comes behind one that waits is not left alone.
        assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    }
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
    assert_eq!(late.waiting().await, ids(&pushed));

    // Its bytes come as any, and the office sees the picture before it decides.
    let got = send_bytes(&late.anna, BYTES).await;
    assert_eq!(got, (204, BYTES.len().to_string()));
    let path = format!("{}/{FILE}", paths::FILES);
    assert_eq!(late.dora.get(&path).await.body.as_bytes(), BYTES);
    let ben = late.server.sign_in(BEN).await;
    assert_eq!(ben.get(&path).await.status.as_u16(), 404);

    let page = late.page().await;
    let [group] = page.groups.as_slice() else {
        panic!("{page:?}");
    };
    assert_eq!((group.author, group.author_name.as_str()), (ANNA, "Anna"));
    assert_eq!(group.now.as_ref().unwrap().has_it, "Ben");
    assert_eq!(page.more, 0);
    let seen: Vec<_> = group.entries.iter().map(|entry| entry.mutation).collect();
    assert_eq!(seen, ids(&pushed));
    assert_eq!(group.entries[0].reason, Rejection::Forbidden);
    assert_eq!(group.entries[0].file_at, Some(at(NOON)));
    assert_eq!(group.entries[0].made_at, at(NOON));

    // Whoever has not seen all of it decides nothing.
    assert_eq!(
        late.decide(&seen[..2], accept()).await,
        ReviewOutcome::Changed
    );
    for _ in 0..2 {
        assert_eq!(late.decide(&seen, accept()).await, ReviewOutcome::Done);
    }
    // Too late for another opinion.
    assert_eq!(
        late.decide(&seen, decline("No")).await,
        ReviewOutcome::Changed
    );
    assert_eq!(late.page().await.groups, []);
    assert_eq!(late.waiting().await, []);
    assert_eq!(late.anna.push(&pushed).await, ["applied"; 3]);
    let stands = late.server.record(NORDHAUS, FILE.into()).await.unwrap();
    let Record::Attachment(stands) = stands.record else {
        panic!("{stands:?}");
    };
    assert_eq!((stands.author, stands.received_at), (ANNA, Some(at(NOON))));
    let job = late.server.job(id).await;
    assert_eq!((job.status, job.assignee), (JobStatus::EnRoute, Some(BEN)));
    assert_eq!(job.steps.last().unwrap().by, "Anna");
    assert_eq!(late.server.notes(NORDHAUS, id).await, 2);
    // She is told of nothing that she may not see any more.
    let again = late.anna.push_raw(&pushed).await.body;
    assert!(!again.contains("Boiler"), "{again}");
}

#[tokio::test]
async fn what_is_declined_comes_back_with_the_reason_and_leaves_nothing() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let note = late.phone.note(id, "wet");
    assert_eq!(
        late.anna.push(std::slice::from_ref(&note)).await,
        ["in_review"]
    );
    let no_reason = late.dora.post(
        paths::REVIEWS,
        serde_json::json!({"job": id, "author": ANNA, "mutations": [note.id],
            "decide": {"decide": "decline", "reason": "  "}}),
    );
    assert_eq!(no_reason.await.status.as_u16(), 400);
    let reason = "Ben has written the same";
    let outcome = late.decide(&[note.id], decline(reason)).await;
    assert_eq!(outcome, ReviewOutcome::Done);
    assert_eq!(
        late.decide(&[note.id], accept()).await,
        ReviewOutcome::Changed
    );
    let told: PushResponse = late.anna.push_raw(std::slice::from_ref(&note)).await.ok();
    assert_eq!(
        told.verdicts[0].verdict,
        Verdict::Rejected {
            reason: Rejection::Declined {
                by: "Dora".into(),
                reason: reason.into()
            }
        }
    );
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
}

#[tokio::test]
async fn it_goes_onto_another_job_whole_or_not_at_all() {
    let mut late = Late::new().await;
    let (id, other) = (late.job.id, late.server.put_job(2, BEN).await.id);
    let note = late.phone.note(id, "wet");
    let edit = late.phone.edit(
        1,
        id,
        FieldEdit {
            field: JobField::Answer,
            item: "no such question".into(),
            base: FieldValue::Nothing,
            new: FieldValue::Text("yes".into()),
        },
    );
    let pushed = [note.clone(), edit];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 2]);
    let onto = Decide::Accept { onto: Some(other) };
    let outcome = late.decide(&ids(&pushed), onto.clone()).await;
    let ReviewOutcome::Refused { mutation, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(mutation, pushed[1].id);
    assert_eq!(late.server.notes(NORDHAUS, other).await, 0);
    assert_eq!(late.waiting().await, ids(&pushed));
    let nowhere = Decide::Accept {
        onto: Some(JobId(Uuid::from_u128(404))),
    };
    let outcome = late.decide(&ids(&pushed), nowhere).await;
    assert!(matches!(outcome, ReviewOutcome::Refused { .. }));

    late.decide(&ids(&pushed), decline("Not so")).await;
    let note = late.phone.note(id, "wet again");
    assert_eq!(
        late.anna.push(std::slice::from_ref(&note)).await,
        ["in_review"]
    );
    assert_eq!(late.decide(&[note.id], onto).await, ReviewOutcome::Done);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
    assert_eq!(late.server.notes(NORDHAUS, other).await, 1);
}

#[tokio::test]
async fn a_job_that_was_called_off_or_deleted_meanwhile_is_reviewed_and_done_after_all() {
    let mut late = Late::new().await.give(ANNA).await;
    let id = late.job.id;
    late.job.status = JobStatus::Cancelled;
    late.put().await;
    let pushed = [
        late.phone.status(id, JobStatus::EnRoute),
        late.phone.status(id, JobStatus::Started),
        late.phone.status(id, JobStatus::Finished),
    ];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    let page = late.page().await;
    let from = |entry: &ReviewEntry| matches!(entry.reason, Rejection::IllegalStatus { .. });
    assert!(page.groups[0].entries.iter().take(1).all(from));
    // A step that its user took of a job as it is says nothing of meanwhile.
    let rev = late.server.record(NORDHAUS, id.into()).await.unwrap().rev;
    let mut other = Phone::of(ANNA);
    other.device = DeviceId(Uuid::from_u128(0xDD));
    let seen = Mutation {
        base_rev: Some(rev),
        ..other.status(id, JobStatus::Started)
    };
    assert_eq!(late.anna.push(&[seen]).await, ["illegal_status"]);

    assert_eq!(
        late.decide(&ids(&pushed), accept()).await,
        ReviewOutcome::Done
    );
    let job = late.server.job(id).await;
    assert_eq!(job.status, JobStatus::Finished);
    assert_eq!(job.steps.len(), 3);

    let gone = late.server.put_job(3, ANNA).await;
    late.server
        .write(
            NORDHAUS,
            &Record::Job(gone.clone()),
            afield_server::records::Fate::Deleted,
        )
        .await;
    let note = late.phone.note(gone.id, "was there");
    assert_eq!(
        late.anna.push(std::slice::from_ref(&note)).await,
        ["in_review"]
    );
    let group = late.page().await.groups.remove(0);
    assert_eq!(group.now, None);
    // What it was, so that somebody knows what it is about, and onto which other one it may go.
    let was = group.was.unwrap();
    assert_eq!(
        (was.number, was.customer),
        (gone.number.clone(), gone.customer)
    );
    late.job = gone;
    let outcome = late.decide(&[note.id], accept()).await;
    let refused = ReviewOutcome::Refused {
        mutation: note.id,
        reason: Rejection::Deleted,
    };
    assert_eq!(outcome, refused);
    let onto = Decide::Accept { onto: Some(id) };
    assert_eq!(late.decide(&[note.id], onto).await, ReviewOutcome::Done);
}

#[tokio::test]
async fn nothing_overtakes_what_waits_and_what_is_refused_for_another_reason_is_refused() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let first = late.phone.status(id, JobStatus::EnRoute);
    assert_eq!(
        late.anna.push(std::slice::from_ref(&first)).await,
        ["in_review"]
    );
    // The job comes back to her; what she does now in the same lane waits behind it.
    let mut late = late.give(ANNA).await;
    let second = late.phone.status(id, JobStatus::Started);
    let note = late.phone.note(id, "of now");
    let empty = late.phone.note(id, " ");
    let pushed = [second.clone(), note, empty];
    assert_eq!(
        late.anna.push(&pushed).await,
        ["in_review", "applied", "invalid"]
    );
    let both = [first.id, second.id];
    assert_eq!(late.decide(&both, accept()).await, ReviewOutcome::Done);
    assert_eq!(late.server.job(id).await.status, JobStatus::Started);

    // A job that she never had, and a right that was taken.
    let bens = late.server.put_job(5, BEN).await.id;
    let note = late.phone.note(bens, "no");
    assert_eq!(late.anna.push(&[note]).await, ["forbidden"]);
}

#[tokio::test]
async fn a_phone_that_does_not_ask_is_refused_as_ever_and_what_it_sends_instead_is_reviewed() {
    let mut late = Late::new().await;
    let id = late.job.id;
    late.anna.reviews = false;
    let old = late.phone.note(id, "wet");
    assert_eq!(
        late.anna.push(std::slice::from_ref(&old)).await,
        ["forbidden"]
    );
    late.anna.reviews = true;
    let instead = |old: &Mutation, new: Mutation| Mutation {
        replaces: vec![Replaced {
            id: old.id,
            seq: old.seq,
        }],
        ..new
    };
    let again = instead(&old, late.phone.note(id, "wet"));
    assert_eq!(
        late.anna.push(std::slice::from_ref(&again)).await,
        ["in_review"]
    );
    assert_eq!(late.waiting().await, [again.id]);
    // Of two that are sent instead of each other at most one has an effect.
    let third = instead(&again, late.phone.note(id, "wet"));
    assert_eq!(
        late.anna.push(std::slice::from_ref(&third)).await,
        ["in_review"]
    );
    assert_eq!(late.waiting().await, [third.id]);
    assert_eq!(
        late.decide(&[again.id], accept()).await,
        ReviewOutcome::Changed
    );
    assert_eq!(
        late.decide(&[third.id], accept()).await,
        ReviewOutcome::Done
    );
    let fourth = instead(&third, late.phone.note(id, "wet"));
    assert_eq!(late.anna.push(&[fourth]).await, ["already"]);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 1);
}

#[tokio::test]
async fn so_many_of_one_user_wait_and_one_more_is_refused() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let notes: Vec<_> = (0..=limits::REVIEWS)
        .map(|n| late.phone.note(id, &n.to_string()))
        .collect();
    let mut told = Vec::new();
    for some in notes.chunks(limits::PUSH_MUTATIONS) {
        told.extend(late.anna.push(some).await);
    }
    assert_eq!(told.pop().as_deref(), Some("forbidden"));
    assert!(told.iter().all(|told| told == "in_review"), "{told:?}");
    let page: ReviewPage = late
        .dora
        .get(&format!("{}?limit=0", paths::REVIEWS))
        .await
        .ok();
    assert_eq!(page.more, limits::REVIEWS as u64);
}

#[tokio::test]
async fn the_office_decides_for_its_own_company_alone() {
    let mut late = Late::new().await;
    let note = late.phone.note(late.job.id, "wet");
    late.anna.push(std::slice::from_ref(&note)).await;
    let home = std::mem::replace(&mut late.dora, late.server.sign_in(DANA).await);
    assert_eq!(late.page().await.groups, []);
    assert_eq!(
        late.decide(&[note.id], accept()).await,
        ReviewOutcome::Changed
    );
    late.dora = home;
    assert_eq!(late.decide(&[note.id], accept()).await, ReviewOutcome::Done);
}
