//! Another back end than ours, right and made wrong on purpose: one file of Python, see `examples/backend.py`.

// The lints spare `#[test]` functions, but not their helpers.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use afield_conformance::{
    Account, Asked, Office, Outcome, Profile, Report, Setup, UrlOffice, checks, run,
};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Each fault, and the check that is meant for it.
const FAULTS: [(&str, &str); 64] = [
    ("applied_twice", "push.repeat"),
    ("other_payload_accepted", "push.other_payload"),
    ("verdict_made_anew", "push.repeat"),
    ("lane_goes_on", "push.lane_stops"),
    ("dependency_forgotten", "push.dependency"),
    ("unknown_dependency_waits", "push.dependency_unknown"),
    ("seq_reused", "push.seq_reused"),
    ("late_copy_applied", "push.late_copy"),
    ("unknown_cursor_answered", "pull.unknown_cursor"),
    ("epoch_kept", "loss.epoch"),
    ("epoch_unchecked", "push.epoch"),
    ("foreign_user_stored", "push.other_user"),
    ("totals_wrong", "pull.totals"),
    ("change_skipped", "pull.nothing_skipped"),
    ("scope_out_alone", "pull.scope_out"),
    ("nothing_leaves", "pull.tombstone"),
    ("rev_stays", "pull.rev"),
    ("last_arrival_wins", "merge.later_wins"),
    ("ties_by_arrival", "merge.ties"),
    ("conflict_lost", "merge.conflict"),
    ("future_believed", "push.future_clock"),
    ("unknown_op_remembered", "push.unknown_op"),
    ("any_step", "meaning.status"),
    ("rights_of_saving", "meaning.rights_now"),
    ("anybodys_pull", "pull.other_user"),
    ("malformed_takes_all", "push.malformed"),
    ("no_limit", "push.too_many"),
    ("nothing_durable", "loss.restart"),
    ("cookie_bare", "session.cookie"),
    ("bare_error", "envelope.errors"),
    ("bare_error", "envelope.every_reply"),
    ("foreign_page_writes", "session.foreign_origin"),
    ("zone_without_rules", "session.info"),
    ("status_of_its_own", "pull.readable"),
    ("replaced_forgotten", "push.replaces_undecided"),
    ("step_refused_to_the_slow", "meaning.passed_step"),
    ("replaced_forgotten", "push.replaces_accepted"),
    ("applied_twice", "push.twice_at_once"),
    ("rights_of_saving", "meaning.not_theirs"),
    ("server_time_in_seconds", "envelope.time"),
    ("epoch_by_asker", "envelope.epoch"),
    ("rev_as_text", "envelope.schema"),
    ("any_password", "session.wrong_password"),
    ("nobody_is_somebody", "session.none"),
    ("session_for_ever", "session.sign_out"),
    ("limit_ignored", "pull.pages"),
    ("cursor_used_once", "pull.resume"),
    ("parts_stay_away", "pull.return"),
    ("nothing_leaves", "pull.deleted_job"),
    ("all_see_all", "pull.own_jobs_only"),
    ("no_window", "pull.window"),
    ("answers_turned", "push.order"),
    ("any_size", "push.too_large"),
    ("sorted_by_itself", "push.not_rising"),
    ("newer_read_as_old", "push.newer_op"),
    ("order_of_fields_counts", "push.field_order"),
    ("refusals_forgotten", "push.repeat_refused"),
    ("bytes_counted", "meaning.note_limits"),
    ("bytes_counted", "meaning.title_limits"),
    ("note_overwritten", "meaning.used_id"),
    ("no_merge", "merge.disjoint"),
    ("same_value_meets", "merge.same_value"),
    ("settled_by_nobody", "merge.settle"),
    ("whole_pages_said", "push.words"),
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The back end in a process of its own, which does itself what only the office or its operator can.
struct Python {
    script: Vec<String>,
    data: PathBuf,
    child: Option<Child>,
    url: String,
    _folder: tempfile::TempDir,
}

impl Python {
    fn start(script: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut python = Self {
            script: script.iter().map(|&part| part.to_owned()).collect(),
            data: folder.path().join("data.json"),
            child: None,
            url: String::new(),
            _folder: folder,
        };
        python.begin();
        python
    }

    fn faulty(fault: &str) -> Self {
        let script = folder("tests/backends/faulty.py");
        Self::start(&[script.to_str().unwrap(), fault])
    }

    fn begin(&mut self) {
        let mut child = Command::new("python3")
            .args(&self.script)
            .args(["--port", "0", "--data"])
            .arg(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("python3 cannot be started ({error}): install Python 3.11 or newer with the rules of time zones: on Debian `apt-get install python3 tzdata`")
            });
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let Some(url) = line.trim().strip_prefix("ready: ") else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("the back end did not begin: {line}{said}");
        };
        self.url = url.to_owned();
        self.child = Some(child);
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    fn setup(&self) -> Setup {
        let account = |email: &str| Account {
            email: email.to_owned(),
            password: "afield".to_owned(),
        };
        let mut setup = Setup::new(&self.url, account("anna@example.com"));
        setup.colleague = Some(account("ben@example.com"));
        setup
    }

    fn look(self, only: &[&str]) -> Report {
        let setup = self.setup();
        let only: Vec<String> = only.iter().map(|&name| name.to_owned()).collect();
        run(&setup, Box::new(self), &[Profile::Core], &only).unwrap()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        self.end();
    }
}

