//! Import of customers and assets: every row is accounted for, a second one changes nothing.

use crate::cache::Cache;
use crate::import_support::here;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;

fn map(kind: Kind) -> Mapping {
    let customers = [
        "Nr=external_key",
        "Name=name",
        "Tel=phone",
        "Mail=email",
        "Belongs to=organization",
        "Street=address",
        "Town=city",
        "Zip=postcode",
        "Entry=access",
    ];
    let assets = [
        "Nr=external_key",
        "What=name",
        "Type=model",
        "Serial=serial",
        "Code=code",
        "Where=location",
        "Since=installed",
        "Whose=customer",
        "Street=address",
    ];
    let entries = if kind == Kind::Customers {
        customers
    } else {
        assets
    };
    Mapping::read(kind, entries).unwrap()
}

async fn import(server: &Server, kind: Kind, mapping: Mapping, bytes: &[u8]) -> Report {
    assert_eq!(mapping.kind(), kind);
    crate::import_support::import(server, NORDHAUS, Format::Mapped(mapping), bytes, |import| {
        import.dates.order = Some(DateOrder::MonthFirst);
    })
    .await
}

fn refused(report: &Report) -> Vec<String> {
    let lines = report.refused.iter();
    lines.map(|(line, why)| format!("{line}: {why}")).collect()
}

/// A server into which the customers were imported.
async fn with_customers() -> (Server, Report) {
    let server = Server::start().await;
    let kind = Kind::Customers;
    let report = import(&server, kind, map(kind), &here("customers.csv")).await;
    (server, report)
}

async fn all(server: &Server, module: Module) -> Vec<Record> {
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.records_of(NORDHAUS, module).await.unwrap();
    rows.iter().map(|row| row.record().unwrap()).collect()
}

async fn customer(server: &Server, email: &str) -> CustomerId {
    let all = all(server, Module::Customer).await;
    let found = all.iter().find_map(|record| match record {
        Record::Customer(customer) if customer.email == email => Some(customer.id),
        _ => None,
    });
    found.unwrap()
}

async fn assets(server: &Server) -> Vec<Asset> {
    let all = all(server, Module::Asset).await;
    let mut assets: Vec<Asset> = all
        .into_iter()
        .filter_map(|record| match record {
            Record::Asset(asset) => Some(asset),
            _ => None,
        })
        .collect();
    assets.sort_by(|one, other| one.name.cmp(&other.name));
    assets
}

#[tokio::test]
async fn customers_come_with_their_properties_and_organizations() {
    let (server, report) = with_customers().await;
    assert_eq!((report.rows, report.created), (7, 4));
    assert_eq!(
        refused(&report),
        [
            "4: name: is missing",
            "6: the same key stands on line 3",
            "8: has 3 cells, the header has 9"
        ]
    );
    let organizations = all(&server, Module::Organization).await;
    assert_eq!(organizations.len(), 1, "{organizations:?}");
    let hansen = customer(&server, "house@hansen.example").await;
    let properties = all(&server, Module::Property).await;
    let is_theirs = |record: &&Record| matches!(record, Record::Property(property) if property.customer == Some(hansen) && property.access == "Key at the kiosk");
    assert_eq!(properties.iter().filter(is_theirs).count(), 1);
    assert_eq!(properties.len(), 3);
    let kind = Kind::Customers;
    let again = import(&server, kind, map(kind), &here("customers.csv")).await;
    assert_eq!((again.created, again.unchanged), (0, 4));
    assert_eq!(all(&server, Module::Customer).await.len(), 4);
}

#[tokio::test]
async fn assets_find_their_customers_by_key_or_name() {
    let (server, _) = with_customers().await;
    let kind = Kind::Assets;
    let report = import(&server, kind, map(kind), &here("assets.csv")).await;
    assert_eq!(
        refused(&report),
        [
            "4: more than one customer is called \"Frau Petersen\": give the customer's key",
            "5: there is no customer with the key or the name \"Nobody & Sons\"",
            "6: name: is missing",
            "7: installed: \"last year\" is no date that can be read",
            "9: the same key stands on line 2",
        ]
    );
    let found = assets(&server).await;
    let [boiler, lamp, lift, heater] = found.as_slice() else {
        panic!("{found:?}");
    };
    let hansen = customer(&server, "house@hansen.example").await;
    assert_eq!(
        (boiler.customer, boiler.installed.as_str()),
        (Some(hansen), "2014-09-03")
    );
    assert_eq!(
        (lift.customer, lift.installed.as_str()),
        (Some(hansen), "2019-07-04")
    );
    // The first stands at the customer's only property, the second at an address of its own.
    assert!(boiler.property.is_some() && lift.property.is_some());
    assert_ne!(boiler.property, lift.property);
    assert!(heater.customer.is_some() && heater.property.is_some());
    assert_eq!(lamp.customer, None);
    let again = import(&server, kind, map(kind), &here("assets.csv")).await;
    assert_eq!((again.created, again.unchanged), (0, 4));
    assert_eq!(assets(&server).await, found);
}

#[tokio::test]
async fn a_job_of_an_imported_customer_brings_the_imported_assets() {
    let (server, _) = with_customers().await;
    let kind = Kind::Assets;
    import(&server, kind, map(kind), &here("assets.csv")).await;
    let entries = ["What=title", "When=starts", "For=customer"];
    let format = Format::Mapped(Mapping::read(Kind::Jobs, entries).unwrap());
    let file = "What,When,For\nBoiler,2026-11-21,HANSEN & Co\n".as_bytes();
    let report = crate::import_support::import(&server, NORDHAUS, format, file, |import| {
        import.assignment = Assignment::InTurn(vec![ANNA]);
    })
    .await;
    assert_eq!(report.created, 1);
    assert_eq!(all(&server, Module::Customer).await.len(), 4);
    let mut cache = Cache::default();
    cache.all(&server.sign_in(ANNA).await, 50).await;
    let held = cache
        .records
        .keys()
        .filter(|key| key.module == Module::Asset);
    assert_eq!(held.count(), 2);
}

#[tokio::test]
async fn without_a_key_of_its_own_a_row_is_known_by_what_it_says() {
    let server = Server::start().await;
    let mapping = |kind| Mapping::read(kind, ["N=name"]).unwrap();
    for (kind, bytes) in [
        (Kind::Customers, b"N\nA\nB\n"),
        (Kind::Assets, b"N\nC\nD\n"),
    ] {
        for expected in [(2, 0), (0, 2)] {
            let report = import(&server, kind, mapping(kind), bytes).await;
            assert_eq!((report.created, report.unchanged), expected, "{kind:?}");
        }
    }
}
