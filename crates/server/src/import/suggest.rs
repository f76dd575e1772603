//! What the columns of a file may mean, by what stands above them.
//!
//! Owns the words, in English and German. A guess for somebody to look at: must never be imported unseen. Pure.

use super::columns::{Field, Kind};

/// Above a column of which field which words stand: what fits better first.
const WORDS: [(Field, &[&str]); 23] = [
    (
        Field::ExternalKey,
        &[
            "externalkey",
            "externalid",
            "uniquekey",
            "key",
            "ref",
            "reference",
            "referenz",
            "id",
            "nr",
            "no",
            "customerno",
            "customernumber",
            "kundennummer",
            "kundennr",
            "kdnr",
            "schlüssel",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "customername",
            "customer",
            "company",
            "companyname",
            "firma",
            "kunde",
            "kundenname",
            "asset",
            "assetname",
            "equipment",
            "anlage",
            "gerät",
            "bezeichnung",
            "what",
            "was",
        ],
    ),
    (
        Field::Title,
        &[
            "title",
            "titel",
            "subject",
            "betreff",
            "job",
            "task",
            "auftrag",
            "complainttype",
            "what",
            "was",
            "summary",
            "name",
        ],
    ),
    (
        Field::Description,
        &[
            "description",
            "beschreibung",
            "details",
            "descriptor",
            "notes",
            "notizen",
            "bemerkung",
            "text",
            "comment",
        ],
    ),
    (Field::Status, &["status", "state", "stand"]),
    (
        Field::Starts,
        &[
            "starts",
            "start",
            "startdate",
            "starttime",
            "begin",
            "beginn",
            "from",
            "von",
            "when",
            "wann",
            "date",
            "datum",
            "termin",
            "createddate",
            "scheduled",
            "scheduledstart",
        ],
    ),
    (
        Field::Ends,
        &[
            "ends",
            "end",
            "ende",
            "enddate",
            "endtime",
            "until",
            "to",
            "bis",
            "duedate",
            "scheduledend",
        ],
    ),
    (
        Field::Address,
        &[
            "address",
            "adresse",
            "street",
            "strasse",
            "straße",
            "streetaddress",
            "incidentaddress",
            "where",
            "wo",
            "anschrift",
            "addressline1",
            "strasseundhausnummer",
            "straßeundhausnummer",
        ],
    ),
    (
        Field::City,
        &["city", "town", "ort", "stadt", "borough", "wohnort"],
    ),
    (
        Field::Postcode,
        &[
            "postcode",
            "postalcode",
            "zip",
            "zipcode",
            "plz",
            "postleitzahl",
            "incidentzip",
        ],
    ),
    (
        Field::Latitude,
        &["latitude", "lat", "breitengrad", "breite"],
    ),
    (
        Field::Longitude,
        &["longitude", "lon", "lng", "long", "längengrad", "länge"],
    ),
    (
        Field::Organization,
        &[
            "organization",
            "organisation",
            "agencyname",
            "agency",
            "belongsto",
            "gehörtzu",
            "parent",
            "account",
        ],
    ),
    (
        Field::Customer,
        &[
            "customer",
            "customername",
            "kunde",
            "kundenname",
            "client",
            "for",
            "für",
            "whose",
            "wessen",
        ],
    ),
    (
        Field::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "telefon",
            "telefonnummer",
            "tel",
            "call",
            "mobile",
            "handy",
            "mobil",
        ],
    ),
    (
        Field::Email,
        &[
            "email",
            "mail",
            "mailaddress",
            "emailaddress",
            "emailadresse",
            "mailadresse",
        ],
    ),
    (
        Field::Number,
        &[
            "number",
            "nummer",
            "jobnumber",
            "jobno",
            "auftragsnummer",
            "auftragsnr",
        ],
    ),
    (
        Field::Access,
        &[
            "access",
            "entry",
            "zugang",
            "zutritt",
            "accessnotes",
            "key",
            "schlüssel",
        ],
    ),
    (
        Field::Model,
        &[
            "model",
            "modell",
            "type",
            "typ",
            "makeandmodel",
            "manufacturer",
            "hersteller",
        ],
    ),
    (
        Field::Serial,
        &[
            "serial",
            "serialnumber",
            "serialno",
            "seriennummer",
            "seriennr",
        ],
    ),
    (Field::Code, &["code", "barcode", "qrcode", "strichcode"]),
    (
        Field::Location,
        &[
            "location", "standort", "where", "wo", "position", "room", "raum",
        ],
    ),
    (
        Field::Installed,
        &[
            "installed",
            "installedon",
            "installationdate",
            "since",
            "seit",
            "eingebaut",
            "einbaudatum",
            "baujahr",
        ],
    ),
];

/// A field for each of the columns, or none; no field twice.
#[must_use]
pub(super) fn suggest(kind: Kind, columns: &[String]) -> Vec<Option<Field>> {
    let plain: Vec<String> = columns.iter().map(|name| letters(name)).collect();
    // Each word that fits, the better ones first.
    let mut fits: Vec<(usize, usize, Field)> = Vec::new();
    for (field, words) in WORDS {
        if !kind.fields().contains(&field) {
            continue;
        }
        for (column, name) in plain.iter().enumerate() {
            if let Some(rank) = words.iter().position(|word| word == name) {
                fits.push((rank, column, field));
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
            (Kind::Customers, ";;", "- - -"),
        ] {
            assert_eq!(of(kind, header), expected, "{header}");
        }
    }
}
