//! Pull: what leaves a phone because it is deleted, or because another stands in its place.

use crate::pull::*;
use crate::support::*;
use afield_domain::*;
use afield_server::records::Fate;
use uuid::Uuid;

#[tokio::test]
async fn what_is_deleted_leaves_a_tombstone_with_those_who_had_it() {
    check(
        async |server, job| {
            server
                .write(NORDHAUS, &Record::Job(job), Fate::Deleted)
                .await;
        },
        &[
            "xjob 700001",
            "-property 30",
            "-customer 20",
            "-organization 40",
            "-note 90",
        ],
        &[],
    )
    .await;
    check(
        async |server, job| {
            server
                .write(NORDHAUS, &note(0x90, job.id), Fate::Deleted)
                .await;
        },
        &["xnote 90"],
        &[],
    )
    .await;
}

#[tokio::test]
async fn another_property_or_organization_takes_the_old_one_away() {
    let property = |n| Property {
        archived: false,
        id: PropertyId(Uuid::from_u128(n)),
        address: "Torstraße 1".into(),
        city: String::new(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: None,
    };
    check(
        async |server, job| {
            server
                .put(NORDHAUS, &Record::Property(property(0x31)))
                .await;
            let property = Some(PropertyId(Uuid::from_u128(0x31)));
            server
                .put(NORDHAUS, &Record::Job(Job { property, ..job }))
                .await;
        },
        &[
            "+job 700001",
            "-property 30",
            "+property 31",
            "+customer 20",
            "+organization 40",
            "+note 90",
        ],
        &[],
    )
    .await;
    check(
        async |server, job| {
            let customer = Customer {
                id: job.customer.unwrap(),
                name: "Hansen".into(),
                phone: String::new(),
                email: String::new(),
                organization: None,
                archived: false,
            };
            server.put(NORDHAUS, &Record::Customer(customer)).await;
        },
        &["+customer 20", "-organization 40"],
        &[],
    )
    .await;
    // The customer loses its organization, and then the job its customer.
    check(
        async |server, job| {
            let customer = Customer {
                id: job.customer.unwrap(),
                name: "Hansen".into(),
                phone: String::new(),
                email: String::new(),
                organization: None,
                archived: false,
            };
            server.put(NORDHAUS, &Record::Customer(customer)).await;
            let job = Job {
                customer: None,
                ..job
            };
            server.put(NORDHAUS, &Record::Job(job)).await;
        },
        &[
            "+job 700001",
            "+property 30",
            "-customer 20",
            "-organization 40",
            "+note 90",
        ],
        &[],
    )
    .await;
    // What changes elsewhere is nobody's business here.
    check(
        async |server, _| {
            server
                .put(NORDHAUS, &Record::Property(property(0x32)))
                .await;
            server
                .put(
                    NORDHAUS,
                    &Record::Property(Property {
                        customer: Some(CustomerId(Uuid::from_u128(0x20))),
                        ..property(0x32)
                    }),
                )
                .await;
            server
                .put(NORDHAUS, &Record::Property(property(0x32)))
                .await;
        },
        &[],
        &[],
    )
    .await;
}
