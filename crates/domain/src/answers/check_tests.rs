//! What keeps a form from being saved.

use super::*;

fn number(item: &str) -> Question {
    let kind = QuestionKind::Number {
        min: None,
        max: None,
        unit: String::new(),
    };
    Question::new(item, "How much?", kind)
}

fn sum(item: &str, formula: &str) -> Question {
    let kind = QuestionKind::Calculation {
        formula: formula.into(),
        decimals: 2,
        unit: String::new(),
    };
    Question::new(item, "Together", kind)
}

fn hangs(mut question: Question, on: &str, test: Test) -> Question {
    question.when = Some(Condition {
        item: on.into(),
        test,
    });
    question
}

#[track_caller]
fn check(questions: &[Question], expected: &[(Option<usize>, Part, Fault)]) {
    let found: Vec<_> = flaws("Gas", questions)
        .into_iter()
        .map(|flaw| (flaw.at, flaw.part, flaw.fault))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_form_asks_something_and_has_a_name() {
    check(&[number("a")], &[]);
    check(&[], &[(None, Part::Form, Fault::NothingAsked)]);
    let heading = Question::new("h", "Part one", QuestionKind::Heading);
    check(
        std::slice::from_ref(&heading),
        &[(None, Part::Form, Fault::NothingAsked)],
    );
    assert_eq!(flaws(" ", &[number("a")])[0].part, Part::Name);
    let long = "ä".repeat(limits::TITLE_CHARS + 1);
    assert_eq!(
        flaws(&long, &[number("a")])[0].fault,
        Fault::TooLong(limits::TITLE_CHARS)
    );
    let many: Vec<_> = (0..=limits::QUESTIONS)
        .map(|n| number(&format!("q{n}")))
        .collect();
    check(
        &many,
        &[(None, Part::Form, Fault::TooMany(limits::QUESTIONS))],
    );
    check(&many[1..], &[]);
}

#[test]
fn a_condition_hangs_on_what_is_asked_before_so_that_nothing_goes_round() {
    let yes = || Test::any_of(&[YES]);
    let first = Question::new("a", "Is it tight?", QuestionKind::YesNo);
    let second = Question::new("b", "Since when?", QuestionKind::Date);
    check(&[first.clone(), hangs(second.clone(), "a", yes())], &[]);
    // On each other, on itself, on what is not there.
    let round = [
        hangs(first.clone(), "b", yes()),
        hangs(second.clone(), "a", yes()),
    ];
    check(&round, &[(Some(0), Part::When, Fault::NotBefore)]);
    for on in ["b", "c"] {
        let form = [first.clone(), hangs(second.clone(), on, yes())];
        check(&form, &[(Some(1), Part::When, Fault::NotBefore)]);
    }
    for (test, fault) in [
        (Test::default(), Fault::Missing),
        (Test::any_of(&["perhaps"]), Fault::NeverHolds),
        (
            Test {
                above: Some("3".into()),
                ..Test::default()
            },
            Fault::NeverHolds,
        ),
        (
            Test {
                below: Some("3,5".into()),
                ..Test::default()
            },
            Fault::NotANumber,
        ),
    ] {
        let form = [first.clone(), hangs(second.clone(), "a", test)];
        check(&form, &[(Some(1), Part::When, fault)]);
    }
}

#[test]
fn limits_choices_and_keys_are_as_phones_read_them() {
    let limited = |min: &str, max: &str| {
        let kind = QuestionKind::Number {
            min: Some(min.into()),
            max: Some(max.into()),
            unit: String::new(),
        };
        [Question::new("a", "How much?", kind)]
    };
    check(&limited("-5", "10.5"), &[]);
    check(&limited("5", "4"), &[(Some(0), Part::Max, Fault::Crossed)]);
    check(
        &limited("five", "4"),
        &[(Some(0), Part::Min, Fault::NotANumber)],
    );
    let chosen = |options: &[&str]| {
        let options = options.iter().map(|&option| option.into()).collect();
        [Question::new(
            "a",
            "Which?",
            QuestionKind::Choice { options },
        )]
    };
    check(&chosen(&["red", "green"]), &[]);
    for (options, fault) in [
        (&[][..], Fault::Missing),
        (&["red", " "], Fault::Missing),
        (&["red", "red"], Fault::Twice),
        (&[" red"], Fault::Malformed),
    ] {
        check(&chosen(options), &[(Some(0), Part::Options, fault)]);
    }
    check(&[number("")], &[(Some(0), Part::Key, Fault::Missing)]);
    check(&[number("a b")], &[(Some(0), Part::Key, Fault::Malformed)]);
    check(
        &[number("a"), number("a")],
        &[(Some(1), Part::Key, Fault::Twice)],
    );
}

#[test]
fn a_formula_computes_with_numbers_that_stand_before_it() {
    let form = |formula: &str| {
        [
            number("flow"),
            number("return"),
            Question::new("name", "Name", QuestionKind::Text),
            sum("spread", formula),
        ]
    };
    check(&form("(flow - return) / (flow - return)"), &[]);
    check(&form("flow / return * 1.16"), &[]);
    for (formula, fault) in [
        ("", Fault::Missing),
        ("flow -", Fault::Malformed),
        ("flow return", Fault::Malformed),
        ("1 / 0", Fault::Malformed),
        ("flow - name", Fault::NoSuchNumber("name".into())),
        ("flow - spread", Fault::NoSuchNumber("spread".into())),
    ] {
        check(&form(formula), &[(Some(3), Part::Formula, fault)]);
    }
}

#[test]
fn what_is_not_in_order_is_an_answer_that_can_be_given() {
    let mut question = Question::new("a", "Is it tight?", QuestionKind::YesNo);
    question.fails = Some(Test::any_of(&[NO]));
    check(std::slice::from_ref(&question), &[]);
    question.fails = Some(Test::any_of(&["never"]));
    check(
        std::slice::from_ref(&question),
        &[(Some(0), Part::Fails, Fault::NeverHolds)],
    );
    let newer = Question::new("a", "Newer", QuestionKind::Unknown);
    check(
        &[newer, number("b")],
        &[(Some(0), Part::Kind, Fault::Malformed)],
    );
}
