//! This server under the conformance suite, as any other back end: a real process, asked over HTTP.

use crate::program::{Server, run};
use afield_conformance::{Account, Asked, Office, Profile, Setup};
use serde_json::{Value, json};
use std::path::PathBuf;

/// A day for the demo, at ten in the morning: no test depends on when it runs.
pub(crate) const A_MORNING: [&str; 2] = ["--today", "2027-03-10"];

/// The server with a demo company, and what its operator can do.
struct Operator {
    folder: tempfile::TempDir,
    server: Option<Server>,
}

impl Operator {
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn backup(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    fn begin(&mut self) -> String {
        let server = Server::start_with(&self.data(), &A_MORNING);
        let url = format!("http://{}", server.address);
        self.server = Some(server);
        url
    }
}

impl Office for Operator {
    fn ask(&mut self, action: &Value) -> Result<Asked, String> {
        let action = action["action"].as_str().unwrap();
        if !["restart", "lose_data"].contains(&action) {
            // What the office does goes over the board's own routes.
            return Ok(Asked::NotOffered("this server has no such thing".into()));
        }
        self.server.take().unwrap().kill();
        if action == "lose_data" {
            let backup = self.backup();
            let said = run(&self.data(), &["restore", backup.to_str().unwrap()], "");
            assert!(
                said.contains("restored") || said.contains("backup"),
                "{said}"
            );
        }
        Ok(Asked::Done(json!({ "done": true, "url": self.begin() })))
    }
}

/// The demo's people at `url`.
pub(crate) fn setup(url: &str) -> Setup {
    let account = |name: &str| Account {
        email: format!("{name}@nordhaus.example"),
        password: "afield-demo".into(),
    };
    let mut setup = Setup::new(url, account("anna"));
    setup.colleague = Some(account("ben"));
    setup.dispatcher = Some(account("dora"));
    setup
}

#[test]
fn this_server_passes_the_conformance_suite() {
    let folder = tempfile::tempdir().unwrap();
    let mut operator = Operator {
        folder,
        server: None,
    };
    let url = operator.begin();
    let backup = operator.backup();
    run(&operator.data(), &["backup", backup.to_str().unwrap()], "");
    assert!(backup.exists());
    let setup = setup(&url);
    let office = Box::new(operator);
    let report = afield_conformance::run(&setup, office, &Profile::ALL, &[]).unwrap();
    assert_eq!(report.failed(), [""; 0], "{}", report.text());
    // No job is ever deleted here.
    assert_eq!(
        report.not_tried(),
        ["pull.deleted_job"],
        "{}",
        report.text()
    );
}
