//! The demo's assets, contracts, parts and forms.
//!
//! Pure: the same company gives the same inventory.

use super::catalog::DemoCompany;
use super::catalog::asks::questions;
use super::catalog::equipment::{AGREEMENTS, Equipment, Thing};
use super::catalog::forms::FORMS;
use super::catalog::parts::{PARTS, PartEntry};
use super::random::{Random, seeded_id};
use super::setting::{customer_id, property_id};
use afield_domain::{
    Asset, AssetId, Contract, ContractId, CustomerId, FormTemplate, Part, PartId, Record,
    TemplateId,
};

/// All of a company's assets, contracts, parts and forms.
pub(super) fn inventory(demo: &DemoCompany) -> Vec<Record> {
    let assets = assets(demo)
        .into_iter()
        .map(|(_, asset)| Record::Asset(asset));
    let contracts = contracts(demo).into_iter().map(Record::Contract);
    let parts = PARTS.iter().map(|entry| Record::Part(part(demo, entry)));
    let forms = forms(demo).into_iter().map(Record::Form);
    assets.chain(contracts).chain(parts).chain(forms).collect()
}

/// The assets with what they are: the customers', then the city's lights.
pub(super) fn assets(demo: &DemoCompany) -> Vec<(Thing, Asset)> {
    let mut assets = Vec::new();
    for n in 0..demo.customers.len() + demo.lights {
        let is_light = n >= demo.customers.len();
        let customer = (!is_light).then(|| customer_id(demo, n));
        let has = |equipment: &&Equipment| {
            if is_light {
                equipment.thing == Thing::Lamp
            } else {
                n >= equipment.first && (n - equipment.first).is_multiple_of(equipment.every)
            }
        };
        for equipment in demo.equipment.iter().filter(has) {
            assets.push((equipment.thing, asset(demo, equipment, n, customer)));
        }
    }
    assets
}

fn asset(
    demo: &DemoCompany,
    equipment: &Equipment,
    n: usize,
    customer: Option<CustomerId>,
) -> Asset {
    let name = format!("{}/asset/{n}/{}", demo.slug, equipment.name);
    let mut random = Random::new(&name);
    let text = |text: Option<&&'static str>| text.copied().unwrap_or_default().to_owned();
    let model = text(random.pick(equipment.models));
    let location = text(random.pick(equipment.locations));
    Asset {
        archived: false,
        id: AssetId(seeded_id(&name)),
        name: equipment.name.to_owned(),
        model,
        serial: format!("{}-{}", equipment.serial, random.between(100_000, 999_999)),
        code: ean(400_000_000_000 + random.between(0, 99_999_999)),
        location,
        installed: format!(
            "20{:02}-{:02}-{:02}",
            random.between(4, 25),
            random.between(1, 12),
            random.between(1, 28)
        ),
        customer,
        property: Some(property_id(demo, n)),
    }
}

/// The 13 digits of a European article number: twelve and the one that checks them.
fn ean(twelve: u64) -> String {
    let digits = format!("{twelve:012}");
    let sum: u32 = digits
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// The contract of the customer `n`: every fifth has none.
pub(super) fn contract_of(demo: &DemoCompany, n: usize) -> Option<ContractId> {
    let has = n % 5 != 4 && n < demo.customers.len();
    has.then(|| ContractId(seeded_id(&format!("{}/contract/{n}", demo.slug))))
}

fn contracts(demo: &DemoCompany) -> Vec<Contract> {
    let mut random = Random::new(&format!("{}/contracts", demo.slug));
    let mut contracts = Vec::new();
    for n in 0..demo.customers.len() {
        let (Some(id), Some((name, covers, hours))) =
            (contract_of(demo, n), random.pick(&AGREEMENTS))
        else {
            continue;
        };
        let year = random.between(2019, 2025);
        contracts.push(Contract {
            archived: false,
            id,
            number: format!("C-{}", 201 + n),
            name: (*name).to_owned(),
            covers: (*covers).to_owned(),
            from: format!("{year}-01-01"),
            until: format!("{}-12-31", year + 9),
            response_hours: *hours,
            visits: String::new(),
            customer: Some(customer_id(demo, n)),
        });
    }
    contracts
}

/// The id of a part or service.
pub(super) fn part_id(demo: &DemoCompany, entry: &PartEntry) -> PartId {
    PartId(seeded_id(&format!("{}/part/{}", demo.slug, entry.number)))
}

fn part(demo: &DemoCompany, entry: &PartEntry) -> Part {
    Part {
        archived: false,
        id: part_id(demo, entry),
        name: entry.name.to_owned(),
        number: entry.number.to_owned(),
        kind: entry.kind,
        unit: entry.unit.to_owned(),
        price: format!(
            "{}.{:02} {}",
            entry.cents / 100,
            entry.cents % 100,
            demo.currency
        ),
        description: entry.description.to_owned(),
    }
}

/// The forms, in the order of the catalog.
pub(super) fn forms(demo: &DemoCompany) -> Vec<FormTemplate> {
    FORMS
        .iter()
        .map(|form| FormTemplate {
            id: TemplateId(seeded_id(&format!("{}/form/{}", demo.slug, form.name))),
            name: form.name.to_owned(),
            questions: questions(form.asks),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::catalog::COMPANIES;
    use super::super::catalog::asks::answers;
    use super::*;
    use afield_domain::answers::{complete, failures, first_missing};
    use std::collections::HashSet;

    #[test]
    fn every_form_can_be_filled_in_and_can_fail() {
        for (entry, form) in FORMS.iter().zip(forms(&COMPANIES[0])) {
            let filled = |is_in_order| complete(&form.questions, &answers(entry.asks, is_in_order));
            let good = filled(true).unwrap();
            assert_eq!(failures(&form.questions, &good).len(), 0, "{}", form.name);
            // What only a person can give is left open.
            let missing = first_missing(&form.questions, &good);
            assert_eq!(missing.is_some(), entry.thing.is_none(), "{}", form.name);
            let bad = filled(false).unwrap();
            let failed = failures(&form.questions, &bad).len();
            assert_eq!(failed, usize::from(entry.thing.is_some()), "{}", form.name);
        }
    }

    #[test]
    fn there_is_enough_of_everything_and_no_id_twice() {
        for (demo, enough) in COMPANIES.iter().zip([[40, 12, 25, 6], [10, 6, 25, 6]]) {
            let things = inventory(demo);
            let count = |module| {
                let of = |record: &&Record| record.key().unwrap().module == module;
                things.iter().filter(of).count()
            };
            use afield_domain::Module;
            let modules = [Module::Asset, Module::Contract, Module::Part, Module::Form];
            for (module, enough) in modules.into_iter().zip(enough) {
                assert!(count(module) >= enough, "{}", module.name());
            }
            let ids: HashSet<_> = things.iter().map(|record| record.key().unwrap()).collect();
            assert_eq!(ids.len(), things.len());
        }
    }

    #[test]
    fn codes_are_article_numbers() {
        assert_eq!(ean(400_638_133_393), "4006381333931");
        assert_eq!(ean(400_000_000_000), "4000000000006");
    }
}
