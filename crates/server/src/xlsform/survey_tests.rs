//! What becomes of rows.

use super::report::RowFate;
use super::sheets::{Row, Sheets};
use super::survey::{Read, of_sheets};
use afield_domain::answers::is_asked;
use afield_domain::{Answer, FieldValue, QuestionKind};

/// The columns of a row of the tests, in their order.
const COLUMNS: [&str; 5] = ["type", "name", "label", "relevant", "required"];

/// A form of these rows, with a few lists.
fn form(rows: &[[&str; 5]]) -> Read {
    let rows = rows.iter().zip(2..).map(|(cells, line)| {
        let cells: Vec<(&str, &str)> = COLUMNS.into_iter().zip(*cells).collect();
        Row::of(line, &cells)
    });
    read(rows.collect())
}

fn read(survey: Vec<Row>) -> Read {
    let choices = [
        ("yn", "yes", "Yes"),
        ("yn", "no", "No"),
        ("pets", "cat", "Cat"),
        ("pets", "dog", "Dog"),
    ];
    let choices = choices.map(|(list, name, label)| {
        Row::of(2, &[("list_name", list), ("name", name), ("label", label)])
    });
    let settings = Row::of(2, &[("form_title", "Pets"), ("form_id", "pets")]);
    let sheets = Sheets {
        survey,
        choices: choices.to_vec(),
        settings,
        ..Sheets::default()
    };
    of_sheets(&sheets, None).unwrap()
}

/// Key and label of what is asked, with `?` where a condition stands and `!` where an answer is needed.
fn asked(form: &Read) -> Vec<String> {
    let shown = form.questions.iter().map(|question| {
        let when = question.when.as_ref().map_or("", |_| "?");
        let required = if question.required { "!" } else { "" };
        format!("{}{when}{required}", question.item)
    });
    shown.collect()
}

fn fates(form: &Read) -> Vec<&'static str> {
    let fates = form.report.rows.iter().map(|row| match row.fate {
        RowFate::Imported(_) => "imported",
        RowFate::NotNeeded(_) => "not needed",
        RowFate::Refused(_) => "refused",
    });
    fates.collect()
}

#[test]
fn each_type_becomes_what_afield_asks_or_is_refused() {
    for (kind, expected) in [
        ("text", "Text"),
        ("integer", "Number"),
        ("select_one yn", "YesNo"),
        ("select_one pets", "Choice"),
        ("date", "Date"),
        ("time", "Text"),
        ("image", "Photo"),
        ("barcode", "Barcode"),
        ("note", "Heading"),
        ("acknowledge", "Choice"),
        ("select_one gone", "none"),
        ("geopoint", "none"),
        ("audio", "none"),
        ("rank pets", "none"),
        ("calculate", "none"),
        ("nonsense", "none"),
        ("start", "none"),
    ] {
        let form = form(&[[kind, "a", "A", "", ""]]);
        let found = form.questions.first().map(|question| match question.kind {
            QuestionKind::Text => "Text",
            QuestionKind::Number { .. } => "Number",
            QuestionKind::YesNo => "YesNo",
            QuestionKind::Choice { .. } => "Choice",
            QuestionKind::Date => "Date",
            QuestionKind::Photo => "Photo",
            QuestionKind::Barcode => "Barcode",
            QuestionKind::Heading => "Heading",
            _ => "other",
        });
        assert_eq!(found.unwrap_or("none"), expected, "{kind}");
        assert_eq!(form.report.rows.len(), 1, "{kind}");
    }
}

#[test]
fn a_group_brings_its_heading_and_its_condition_to_all_that_stands_in_it() {
    let form = form(&[
        ["select_one yn", "has", "Any?", "", "yes"],
        ["begin group", "g", "Pets", "${has} = 'yes'", ""],
        ["select_one pets", "which", "Which?", "", "yes"],
        ["text", "name", "Name", "${which} = 'dog'", ""],
        ["end group", "", "", "", ""],
        ["text", "end", "Anything?", "", ""],
    ]);
    assert_eq!(asked(&form), ["has!", "g?", "which?!", "name?", "end"]);
    let answer = |item: &str, text: &str| Answer {
        item: item.into(),
        value: FieldValue::Text(text.into()),
    };
    let name = &form.questions[3];
    for (answers, expected) in [
        (vec![answer("has", "yes"), answer("which", "Dog")], true),
        (vec![answer("has", "yes"), answer("which", "Cat")], false),
        // What was answered before the group went away does not count.
        (vec![answer("has", "no"), answer("which", "Dog")], false),
    ] {
        assert_eq!(is_asked(&form.questions, name, &answers), expected);
    }
}

