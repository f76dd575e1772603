//! What holds of any form whatever: nothing panics, every row is named once, and what is imported can be asked.

use super::expression::parse;
use super::sheets::{Row, Sheets};
use super::survey::of_sheets;
use afield_domain::answers::{complete, is_asked};
use afield_domain::{Answer, FieldValue, limits};
use proptest::prelude::*;
use std::collections::HashSet;

const TYPES: [&str; 18] = [
    "text",
    "integer",
    "decimal",
    "select_one yn",
    "select_one pets",
    "select_one pets or_other",
    "select_multiple pets",
    "date",
    "image",
    "note",
    "calculate",
    "begin group",
    "end group",
    "begin repeat",
    "end repeat",
    "geopoint",
    "hidden",
    "",
];
const NAMES: [&str; 6] = ["a", "b", "c", "a b", "1", ""];
const EXPRESSIONS: [&str; 12] = [
    "",
    "${a} = 'cat'",
    "${b} != 'yes'",
    "selected(${c}, 'dog')",
    "not(${a} = 'cat') and ${b} > 3",
    "${a} > 3 or ${a} < 1",
    "false()",
    "${b} + ${c} * 2",
    ". > 3 and . < 5",
    "../b = 'no'",
    "yes",
    "§",
];

fn row() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let expression = || prop::sample::select(&EXPRESSIONS[..]);
    let named = (
        prop::sample::select(&TYPES[..]),
        prop::sample::select(&NAMES[..]),
    );
    (
        named,
        expression(),
        expression(),
        expression(),
        expression(),
    )
        .prop_map(
            |((kind, name), relevant, constraint, calculation, required)| {
                vec![
                    ("type", kind),
                    ("name", name),
                    ("relevant", relevant),
                    ("constraint", constraint),
                    ("calculation", calculation),
                    ("required", required),
                ]
            },
        )
}

fn lists() -> Vec<Row> {
    let choices = [
        ("yn", "yes"),
        ("yn", "no"),
        ("pets", "cat"),
        ("pets", "dog"),
    ];
    let row = |(list, name)| Row::of(2, &[("list_name", list), ("name", name)]);
    choices.into_iter().map(row).collect()
}

proptest! {
    #[test]
    fn no_text_is_too_odd_for_an_expression(text in ".{0,200}", odd in "[$\\{\\}a-c'\".()<>=!+*/, 0-9-]{0,60}") {
        let _ = parse(&text);
        let _ = parse(&odd);
    }

    #[test]
    fn any_rows_are_accounted_for_and_what_is_imported_can_be_asked(rows in prop::collection::vec(row(), 0..60)) {
        let survey: Vec<Row> = rows.iter().zip(2..).map(|(cells, line)| Row::of(line, cells)).collect();
        let count = survey.len();
        let sheets = Sheets { survey, choices: lists(), ..Sheets::default() };
        let form = of_sheets(&sheets, None).unwrap();
        prop_assert_eq!(form.report.rows.len(), count);
        prop_assert!(form.questions.len() <= limits::QUESTIONS);
        let mut keys = HashSet::new();
        for question in &form.questions {
            if let Some(condition) = &question.when {
                prop_assert!(keys.contains(&condition.item), "{} is asked before", condition.item);
            }
            prop_assert!(keys.insert(question.item.clone()), "{} is there twice", question.item);
        }
        prop_assert!(complete(&form.questions, &[]).is_ok());
    }

    /// A question is asked where its own condition and those of all groups around it hold, of whatever answers.
    #[test]
    fn a_kept_condition_asks_when_the_form_would(outer in prop::sample::select(&["yes", "no"][..]), inner in prop::sample::select(&["cat", "dog"][..]), wanted in prop::sample::select(&["yes", "no"][..]), own in prop::sample::select(&["cat", "dog"][..])) {
        let group = format!("${{has}} = '{wanted}'");
        let condition = format!("${{which}} = '{own}'");
        let survey = [
            ["select_one yn", "has", ""],
            ["begin group", "g", &group],
            ["select_one pets", "which", ""],
            ["text", "name", &condition],
            ["end group", "", ""],
        ];
        let survey = survey.iter().zip(2..).map(|([kind, name, relevant], line)| {
            Row::of(line, &[("type", kind), ("name", name), ("relevant", relevant)])
        });
        let sheets = Sheets { survey: survey.collect(), choices: lists(), ..Sheets::default() };
        let form = of_sheets(&sheets, None).unwrap();
        let answer = |item: &str, text: &str| Answer { item: item.into(), value: FieldValue::Text(text.into()) };
        let answers = [answer("has", outer), answer("which", inner)];
        let name = form.questions.iter().find(|question| question.item == "name").unwrap();
        let expected = outer == wanted && inner == own;
        prop_assert_eq!(is_asked(&form.questions, name, &answers), expected);
    }
}
