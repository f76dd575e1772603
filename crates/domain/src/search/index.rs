//! The index: which words stand in which documents.
//!
//! Owns the vocabulary and what is found. A document is put in, replaced and taken out by itself;
//! nothing is ever rebuilt. There is no order among the words: a search looks at all of them, and a
//! mask of the letters in each leaves few to be compared. That is faster than the search needs to be,
//! and an order would be most of the work of putting a document in.

use super::Grade;
use super::query::{Query, QueryWord};
use super::tokens::Cutter;
use super::typo::mask;
use crate::order::Order;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// What a text of a document is; the first counts most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What people call the document, such as `J-1042`.
    Number,
    /// Its title.
    Title,
    /// A serial number or a code on a plate.
    Code,
    /// For whom.
    Customer,
    /// Where.
    Address,
    /// What it is about: the name of a thing, a model.
    Asset,
    /// The details.
    Text,
    /// What somebody wrote on it.
    Note,
}

impl Field {
    const ALL: [Self; 8] = [
        Self::Number,
        Self::Title,
        Self::Code,
        Self::Customer,
        Self::Address,
        Self::Asset,
        Self::Text,
        Self::Note,
    ];

    /// Whether spaces do not part its words.
    pub(super) fn is_one(self) -> bool {
        matches!(self, Self::Number | Self::Code)
    }

    fn weight(self) -> u8 {
        7 - self as u8
    }
}

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<K> {
    /// Which document.
    pub key: K,
    /// How well it matches; more is better.
    pub score: u32,
    /// Whether a word only matches if it is misspelt.
    pub is_similar: bool,
}

/// The words of many documents. A key is small and can be ordered.
#[derive(Debug, Clone)]
pub struct SearchIndex<K> {
    /// Where each word of the vocabulary stands in `words`.
    ids: HashMap<Arc<str>, u32, BuildHasherDefault<WordHasher>>,
    words: Vec<Word>,
    free_words: Vec<u32>,
    slots: BTreeMap<K, u32>,
    documents: Vec<Document<K>>,
    free_slots: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Word {
    text: Arc<str>,
    mask: u32,
    /// Whether it may stand for a misspelt one.
    is_letters: bool,
    places: Vec<Place>,
}

/// A document's slot and the best field that has the word, in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(u32);

impl Place {
    fn new(slot: u32, field: Field) -> Self {
        Self(slot << 3 | u32::from(field as u8))
    }

    fn slot(self) -> u32 {
        self.0 >> 3
    }

    fn field(self) -> Field {
        let field = Field::ALL.get(self.0 as usize & 7);
        field.copied().unwrap_or(Field::Note)
    }
}

#[derive(Debug, Clone)]
struct Document<K> {
    key: Option<K>,
    words: Vec<u32>,
}

impl<K> Default for SearchIndex<K> {
    fn default() -> Self {
        Self {
            ids: HashMap::default(),
            words: Vec::new(),
            free_words: Vec::new(),
            slots: BTreeMap::new(),
            documents: Vec::new(),
            free_slots: Vec::new(),
        }
    }
}

impl<K: Copy + Ord> SearchIndex<K> {
    /// How many documents it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The keys of its documents, in order.
    pub fn keys(&self) -> impl Iterator<Item = K> + '_ {
        self.slots.keys().copied()
    }

