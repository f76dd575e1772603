//! The list of customers: what was asked for, and what has come of it, page by page.
//!
//! Owns [`Listing`]: which answer still belongs to what is shown. Pure.

use afield_domain::{Customer, Record, Versioned};

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The words that are looked for, and whether it is those that are archived.
    pub asked: (String, bool),
    /// Those that have come, the best match first; none as long as none of what is asked for has.
    pub rows: Option<Vec<Customer>>,
    /// How many more there are.
    pub more: u64,
}

impl Listing {
    /// Asks for something else: what stands there stays until its answer.
    pub fn ask(&mut self, words: String, archived: bool) {
        self.asked = (words, archived);
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
            if let Record::Customer(customer) = row.record
                // Somebody who was renamed meanwhile can be on two pages.
                && !rows.iter().any(|known| known.id == customer.id)
            {
                rows.push(customer);
            }
        }
        self.rows = Some(rows);
        self.more = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{CustomerId, Rev};
    use uuid::Uuid;

    fn page(ids: std::ops::Range<u128>) -> Vec<Versioned> {
        let one = |n| Versioned {
            rev: Rev(1),
            record: Record::Customer(Customer {
                id: CustomerId(Uuid::from_u128(n)),
                name: n.to_string(),
                phone: String::new(),
                email: String::new(),
                organization: None,
                archived: false,
            }),
        };
        ids.map(one).collect()
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
}