#[test]
fn what_has_a_condition_that_cannot_be_kept_is_asked_and_not_needed() {
    let form = form(&[
        ["integer", "age", "Age", "", ""],
        ["text", "why", "Why?", "${age} > 5 and ${age} < 9", "yes"],
        ["begin group", "g", "G", "regex(${age}, '1')", ""],
        ["text", "inside", "Inside", "", "yes"],
        ["end group", "", "", "", ""],
    ]);
    assert_eq!(asked(&form), ["age", "why", "g", "inside"]);
    let lines = form.report.lines().join("\n");
    assert!(
        lines.contains("line 3, \"why\": it is always asked"),
        "{lines}"
    );
    assert!(
        lines.contains("line 4, \"g\": what stands in this group is always asked"),
        "{lines}"
    );
}

#[test]
fn repeats_and_what_is_never_shown_are_left_out_row_by_row() {
    let form = form(&[
        ["begin repeat", "r", "R", "", ""],
        ["begin group", "g", "G", "", ""],
        ["text", "a", "A", "", ""],
        ["end group", "", "", "", ""],
        ["end repeat", "", "", "", ""],
        ["begin group", "h", "H", "false()", ""],
        ["text", "b", "B", "", ""],
        ["end group", "", "", "", ""],
        ["text", "c", "C", "", ""],
        ["end group", "", "", "", ""],
    ]);
    assert_eq!(asked(&form), ["c"]);
    assert_eq!(
        fates(&form),
        [
            "refused",
            "refused",
            "refused",
            "not needed",
            "not needed",
            "not needed",
            "not needed",
            "not needed",
            "imported",
            "refused"
        ]
    );
}

#[test]
fn several_choices_become_a_question_each() {
    let form = form(&[
        ["select_multiple pets", "p", "Pets", "", "yes"],
        ["text", "dog_name", "Name", "selected(${p}, 'dog')", ""],
        ["select_one pets or_other", "q", "Best", "", ""],
    ]);
    assert_eq!(
        asked(&form),
        ["p", "p_cat", "p_dog", "dog_name?", "q", "q_other?"]
    );
}

#[test]
fn keys_are_free_and_no_number_and_names_that_are_there_twice_are_no_ground() {
    let form = form(&[
        ["integer", "1st", "First", "", ""],
        ["integer", "a b", "Second", "", ""],
        ["integer", "a-b", "Third", "", ""],
        ["text", "twice", "One", "", ""],
        ["text", "twice", "Two", "", ""],
        ["text", "x", "X", "${twice} != ''", ""],
        ["text", "", "No name", "", ""],
    ]);
    assert_eq!(
        asked(&form),
        ["q1st", "a_b", "a_b_2", "twice", "twice_2", "x"]
    );
    assert_eq!(fates(&form).last(), Some(&"refused"));
}

#[test]
fn a_form_holds_so_many_questions_and_groups_within_each_other_and_the_rest_is_named() {
    let many = vec![["text", "a", "A", "", ""]; 300];
    let full = form(&many);
    assert_eq!((full.questions.len(), full.report.rows.len()), (200, 300));
    assert_eq!(full.report.counts(), (200, 0, 100));

    let mut deep = vec![["begin group", "g", "", "", ""]; 100];
    deep.extend(vec![["end group", "", "", "", ""]; 100]);
    deep.push(["text", "last", "Last", "", ""]);
    assert_eq!(asked(&form(&deep)), ["last"]);

    let rows = vec![Row::of(2, &[("type", "text")]); 10_001];
    let sheets = Sheets {
        survey: rows,
        ..Sheets::default()
    };
    assert!(of_sheets(&sheets, None).is_err());
}

#[test]
fn limits_of_numbers_are_kept_and_what_is_not_is_said() {
    let row = |constraint: &str| {
        let cells = [
            ("type", "integer"),
            ("name", "age"),
            ("constraint", constraint),
        ];
        read(vec![Row::of(2, &cells)])
    };
    let kept = row(". >= 0 and . <= 120");
    let QuestionKind::Number { min, max, .. } = &kept.questions[0].kind else {
        panic!("{:?}", kept.questions);
    };
    assert_eq!((min.as_deref(), max.as_deref()), (Some("0"), Some("120")));
    assert!(!kept.report.lines().join(" ").contains("does not check"));
    assert!(
        row("${x} > 1")
            .report
            .lines()
            .join(" ")
            .contains("does not check")
    );
}

