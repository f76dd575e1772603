//! What comes and goes with a customer and with a task: assets, contracts, forms.

use crate::cache::Cache;
use crate::client::Client;
use crate::support::*;
use afield_domain::*;
use afield_server::records::Fate;
use uuid::Uuid;

fn customer(n: u128) -> Customer {
    Customer {
        id: CustomerId(Uuid::from_u128(0x20 + n)),
        name: n.to_string(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    }
}

fn asset(n: u128, of: &Customer) -> Asset {
    Asset {
        archived: false,
        id: AssetId(Uuid::from_u128(0x50 + n)),
        name: n.to_string(),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: Some(of.id),
        property: None,
    }
}

fn contract(n: u128, of: &Customer) -> Contract {
    Contract {
        archived: false,
        id: ContractId(Uuid::from_u128(0x60 + n)),
        number: n.to_string(),
        name: String::new(),
        covers: String::new(),
        from: String::new(),
        until: String::new(),
        response_hours: 0,
        visits: String::new(),
        customer: Some(of.id),
    }
}

/// A server with two customers, each with an asset and a contract, and a job of Anna's for the first.
async fn with_customers() -> (Server, Job, [Customer; 2]) {
    let server = Server::start().await;
    let customers = [customer(1), customer(2)];
    for (n, customer) in (1..).zip(&customers) {
        for record in [
            Record::Customer(customer.clone()),
            Record::Asset(asset(n, customer)),
            Record::Contract(contract(n, customer)),
        ] {
            server.put(NORDHAUS, &record).await;
        }
    }
    let job = Job {
        customer: Some(customers[0].id),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(job.clone())).await;
    (server, job, customers)
}

async fn primed(anna: &Client) -> Cache {
    let mut cache = Cache::default();
    cache.all(anna, 2).await;
    cache
}

#[tokio::test]
async fn a_customer_brings_assets_and_contracts_and_takes_them_along() {
    let (server, job, customers) = with_customers().await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = primed(&anna).await;
    let first = ["job 700001", "customer 21", "asset 51", "contract 61"];
    assert_eq!(cache.held(), first);
    // A new one of the same customer comes by itself.
    let second = Record::Asset(asset(3, &customers[0]));
    server.put(NORDHAUS, &second).await;
    assert_eq!(cache.all(&anna, 50).await, ["+asset 53"]);
    // The job goes to the other customer.
    let moved = Job {
        customer: Some(customers[1].id),
        ..job
    };
    server.put(NORDHAUS, &Record::Job(moved)).await;
    cache.all(&anna, 2).await;
    let other = ["job 700001", "customer 22", "asset 52", "contract 62"];
    assert_eq!(cache.held(), other);
}

#[tokio::test]
async fn an_asset_that_goes_to_a_customer_out_of_scope_leaves() {
    let (server, _, customers) = with_customers().await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = primed(&anna).await;
    let theirs = |n, of| Record::Asset(asset(n, of));
    server.put(NORDHAUS, &theirs(1, &customers[1])).await;
    assert!(cache.all(&anna, 50).await.contains(&"-asset 51".to_owned()));
    assert_eq!(cache.held(), ["job 700001", "customer 21", "contract 61"]);
    server.put(NORDHAUS, &theirs(2, &customers[0])).await;
    cache.all(&anna, 50).await;
    let now = ["job 700001", "customer 21", "asset 52", "contract 61"];
    assert_eq!(cache.held(), now);
    server
        .write(NORDHAUS, &theirs(2, &customers[0]), Fate::Deleted)
        .await;
    assert_eq!(cache.all(&anna, 50).await, ["xasset 52"]);
}

#[tokio::test]
async fn who_never_had_an_asset_hears_nothing_of_where_it_goes() {
    let (server, _, customers) = with_customers().await;
    server.put_job(2, BEN).await;
    let ben = server.sign_in(BEN).await;
    let mut cache = primed(&ben).await;
    let moved = Record::Asset(asset(1, &customers[1]));
    server.put(NORDHAUS, &moved).await;
    server.write(NORDHAUS, &moved, Fate::Deleted).await;
    assert_eq!(cache.all(&ben, 50).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_task_brings_its_form_and_its_asset_with_the_customer_of_that() {
    let (server, job, customers) = with_customers().await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = primed(&anna).await;
    let form = |n: u128| FormTemplate {
        id: TemplateId(Uuid::from_u128(0x80 + n)),
        name: n.to_string(),
        questions: Vec::new(),
    };
    let task = |template: u128| ServiceTask {
        id: TaskId(Uuid::from_u128(0x70)),
        job: job.id,
        place: 1,
        title: "Inspect".into(),
        status: TaskStatus::Open,
        asset: Some(asset(2, &customers[1]).id),
        template: Some(form(template).id),
    };
    for n in [1, 2] {
        server.put(NORDHAUS, &Record::Form(form(n))).await;
    }
    assert_eq!(cache.all(&anna, 50).await, Vec::<String>::new());
    server.put(NORDHAUS, &Record::Task(task(1))).await;
    let came = [
        "+customer 22",
        "+asset 52",
        "+task 70",
        "+form 81",
        "+contract 62",
    ];
    assert_eq!(cache.all(&anna, 50).await, came);
    // Another version of the form.
    server.put(NORDHAUS, &Record::Task(task(2))).await;
    cache.all(&anna, 50).await;
    let forms: Vec<String> = cache
        .held()
        .into_iter()
        .filter(|name| name.starts_with("form"))
        .collect();
    assert_eq!(forms, ["form 82"]);
    server
        .write(NORDHAUS, &Record::Task(task(2)), Fate::Deleted)
        .await;
    cache.all(&anna, 50).await;
    // A task that is gone still leads on, as everything does: its form does no harm.
    assert!(!cache.held().contains(&"task 70".to_owned()));
}
