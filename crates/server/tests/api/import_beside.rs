//! An import beside those who work meanwhile, and a file that corrects where a customer is.

use crate::client::Client;
use crate::import_support::*;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;
use async_trait::async_trait;
use std::sync::Mutex;
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
