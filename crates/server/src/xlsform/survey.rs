//! What becomes of each row of the sheet `survey`.
//!
//! Owns the walk through the rows with the groups that they stand in. Pure. Must never leave a row out of the report.

use super::choices::Lists;
use super::condition::Before;
use super::labels::{label, plain};
use super::question_type::{RowType, row_type};
use super::report::{FormReport, RowFate, RowReport};
use super::sheets::{Row, Sheets, read};
use crate::import::bounds::{listed, quoted};
use crate::import::raw_row::TableError;
use crate::said::{Said, said};
use afield_domain::answers::Condition;
use afield_domain::{Question, QuestionKind, limits as most};
use std::collections::BTreeSet;

/// Rows of the sheet `survey`. The longest forms that people use have some two thousand.
const ROWS: usize = 10_000;
/// Groups within groups.
const DEPTH: usize = 32;

fn repeat() -> Said {
    said!(
        repeat,
        "it is a repeat or stands in one, and Afield asks each question once"
    )
}

/// A form that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Its title.
    pub title: String,
    /// Its id in the file, or else the title.
    pub form_id: String,
    /// Its version in the file, may be empty.
    pub version: String,
    /// The languages that its labels are there in.
    pub languages: Vec<String>,
    /// What it asks in Afield.
    pub questions: Vec<Question>,
    /// What became of each row.
    pub report: FormReport,
}

impl Read {
    /// The form under the name that was asked for, else under its own, else under that of its file.
    #[must_use]
    pub fn called(self, name: &str, file: &str) -> Self {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let names = [name, &self.title, stem].map(str::trim);
        let title = names.into_iter().find(|name| !name.is_empty());
        // With room for a version behind it.
        let title = title
            .unwrap_or_default()
            .chars()
            .take(most::TITLE_CHARS - 20);
        Self {
            title: title.collect::<String>().trim().to_owned(),
            ..self
        }
    }
}

/// Reads a workbook as an XLSForm. `language` is one of those that its labels are in.
///
/// # Errors
/// When the file is no XLSForm, is damaged or too large, or has no such language.
pub fn read_form(bytes: &[u8], language: Option<&str>) -> Result<Read, TableError> {
    of_sheets(&read(bytes)?, language)
}

pub(super) fn of_sheets(sheets: &Sheets, language: Option<&str>) -> Result<Read, TableError> {
    if sheets.survey.len() > ROWS {
        return Err(TableError::new(said!(
            form_rows,
            "the form has more than {} rows",
            ROWS
        )));
    }
    let mut report = FormReport::default();
    let language = choose_language(sheets, language, &mut report)?;
    let language = language.as_deref();
    let lists = Lists::read(&sheets.choices, language);
    report.assumed.extend(lists.lost());
    let mut walk = Walk {
        language,
        lists,
        groups: Vec::new(),
        before: Before::new(names_that_are_there_twice(&sheets.survey)),
        questions: Vec::new(),
        report,
        has_whole_numbers: false,
    };
    for row in &sheets.survey {
        walk.take(row);
    }
    walk.end_all();
    let title = plain(sheets.settings.get("form_title"), &mut Vec::new());
    let form_id = sheets.settings.get("form_id").to_owned();
    let title: String = if title.is_empty() {
        form_id.clone()
    } else {
        title
    };
    Ok(Read {
        form_id: if form_id.is_empty() {
            title.clone()
        } else {
            form_id
        },
        title: title.chars().take(most::TITLE_CHARS).collect(),
        version: sheets.settings.get("version").to_owned(),
        languages: sheets.languages.clone(),
        questions: walk.questions,
        report: walk.report,
    })
}

/// The names that several rows have: nobody can tell which of them an expression means.
fn names_that_are_there_twice(rows: &[Row]) -> BTreeSet<String> {
    let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let name = row.get("name");
        let is_end = matches!(
            row_type(row.get("type")),
            RowType::GroupEnd | RowType::RepeatEnd
        );
        if !name.is_empty() && !is_end && !once.insert(name) {
            twice.insert(name.to_owned());
        }
    }
    twice
}

