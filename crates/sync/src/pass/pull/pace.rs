//! How large a page is asked for.
//!
//! Owns the rule: as much as the line brings and the phone writes in half a second, so that a priming is a few large
//! pages where both are quick, and its progress is seen to move where they are not. Pure, and nothing of it is stored:
//! after a failure the next pull begins with a small page. Must never ask for less than that: what is slow has its
//! patience ([`crate::pass::patience`]).

/// So long a page may take, in milliseconds.
const PAGE_MS: u64 = 500;

/// The first page, and the least that is asked for, in bytes: 14 seconds of the slowest line, packed.
const LEAST_BYTES: u64 = 224 * 1024;

/// More than this no server sends, in bytes.
const MOST_BYTES: u64 = 4 * 1024 * 1024;

/// So much larger than the one before a page may be at most: one small page says little about a line.
const GROWTH: u64 = 16;

/// How fast pages come and are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pace {
    fetched: Option<u64>,
    written: Option<u64>,
    last: u64,
}

/// The bytes of [`PAGE_MS`], at the pace of so many bytes in so many milliseconds.
fn in_a_page(bytes: u64, ms: i64) -> u64 {
    let ms = u64::try_from(ms).unwrap_or_default().max(1);
    bytes.saturating_mul(PAGE_MS) / ms
}

impl Pace {
    /// A page of so many bytes was there so many milliseconds after it was asked for.
    pub(super) fn fetched(&mut self, bytes: u64, ms: i64) {
        self.fetched = Some(in_a_page(bytes, ms));
        self.last = bytes;
    }

    /// A page of so many bytes was written in so many milliseconds.
    pub(super) fn written(&mut self, bytes: u64, ms: i64) {
        self.written = Some(in_a_page(bytes, ms));
    }

    /// How many bytes to ask for.
    pub(super) fn ask(self) -> u64 {
        let line = self.fetched.unwrap_or_default();
        let both = self.written.map_or(line, |phone| phone.min(line));
        let most = MOST_BYTES.min(self.last.saturating_mul(GROWTH));
        both.min(most).max(LEAST_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    /// The pace after these pages: bytes, milliseconds until it was there, and to write it.
    fn asked(pages: &[(u64, i64, Option<i64>)]) -> u64 {
        let mut pace = Pace::default();
        for (bytes, fetched, written) in pages {
            pace.fetched(*bytes, *fetched);
            if let Some(ms) = written {
                pace.written(*bytes, *ms);
            }
        }
        pace.ask()
    }

    #[test]
    fn a_page_is_what_comes_and_is_written_in_half_a_second() {
        let page = 200 * KIB;
        for (pages, ask) in [
            // Nothing is known yet.
            (&[][..], LEAST_BYTES),
            (&[(page, 100, None)], 1_000 * KIB),
            // The slower of the two counts, and the newest page.
            (&[(page, 50, Some(200))], 500 * KIB),
            (&[(page, 200, Some(50))], 500 * KIB),
            (&[(page, 10, Some(10)), (page, 250, Some(50))], 400 * KIB),
            // A slow line, or a slow phone, gets no less than the first page.
            (&[(page, 14_000, None)], LEAST_BYTES),
            (&[(page, 10, Some(2_000))], LEAST_BYTES),
            // No more than there may be, and no leap from a page that says little.
            (&[(page, 0, None)], page * GROWTH),
            (&[(MOST_BYTES, 1, Some(1))], MOST_BYTES),
            (&[(40 * KIB, 1, Some(1))], 640 * KIB),
            (&[(KIB, 1, Some(1))], LEAST_BYTES),
            // A clock that went back says nothing.
            (&[(page, -5, Some(-5))], page * GROWTH),
            (&[(u64::MAX, 1, None)], MOST_BYTES),
        ] {
            assert_eq!(asked(pages), ask, "{pages:?}");
        }
    }
}
