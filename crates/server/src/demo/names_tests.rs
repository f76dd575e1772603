//! What stands side by side in the demo has names that tell it apart.

use super::catalog::COMPANIES;
use super::catalog::asks::questions;
use super::catalog::checklists::checklist;
use super::inventory;
use super::week::parties;
use afield_domain::{Question, Record};
use std::collections::{BTreeMap, HashSet};

/// Names that tests and people look for are those of one thing.
#[test]
fn names_tell_apart_what_stands_side_by_side() {
    for demo in &COMPANIES {
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut lists: Vec<(String, Vec<Question>)> = Vec::new();
        let mut codes = Vec::new();
        for record in parties(demo).into_iter().chain(inventory::inventory(demo)) {
            let (module, name) = match record {
                Record::Customer(customer) => ("customer", customer.name),
                Record::Organization(organization) => ("organization", organization.name),
                Record::Part(part) => ("part", part.name),
                Record::Asset(asset) => {
                    codes.push(asset.code);
                    ("serial number", asset.serial)
                }
                Record::Form(form) => {
                    lists.push((form.name.clone(), form.questions));
                    ("form", form.name)
                }
                _ => continue,
            };
            names.entry(module).or_default().push(name);
        }
        names.insert("code", codes);
        let people = demo.users.iter().map(|user| user.name.to_owned());
        names.insert("user", people.collect());
        for (module, names) in names {
            let different: HashSet<&String> = names.iter().collect();
            assert_eq!(different.len(), names.len(), "{module}");
        }
        for trouble in demo.troubles {
            lists.push((
                trouble.title.to_owned(),
                questions(checklist(trouble.thing)),
            ));
        }
        for (list, questions) in lists {
            let labels: HashSet<&str> = questions
                .iter()
                .map(|question| question.label.as_str())
                .collect();
            assert_eq!(labels.len(), questions.len(), "{list}");
        }
    }
}
