//! An import beside those who work meanwhile, and a file that corrects where a customer is.

use crate::client::Client;
use crate::import_support::*;
use crate::merge::title;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;
use afield_server::storage::{ReadTx, Storage, Stored, WriteTx};
use async_trait::async_trait;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Anna, who saves a note whenever an import leaves her room.
struct Anna {
    client: Client,
    phone: Mutex<Phone>,
    job: JobId,
}

#[async_trait]
impl Between for Anna {
    async fn rest(&self, _: Duration) {
        let note = self.phone.lock().unwrap().note(self.job, "wet");
        assert_eq!(self.client.push(&[note]).await, ["applied"]);
    }
}

#[tokio::test]
async fn others_write_between_the_rows_of_an_import() {
    let server = Server::start().await;
    let anna = Anna {
        client: server.sign_in(ANNA).await,
        phone: Mutex::new(Phone::of(ANNA)),
        job: server.put_job(1, ANNA).await.id,
    };
    let rows: Vec<String> = (0..600)
        .map(|n| format!("T{n},Pump {n},2026-11-21"))
        .collect();
    let text = format!("Ticket,What,When\n{}", rows.join("\n"));
    let format = mapped(Kind::Jobs, "Ticket=external_key,What=title,When=starts");
    let import = import_of(&server, NORDHAUS, format).await;
    let table = Table::read(text.as_bytes(), &TableOptions::default()).unwrap();
    let storage = server.app.storage.as_ref();
    let clock = server.clock.as_ref();
    for created in [600, 0] {
        let report = run_import(storage, clock, &import, &table, &anna).await;
        assert_eq!(report.unwrap().created, created);
    }
    // Three transactions each, and nobody waits for the last.
    assert_eq!(server.notes(NORDHAUS, anna.job).await, 4);
}

/// Anna, who enters a customer on site whenever an import leaves her room.
struct OnSite {
    client: Client,
    phone: Mutex<Phone>,
}

#[async_trait]
impl Between for OnSite {
    async fn rest(&self, _: Duration) {
        let record = Record::Customer(Customer {
            id: CustomerId(uuid::Uuid::from_u128(0x590)),
            name: "Customer 590".into(),
            phone: String::new(),
            email: String::new(),
            organization: None,
            archived: false,
        });
        let made = self.phone.lock().unwrap().make(Op::Create {
            record: Box::new(record),
        });
        assert_eq!(self.client.push(&[made]).await, ["applied"]);
    }
}

#[tokio::test]
async fn who_is_made_on_site_during_an_import_is_not_made_again() {
    let server = Server::start().await;
    let rows: Vec<String> = (0..500)
        .map(|n| format!("T{n},Pump,2026-11-21,Nobody {n}"))
        .collect();
    let text = format!(
        "Ticket,What,When,Who\n{}\nT590,Pump,2026-11-21,Customer 590\n",
        rows.join("\n")
    );
    let map = "Ticket=external_key,What=title,When=starts,Who=customer";
    let import = import_of(&server, NORDHAUS, mapped(Kind::Jobs, map)).await;
    let table = Table::read(text.as_bytes(), &TableOptions::default()).unwrap();
    let storage = server.app.storage.as_ref();
    let anna = OnSite {
        client: server.sign_in(ANNA).await,
        phone: Mutex::new(Phone::of(ANNA)),
    };
    // In the first pause; the last row of the file comes later.
    let once = Once(anna, Mutex::new(false));
    let report = run_import(storage, server.clock.as_ref(), &import, &table, &once).await;
    assert_eq!(report.unwrap().created, 501);
    let customers = all_records(&server, NORDHAUS, Module::Customer).await;
    let same = customers.iter().filter(
        |record| matches!(record, Record::Customer(customer) if customer.name == "Customer 590"),
    );
    assert_eq!(same.count(), 1);
}

/// Only in the first pause.
struct Once<B>(B, Mutex<bool>);

#[async_trait]
impl<B: Between> Between for Once<B> {
    async fn rest(&self, took: Duration) {
        let is_first = !std::mem::replace(&mut *self.1.lock().unwrap(), true);
        if is_first {
            self.0.rest(took).await;
        }
    }
}

