//! The promises about what came too late.

use super::super::{Ageing, ReviewRow, Storage};
use super::{ANNA, BEN, NOW, ONE, OTHER, job, put};
use crate::records::Fate;
use afield_domain::*;
use afield_protocol::{Decide, Mutation, Seq};
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(101));
const PHONE: DeviceId = DeviceId(Uuid::from_u128(5));

fn note(n: u128) -> NoteId {
    NoteId(Uuid::from_u128(0x900 + n))
}

pub(super) fn late(n: u128) -> ReviewRow {
    ReviewRow {
        mutation: Mutation {
            id: MutationId(Uuid::from_u128(n)),
            device: PHONE,
            seq: Seq(u64::try_from(n).unwrap()),
            user: ANNA,
            lane: note(n).into(),
            depends_on: Vec::new(),
            replaces: Vec::new(),
            op_version: OP_VERSION,
            op: Op::AddNote {
                note: note(n),
                job: JOB,
                text: "wet".into(),
                files: Vec::new(),
            },
            base_rev: None,
            wall: NOW,
            clock_offset_ms: 0,
        },
        job: JOB,
        reason: Rejection::Forbidden,
        received_at: NOW,
        file_at: None,
        decided: None,
        revoked: n.is_multiple_of(2),
    }
}

pub(super) async fn what_came_too_late_waits_in_its_order_until_it_is_decided(
    storage: &dyn Storage,
) {
    put(storage, ONE, &job(1, Some(ANNA), 0), Fate::Present).await;
    let had = async |company, user| {
        let mut tx = storage.read().await.unwrap();
        tx.had_job(company, user, JOB).await.unwrap()
    };
    assert!(!had(ONE, ANNA).await, "it is still hers");
    put(storage, ONE, &job(1, Some(BEN), 0), Fate::Present).await;
    assert!(had(ONE, ANNA).await);
    assert!(!had(ONE, BEN).await && !had(OTHER, ANNA).await);

    let mut tx = storage.write().await.unwrap();
    for n in [3, 1, 2] {
        tx.add_review(ONE, &late(n)).await.unwrap();
    }
    let ids = |n: &[u128]| -> Vec<MutationId> {
        n.iter().map(|n| MutationId(Uuid::from_u128(*n))).collect()
    };
    assert_eq!(tx.reviews_of(ONE, ANNA).await.unwrap(), ids(&[3, 1, 2]));
    assert_eq!(tx.reviews_of(ONE, BEN).await.unwrap(), []);
    assert_eq!(tx.reviews_of(OTHER, ANNA).await.unwrap(), []);
    let group = tx.reviews_on(ONE, ANNA, JOB).await.unwrap();
    assert_eq!(group, [late(3), late(1), late(2)]);
    let (first, count) = tx.reviews_waiting(ONE, 1).await.unwrap();
    assert_eq!((first, count), (vec![late(3)], 3));
    let lane = |n| note(n).into();
    assert!(tx.waits_in_lane(ONE, ANNA, PHONE, lane(1)).await.unwrap());
    let other = DeviceId(Uuid::from_u128(6));
    assert!(!tx.waits_in_lane(ONE, ANNA, other, lane(1)).await.unwrap());

    assert!(tx.review_file(ONE, lane(2), NOW).await.unwrap());
    assert!(!tx.review_file(ONE, lane(2), NOW).await.unwrap(), "once");
    let decided = Decide::Decline {
        reason: "no".into(),
    };
    tx.decide_review(ONE, ids(&[1])[0], &decided, NOW)
        .await
        .unwrap();
    let accepted = Decide::Accept { onto: None };
    tx.decide_review(ONE, ids(&[1])[0], &accepted, NOW)
        .await
        .unwrap();
    let row = tx.reviews(ONE, &ids(&[1])).await.unwrap();
    assert_eq!(row[0].decided, Some(decided), "the first decision stands");
    assert!(!tx.waits_in_lane(ONE, ANNA, PHONE, lane(1)).await.unwrap());
    tx.drop_review(ONE, ids(&[1])[0]).await.unwrap();
    tx.drop_review(ONE, ids(&[3])[0]).await.unwrap();
    assert_eq!(tx.reviews_of(ONE, ANNA).await.unwrap(), ids(&[2]));
    assert_eq!(tx.reviews_in(ONE, lane(1)).await.unwrap().len(), 1);

    // What waits is never forgotten.
    let old = Ageing::Reviews;
    assert_eq!(tx.prune(ONE, old, NOW, 9).await.unwrap(), 0);
    assert_eq!(tx.prune(OTHER, old, NOW.plus_ms(1), 9).await.unwrap(), 0);
    assert_eq!(tx.prune(ONE, old, NOW.plus_ms(1), 9).await.unwrap(), 1);
    let row = tx.reviews_on(ONE, ANNA, JOB).await.unwrap();
    assert_eq!(row[0].file_at, Some(NOW));
}
