//! Reads how many tests passed and failed from what the runners print.
//! It must never guess: a runner that printed no count adds none.

/// Tests counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Who printed the line.
#[derive(Clone, Copy)]
pub(crate) enum Runner {
    /// `test result: ok. 3 passed; 1 failed; …` (cargo test, wasm-bindgen-test)
    Libtest,
    /// `  3 passed (2.1s)`, one line per outcome
    Playwright,
}

/// The tests that this line counts.
pub(crate) fn read(runner: Runner, line: &str) -> Count {
    let line = line.trim();
    match runner {
        Runner::Libtest => line
            .strip_prefix("test result: ")
            .and_then(|result| result.split_once(". "))
            .map(|(_, counts)| counts.split(';').map(one).fold(Count::default(), sum))
            .unwrap_or_default(),
        Runner::Playwright => one(line),
    }
}

fn one(text: &str) -> Count {
    let mut words = text.split_whitespace();
    let number = words.next().and_then(|word| word.parse().ok());
    match (number, words.next()) {
        (Some(passed), Some("passed" | "flaky")) => Count { passed, failed: 0 },
        (Some(failed), Some("failed" | "interrupted")) => Count { passed: 0, failed },
        _ => Count::default(),
    }
}

fn sum(mut one: Count, other: Count) -> Count {
    one += other;
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(runner: Runner, line: &str, passed: u32, failed: u32) {
        assert_eq!(read(runner, line), Count { passed, failed });
    }

    #[test]
    fn counts_what_the_runners_print() {
        check(
            Runner::Libtest,
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            12,
            0,
        );
        check(
            Runner::Libtest,
            "test result: FAILED. 3 passed; 2 failed; 1 ignored",
            3,
            2,
        );
        check(Runner::Libtest, "test engine::replays ... ok", 0, 0);
        check(Runner::Libtest, "12 passed", 0, 0);
        check(Runner::Playwright, "  10 passed (31.2s)", 10, 0);
        check(Runner::Playwright, "  2 failed", 0, 2);
        check(Runner::Playwright, "  1 skipped", 0, 0);
        check(
            Runner::Playwright,
            "  ✓  1 cold.spec.ts:3:1 › opens (1.2s)",
            0,
            0,
        );
    }
}
