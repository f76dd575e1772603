//! What is built, and that it comes back as it was.

use super::*;
use afield_domain::TemplateId;
use afield_domain::answers::{Condition, NO, Test, YES};
use uuid::Uuid;

fn boiler() -> Building {
    let mut form = Building {
        name: " Boiler ".into(),
        rows: Vec::new(),
    };
    form.add(Kind::YesNo);
    form.add(Kind::Text);
    form.add(Kind::Number);
    form.change("q1", |row| {
        row.label = "Is it tight? ".into();
        row.required = true;
        row.fails.set(NO, true);
    });
    form.change("q2", |row| {
        row.label = "Why not?".into();
        row.when.item = "q1".into();
        row.when.set(NO, true);
    });
    form.change("q3", |row| {
        row.label = "Flow".into();
        (row.min, row.max) = ("-5,5".into(), "90".into());
        row.fails.above = "80".into();
    });
    form
}

#[test]
fn what_is_typed_becomes_questions_and_comes_back_as_it_was() {
    for language in Language::ALL {
        let form = boiler();
        assert_eq!(form.flaws(), []);
        let questions = form.questions();
        assert_eq!(questions[0].label, "Is it tight?");
        assert!(questions[0].required);
        assert_eq!(questions[0].fails, Some(Test::any_of(&[NO])));
        let condition = Condition {
            item: "q1".into(),
            test: Test::any_of(&[NO]),
        };
        assert_eq!(questions[1].when, Some(condition));
        let QuestionKind::Number { min, .. } = &questions[2].kind else {
            panic!("{:?}", questions[2].kind);
        };
        assert_eq!(min.as_deref(), Some("-5.5"));
        let template = FormTemplate {
            id: TemplateId(Uuid::nil()),
            name: "Boiler (2)".into(),
            questions: questions.clone(),
        };
        let again = Building::of(&template, "Boiler", language);
        assert_eq!(again.name, "Boiler");
        assert_eq!(again.questions(), questions);
        assert_eq!(Building::of_text(&form.to_text()), Some(form));
    }
}

#[test]
fn every_kind_is_built_and_comes_back() {
    let mut form = Building {
        name: "All".into(),
        rows: Vec::new(),
    };
    for kind in Kind::ALL {
        let item = form.add(kind);
        form.change(&item, |row| {
            row.label = kind.name().into();
            row.options = "red\n green \n\nblue".into();
            row.formula = "q4 * 2".into();
            row.unit = " bar".into();
        });
    }
    assert_eq!(form.flaws(), []);
    let questions = form.questions();
    let kinds: Vec<Kind> = questions.iter().map(|one| Kind::of(&one.kind)).collect();
    assert_eq!(kinds, Kind::ALL);
    let QuestionKind::Choice { options } = &questions[1].kind else {
        panic!("{:?}", questions[1].kind);
    };
    assert_eq!(options, &["red", "green", "blue"]);
    assert_eq!(Building::of_text("[\"a\"]"), None);
    assert_eq!(Building::of_text("\"a\""), None);
}

#[test]
fn what_is_wrong_is_told_with_its_question() {
    let mut form = boiler();
    form.shift("q2", true);
    assert_eq!(form.rows[0].item, "q2");
    let wrong = |item: &str, part, fault| (Some(item.to_owned()), part, fault);
    assert_eq!(form.flaws(), [wrong("q2", Part::When, Fault::NotBefore)]);
    form.shift("q2", false);
    form.shift("q3", false);
    assert_eq!(form.place("q3"), Some(2), "the last one stays");
    let (at, row) = form.remove("q1").unwrap();
    assert_eq!(form.flaws().len(), 1);
    // A key is free again, and what was taken away finds its place all the same.
    form.put_back(at, row.clone());
    form.put_back(at, row);
    assert_eq!(form, boiler());
    form.change("q3", |row| row.max = "1,234".into());
    form.change("q1", |row| row.label = " ".into());
    assert_eq!(
        form.flaws(),
        [
            wrong("q1", Part::Label, Fault::Missing),
            wrong("q3", Part::Max, Fault::NotANumber)
        ]
    );
    form.name.clear();
    assert_eq!(form.flaws()[0].0, None);
}

#[test]
fn a_kind_that_is_changed_keeps_what_fits_it() {
    let mut form = boiler();
    form.change("q1", |row| row.kind = Kind::Heading);
    let questions = form.questions();
    assert_eq!((questions[0].required, &questions[0].fails), (false, &None));
    form.change("q1", |row| row.kind = Kind::YesNo);
    assert_eq!(form.questions(), boiler().questions());
    assert!(
        form.row("q1")
            .is_some_and(|row| row.fails.has(NO) && !row.fails.has(YES))
    );
}
