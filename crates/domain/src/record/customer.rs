//! A customer: for whom work is done.
//!
//! Owns [`Customer`]: its primary details. A technician reads them and cannot change them; the office edits them, each
//! with what it saw.

use super::RecordKey;
use super::kind::{Kind, keys};
use crate::ids::{CustomerId, OrganizationId};
use crate::search::normalize;
use crate::wire::FromTree;
use serde::Serialize;

/// A person or firm that work is done for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// A number to call, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// A mail address, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// The organization it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    /// Whether it is offered for new jobs no more. What it has, it keeps.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// A text of a customer that can be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum CustomerField {
    /// Its name.
    Name,
    /// A number to call.
    Phone,
    /// A mail address.
    Email,
    /// A field of another build.
    #[serde(other)]
    Other,
}

impl CustomerField {
    /// Every one that this build knows, in the order of a form.
    pub const ALL: [Self; 3] = [Self::Name, Self::Phone, Self::Email];
}

/// An edit of one text, with what its user saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CustomerEdit {
    /// Which.
    pub field: CustomerField,
    /// What stood there when it was edited.
    pub base: String,
    /// What shall stand there.
    pub new: String,
}

impl Customer {
    /// What stands in a field; none of another build's.
    #[must_use]
    pub fn text(&self, field: CustomerField) -> Option<&str> {
        match field {
            CustomerField::Name => Some(&self.name),
            CustomerField::Phone => Some(&self.phone),
            CustomerField::Email => Some(&self.email),
            CustomerField::Other => None,
        }
    }

    #[cfg(feature = "office")]
    pub(crate) fn text_mut(&mut self, field: CustomerField) -> Option<&mut String> {
        match field {
            CustomerField::Name => Some(&mut self.name),
            CustomerField::Phone => Some(&mut self.phone),
            CustomerField::Email => Some(&mut self.email),
            CustomerField::Other => None,
        }
    }

    /// Whether it may be the one of this name or number: the same words whatever the case and accents, or the same
    /// digits, where there are enough of them, with a country's in front or without.
    #[must_use]
    pub fn is_like(&self, name: &str, phone: &str) -> bool {
        let words = |text: &str| {
            let text = normalize(text);
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let name = words(name);
        let phone = digits(phone);
        let is_name = !name.is_empty() && words(&self.name) == name;
        is_name || (phone.is_some() && digits(&self.phone) == phone)
    }
}

/// The last digits of a number to call, without what a country or a trunk puts in front; none where there are too few
/// of them to tell anybody.
fn digits(phone: &str) -> Option<Vec<u8>> {
    const TELLING: usize = 7;
    let all: Vec<u8> = phone.bytes().filter(u8::is_ascii_digit).collect();
    let skipped = all.len().checked_sub(TELLING)?;
    Some(all.into_iter().skip(skipped).collect())
}

impl Kind for Customer {
    const IS_PART_OF_JOB: bool = false;

    fn links(&self) -> Vec<RecordKey> {
        keys([self.organization.map(Into::into)])
    }

    fn owner(&self) -> Option<RecordKey> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_be_the_same_is_told_by_name_or_number() {
        let known = Customer {
            id: CustomerId(uuid::Uuid::from_u128(1)),
            name: "Jörg  Müller".into(),
            phone: "+49 (40) 555-0142".into(),
            email: String::new(),
            organization: None,
            archived: false,
        };
        for (name, phone, expected) in [
            ("JORG MÜLLER", "", true),
            ("Jörg", "", false),
            ("", "", false),
            ("Hansen", "040 5550142", true),
            ("Hansen", "040 5550143", false),
            // Too few to tell.
            ("Hansen", "0142", false),
        ] {
            assert_eq!(known.is_like(name, phone), expected, "{name} {phone}");
        }
        let without = Customer {
            phone: String::new(),
            ..known
        };
        assert!(!without.is_like("Hansen", ""), "no number is nobody's");
    }
}
