//! What an import says and does when it is run as a command.

use crate::program::{Server, check, run};

#[test]
fn a_dry_run_of_an_import_says_what_would_happen_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&data).kill();
    let file = folder.path().join("jobs.csv");
    std::fs::write(
        &file,
        "Ticket,What,When\nT-1,Pump,2026-12-01\nT-2,Fan,never\n",
    )
    .unwrap();
    let columns = "Ticket=external_key,What=title,When=starts";
    let import = [
        "import",
        file.to_str().unwrap(),
        "--company",
        "nordhaus",
        "--map",
        columns,
    ];
    let dry = [&import[..], &["--dry-run"]].concat();
    let said = run(&data, &dry, "");
    assert!(said.contains("2 rows: 1 imported"), "{said}");
    assert!(said.contains("line 3: refused"), "{said}");
    // What was written would be found, and no longer count as new.
    assert_eq!(run(&data, &dry, ""), said);
    let done = run(&data, &import, "");
    assert_eq!(
        said,
        format!("{done}this was a dry run: nothing was written\n")
    );
    let again = run(&data, &import, "");
    assert!(
        again.contains("0 imported") && again.contains("1 unchanged"),
        "{again}"
    );

    // Nor does it make a folder for data that are not there.
    let nowhere = folder.path().join("nowhere");
    let at = ["--data", nowhere.to_str().unwrap()];
    check(&[&dry[..], &at].concat(), "there is no data in");
    assert!(!nowhere.exists());
}
