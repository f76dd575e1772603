//! What a search found, as rows: the job with what matches in it.
//!
//! Owns why a row is there. Pure: the texts of a job are an argument.

use super::filter::Sort;
use crate::shared::job_rows::JobRow;
use afield_domain::order::Order;
use afield_domain::search::{Field, Hit, Marked, Query, excerpt};
use afield_domain::{JobId, Timestamp};

// What fits two lines of a phone.
const EXCERPT: usize = 90;

/// A job that was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResultRow {
    /// The job, as in any other list.
    pub row: JobRow,
    /// Its number, title, address and customer, with what matches.
    pub number: Marked,
    /// See `number`.
    pub title: Marked,
    /// See `number`.
    pub address: Marked,
    /// See `number`.
    pub customer: Marked,
    /// What matches besides and would not be seen: which text, and the piece of it.
    pub why: Vec<(Field, Marked)>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchResults {
    /// What has every word.
    pub exact: Vec<ResultRow>,
    /// What has a word like one of them.
    pub similar: Vec<ResultRow>,
    /// How many there are of the first kind, drawn or not.
    pub exact_count: usize,
    /// How many there are of the second kind, drawn or not.
    pub similar_count: usize,
}

impl SearchResults {
    /// How many are not drawn.
    #[must_use]
    pub fn left(&self) -> usize {
        self.exact_count + self.similar_count - self.exact.len() - self.similar.len()
    }
}

/// The order among equally good ones: what is nearest to `now` first.
#[must_use]
pub fn nearness(row: &JobRow, now: Timestamp) -> i64 {
    row.starts.since(now).saturating_abs()
}

/// The first `limit` of the hits. `row` gives the row of a job that the other filters let through,
/// `texts` the texts of a job.
#[must_use]
pub fn search_results<'a>(
    query: &Query,
    hits: &[Hit<JobId>],
    sort: Sort,
    limit: usize,
    row: impl Fn(JobId) -> Option<&'a JobRow>,
    texts: impl Fn(JobId) -> Vec<(Field, String)>,
) -> SearchResults {
    let of = |is_similar: bool| {
        let hits = hits.iter().filter(|hit| hit.is_similar == is_similar);
        let mut rows: Vec<&JobRow> = hits.filter_map(|hit| row(hit.key)).collect();
        if sort == Sort::Time {
            rows.order_by_key(|row| row.starts);
        }
        rows
    };
    let (exact, similar) = (of(false), of(true));
    let draw = |rows: &[&JobRow], limit: usize, is_similar| {
        let rows = rows.iter().take(limit);
        rows.map(|row| result_row(query, row, texts(row.id), is_similar))
            .collect()
    };
    SearchResults {
        exact: draw(&exact, limit, false),
        similar: draw(&similar, limit.saturating_sub(exact.len()), true),
        exact_count: exact.len(),
        similar_count: similar.len(),
    }
}

fn result_row(
    query: &Query,
    row: &JobRow,
    texts: Vec<(Field, String)>,
    is_similar: bool,
) -> ResultRow {
    let mark = |field, text: &str| query.mark(field, text, is_similar);
    let number = mark(Field::Number, &row.number);
    let title = mark(Field::Title, &row.title);
    let address = mark(Field::Address, &row.address);
    let customer = mark(Field::Customer, &row.customer);
    let seen = number.words | title.words | address.words | customer.words;
    let mut missing = query.all_words() & !seen;
    let mut why = Vec::new();
    for (field, text) in texts {
        if missing == 0 {
            break;
        }
        let marked = mark(field, &text);
        if marked.words & missing != 0 {
            missing &= !marked.words;
            why.push((field, excerpt(&marked, EXCERPT)));
        }
    }
    ResultRow {
        row: row.clone(),
        number,
        title,
        address,
        customer,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::job_list::search_index::JobIndex;
    use crate::samples::{NOON, job, projection};
    use crate::shared::job_rows::job_rows;
    use afield_domain::Zone;

    fn search(text: &str, sort: Sort, limit: usize) -> SearchResults {
        let projection = projection();
        let mut index = JobIndex::default();
        index.begin(&projection);
        while index.step(&projection, 10) {}
        let rows = job_rows(&projection, &[], &Zone::utc());
        let row = |id: JobId| rows.iter().find(|row| row.id == id);
        let query = Query::new(text);
        let near = |id| row(id).map_or(0, |row| nearness(row, NOON));
        let hits = index.find(&query, near);
        let texts = |id| index.texts(&projection, id);
        search_results(&query, &hits, sort, limit, row, texts)
    }

    fn shown(marked: &Marked) -> String {
        let piece = |(piece, is_match): &(String, bool)| match is_match {
            true => format!("[{piece}]"),
            false => piece.clone(),
        };
        marked.pieces.iter().map(piece).collect()
    }

    #[test]
    fn a_row_says_why_it_is_there() {
        let found = search("mill valve ber", Sort::Best, 9);
        let row = found.exact.first().unwrap();
        assert_eq!(shown(&row.address), "[Mill] Lane 4, Bruck");
        assert_eq!(shown(&row.customer), "Ada [Ber]g");
        assert_eq!(shown(&row.title), "Boiler");
        let why: Vec<(Field, String)> = row
            .why
            .iter()
            .map(|(field, marked)| (*field, shown(marked)))
            .collect();
        assert_eq!(why, [(Field::Note, "[Valve] ordered".to_owned())]);
        assert_eq!(search("mill", Sort::Best, 9).exact.first().unwrap().why, []);
    }

    #[test]
    fn the_nearest_comes_first_or_the_earliest() {
        let numbers = |sort| -> Vec<String> {
            let found = search("boiler", sort, 9);
            found
                .exact
                .into_iter()
                .map(|found| found.row.number)
                .collect()
        };
        assert_eq!(numbers(Sort::Best), ["J-1", "J-2", "J-0", "J-3"]);
        assert_eq!(numbers(Sort::Time), ["J-0", "J-1", "J-2", "J-3"]);
    }

    #[test]
    fn what_is_only_similar_is_apart_and_the_limit_counts_all() {
        let found = search("boixer", Sort::Best, 3);
        assert_eq!((found.exact_count, found.similar_count), (0, 4));
        assert_eq!((found.similar.len(), found.left()), (3, 1));
        let first = found.similar.first().unwrap();
        assert_eq!(shown(&first.title), "[Boiler]");
        assert_eq!(search("xyz", Sort::Best, 3), SearchResults::default());
        assert_eq!(job(1).number, "J-1");
    }
}