impl Office for Python {
    fn ask(&mut self, action: &Value) -> Result<Asked, String> {
        match action["action"].as_str().unwrap() {
            "restart" => self.end(),
            "lose_data" => {
                self.end();
                std::fs::remove_file(&self.data).unwrap();
            }
            _ => {
                let hook = format!("{}/hook", self.url);
                return UrlOffice::new(&hook, Duration::from_secs(30))?.ask(action);
            }
        }
        self.begin();
        Ok(Asked::Done(json!({ "done": true, "url": self.url })))
    }
}

#[test]
fn a_back_end_in_one_file_of_python_speaks_the_core_of_the_protocol() {
    let report = Python::faulty("none").look(&[]);
    assert_eq!(report.failed(), [""; 0], "{}", report.text());
    assert_eq!(report.not_tried(), [""; 0], "{}", report.text());
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn the_example_as_it_is_shipped_offers_no_hook_and_what_needs_one_is_not_called_passed() {
    let example = folder("../../examples/backend.py");
    let python = Python::start(&[example.to_str().unwrap()]);
    let setup = python.setup();
    let office = Box::new(afield_conformance::NoOffice);
    // Nothing that goes on from a cursor: with midnight this back end lets its cursors go.
    let only = [
        "session",
        "pull.scope_out",
        "pull.return",
        "pull.deleted_job",
    ];
    let only = only.map(str::to_owned);
    let report = run(&setup, office, &[Profile::Core], &only).unwrap();
    assert_eq!(report.failed(), [""; 0], "{}", report.text());
    assert_eq!(
        report.not_tried(),
        ["pull.scope_out", "pull.return", "pull.deleted_job"],
        "{}",
        report.text()
    );
    assert!(
        report
            .text()
            .contains("not tried  pull.scope_out: it needs the office action \"assign\"")
    );
    drop(python);
}

#[test]
fn each_fault_is_found_by_the_check_that_is_meant_for_it() {
    let mut missed = Vec::new();
    for (fault, check) in FAULTS {
        // What looks at all replies needs some.
        let area = format!("{}.", check.split_once('.').unwrap().0);
        let only = if check == "envelope.every_reply" {
            area.as_str()
        } else {
            check
        };
        let report = Python::faulty(fault).look(&[only]);
        if !report.failed().contains(&check) {
            missed.push(format!("{fault}: {check}\n{}", report.text()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_fault_has_its_check_and_every_check_its_fault() {
    let script = folder("tests/backends/faulty.py");
    let listed = Command::new("python3")
        .arg(script)
        .arg("list")
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut named: Vec<&str> = FAULTS.iter().map(|(fault, _)| *fault).collect();
    let mut listed: Vec<&str> = listed.lines().collect();
    listed.sort_unstable();
    named.sort_unstable();
    named.dedup();
    assert_eq!(listed, named);
    // And every check of the core has a fault that it finds.
    let mut found: Vec<&str> = FAULTS.iter().map(|(_, check)| *check).collect();
    let core = checks()
        .into_iter()
        .filter(|check| check.profile == Profile::Core);
    let mut core: Vec<&str> = core.map(|check| check.name).collect();
    found.sort_unstable();
    found.dedup();
    core.sort_unstable();
    assert_eq!(found, core);
}

#[test]
fn a_finding_says_what_was_sent_what_was_expected_and_what_came() {
    let report = Python::faulty("unknown_cursor_answered").look(&["pull.unknown_cursor"]);
    assert_eq!(report.exit_code(), 1);
    let Outcome::Failed(finding) = &report.results[0].outcome else {
        panic!("{}", report.text());
    };
    assert!(
        finding.sent.starts_with("GET /api/v1/pull?user="),
        "{finding:?}"
    );
    assert!(finding.expected.contains("cursor_expired"), "{finding:?}");
    assert!(finding.came.starts_with("HTTP 200"), "{finding:?}");
    let json = report.json();
    assert_eq!(json["checks"][0]["outcome"], "failed");
    assert_eq!(json["checks"][0]["section"], "Pull");
    // No secret goes into a report.
    assert!(
        !report.text().contains("__Host-afield="),
        "{}",
        report.text()
    );
}

#[test]
fn where_nobody_answers_nothing_is_called_passed() {
    let mut python = Python::faulty("none");
    let setup = python.setup();
    python.end();
    let office = Box::new(afield_conformance::NoOffice);
    let said = run(&setup, office, &[Profile::Core], &[]).map(|report| report.text());
    assert!(said.unwrap_err().contains("nobody answers"));
}
