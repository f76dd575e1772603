//! The search as a whole: what is found, in which order, and what never changes.

use super::{Field, Hit, Query, SearchIndex, normalize};
use proptest::prelude::*;

const DOCUMENTS: &[(u32, &[(Field, &str)])] = &[
    (
        1,
        &[
            (Field::Number, "J-1042"),
            (Field::Title, "Heizung tropft"),
            (Field::Customer, "Müller & Söhne"),
            (Field::Address, "Mühlgasse 4, Bruck"),
            (Field::Code, "AB-12/77x"),
        ],
    ),
    (
        2,
        &[
            (Field::Number, "J-1043"),
            (Field::Title, "Boiler service"),
            (Field::Customer, "Ada Berg"),
            (Field::Address, "Bergstraße 41, 8010 Graz"),
            (
                Field::Note,
                "Heizungsanlage im Keller, Schlüssel bei Müller",
            ),
        ],
    ),
    (
        3,
        &[
            (Field::Number, "J-2000"),
            (Field::Title, "Muller valve"),
            (Field::Customer, "O'Brien"),
            (Field::Code, "AB 12 99"),
        ],
    ),
];

fn index() -> SearchIndex<u32> {
    let mut index = SearchIndex::default();
    for (key, texts) in DOCUMENTS {
        index.insert(*key, texts.iter().copied());
    }
    index
}

fn find(index: &SearchIndex<u32>, query: &str) -> Vec<Hit<u32>> {
    index.find(&Query::new(query), i64::from)
}

fn keys(index: &SearchIndex<u32>, query: &str) -> Vec<u32> {
    find(index, query).into_iter().map(|hit| hit.key).collect()
}

#[test]
fn every_word_must_match_and_the_best_comes_first() {
    let index = index();
    for (query, expected) in [
        ("", &[][..]),
        ("j-1042", &[1]),
        ("1042", &[1]),
        ("J-104", &[1, 2]),
        ("j", &[1, 2, 3]),
        // Title, customer, note.
        ("müller", &[3, 1, 2]),
        ("MULLER heizung", &[1, 2]),
        ("berg", &[2]),
        ("bergstrasse", &[2]),
        ("bergstraße graz", &[2]),
        // A whole word before a beginning.
        ("heizung", &[1, 2]),
        ("ab12", &[1, 3]),
        ("ab-12", &[1, 3]),
        ("12/77", &[1]),
        ("ab 12 77", &[1]),
        ("77x", &[1]),
        ("AB-12/99", &[3]),
        ("obrien", &[3]),
        ("o'brien", &[3]),
        ("brien", &[3]),
        // One word that nobody has.
        ("heizung xyz", &[]),
        // A beginning only while it is the last word.
        ("heizungs", &[2, 1]),
        ("bru", &[1]),
        ("bru heizung", &[]),
        // Typing errors.
        ("hiezung", &[1, 2]),
        ("heizun", &[1, 2]),
        ("schlusel", &[2]),
        ("boixer servixe", &[2]),
        // Another number is not a typing error.
        ("j-1044", &[]),
        ("8011", &[]),
    ] {
        assert_eq!(keys(&index, query), expected, "{query:?}");
    }
}

#[test]
fn what_is_only_similar_says_so() {
    let index = index();
    let similar = |query: &str| -> Vec<bool> {
        let hits = find(&index, query);
        hits.iter().map(|hit| hit.is_similar).collect()
    };
    assert_eq!(similar("heizung"), [false, false]);
    assert_eq!(similar("heizungs"), [false, true]);
    assert_eq!(similar("heizungg"), [true, true]);
}

#[test]
fn equally_good_ones_keep_the_caller_s_order() {
    let mut index = SearchIndex::default();
    for key in 0..5_u32 {
        index.insert(key, [(Field::Title, "Boiler")]);
    }
    let hits = index.find(&Query::new("boiler"), |key| -i64::from(key));
    let keys: Vec<u32> = hits.iter().map(|hit| hit.key).collect();
    assert_eq!(keys, [4, 3, 2, 1, 0]);
}

