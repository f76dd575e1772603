//! The wire of what came too late.

use crate::snapshot_tests::{check, envelope, uuid};
use crate::*;
use afield_domain::{
    AttachmentId, CustomerId, DeviceId, JobId, JobStatus, MutationId, NoteId, Op, Rejection, Rev,
    Timestamp, UserId,
};

fn entry(n: u128, op: Op, reason: Rejection) -> ReviewEntry {
    ReviewEntry {
        revoked: false,
        needs: Vec::new(),
        mutation: MutationId(uuid(n)),
        made_at: Timestamp(1_795_248_100_000),
        received_at: Timestamp(1_795_251_600_000),
        base_rev: Some(Rev(3)),
        op,
        reason,
        file_at: None,
    }
}

#[test]
fn who_only_asks_hears_what_was_decided_and_what_never_was() {
    let request: PushRequest = PushRequest {
        device: DeviceId(uuid(50)),
        ack_below: Seq(4),
        epoch: Some(EpochId("e-5f0c".into())),
        review: true,
        asks: vec![MutationId(uuid(0x69)), MutationId(uuid(0x6a))],
        mutations: Vec::new(),
    };
    check("push_asks", &request);
    let applied = Verdict::Applied { records: vec![] };
    let response = PushResponse {
        verdicts: vec![MutationVerdict::new(MutationId(uuid(0x69)), applied)],
        undecided: vec![MutationId(uuid(0x6a))],
    };
    check("push_asked", &envelope(Reply::Ok(response)));
}

#[test]
fn what_waits_for_the_office() {
    let job = JobId(uuid(7));
    let note = Op::AddNote {
        note: NoteId(uuid(9)),
        job,
        text: "Valve stuck.".into(),
        files: Vec::new(),
    };
    let page = ReviewPage {
        groups: vec![ReviewGroup {
            job,
            author: UserId(uuid(1)),
            author_name: "Anna Berg".into(),
            now: Some(ReviewedJob {
                number: "J-1007".into(),
                title: "Boiler does not start".into(),
                status: JobStatus::Scheduled,
                has_it: "Ben Krause".into(),
                customer: Some(CustomerId(uuid(20))),
            }),
            was: None,
            records: Vec::new(),
            entries: vec![
                entry(0x68, note, Rejection::Forbidden),
                entry(
                    0x69,
                    Op::set_status(job, JobStatus::EnRoute),
                    Rejection::Forbidden,
                ),
            ],
        }],
        more: 3,
    };
    check("review_page", &envelope(Reply::Ok(page)));
}

#[test]
fn a_change_says_what_of_its_group_it_needs() {
    let note = Op::AddNote {
        note: NoteId(uuid(9)),
        job: JobId(uuid(7)),
        text: "Valve stuck.".into(),
        files: vec![AttachmentId(uuid(10))],
    };
    let entry = ReviewEntry {
        needs: vec![MutationId(uuid(0x67))],
        ..entry(0x68, note, Rejection::Forbidden)
    };
    check("review_entry_needs", &entry);
}

#[test]
fn what_the_office_decides() {
    let decision = |decide| ReviewDecision {
        job: JobId(uuid(7)),
        author: UserId(uuid(1)),
        mutations: vec![MutationId(uuid(0x68)), MutationId(uuid(0x69))],
        decide,
    };
    let decisions = [
        decision(Decide::Accept { onto: None }),
        decision(Decide::Accept {
            onto: Some(JobId(uuid(8))),
        }),
        decision(Decide::Decline {
            reason: "Ben was there before".into(),
        }),
    ];
    check("review_decision", &decisions);
    let rest = Decide::AcceptRest {
        onto: None,
        left_out: vec![MutationId(uuid(0x69))],
        reason: "Ben drives there".into(),
    };
    check("review_accept_rest", &decision(rest));
    let refused = ReviewOutcome::Refused {
        mutation: MutationId(uuid(0x69)),
        reason: Rejection::Deleted,
    };
    check("review_outcome", &envelope(Reply::Ok(refused)));
    let needs = ReviewOutcome::Needs {
        mutation: MutationId(uuid(0x69)),
        left_out: MutationId(uuid(0x68)),
    };
    check("review_needs", &envelope(Reply::Ok(needs)));
}

#[test]
fn what_a_phone_hears() {
    let verdict =
        |n, reason| MutationVerdict::new(MutationId(uuid(n)), Verdict::Rejected { reason });
    let declined = Rejection::Declined {
        by: "Dora Klein".into(),
        reason: "Ben was there before".into(),
    };
    let response = PushResponse {
        verdicts: vec![verdict(0x68, Rejection::InReview), verdict(0x69, declined)],
        undecided: Vec::new(),
    };
    check("push_reviewed", &envelope(Reply::Ok(response)));
    let page = PullResponse {
        changes: Vec::new(),
        cursor: Cursor("c1.7.42".into()),
        more: false,
        totals: Vec::new(),
        left: Vec::new(),
        in_review: Some(vec![MutationId(uuid(0x68))]),
        company: None,
    };
    check("pull_review", &envelope(Reply::Ok(page)));
}