    /// Puts in the document `key`, or replaces it. A field may come several times.
    pub fn insert<'a>(&mut self, key: K, texts: impl IntoIterator<Item = (Field, &'a str)>) {
        self.remove(key);
        let mut found: Vec<(u32, Field)> = Vec::new();
        let mut cutter = Cutter::default();
        for (field, text) in texts {
            cutter.chunks(text, field.is_one(), |chunk| {
                for (word, _) in chunk.words() {
                    found.push((self.word(word), field));
                }
            });
        }
        found.order();
        found.dedup_by_key(|(word, _)| *word);
        let slot = self.slot(key);
        for (id, field) in &found {
            if let Some(word) = self.words.get_mut(*id as usize) {
                word.places.push(Place::new(slot, *field));
            }
        }
        if let Some(document) = self.documents.get_mut(slot as usize) {
            document.words = found.into_iter().map(|(id, _)| id).collect();
        }
    }

    /// Takes the document `key` out, if it is there.
    pub fn remove(&mut self, key: K) {
        let Some(slot) = self.slots.remove(&key) else {
            return;
        };
        let Some(document) = self.documents.get_mut(slot as usize) else {
            return;
        };
        document.key = None;
        for id in std::mem::take(&mut document.words) {
            let Some(word) = self.words.get_mut(id as usize) else {
                continue;
            };
            let place = word.places.iter().position(|place| place.slot() == slot);
            if let Some(place) = place {
                word.places.swap_remove(place);
            }
            if word.places.is_empty() {
                self.ids.remove(&word.text);
                self.free_words.push(id);
            }
        }
        self.free_slots.push(slot);
    }

    /// The number of `text` in the vocabulary, which takes it up if it is new.
    fn word(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let text: Arc<str> = text.into();
        let word = Word {
            mask: mask(&text),
            is_letters: !text.bytes().any(|byte| byte.is_ascii_digit()),
            text: Arc::clone(&text),
            places: Vec::new(),
        };
        let id = take_place(&mut self.words, &mut self.free_words, word);
        self.ids.insert(text, id);
        id
    }

    fn slot(&mut self, key: K) -> u32 {
        let document = Document {
            key: Some(key),
            words: Vec::new(),
        };
        let slot = take_place(&mut self.documents, &mut self.free_slots, document);
        self.slots.insert(key, slot);
        slot
    }

    /// The documents that match every word of `query`, the best first; equally good ones in the
    /// order that `order` gives, the least first. None for an empty query.
    pub fn find(&self, query: &Query, order: impl Fn(K) -> i64) -> Vec<Hit<K>> {
        if query.is_empty() {
            return Vec::new();
        }
        let mut totals = vec![Total::default(); self.documents.len()];
        let mut best = vec![0_u8; self.documents.len()];
        for word in &query.words {
            best.fill(0);
            self.rate(word, &mut best);
            for (total, best) in totals.iter_mut().zip(&best) {
                total.add(*best);
            }
        }
        let mut hits: Vec<(Hit<K>, i64)> = self
            .documents
            .iter()
            .zip(totals)
            .filter_map(|(document, total)| {
                let hit = total.hit(document.key?)?;
                Some((hit, order(hit.key)))
            })
            .collect();
        let rank = |(hit, order): &(Hit<K>, i64)| (std::cmp::Reverse(hit.score), *order, hit.key);
        hits.order_by_key(rank);
        hits.into_iter().map(|(hit, _)| hit).collect()
    }

    /// Notes for each document how well its best word matches `sought`; nothing is 0.
    fn rate(&self, sought: &QueryWord, best: &mut [u8]) {
        let letters = mask(&sought.text);
        let mut typos = sought.typos();
        for word in &self.words {
            let has_letters = letters & !word.mask == 0;
            let grade = if has_letters && sought.is_start && word.text.starts_with(&*sought.text) {
                let is_whole = word.text.len() == sought.text.len();
                Some(if is_whole { Grade::Exact } else { Grade::Start })
            } else if has_letters && *word.text == *sought.text {
                Some(Grade::Exact)
            } else {
                typos.as_mut().and_then(|typos| {
                    let may_be = word.is_letters && typos.may_match(word.mask);
                    may_be.then(|| typos.grade(&word.text, sought.is_start))?
                })
            };
            if let Some(grade) = grade {
                word.rate(grade, best);
            }
        }
    }
}

impl Word {
    fn rate(&self, grade: Grade, best: &mut [u8]) {
        for place in &self.places {
            let rate = (grade as u8) << 3 | place.field().weight();
            if let Some(best) = best.get_mut(place.slot() as usize) {
                *best = rate.max(*best);
            }
        }
    }
}

/// What the words of a query made of one document.
#[derive(Debug, Clone, Copy)]
struct Total {
    /// The worst word; 0 as soon as one does not match.
    worst: u8,
    sum: u16,
}

impl Default for Total {
    fn default() -> Self {
        Self {
            worst: u8::MAX,
            sum: 0,
        }
    }
}

impl Total {
    fn add(&mut self, rate: u8) {
        self.worst = self.worst.min(rate);
        self.sum += u16::from(rate);
    }

    /// The hit, if every word matched: the grade of the worst word counts first.
    fn hit<K>(self, key: K) -> Option<Hit<K>> {
        let grade = self.worst >> 3;
        (grade > 0).then(|| Hit {
            key,
            score: u32::from(grade) << 16 | u32::from(self.sum),
            is_similar: grade < Grade::Start as u8,
        })
    }
}

/// FNV-1a. Words are short, and nobody gains from words that collide in their own phone.
#[derive(Debug, Clone, Copy)]
struct WordHasher(u64);

impl Default for WordHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Puts `value` where one was taken away, or at the end; gives its place.
fn take_place<T>(values: &mut Vec<T>, free: &mut Vec<u32>, value: T) -> u32 {
    if let Some(place) = free.pop()
        && let Some(old) = values.get_mut(place as usize)
    {
        *old = value;
        return place;
    }
    values.push(value);
    u32::try_from(values.len() - 1).unwrap_or(u32::MAX)
}
