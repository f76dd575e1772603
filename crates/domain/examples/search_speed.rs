//! How long a search takes: ten thousand jobs with customer, address, three serial numbers and
//! notes each. `cargo run --release -p afield-domain --example search_speed`
// It prints, and it needs a clock.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use afield_domain::search::{Field, Query, SearchIndex};
use std::time::{Duration, Instant};

const JOBS: u32 = 10_000;
const ROUNDS: u32 = 50;

/// The same numbers each time, without a crate for it.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.get(self.below(from.len()))
            .copied()
            .unwrap_or_default()
    }

    /// A word that sounds like one; there are about a hundred thousand.
    fn word(&mut self) -> String {
        (0..2 + self.below(2))
            .map(|_| self.pick(SYLLABLES))
            .collect()
    }

    fn sentence(&mut self, words: &[String], count: usize) -> String {
        let word = |_| {
            words
                .get(self.below(words.len()))
                .map_or("", String::as_str)
        };
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }
}

const SYLLABLES: &[&str] = &[
    "hei", "zung", "kel", "ler", "ven", "til", "boi", "pum", "pe", "berg", "mühl", "gas", "se",
    "ro", "hr", "dach", "fen", "ster", "lüf", "ter", "schal", "tung", "wär", "me", "kes", "sel",
    "lei", "ta", "ke", "stro", "mes", "zä", "hler", "au", "to", "mat", "dicht", "ring", "fla",
    "nsch", "öl", "tank", "gar", "ten", "hof", "brun", "nen", "stei",
];

fn texts(dice: &mut Dice, words: &[String], names: &[String], n: u32) -> Vec<(Field, String)> {
    let mut texts = vec![
        (Field::Number, format!("J-{}", 100_000 + n)),
        (Field::Title, dice.sentence(words, 4)),
        (Field::Text, dice.sentence(words, 15)),
        (Field::Customer, dice.sentence(names, 2)),
        (
            Field::Address,
            format!(
                "{} {}, {} Bruck",
                dice.sentence(names, 1),
                dice.below(90),
                8000 + dice.below(900)
            ),
        ),
    ];
    for _ in 0..3 {
        let (a, b, c) = (dice.below(26), dice.below(100), dice.below(1_000_000));
        let letter = char::from(b'A' + u8::try_from(a).unwrap_or_default());
        texts.push((Field::Code, format!("{letter}K-{b:02}/{c:06}x")));
        texts.push((Field::Asset, dice.sentence(words, 2)));
    }
    texts.push((Field::Note, dice.sentence(words, 20)));
    texts
}

fn took(mut work: impl FnMut() -> usize) -> (Duration, usize) {
    let mut found = 0;
    let start = Instant::now();
    for _ in 0..ROUNDS {
        found = work();
    }
    (start.elapsed() / ROUNDS, found)
}

fn main() {
    let mut dice = Dice(7);
    let words: Vec<String> = (0..8_000).map(|_| dice.word()).collect();
    let names: Vec<String> = (0..4_000).map(|_| dice.word()).collect();
    let jobs: Vec<Vec<(Field, String)>> = (0..JOBS)
        .map(|n| texts(&mut dice, &words, &names, n))
        .collect();
    let insert = |index: &mut SearchIndex<u32>, key: u32, texts: &[(Field, String)]| {
        index.insert(
            key,
            texts.iter().map(|(field, text)| (*field, text.as_str())),
        );
    };

    let start = Instant::now();
    let mut index = SearchIndex::default();
    for (key, texts) in (0..).zip(&jobs) {
        insert(&mut index, key, texts);
    }
    println!("{:28} {:>10.1?}  {JOBS} jobs", "build", start.elapsed());

    let first = jobs.first().map_or(&[][..], Vec::as_slice);
    let (time, _) = took(|| {
        insert(&mut index, 0, first);
        1
    });
    println!("{:28} {time:>10.1?}", "replace one");

    for query in [
        "h",
        "he",
        "heizung",
        "hiezung",
        "heizungkellr",
        "J-1042",
        "100042",
        "ak12",
        "12/77",
        "bruck heizung",
        "mühlgasse 4",
        "heizung keller ventil",
        "xyzzyplugh",
    ] {
        let (time, found) = took(|| {
            let query = Query::new(query);
            index.find(&query, i64::from).len()
        });
        println!("{query:28} {time:>10.1?}  {found} found");
    }
}
