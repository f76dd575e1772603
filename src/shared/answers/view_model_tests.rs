//! What is typed becomes answers, flaws are found, conditions and calculations follow.

use super::*;
use afield_domain::Condition;
use afield_domain::answers::Test;
use uuid::Uuid;

fn number(min: &str, max: &str, unit: &str) -> QuestionKind {
    let limit = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    QuestionKind::Number {
        min: limit(min),
        max: limit(max),
        unit: unit.to_owned(),
    }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn answer(item: &str, value: &str) -> Answer {
    Answer {
        item: item.to_owned(),
        value: text(value),
    }
}

fn ask(item: &str, kind: QuestionKind) -> Question {
    Question::new(item, item, kind)
}

fn files(count: u128) -> FieldValue {
    FieldValue::Files(
        (0..count)
            .map(|n| AttachmentId(Uuid::from_u128(n)))
            .collect(),
    )
}

/// A leak asks for its place; two pressures make a difference.
fn form() -> Vec<Question> {
    let formula = "after - before".to_owned();
    vec![
        ask("start", QuestionKind::Heading),
        Question {
            required: true,
            fails: Some(Test::any_of(&["yes"])),
            ..ask("leak", QuestionKind::YesNo)
        },
        Question {
            required: true,
            when: Some(Condition {
                item: "leak".into(),
                test: Test::any_of(&["yes"]),
            }),
            ..ask("place", QuestionKind::Text)
        },
        ask("before", number("0", "3", "bar")),
        ask("after", number("0", "3", "bar")),
        ask(
            "difference",
            QuestionKind::Calculation {
                formula,
                decimals: 2,
                unit: "bar".into(),
            },
        ),
    ]
}

#[test]
fn what_is_typed_becomes_an_answer_or_says_why_not() {
    let choice = QuestionKind::Choice {
        options: vec!["Gas".into(), "Oil".into()],
    };
    let bar = || number("0", "3", "bar");
    let both = AnswerFlaw::TwoMeanings(["1500", "1.5"].map(str::to_owned));
    let cases = [
        (bar(), text("1,50"), Ok(text("1.5"))),
        (bar(), text(" 1.5 "), Ok(text("1.5"))),
        (bar(), text("  "), Ok(FieldValue::Nothing)),
        (bar(), text("a lot"), Err(AnswerFlaw::NotANumber)),
        (bar(), text("1.234,5"), Err(AnswerFlaw::NotANumber)),
        (bar(), text("1.5000"), Ok(text("1.5"))),
        (bar(), text("1.500"), Err(both.clone())),
        (bar(), text("1,500"), Err(both)),
        (
            bar(),
            text("3,01"),
            Err(AnswerFlaw::OutOfRange(Range::default())),
        ),
        (
            bar(),
            text("-1"),
            Err(AnswerFlaw::OutOfRange(Range::default())),
        ),
        (bar(), text("0,1234567"), Err(AnswerFlaw::TooManyDigits)),
        (
            number("", "", ""),
            text("1234567890123"),
            Err(AnswerFlaw::TooManyDigits),
        ),
        (QuestionKind::YesNo, text("yes"), Ok(text("yes"))),
        (QuestionKind::Text, text(" ok \n"), Ok(text("ok"))),
        (choice.clone(), text("Gas"), Ok(text("Gas"))),
        (choice, text("Coal"), Err(AnswerFlaw::Invalid)),
        (
            QuestionKind::Date,
            text("2026-11-21"),
            Ok(text("2026-11-21")),
        ),
        (
            QuestionKind::Date,
            text("2026-13-01"),
            Err(AnswerFlaw::NoDay),
        ),
        (QuestionKind::Photo, files(10), Ok(files(10))),
        (QuestionKind::Photo, files(11), Err(AnswerFlaw::TooMany(10))),
        (QuestionKind::Photo, files(0), Ok(FieldValue::Nothing)),
        (QuestionKind::Signature, files(1), Ok(files(1))),
        (QuestionKind::Barcode, text("4006381"), Ok(text("4006381"))),
        (
            QuestionKind::Barcode,
            text(&"x".repeat(501)),
            Err(AnswerFlaw::TooLong(500)),
        ),
    ];
    for (kind, typed, expected) in cases {
        assert_eq!(
            canonical(&ask("q", kind), &typed, Language::English),
            expected,
            "{typed:?}"
        );
    }
}

#[test]
fn numbers_and_limits_read_as_in_the_language() {
    let question = ask("q", number("0.5", "", "bar"));
    let range = range_of(&question, Language::German).unwrap();
    assert_eq!(
        (range.min.as_deref(), range.max.as_deref()),
        (Some("0,5"), None)
    );
    assert!(!range.is_open());
    assert_eq!(typed_of(&question, &text("12.5"), Language::German), "12,5");
    let kept = typed_of(&question, &text("1.234"), Language::German);
    assert_eq!(kept, "1,2340");
    assert_eq!(
        canonical(&question, &text(&kept), Language::German),
        Ok(text("1.234"))
    );
    assert_eq!(
        typed_of(&question, &text("12.5"), Language::English),
        "12.5"
    );
    let stored = [answer("q", "12.5"), answer("gone", "12.5")];
    let typed = as_typed(std::slice::from_ref(&question), &stored, Language::German);
    assert_eq!(typed, [answer("q", "12,5"), answer("gone", "12.5")]);
    let flaw = explained(
        &question,
        AnswerFlaw::OutOfRange(Range::default()),
        Language::German,
    );
    assert_eq!(flaw, AnswerFlaw::OutOfRange(range));
    let read = |value| shown(&question, &value, Language::German);
    assert_eq!(read(text("12.5")), ShownAnswer::Text("12,5 bar".into()));
    assert_eq!(read(FieldValue::Nothing), ShownAnswer::Nothing);
}

#[track_caller]
fn check_asked(typed: &[Answer], expected: &[&str], answered: usize, required_open: usize) {
    let questions = form();
    let settled = settled(&questions, typed, Language::English);
    let items: Vec<String> = asked(&questions, &settled)
        .into_iter()
        .map(|q| q.item)
        .collect();
    assert_eq!(items, expected);
    let progress = progress(&questions, &settled);
    let people_answer = expected.len() - 2;
    assert_eq!(
        progress,
        AnswerProgress {
            answered,
            total: people_answer,
            required_open
        }
    );
}

#[test]
fn a_question_is_asked_when_its_condition_holds() {
    let without = ["start", "leak", "before", "after", "difference"];
    let with = ["start", "leak", "place", "before", "after", "difference"];
    check_asked(&[], &without, 0, 1);
    check_asked(&[answer("leak", "no")], &without, 1, 0);
    check_asked(&[answer("leak", "yes")], &with, 1, 1);
    check_asked(
        &[answer("leak", "yes"), answer("place", "Valve")],
        &with,
        2,
        0,
    );
    // What cannot be stored is not answered.
    check_asked(
        &[answer("leak", "no"), answer("before", "9")],
        &without,
        1,
        0,
    );
}

#[test]
fn a_calculation_follows_what_is_typed() {
    let typed = [answer("before", "1,25"), answer("after", "2")];
    let settled = settled(&form(), &typed, Language::English);
    assert_eq!(answer_to(&settled, "difference"), &text("0.75"));
    let half = super::settled(&form(), &typed[..1], Language::English);
    assert_eq!(answer_to(&half, "difference"), &FieldValue::Nothing);
}

#[test]
fn every_flaw_of_a_form_is_found_and_only_of_what_is_asked() {
    let typed = [
        answer("leak", "yes"),
        answer("after", "9"),
        answer("before", "x"),
    ];
    let found = flaws(&form(), &typed, Language::English);
    let expected = [
        ("place", AnswerFlaw::Missing),
        ("before", AnswerFlaw::NotANumber),
        ("after", AnswerFlaw::OutOfRange(Range::default())),
    ];
    assert_eq!(found, expected.map(|(item, flaw)| (item.to_owned(), flaw)));
    assert_eq!(
        flaws(&form(), &[answer("leak", "no")], Language::English),
        []
    );
}

#[test]
fn what_is_typed_lies_over_what_is_stored() {
    let stored = [answer("a", "1"), answer("b", "2")];
    let typed = [answer("b", "3")];
    assert_eq!(
        overlay(&stored, &typed),
        [answer("a", "1"), answer("b", "3")]
    );
    assert_eq!(with_answer(&stored, "a", None), [answer("b", "2")]);
    assert_eq!(
        with_answer(&stored, "a", Some(text("9"))),
        [answer("b", "2"), answer("a", "9")]
    );
}

#[test]
fn the_limit_is_only_named_near_it() {
    let question = ask("q", QuestionKind::Text);
    assert_eq!(characters_left(&question, "short"), None);
    assert_eq!(characters_left(&question, &"ä".repeat(9_900)), Some(100));
    assert_eq!(characters_left(&question, &"ä".repeat(10_001)), Some(0));
}
