//! A customer and a place that the office types, with a new job or by themselves, and the records they come to.
//!
//! Owns [`Newcomer`]. Pure: ids are arguments.

use super::job_form::InputFlaw;
use super::refusals::Reason;
use afield_domain::{Customer, CustomerId, Property, PropertyId, Record, limits};
use uuid::Uuid;

/// What was typed of what is new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Newcomer {
    /// Whether the customer is new.
    pub customer: bool,
    /// Whether the place is new.
    pub place: bool,
    lines: [String; Line::ALL.len()],
}

/// A line of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The customer's name.
    Name,
    /// The number to call.
    Phone,
    /// The mail address.
    Email,
    /// Street and number.
    Address,
    /// The postal code.
    Postcode,
    /// The city.
    City,
    /// How to get in.
    Access,
}

impl Line {
    /// Every one, in the order of the form.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Phone,
        Self::Email,
        Self::Address,
        Self::Postcode,
        Self::City,
        Self::Access,
    ];
    /// Those of a customer.
    pub const OF_CUSTOMER: [Self; 3] = [Self::Name, Self::Phone, Self::Email];
    /// Those of a place.
    pub const OF_PLACE: [Self; 4] = [Self::Address, Self::Postcode, Self::City, Self::Access];

    /// The id of its field.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Name => "made-name",
            Self::Phone => "made-phone",
            Self::Email => "made-email",
            Self::Address => "made-address",
            Self::Postcode => "made-postcode",
            Self::City => "made-city",
            Self::Access => "made-access",
        }
    }
}

impl Newcomer {
    /// What stands in a line.
    #[must_use]
    pub fn text(&self, line: Line) -> &str {
        self.lines.get(line as usize).map_or("", |text| text.trim())
    }

    /// Takes what was typed into a line.
    pub fn type_in(&mut self, line: Line, text: String) {
        if let Some(place) = self.lines.get_mut(line as usize) {
            *place = text;
        }
    }

    /// Puts what was searched for and not found into a line that is empty.
    pub fn begin(&mut self, line: Line, searched: &str) {
        if self.text(line).is_empty() {
            self.type_in(line, searched.trim().to_owned());
        }
    }

    /// What was typed, for its draft.
    #[must_use]
    pub fn to_texts(&self) -> Vec<String> {
        let flag = |is_set: bool| if is_set { "yes" } else { "" }.to_owned();
        let mut texts = vec![flag(self.customer), flag(self.place)];
        texts.extend(self.lines.iter().cloned());
        texts
    }

    /// What a draft holds.
    #[must_use]
    pub fn of_texts(texts: Vec<String>) -> Option<Self> {
        let (flags, lines) = texts.split_at_checked(2)?;
        let [customer, place] = <&[String; 2]>::try_from(flags).ok()?;
        Some(Self {
            customer: !customer.is_empty(),
            place: !place.is_empty(),
            lines: lines.to_vec().try_into().ok()?,
        })
    }

    /// What of it cannot be saved, in the order of the form.
    #[must_use]
    pub fn flaws(&self) -> Vec<(Line, InputFlaw)> {
        let is_asked = |line: &Line| match Line::OF_CUSTOMER.contains(line) {
            true => self.customer,
            false => self.place,
        };
        let flaw = |line: Line| {
            let text = self.text(line);
            let reason = match line {
                Line::Name if text.is_empty() => Reason::Empty,
                // A place is found by its street: what else stands there is of no use without.
                Line::Address if text.is_empty() && self.has_place() => Reason::Empty,
                _ if text.chars().count() > limits::LINE_CHARS => {
                    Reason::TooLong(limits::LINE_CHARS)
                }
                _ => return None,
            };
            Some((line, InputFlaw::Reason(reason)))
        };
        let asked = Line::ALL.into_iter().filter(is_asked);
        asked.filter_map(flaw).collect()
    }

    /// Whether anything of a place was typed.
    fn has_place(&self) -> bool {
        let mut lines = Line::OF_PLACE.into_iter();
        lines.any(|line| !self.text(line).is_empty())
    }

