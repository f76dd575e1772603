//! The floors of the app in `src/`: who may name whom inside it. The crates have their own table in `packages.rs`.

use crate::paths::Crate;
use crate::scan::Source;

/// From the top floor down: a file may name its own floor and what stands below. A folder of [`APART`] is a
/// room that its neighbours on the floor may not enter.
const FLOORS: [&[&str]; 6] = [
    // The one place that names the pages.
    &["src/main.rs", "src/app", "src/worker.rs"],
    &["src/features", "src/shell"],
    &["src/shared"],
    &["src/runtime", "src/ui"],
    &[
        "src/kinds",
        "src/routes.rs",
        "src/error.rs",
        "src/chunk.rs",
        "src/texts.rs",
        "src/effect.rs",
        "src/memo.rs",
        "src/signal.rs",
        "src/view.rs",
    ],
    // The map of the crate, and what tests take for example.
    &["src/lib.rs", "src/samples"],
];

/// Whose folders do not know each other.
const APART: [&str; 2] = ["src/features/", "src/shell"];

/// The place of a file: its floor from the top, and the room in which it stands on it.
fn place_of(path: &str) -> Option<(usize, &str)> {
    let is_in = |place: &&&str| {
        let rest = path.strip_prefix(**place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    };
    let floor = FLOORS
        .iter()
        .position(|floor| floor.iter().any(|place| is_in(&place)))?;
    let place = FLOORS[floor].iter().find(is_in)?;
    let room = match path.strip_prefix("src/features/") {
        Some(inside) => {
            let end = inside.find(['/', '.']).unwrap_or(inside.len());
            &path[..path.len() - inside.len() + end]
        }
        None => place,
    };
    Some((floor, room))
}

/// What a file of the app names although it stands above, or next door.
pub(crate) fn floors(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (from, to) in Crate::of(sources, "src/").arrows() {
        for to in to {
            wrong.extend(is_wrong(from, to).map(|why| format!("{from} names {to}: {why}")));
        }
    }
    wrong
}

fn is_wrong(from: &str, to: &str) -> Option<&'static str> {
    let Some((from_floor, from_room)) = place_of(from) else {
        return Some("the first has no floor: give it one in FLOORS");
    };
    let Some((to_floor, to_room)) = place_of(to) else {
        return Some("the second has no floor: give it one in FLOORS");
    };
    let is_apart = APART.iter().any(|place| from_room.starts_with(place));
    match from_floor.cmp(&to_floor) {
        std::cmp::Ordering::Less => None,
        std::cmp::Ordering::Greater => Some("what is below knows nothing of what is above"),
        std::cmp::Ordering::Equal if is_apart && from_room != to_room => {
            Some("no page knows another, nor the frame: put what both need into src/shared")
        }
        std::cmp::Ordering::Equal => None,
    }
}

#[test]
fn each_wrong_arrow_in_the_app_is_found() {
    for (from, to) in [
        ("src/app.rs", "src/features/job/page.rs"),
        (
            "src/features/job/page.rs",
            "src/features/job/material/tab.rs",
        ),
        ("src/features/job.rs", "src/features/job/page.rs"),
        ("src/features/job/page.rs", "src/shared/labels.rs"),
        ("src/shell/frame.rs", "src/ui/icon.rs"),
        ("src/shared/labels.rs", "src/texts.rs"),
    ] {
        assert_eq!(is_wrong(from, to), None, "{from} {to}");
    }
    for (from, to) in [
        ("src/features/job/page.rs", "src/features/job_list/page.rs"),
        ("src/features/job_list.rs", "src/features/job.rs"),
        ("src/features/job/page.rs", "src/shell/frame.rs"),
        ("src/shell/frame.rs", "src/features/job/page.rs"),
        ("src/ui/icon.rs", "src/features/job/page.rs"),
        ("src/ui/icon.rs", "src/shared/labels.rs"),
        ("src/shared/labels.rs", "src/features/job/page.rs"),
        ("src/runtime/live.rs", "src/app.rs"),
        ("src/texts.rs", "src/ui/icon.rs"),
        ("src/new.rs", "src/texts.rs"),
        ("src/ui/icon.rs", "src/uicorn.rs"),
    ] {
        assert!(is_wrong(from, to).is_some(), "{from} {to}");
    }
    let source = |path: &str, text: &str| Source::new(path, text);
    let sources = [
        source("src/lib.rs", "pub mod shared; pub mod features;"),
        source("src/shared/a.rs", "use crate::features::job::B;"),
        source("src/features/job.rs", "pub struct B;"),
    ];
    assert_eq!(floors(&sources).len(), 1);
}
