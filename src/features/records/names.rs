//! What people call a record, and how a number is dialled. Pure.

use super::material::joined;
use crate::features::jobs::view_model::one_line;
use afield_domain::Record;

/// What people call a record.
#[must_use]
pub fn name_of(record: &Record) -> Option<String> {
    match record {
        Record::Customer(customer) => Some(customer.name.clone()),
        Record::Organization(organization) => Some(organization.name.clone()),
        Record::Property(property) => Some(one_line(&property.address, &property.city)),
        Record::Asset(asset) => Some(asset.name.clone()),
        Record::Contract(contract) => Some(joined(&[&contract.number, &contract.name])),
        Record::Part(part) => Some(part.name.clone()),
        _ => None,
    }
}

/// The number as `tel:` wants it: digits and a plus at the front. A zero in brackets is only for
/// those who do not dial the country.
#[must_use]
pub fn dialled(phone: &str) -> String {
    let phone = phone.trim();
    let phone = if phone.starts_with('+') {
        phone.replace("(0)", "")
    } else {
        phone.to_owned()
    };
    let keep = |(at, c): &(usize, char)| c.is_ascii_digit() || (*at == 0 && *c == '+');
    phone.char_indices().filter(keep).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_dialled_as_a_phone_wants_them() {
        for (phone, dialled) in [
            ("+49 (0)30 555-12", "+493055512"),
            ("030 / 555 12", "03055512"),
            ("(0)30 1", "0301"),
            (" 1+2 ", "12"),
        ] {
            assert_eq!(super::dialled(phone), dialled, "{phone}");
        }
    }
}
