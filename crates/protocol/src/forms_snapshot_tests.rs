//! The wire types of the office's forms.

use crate::snapshot_tests::{check, envelope, uuid};
use crate::*;
use afield_domain::answers::{Condition, NO, Test};
use afield_domain::*;

fn questions() -> Vec<Question> {
    let mut why = Question::new("why", "Why not?", QuestionKind::Text);
    why.required = true;
    why.when = Some(Condition {
        item: "tight".into(),
        test: Test::any_of(&[NO]),
    });
    let mut tight = Question::new("tight", "Is it tight?", QuestionKind::YesNo);
    tight.fails = Some(Test::any_of(&[NO]));
    vec![tight, why]
}

fn line() -> FormLine {
    FormLine {
        id: TemplateId(uuid(91)),
        name: "Gas, yearly (2)".into(),
        title: "Gas, yearly".into(),
        questions: 2,
        tasks: 14,
        made_at: Timestamp(1_795_248_100_000),
    }
}

#[test]
fn forms() {
    let list = Forms {
        forms: vec![line()],
        left_out: 0,
    };
    check("forms", &envelope(Reply::Ok(list)));
    let form = OfficeForm {
        form: FormTemplate {
            id: TemplateId(uuid(91)),
            name: "Gas, yearly (2)".into(),
            questions: questions(),
        },
        versions: vec![line()],
    };
    check("office_form", &envelope(Reply::Ok(form)));
    let new = NewForm {
        id: TemplateId(uuid(91)),
        name: "Gas, yearly".into(),
        version_of: Some(TemplateId(uuid(90))),
        questions: questions(),
    };
    check("new_form", &new);
    let made = FormMade {
        id: Some(TemplateId(uuid(91))),
        name: "Gas, yearly (2)".into(),
        is_there: false,
    };
    check("form_made", &envelope(Reply::Ok(made)));
    let imported = FormImported {
        form: FormMade {
            id: None,
            name: "Gas, yearly".into(),
            is_there: false,
        },
        questions: questions(),
        rows: vec![
            FormRow {
                line: 2,
                name: "tight".into(),
                fate: FormFate::Imported,
                notes: Vec::new(),
                said: Vec::new(),
            },
            FormRow {
                line: 3,
                name: "start".into(),
                fate: FormFate::NotNeeded,
                notes: vec!["Afield notes by itself who did what and when".into()],
                said: vec![Said {
                    code: "noted".into(),
                    ..Said::default()
                }],
            },
            FormRow {
                line: 4,
                name: "where".into(),
                fate: FormFate::NotImported,
                notes: vec!["Afield asks for no places".into()],
                said: Vec::new(),
            },
        ],
        assumed_said: Vec::new(),
        flaw: None,
        assumed: vec!["the labels are read in \"English (en)\"".into()],
        languages: vec!["English (en)".into(), "Deutsch (de)".into()],
    };
    check("form_imported", &envelope(Reply::Ok(imported)));
    let flawed = FormImported {
        form: FormMade {
            id: None,
            name: String::new(),
            is_there: false,
        },
        questions: Vec::new(),
        rows: Vec::new(),
        assumed: Vec::new(),
        assumed_said: Vec::new(),
        flaw: Some(Said {
            code: "other_no_workbook".into(),
            text: "the file is a PDF, and no workbook (xlsx, xls or ods)".into(),
            values: vec![Said {
                code: "what_pdf".into(),
                text: "a PDF".into(),
                values: Vec::new(),
            }],
        }),
        languages: Vec::new(),
    };
    check("form_flawed", &envelope(Reply::Ok(flawed)));
}
