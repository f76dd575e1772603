//! Words that are alike.
//!
//! Owns how many letters may be wrong, and the count. The vocabulary is looked through from end to
//! end: a mask of the letters in each word leaves few to be compared, and that beat every cleverer
//! structure in memory and code at the sizes that a phone holds.

use super::Grade;

/// How many letters of a word may be wrong.
pub(super) fn allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Which letters a word has, a bit each; letters of other scripts share the bits.
pub(super) fn mask(word: &str) -> u32 {
    word.chars()
        .fold(0, |mask, c| mask | 1 << (u32::from(c) & 31))
}

/// How far the sought word is from the words of the vocabulary.
#[derive(Debug)]
pub(super) struct Typos {
    sought: Vec<char>,
    mask: u32,
    allowed: usize,
    // The rows of the table: two letters ago, one letter ago, now.
    rows: [Vec<usize>; 3],
}

/// What was counted: letters wrong in the whole word, and in its best beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Distance {
    pub(super) whole: Option<usize>,
    pub(super) start: Option<usize>,
}

const NONE: Distance = Distance {
    whole: None,
    start: None,
};

impl Typos {
    /// The words like `sought`; none if it is too short to be misspelt.
    pub(super) fn of(sought: &str) -> Option<Self> {
        let mask = mask(sought);
        let sought: Vec<char> = sought.chars().collect();
        let allowed = allowed(sought.len());
        (allowed > 0).then(|| Self {
            rows: [0; 3].map(|_| vec![0; sought.len() + 1]),
            sought,
            mask,
            allowed,
        })
    }

    /// Whether a word with these letters can be near enough: each wrong letter explains one that
    /// is missing.
    pub(super) fn may_match(&self, mask: u32) -> bool {
        (self.mask & !mask).count_ones() as usize <= self.allowed
    }

    /// How far `word` is: letters wrong, missing, too many, or swapped with the next.
    pub(super) fn distance(&mut self, word: &str) -> Distance {
        let length = self.sought.len();
        if word.len() + self.allowed < length {
            return NONE;
        }
        for (index, cell) in self.rows[1].iter_mut().enumerate() {
            *cell = index;
        }
        let mut start = length;
        let mut letters = 0;
        let mut before = None;
        let mut is_cut = false;
        for c in word.chars() {
            letters += 1;
            if letters > length + self.allowed {
                is_cut = true;
                break;
            }
            let least = self.add_row(letters, c, before);
            self.rows.rotate_left(1);
            let whole = self.rows[1].last().copied().unwrap_or(length);
            start = start.min(whole);
            before = Some(c);
            if least > self.allowed {
                is_cut = true;
                break;
            }
        }
        let whole = self.rows[1].last().copied().unwrap_or(length);
        let near = |count: usize| (count <= self.allowed).then_some(count);
        Distance {
            whole: if is_cut { None } else { near(whole) },
            start: near(start),
        }
    }

    /// How well `word` matches, if it is near enough. `is_start`: its beginning will do, from five
    /// letters on; a beginning of four with one wrong would match half of any vocabulary.
    pub(super) fn grade(&mut self, word: &str, is_start: bool) -> Option<Grade> {
        let distance = self.distance(word);
        let start = distance
            .start
            .filter(|wrong| is_start && allowed(self.sought.len() - 1) >= *wrong);
        match (distance.whole, start) {
            (Some(_), _) => Some(Grade::Similar),
            (None, Some(_)) => Some(Grade::SimilarStart),
            (None, None) => None,
        }
    }

    /// Fills the row of `c`, the `letters`th of the word; the least of it.
    fn add_row(&mut self, letters: usize, c: char, before: Option<char>) -> usize {
        let [two_ago, one_ago, now] = &mut self.rows;
        let mut left = letters;
        let mut least = letters;
        let mut diagonal = one_ago.first().copied().unwrap_or_default();
        let mut sought_before = None;
        if let Some(first) = now.first_mut() {
            *first = letters;
        }
        let cells = now.iter_mut().zip(one_ago.iter()).skip(1);
        // Two swapped letters look back two rows and two columns: one less than `zip` stands at.
        let swaps = [None].into_iter().chain(two_ago.iter().copied().map(Some));
        for (((cell, above), sought), swap) in cells.zip(&self.sought).zip(swaps) {
            let mut best = (left + 1)
                .min(above + 1)
                .min(diagonal + usize::from(*sought != c));
            if let Some(swap) = swap
                && before == Some(*sought)
                && sought_before == Some(c)
            {
                best = best.min(swap + 1);
            }
            *cell = best;
            least = least.min(best);
            (left, diagonal, sought_before) = (best, *above, Some(*sought));
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(sought: &str, word: &str, whole: Option<usize>, start: Option<usize>) {
        let found = Typos::of(sought).unwrap().distance(word);
        assert_eq!(found, Distance { whole, start }, "{sought} in {word}");
        if found != NONE {
            assert!(Typos::of(sought).unwrap().may_match(mask(word)));
        }
    }

    #[test]
    fn letters_wrong_missing_added_or_swapped_count_one_each() {
        check("berg", "berg", Some(0), Some(0));
        check("berg", "brg", Some(1), Some(1));
        check("berg", "bergg", Some(1), Some(0));
        check("berg", "burg", Some(1), Some(1));
        check("berg", "ebrg", Some(1), Some(1));
        check("berg", "begr", Some(1), Some(1));
        check("berg", "brug", None, None);
        check("berg", "bergstrasse", None, Some(0));
        check("begr", "bergstrasse", None, Some(1));
        check("heizungg", "heizung", Some(1), Some(1));
        check("hiezugnsanlage", "heizungsanlage", Some(2), Some(2));
        check("hiezugn", "heizungsanlage", None, None);
        check("xyzt", "", None, None);
    }

    #[test]
    fn short_words_are_never_misspelt() {
        assert!(Typos::of("abc").is_none());
        assert!(Typos::of("abcd").is_some());
    }

    /// The same by the book: the whole table.
    fn plain(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let mut best = (table[i - 1][j] + 1)
                            .min(table[i][j - 1] + 1)
                            .min(table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                            best = best.min(table[i - 2][j - 2] + 1);
                        }
                        best
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_count_is_the_one_by_the_book(sought in "[abc]{4,10}", word in "[abc]{0,12}") {
            let (a, b): (Vec<char>, Vec<char>) = (sought.chars().collect(), word.chars().collect());
            let near = |count: usize| (count <= allowed(a.len())).then_some(count);
            let start = (0..=b.len()).map(|end| plain(&a, &b[..end])).min().unwrap();
            let mut typos = Typos::of(&sought).unwrap();
            let expected = Distance { whole: near(plain(&a, &b)), start: near(start) };
            prop_assert_eq!(typos.distance(&word), expected);
            // What was counted before leaves nothing behind.
            prop_assert_eq!(typos.distance(&word), expected);
            if expected != NONE {
                prop_assert!(typos.may_match(mask(&word)));
            }
        }
    }
}
