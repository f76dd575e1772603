//! Today's page: the next job, the day as a line, what was left from earlier days.
//!
//! Owns the choice of the next job. Pure: the time and the zone are arguments.

use super::timeline::{DayJob, Late, Piece, late, timeline};
use crate::shared::job_rows::{JobRow, property_of, route_of, some_job_rows};
use afield_domain::{
    Acceptance, Job, JobId, JobStatus, Position, Property, Record, RouteId, ServiceTask, TaskId,
    Timestamp, UserId, Zone,
};
use afield_sync::{OutboxEntry, Projection};

const HOUR_MS: i64 = 3_600_000;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TodayView {
    /// The job to look at first.
    pub next: Option<NextJob>,
    /// What the user has started beside it and not paused, of any day: its time runs.
    pub running: Vec<JobRow>,
    /// The day as a line.
    pub pieces: Vec<Piece>,
    /// How many jobs the day has.
    pub count: usize,
    /// Of these, finished or cancelled.
    pub closed: usize,
    /// Jobs of earlier days that are still open.
    pub left_over: usize,
    /// Jobs of later days.
    pub later: usize,
    /// Open jobs that the office waits for an answer to, of any day.
    pub asked: Vec<JobRow>,
    /// The routes that the day's jobs are on.
    pub routes: Vec<RouteLink>,
}

/// The job to look at first.
#[derive(Debug, Clone, PartialEq)]
pub struct NextJob {
    /// The job as a row.
    pub row: JobRow,
    /// What is late about it.
    pub late: Option<Late>,
    /// The way there by road, in metres, if somebody still has to go there and both places are known.
    pub way_m: Option<u32>,
    /// Where it is done, to navigate there.
    pub property: Option<Property>,
    /// The number of the customer; may be empty.
    pub phone: String,
    /// While it is worked at: the first service task whose form is still to be filled in, by its title.
    pub form: Option<(TaskId, String)>,
}

/// A route of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteLink {
    /// The route that the link leads to.
    pub id: RouteId,
    /// What the office calls the route.
    pub name: String,
    /// How many of the day's jobs are on it.
    pub stops: usize,
}

/// The page of `user` for `now`, from all jobs on the phone. `entries` are theirs.
#[must_use]
pub fn today_view(
    projection: &Projection,
    entries: &[OutboxEntry],
    user: UserId,
    zone: &Zone,
    now: Timestamp,
) -> TodayView {
    let today = zone.day(now);
    let (begins, ends) = (zone.start_of(today), zone.start_of(today.plus(1)));
    let mut view = TodayView::default();
    let rows = some_job_rows(projection, entries, zone, &mut |job| {
        let is_open = job.status.is_open();
        view.left_over += usize::from(is_open && job.starts < begins);
        view.later += usize::from(job.starts >= ends);
        let is_running = is_running(job, user);
        (begins..ends).contains(&job.starts)
            || is_running
            || is_open && is_asked(projection, job.id)
    });
    let mut day = Vec::new();
    for row in rows {
        if row.status.is_open() && is_asked(projection, row.id) {
            view.asked.push(row.clone());
        }
        if projection
            .job(row.id)
            .is_some_and(|job| is_running(job, user))
        {
            view.running.push(row.clone());
        }
        if row.day == today {
            day.push(row);
        }
    }
    view.count = day.len();
    view.closed = day.iter().filter(|row| !row.status.is_open()).count();
    let (routes, begin) = routes_of(projection, &day);
    view.routes = routes;
    let next = next_job(&day).cloned();
    if let Some(next) = &next {
        view.running.retain(|row| row.id != next.id);
    }
    let day: Vec<DayJob> = day
        .into_iter()
        .map(|row| day_job(projection, row))
        .collect();
    view.pieces = timeline(&day, begin, now);
    view.next = next.map(|row| NextJob {
        late: day
            .iter()
            .find(|job| job.row.id == row.id)
            .and_then(|job| late(job, now)),
        way_m: way_to(&view.pieces, &row),
        property: property_of(projection, &row),
        phone: phone_of(projection, &row).unwrap_or_default(),
        form: form_of(projection, &row),
        row,
    });
    view
}

