//! Tests of the projection: base and outbox, folded.

use super::*;
use crate::SignedIn;
use crate::clock::Reading;
use crate::outbox::enqueue::{EnqueueContext, plan_enqueue};
use crate::outbox::entry::EntryState;
use crate::testing::fixtures::{add, job, job_key, note_key, session, set, technician};
use crate::{Intent, OutboxWrite};
use afield_domain::{DeviceId, JobStatus, MutationId, Rejection, Timestamp};
use uuid::Uuid;

fn outbox(intents: &[Intent]) -> OutboxView {
    let mut view = OutboxView::default();
    view.meta.session = Some(SignedIn {
        info: session(&technician(1)),
        at: Timestamp(0),
    });
    let context = EnqueueContext {
        now: Reading::of_wall(Timestamp(5)),
        ids: (1..)
            .map(|n| MutationId(Uuid::from_u128(n)))
            .take(intents.len())
            .collect(),
        fresh_device: DeviceId(Uuid::from_u128(1)),
    };
    let plan = plan_enqueue(&view, intents, &context).unwrap();
    for write in plan.writes {
        if let OutboxWrite::Put(entry) = write {
            view.entries.push(entry);
        }
    }
    view
}

fn projection(view: &OutboxView) -> Projection {
    let mut projection = Projection::default();
    let base = Versioned {
        rev: Rev(3),
        record: job(1, &technician(1), JobStatus::Scheduled),
    };
    projection.set_module(Module::Job, vec![base]);
    projection.set_outbox(view);
    projection
}

#[track_caller]
fn check_status(projection: &Projection, status: JobStatus, unsent: usize) {
    let view = projection.view(job_key(1)).unwrap();
    let Record::Job(job) = view.record else {
        panic!("not a job");
    };
    assert_eq!(
        (job.status, view.unsent, view.rev),
        (status, unsent, Some(Rev(3)))
    );
}

#[test]
fn unsent_changes_show_at_once() {
    let view = outbox(&[
        set(1, JobStatus::EnRoute),
        set(1, JobStatus::Started),
        add(1, 1),
    ]);
    let projection = projection(&view);
    check_status(&projection, JobStatus::Started, 2);
    let note = projection.view(note_key(1)).unwrap();
    assert_eq!((note.rev, note.unsent), (None, 1));
    assert_eq!(projection.views(Module::Note).count(), 1);
    assert_eq!(projection.views(Module::Job).count(), 1);
}

#[test]
fn refused_changes_and_what_they_hold_do_not_show() {
    let mut view = outbox(&[set(1, JobStatus::EnRoute), set(1, JobStatus::Started)]);
    view.entries[0].state = EntryState::Parked {
        reason: Rejection::Forbidden,
        at: Timestamp(9),
        rev: None,
    };
    check_status(&projection(&view), JobStatus::Scheduled, 0);
}

#[test]
fn another_user_sees_nothing_of_it() {
    let mut view = outbox(&[set(1, JobStatus::EnRoute), add(1, 1)]);
    view.meta.session.as_mut().unwrap().info = session(&technician(2));
    let projection = projection(&view);
    check_status(&projection, JobStatus::Scheduled, 0);
    assert_eq!(projection.view(note_key(1)), None);
}
