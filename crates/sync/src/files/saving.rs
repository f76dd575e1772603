//! The order in which a photo or a file is saved.
//!
//! Owns [`plan_file_step`]: its bytes in chunks, then one transaction with its row and the mutation that
//! registers it, then whatever refers to it. A kill between any two steps leaves chunks that nobody
//! sees, never a registration without its bytes: the store counts them in the transaction that registers, and if
//! somebody has swept them meanwhile (this context slept for a day, or somebody has set the clock), they are written
//! once more. Must never drop the chunks of a file whose row may be there: the store looks, in the transaction that
//! drops them.

use crate::error::{StoreError, SyncError};

/// So often chunks that were swept are written once more. Who sweeps does it at most once after a pass.
const ROUNDS: u32 = 3;

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

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// It is durable.
    Done,
    /// Nothing of it was written.
    Failed,
    /// Nothing of it was written, for the chunks are gone that were. For this file so often so far.
    Swept(u32),
}

impl StepEnd {
    /// The end of which a store says this; `swept` counts for one file.
    pub fn of(said: &Result<(), SyncError>, swept: &mut u32) -> Self {
        match said {
            Ok(()) => Self::Done,
            Err(SyncError::Store(StoreError::NotWhole)) => {
                *swept += 1;
                Self::Swept(*swept)
            }
            Err(_) => Self::Failed,
        }
    }
}

/// The step after `last`; the first one without. The file has so many chunks.
#[must_use]
pub fn plan_file_step(chunks: u32, last: Option<(FileStep, StepEnd)>) -> FileStep {
    match last {
        None => step_at(0, chunks),
        Some((FileStep::Refer, _)) => FileStep::Refer,
        Some((FileStep::Drop | FileStep::Failed, _)) => FileStep::Failed,
        Some((step, StepEnd::Done)) => step_at(place_of(step, chunks).saturating_add(1), chunks),
        Some((FileStep::Register, StepEnd::Swept(rounds))) if rounds < ROUNDS => step_at(0, chunks),
        Some(_) => FileStep::Drop,
    }
}

/// The steps of a file that nothing happens to.
fn step_at(place: u32, chunks: u32) -> FileStep {
    match place {
        _ if place < chunks => FileStep::Chunk(place),
        _ if place == chunks => FileStep::Register,
        _ => FileStep::Refer,
    }
}

fn place_of(step: FileStep, chunks: u32) -> u32 {
    match step {
        FileStep::Chunk(number) => number,
        _ => chunks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FileStep::{Chunk, Drop, Failed, Refer, Register};
    use StepEnd::Done;

    /// The steps of a file of so many chunks; the one of this number fails.
    fn steps(chunks: u32, failing: Option<usize>) -> Vec<FileStep> {
        let mut steps = vec![plan_file_step(chunks, None)];
        while let Some(last) = steps.last().copied()
            && !matches!(last, Refer | Failed)
        {
            let is_done = failing != Some(steps.len() - 1);
            let end = if is_done { Done } else { StepEnd::Failed };
            steps.push(plan_file_step(chunks, Some((last, end))));
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
        for end in [Done, StepEnd::Failed, StepEnd::Swept(1)] {
            assert_eq!(plan_file_step(2, Some((Drop, end))), Failed);
        }
    }

    #[test]
    fn chunks_that_were_swept_are_written_again_and_not_for_ever() {
        let gone = Err(StoreError::NotWhole.into());
        let mut swept = 0;
        for expected in [Chunk(0), Chunk(0), Drop] {
            let end = StepEnd::of(&gone, &mut swept);
            assert_eq!(
                plan_file_step(2, Some((Register, end))),
                expected,
                "{end:?}"
            );
        }
        for (said, expected) in [
            (Ok(()), Done),
            (Err(StoreError::Quota.into()), StepEnd::Failed),
            (Err(SyncError::SignedOut), StepEnd::Failed),
        ] {
            assert_eq!(StepEnd::of(&said, &mut 0), expected);
        }
    }
}
