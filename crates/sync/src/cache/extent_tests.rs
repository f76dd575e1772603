//! What a phone holds: who decides it, when a generation begins for it, what is asked for.

use super::*;
use crate::cache::recent::Recent;
use crate::testing::fixtures::{job, job_key, session, technician};
use crate::{Priming, SignedIn};
use afield_domain::{JobStatus, Rev, Timestamp, Versioned};
use afield_protocol::{Change, Cursor};

fn signed_in(change: impl Fn(&mut afield_protocol::Company)) -> OutboxMeta {
    let mut info = session(&technician(1));
    change(&mut info.company);
    OutboxMeta {
        session: Some(SignedIn {
            info,
            at: Timestamp(0),
        }),
        ..OutboxMeta::default()
    }
}

#[test]
fn company_and_user_decide_what_a_phone_holds() {
    let online = |company: &mut afield_protocol::Company| company.mode = OperationMode::Online;
    let off = |company: &mut afield_protocol::Company| company.offers_offline = false;
    assert_eq!(Holding::of(&OutboxMeta::default()), Holding::All);
    assert_eq!(Holding::of(&signed_in(|_| {})), Holding::All);
    assert_eq!(Holding::of(&signed_in(online)), Holding::Recent);
    assert_eq!(Holding::of(&signed_in(off)), Holding::WhileConnected);
    let mut own = signed_in(online);
    own.without_offline.push(technician(2).id);
    assert_eq!(Holding::of(&own), Holding::Recent, "that is another user's");
    own.without_offline.push(technician(1).id);
    assert_eq!(Holding::of(&own), Holding::WhileConnected);
}

#[test]
fn the_last_ten_are_kept_of_one_user_alone() {
    let (anna, ben) = (technician(1).id, technician(2).id);
    let mut recent = Recent::default();
    for n in 1..=11 {
        recent.note(anna, job_key(n));
    }
    recent.note(anna, job_key(5));
    let expected = [5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map(job_key);
    assert_eq!(recent.of(anna), expected);
    assert!(recent.of(ben).is_empty());
    recent.note(ben, job_key(1));
    assert_eq!(recent.of(ben), [job_key(1)]);
    assert!(recent.of(anna).is_empty());
}

fn holding(partial: Option<Partial>) -> CacheState {
    CacheState {
        cursor: Some(Cursor("1".into())),
        priming: Priming {
            done_at: Some(Timestamp(1)),
            ..Priming::default()
        },
        partial,
        ..CacheState::default()
    }
}

fn kept(n: u128) -> Partial {
    Partial {
        kept: (1..=n).map(job_key).collect(),
        ..Partial::default()
    }
}

#[test]
fn a_generation_begins_anew_only_when_it_is_to_hold_something_else_and_is_whole() {
    let (all, partial) = (holding(None), holding(Some(kept(20))));
    for (state, holding, expected) in [
        (&all, Holding::All, false),
        (&all, Holding::Recent, true),
        (&all, Holding::WhileConnected, true),
        (&partial, Holding::All, true),
        (&partial, Holding::Recent, false),
        (&holding(Some(kept(21))), Holding::Recent, true),
    ] {
        assert_eq!(must_begin_anew(state, holding), expected, "{holding:?}");
        let filling = CacheState {
            staging: true,
            ..state.clone()
        };
        let unfinished = CacheState {
            priming: Priming::default(),
            ..state.clone()
        };
        for state in [CacheState::default(), filling, unfinished] {
            assert!(!must_begin_anew(&state, holding));
        }
    }
}

#[test]
fn a_phone_is_ready_only_with_all_that_it_is_to_hold() {
    let (all, partial) = (holding(None), holding(Some(kept(3))));
    let anew = |state: &CacheState, widens| CacheState {
        staging: true,
        widens,
        ..state.clone()
    };
    for (state, holding, expected) in [
        (&all, Holding::All, true),
        (&all, Holding::Recent, true),
        (&partial, Holding::Recent, true),
        // The company or its user wants more, and nothing of it has come yet.
        (&partial, Holding::All, false),
        (&anew(&all, true), Holding::All, false),
        // Less is to be held all the same: nothing is lacking.
        (&anew(&all, true), Holding::Recent, true),
        (&anew(&all, false), Holding::All, true),
        (&anew(&partial, false), Holding::Recent, true),
        (&anew(&partial, false), Holding::All, false),
        (&CacheState::default(), Holding::Recent, false),
    ] {
        assert_eq!(
            state.is_ready_for(holding),
            expected,
            "{state:?} {holding:?}"
        );
    }
}

#[test]
fn what_is_asked_for_stays_the_same_until_no_more_waits() {
    let recent = [1, 2, 3].map(job_key);
    let fresh = plan_extent(&CacheState::default(), Holding::Recent, &recent, |_| false);
    assert_eq!(fresh.unwrap().asked, recent);
    assert_eq!(
        plan_extent(&holding(None), Holding::All, &recent, |_| true),
        None
    );
    let state = holding(Some(kept(1)));
    let is_here = |key| key != job_key(3);
    let mut asking = plan_extent(&state, Holding::Recent, &recent, is_here).unwrap();
    assert_eq!(asking.asked, [job_key(2)], "the third is not on this phone");
    let upsert = Change::Upsert(Versioned {
        rev: Rev(2),
        record: job(2, &technician(1), JobStatus::Scheduled),
    });
    asking.note_page(&[upsert], true);
    assert_eq!(asking.kept, [job_key(1)], "more of it may wait");
    let later = holding(Some(asking.clone()));
    let next = plan_extent(&later, Holding::Recent, &[4].map(job_key), |_| true);
    assert_eq!(next, Some(asking.clone()));
    asking.note_page(&[Change::ScopeOut { key: job_key(1) }], false);
    let expected = Partial {
        kept: vec![job_key(2)],
        pages: 2,
        ..Partial::default()
    };
    assert_eq!(asking, expected);
    // Whoever asked before that is too late, although the cursor may be the same again.
    let (stored, mut late) = (holding(Some(asking)), kept(1));
    late.note_page(&[], false);
    assert!(is_overtaken(&stored, Some(&holding(Some(late)))));
}