/// The language that labels are read in; none for those that do not say.
fn choose_language(
    sheets: &Sheets,
    asked: Option<&str>,
    report: &mut FormReport,
) -> Result<Option<String>, TableError> {
    let default = sheets.settings.get("default_language");
    let plain = sheets.has_plain_labels;
    if let Some(asked) = asked {
        let found = language_of(&sheets.languages, asked);
        let is_plain = plain && default.trim().eq_ignore_ascii_case(asked.trim());
        if found.is_none() && !is_plain {
            let has = match sheets.languages.as_slice() {
                [] => said!(
                    language_unsaid,
                    "its labels do not say in which language they are"
                ),
                all => said!(it_has, "it has {}", listed(all)),
            };
            return Err(TableError::new(said!(
                no_language,
                "the form has no labels in {}; {}",
                quoted(asked),
                has
            )));
        }
        return Ok(found.cloned());
    }
    let own = language_of(&sheets.languages, default);
    let chosen = match own {
        None if plain => None,
        own => own.or(sheets.languages.first()).cloned(),
    };
    let others: Vec<String> = sheets
        .languages
        .iter()
        .filter(|it| Some(*it) != chosen.as_ref())
        .cloned()
        .collect();
    if !others.is_empty() {
        let read = match &chosen {
            Some(chosen) => quoted(chosen).into(),
            None => said!(own_language, "the form's own language"),
        };
        report.assumed.push(said!(
            labels_read,
            "the labels are read in {}; the form also has {}: another language can be chosen",
            read,
            listed(&others)
        ));
    }
    Ok(chosen)
}

/// The language that is meant: `English (en)` by its whole name, by its code, by its name without, or by how it begins if
/// no other begins so.
fn language_of<'a>(languages: &'a [String], wanted: &str) -> Option<&'a String> {
    let wanted = wanted.trim().to_lowercase();
    if wanted.is_empty() {
        return None;
    }
    let parts = |language: &String| {
        let language = language.to_lowercase();
        let (name, code) = language.split_once('(').unwrap_or((&language, ""));
        let code = code.trim().trim_end_matches(')').trim().to_owned();
        (name.trim().to_owned(), code)
    };
    let exact = languages.iter().find(|language| {
        let (name, code) = parts(language);
        language.to_lowercase() == wanted || code == wanted || name == wanted
    });
    let mut starting = languages
        .iter()
        .filter(|language| language.to_lowercase().starts_with(&wanted));
    exact.or_else(|| starting.next().filter(|_| starting.next().is_none()))
}

/// A group, or a repeat, that is open.
struct Group {
    name: String,
    line: u64,
    /// When what stands in it is asked; an error where that cannot be kept.
    when: Result<Option<Condition>, Said>,
    /// What becomes of all that stands in it, if it is left out.
    left_out: Option<RowFate>,
}

/// A walk through the rows, and what it has found so far.
pub(super) struct Walk<'a> {
    pub(super) language: Option<&'a str>,
    pub(super) lists: Lists,
    groups: Vec<Group>,
    pub(super) before: Before,
    pub(super) questions: Vec<Question>,
    report: FormReport,
    /// Whether a question asks for whole numbers, which Afield does not know.
    pub(super) has_whole_numbers: bool,
}