#[test]
fn the_language_is_the_one_asked_for_or_the_forms_own() {
    let cells = [
        ("type", "text"),
        ("name", "a"),
        ("label::English (en)", "Hello"),
        ("label::Deutsch (de)", "Hallo"),
    ];
    let sheets = |default: &str| Sheets {
        survey: vec![Row::of(2, &cells)],
        settings: Row::of(2, &[("default_language", default)]),
        languages: vec!["English (en)".into(), "Deutsch (de)".into()],
        ..Sheets::default()
    };
    let label = |default: &str, asked: Option<&str>| {
        let form = of_sheets(&sheets(default), asked);
        form.map(|form| form.questions[0].label.clone())
            .map_err(|error| error.to_string())
    };
    assert_eq!(label("", None), Ok("Hello".into()));
    assert_eq!(label("Deutsch", None), Ok("Hallo".into()));
    assert_eq!(label("Deutsch", Some("english")), Ok("Hello".into()));
    let missing = label("", Some("Latin")).unwrap_err();
    assert!(
        missing.contains("Latin") && missing.contains("Deutsch"),
        "{missing}"
    );
}

#[test]
fn a_group_that_is_never_ended_is_named() {
    let form = form(&[
        ["begin group", "g", "G", "", ""],
        ["text", "a", "A", "", ""],
    ]);
    assert_eq!(asked(&form), ["g", "a"]);
    let said: Vec<String> = form
        .report
        .assumed
        .iter()
        .map(ToString::to_string)
        .collect();
    let said = said.join(" ");
    assert!(said.contains("line 2 is never ended"), "{said}");
}

#[test]
fn what_is_wrong_with_the_row_of_a_group_is_not_said_of_what_stands_in_it() {
    let mut begin = Row::of(2, &[("type", "begin group"), ("name", "g"), ("label", "G")]);
    begin.problem = Some("the cells B2 to C2 are merged".into());
    let rows = vec![
        begin,
        Row::of(3, &[("type", "text"), ("name", "a"), ("label", "A")]),
        Row::of(4, &[("type", "end group")]),
        Row::of(5, &[("type", "text"), ("name", "b"), ("label", "B")]),
    ];
    let form = read(rows);
    assert_eq!(asked(&form), ["b"]);
    let fates: Vec<&RowFate> = form.report.rows.iter().map(|row| &row.fate).collect();
    let refused = |fate: &RowFate| match fate {
        RowFate::Refused(why) => why.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(fates[0]), "the cells B2 to C2 are merged");
    let why = "it stands in the group of line 2, which is not imported";
    assert_eq!(refused(fates[1]), why);
}

#[test]
fn what_is_acknowledged_can_only_be_acknowledged() {
    let form = form(&[
        ["acknowledge", "ok", "Read it", "", "yes"],
        ["text", "a", "A", "${ok} = 'OK'", ""],
        ["text", "b", "B", "${ok} != 'OK'", ""],
    ]);
    assert_eq!(asked(&form), ["ok!", "a?", "b"]);
    let options = vec!["OK".to_owned()];
    assert_eq!(form.questions[0].kind, QuestionKind::Choice { options });
}

#[test]
fn what_is_hidden_or_of_another_program_is_not_asked() {
    for (appearance, expected) in [
        ("hidden", ["not needed"]),
        ("multiline", ["imported"]),
        ("select-contact type-person", ["refused"]),
    ] {
        let cells = [("type", "text"), ("name", "a"), ("appearance", appearance)];
        assert_eq!(
            fates(&read(vec![Row::of(2, &cells)])),
            expected,
            "{appearance}"
        );
    }
}

#[test]
fn labels_without_a_language_are_those_of_the_forms_own() {
    let cells = [
        ("type", "text"),
        ("name", "a"),
        ("label", "Hello"),
        ("label::French (fr)", "Bonjour"),
    ];
    let sheets = |default: &str| Sheets {
        survey: vec![Row::of(2, &cells)],
        settings: Row::of(2, &[("default_language", default)]),
        languages: vec!["French (fr)".into()],
        has_plain_labels: true,
        ..Sheets::default()
    };
    let label = |default: &str, asked: Option<&str>| {
        let form = of_sheets(&sheets(default), asked);
        form.map_or_else(
            |error| error.to_string(),
            |form| form.questions[0].label.clone(),
        )
    };
    for (default, asked, expected) in [
        ("", None, "Hello"),
        ("English", None, "Hello"),
        ("English", Some("english"), "Hello"),
        ("French (fr)", None, "Bonjour"),
        ("English", Some("fr"), "Bonjour"),
    ] {
        assert_eq!(label(default, asked), expected, "{default} {asked:?}");
    }
    assert!(label("", Some("Dutch")).contains("no labels in \"Dutch\""));
}

#[test]
fn something_else_is_a_choice_and_a_text() {
    let form = form(&[["select_one pets or_other", "p", "Pet", "", "yes"]]);
    let options = ["Cat", "Dog", "Other"].map(str::to_owned).to_vec();
    assert_eq!(form.questions[0].kind, QuestionKind::Choice { options });
    assert_eq!(asked(&form), ["p!", "p_other?"]);
}
