//! What becomes of conditions.

use super::answered::Answers;
use super::condition::{Before, Known};
use crate::said::Said;
use afield_domain::answers::Condition;

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(one, other): &(&str, &str)| ((*one).to_owned(), (*other).to_owned());
    all.iter().map(pair).collect()
}

fn before() -> Before {
    let mut before = Before::new(["twice".to_owned()].into());
    let mut add = |name: &str, answers: Answers, when: &str, required: bool| {
        let when = before.condition(when).unwrap();
        before.add(Known {
            name: name.into(),
            group: "people".into(),
            item: name.into(),
            answers,
            when,
            required,
        });
    };
    let fruits = Answers::OneOf(pairs(&[("a", "Apple"), ("b", "Pear"), ("c", "Plum")]));
    add("fruit", fruits.clone(), "", true);
    let yes_no = Answers::OneOf(pairs(&[("yes", "yes"), ("no", "no")]));
    add("ripe", yes_no, "${fruit}='a'", true);
    add("age", Answers::Number, "", true);
    add("weight", Answers::Number, "", false);
    let several = Answers::Several(pairs(&[("x", "food_x"), ("1", "food_1")]));
    add("food", several, "", false);
    add("name", Answers::Other, "", true);
    add("maybe", fruits, "", false);
    let numbered = Answers::OneOf(pairs(&[("1", "One"), ("2", "Two"), ("2.0", "Two again")]));
    add("numbered", numbered, "", true);
    let one = Answers::OneOf(pairs(&[("ok", "OK")]));
    add("only", one, "", true);
    add("twice", Answers::Number, "", true);
    before
}

fn shown(when: Result<Option<Condition>, Said>) -> String {
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
        ("TRUE", "always"),
        ("${fruit} = 'a'", "fruit: Apple"),
        ("'a' = ${fruit}", "fruit: Apple"),
        ("../people/fruit = 'a'", "fruit: Apple"),
        ("selected(${fruit}, 'b')", "fruit: Pear"),
        ("${fruit} != 'a'", "fruit: Pear Plum"),
        ("not(${fruit} = 'a')", "fruit: Pear Plum"),
        ("${maybe} != ''", "maybe: Apple Pear Plum"),
        ("not(${maybe} = '')", "maybe: Apple Pear Plum"),
        ("not(${maybe} != 'a')", "maybe: Apple"),
        ("${fruit}='a' or ${fruit}='c'", "fruit: Apple Plum"),
        ("not(${fruit}='a' or ${fruit}='c')", "fruit: Pear"),
        (
            "not(selected(${fruit},'a')) and ${fruit} != 'b'",
            "fruit: Plum",
        ),
        ("${weight} > 17", "weight: >17"),
        ("${weight} > .5", "weight: >0.5"),
        ("18 <= ${age}", "age: 18 >18"),
        ("${age} != 5", "age: >5 <5"),
        ("not(${age} > 5)", "age: 5 <5"),
        ("${age} < 5 or ${age} > 60", "age: >60 <5"),
        ("${age} > 5 or ${age} > 3", "age: >3"),
        ("selected(${food}, 'x')", "food_x: yes"),
        ("selected(${food}, 1)", "food_1: yes"),
        ("${numbered} = 1", "numbered: One"),
        ("${numbered} = 1.0", "numbered: One"),
        ("${numbered} = '2'", "numbered: Two"),
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
        "${fruit} = 'a' and ${fruit} = 'b'",
        "${gone} = 'a'",
        "${name} = 'Anna'",
        "${age} > ${age}",
        "count-selected(${food}) > 1",
        "${food} = 'x'",
        "${fruit}='b' and ${ripe}='no'",
        "${only} != 'ok'",
        "${numbered} = 2",
        "false()",
        "../gone/a = 1",
        "../other/fruit = 'a'",
        "${twice} > 1",
        "1 = 1",
        // They hold where nothing was answered, too.
        "${maybe} != 'a'",
        "not(${maybe} = 'a')",
        "not(selected(${maybe}, 'a'))",
        "not(${weight} > 5)",
        "not(selected(${food}, 'x'))",
        "${ripe} != 'yes'",
    ] {
        assert_eq!(shown(before().condition(relevant)), "none", "{relevant}");
    }
}

#[test]
fn what_an_answer_is_not_is_a_condition_where_the_answer_is_sure_to_be_there() {
    let mut before = before();
    before.around = before.condition("${fruit} = 'a'").unwrap();
    assert_eq!(shown(before.condition("${ripe} != 'yes'")), "ripe: no");
    before.around = before.condition("${fruit} = 'b'").unwrap();
    assert_eq!(shown(before.condition("${ripe} != 'yes'")), "none");
}

#[test]
fn a_message_holds_no_more_of_a_name_than_can_be_read() {
    let name = format!("a\u{9b}\n{}", "b".repeat(500));
    let said = before().condition(&format!("${{{name}}} = 1")).unwrap_err();
    assert!(
        said.as_str().chars().count() < 200 && !said.as_str().chars().any(char::is_control),
        "{said}"
    );
}

#[test]
fn many_terms_and_long_chains_take_no_time_that_anybody_notices() {
    let mut before = Before::default();
    for number in 0..199 {
        let when = match number {
            0 => None,
            number => before
                .condition(&format!("${{q{}}} = 'a'", number - 1))
                .unwrap(),
        };
        before.add(Known {
            name: format!("q{number}"),
            group: String::new(),
            item: format!("q{number}"),
            answers: Answers::OneOf(pairs(&[("a", "A"), ("b", "B")])),
            when,
            required: true,
        });
    }
    let terms = " and ${q0} = 'a'".repeat(300);
    assert_eq!(
        shown(before.condition(&format!("${{q198}} = 'a'{terms}"))),
        "q198: A"
    );
}
