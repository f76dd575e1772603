//! XLSForms as people made them: each is read or refused with a reason, every row is accounted for, and what is read can
//! be asked.

use afield_domain::answers::{complete, first_missing};
use afield_domain::decimal::Decimal;
use afield_domain::{Question, QuestionKind, limits};
use afield_server::xlsform::{Read, RowFate, read_form};
use std::collections::HashSet;
use std::path::PathBuf;

fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/xlsform");
    let entries = std::fs::read_dir(folder).unwrap();
    let all = entries.map(|entry| entry.unwrap().path());
    let is_book = |path: &PathBuf| {
        path.extension()
            .is_some_and(|end| end.to_string_lossy().starts_with("xls"))
    };
    let mut all: Vec<PathBuf> = all.filter(is_book).collect();
    all.sort();
    all
}

/// What any form of Afield is.
#[track_caller]
fn check(form: &Read, file: &str) {
    let questions = &form.questions;
    assert!(questions.len() <= limits::QUESTIONS, "{file}");
    let mut keys = HashSet::new();
    for question in questions {
        let is_plain = question
            .item
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
        assert!(
            is_plain && question.item.len() <= limits::ITEM_BYTES,
            "{file}: {}",
            question.item
        );
        assert!(!question.label.is_empty(), "{file}: {}", question.item);
        assert!(
            question.label.chars().count() <= limits::LINE_CHARS,
            "{file}: {}",
            question.item
        );
        if let Some(condition) = &question.when {
            assert!(
                keys.contains(condition.item.as_str()),
                "{file}: {} is asked before",
                condition.item
            );
        }
        if let QuestionKind::Calculation { formula, .. } = &question.kind {
            let value_of = |name: &str| keys.contains(name).then(Decimal::default);
            let value = afield_domain::answers::formula::evaluate(formula, &value_of);
            assert!(
                value.is_some() || formula.contains('/'),
                "{file}: {formula}"
            );
        }
        assert!(
            keys.insert(question.item.as_str()),
            "{file}: {} is there twice",
            question.item
        );
    }
    // Phone and server take it as any other.
    let answers = complete(questions, &[]).unwrap();
    let must = |question: &Question| question.required && question.when.is_none();
    assert_eq!(
        first_missing(questions, &answers).is_some(),
        questions.iter().any(must),
        "{file}"
    );
}

#[test]
fn forms_of_others_are_read_and_every_row_is_accounted_for() {
    let files = files();
    assert!(files.len() >= 10);
    let (mut asked, mut refused) = (0, 0);
    for path in files {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let form = read_form(&std::fs::read(&path).unwrap(), None).unwrap();
        check(&form, &file);
        let (imported, not_needed, not_imported) = form.report.counts();
        assert_eq!(
            imported + not_needed + not_imported,
            form.report.rows.len(),
            "{file}"
        );
        let lines: HashSet<u64> = form.report.rows.iter().map(|row| row.line).collect();
        assert_eq!(
            lines.len(),
            form.report.rows.len(),
            "{file}: each line once"
        );
        asked += imported;
        for row in &form.report.rows {
            if let RowFate::Refused(why) | RowFate::NotNeeded(why) = &row.fate {
                assert!(!why.as_str().is_empty(), "{file}");
            }
        }
        refused += not_imported;
    }
    assert!(asked > 100, "{asked}");
    assert!(refused > 0, "what Afield cannot ask is among them");
}

#[test]
fn what_is_no_form_is_refused_with_the_reason() {
    let jobs = include_bytes!("../data/jobs.xlsx");
    for (bytes, said) in [
        (&b"type,name,label"[..], "no workbook"),
        (&b""[..], "no workbook"),
        (&b"PK\x03\x04 and nothing"[..], "cannot be unpacked"),
        (&jobs[..], "no sheet \"survey\""),
        (jobs.get(..jobs.len() / 2).unwrap(), ""),
    ] {
        let refused = read_form(bytes, None).unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
}
