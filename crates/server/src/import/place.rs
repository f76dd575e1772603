//! Places as rows describe them, and when two of them are the same.
//!
//! Owns the identity of a property: street, town and postcode are the same but for case and blanks, and
//! the customer is the same. Nothing less: a row that does not say its town is not in any town.

use super::columns::Mapping;
use super::field::Field;
use super::refusal::{Refusal, check_lines};
use super::row::RowView;
use crate::said::said;
use afield_domain::{CustomerId, Position, Property};

/// What the key begins with under which an import stores a property.
pub(super) const PLACE_KEY: &str = "place:";

/// A place as a row describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceInput {
    /// Street and number, or an intersection.
    pub address: String,
    /// City, may be empty.
    pub city: String,
    /// Postal code, may be empty.
    pub postcode: String,
    /// Where it is, if known.
    pub position: Option<Position>,
}

/// Which place it is, for one customer or for nobody in particular.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlaceIdentity {
    address: String,
    city: String,
    postcode: String,
    customer: Option<CustomerId>,
}

impl PlaceInput {
    /// The place; none if neither an address nor a position is known.
    #[must_use]
    pub fn new(
        address: &str,
        city: &str,
        postcode: &str,
        position: Option<Position>,
    ) -> Option<Self> {
        let address = match (address, position) {
            ("", None) => return None,
            ("", Some(position)) => format!("{:.5}, {:.5}", position.latitude, position.longitude),
            (address, _) => address.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        Some(Self {
            address,
            city: city.to_owned(),
            postcode: postcode.to_owned(),
            position,
        })
    }

    /// Where a row says that it is.
    ///
    /// # Errors
    /// When a text is longer than a line may be, or the position is not on the earth.
    pub(super) fn read(mapping: &Mapping, row: &RowView<'_>) -> Result<Option<Self>, Refusal> {
        let get = |field| mapping.get(field, row);
        let position = read_position(get(Field::Latitude), get(Field::Longitude))?;
        let (address, city, postcode) =
            (get(Field::Address), get(Field::City), get(Field::Postcode));
        let place = Self::new(address, city, postcode, position);
        place.as_ref().map_or(Ok(()), Self::check)?;
        Ok(place)
    }

    /// # Errors
    /// When a text is longer than a line may be.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check_lines(&[
            ("address", &self.address),
            ("city", &self.city),
            ("postcode", &self.postcode),
        ])
    }

    /// Which place it is.
    #[must_use]
    pub fn identity(&self, customer: Option<CustomerId>) -> PlaceIdentity {
        PlaceIdentity::new(&self.address, &self.city, &self.postcode, customer)
    }

    /// As one text, the same for the same place.
    #[must_use]
    pub fn said(&self) -> String {
        let identity = self.identity(None);
        format!(
            "{}|{}|{}",
            identity.address, identity.postcode, identity.city
        )
    }
}

impl PlaceIdentity {
    fn new(address: &str, city: &str, postcode: &str, customer: Option<CustomerId>) -> Self {
        let plain = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ").to_lowercase()
        };
        Self {
            address: plain(address),
            city: plain(city),
            postcode: plain(postcode),
            customer,
        }
    }

    /// Which place a property is.
    #[must_use]
    pub fn of(property: &Property) -> Self {
        Self::new(
            &property.address,
            &property.city,
            &property.postcode,
            property.customer,
        )
    }

    /// The key under which an import stores the property.
    #[must_use]
    pub fn external_key(&self) -> String {
        let customer = self
            .customer
            .map_or_else(String::new, |id| id.0.to_string());
        format!(
            "{PLACE_KEY}{}|{}|{}|{customer}",
            self.address, self.postcode, self.city
        )
    }
}

/// The position of two cells; none if one of them is empty.
///
/// # Errors
/// When they are not numbers on the earth.
pub fn read_position(latitude: &str, longitude: &str) -> Result<Option<Position>, Refusal> {
    if latitude.is_empty() || longitude.is_empty() {
        return Ok(None);
    }
    let number = |text: &str| text.replacen(',', ".", 1).parse::<f64>().ok();
    let position = number(latitude)
        .zip(number(longitude))
        .and_then(|(latitude, longitude)| Position::new(latitude, longitude));
    position.map(Some).ok_or_else(|| {
        let both = super::bounds::quoted(&format!("{latitude}, {longitude}"));
        Refusal(said!(no_place, "{} is no place on the earth", both))
    })
}
