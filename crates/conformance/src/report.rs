//! What was found, for people and for programs.
//!
//! Owns the list, the JSON and the exit code. Must never call passed what was not tried.

use crate::check::{Check, Profile};
use crate::finding::{Finding, Stop};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How one check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is so.
    Passed,
    /// It is not so.
    Failed(Box<Finding>),
    /// It could not be found out, and why.
    NotTried(String),
}

/// A check and how it ended.
#[derive(Clone)]
pub struct Result {
    /// The check.
    pub check: Check,
    /// How it ended.
    pub outcome: Outcome,
}

/// All of them.
#[derive(Clone, Default)]
pub struct Report {
    /// In the order in which they were made.
    pub results: Vec<Result>,
}

impl Report {
    pub(crate) fn add(&mut self, check: Check, looked: std::result::Result<(), Stop>) {
        let outcome = match looked {
            Ok(()) => Outcome::Passed,
            Err(Stop::Red(finding)) => Outcome::Failed(finding),
            Err(Stop::NotTried(why)) => Outcome::NotTried(why),
        };
        self.results.push(Result { check, outcome });
    }

    /// The names of those that failed.
    #[must_use]
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = |result: &&Result| matches!(result.outcome, Outcome::Failed(_));
        self.names(failed)
    }

    /// The names of those that were not tried.
    #[must_use]
    pub fn not_tried(&self) -> Vec<&'static str> {
        let not_tried = |result: &&Result| matches!(result.outcome, Outcome::NotTried(_));
        self.names(not_tried)
    }

    /// The names of those that passed.
    #[must_use]
    pub fn passed(&self) -> Vec<&'static str> {
        self.names(|result: &&Result| result.outcome == Outcome::Passed)
    }

    fn names(&self, wanted: impl Fn(&&Result) -> bool) -> Vec<&'static str> {
        let results = self.results.iter().filter(wanted);
        results.map(|result| result.check.name).collect()
    }

    /// 1 if something failed, 2 if nothing passed, else 0.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match (self.failed().len(), self.passed().len()) {
            (0, 0) => 2,
            (0, _) => 0,
            _ => 1,
        }
    }

    /// As a list to read.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut profile: Option<Profile> = None;
        for result in &self.results {
            if profile != Some(result.check.profile) {
                profile = Some(result.check.profile);
                let _ = writeln!(text, "{}", result.check.profile.name());
            }
            write_result(&mut text, result);
        }
        let (failed, not_tried) = (self.failed().len(), self.not_tried().len());
        let passed = self.passed().len();
        let _ = writeln!(
            text,
            "\n{passed} passed, {failed} failed, {not_tried} not tried"
        );
        text
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let results: Vec<Value> = self.results.iter().map(json_of).collect();
        json!({
            "passed": self.passed().len(), "failed": self.failed().len(),
            "not_tried": self.not_tried().len(), "checks": results,
        })
    }
}

fn write_result(text: &mut String, Result { check, outcome }: &Result) {
    let (word, why) = match outcome {
        Outcome::Passed => ("ok", String::new()),
        Outcome::NotTried(why) => ("not tried", format!(": {why}")),
        Outcome::Failed(_) => ("FAILED", String::new()),
    };
    let _ = writeln!(text, "  {word:<9}  {}{why}", check.name);
    if let Outcome::Failed(finding) = outcome {
        let _ = writeln!(text, "    {}", check.must);
        let _ = writeln!(text, "    docs/protocol.md, {}", check.section);
        for (name, what) in [
            ("sent", &finding.sent),
            ("expected", &finding.expected),
            ("came", &finding.came),
        ] {
            let what = what.replace('\n', "\n              ");
            let _ = writeln!(text, "    {name:<8}  {what}");
        }
    }
}

fn json_of(Result { check, outcome }: &Result) -> Value {
    let mut value = json!({
        "name": check.name, "profile": check.profile.name(), "must": check.must, "section": check.section,
    });
    let more = match outcome {
        Outcome::Passed => json!({ "outcome": "passed" }),
        Outcome::NotTried(why) => json!({ "outcome": "not_tried", "why": why }),
        Outcome::Failed(finding) => json!({
            "outcome": "failed", "sent": finding.sent, "expected": finding.expected, "came": finding.came,
        }),
    };
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}
