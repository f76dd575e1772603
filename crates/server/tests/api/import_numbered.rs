//! Import of contracts and parts, which people know by a number: made, found again, and what stands in doubt refused.

use crate::import_support::*;
use crate::support::*;
use afield_domain::*;
use afield_server::import::*;
use uuid::Uuid;

const CUSTOMERS: &str = "Nr=external_key,Name=name,Tel=phone";
const CONTRACTS: &str = "Vertragsnr.=number,Bezeichnung=name,Kunde=customer,Leistungsumfang=covers,Beginn=from,Ende=until,\
    Reaktionszeit (h)=response_hours,Wartungsintervall=visits";
const PARTS: &str = "Artikelnummer=number,Bezeichnung=name,Art=kind,Einheit=unit,Preis=price,Beschreibung=description";

async fn with_customers() -> Server {
    let server = Server::start().await;
    let format = mapped(Kind::Customers, CUSTOMERS);
    import(&server, NORDHAUS, format, &here("customers.csv"), |_| ()).await;
    server
}

async fn contracts(server: &Server) -> Vec<Contract> {
    let all = all_records(server, NORDHAUS, Module::Contract).await;
    let mut found: Vec<Contract> = all
        .into_iter()
        .filter_map(|record| match record {
            Record::Contract(contract) => Some(contract),
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

async fn parts(server: &Server) -> Vec<Part> {
    let all = all_records(server, NORDHAUS, Module::Part).await;
    let mut found: Vec<Part> = all
        .into_iter()
        .filter_map(|record| match record {
            Record::Part(part) => Some(part),
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

async fn run(server: &Server, kind: Kind, map: &str, file: &[u8]) -> Report {
    import(server, NORDHAUS, mapped(kind, map), file, |_| ()).await
}

fn refused(report: &Report) -> Vec<String> {
    let lines = report.refused.iter();
    lines.map(|(line, why)| format!("{line}: {why}")).collect()
}

fn counts(report: &Report) -> (usize, Vec<String>, usize, usize, usize) {
    let updated = report.updated.iter();
    let updated = updated.map(|(line, fields)| format!("{line}: {}", fields.join(" ")));
    (
        report.created,
        updated.collect(),
        report.unchanged,
        report.kept,
        report.refused.len(),
    )
}

fn nothing() -> Vec<String> {
    Vec::new()
}

#[tokio::test]
async fn contracts_find_their_customers_and_bad_rows_are_named() {
    let server = with_customers().await;
    let file = here("contracts.csv");
    let tried = import(
        &server,
        NORDHAUS,
        mapped(Kind::Contracts, CONTRACTS),
        &file,
        |import| import.is_dry_run = true,
    )
    .await;
    assert!(contracts(&server).await.is_empty());
    let report = run(&server, Kind::Contracts, CONTRACTS, &file).await;
    assert_eq!(report, tried, "the preview said what happens");
    assert_eq!(
        refused(&report),
        [
            "5: more than one customer is called \"Frau Petersen\": give the customer's key",
            "6: there is no customer with the key or the name \"Nobody & Sons\"",
            "7: name: is missing",
            "8: customer: is missing",
            "9: until: 2026-06-30 is before the first day, 2026-07-01",
            "10: response_hours: \"4,5\" is no number of whole hours, 1 to 8760; leave it empty if nothing was agreed",
            "11: visits: \"2 jährlich\" does not say how often; write it as every 3 months, every 2 weeks or yearly, up to 52 weeks or 24 months",
            "12: the same number and customer stand on line 4",
            "13: an earlier row is the same one",
        ]
    );
    let found = contracts(&server).await;
    let [lift, heating, air, pump] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(
        (
            heating.from.as_str(),
            heating.until.as_str(),
            heating.response_hours,
            heating.visits.as_str()
        ),
        ("2026-01-01", "2028-12-31", 4, "P6M")
    );
    assert_eq!(heating.covers, "Inspektion, Reinigung; Kleinteile");
    assert_eq!(
        (
            air.from.as_str(),
            air.until.as_str(),
            air.response_hours,
            air.visits.as_str()
        ),
        ("2026-07-01", "", 24, "P3M")
    );
    assert_eq!((lift.response_hours, lift.visits.as_str()), (0, ""));
    assert_eq!(
        (
            pump.number.as_str(),
            pump.response_hours,
            pump.visits.as_str()
        ),
        ("", 8760, "P2W")
    );
    // One number, two customers: two contracts.
    assert_eq!(
        (heating.number.as_str(), air.number.as_str()),
        ("V-1", "V-1")
    );
    assert_eq!(heating.customer, lift.customer);
    assert_ne!(heating.customer, air.customer);
    assert!(pump.customer.is_some());
    let again = run(&server, Kind::Contracts, CONTRACTS, &file).await;
    assert_eq!(counts(&again), (0, nothing(), 4, 0, 9));
    assert_eq!(refused(&again), refused(&report));
    assert_eq!(contracts(&server).await, found);
}

#[tokio::test]
async fn a_contract_that_comes_again_is_updated_and_what_somebody_has_changed_stays() {
    let server = with_customers().await;
    let map = "No=number,Contract=name,Customer=customer,From=from,Until=until,Hours=response_hours,Visits=visits";
    let rows =
        |rows: &str| format!("No;Contract;Customer;From;Until;Hours;Visits\n{rows}\n").into_bytes();
    let first = rows("V-1;Care;K-1;2026-01-01;2026-12-31;4;monthly");
    let report = run(&server, Kind::Contracts, map, &first).await;
    assert_eq!(counts(&report), (1, nothing(), 0, 0, 0));
    // Called in another way, it is the same.
    let next = rows("v-1;Care;HANSEN & CO;2026-01-01;2027-12-31;8;quarterly");
    let report = run(&server, Kind::Contracts, map, &next).await;
    let updated = ["2: number until response_hours visits".to_owned()];
    assert_eq!(counts(&report), (0, updated.to_vec(), 0, 0, 0));
    let [care] = <[Contract; 1]>::try_from(contracts(&server).await).unwrap();
    assert_eq!(
        (
            care.until.as_str(),
            care.response_hours,
            care.visits.as_str()
        ),
        ("2027-12-31", 8, "P3M")
    );
    // Afield has changed the hours and the first day since.
    let changed = Contract {
        response_hours: 12,
        from: "2027-06-01".into(),
        ..care
    };
    server
        .put(NORDHAUS, &Record::Contract(changed.clone()))
        .await;
    let last = rows("v-1;Care;HANSEN & CO;2026-01-01;2027-12-31;24;quarterly");
    let report = run(&server, Kind::Contracts, map, &last).await;
    assert_eq!(counts(&report), (0, nothing(), 0, 1, 0));
    assert_eq!(
        report.kept_fields[0].1.to_string(),
        "response_hours: the file says \"24\"; Afield has 12 since the last import, which stays"
    );
    // It would end before the day on which it begins in Afield.
    let early = rows("v-1;Care;HANSEN & CO;2026-01-01;2027-05-31;24;quarterly");
    let report = run(&server, Kind::Contracts, map, &early).await;
    assert_eq!(
        refused(&report),
        ["2: until: 2027-05-31 is before the first day, 2027-06-01"]
    );
    assert_eq!(contracts(&server).await, [changed]);
}

#[tokio::test]
async fn parts_come_with_their_prices_and_bad_rows_are_named() {
    let server = Server::start().await;
    let file = here("parts.csv");
    let report = run(&server, Kind::Parts, PARTS, &file).await;
    assert_eq!(
        refused(&report),
        [
            "7: price: \"auf Anfrage\" is no price; write one amount, with its currency or without: 4.50 EUR",
            "8: name: is missing",
            "9: kind: nobody knows \"Sonderposten\"; write part or service",
            "10: the same number stands on line 4",
            "11: number: \"4.00638E+12\" is a number that a spreadsheet has shortened; format the column as text and export it again",
            "12: price: \"-4\" is no price; write one amount, with its currency or without: 4.50 EUR",
        ]
    );
    let found = parts(&server).await;
    let told: Vec<_> = found
        .iter()
        .map(|part| {
            (
                part.number.as_str(),
                part.kind,
                part.unit.as_str(),
                part.price.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("AB-1", PartKind::Part, "Stk.", "1.234,50 EUR"),
            ("4711", PartKind::Part, "Stk.", "4,50 €"),
            ("", PartKind::Part, "", ""),
            ("L-1", PartKind::Service, "h", "89.00 EUR"),
        ]
    );
    assert_eq!(found[1].description, "Für Lüftung\nund Heizung");
    assert_eq!(
        found[3].description, "=SUM(A1)",
        "a text, whatever it looks like"
    );
    let again = run(&server, Kind::Parts, PARTS, &file).await;
    assert_eq!(counts(&again), (0, nothing(), 4, 0, 6));
    assert_eq!(parts(&server).await, found);
}

fn made_by_hand(n: u128, number: &str, name: &str, price: &str) -> Part {
    Part {
        id: PartId(Uuid::from_u128(n)),
        name: name.into(),
        number: number.into(),
        kind: PartKind::Part,
        unit: String::new(),
        price: price.into(),
        description: String::new(),
        archived: false,
    }
}

#[tokio::test]
async fn parts_that_were_made_by_hand_are_found_by_their_numbers() {
    let server = Server::start().await;
    let put = async |part: &Part| server.put(NORDHAUS, &Record::Part(part.clone())).await;
    put(&made_by_hand(1, "4711", "Filter", "4 EUR")).await;
    // Edited since: what stands there stays.
    put(&made_by_hand(2, "4712", "Seal", "1 EUR")).await;
    put(&made_by_hand(2, "4712", "Seal", "2 EUR")).await;
    for n in [3, 4] {
        put(&made_by_hand(n, "4713", "Valve", "")).await;
    }
    let map = "Ref=external_key,No=number,Name=name,Price=price,Unit=unit";
    let file = "Ref;No;Name;Price;Unit\n1;4711;Filter;5 EUR;pc\n2;4712;Seal;3 EUR;pc\n3;4713;Valve;1 EUR;\n4;4711;Filter;5 EUR;\n";
    let report = run(&server, Kind::Parts, map, file.as_bytes()).await;
    let updated = ["2: unit price".to_owned(), "3: unit".to_owned()];
    assert_eq!(counts(&report), (0, updated.to_vec(), 0, 0, 2));
    assert_eq!(
        refused(&report),
        [
            "4: number: \"4713\" is that of more than one in Afield; give each its own there first",
            "5: an earlier row is the same one",
        ]
    );
    let prices: Vec<String> = parts(&server)
        .await
        .into_iter()
        .map(|part| part.price)
        .collect();
    assert_eq!(prices, ["5 EUR", "2 EUR", "", ""]);
    // They have the keys now: another number is no other part.
    let renumbered = "Ref;No;Name;Price;Unit\n1;4711-B;Filter;5 EUR;pc\n";
    let report = run(&server, Kind::Parts, map, renumbered.as_bytes()).await;
    let updated = ["2: number".to_owned()];
    assert_eq!(counts(&report), (0, updated.to_vec(), 0, 0, 0));
    // A number that is there already under another key is no new part either.
    let other = "Ref;No;Name;Price;Unit\n9;4711-b;Filter;5 EUR;pc\n";
    let report = run(&server, Kind::Parts, map, other.as_bytes()).await;
    assert_eq!(
        refused(&report),
        ["2: what is called so is there with another key, \"1\""]
    );
    // A file without keys means it by its number.
    let plain = "No;Name;Price\n4711-B;Filter;6 EUR\n";
    let map = "No=number,Name=name,Price=price";
    let report = run(&server, Kind::Parts, map, plain.as_bytes()).await;
    let updated = ["2: price".to_owned()];
    assert_eq!(counts(&report), (0, updated.to_vec(), 0, 0, 0));
}