#[test]
fn a_document_is_replaced_and_taken_out_by_itself() {
    let mut index = index();
    index.insert(1, [(Field::Title, "Lift")]);
    assert_eq!(keys(&index, "heizung"), [2]);
    assert_eq!(keys(&index, "lift"), [1]);
    index.remove(2);
    index.remove(2);
    assert_eq!(keys(&index, "heizung"), [0; 0]);
    assert_eq!((index.len(), index.is_empty()), (2, false));
    assert_eq!(index.keys().collect::<Vec<_>>(), [1, 3]);
    index.insert(7, [(Field::Title, "Heizung"), (Field::Note, "Heizung")]);
    assert_eq!(keys(&index, "heizung"), [7]);
}

/// Words as people and plates have them.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z]{1,10}",
        "[a-zäöüßéłşğ]{2,10}",
        "[A-Z]{1,2}-[0-9]{1,3}/[0-9]{2}x?",
        "[0-9]{1,5}",
    ]
}

fn texts() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(prop::collection::vec(word(), 1..8), 1..12)
}

fn index_of(texts: &[Vec<String>]) -> SearchIndex<u32> {
    let mut index = SearchIndex::default();
    for (key, words) in (0..).zip(texts) {
        let text = words.join(" ");
        index.insert(key, [(Field::Text, text.as_str())]);
    }
    index
}

/// `word` with the letter at `at` dropped, replaced, doubled or swapped with the next.
fn misspelt(word: &str, at: usize, how: usize) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = at % letters.len();
    match how {
        0 => drop(letters.remove(at)),
        1 => letters[at] = 'q',
        2 => letters.insert(at, letters[at]),
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => {}
    }
    letters.into_iter().collect()
}

proptest! {
    #[test]
    fn a_document_is_found_by_each_beginning_of_each_of_its_words(texts in texts()) {
        let index = index_of(&texts);
        for (key, words) in (0..).zip(&texts) {
            for word in words {
                for (end, _) in word.char_indices().skip(1).chain([(word.len(), ' ')]) {
                    let start = word.get(..end).unwrap();
                    prop_assert!(keys(&index, start).contains(&key), "{} of {}", start, word);
                }
            }
            prop_assert!(keys(&index, &words.join(" ")).contains(&key));
        }
    }

    #[test]
    fn case_and_accents_change_nothing(texts in texts(), query in word()) {
        let index = index_of(&texts);
        let plain = find(&index, &query);
        prop_assert_eq!(&find(&index, &query.to_lowercase()), &plain);
        prop_assert_eq!(&find(&index, &query.to_uppercase()), &plain);
        prop_assert_eq!(&find(&index, &normalize(&query)), &plain);
    }

    #[test]
    fn a_word_is_found_with_one_letter_wrong(
        texts in texts(), at in 0..10_usize, how in 0..4_usize,
    ) {
        let index = index_of(&texts);
        for (key, words) in (0..).zip(&texts) {
            for word in words.iter().map(|word| normalize(word)) {
                let wrong = misspelt(&word, at, how);
                let is_letters = word.chars().all(char::is_alphabetic);
                if is_letters && wrong.chars().count() >= 4 {
                    prop_assert!(keys(&index, &wrong).contains(&key), "{} for {}", wrong, word);
                }
            }
        }
    }

    #[test]
    fn whatever_was_replaced_or_taken_out_the_rest_is_as_if_built_anew(
        texts in texts(), others in texts(), gone in 0..12_u32, query in word(),
    ) {
        let mut index = index_of(&texts);
        for (key, words) in (0..).zip(&others) {
            let text = words.join(" ");
            index.insert(key, [(Field::Text, text.as_str())]);
        }
        index.remove(gone);
        let mut fresh = SearchIndex::default();
        let left = texts.iter().skip(others.len());
        for (key, words) in (0..).zip(others.iter().chain(left)).filter(|(key, _)| *key != gone) {
            let text = words.join(" ");
            fresh.insert(key, [(Field::Text, text.as_str())]);
        }
        prop_assert_eq!(find(&index, &query), find(&fresh, &query));
    }
}
