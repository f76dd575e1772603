//! The jobs that a shared photo may go to.
//!
//! Owns their order and the filter. Pure: the day is an argument.

use crate::shared::job_rows::JobRow;
use crate::shared::names::numbered;
use afield_domain::JobId;
use afield_domain::order::Order;
use afield_domain::search::normalize;
use afield_domain::time::Day;

/// Jobs shown at once; typing finds the others.
const SHOWN: usize = 12;

/// A job to choose.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobOption {
    /// The job that the photos would go to.
    pub id: JobId,
    /// Number and title.
    pub name: String,
    /// For whom and where, in one line.
    pub place: String,
}

/// The jobs that `query` asks for, today's first, then the nearest days.
#[must_use]
pub fn job_options(rows: &[JobRow], today: Day, query: &str) -> Vec<JobOption> {
    let query = normalize(query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<&JobRow> = rows
        .iter()
        .filter(|row| {
            let text = [&row.number, &row.title, &row.customer, &row.address];
            let text = normalize(&text.map(String::as_str).join(" "));
            words.iter().all(|word| text.contains(word))
        })
        .collect();
    found.order_by_key(|row| {
        let away = row.day.days_since(today);
        (away.abs(), !row.status.is_open(), row.starts)
    });
    found
        .into_iter()
        .take(SHOWN)
        .map(|row| JobOption {
            id: row.id,
            name: numbered(&row.number, &row.title),
            place: [row.customer.as_str(), row.address.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, projection};
    use crate::shared::job_rows::job_rows;
    use afield_domain::Zone;

    #[test]
    fn the_nearest_jobs_come_first_and_words_narrow_them() {
        let zone = Zone::utc();
        let rows = job_rows(&projection(), &[], &zone);
        let today = zone.day(NOON);
        let all = job_options(&rows, today, "");
        assert_eq!(all.len(), rows.len().min(SHOWN));
        let first = rows.iter().find(|row| row.id == all[0].id).unwrap();
        assert_eq!(first.day, today);
        let one = job_options(&rows, today, &format!("  {} ", first.number.to_uppercase()));
        assert!(one.iter().any(|choice| choice.id == first.id));
        assert!(job_options(&rows, today, "no such job").is_empty());
    }
}
