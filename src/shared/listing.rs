//! A list of records: what was asked for, and what has come of it, page by page.
//!
//! Owns [`Listing`]: which answer still belongs to what is shown. Pure.

use afield_domain::Versioned;

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// The words that are looked for, and whether it is those that are archived.
    pub asked: (String, bool),
    /// Those that have come, the best match first; none as long as none of what is asked for has.
    pub rows: Option<Vec<Versioned>>,
    /// How many more there are.
    pub more: u64,
    /// What was saved here since this was asked for: an answer may be from before that.
    saved: Vec<Versioned>,
}

impl Listing {
    /// Asks for something else: what stands there stays until its answer.
    pub fn ask(&mut self, words: String, archived: bool) {
        self.asked = (words, archived);
        self.saved.clear();
    }

    /// How many of what is asked for are here.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.as_ref().map_or(0, Vec::len)
    }

    /// Takes the answer to `asked` after `skip` rows. Of what is not asked for any more nothing is taken, nor a page
    /// that does not follow what is here.
    pub fn take(&mut self, asked: &(String, bool), skip: usize, found: Vec<Versioned>, more: u64) {
        let is_next = skip == 0 || skip == self.count();
        if self.asked != *asked || !is_next {
            return;
        }
        let mut rows = self.rows.take().filter(|_| skip > 0).unwrap_or_default();
        for row in found {
            // One that was renamed meanwhile can be on two pages.
            if !rows
                .iter()
                .any(|known| known.record.key() == row.record.key())
            {
                rows.push(row);
            }
        }
        self.rows = Some(rows);
        self.more = more;
        for saved in self.saved.clone() {
            self.place(saved);
        }
    }

    /// Puts a record that was made or changed here: in its place, at the top, or out of a list that it is not of.
    pub fn put(&mut self, saved: Versioned) {
        self.saved
            .retain(|other| other.record.key() != saved.record.key());
        self.saved.push(saved.clone());
        self.place(saved);
    }

    fn place(&mut self, saved: Versioned) {
        let is_of_list = saved.record.archived().unwrap_or_default() == self.asked.1;
        let rows = self.rows.get_or_insert_default();
        let place = rows
            .iter()
            .position(|row| row.record.key() == saved.record.key());
        let is_old = |row: &Versioned| row.rev > saved.rev;
        if place.and_then(|place| rows.get(place)).is_some_and(is_old) {
            return;
        }
        match (place, is_of_list) {
            (Some(place), true) => drop(rows.get_mut(place).map(|row| *row = saved)),
            (Some(place), false) => drop(rows.remove(place)),
            (None, true) => rows.insert(0, saved),
            (None, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{Customer, CustomerId, Record, Rev};
    use uuid::Uuid;

    fn one(n: u128, archived: bool) -> Versioned {
        Versioned {
            rev: Rev(1),
            record: Record::Customer(Customer {
                id: CustomerId(Uuid::from_u128(n)),
                name: n.to_string(),
                phone: String::new(),
                email: String::new(),
                organization: None,
                archived,
            }),
        }
    }

    fn page(ids: std::ops::Range<u128>) -> Vec<Versioned> {
        ids.map(|n| one(n, false)).collect()
    }

    #[test]
    fn pages_follow_each_other_and_an_answer_that_comes_late_is_not_taken() {
        let mut list = Listing::default();
        let all = (String::new(), false);
        list.take(&all, 0, page(0..20), 5);
        assert_eq!((list.count(), list.more), (20, 5));
        // The same page again, and one that is too far.
        list.take(&all, 40, page(40..41), 0);
        assert_eq!((list.count(), list.more), (20, 5));
        list.take(&all, 20, page(19..25), 0);
        assert_eq!((list.count(), list.more), (25, 0));
        list.ask("han".into(), false);
        assert_eq!(list.count(), 25, "what stands there stays");
        list.take(&all, 0, page(0..20), 5);
        assert_eq!(list.count(), 25, "nobody asks for that any more");
        list.take(&("han".into(), true), 0, page(0..1), 0);
        assert_eq!(list.count(), 25);
        list.take(&("han".into(), false), 0, Vec::new(), 0);
        assert_eq!(list.rows, Some(Vec::new()));
    }

    #[test]
    fn an_answer_from_before_something_was_saved_takes_nothing_of_that_away() {
        let all = (String::new(), false);
        let mut list = Listing::default();
        let changed = Versioned {
            rev: Rev(2),
            ..one(1, false)
        };
        list.put(one(7, false));
        list.put(changed.clone());
        let gone = Versioned {
            rev: Rev(2),
            ..one(2, true)
        };
        list.put(gone);
        list.take(&all, 0, page(0..3), 0);
        let shown = list.rows.clone().unwrap();
        assert_eq!(shown, [one(7, false), one(0, false), changed]);
        // By then somebody else has changed it again.
        let later = Versioned {
            rev: Rev(3),
            ..one(1, false)
        };
        list.take(&all, 0, vec![later.clone()], 0);
        assert_eq!(list.rows.clone().unwrap(), [one(7, false), later]);
        list.ask("han".into(), false);
        list.take(&("han".into(), false), 0, page(0..1), 0);
        assert_eq!(list.rows, Some(page(0..1)), "something else was asked for");
    }

    #[test]
    fn what_was_saved_stands_where_it_belongs() {
        let mut list = Listing::default();
        list.take(&(String::new(), false), 0, page(0..3), 0);
        list.put(one(7, false));
        assert_eq!(
            (list.count(), &list.rows.clone().unwrap()[0]),
            (4, &one(7, false))
        );
        let changed = Versioned {
            rev: Rev(2),
            ..one(1, false)
        };
        list.put(changed.clone());
        assert_eq!(
            (list.count(), &list.rows.clone().unwrap()[2]),
            (4, &changed)
        );
        list.put(Versioned {
            rev: Rev(3),
            ..one(1, true)
        });
        assert_eq!(list.count(), 3, "archived: not in this list any more");
        list.put(one(9, true));
        assert_eq!(list.count(), 3);
    }
}
