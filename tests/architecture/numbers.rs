//! A job's number stands on one line: a browser would break "J-1080" at its hyphen.
//! It must never be made to pass by weakening a rule: where a rule is wrong, change it and write why in `docs/adr/`.

use crate::scan::{Source, files, root};

/// Where the numbers are found in a text and kept together.
const HELPER: &str = "src/shared/names.rs";
/// What keeps them together there, called or passed on.
const KEEPS: [&str; 2] = ["unbroken(", "(unbroken)"];
/// Makes a text with a job's number in it.
const MAKES: [&str; 2] = ["numbered(", "job_name("];
/// The classes under which a number is shown.
const CLASSES: [&str; 2] = [".number", ".job-number"];

/// Sources that make such a text and leave it to others to show it, and who they are.
const SHOWN_BY: [(&str, &[&str]); 14] = [
    (
        "src/shared/job/overview.rs",
        &[
            "src/features/job/overview_tab.rs",
            "src/features/office_job/sections.rs",
        ],
    ),
    (
        "src/shared/conflicts.rs",
        &["src/features/sync/conflicts.rs"],
    ),
    (
        "src/features/records/linked.rs",
        &["src/features/records/record_page.rs"],
    ),
    (
        "src/features/job/report_view_model.rs",
        &["src/features/job/report.rs"],
    ),
    (
        "src/features/job/detail_page.rs",
        &["src/shared/refused_card.rs"],
    ),
    (
        "src/features/share/view_model.rs",
        &["src/features/share/page.rs"],
    ),
    (
        "src/features/receipts/view_model.rs",
        &["src/features/receipts/page.rs"],
    ),
    (
        "src/features/sync/view_model.rs",
        &["src/features/sync/rows.rs"],
    ),
    (
        "src/features/ready/view_model.rs",
        &["src/features/ready/page.rs"],
    ),
    // It is only searched there.
    ("src/features/sync/log_view_model.rs", &[]),
    // In a list of the browser's own nothing breaks.
    ("src/features/office_conflicts/others.rs", &[]),
    (
        "src/features/office_conflicts/words.rs",
        &["src/features/office_conflicts/late.rs"],
    ),
    // It is only heard there.
    ("src/features/office_conflicts/deciding.rs", &[]),
    ("src/features/day_route/page.rs", &[]),
];

/// Whoever makes such a text shows it unbroken.
pub(crate) fn names_are_unbroken(source: &Source) -> Vec<String> {
    let makes = MAKES.iter().any(|call| source.product.contains(call));
    if !makes || !source.path.starts_with("src/") || source.path == HELPER {
        return Vec::new();
    }
    let itself = [source.path.as_str()];
    let listed = SHOWN_BY.iter().find(|(path, _)| *path == source.path);
    let shown_by = listed.map_or(&itself[..], |(_, by)| by);
    let keeps = |path: &str| {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        KEEPS.iter().any(|call| text.contains(call))
    };
    let wrong = shown_by.iter().filter(|path| !keeps(path));
    wrong
        .map(|path| format!("{path}: show the job's name with `unbroken`"))
        .collect()
}

/// A number that is shown by itself has the class that keeps it together.
pub(crate) fn bare_numbers_are_unbroken(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") {
        return Vec::new();
    }
    let is_bare = |line: &&str| {
        let mut shown = line.split(">{").skip(1);
        shown.any(|rest| {
            let value = rest.split('}').next().unwrap_or_default();
            value.trim_end_matches(".clone()").ends_with("job.number")
                || value.trim_end_matches(".clone()").ends_with("row.number")
        })
    };
    let bare = source.product.lines().filter(is_bare);
    let wrong = bare.filter(|line| !line.contains("class=\"job-number\""));
    wrong
        .map(|line| {
            format!(
                "{}: `{}` lacks the class job-number",
                source.path,
                line.trim()
            )
        })
        .collect()
}

/// What the styles do not keep together.
pub(crate) fn styles_keep_numbers() -> Vec<String> {
    let styles = std::fs::read_to_string(root().join("styles/jobs.css")).unwrap_or_default();
    let keeps = |class: &&str| {
        let mut rules = styles.lines().map(str::trim);
        rules.any(|rule| {
            rule.starts_with(&format!("{class} {{")) && rule.contains("white-space: nowrap;")
        })
    };
    let broken = CLASSES.iter().filter(|class| !keeps(class));
    broken
        .map(|class| format!("styles/jobs.css: `{class}` breaks at a hyphen"))
        .collect()
}

/// The helper gives a number that class, and no number is written around it.
pub(crate) fn the_helper_keeps_numbers() -> Vec<String> {
    let sources = files("rs");
    let helper = sources.iter().find(|(path, _)| path == HELPER);
    let is_kept = helper.is_some_and(|(_, text)| text.contains("<span class=\"number\">{number"));
    let wrong = (!is_kept).then(|| format!("{HELPER}: a number has the class number"));
    wrong.into_iter().collect()
}
