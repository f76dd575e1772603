//! Records around job 1 of the samples, for the tests. Must never be compiled into the app.

use super::{job, projection};
use afield_domain::{
    Asset, AssetId, Contract, ContractId, Customer, CustomerId, Job, Module, Organization,
    OrganizationId, Part, PartId, PartKind, PartLine, PropertyId, Record, Rev, ServiceTask, TaskId,
    TaskStatus, Versioned,
};
use afield_sync::Projection;
use uuid::Uuid;

pub(crate) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(5));
pub(crate) const PROPERTY: PropertyId = PropertyId(Uuid::from_u128(6));
pub(crate) const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(4));
pub(crate) const CONTRACT: ContractId = ContractId(Uuid::from_u128(80));

pub(crate) fn asset_id(n: u128) -> AssetId {
    AssetId(Uuid::from_u128(300 + n))
}

pub(crate) fn part_id(n: u128) -> PartId {
    PartId(Uuid::from_u128(400 + n))
}

fn asset(n: u128, name: &str, serial: &str, code: &str) -> Asset {
    Asset {
        archived: false,
        id: asset_id(n),
        name: name.into(),
        model: "Vitodens 200".into(),
        serial: serial.into(),
        code: code.into(),
        location: "Cellar".into(),
        installed: "2019-03-01".into(),
        customer: (n != 3).then_some(CUSTOMER),
        property: (n == 1).then_some(PROPERTY),
    }
}

fn part(n: u128, name: &str, kind: PartKind) -> Part {
    Part {
        archived: false,
        id: part_id(n),
        name: name.into(),
        number: format!("P-10{n}"),
        kind,
        unit: if kind == PartKind::Part {
            "piece"
        } else {
            "hour"
        }
        .into(),
        price: "4.50 EUR".into(),
        description: String::new(),
    }
}

/// Job 1 with asset 1, two pieces of part 1 and the contract.
pub(crate) fn job_1() -> Job {
    Job {
        assets: vec![asset_id(1)],
        parts: vec![PartLine {
            part: part_id(1),
            quantity: "2".into(),
        }],
        contract: Some(CONTRACT),
        organization: Some(ORGANIZATION),
        ..job(1)
    }
}

/// Asset 1 stands where job 1 is, asset 2 is the same customer's, asset 3 somebody else's.
pub(crate) fn with_records() -> Projection {
    let mut all = projection();
    let versioned = |record| Versioned {
        rev: Rev(1),
        record,
    };
    let mut set = |module, records: Vec<Record>| {
        all.set_module(module, records.into_iter().map(versioned).collect());
    };
    let jobs = [job(0), job_1(), job(2), job(3)];
    set(Module::Job, jobs.map(Record::Job).to_vec());
    let assets = [
        asset(1, "Boiler", "VD-2014/77", "4006381333931"),
        asset(2, "Äpfelpumpe", "WX 9", "0036000291452"),
        asset(3, "Boiler", "ZZ-1", "4006381333931"),
    ];
    set(Module::Asset, assets.map(Record::Asset).to_vec());
    let parts = [
        part(1, "Seal 3/4", PartKind::Part),
        part(2, "Labour", PartKind::Service),
    ];
    set(Module::Part, parts.map(Record::Part).to_vec());
    let contract = Contract {
        archived: false,
        id: CONTRACT,
        number: "C-204".into(),
        name: "Full service".into(),
        covers: "Parts and labour".into(),
        from: "2026-01-01".into(),
        until: "2026-12-31".into(),
        response_hours: 4,
        visits: String::new(),
        customer: Some(CUSTOMER),
    };
    set(Module::Contract, vec![Record::Contract(contract)]);
    let organization = Organization {
        id: ORGANIZATION,
        name: "City Housing".into(),
        phone: "+49 (0)30 555".into(),
    };
    set(
        Module::Organization,
        vec![Record::Organization(organization)],
    );
    let customer = Customer {
        id: CUSTOMER,
        name: "Ada Berg".into(),
        phone: "+49 123".into(),
        email: "ada@example.org".into(),
        organization: Some(ORGANIZATION),
        archived: false,
    };
    set(Module::Customer, vec![Record::Customer(customer)]);
    let task = ServiceTask {
        id: TaskId(Uuid::from_u128(90)),
        job: job_1().id,
        place: 1,
        title: "Measure pressure".into(),
        status: TaskStatus::Open,
        asset: Some(asset_id(1)),
        template: None,
    };
    set(Module::Task, vec![Record::Task(task)]);
    all
}
