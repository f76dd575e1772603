//! What the columns of a file may mean, by what stands above them.
//!
//! Owns the choice among the words that fit (`suggest_words`). A guess for somebody to look at: must never be imported unseen. Pure.

use super::field::Field;
use super::kind::Kind;
use super::suggest_words::words;

/// A field for each of the columns, or none; no field twice.
#[must_use]
pub(super) fn suggest(kind: Kind, columns: &[String]) -> Vec<Option<Field>> {
    let plain: Vec<String> = columns.iter().map(|name| letters(name)).collect();
    // Each word that fits, the better ones first.
    let mut fits: Vec<(usize, usize, Field)> = Vec::new();
    for field in kind.fields() {
        for (column, name) in plain.iter().enumerate() {
            if let Some(rank) = words(kind, *field).position(|word| word == name) {
                fits.push((rank, column, *field));
            }
        }
    }
    fits.sort_by_key(|(rank, column, _)| (*rank, *column));
    let mut found = vec![None; columns.len()];
    for (_, column, field) in fits {
        let is_taken = found.contains(&Some(field));
        if let Some(place) = found
            .get_mut(column)
            .filter(|place| place.is_none() && !is_taken)
        {
            *place = Some(field);
        }
    }
    found
}

/// What a column of that name may mean best, whatever else the file has.
#[must_use]
pub(super) fn fitting(kind: Kind, column: &str) -> Option<Field> {
    suggest(kind, &[column.to_owned()])
        .first()
        .copied()
        .flatten()
}

/// The letters and digits of a name alone: `E-Mail` and `e_mail` are the same.
fn letters(name: &str) -> String {
    let name = name.to_lowercase();
    name.chars().filter(|each| each.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, header: &str) -> String {
        let columns: Vec<String> = header.split(';').map(str::to_owned).collect();
        let found = suggest(kind, &columns);
        let names = found.iter().map(|field| field.map_or("-", Field::name));
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_guessed_by_what_stands_above_them_and_no_field_twice() {
        for (kind, header, expected) in [
            (
                Kind::Customers,
                "Nr;Name;Tel;Mail;Belongs to;Street;Town;Zip;Entry",
                "external_key name phone email organization address city postcode access",
            ),
            (
                Kind::Customers,
                "Kundennummer;Firma;Telefon;E-Mail;Straße;PLZ;Ort;Umsatz",
                "external_key name phone email address postcode city -",
            ),
            (
                Kind::Jobs,
                "Ref;What;When;Until;Where;Town;For;Call",
                "external_key title starts ends address city customer phone",
            ),
            // The customer's name and another name: the first that fits best.
            (Kind::Customers, "Customer;Name", "- name"),
            (Kind::Jobs, "Customer;Kunde", "customer -"),
            (Kind::Assets, "Serial No.;serial", "- serial"),
            (
                Kind::Assets,
                "Anlage;Kundennummer;Einbaudatum",
                "name customer installed",
            ),
            (
                Kind::Contracts,
                "Vertragsnr.;Bezeichnung;Kunde;Leistungsumfang;Beginn;Ende;Reaktionszeit (h);Intervall (Monate)",
                "number name customer covers from until response_hours visits",
            ),
            (
                Kind::Contracts,
                "Contract no;Contract;Customer number;Valid from;Valid until;Response time;Visits per year;ID",
                "number name customer from until response_hours visits external_key",
            ),
            (
                Kind::Contracts,
                "Number;Name;Customer;Covers;From;Until;Hours until somebody is there;Visits are due",
                "number name customer covers from until response_hours visits",
            ),
            (
                Kind::Parts,
                "Artikelnummer;Bezeichnung;Art;Einheit;Preis (€);Beschreibung",
                "number name kind unit price description",
            ),
            (
                Kind::Parts,
                "SKU;Item;Type;UoM;Unit price;Details;Stock",
                "number name kind unit price description -",
            ),
            (Kind::Parts, "Nr;Teil;Kunde;Firma", "number name - -"),
            (Kind::Customers, ";;", "- - -"),
        ] {
            assert_eq!(of(kind, header), expected, "{header}");
        }
    }
}
