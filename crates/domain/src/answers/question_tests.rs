//! Tests of questions: what is an answer, what is asked, what fails.

use super::*;
use crate::ids::AttachmentId;
use proptest::prelude::*;
use uuid::Uuid;

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn answer(item: &str, value: &str) -> Answer {
    Answer {
        item: item.to_owned(),
        value: text(value),
    }
}

fn photos(n: u128) -> FieldValue {
    FieldValue::Files((0..n).map(|n| AttachmentId(Uuid::from_u128(n))).collect())
}

fn number(min: &str, max: &str) -> QuestionKind {
    let limit = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    QuestionKind::Number {
        min: limit(min),
        max: limit(max),
        unit: "bar".into(),
    }
}

fn sum(formula: &str) -> QuestionKind {
    QuestionKind::Calculation {
        formula: formula.to_owned(),
        decimals: 1,
        unit: String::new(),
    }
}

#[test]
fn each_kind_takes_its_answers_and_no_others() {
    use QuestionKind as Kind;
    let choice = Kind::Choice {
        options: vec!["good".into(), "worn".into()],
    };
    let long = "x".repeat(limits::NOTE_CHARS + 1);
    let malformed = Err(Problem::Malformed);
    let cases: Vec<(Kind, FieldValue, Result<FieldValue, Problem>)> = vec![
        (Kind::YesNo, text(" yes "), Ok(text("yes"))),
        (Kind::YesNo, text("ja"), malformed.clone()),
        (Kind::YesNo, FieldValue::Nothing, Ok(FieldValue::Nothing)),
        (
            Kind::Text,
            text(" <b>ä👷\nשלום</b> "),
            Ok(text("<b>ä👷\nשלום</b>")),
        ),
        (Kind::Text, text("  "), Ok(FieldValue::Nothing)),
        (
            Kind::Text,
            text(&long),
            Err(Problem::TooLong {
                max: limits::NOTE_CHARS,
            }),
        ),
        (number("0", "3"), text("1.50"), Ok(text("1.5"))),
        (number("0", "3"), text("3.1"), Err(Problem::OutOfRange)),
        (number("0", "3"), text("-0.1"), Err(Problem::OutOfRange)),
        (number("", ""), text("-99.9"), Ok(text("-99.9"))),
        (number("", ""), text("1,5"), malformed.clone()),
        (choice.clone(), text("worn"), Ok(text("worn"))),
        (choice, text("broken"), malformed.clone()),
        (Kind::Date, text("2028-02-29"), Ok(text("2028-02-29"))),
        (Kind::Date, text("2027-02-29"), malformed.clone()),
        (Kind::Date, text("27-2-9"), malformed.clone()),
        (
            Kind::Barcode,
            text("4006381333931"),
            Ok(text("4006381333931")),
        ),
        (Kind::Photo, photos(2), Ok(photos(2))),
        (Kind::Photo, photos(0), Ok(FieldValue::Nothing)),
        (
            Kind::Photo,
            photos(11),
            Err(Problem::TooLong {
                max: limits::ANSWER_FILES,
            }),
        ),
        (Kind::Photo, text("a.jpg"), malformed.clone()),
        (Kind::Signature, photos(1), Ok(photos(1))),
        (Kind::Signature, photos(2), malformed.clone()),
        (Kind::YesNo, photos(1), malformed.clone()),
        (Kind::Unknown, text("x"), malformed),
    ];
    for (kind, value, expected) in cases {
        let question = Question::new("q", "?", kind);
        let got = question.check(&value);
        let expected = expected.map_err(|problem| Rejection::Invalid {
            field: "q".into(),
            problem,
        });
        assert_eq!(got, expected, "{question:?} {value:?}");
    }
}

fn form() -> Vec<Question> {
    vec![
        Question {
            required: true,
            fails: Some(Test::any_of(&[NO])),
            ..Question::new("tight", "Is it tight?", QuestionKind::YesNo)
        },
        Question {
            required: true,
            when: Some(Condition {
                item: "tight".into(),
                test: Test::any_of(&[NO]),
            }),
            ..Question::new("leak", "Where does it leak?", QuestionKind::Text)
        },
        Question {
            when: Some(Condition {
                item: "leak".into(),
                test: Test::any_of(&["valve"]),
            }),
            ..Question::new("valve", "Which valve?", QuestionKind::Text)
        },
        Question::new("flow", "Flow", number("", "")),
        Question::new("back", "Return", number("", "")),
        Question {
            fails: Some(Test {
                above: Some("20".into()),
                ..Test::default()
            }),
            ..Question::new("spread", "Spread", sum("flow - back"))
        },
    ]
}

#[test]
fn what_is_not_asked_is_neither_missing_nor_kept() {
    let form = form();
    let missing = |answers: &[Answer]| first_missing(&form, answers).map(|q| q.item.clone());
    assert_eq!(missing(&[]), Some("tight".into()));
    assert_eq!(missing(&[answer("tight", YES)]), None);
    assert_eq!(missing(&[answer("tight", NO)]), Some("leak".into()));
    // A leftover answer of a question that is no longer asked goes, and what hangs on it too.
    let answers = [
        answer("tight", YES),
        answer("leak", "valve"),
        answer("valve", "V2"),
    ];
    assert_eq!(complete(&form, &answers), Ok(vec![answer("tight", YES)]));
}

#[test]
fn calculations_are_done_anew_and_can_fail() {
    let form = form();
    let answers = [
        answer("tight", YES),
        answer("flow", "62.55"),
        answer("back", "40"),
        answer("spread", "1"),
    ];
    let done = complete(&form, &answers).unwrap();
    assert_eq!(*answer_to(&done, "spread"), text("22.6"));
    let failed: Vec<_> = failures(&form, &done)
        .iter()
        .map(|q| q.item.clone())
        .collect();
    assert_eq!(failed, ["spread"]);
    assert!(failures(&form, &[answer("tight", YES)]).is_empty());
}

#[test]
fn questions_that_wait_for_each_other_are_never_asked() {
    let mut form = form();
    form[0].when = Some(Condition {
        item: "leak".into(),
        test: Test::any_of(&["valve"]),
    });
    let answers = [answer("tight", NO), answer("leak", "valve")];
    assert!(!is_asked(&form, &form[0], &answers));
    assert_eq!(first_missing(&form, &answers), None);
}

proptest! {
    /// Completing twice is completing once: phone and server agree.
    #[test]
    fn completing_is_idempotent(tight in "yes|no", leak in "[a-z ]{0,6}", flow in "[0-9]{1,3}(\\.[0-9]{1,3})?", back in "[0-9]{0,3}") {
        let answers = [answer("tight", &tight), answer("leak", &leak), answer("flow", &flow), answer("back", &back)];
        let once = complete(&form(), &answers).unwrap();
        prop_assert_eq!(complete(&form(), &once).unwrap(), once);
    }
}
