//! The order in which a photo or a file is saved.
//!
//! Owns [`plan_file_step`]: its bytes in chunks, then one transaction with its row and the mutation that
//! registers it, then whatever refers to it. A kill between any two steps leaves chunks that nobody
//! sees, never a registration without its bytes. Must never drop the chunks of a file whose row may be
//! there: the store looks, in the transaction that drops them.

use afield_planted::planted;

/// One step. Each is a transaction of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStep {
    /// Write the chunk of this number.
    Chunk(u32),
    /// Write the row and the registration, in one transaction.
    Register,
    /// The file is saved: what refers to it may be.
    Refer,
    /// Nothing was saved: drop the chunks, unless the row came through all the same.
    Drop,
    /// Nothing was saved, and nothing is left to do. Chunks that could not be dropped are seen by nobody.
    Failed,
}

/// The step after `last`, which succeeded or not; the first one without. The file has so many chunks.
#[must_use]
pub fn plan_file_step(chunks: u32, last: Option<(FileStep, bool)>) -> FileStep {
    match last {
        None => step_at(0, chunks),
        Some((FileStep::Refer, _)) => FileStep::Refer,
        Some((FileStep::Drop | FileStep::Failed, _)) => FileStep::Failed,
        Some((FileStep::Chunk(_) | FileStep::Register, false)) => FileStep::Drop,
        Some((step, true)) => step_at(place_of(step, chunks).saturating_add(1), chunks),
    }
}

/// The steps of a file that nothing happens to.
fn step_at(place: u32, chunks: u32) -> FileStep {
    let register = planted!(RegisterBeforeBytes: chunks => 0);
    match place {
        _ if place == register => FileStep::Register,
        _ if place > chunks => FileStep::Refer,
        _ => FileStep::Chunk(place.saturating_sub(u32::from(place > register))),
    }
}

fn place_of(step: FileStep, chunks: u32) -> u32 {
    let register = planted!(RegisterBeforeBytes: chunks => 0);
    match step {
        FileStep::Chunk(number) => number.saturating_add(u32::from(number >= register)),
        _ => register,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FileStep::{Chunk, Drop, Failed, Refer, Register};

    /// The steps of a file of so many chunks; the one of this number fails.
    fn steps(chunks: u32, failing: Option<usize>) -> Vec<FileStep> {
        let mut steps = vec![plan_file_step(chunks, None)];
        while let Some(last) = steps.last().copied()
            && !matches!(last, Refer | Failed)
        {
            let is_done = failing != Some(steps.len() - 1);
            steps.push(plan_file_step(chunks, Some((last, is_done))));
        }
        steps
    }

    #[test]
    fn bytes_come_first_and_what_refers_to_them_last() {
        let cases: [(u32, &[FileStep]); 3] = [
            (0, &[Register, Refer]),
            (1, &[Chunk(0), Register, Refer]),
            (3, &[Chunk(0), Chunk(1), Chunk(2), Register, Refer]),
        ];
        for (chunks, expected) in cases {
            assert_eq!(steps(chunks, None), expected);
        }
    }

    #[test]
    fn after_a_failure_nothing_is_registered_and_the_chunks_go() {
        let cases: [(usize, &[FileStep]); 3] = [
            (0, &[Chunk(0), Drop, Failed]),
            (1, &[Chunk(0), Chunk(1), Drop, Failed]),
            (2, &[Chunk(0), Chunk(1), Register, Drop, Failed]),
        ];
        for (failing, expected) in cases {
            assert_eq!(steps(2, Some(failing)), expected);
        }
        // Nor does it go on for ever if the chunks cannot be dropped.
        assert_eq!(plan_file_step(2, Some((Drop, false))), Failed);
        assert_eq!(plan_file_step(2, Some((Drop, true))), Failed);
    }
}
