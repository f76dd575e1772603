//! The words that stand above columns in files of other programs, in English and German.
//!
//! Owns the words of each field, as letters and digits alone, what fits better first; and where a kind of row has its own.
//! Must never choose.

use super::field::Field;
use super::kind::Kind;

/// The words of a field in files of a kind.
pub(super) fn words(kind: Kind, field: Field) -> impl Iterator<Item = &'static str> {
    own(kind, field)
        .unwrap_or_else(|| of_all(field))
        .split_whitespace()
}

/// What the same words mean in files of this kind alone: a number above customers is their key, above contracts it is
/// what people call them.
fn own(kind: Kind, field: Field) -> Option<&'static str> {
    Some(match (kind, field) {
        (Kind::Customers, Field::ExternalKey) => {
            "externalkey externalid uniquekey key ref reference referenz id nr no schlüssel \
             customerno customernumber kundennummer kundennr kdnr"
        }
        (Kind::Contracts, Field::ExternalKey) => {
            "externalkey externalid uniquekey key schlüssel contractid vertragsid id"
        }
        (Kind::Contracts, Field::Number) => {
            "number nummer contractnumber contractno vertragsnummer vertragsnr vertragnr \
             vertragnummer nr no code contractcode ref reference referenz"
        }
        (Kind::Contracts, Field::Name) => {
            "name contractname contract vertrag vertragsname vertragsbezeichnung bezeichnung \
             vertragsart contracttype title titel what was"
        }
        (Kind::Parts, Field::ExternalKey) => {
            "externalkey externalid uniquekey key schlüssel articleid artikelid partid id"
        }
        (Kind::Parts, Field::Number) => {
            "number nummer articlenumber articleno artikelnummer artikelnr artnr partnumber partno \
             teilenummer teilenr itemnumber itemno sku materialnummer materialnr ordernumber \
             bestellnummer bestellnr nr no code"
        }
        (Kind::Parts, Field::Name) => {
            "name partname part teil article artikel artikelname artikelbezeichnung item itemname \
             product productname produkt produktname bezeichnung designation service leistung \
             material what was title titel kurztext"
        }
        (Kind::Parts, Field::Description) => {
            "description beschreibung details descriptor notes notizen bemerkung text comment \
             longtext langtext artikelbeschreibung itemdescription"
        }
        _ => return None,
    })
}

fn of_all(field: Field) -> &'static str {
    match field {
        Field::ExternalKey => {
            "externalkey externalid uniquekey key ref reference referenz id nr no schlüssel"
        }
        Field::Name => {
            "name fullname displayname customername customer company companyname firma kunde \
             kundenname asset assetname equipment anlage gerät bezeichnung what was"
        }
        Field::Title => {
            "title titel subject betreff job task auftrag complainttype what was summary name"
        }
        Field::Description => {
            "description beschreibung details descriptor notes notizen bemerkung text comment"
        }
        Field::Status => "status state stand",
        Field::Starts => {
            "starts start startdate starttime begin beginn from von when wann date datum termin \
             createddate scheduled scheduledstart"
        }
        Field::Ends => "ends end ende enddate endtime until to bis duedate scheduledend",
        Field::Address => {
            "address adresse street strasse straße streetaddress incidentaddress where wo anschrift \
             addressline1 strasseundhausnummer straßeundhausnummer"
        }
        Field::City => "city town ort stadt borough wohnort",
        Field::Postcode => "postcode postalcode zip zipcode plz postleitzahl incidentzip",
        Field::Latitude => "latitude lat breitengrad breite",
        Field::Longitude => "longitude lon lng long längengrad länge",
        Field::Organization => {
            "organization organisation agencyname agency belongsto gehörtzu parent account"
        }
        Field::Customer => {
            "customer customername kunde kundenname client for für whose wessen customerno \
             customernumber kundennummer kundennr kdnr"
        }
        Field::Phone => {
            "phone phonenumber telephone telefon telefonnummer tel call mobile handy mobil"
        }
        Field::Email => "email mail mailaddress emailaddress emailadresse mailadresse",
        Field::Number => "number nummer jobnumber jobno auftragsnummer auftragsnr",
        Field::Access => "access entry zugang zutritt accessnotes key schlüssel",
        Field::Model => "model modell type typ makeandmodel manufacturer hersteller",
        Field::Serial => "serial serialnumber serialno seriennummer seriennr",
        Field::Code => "code barcode qrcode strichcode",
        Field::Location => "location standort where wo position room raum",
        Field::Installed => {
            "installed installedon installationdate since seit eingebaut einbaudatum baujahr"
        }
        Field::Covers => {
            "covers coverage umfasst wasesumfasst waserumfasst umfang leistungsumfang vertragsumfang \
             scope scopeofservices includes beinhaltet leistungen description beschreibung"
        }
        Field::From => {
            "from von validfrom gültigab gültigvon start startdate contractstart begin beginn \
             vertragsbeginn laufzeitbeginn laufzeitvon starts since seit ab"
        }
        Field::Until => {
            "until bis validuntil validto gültigbis end enddate ende contractend vertragsende \
             laufzeitende laufzeitbis ends to expires expiry ablauf ablaufdatum"
        }
        Field::ResponseHours => {
            "responsehours responsetime hoursuntilsomebodyisthere stundenbisjemanddaist reaktionszeit \
             reaktionszeitstunden reaktionszeitinstunden reaktionszeith reaktionszeitstd \
             responsetimehours responsetimeh reaktionszeittage responsetimedays response sla"
        }
        Field::Visits => {
            "visits visitsaredue besuchesindfällig besuche visitinterval interval intervall \
             maintenanceinterval wartungsintervall prüfintervall inspectioninterval intervalmonths \
             intervallmonate intervallinmonaten wartungsintervallmonate wartungsintervallinmonaten \
             visitsperyear besucheprojahr wartungenprojahr turnus wartungsturnus rhythm rhythmus \
             frequency häufigkeit cycle zyklus"
        }
        Field::PartKind => {
            "kind partorservice teiloderleistung type typ art artikelart artikeltyp itemtype \
             positionsart"
        }
        Field::Unit => "unit einheit mengeneinheit unitofmeasure uom me vkeinheit",
        Field::Price => {
            "price preis unitprice einzelpreis listprice listenpreis sellingprice verkaufspreis \
             vkpreis vk nettopreis netprice stückpreis preisproeinheit priceperunit priceeur preiseur \
             preisineur einzelpreiseur vkpreiseur vknetto vkpreisnetto netto"
        }
    }
}
