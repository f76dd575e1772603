//! Several texts as one line.
//!
//! Owns what stands between them. Pure.

/// What is not empty, with a dot between.
#[must_use]
pub fn joined(parts: &[&str]) -> String {
    filled(parts, " · ")
}

/// What is not empty, with a comma between: the pieces of an address.
#[must_use]
pub fn listed(parts: &[&str]) -> String {
    filled(parts, ", ")
}

fn filled(parts: &[&str], between: &str) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty()).copied();
    parts.collect::<Vec<_>>().join(between)
}
