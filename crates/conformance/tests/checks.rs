//! What the checks say of themselves holds: each has a name of its own, a sentence, and a section that there is.

use afield_conformance::{Profile, checks};
use std::collections::HashSet;

#[test]
fn each_check_has_a_name_of_its_own_and_says_where_it_is_written() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.md");
    let page = std::fs::read_to_string(page).unwrap();
    let headings: HashSet<&str> = page
        .lines()
        .filter_map(|line| {
            line.strip_prefix("## ")
                .or_else(|| line.strip_prefix("### "))
        })
        .collect();
    let mut names = HashSet::new();
    for check in checks() {
        assert!(names.insert(check.name), "{} is there twice", check.name);
        assert!(check.name.split('.').count() == 2, "{}", check.name);
        assert!(check.must.ends_with('.'), "{}", check.must);
        assert!(
            headings.contains(check.section),
            "{} names the section {}",
            check.name,
            check.section
        );
    }
    for profile in Profile::ALL {
        let count = checks()
            .iter()
            .filter(|check| check.profile == profile)
            .count();
        assert!(count >= 8, "{}", profile.name());
    }
}