    /// The records to be made for a job of `customer` and `property`, and whose it is then. A place of which nothing was
    /// typed is none.
    #[must_use]
    pub fn records(
        &self,
        (customer, property): (Option<CustomerId>, Option<PropertyId>),
        [new_customer, new_place]: [Uuid; 2],
    ) -> (Vec<Record>, Option<CustomerId>, Option<PropertyId>) {
        let text = |line| self.text(line).to_owned();
        let mut records = Vec::new();
        let (mut customer, mut property) = (customer, property);
        if self.customer {
            let id = CustomerId(new_customer);
            customer = Some(id);
            records.push(Record::Customer(Customer {
                id,
                name: text(Line::Name),
                phone: text(Line::Phone),
                email: text(Line::Email),
                organization: None,
                archived: false,
            }));
        }
        if self.place {
            let id = PropertyId(new_place);
            let is_there = self.has_place();
            property = is_there.then_some(id);
            records.extend(is_there.then(|| {
                Record::Property(Property {
                    archived: false,
                    id,
                    address: text(Line::Address),
                    city: text(Line::City),
                    postcode: text(Line::Postcode),
                    access: text(Line::Access),
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

    fn typed(customer: bool, place: bool, lines: &[(Line, &str)]) -> Newcomer {
        let mut made = Newcomer {
            customer,
            place,
            ..Newcomer::default()
        };
        for (line, text) in lines {
            made.type_in(*line, (*text).to_owned());
        }
        made
    }

    #[test]
    fn what_is_new_belongs_together_and_what_was_chosen_stays() {
        let lines = [(Line::Name, " Hansen "), (Line::Address, "Mole 1")];
        let ada = Some(CustomerId(Uuid::from_u128(5)));
        let mill = Some(PropertyId(Uuid::from_u128(6)));
        let (hansen, mole) = (CustomerId(IDS[0]), PropertyId(IDS[1]));
        for (customer, place, count, expected) in [
            (false, false, 0, (ada, mill)),
            (true, true, 2, (Some(hansen), Some(mole))),
            (false, true, 1, (ada, Some(mole))),
        ] {
            let made = typed(customer, place, &lines);
            let (records, whose, place) = made.records((ada, mill), IDS);
            assert_eq!(
                (records.len(), whose, place),
                (count, expected.0, expected.1)
            );
            for record in records {
                match record {
                    Record::Customer(made) => assert_eq!(made.name, "Hansen"),
                    Record::Property(made) => assert_eq!(made.customer, whose),
                    other => panic!("{other:?}"),
                }
            }
        }
        // Nobody has to know the address.
        let (records, _, place) = typed(true, true, &lines[..1]).records((None, None), IDS);
        assert_eq!((records.len(), place), (1, None));
    }

    #[test]
    fn what_cannot_be_saved_is_said_at_its_line() {
        let long = "ä".repeat(limits::LINE_CHARS + 1);
        let lines = |made: &Newcomer| made.flaws().into_iter().map(|(line, _)| line).collect();
        for (made, expected) in [
            (typed(false, false, &[]), vec![]),
            (typed(true, true, &[(Line::Name, " ")]), vec![Line::Name]),
            (typed(true, true, &[(Line::Name, &long)]), vec![Line::Name]),
            (
                typed(true, true, &[(Line::Name, "Hansen"), (Line::City, "Kiel")]),
                vec![Line::Address],
            ),
            (typed(true, true, &[(Line::Name, "Hansen")]), vec![]),
            // What was typed and put away again is not asked for.
            (typed(false, false, &[(Line::City, "Kiel")]), vec![]),
            (
                typed(
                    false,
                    true,
                    &[(Line::Address, "Mole 1"), (Line::Access, &long)],
                ),
                vec![Line::Access],
            ),
        ] {
            let found: Vec<Line> = lines(&made);
            assert_eq!(found, expected, "{made:?}");
        }
    }

    #[test]
    fn what_was_searched_for_is_typed_already_and_replaces_nothing() {
        let mut made = Newcomer::default();
        made.begin(Line::Name, " Müler ");
        assert_eq!(made.text(Line::Name), "Müler");
        made.begin(Line::Name, "Hansen");
        assert_eq!(made.text(Line::Name), "Müler");
    }
}
