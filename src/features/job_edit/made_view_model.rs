//! A customer and a place that were found on site with their job: what was typed, and the records it comes to.
//!
//! Owns [`Made`]. Pure: ids are arguments. What is new is made together with its job, or not at all.

use crate::shared::job_form::InputFlaw;
use crate::shared::refusals::Reason;
use afield_domain::answers::answer_to;
use afield_domain::{Answer, Customer, CustomerId, FieldValue, Property, PropertyId, Record};
use uuid::Uuid;

/// What was typed of what is new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Made {
    /// Whether the customer is new.
    pub customer: bool,
    /// Whether the place is new.
    pub place: bool,
    name: String,
    phone: String,
    address: String,
    city: String,
}

/// A line of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeInput {
    /// The customer's name.
    Name,
    /// The number to call.
    Phone,
    /// Street and number.
    Address,
    /// The city.
    City,
}

impl MadeInput {
    const ALL: [Self; 4] = [Self::Name, Self::Phone, Self::Address, Self::City];

    /// What it is called in a draft, and the id of its field.
    #[must_use]
    pub fn item(self) -> &'static str {
        match self {
            Self::Name => "new-name",
            Self::Phone => "new-phone",
            Self::Address => "new-address",
            Self::City => "new-city",
        }
    }
}

const IS_CUSTOMER: &str = "new-customer";
const IS_PLACE: &str = "new-place";

impl Made {
    fn line(&mut self, input: MadeInput) -> &mut String {
        match input {
            MadeInput::Name => &mut self.name,
            MadeInput::Phone => &mut self.phone,
            MadeInput::Address => &mut self.address,
            MadeInput::City => &mut self.city,
        }
    }

    /// What stands in a line.
    #[must_use]
    pub fn text(&self, input: MadeInput) -> String {
        self.clone().line(input).clone()
    }

    /// Takes what was typed into a line.
    pub fn type_in(&mut self, input: MadeInput, text: String) {
        *self.line(input) = text;
    }

    /// Puts what was searched for and not found into a line that is empty.
    pub fn begin(&mut self, input: MadeInput, searched: &str) {
        let line = self.line(input);
        if line.trim().is_empty() {
            *line = searched.trim().to_owned();
        }
    }

    /// What was left of it.
    #[must_use]
    pub fn restored(typed: &[Answer]) -> Self {
        let text = |item: &str| match answer_to(typed, item) {
            FieldValue::Text(text) => text.clone(),
            _ => String::new(),
        };
        let mut made = Self {
            customer: !text(IS_CUSTOMER).is_empty(),
            place: !text(IS_PLACE).is_empty(),
            ..Self::default()
        };
        for input in MadeInput::ALL {
            made.type_in(input, text(input.item()));
        }
        made
    }

    /// What of it is worth keeping.
    #[must_use]
    pub fn draft(&self) -> Vec<Answer> {
        let flag = |is_set: bool| if is_set { "1" } else { "" }.to_owned();
        let mut kept = vec![
            (IS_CUSTOMER, flag(self.customer)),
            (IS_PLACE, flag(self.place)),
        ];
        kept.extend(MadeInput::ALL.map(|input| (input.item(), self.text(input))));
        kept.retain(|(_, text)| !text.is_empty());
        let answer = |(item, text): (&str, String)| Answer {
            item: item.to_owned(),
            value: FieldValue::Text(text),
        };
        kept.into_iter().map(answer).collect()
    }

    /// What is wrong with it: only a name is needed.
    #[must_use]
    pub fn flaw(&self) -> Option<InputFlaw> {
        let is_missing = self.customer && self.name.trim().is_empty();
        is_missing.then_some(InputFlaw::Reason(Reason::Empty))
    }

    /// The records to be made for a job of `customer` and `property`, and whose it is then. A place without an
    /// address is none.
    #[must_use]
    pub fn records(
        &self,
        (customer, property): (Option<CustomerId>, Option<PropertyId>),
        [new_customer, new_place]: [Uuid; 2],
    ) -> (Vec<Record>, Option<CustomerId>, Option<PropertyId>) {
        let mut records = Vec::new();
        let (mut customer, mut property) = (customer, property);
        if self.customer {
            let id = CustomerId(new_customer);
            customer = Some(id);
            records.push(Record::Customer(Customer {
                id,
                name: self.name.trim().to_owned(),
                phone: self.phone.trim().to_owned(),
                email: String::new(),
                organization: None,
                archived: false,
            }));
        }
        if self.place {
            let id = PropertyId(new_place);
            let has_address = !self.address.trim().is_empty();
            property = has_address.then_some(id);
            records.extend(has_address.then(|| {
                Record::Property(Property {
                    archived: false,
                    id,
                    address: self.address.trim().to_owned(),
                    city: self.city.trim().to_owned(),
                    postcode: String::new(),
                    access: String::new(),
                    position: None,
                    customer,
                })
            }));
        }
        (records, customer, property)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [Uuid; 2] = [Uuid::from_u128(70), Uuid::from_u128(71)];

    fn typed(customer: bool, place: bool, lines: [&str; 4]) -> Made {
        let mut made = Made {
            customer,
            place,
            ..Made::default()
        };
        for (input, text) in MadeInput::ALL.into_iter().zip(lines) {
            made.type_in(input, text.to_owned());
        }
        made
    }

    #[test]
    fn what_is_new_belongs_together_and_what_was_chosen_stays() {
        let lines = [" Hansen ", " 040 1", "Mole 1", ""];
        let ada = Some(CustomerId(Uuid::from_u128(5)));
        let mill = Some(PropertyId(Uuid::from_u128(6)));
        let (hansen, mole) = (CustomerId(IDS[0]), PropertyId(IDS[1]));
        for (customer, place, count, expected) in [
            (false, false, 0, (ada, mill)),
            (true, true, 2, (Some(hansen), Some(mole))),
            (false, true, 1, (ada, Some(mole))),
        ] {
            let made = typed(customer, place, lines);
            let (records, whose, place) = made.records((ada, mill), IDS);
            assert_eq!(
                (records.len(), whose, place),
                (count, expected.0, expected.1)
            );
            for record in records {
                match record {
                    Record::Customer(made) => assert_eq!(
                        (made.name.as_str(), made.phone.as_str()),
                        ("Hansen", "040 1")
                    ),
                    Record::Property(made) => assert_eq!(made.customer, whose),
                    other => panic!("{other:?}"),
                }
            }
        }
        // Nobody has to know the address.
        let (records, _, place) =
            typed(true, true, ["Hansen", "", " ", "Kiel"]).records((None, None), IDS);
        assert_eq!((records.len(), place), (1, None));
    }

    #[test]
    fn what_was_searched_for_is_typed_already_and_replaces_nothing() {
        let mut made = Made::default();
        made.begin(MadeInput::Name, " Müler ");
        assert_eq!(made.text(MadeInput::Name), "Müler");
        made.begin(MadeInput::Name, "Hansen");
        assert_eq!(made.text(MadeInput::Name), "Müler");
    }

    #[test]
    fn a_new_customer_has_a_name_and_what_was_left_comes_back() {
        assert_eq!(Made::default().flaw(), None);
        assert!(typed(true, true, [" ", "1", "", ""]).flaw().is_some());
        assert_eq!(Made::default().draft(), []);
        let made = typed(true, false, ["Hansen", "", "Mole 1", ""]);
        assert_eq!(Made::restored(&made.draft()), made);
    }
}
