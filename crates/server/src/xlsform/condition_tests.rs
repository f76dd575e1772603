//! What becomes of conditions.

use super::condition::{Answers, Before, Known};
use afield_domain::answers::Condition;

fn known(name: &str, answers: Answers, when: Option<&str>, before: &Before) -> Known {
    let when = when.and_then(|when| before.condition(when).unwrap());
    Known {
        name: name.into(),
        item: name.into(),
        answers,
        when,
    }
}

fn before() -> Before {
    let pairs = |all: &[(&str, &str)]| {
        all.iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    };
    let mut before = Before::default();
    let choices = Answers::OneOf(pairs(&[("a", "Apple"), ("b", "Pear"), ("c", "Plum")]));
    before.0.push(known("fruit", choices, None, &before));
    let yes = Answers::OneOf(pairs(&[("yes", "yes"), ("no", "no")]));
    before
        .0
        .push(known("ripe", yes, Some("${fruit}='a'"), &before));
    before.0.push(known("age", Answers::Number, None, &before));
    let several = Answers::Several(pairs(&[("x", "food_x"), ("y", "food_y")]));
    before.0.push(known("food", several, None, &before));
    before.0.push(known("name", Answers::Other, None, &before));
    before
        .0
        .push(known("left_out", Answers::None, None, &before));
    for answers in [Answers::Number, Answers::None] {
        before.0.push(known("twice", answers, None, &before));
    }
    before
}

fn shown(when: Result<Option<Condition>, String>) -> String {
    match when {
        Err(_) => "none".into(),
        Ok(None) => "always".into(),
        Ok(Some(Condition { item, test })) => {
            let mut parts = test.is.clone();
            parts.extend(test.above.map(|above| format!(">{above}")));
            parts.extend(test.below.map(|below| format!("<{below}")));
            format!("{item}: {}", parts.join(" "))
        }
    }
}

#[test]
fn a_relevance_becomes_one_test_of_one_answer() {
    for (relevant, expected) in [
        ("", "always"),
        ("true()", "always"),
        ("${fruit} = 'a'", "fruit: Apple"),
        ("'a' = ${fruit}", "fruit: Apple"),
        ("selected(${fruit}, 'b')", "fruit: Pear"),
        ("${fruit} != 'a'", "fruit: Pear Plum"),
        ("not(${fruit} = 'a')", "fruit: Pear Plum"),
        ("${fruit} != ''", "fruit: Apple Pear Plum"),
        ("${fruit}='a' or ${fruit}='c'", "fruit: Apple Plum"),
        ("not(${fruit}='a' or ${fruit}='c')", "fruit: Pear"),
        (
            "not(selected(${fruit},'a')) and ${fruit} != 'b'",
            "fruit: Plum",
        ),
        ("${age} > 17", "age: >17"),
        ("18 <= ${age}", "age: 18 >18"),
        ("${age} != 5", "age: >5 <5"),
        ("${age} < 5 or ${age} > 60", "age: >60 <5"),
        ("${age} > 5 or ${age} > 3", "age: >3"),
        ("selected(${food}, 'y')", "food_y: yes"),
        // Ripe is asked of apples only.
        ("${fruit} = 'a' and ${ripe} = 'yes'", "ripe: yes"),
        (
            "(${fruit}='a' or ${fruit}='b') and ${ripe}='no'",
            "ripe: no",
        ),
    ] {
        assert_eq!(shown(before().condition(relevant)), expected, "{relevant}");
    }
}

#[test]
fn what_one_test_cannot_say_is_not_kept() {
    for relevant in [
        "${fruit} = 'a' and ${age} > 5",
        "${fruit} = 'a' or ${age} > 5",
        "${age} > 5 and ${age} < 60",
        "${fruit} = 'z'",
        "${gone} = 'a'",
        "${name} = 'Anna'",
        "${age} > ${age}",
        "not(selected(${food}, 'y'))",
        "count-selected(${food}) > 1",
        "${food} = 'x'",
        "${fruit}='b' and ${ripe}='no'",
        "false()",
        "../gone/a = 1",
        "${twice} = 'x'",
        "${left_out} = 'x'",
        "1 = 1",
    ] {
        assert_eq!(shown(before().condition(relevant)), "none", "{relevant}");
    }
}
