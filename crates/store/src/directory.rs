//! Which record of a module is on which page.
//!
//! Owns the directory and its bytes: 18 for each record, the id and the page's number, big-endian.
//! Pure. Must never leave the store crate.

use uuid::Uuid;

/// Records that a page holds. The measurement behind it is in docs/adr/0002.
pub const RECORDS_PER_PAGE: usize = 128;

const ID_BYTES: usize = 16;
const ROW_BYTES: usize = ID_BYTES + 2;

/// One module's directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    // In rising order of ids, as in the bytes.
    places: Vec<(Uuid, u16)>,
    counts: Vec<usize>,
    changed: bool,
}

impl Directory {
    /// Reads a directory's bytes; none if they are damaged.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut counts = Vec::new();
        let mut places = Vec::with_capacity(bytes.len() / ROW_BYTES);
        let mut rows = bytes.chunks_exact(ROW_BYTES);
        for row in rows.by_ref() {
            let (id, number) = row.split_first_chunk::<ID_BYTES>()?;
            let number = u16::from_be_bytes(number.try_into().ok()?);
            count(&mut counts, number);
            places.push((Uuid::from_bytes(*id), number));
        }
        let whole = rows.remainder().is_empty() && places.is_sorted_by(|a, b| a.0 < b.0);
        whole.then_some(Self {
            places,
            counts,
            changed: false,
        })
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.places.len() * ROW_BYTES);
        for (id, number) in &self.places {
            bytes.extend_from_slice(id.as_bytes());
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// Whether it differs from what was read.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// The page of a record.
    #[must_use]
    pub fn page_of(&self, id: Uuid) -> Option<u16> {
        let index = self.index(id).ok()?;
        self.places.get(index).map(|(_, number)| *number)
    }

    /// Whether the page has held a record.
    #[must_use]
    pub fn has_page(&self, number: u16) -> bool {
        usize::from(number) < self.counts.len()
    }

    /// The page on which new records go first: one that has become half empty, so that pages do
    /// not stay sparse for ever; else the last one if it has room; else a new one.
    #[must_use]
    pub fn open_page(&self) -> u16 {
        let sparse = self
            .counts
            .iter()
            .enumerate()
            .min_by_key(|(_, count)| **count);
        let sparse = sparse.filter(|(_, count)| **count <= RECORDS_PER_PAGE / 2);
        let last = self.counts.iter().enumerate().next_back();
        let last = last.filter(|(_, count)| **count < RECORDS_PER_PAGE);
        let number = sparse
            .or(last)
            .map_or(self.counts.len(), |(number, _)| number);
        u16::try_from(number).unwrap_or(u16::MAX)
    }

    /// The page of a record that is being stored: where it is, or `open`, which moves on to a new
    /// page when it is full.
    pub fn place(&mut self, id: Uuid, open: &mut u16) -> u16 {
        if let Some(number) = self.page_of(id) {
            return number;
        }
        let full = |count: &usize| *count >= RECORDS_PER_PAGE;
        if self.counts.get(usize::from(*open)).is_some_and(full) {
            // Beyond 65,535 pages (8 million records) the last page takes the rest.
            *open = u16::try_from(self.counts.len()).unwrap_or(u16::MAX);
        }
        self.insert(id, *open);
        *open
    }

    fn index(&self, id: Uuid) -> Result<usize, usize> {
        self.places.binary_search_by_key(&id, |(id, _)| *id)
    }

    fn insert(&mut self, id: Uuid, number: u16) {
        if let Err(index) = self.index(id) {
            count(&mut self.counts, number);
            self.places.insert(index, (id, number));
            self.changed = true;
        }
    }

    /// Takes note of a page that is there, with the records on it.
    pub fn add_page(&mut self, number: u16, ids: impl Iterator<Item = Uuid>) {
        let pages = usize::from(number) + 1;
        if self.counts.len() < pages {
            self.counts.resize(pages, 0);
        }
        for id in ids {
            self.insert(id, number);
        }
        self.changed = true;
    }

    /// Takes a record out.
    pub fn remove(&mut self, id: Uuid) {
        let Ok(index) = self.index(id) else {
            return;
        };
        let (_, number) = self.places.remove(index);
        if let Some(count) = self.counts.get_mut(usize::from(number)) {
            *count = count.saturating_sub(1);
        }
        self.changed = true;
    }
}

fn count(counts: &mut Vec<usize>, number: u16) {
    let index = usize::from(number);
    if counts.len() <= index {
        counts.resize(index + 1, 0);
    }
    if let Some(count) = counts.get_mut(index) {
        *count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(count: u128) -> Directory {
        let mut directory = Directory::default();
        let mut open = directory.open_page();
        for n in 0..count {
            directory.place(Uuid::from_u128(n), &mut open);
        }
        directory
    }

    #[test]
    fn bytes_go_both_ways_and_damage_is_seen() {
        let directory = filled(300);
        let bytes = directory.to_bytes();
        assert_eq!(bytes.len(), 300 * 18);
        let back = Directory::from_bytes(&bytes).unwrap();
        assert_eq!(back.places, directory.places);
        assert_eq!(back.counts, [128, 128, 44]);
        assert!(!back.is_changed());
        assert_eq!(Directory::from_bytes(&bytes[1..]), None);
    }

    #[test]
    fn it_is_made_again_of_what_is_on_its_pages() {
        let directory = filled(300);
        let mut again = Directory::default();
        for number in 0..3 {
            let ids = (0..300).map(Uuid::from_u128);
            again.add_page(
                number,
                ids.filter(|id| directory.page_of(*id) == Some(number)),
            );
        }
        assert_eq!(again.to_bytes(), directory.to_bytes());
        assert_eq!(again.counts, directory.counts);
        // A page of which nothing can be read is there all the same.
        again.add_page(3, std::iter::empty());
        assert!(again.has_page(3) && again.is_changed());
    }

    #[test]
    fn pages_fill_one_after_the_other_and_sparse_ones_fill_again() {
        let mut directory = filled(300);
        assert_eq!(directory.open_page(), 2);
        for n in 0..100 {
            directory.remove(Uuid::from_u128(n));
        }
        assert_eq!(directory.open_page(), 0);
        let full = filled(256);
        assert_eq!((full.open_page(), full.has_page(2)), (2, false));
        assert_eq!(Directory::default().open_page(), 0);
    }
}