fn is_running(job: &Job, user: UserId) -> bool {
    job.status == JobStatus::Started && job.assignee == Some(user)
}

fn is_asked(projection: &Projection, job: JobId) -> bool {
    // An answer goes straight to the office: the server's copy says whether it waits for one.
    match projection
        .base(job.into())
        .map(|versioned| &versioned.record)
    {
        Some(Record::Job(job)) => job.acceptance == Acceptance::Asked,
        _ => false,
    }
}

fn phone_of(projection: &Projection, row: &JobRow) -> Option<String> {
    let customer = projection.job(row.id)?.customer?;
    Some(projection.customer(customer)?.phone.clone())
}

fn form_of(projection: &Projection, row: &JobRow) -> Option<(TaskId, String)> {
    if row.status != JobStatus::Started {
        return None;
    }
    let is_submitted = |id: TaskId| {
        let mut all = projection.submissions_of(row.id);
        all.any(|(submission, _)| submission.task == Some(id))
    };
    let mut first: Option<&ServiceTask> = None;
    for (task, _) in projection.tasks_of(row.id) {
        let is_open = task.template.is_some() && !task.status.is_closed();
        let is_before = first.is_none_or(|first| (task.place, task.id) < (first.place, first.id));
        if is_open && is_before && !is_submitted(task.id) {
            first = Some(task);
        }
    }
    first.map(|task| (task.id, task.title.clone()))
}

fn day_job(projection: &Projection, row: JobRow) -> DayJob {
    let ends = projection.job(row.id).map_or(row.starts, |job| job.ends);
    let property = property_of(projection, &row);
    DayJob {
        position: property.and_then(|property| property.position),
        row,
        ends,
    }
}

/// The routes of the day's jobs, and where the first of them begins.
fn routes_of(projection: &Projection, day: &[JobRow]) -> (Vec<RouteLink>, Option<Position>) {
    let mut links: Vec<RouteLink> = Vec::new();
    let mut begin = None;
    for id in day.iter().filter_map(|row| route_of(projection, row)) {
        if let Some(link) = links.iter_mut().find(|link| link.id == id) {
            link.stops += 1;
        } else if let Some(route) = projection.route(id) {
            begin = begin.or(route.position);
            links.push(RouteLink {
                id,
                name: route.name.clone(),
                stops: 1,
            });
        }
    }
    (links, begin)
}