/// What an import does with the storage. Dora edits a job just before it gets the writer's lock, so many times.
struct Beside {
    storage: Arc<dyn Storage>,
    dora: Client,
    phone: Mutex<Phone>,
    edited: Option<JobId>,
    edits: Mutex<Vec<FieldEdit>>,
    did: Mutex<String>,
}

impl Beside {
    async fn of(server: &Server, edited: Option<&Job>, edits: usize) -> Self {
        let names = (0..=edits).map(|n| match n {
            0 => edited.map_or_else(String::new, |job| job.title.clone()),
            n => format!("Hers {n}"),
        });
        let names: Vec<String> = names.collect();
        let edits = names.windows(2).map(|pair| title(&pair[0], &pair[1])).rev();
        Self {
            storage: Arc::clone(&server.storage) as Arc<dyn Storage>,
            dora: server.sign_in(DORA).await,
            phone: Mutex::new(Phone::of(DORA)),
            edited: edited.map(|job| job.id),
            edits: Mutex::new(edits.collect()),
            did: Mutex::default(),
        }
    }

    fn note(&self, what: char) {
        self.did.lock().unwrap().push(what);
    }
}

#[async_trait]
impl Storage for Beside {
    async fn read(&self) -> Stored<Box<dyn ReadTx>> {
        self.note('r');
        self.storage.read().await
    }

    async fn write(&self) -> Stored<Box<dyn WriteTx>> {
        let edit = self.edits.lock().unwrap().pop();
        if let (Some(job), Some(edit)) = (self.edited, edit) {
            // The rows are planned, and nobody waits for that.
            let edit = self.phone.lock().unwrap().edit(0, job, edit);
            assert_eq!(self.dora.push(&[edit]).await, ["applied"]);
        }
        self.note('w');
        self.storage.write().await
    }

    async fn close(&self) {}
}

#[tokio::test]
async fn rows_are_planned_before_the_lock_is_taken_and_anew_if_their_records_changed_meanwhile() {
    for (edits, did) in [
        (0, "rrw"),
        // The plan of one who is edited goes; the last is made in the lock.
        (1, "rrwrrw"),
        (2, "rrwrrwrrw"),
        (3, "rrwrrwrrwrw"),
        (4, "rrwrrwrrwrw"),
    ] {
        let server = Server::start().await;
        let map = || mapped(Kind::Jobs, "Ticket=external_key,What=title,When=starts");
        let file = |title: &str| {
            let others: String = (0..9)
                .map(|n| format!("O{n},Pump {n},2026-11-21\n"))
                .collect();
            format!("Ticket,What,When\n{others}T1,{title},2026-11-21\n")
        };
        import(&server, NORDHAUS, map(), file("Boiler").as_bytes(), |_| ()).await;
        let job = job_titled(&server, NORDHAUS, "Boiler").await.unwrap();
        let beside = Beside::of(&server, Some(&job), edits).await;
        let import = import_of(&server, NORDHAUS, map()).await;
        let table = Table::read(file("Stove").as_bytes(), &TableOptions::default()).unwrap();
        let report = run_import(&beside, server.clock.as_ref(), &import, &table, &Rest).await;
        let report = report.unwrap();
        assert_eq!(*beside.did.lock().unwrap(), did, "{edits}");
        let title = server.job(job.id).await.title;
        if edits == 0 {
            assert_eq!((report.updated.len(), title.as_str()), (1, "Stove"));
        } else {
            // What was changed in Afield stays.
            assert_eq!((report.kept, title), (1, format!("Hers {edits}")));
        }
        let mut tx = server.app.storage.read().await.unwrap();
        let stored = tx
            .records(NORDHAUS, &[job.id.into()])
            .await
            .unwrap()
            .remove(0);
        let revs = 1 + u64::try_from(edits.max(1)).unwrap();
        assert_eq!(stored.rev, Rev(revs), "{edits}");
    }
}

