//! A file that comes again, changed: what it says new is taken, what Afield has changed stays, and a dry
//! run says both and writes nothing.

use crate::import_support::*;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;
use afield_server::records::{Fate, OFFICE, Write, save_record};

const CUSTOMERS: &str =
    "Number=external_key,Name=name,Phone=phone,Street=address,Postcode=postcode";
const JOBS: &str = "Ticket=external_key,What=title,When=starts,State=status,For=customer";

fn shown(report: &Report) -> (usize, Vec<(u64, String)>, usize, usize) {
    let updated = report.updated.iter();
    let updated = updated
        .map(|(line, fields)| (*line, fields.join(" ")))
        .collect();
    (report.created, updated, report.unchanged, report.kept)
}

async fn seq(server: &Server) -> u64 {
    let mut tx = server.app.storage.read().await.unwrap();
    tx.company(NORDHAUS).await.unwrap().unwrap().change_seq
}

/// Somebody changes a record in Afield.
async fn change(server: &Server, key: RecordKey, change: impl FnOnce(&mut Record)) {
    let mut tx = server.app.storage.write().await.unwrap();
    let stored = tx.records(NORDHAUS, &[key]).await.unwrap().pop().unwrap();
    let mut record = stored.record().unwrap();
    change(&mut record);
    let now = at("2026-11-21T12:00:00Z");
    let write = Write {
        old: Some(&stored),
        record: &record,
        fate: Fate::Present,
        external_key: None,
        by: OFFICE,
        made_at: now,
    };
    save_record(tx.as_mut(), NORDHAUS, write, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_changed_row_updates_its_record_and_its_property() {
    let server = Server::start().await;
    let format = || mapped(Kind::Customers, CUSTOMERS);
    let (first, second) = (here("customers_v1.csv"), here("customers_v2.csv"));
    import(&server, NORDHAUS, format(), &first, |_| ()).await;
    let before = seq(&server).await;
    let again = import(&server, NORDHAUS, format(), &first, |_| ()).await;
    assert_eq!(shown(&again), (0, vec![], 1, 0));
    assert_eq!(seq(&server).await, before, "nothing was written");

    let dry = import(&server, NORDHAUS, format(), &second, |import| {
        import.is_dry_run = true
    })
    .await;
    assert_eq!(seq(&server).await, before, "a dry run writes nothing");
    let changed = import(&server, NORDHAUS, format(), &second, |_| ()).await;
    assert_eq!(dry, changed, "a dry run says what happens");
    assert_eq!(
        shown(&changed),
        (0, vec![(2, "name phone address".to_owned())], 0, 0)
    );
    let [Record::Customer(kiosk)] = &all_records(&server, NORDHAUS, Module::Customer).await[..]
    else {
        panic!("one customer");
    };
    assert_eq!(
        (kiosk.name.as_str(), kiosk.phone.as_str()),
        ("Kiosk Sommer & Winter", "+49 40 2002")
    );
    let places = all_properties(&server, NORDHAUS).await;
    assert_eq!(places.len(), 1);
    assert_eq!(places[0].address, "Wharf Road 31");
    let again = import(&server, NORDHAUS, format(), &second, |_| ()).await;
    assert_eq!(shown(&again), (0, vec![], 1, 0));
}

#[tokio::test]
async fn what_was_changed_in_afield_meanwhile_stays_and_is_named() {
    let server = Server::start().await;
    let format = || mapped(Kind::Customers, CUSTOMERS);
    import(
        &server,
        NORDHAUS,
        format(),
        &here("customers_v1.csv"),
        |_| (),
    )
    .await;
    let key = all_records(&server, NORDHAUS, Module::Customer).await[0]
        .key()
        .unwrap();
    change(&server, key, |record| {
        if let Record::Customer(customer) = record {
            customer.phone = "+49 40 9999".into();
        }
    })
    .await;
    // The file says what it said: nothing to tell, and Afield's number stays.
    let again = import(
        &server,
        NORDHAUS,
        format(),
        &here("customers_v1.csv"),
        |_| (),
    )
    .await;
    assert_eq!(shown(&again), (0, vec![], 1, 0));
    let changed = import(
        &server,
        NORDHAUS,
        format(),
        &here("customers_v2.csv"),
        |_| (),
    )
    .await;
    assert_eq!(
        shown(&changed),
        (0, vec![(2, "name address".to_owned())], 0, 0)
    );
    let kept = "phone: the file says \"+49 40 2002\"; Afield has \"+49 40 9999\" since the last import, which stays";
    let [(2, told)] = &changed.kept_fields[..] else {
        panic!("{:?}", changed.kept_fields);
    };
    assert_eq!(told.as_str(), kept);
    // Until one of the two gives in it is told every time.
    let again = import(
        &server,
        NORDHAUS,
        format(),
        &here("customers_v2.csv"),
        |_| (),
    )
    .await;
    assert_eq!(shown(&again), (0, vec![], 0, 1));
    assert_eq!(again.kept_fields.len(), 1);
}

#[tokio::test]
async fn a_job_follows_its_file_but_for_its_assignee() {
    let server = Server::start().await;
    let format = || mapped(Kind::Jobs, JOBS);
    let first = b"Ticket,What,When,State,For\nT-1,Boiler,2026-11-21 10:00,open,Arndt\nT-2,Pump,2026-11-21 11:00,open,Arndt\n";
    let second = b"Ticket,What,When,State,For\nT-1,Boiler,2026-11-21 12:00,closed,Cordes\nT-2,Pump,2026-11-21 11:00,open,Arndt\n";
    let assign =
        |user| move |import: &mut Import| import.assignment = Assignment::InTurn(vec![user]);
    import(&server, NORDHAUS, format(), first, assign(ANNA)).await;
    let report = import(&server, NORDHAUS, format(), second, assign(BEN)).await;
    assert_eq!(
        shown(&report),
        (0, vec![(2, "status times customer".to_owned())], 1, 0)
    );
    assert_eq!(report.also_created.get(&Module::Customer), Some(&1));
    let boiler = job_titled(&server, NORDHAUS, "Boiler").await.unwrap();
    assert_eq!(boiler.assignee, Some(ANNA));
    assert_eq!(
        (boiler.starts, boiler.ends, boiler.status),
        (
            at("2026-11-21T11:00:00Z"),
            at("2026-11-21T12:00:00Z"),
            JobStatus::Finished
        )
    );
}

#[tokio::test]
async fn a_row_whose_record_was_deleted_in_afield_brings_nothing_back() {
    let server = Server::start().await;
    let format = || mapped(Kind::Assets, "N=external_key,What=name");
    import(&server, NORDHAUS, format(), b"N,What\n1,Boiler\n", |_| ()).await;
    let key = all_records(&server, NORDHAUS, Module::Asset).await[0]
        .key()
        .unwrap();
    let mut tx = server.app.storage.write().await.unwrap();
    let stored = tx.records(NORDHAUS, &[key]).await.unwrap().pop().unwrap();
    let now = at("2026-11-21T12:00:00Z");
    let write = Write {
        old: Some(&stored),
        record: &stored.record().unwrap(),
        fate: Fate::Deleted,
        external_key: None,
        by: OFFICE,
        made_at: now,
    };
    save_record(tx.as_mut(), NORDHAUS, write, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let again = import(&server, NORDHAUS, format(), b"N,What\n1,Boiler 2\n", |_| ()).await;
    assert_eq!(shown(&again), (0, vec![], 0, 1));
    assert!(
        all_records(&server, NORDHAUS, Module::Asset)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_refused_row_leaves_nothing_behind() {
    let server = Server::start().await;
    let format = mapped(
        Kind::Jobs,
        "T=title,S=starts,E=ends,C=customer,A=address,O=organization",
    );
    let file =
        b"T,S,E,C,A,O\nBackwards,2026-11-21 10:00,2026-11-21 09:00,Arndt,Wharf Road 1,Agency\n";
    let report = import(&server, NORDHAUS, format, file, |_| ()).await;
    assert_eq!(report.refused.len(), 1);
    for module in [Module::Customer, Module::Property, Module::Organization] {
        assert!(
            all_records(&server, NORDHAUS, module).await.is_empty(),
            "{module:?}"
        );
    }
}

#[tokio::test]
async fn jobs_go_to_active_users_of_the_company_only() {
    let server = Server::start().await;
    let mut import = import_of(&server, NORDHAUS, mapped(Kind::Jobs, "T=title,S=starts")).await;
    for users in [vec![], vec![ANNA, TOM]] {
        import.assignment = Assignment::InTurn(users);
        let error = try_import(&server, &import, b"T,S\nA,2026-11-21\n")
            .await
            .unwrap_err();
        assert!(error.contains("assign"), "{error}");
    }
    assert!(all_records(&server, NORDHAUS, Module::Job).await.is_empty());
}
