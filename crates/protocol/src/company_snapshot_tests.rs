//! The wire types of a company's settings and of what it imports.

use crate::snapshot_tests::{check, envelope, uuid};
use crate::*;
use afield_domain::company::{CompanySettings, Setting, SettingFlaw};
use afield_domain::*;

#[test]
fn company() {
    let settings = CompanySettings {
        window_days: 7,
        contact_email: "office@nordhaus.example".into(),
        ..CompanySettings::default()
    };
    let changes = [
        SettingChange {
            seq: 2,
            at: Timestamp(1_795_248_200_000),
            by: Some(UserId(uuid(4))),
            by_name: "Ada Falk".into(),
            setting: Setting::WindowDays,
            from: "3".into(),
            to: "7".into(),
        },
        SettingChange {
            seq: 1,
            at: Timestamp(1_795_248_100_000),
            by: None,
            by_name: String::new(),
            setting: Setting::ContactEmail,
            from: String::new(),
            to: "office@nordhaus.example".into(),
        },
    ];
    let page = CompanyPage {
        version: 2,
        name: "Nordhaus Service".into(),
        zone: "Europe/Berlin".into(),
        settings: settings.clone(),
        admins: vec!["Ada Falk".into()],
        trail: changes.into(),
        more: false,
    };
    check("company_page", &envelope(Reply::Ok(page)));
    let change = CompanyChange {
        version: 2,
        settings,
    };
    check("company_change", &change);
    let flaw = FlawedSetting {
        setting: Setting::ExpiryHours,
        why: SettingFlaw::OutOfBounds,
    };
    let refused = CompanyAnswer::Refused { flaws: vec![flaw] };
    check("company_refused", &envelope(Reply::Ok(refused)));
}

#[test]
fn import() {
    let column = |name: &str, field: &str, example: &str| ImportColumn {
        name: name.into(),
        field: field.into(),
        examples: vec![example.into()],
        remark: None,
    };
    let field = |name: &str, needed| ImportField {
        name: name.into(),
        needed,
    };
    let line = |line, sort, name: &str, fields: &[&str], text: &str| ImportLine {
        line,
        sort,
        name: name.into(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        texts: vec![text.to_owned()],
        said: vec![Said {
            code: "missing".into(),
            text: String::new(),
            values: vec![Said {
                code: "field".into(),
                text: "name".into(),
                values: Vec::new(),
            }],
        }],
    };
    let report = ImportReport {
        written: true,
        created: 0,
        updated: 1,
        unchanged: 0,
        kept: 0,
        refused: 1,
        also: vec![ImportAlso {
            module: "property".into(),
            count: 1,
        }],
        assumed_said: Vec::new(),
        assumed: vec!["the file is no UTF-8 and was read as windows-1252".into()],
        lines: vec![
            line(
                2,
                ImportSort::Updated,
                "Hansen & Co",
                &["phone"],
                "phone \"0\" may have lost zeros",
            ),
            line(3, ImportSort::Refused, "", &[], "name: is missing"),
        ],
    };
    let answer = ImportAnswer {
        sheets: vec!["Customers".into(), "Notes".into()],
        columns: vec![
            column("Who", "name", "Hansen & Co"),
            column("Turnover", "", "12"),
        ],
        rows: 2,
        fields: vec![field("name", true), field("phone", false)],
        remembered: true,
        flaw: None,
        report: Some(report),
    };
    check("import_report", &envelope(Reply::Ok(answer)));
    let flawed = ImportAnswer {
        flaw: Some(ImportFlaw {
            what: ImportLack::Sheet,
            text: "the workbook has 2 sheets".into(),
            said: Some(Said {
                code: "several_sheets".into(),
                text: String::new(),
                values: vec![Said {
                    text: "\"A\", \"B\"".into(),
                    ..Said::default()
                }],
            }),
        }),
        ..ImportAnswer::default()
    };
    check("import_flaw", &envelope(Reply::Ok(flawed)));
}
