//! What an import of a form says and does when it is run as a command.

use crate::program::{Server, check, run};

#[test]
fn a_form_is_imported_once_and_a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&data).kill();
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/xlsform/widgets.xls"
    );
    let import = ["form", file, "--company", "nordhaus", "--name", "Widgets"];
    let dry = [&import[..], &["--dry-run"]].concat();
    let said = run(&data, &dry, "");
    assert!(
        said.contains("not imported: Afield does not ask for a place on the map"),
        "{said}"
    );
    // What was written would be found, and no longer be new.
    assert_eq!(run(&data, &dry, ""), said);
    let done = run(&data, &import, "");
    assert_eq!(
        said,
        format!("{done}this was a dry run: nothing was written\n")
    );
    assert!(done.contains("\"Widgets\": 40 rows: "), "{done}");
    let again = run(&data, &import, "");
    assert!(
        again.contains("\"Widgets\" is there already, unchanged"),
        "{again}"
    );

    // Another version is another form: what was submitted reads as it was asked.
    let other = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/xlsform/or_other.xlsx"
    );
    let second = run(
        &data,
        &["form", other, "--company", "nordhaus", "--name", "Widgets"],
        "",
    );
    assert!(second.contains("\"Widgets (2)\": "), "{second}");

    let nowhere = folder.path().join("nowhere");
    let at = ["--data", nowhere.to_str().unwrap()];
    check(&[&dry[..], &at].concat(), "there is no data in");
    assert!(!nowhere.exists());
}
