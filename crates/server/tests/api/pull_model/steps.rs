//! What may happen in the model: to the office's records, to time, and to a phone that pulls.

use super::{JOBS, PARTIES};
use crate::support::{ANNA, BEN};
use afield_domain::{JobStatus, UserId};
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub(super) enum Step {
    PutJob {
        n: u128,
        assignee: Option<UserId>,
        days: i64,
        status: JobStatus,
        customer: Option<u128>,
        property: Option<u128>,
        contract: Option<u128>,
        asset: Option<u128>,
    },
    DeleteJob(u128),
    PutCustomer {
        n: u128,
        organization: Option<u128>,
    },
    PutProperty {
        n: u128,
        customer: Option<u128>,
    },
    PutNote {
        n: u128,
        job: u128,
        fate: bool,
    },
    PutAsset {
        n: u128,
        customer: Option<u128>,
        property: Option<u128>,
        fate: bool,
    },
    PutContract {
        n: u128,
        customer: Option<u128>,
    },
    PutTask {
        n: u128,
        job: u128,
        asset: Option<u128>,
        template: Option<u128>,
        fate: bool,
    },
    Sleep {
        hours: i64,
    },
    Window {
        days: u32,
    },
    Page {
        limit: usize,
    },
    PullAll {
        limit: usize,
    },
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let assignee = prop_oneof![3 => Just(Some(ANNA)), 2 => Just(Some(BEN)), 1 => Just(None)];
    let links = (party(), party(), party(), party());
    let status = prop_oneof![
        4 => Just(JobStatus::Scheduled),
        2 => Just(JobStatus::Paused),
        1 => Just(JobStatus::Started),
        2 => Just(JobStatus::Finished),
    ];
    let job = (0..JOBS, assignee, -5_i64..=5, status, links).prop_map(
        |(n, assignee, days, status, (customer, property, contract, asset))| Step::PutJob {
            n,
            assignee,
            days,
            status,
            customer,
            property,
            contract,
            asset,
        },
    );
    let asset =
        (0..PARTIES, party(), party(), mostly()).prop_map(|(n, customer, property, fate)| {
            Step::PutAsset {
                n,
                customer,
                property,
                fate,
            }
        });
    let task = (0..6_u128, 0..JOBS, party(), party(), mostly()).prop_map(
        |(n, job, asset, template, fate)| Step::PutTask {
            n,
            job,
            asset,
            template,
            fate,
        },
    );
    let step = prop_oneof![
        6 => job,
        1 => (0..JOBS).prop_map(Step::DeleteJob),
        2 => (0..PARTIES, party()).prop_map(|(n, organization)| Step::PutCustomer { n, organization }),
        2 => (0..PARTIES, party()).prop_map(|(n, customer)| Step::PutProperty { n, customer }),
        3 => (0..12_u128, 0..JOBS, any::<bool>()).prop_map(|(n, job, fate)| Step::PutNote { n, job, fate }),
        3 => asset,
        2 => (0..PARTIES, party()).prop_map(|(n, customer)| Step::PutContract { n, customer }),
        3 => task,
        1 => (1_i64..60).prop_map(|hours| Step::Sleep { hours }),
        1 => (1_u32..7).prop_map(|days| Step::Window { days }),
        5 => (1_usize..4).prop_map(|limit| Step::Page { limit }),
        1 => (1_usize..50).prop_map(|limit| Step::PullAll { limit }),
    ];
    proptest::collection::vec(step, 1..40)
}

fn mostly() -> impl Strategy<Value = bool> {
    proptest::bool::weighted(0.8)
}

fn party() -> impl Strategy<Value = Option<u128>> {
    proptest::option::of(0..PARTIES)
}
