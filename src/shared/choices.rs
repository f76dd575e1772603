//! Customers and places that a form lets somebody choose from.
//!
//! Owns which are shown, and in which order. Pure.

use super::finding::Sought;
use crate::kinds::lines::listed;
use afield_domain::order::{NameKey, Order};
use afield_domain::{CustomerId, Module, PropertyId, Record, RecordKey};
use afield_sync::view::Projection;

/// Choices that are shown at once.
pub const MOST: usize = 8;

/// A record that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordOption {
    /// Its id, as text.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What tells it from others of that name; may be empty.
    pub detail: String,
}

/// The customers that match every word of `query`, by name, and the chosen one in any case. What is
/// chosen keeps its place: a list that moves under the arrow keys cannot be used. How many more there are.
#[must_use]
pub fn customers(
    projection: &Projection,
    query: &str,
    chosen: Option<CustomerId>,
) -> (Vec<RecordOption>, usize) {
    let found = records(projection, Module::Customer).filter_map(|record| match record {
        // Who is archived is offered no more; who was chosen is not taken away.
        Record::Customer(customer) if !customer.archived || Some(customer.id) == chosen => {
            let choice = RecordOption {
                id: customer.id.to_string(),
                name: customer.name.clone(),
                detail: customer.phone.clone(),
            };
            Some((0, choice))
        }
        _ => None,
    });
    matching(found.collect(), query, chosen.map(|id| id.to_string()))
}

/// The places that match every word of `query`, those of `customer` first, and the chosen one in any
/// case. How many more there are.
#[must_use]
pub fn properties(
    projection: &Projection,
    query: &str,
    customer: Option<CustomerId>,
    chosen: Option<PropertyId>,
) -> (Vec<RecordOption>, usize) {
    let found = records(projection, Module::Property).filter_map(|record| match record {
        Record::Property(property) if !property.archived || Some(property.id) == chosen => {
            let is_theirs = customer.is_some() && property.customer == customer;
            let owner = property.customer.filter(|_| !is_theirs);
            let owner = owner.and_then(|id| projection.customer(id));
            let owner = owner.map_or("", |owner| owner.name.as_str());
            let choice = RecordOption {
                id: property.id.to_string(),
                name: listed(&[&property.address, &property.city]),
                detail: listed(&[owner, &property.postcode]),
            };
            Some((u8::from(!is_theirs), choice))
        }
        _ => None,
    });
    matching(found.collect(), query, chosen.map(|id| id.to_string()))
}

/// The customer whose the place is.
#[must_use]
pub fn customer_of(projection: &Projection, property: PropertyId) -> Option<CustomerId> {
    projection.property(property)?.customer
}

/// The place of this customer, if there is one and no other.
#[must_use]
pub fn only_place_of(projection: &Projection, customer: CustomerId) -> Option<PropertyId> {
    let mut theirs = records(projection, Module::Property).filter_map(|record| match record {
        Record::Property(property) if property.customer == Some(customer) => Some(property.id),
        _ => None,
    });
    let first = theirs.next();
    first.filter(|_| theirs.next().is_none())
}

fn records(projection: &Projection, module: Module) -> impl Iterator<Item = &Record> {
    // Also what was made on this phone and not sent yet.
    let record = |key: RecordKey| projection.record(key);
    projection.keys(module).filter_map(record)
}