/// The way right before the job, if somebody still has to go there.
fn way_to(pieces: &[Piece], wanted: &JobRow) -> Option<u32> {
    if !matches!(wanted.status, JobStatus::Scheduled | JobStatus::EnRoute) {
        return None;
    }
    pieces.windows(2).find_map(|pair| match pair {
        [Piece::Way { road_m }, Piece::Job { row, .. }] if row.id == wanted.id => Some(*road_m),
        _ => None,
    })
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

/// For how many milliseconds a picture of the day may be shown: until midnight, and as long as the phone may show what
/// it holds, `hours` after its last contact with the server.
#[must_use]
pub fn picture_ms(until_midnight: i64, since_contact: Option<i64>, hours: u32) -> i64 {
    let until_hidden = match since_contact {
        Some(since) => (i64::from(hours) * HOUR_MS).saturating_sub(since.max(0)),
        None => 0,
    };
    until_midnight.min(until_hidden).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::day_route::{ROUTE, with_route};
    use crate::samples::{NOON, job, projection, signed_in, status_entry, with_outbox};
    use afield_domain::{Module, Rev, Versioned};

    fn me() -> UserId {
        signed_in().user()
    }

    fn view(entries: &[OutboxEntry]) -> TodayView {
        let projection = if entries.is_empty() {
            projection()
        } else {
            with_outbox(entries)
        };
        today_view(&projection, entries, me(), &Zone::utc(), NOON)
    }

    #[test]
    fn a_picture_of_the_day_is_shown_until_midnight_and_never_longer_than_the_day_itself() {
        for (until_midnight, since_contact, hours, shown_for) in [
            (3 * HOUR_MS, Some(HOUR_MS), 24, 3 * HOUR_MS),
            (9 * HOUR_MS, Some(20 * HOUR_MS), 24, 4 * HOUR_MS),
            (9 * HOUR_MS, Some(24 * HOUR_MS), 24, 0),
            (9 * HOUR_MS, Some(30 * HOUR_MS), 24, 0),
            // A clock that was set back makes nothing younger.
            (9 * HOUR_MS, Some(-HOUR_MS), 8, 8 * HOUR_MS),
            (-1, Some(0), 24, 0),
            (9 * HOUR_MS, None, 24, 0),
        ] {
            let found = picture_ms(until_midnight, since_contact, hours);
            assert_eq!(
                found, shown_for,
                "{until_midnight} {since_contact:?} {hours}"
            );
        }
    }

    #[test]
    fn the_day_is_today_and_the_rest_is_counted() {
        let view = view(&[]);
        assert_eq!(view.count, 2);
        assert_eq!((view.left_over, view.later, view.closed), (1, 1, 0));
        let next = view.next.unwrap();
        assert_eq!(
            (next.row.number.as_str(), next.phone.as_str()),
            ("J-1", "+49 123")
        );
    }

    #[test]
    fn a_job_in_hand_comes_before_an_earlier_one() {
        let started = [status_entry(1, job(2).id, JobStatus::Started)];
        assert_eq!(view(&started).next.unwrap().row.number, "J-2");
        let finished = [status_entry(1, job(1).id, JobStatus::Finished)];
        assert_eq!(view(&finished).next.unwrap().row.number, "J-2");
        assert_eq!(view(&finished).closed, 1);
    }

    #[test]
    fn what_is_started_beside_the_job_in_hand_is_told_of_whatever_its_day() {
        let running = |entries: &[OutboxEntry]| -> Vec<String> {
            let rows = view(entries).running;
            rows.into_iter().map(|row| row.number).collect()
        };
        let started = |number, n| status_entry(number, job(n).id, JobStatus::Started);
        assert!(running(&[started(1, 2)]).is_empty());
        let three = [started(1, 2), started(2, 1), started(3, 0)];
        assert_eq!(view(&three).next.unwrap().row.number, "J-1");
        assert_eq!(running(&three), ["J-0", "J-2"]);
        let paused = status_entry(2, job(0).id, JobStatus::Paused);
        assert!(running(&[started(1, 0), paused]).is_empty());
        let other = UserId(uuid::Uuid::nil());
        let view = today_view(&with_outbox(&three), &three, other, &Zone::utc(), NOON);
        assert!(view.running.is_empty());
    }

    #[test]
    fn the_day_is_on_its_route_and_the_next_job_knows_its_way() {
        let mut projection = with_route([JobStatus::Scheduled; 3]);
        projection.set_outbox(&afield_sync::OutboxView::default());
        let later = NOON.plus_ms(3_600_000 * 2);
        let view = today_view(&projection, &[], me(), &Zone::utc(), later);
        let route = RouteLink {
            id: ROUTE,
            name: "North".into(),
            stops: 2,
        };
        assert_eq!(view.routes, [route]);
        let next = view.next.unwrap();
        assert_eq!(
            (next.way_m, next.late),
            (Some(13_009), Some(Late::NotStarted(60)))
        );
        assert!(next.property.is_some());
        assert_eq!(view.pieces.len(), 6);
    }

    #[test]
    fn what_the_office_asks_is_listed_until_it_is_answered() {
        let mut projection = projection();
        let ask = |n, acceptance, status| Versioned {
            rev: Rev(1),
            record: Record::Job(Job {
                acceptance,
                status,
                ..job(n)
            }),
        };
        let jobs = [
            ask(1, Acceptance::Accepted, JobStatus::Scheduled),
            ask(2, Acceptance::Asked, JobStatus::Cancelled),
            ask(3, Acceptance::Asked, JobStatus::Scheduled),
        ];
        projection.set_module(Module::Job, jobs.to_vec());
        let view = today_view(&projection, &[], me(), &Zone::utc(), NOON);
        let numbers: Vec<&str> = view.asked.iter().map(|row| row.number.as_str()).collect();
        assert_eq!(numbers, ["J-3"]);
    }
}
