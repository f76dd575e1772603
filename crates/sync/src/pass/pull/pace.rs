//! How large a page is asked for.
//!
//! Owns the rule: as much as the line brings and the phone writes in half a second, so that a priming is a few large
//! pages where both are quick, and its progress is seen to move where they are not. Pure, and nothing of it is stored:
//! after a failure the next pull begins with a page of the size that the server likes. Must never ask for less than
//! that: what is slow has its patience ([`crate::pass::patience`]).

/// So long a page may take, in milliseconds.
const PAGE_MS: u64 = 500;

/// A page of a server that is not asked for a size holds about this much, in bytes: less is not asked for.
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

    /// How many bytes to ask for; none for as many as the server likes.
    pub(super) fn ask(self) -> Option<u64> {
        let line = self.fetched?;
        let both = self.written.map_or(line, |phone| phone.min(line));
        let most = MOST_BYTES.min(self.last.saturating_mul(GROWTH));
        Some(both.min(most)).filter(|bytes| *bytes > LEAST_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    /// The pace after these pages: bytes, milliseconds until it was there, and to write it.
    fn asked(pages: &[(u64, i64, Option<i64>)]) -> Option<u64> {
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
            // Nothing is known yet: the server's own size.
            (&[][..], None),
            (&[(page, 100, None)], Some(1_000 * KIB)),
            // The slower of the two counts, and the newest page.
            (&[(page, 50, Some(200))], Some(500 * KIB)),
            (&[(page, 200, Some(50))], Some(500 * KIB)),
            (
                &[(page, 10, Some(10)), (page, 250, Some(50))],
                Some(400 * KIB),
            ),
            // A slow line, or a slow phone, gets no less than the server sends by itself.
            (&[(page, 14_000, None)], None),
            (&[(page, 10, Some(2_000))], None),
            // No more than there may be, and no leap from a page that says little.
            (&[(page, 0, None)], Some(page * GROWTH)),
            (&[(MOST_BYTES, 1, Some(1))], Some(MOST_BYTES)),
            (&[(40 * KIB, 1, Some(1))], Some(640 * KIB)),
            (&[(KIB, 1, Some(1))], None),
            // A clock that went back says nothing.
            (&[(page, -5, Some(-5))], Some(page * GROWTH)),
            (&[(u64::MAX, 1, None)], Some(MOST_BYTES)),
        ] {
            assert_eq!(asked(pages), ask, "{pages:?}");
        }
    }
}