/// Those that match, in order, at most [`MOST`], and the chosen one; and how many more there are.
fn matching(
    found: Vec<(u8, RecordOption)>,
    query: &str,
    chosen: Option<String>,
) -> (Vec<RecordOption>, usize) {
    let sought = Sought::new(query);
    let is_chosen = |choice: &RecordOption| Some(&choice.id) == chosen.as_ref();
    let rank = |choice: &RecordOption| {
        let rank = sought.rank(&[&choice.name, &choice.detail]);
        rank.or_else(|| is_chosen(choice).then_some(0))
    };
    let mut found: Vec<_> = found
        .into_iter()
        .filter_map(|(group, choice)| {
            let place = (rank(&choice)?, group, NameKey::of(&choice.name));
            Some((place, choice))
        })
        .collect();
    found.order_by(|a, b| a.0.cmp(&b.0));
    let mut choices = found.into_iter().map(|(_, choice)| choice);
    let mut shown: Vec<RecordOption> = choices.by_ref().take(MOST).collect();
    let rest: Vec<RecordOption> = choices.collect();
    let more = rest.len();
    shown.extend(rest.into_iter().find(is_chosen));
    (shown, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::projection;
    use uuid::Uuid;

    #[test]
    fn what_can_be_chosen_matches_every_word_and_the_chosen_one_stays() {
        let projection = projection();
        let ada = Some(CustomerId(Uuid::from_u128(5)));
        let names = |(found, more): (Vec<RecordOption>, usize)| -> (Vec<String>, usize) {
            (found.into_iter().map(|choice| choice.name).collect(), more)
        };
        let one = |name: &str| (vec![name.to_owned()], 0);
        assert_eq!(
            names(customers(&projection, "BERG ad", None)),
            one("Ada Berg")
        );
        assert_eq!(customers(&projection, "nobody", None), (Vec::new(), 0));
        assert_eq!(
            names(customers(&projection, "nobody", ada)),
            one("Ada Berg")
        );
        // A letter wrong, and by whose place it is.
        for (query, customer) in [("bruck mill", ada), ("Bruk", ada), ("mil berg", None)] {
            let place = names(properties(&projection, query, customer, None));
            assert_eq!(place, one("Mill Lane 4, Bruck"), "{query}");
        }
        assert_eq!(names(customers(&projection, "Brg Ada", None)).1, 0);
        assert!(only_place_of(&projection, CustomerId(Uuid::from_u128(5))).is_some());
        let nobody = CustomerId(Uuid::from_u128(6));
        assert_eq!(only_place_of(&projection, nobody), None);
    }

    #[test]
    fn who_is_archived_is_offered_no_more_and_stays_where_they_were_chosen() {
        let mut projection = projection();
        let id = CustomerId(Uuid::from_u128(5));
        let Some(mut ada) = projection.customer(id).cloned() else {
            panic!("she is there");
        };
        ada.archived = true;
        let row = afield_domain::Versioned {
            rev: afield_domain::Rev(9),
            record: Record::Customer(ada),
        };
        projection.set_record(id.into(), Some(row));
        assert_eq!(customers(&projection, "ada", None).0, []);
        assert_eq!(customers(&projection, "ada", Some(id)).0.len(), 1);
    }

    #[test]
    fn an_umlaut_stands_beside_its_letter() {
        let choice = |name: &str| RecordOption {
            id: name.to_owned(),
            name: name.to_owned(),
            detail: String::new(),
        };
        let all = ["Zwickl", "Ärzte", "Berg", "ada"].map(|name| (0, choice(name)));
        let (shown, _) = matching(all.to_vec(), "", None);
        let names: Vec<&str> = shown.iter().map(|choice| choice.name.as_str()).collect();
        assert_eq!(names, ["ada", "Ärzte", "Berg", "Zwickl"]);
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let choice = |n: usize| RecordOption {
            id: n.to_string(),
            name: format!("Name {n:02}"),
            detail: String::new(),
        };
        let all = || (0..MOST + 3).rev().map(|n| (1, choice(n))).collect();
        let (shown, more) = matching(all(), "name", None);
        assert_eq!((shown.len(), more), (MOST, 3));
        assert_eq!(shown[0].name, "Name 00");
        // The chosen one is there, and what is chosen moves nothing.
        let (with, _) = matching(all(), "", Some("10".into()));
        assert_eq!(with[..MOST], shown);
        assert_eq!(with[MOST].name, "Name 10");
        assert_eq!(matching(all(), "", Some("3".into())).0, shown);
    }
}
