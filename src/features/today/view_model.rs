//! Today's page: the next job, the day as a line, what was left from earlier days.
//!
//! Owns the choice of the next job. Pure: the time and the zone are arguments.

use crate::features::jobs::view_model::JobRow;
use afield_domain::{JobStatus, Module, Timestamp, Zone};
use afield_sync::Priming;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TodayView {
    /// The job to look at first.
    pub next: Option<JobRow>,
    /// The day's jobs, by planned start.
    pub day: Vec<JobRow>,
    /// Of these, finished or cancelled.
    pub closed: usize,
    /// Jobs of earlier days that are still open.
    pub left_over: usize,
    /// Jobs of later days.
    pub later: usize,
}

/// The page for `now`, from every row on the phone (by start).
#[must_use]
pub fn today_view(rows: Vec<JobRow>, zone: &Zone, now: Timestamp) -> TodayView {
    let today = zone.day(now);
    let mut view = TodayView::default();
    for row in rows {
        match zone.day(row.starts).cmp(&today) {
            std::cmp::Ordering::Less => view.left_over += usize::from(row.status.is_open()),
            std::cmp::Ordering::Equal => view.day.push(row),
            std::cmp::Ordering::Greater => view.later += 1,
        }
    }
    view.closed = view.day.iter().filter(|row| !row.status.is_open()).count();
    view.next = next_job(&view.day).cloned();
    view
}

/// The job in hand, else the most advanced one, else the most pressing of the earliest.
fn next_job(day: &[JobRow]) -> Option<&JobRow> {
    let in_hand = |row: &&JobRow| match row.status {
        JobStatus::Started => Some(0),
        JobStatus::EnRoute => Some(1),
        JobStatus::Paused => Some(2),
        JobStatus::Scheduled => Some(3),
        JobStatus::Finished | JobStatus::Cancelled => None,
    };
    day.iter()
        .filter(|row| in_hand(row).is_some())
        .min_by_key(|row| (in_hand(row), row.starts))
}

/// How far priming is, for one module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleProgress {
    /// The module.
    pub module: Module,
    /// Records received.
    pub received: u64,
    /// Records to come in all.
    pub total: u64,
}

/// Progress by module, in the order of priming; empty until the first page came.
#[must_use]
pub fn priming_progress(priming: &Priming) -> Vec<ModuleProgress> {
    let count = |totals: &[afield_protocol::ModuleTotal], module| {
        totals
            .iter()
            .find(|total| total.module == module)
            .map_or(0, |total| total.count)
    };
    Module::ALL
        .into_iter()
        .map(|module| ModuleProgress {
            module,
            received: count(&priming.received, module),
            total: count(&priming.totals, module),
        })
        .filter(|progress| progress.total > 0 || progress.received > 0)
        .collect()
}

/// A number of bytes and its unit: at most one decimal.
#[must_use]
pub fn bytes_text(bytes: u64) -> String {
    // Whole numbers: printing floating-point numbers would cost some kilobytes of code.
    let (unit, size) = match bytes {
        0..1_000_000 => return format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = bytes / (size / 10);
    if tenths < 100 {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", bytes.div_ceil(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::jobs::samples::{NOON, job, projection, status_entry, with_outbox};
    use crate::features::jobs::view_model::job_rows;
    use afield_protocol::ModuleTotal;

    fn view(entries: &[afield_sync::OutboxEntry]) -> TodayView {
        let projection = if entries.is_empty() {
            projection()
        } else {
            with_outbox(entries)
        };
        today_view(
            job_rows(&projection, entries, &Zone::utc()),
            &Zone::utc(),
            NOON,
        )
    }

    #[test]
    fn the_day_is_today_and_the_rest_is_counted() {
        let view = view(&[]);
        assert_eq!(view.day.len(), 2);
        assert_eq!((view.left_over, view.later, view.closed), (1, 1, 0));
        assert_eq!(view.next.unwrap().number, "J-1");
    }

    #[test]
    fn a_job_in_hand_comes_before_an_earlier_one() {
        let started = [status_entry(1, job(2).id, JobStatus::Started)];
        assert_eq!(view(&started).next.unwrap().number, "J-2");
        let finished = [status_entry(1, job(1).id, JobStatus::Finished)];
        assert_eq!(view(&finished).next.unwrap().number, "J-2");
        assert_eq!(view(&finished).closed, 1);
    }

    #[test]
    fn progress_is_by_module_in_the_order_of_priming() {
        let total = |module, count| ModuleTotal { module, count };
        let priming = Priming {
            totals: vec![total(Module::Note, 7), total(Module::Job, 20)],
            received: vec![total(Module::Job, 5)],
            ..Priming::default()
        };
        let progress: Vec<_> = priming_progress(&priming)
            .into_iter()
            .map(|p| (p.module, p.received, p.total))
            .collect();
        assert_eq!(progress, [(Module::Job, 5, 20), (Module::Note, 0, 7)]);
    }

    #[test]
    fn bytes_read_well() {
        assert_eq!(bytes_text(0), "0 kB");
        assert_eq!(bytes_text(1), "1 kB");
        assert_eq!(bytes_text(999_000), "999 kB");
        assert_eq!(bytes_text(1_234_567), "1.2 MB");
        assert_eq!(bytes_text(25_000_000), "25 MB");
        assert_eq!(bytes_text(3_100_000_000), "3.1 GB");
    }
}