impl Walk<'_> {
    fn take(&mut self, row: &Row) {
        let cell = row.get("type");
        if cell.is_empty() && row.problem.is_none() {
            // A remark of whoever made the form.
            return self.say(row, RowFate::NotNeeded(said!(no_type, "it has no type")));
        }
        let kind = row_type(cell);
        // The end of a group counts whatever else is wrong.
        let fate = match kind {
            RowType::GroupEnd | RowType::RepeatEnd => self.end(),
            RowType::GroupBegin | RowType::RepeatBegin => {
                self.begin(row, kind == RowType::RepeatBegin)
            }
            _ => match self.obstacle(row) {
                Some(fate) => fate,
                None => self
                    .ask(row, &kind)
                    .map_or_else(RowFate::Refused, RowFate::Imported),
            },
        };
        self.say(row, fate);
    }

    fn say(&mut self, row: &Row, fate: RowFate) {
        let name = row.get("name").to_owned();
        self.report.rows.push(RowReport {
            line: row.line,
            name,
            fate,
        });
    }

    /// Why a row is not looked at.
    fn obstacle(&self, row: &Row) -> Option<RowFate> {
        if let Some(problem) = &row.problem {
            return Some(RowFate::Refused(problem.clone()));
        }
        if let Some(fate) = self.groups.last().and_then(|group| group.left_out.clone()) {
            return Some(fate);
        }
        if is_yes(row.get("disabled")) {
            return Some(RowFate::NotNeeded(said!(disabled, "it is disabled")));
        }
        if row
            .get("appearance")
            .split_whitespace()
            .any(|word| word.eq_ignore_ascii_case("hidden"))
        {
            return Some(RowFate::NotNeeded(said!(hidden, "it is hidden")));
        }
        if is_never(row.get("relevant")) {
            return Some(RowFate::NotNeeded(said!(
                never_asked,
                "its condition never holds"
            )));
        }
        if row_type(row.get("type")) == RowType::Noted {
            return Some(RowFate::NotNeeded(said!(
                noted,
                "Afield notes by itself who did what and when"
            )));
        }
        (self.questions.len() >= most::QUESTIONS).then(|| {
            RowFate::Refused(said!(
                form_full,
                "a form holds {} questions at most",
                most::QUESTIONS
            ))
        })
    }

    /// Says which groups were never ended: what follows them hangs on their conditions.
    fn end_all(&mut self) {
        for group in self.groups.drain(..) {
            self.report.assumed.push(said!(group_open, "the group begun on line {} is never ended: all that follows is taken to stand in it", group.line));
        }
        if self.has_whole_numbers {
            self.report.assumed.push(said!(
                whole_numbers,
                "questions for whole numbers take numbers with decimals too"
            ));
        }
    }

    fn end(&mut self) -> RowFate {
        match self.groups.pop() {
            Some(_) => RowFate::NotNeeded(said!(group_end, "the end of a group")),
            None => RowFate::Refused(said!(ends_nothing, "it ends what was not begun")),
        }
    }

    fn begin(&mut self, row: &Row, is_repeat: bool) -> RowFate {
        let fate = match self.obstacle(row) {
            Some(fate) => Some(fate),
            None if is_repeat => Some(RowFate::Refused(repeat())),
            None if self.groups.len() >= DEPTH => Some(RowFate::Refused(said!(
                too_deep,
                "groups stand within each other {} deep at most",
                DEPTH
            ))),
            None => None,
        };
        if let Some(fate) = fate {
            let of_all = match &fate {
                RowFate::Refused(_) if is_repeat => RowFate::Refused(repeat()),
                RowFate::NotNeeded(_) => {
                    RowFate::NotNeeded(said!(group_never, "its group is never shown"))
                }
                // What is wrong with that row is not wrong with these.
                RowFate::Refused(_) if row.problem.is_some() => RowFate::Refused(said!(
                    group_lost,
                    "it stands in the group of line {}, which is not imported",
                    row.line
                )),
                other => other.clone(),
            };
            self.groups.push(Group {
                name: row.get("name").to_owned(),
                line: row.line,
                when: Ok(None),
                left_out: Some(of_all),
            });
            return fate;
        }
        let when = self.when(row);
        self.groups.push(Group {
            name: row.get("name").to_owned(),
            line: row.line,
            when: when.clone(),
            left_out: None,
        });
        RowFate::Imported(self.add_heading(row, when))
    }

    /// Adds the heading of a group, if it has one; what is lost.
    fn add_heading(&mut self, row: &Row, when: Result<Option<Condition>, Said>) -> Vec<Said> {
        let text = |column| row.in_language(column, self.language);
        let shown = label(text("label"), text("hint"), "");
        let mut notes = shown.notes;
        if let Err(why) = &when {
            notes.push(said!(
                group_always,
                "what stands in this group is always asked, and need not be answered: {}",
                why
            ));
        }
        if !shown.text.is_empty() {
            let item = self.free_item(row.get("name"));
            let mut heading = Question::new(&item, &shown.text, QuestionKind::Heading);
            heading.when = when.unwrap_or_default();
            self.questions.push(heading);
        }
        notes
    }

    /// The condition of the group that comes next.
    ///
    /// # Errors
    /// Why it cannot be kept.
    fn around(&self) -> Result<Option<Condition>, Said> {
        match self.groups.last() {
            Some(group) => group.when.clone(),
            None => Ok(None),
        }
    }

    /// The condition of a row, with those of the groups around it.
    pub(super) fn when(&mut self, row: &Row) -> Result<Option<Condition>, Said> {
        // Why was said at the group.
        let around = self.around().map_err(|_| said!(as_group, "as its group"))?;
        self.before.around.clone_from(&around);
        let own = self.before.condition(row.get("relevant"))?;
        self.before.all(&[around, own])
    }

    /// The name of the group that the next row stands in; empty outside of all.
    pub(super) fn group(&self) -> String {
        self.groups
            .last()
            .map(|group| group.name.clone())
            .unwrap_or_default()
    }
}

/// Whether a condition holds never, whatever is answered.
fn is_never(relevant: &str) -> bool {
    ["false", "false()"].contains(&relevant.trim().to_lowercase().as_str())
}

pub(super) fn is_yes(cell: &str) -> bool {
    ["yes", "true", "true()", "y", "1"].contains(&cell.trim().to_lowercase().as_str())
}
