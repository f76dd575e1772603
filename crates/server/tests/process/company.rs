//! Settings of a company from the machine its data are on.

use crate::program::{Server, run};

#[test]
fn what_is_set_from_the_command_line_stands_in_the_trail_without_a_name() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path());
    let set = |arguments: &[&str]| {
        let command = [&["company", "set", "nordhaus"][..], arguments].concat();
        run(data.path(), &command, "")
    };
    let said = set(&["--window-days", "7", "--contact", " help@nordhaus.example "]);
    assert!(said.contains("7 days before and after today"), "{said}");
    set(&["--open-questions", "refuse"]);
    // What stands already is no change.
    set(&["--open-questions", "refuse"]);
    let said = set(&["--keep-files-days", "730", "--keep-activity-days", "0"]);
    for part in [
        "deleted 730 days after",
        "what happened is remembered for ever",
    ] {
        assert!(said.contains(part), "{said}");
    }
    for (option, value, why) in [
        ("--window-days", "15", "from 1 to 14; nothing was changed"),
        (
            "--keep-files-days",
            "29",
            "0 or from 30 to 3650; nothing was changed",
        ),
        (
            "--contact",
            "nobody",
            "no mail address; nothing was changed",
        ),
    ] {
        let refused = set(&["--expiry-hours", "48", option, value]);
        assert!(refused.contains(why), "{refused}");
    }
    let ada = server.sign_in_as("ada@nordhaus.example", "afield-demo");
    let (_, page) = server.ask("GET /api/v1/company", &ada, "");
    for part in [
        r#""version":3"#,
        r#""expiry_hours":24"#,
        r#""setting":"window_days","from":"3","to":"7""#,
        r#""to":"help@nordhaus.example""#,
        r#""seq":3"#,
        r#""setting":"refuses_open_questions","from":"false","to":"true""#,
        r#""setting":"keep_activity_days","from":"90","to":"0""#,
        r#""setting":"keep_files_days","from":"0","to":"730""#,
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    for absent in [r#""seq":6"#, r#""by""#, "by_name"] {
        assert!(!page.contains(absent), "{absent} is in {page}");
    }
    server.kill();
}
