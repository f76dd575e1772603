//! What a phone would hold, in lines.
//!
//! Owns their order, and whether its files fit. Pure.

use afield_domain::Module;
use afield_protocol::Preview;

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldLine {
    /// Of which records.
    pub module: Module,
    /// How many.
    pub count: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// What takes most comes first.
#[must_use]
pub fn lines(preview: &Preview) -> Vec<HeldLine> {
    let line = |sum: &afield_protocol::PreviewRecords| HeldLine {
        module: sum.module,
        count: sum.count,
        bytes: sum.bytes,
    };
    let mut lines: Vec<HeldLine> = preview.records.iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.bytes));
    lines
}

/// All records and their size in bytes.
#[must_use]
pub fn sum(preview: &Preview) -> (u64, u64) {
    let add = |(count, bytes): (u64, u64), sum: &afield_protocol::PreviewRecords| {
        (
            count.saturating_add(sum.count),
            bytes.saturating_add(sum.bytes),
        )
    };
    preview.records.iter().fold((0, 0), add)
}

/// How many bytes of files stay at the office until they are opened.
#[must_use]
pub fn files_left_out(preview: &Preview) -> u64 {
    preview.file_bytes.saturating_sub(preview.files_budget)
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Role, Timestamp, User, UserId};
    use afield_protocol::PreviewRecords;
    use uuid::Uuid;

    fn preview(records: &[(Module, u64, u64)], file_bytes: u64) -> Preview {
        let sums = records.iter().map(|(module, count, bytes)| PreviewRecords {
            module: *module,
            count: *count,
            bytes: *bytes,
        });
        Preview {
            user: User {
                id: UserId(Uuid::nil()),
                name: "Anna".into(),
                role: Role::Technician,
            },
            from: Timestamp(0),
            until: Timestamp(1),
            records: sums.collect(),
            files: 2,
            file_bytes,
            files_budget: 100,
            earlier: 0,
            later: 0,
        }
    }

    #[test]
    fn what_takes_most_comes_first_and_all_of_it_is_summed() {
        let preview = preview(&[(Module::Note, 9, 10), (Module::Job, 2, 40)], 0);
        let modules: Vec<Module> = lines(&preview).iter().map(|line| line.module).collect();
        assert_eq!(modules, [Module::Job, Module::Note]);
        assert_eq!(sum(&preview), (11, 50));
    }

    #[test]
    fn files_beyond_the_budget_stay_at_the_office() {
        for (bytes, left) in [(0, 0), (100, 0), (101, 1)] {
            assert_eq!(files_left_out(&preview(&[], bytes)), left);
        }
    }
}