#[tokio::test]
async fn what_was_planned_and_not_written_is_known_to_nobody() {
    let server = Server::start().await;
    let map = || {
        mapped(
            Kind::Jobs,
            "Ticket=external_key,What=title,When=starts,For=customer",
        )
    };
    let first = "Ticket,What,When,For\nT1,Boiler,2026-11-21,\n";
    import(&server, NORDHAUS, map(), first.as_bytes(), |_| ()).await;
    let job = job_titled(&server, NORDHAUS, "Boiler").await.unwrap();
    let beside = Beside::of(&server, Some(&job), 1).await;
    let mut import = import_of(&server, NORDHAUS, map()).await;
    import.assignment = Assignment::InTurn(vec![ANNA, BEN]);
    // The first plan makes the customer; the second makes it anew, once.
    let text = format!("{first}T2,Pump,2026-11-21,Hansen\nT3,Stove,2026-11-21,Hansen\n");
    let table = Table::read(text.as_bytes(), &TableOptions::default()).unwrap();
    let report = run_import(&beside, server.clock.as_ref(), &import, &table, &Rest).await;
    assert_eq!(report.unwrap().created, 2);
    let customers = all_records(&server, NORDHAUS, Module::Customer).await;
    assert_eq!(customers.len(), 1);
    let assignees = ["Pump", "Stove"].map(|title| job_titled(&server, NORDHAUS, title));
    let assignees = futures::future::join_all(assignees).await;
    let assignees: Vec<_> = assignees
        .into_iter()
        .map(|job| job.unwrap().assignee)
        .collect();
    assert_eq!(assignees, [Some(ANNA), Some(BEN)]);
    for title in ["Pump", "Stove"] {
        let job = job_titled(&server, NORDHAUS, title).await.unwrap();
        assert_eq!(
            job.customer.map(RecordKey::from),
            customers[0].key(),
            "{title}"
        );
    }
}

const CUSTOMERS: &str = "Nr=external_key,Name=name,Street=address";
const JOBS: &str = "What=title,When=starts,For=customer,Street=address";

async fn customers(server: &Server, rows: &str) -> Report {
    let text = format!("Nr,Name,Street\n{rows}\n");
    let format = mapped(Kind::Customers, CUSTOMERS);
    import(server, NORDHAUS, format, text.as_bytes(), |_| ()).await
}

/// Imports a job for Hansen in that street; gives the address of its property.
async fn house_of_job(server: &Server, title: &str, street: &str) -> String {
    let text = format!("What,When,For,Street\n{title},2026-11-21,Hansen,{street}\n");
    let format = mapped(Kind::Jobs, JOBS);
    import(server, NORDHAUS, format, text.as_bytes(), |_| ()).await;
    let job = job_titled(server, NORDHAUS, title).await.unwrap();
    let all = all_properties(server, NORDHAUS).await;
    let found = all.iter().find(|known| Some(known.id) == job.property);
    found.unwrap().address.clone()
}

#[tokio::test]
async fn a_job_for_where_a_customer_was_does_not_go_to_where_they_are() {
    let server = Server::start().await;
    customers(&server, "C1,Hansen,Wharf Road 30").await;
    let moved = customers(&server, "C1,Hansen,Wharf Road 31").await;
    assert_eq!(moved.updated.len(), 1);
    assert_eq!(
        house_of_job(&server, "New", "Wharf Road 31").await,
        "Wharf Road 31"
    );
    assert_eq!(
        house_of_job(&server, "Old", "Wharf Road 30").await,
        "Wharf Road 30"
    );
    assert_eq!(all_properties(&server, NORDHAUS).await.len(), 2);
    let again = customers(&server, "C1,Hansen,Wharf Road 31").await;
    assert_eq!((again.unchanged, again.updated.len()), (1, 0));
}

#[tokio::test]
async fn a_place_whose_key_a_deleted_property_holds_is_imported_all_the_same() {
    let server = Server::start().await;
    customers(&server, "C1,Hansen,Wharf Road 30").await;
    house_of_job(&server, "Other", "Wharf Road 31").await;
    let all = all_properties(&server, NORDHAUS).await;
    let gone = all.iter().find(|known| known.address == "Wharf Road 31");
    let gone = Record::Property(gone.unwrap().clone());
    server
        .write(NORDHAUS, &gone, afield_server::records::Fate::Deleted)
        .await;
    // By a job, and by the customer's own row.
    assert_eq!(
        house_of_job(&server, "Again", "Wharf Road 31").await,
        "Wharf Road 31"
    );
    let report = customers(&server, "C2,Petersen,Wharf Road 9").await;
    assert_eq!(report.created, 1);
    customers(&server, "C1,Hansen,Wharf Road 31").await;
}
