//! What came of it, as tables of Markdown.
//!
//! Owns how figures are written. Pure. Must never leave out a violation.

use crate::figures::{Figures, Row};
use crate::trial::Outcome;
use std::fmt::Write as _;

/// Violations that are named; beyond them only their number is.
const NAMED: usize = 20;

pub(crate) fn of_trial(outcome: &Outcome) -> String {
    let mut text = format!(
        "\n{} devices made {} changes and {} photos in {:.0} s; all outboxes were empty {:.1} s after the last fault.\n\n\
         | what went wrong | times | longest time in which a company heard no verdict, ms |\n|---|---|---|\n",
        outcome.devices, outcome.changes, outcome.photos, outcome.seconds, outcome.drained_after_s
    );
    for (name, suffered) in &outcome.faults {
        let (times, silence) = (suffered.times, suffered.longest_silence_ms);
        let _ = writeln!(text, "| {name} | {times} | {silence} |");
    }
    text.push_str("\nAttempts in vain:");
    for (status, times) in &outcome.in_vain {
        let what = match status {
            0 => "no answer".to_owned(),
            status => format!("answered {status}"),
        };
        let _ = write!(text, " {times} {what};");
    }
    text.push('\n');
    match outcome.violations.len() {
        0 => text.push_str("Nothing lost, nothing twice, every photo whole.\n"),
        count => {
            let _ = writeln!(text, "{count} VIOLATIONS:");
        }
    }
    for violation in outcome.violations.iter().take(NAMED) {
        let _ = writeln!(text, "- {violation}");
    }
    text
}

pub(crate) fn of_figures(figures: &Figures) -> String {
    let mut text = format!(
        "\n{} processors, load {} before.\n\n| limit | rows/s |\n|---|---|\n",
        figures.processors, figures.load_before
    );
    for limit in &figures.limits {
        let _ = writeln!(text, "| {} | {:.0} |", limit.what, limit.rows_a_second);
    }
    text.push_str(
        "\n| place | companies | devices | pushes/s | p50 ms | p99 ms | in vain | changes a commit | commit ms | \
         turn ms | CPU servers / database / devices | database |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in &figures.rows {
        text.push_str(&of_row(row));
    }
    text.push_str("\n| page of 250 | p50 ms | p95 ms |\n|---|---|---|\n");
    for page in &figures.pages {
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.1} |",
            page.place, page.p50_ms, page.p95_ms
        );
    }
    text.push_str("\n| boards that watch | streams | p50 ms | p95 ms | all have heard, ms |\n|---|---|---|---|---|\n");
    for (place, told) in &figures.streams {
        let (streams, p50, p95, all) = (told.streams, told.p50_ms, told.p95_ms, told.all_ms);
        let _ = writeln!(
            text,
            "| {place} | {streams} | {p50:.0} | {p95:.0} | {all:.0} |"
        );
    }
    text
}

pub(crate) fn of_row(row: &Row) -> String {
    let (measured, seen) = (&row.measured, &row.seen);
    let paced = if row.is_paced {
        ", a note a minute each"
    } else {
        ""
    };
    // What most of its connections do, most first.
    let mut database: Vec<_> = seen.database.iter().collect();
    database.sort_by(|one, other| other.1.total_cmp(one.1));
    let database: Vec<_> = database
        .iter()
        .take(3)
        .map(|(what, count)| format!("{count:.1} {what}"))
        .collect();
    format!(
        "| {} | {} | {}{paced} | {:.0} | {:.1} | {:.1} | {} | {:.1} | {:.1} | {:.1} | {:.2} / {:.2} / {:.2} | {} |\n",
        row.place,
        row.companies,
        row.devices,
        measured.pushes_a_second,
        measured.p50_ms,
        measured.p99_ms,
        measured.in_vain,
        seen.changes_a_commit,
        seen.commit_ms,
        seen.wait_ms,
        seen.cpu_servers,
        seen.cpu_database,
        seen.cpu_devices,
        database.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Suffered;
    use std::collections::BTreeMap;

    fn outcome(violations: usize) -> Outcome {
        Outcome {
            devices: 2,
            changes: 9,
            photos: 1,
            seconds: 60.0,
            drained_after_s: 1.5,
            faults: BTreeMap::from([(
                "kill -9 of a server",
                Suffered {
                    times: 3,
                    longest_silence_ms: 800,
                },
            )]),
            in_vain: BTreeMap::from([(0, 4), (503, 2)]),
            violations: (0..violations).map(|n| format!("device {n}")).collect(),
        }
    }

    #[test]
    fn what_was_found_is_said_and_counted() {
        let text = of_trial(&outcome(0));
        assert!(
            text.contains("Nothing lost") && text.contains("| kill -9 of a server | 3 | 800 |"),
            "{text}"
        );
        assert!(text.contains("4 no answer; 2 answered 503;"), "{text}");
        let text = of_trial(&outcome(NAMED + 5));
        assert!(
            text.contains("25 VIOLATIONS") && !text.contains("Nothing lost"),
            "{text}"
        );
        assert_eq!(text.matches("- device").count(), NAMED);
    }
}
