//! How a job ends: not possible, with questions left open, and reopened by whoever finished it by mistake.

use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;

fn step(job: JobId, to: JobStatus, kind: StepKind, reason: &str) -> Op {
    Op::SetJobStatus {
        job,
        to,
        kind,
        reason: reason.into(),
    }
}

/// What the board says of the last change of a status.
async fn told(server: &Server) -> Option<(JobStatus, StepKind, String)> {
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    board.activity.into_iter().find_map(|seen| match seen.what {
        ActivityKind::Status {
            to, step, reason, ..
        } => Some((to, step, reason)),
        _ => None,
    })
}

#[tokio::test]
async fn the_office_hears_why_a_job_could_not_be_done() {
    let server = Server::start().await;
    let job = job(1, Some(ANNA));
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let ended = |reason| step(job.id, JobStatus::Finished, StepKind::NotPossible, reason);
    let silent = phone.make(ended(" "));
    let told_why = phone.make(ended("Nobody is at home"));
    assert_eq!(anna.push(&[silent]).await, ["invalid"]);
    for expected in ["applied", "applied"] {
        // The second time as after a lost answer.
        assert_eq!(anna.push(std::slice::from_ref(&told_why)).await, [expected]);
    }
    let expected = (
        JobStatus::Finished,
        StepKind::NotPossible,
        "Nobody is at home".to_owned(),
    );
    assert_eq!(told(&server).await, Some(expected));
}

#[tokio::test]
async fn a_finish_by_mistake_and_its_reopening_arrive_in_one_batch() {
    let server = Server::start().await;
    let job = Job {
        status: JobStatus::Started,
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [
        phone.make(step(
            job.id,
            JobStatus::Finished,
            StepKind::Usual,
            "The meter is locked",
        )),
        phone.make(step(job.id, JobStatus::Started, StepKind::Reopened, "")),
    ];
    assert_eq!(anna.push(&batch).await, ["applied", "applied"]);
    let reopened = (JobStatus::Started, StepKind::Reopened, String::new());
    assert_eq!(told(&server).await, Some(reopened));
    // What somebody else has finished is the office's to open again.
    let dora = server.sign_in(DORA).await;
    let closed = Phone::of(DORA).status(job.id, JobStatus::Finished);
    assert_eq!(dora.push(&[closed]).await, ["applied"]);
    let again = phone.make(step(job.id, JobStatus::Started, StepKind::Reopened, ""));
    assert_eq!(anna.push(&[again]).await, ["illegal_status"]);
}

#[tokio::test]
async fn a_company_that_refuses_open_questions_says_so_and_decides_when_the_finish_arrives() {
    let server = Server::start().await;
    let question = Question {
        required: true,
        ..Question::new("safe", "Is it safe?", QuestionKind::YesNo)
    };
    let job = Job {
        status: JobStatus::Started,
        checklist: vec![question],
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    let anna = server.sign_in(ANNA).await;
    let rule = async || {
        let info: SessionInfo = anna.get(paths::SESSION).await.ok();
        info.company.refuses_open_questions
    };
    assert!(!rule().await);
    server.refuse_open_questions(NORDHAUS).await;
    assert!(rule().await, "an open session hears of it");

    let mut phone = Phone::of(ANNA);
    let finish = |phone: &mut Phone| {
        phone.make(step(job.id, JobStatus::Finished, StepKind::Usual, "Locked"))
    };
    let early = finish(&mut phone);
    assert_eq!(anna.push(&[early]).await, ["open_questions"]);
    let answer = phone.make(Op::EditJob {
        job: job.id,
        edits: vec![FieldEdit {
            field: JobField::Answer,
            item: "safe".into(),
            base: FieldValue::Nothing,
            new: FieldValue::Text("yes".into()),
        }],
        settles: None,
    });
    let late = finish(&mut phone);
    assert_eq!(anna.push(&[answer, late]).await, ["applied", "applied"]);
}
