//! What the tests in the browser, the pictures and a newcomer take from the demo, on any day and at any hour.
//!
//! Owns that list: whoever takes something more from the demo adds it here. The demo is made in memory
//! for each of 400 days, and for every hour of the days around both changes of the clocks.

use super::catalog::asks::questions;
use super::catalog::checklists::checklist;
use super::catalog::{COMPANIES, DemoCompany};
use super::setting::Setting;
use super::{days, detail};
use afield_domain::answers::failures;
use afield_domain::time::Day;
use afield_domain::{
    Acceptance, FormTemplate, Job, JobId, JobStatus, Question, QuestionKind, Record, RecordKey,
    ServiceTask, Submission, TaskStatus, Timestamp, User, UserId, Zone, limits,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem::{Discriminant, discriminant};

const HOUR_MS: i64 = 3_600_000;
/// A Friday: the days from here on have a leap day, two turns of a year and three changes of the clocks.
const FIRST: &str = "2027-11-26";
const DAYS: i64 = 400;
/// How many open jobs the walkthrough of a day works on.
const WALKED: usize = 12;

/// The demo of one company at one time.
struct Demo<'a> {
    setting: &'a Setting<'a>,
    now: Timestamp,
    today: Day,
    /// By start, with their days.
    jobs: Vec<(Day, Job)>,
    tasks: HashMap<JobId, Vec<ServiceTask>>,
    submissions: Vec<Submission>,
    /// When something was done, and what.
    done: Vec<(Timestamp, RecordKey)>,
    routes: usize,
    keys: Vec<RecordKey>,
}

impl<'a> Demo<'a> {
    fn at(setting: &'a Setting<'a>, now: Timestamp) -> Self {
        let mut demo = Self {
            setting,
            now,
            today: setting.zone.day(now),
            jobs: Vec::new(),
            tasks: HashMap::new(),
            submissions: Vec::new(),
            done: Vec::new(),
            routes: 0,
            keys: Vec::new(),
        };
        for day in days(setting.zone, now) {
            let planned = setting.plan_day(now, day).into_iter();
            let routes = detail::routes(setting, day);
            for record in routes
                .into_iter()
                .chain(planned.flat_map(|job| job.records()))
            {
                demo.add(record);
            }
        }
        demo.jobs.sort_by_key(|(_, job)| job.starts);
        demo
    }

    fn add(&mut self, record: Record) {
        let key = record.key().unwrap();
        self.keys.push(key);
        match record {
            Record::Job(job) => {
                let steps = job.steps.iter().map(|step| (step.at, key));
                self.done.extend(steps);
                self.jobs.push((self.setting.zone.day(job.starts), job));
            }
            Record::Task(task) => self.tasks.entry(task.job).or_default().push(task),
            Record::Submission(submission) => {
                self.done.push((submission.made_at, key));
                self.submissions.push(submission);
            }
            Record::Note(note) => self.done.push((note.made_at, key)),
            Record::Route(_) => self.routes += 1,
            other => panic!(
                "the days of a demo have no {}",
                other.key().unwrap().module.name()
            ),
        }
    }

    fn zone(&self) -> &Zone {
        self.setting.zone
    }

    fn own(&self, technician: UserId) -> impl Iterator<Item = &Job> {
        let jobs = self.jobs.iter().map(|(_, job)| job);
        jobs.filter(move |job| job.assignee == Some(technician))
    }

    /// The jobs of a day that were planned, not made by the rules.
    fn on(&self, technician: UserId, day: Day) -> Vec<&Job> {
        let jobs = self.jobs.iter().filter(|(of, _)| *of == day);
        jobs.map(|(_, job)| job)
            .filter(|job| job.assignee == Some(technician) && job.follows.is_none())
            .collect()
    }

    /// The jobs that wait for nothing but somebody to begin, by start.
    fn ready(&self, technician: UserId) -> Vec<&Job> {
        self.own(technician)
            .filter(|job| job.status == JobStatus::Scheduled)
            .filter(|job| job.acceptance != Acceptance::Asked && job.follows.is_none())
            .collect()
    }

    fn tasks_of(&self, job: &Job) -> &[ServiceTask] {
        self.tasks.get(&job.id).map_or(&[], Vec::as_slice)
    }

    fn first_form(&self, job: &Job) -> &FormTemplate {
        let tasks = self.tasks_of(job);
        let first = tasks.iter().find(|task| task.place == 1).unwrap();
        let mut forms = self.setting.forms.iter();
        forms.find(|form| Some(form.id) == first.template).unwrap()
    }

    fn check(&self) {
        let ids: HashSet<&RecordKey> = self.keys.iter().collect();
        assert_eq!(ids.len(), self.keys.len(), "no id twice");
        assert_eq!(self.routes, 7 * self.setting.technicians().count());
        for (at, key) in &self.done {
            assert!(*at <= self.now, "{key:?} was done before now");
        }
        let window = self.zone().scope(self.now, limits::DEFAULT_WINDOW_DAYS);
        assert!(self.jobs.iter().all(|(_, job)| window.contains(job.starts)));
        for technician in self.setting.technicians() {
            self.check_days(technician);
            self.check_today(technician);
            self.check_ready(technician);
            self.check_asked(technician);
            self.check_follow_up(technician);
            self.check_screens(technician);
        }
    }

    /// Every day begins at half past seven on the wall, and ends on the same day, before the hour that
    /// tests take for "late today".
    fn check_days(&self, technician: &User) {
        for day in days(self.zone(), self.now) {
            let jobs = self.on(technician.id, day);
            let expected = if day == self.today { 8..=10 } else { 4..=6 };
            assert!(expected.contains(&jobs.len()), "{day}: {} jobs", jobs.len());
            assert_eq!(self.zone().time(jobs[0].starts), "07:30", "{day}");
            for pair in jobs.windows(2) {
                assert!(pair[0].ends < pair[1].starts, "{day}");
            }
            let last = jobs.last().unwrap().ends;
            assert_eq!(self.zone().day(last), day);
            assert!(self.zone().time(last).as_str() < "23:00", "{day}");
            let titles: HashSet<&str> = jobs.iter().map(|job| job.title.as_str()).collect();
            let kinds = self.setting.demo.troubles.len();
            assert_eq!(
                titles.len(),
                jobs.len().min(kinds),
                "{day}: titles tell jobs apart"
            );
        }
    }

    /// Today is open but for a first job that is over; it has a job on each kind of thing.
    fn check_today(&self, technician: &User) {
        let jobs = self.on(technician.id, self.today);
        for (n, job) in jobs.iter().enumerate() {
            let is_over = n == 0 && job.ends <= self.now;
            assert_eq!(job.status.is_open(), !is_over, "the job {n} of today");
            assert_eq!(job.acceptance, Acceptance::NotAsked, "the job {n} of today");
        }
        let labels = |questions: &[Question]| -> Vec<String> {
            let labels = questions.iter().map(|question| question.label.clone());
            labels.collect()
        };
        let troubles = self.setting.demo.troubles.iter();
        let all: BTreeSet<_> = troubles
            .map(|trouble| labels(&questions(checklist(trouble.thing))))
            .collect();
        let todays: BTreeSet<_> = jobs
            .iter()
            .skip(1)
            .map(|job| labels(&job.checklist))
            .collect();
        assert_eq!(todays, all, "a job on each kind of thing");
    }

    /// There are enough jobs to walk through, and each has something of everything.
    fn check_ready(&self, technician: &User) {
        let ready = self.ready(technician.id);
        assert!(ready.len() >= WALKED, "{} jobs are ready", ready.len());
        for job in &ready {
            assert!(!job.checklist.is_empty() && !job.parts.is_empty());
            assert!(!job.assets.is_empty());
            let tasks = self.tasks_of(job);
            assert!(tasks.len() >= 2);
            assert!(tasks.iter().all(|task| task.status == TaskStatus::Open));
            let titles: HashSet<&str> = tasks.iter().map(|task| task.title.as_str()).collect();
            assert_eq!(titles.len(), tasks.len(), "titles tell tasks apart");
        }
        // Three checklists ask for every kind of answer that any asks for.
        let all: HashSet<_> = ready.iter().flat_map(|job| kinds(&job.checklist)).collect();
        let mut left = all;
        let mut others = ready;
        for _ in 0..3 {
            let new = |job: &&Job| kinds(&job.checklist).intersection(&left).count();
            // Of several the last one here, the first one there: it makes no difference.
            let (best, _) = others
                .iter()
                .enumerate()
                .max_by_key(|(_, job)| new(job))
                .unwrap();
            for kind in kinds(&others.remove(best).checklist) {
                left.remove(&kind);
            }
        }
        assert!(left.is_empty(), "three checklists ask for everything");
        // Of the other jobs one has an inspection that a `no` fails.
        let may_fail = |job: &&&Job| {
            let questions = &self.first_form(job).questions;
            let mut questions = questions.iter();
            questions
                .any(|question| question.kind == QuestionKind::YesNo && question.fails.is_some())
        };
        assert!(others.iter().filter(may_fail).count() > 0);
    }

    /// The office waits for an answer about jobs of the next days.
    fn check_asked(&self, technician: &User) {
        let asked: Vec<_> = self
            .own(technician.id)
            .filter(|job| job.acceptance == Acceptance::Asked)
            .collect();
        assert!(asked.len() >= 2, "{} are to be accepted", asked.len());
        assert!(asked.iter().all(|job| job.status == JobStatus::Scheduled));
        assert!(
            asked
                .iter()
                .all(|job| self.zone().day(job.starts) > self.today)
        );
    }

    /// Yesterday's first inspection failed; tomorrow's last job follows it up.
    fn check_follow_up(&self, technician: &User) {
        let yesterday = self.on(technician.id, self.today.plus(-1));
        let mut submissions = self.submissions.iter();
        let failed = submissions
            .find(|submission| submission.job == yesterday[0].id)
            .unwrap();
        let mut forms = self.setting.forms.iter();
        let form = forms.find(|form| form.id == failed.template).unwrap();
        assert_eq!(failures(&form.questions, &failed.answers).len(), 1);
        let follow_ups: Vec<_> = self
            .own(technician.id)
            .filter(|job| job.follows.is_some())
            .collect();
        assert_eq!(follow_ups.len(), 1);
        assert_eq!(follow_ups[0].follows, Some(yesterday[0].id));
        assert!(follow_ups[0].status.is_open());
        let tomorrow = self.on(technician.id, self.today.plus(1));
        assert_eq!(self.zone().day(follow_ups[0].starts), self.today.plus(1));
        assert!(tomorrow.last().unwrap().ends < follow_ups[0].starts);
        assert_eq!(self.zone().time(follow_ups[0].starts), "16:30");
    }

    /// Every kind of screen has something to show.
    fn check_screens(&self, technician: &User) {
        let own: Vec<&Job> = self.own(technician.id).collect();
        assert!(
            own.iter()
                .any(|job| job.status == JobStatus::Finished && !job.answers.is_empty())
        );
        assert!(own.iter().any(|job| job.contract.is_some()));
        assert!(
            own.iter()
                .any(|job| job.organization.is_some() && job.customer.is_some())
        );
    }
}

fn kinds(questions: &[Question]) -> HashSet<Discriminant<QuestionKind>> {
    let questions = questions.iter().filter(|question| question.when.is_none());
    questions
        .map(|question| discriminant(&question.kind))
        .collect()
}

/// Looks at the demo at each of these times; a failure names the first one.
fn check_at(demo: &DemoCompany, times: impl Iterator<Item = Timestamp>) {
    let zone = crate::zones::zone(demo.zone).unwrap();
    let setting = Setting::new(demo, &zone);
    for now in times {
        let at = format!("{} at {} {}", demo.slug, zone.day(now), zone.time(now));
        let demo = Demo::at(&setting, now);
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| demo.check()));
        assert!(checked.is_ok(), "{at}: see above");
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn every_day_has_what_is_taken_from_it() {
    for demo in &COMPANIES {
        let zone = crate::zones::zone(demo.zone).unwrap();
        // Another hour each day, so that each comes some sixteen times.
        let times = (0..DAYS).map(|n| {
            let start = zone.start_of(day(FIRST).plus(n));
            start.plus_ms(n * 5 % 24 * HOUR_MS + n * 7 % 60 * 60_000)
        });
        check_at(demo, times);
    }
}

#[test]
fn every_hour_around_a_change_of_the_clocks_has_it_too() {
    for (demo, changes) in COMPANIES.iter().zip([
        [("2027-03-28", 23), ("2027-10-31", 25)],
        [("2027-03-14", 23), ("2027-11-07", 25)],
    ]) {
        let zone = crate::zones::zone(demo.zone).unwrap();
        for (change, hours) in changes {
            let (from, until) = (
                zone.start_of(day(change)),
                zone.start_of(day(change).plus(1)),
            );
            assert_eq!(until.since(from), hours * HOUR_MS, "{change}");
            // The end of each hour, and of the one before.
            let ends = (0..=hours).map(|n| from.plus_ms(n * HOUR_MS));
            check_at(demo, ends.flat_map(|end| [end.plus_ms(-1), end]));
            // The change is among the days around.
            let around = (-4..=4).map(|n| zone.at(day(change).plus(n), 12, 0));
            check_at(demo, around);
        }
    }
}

#[test]
fn the_same_day_gives_the_same_records_whatever_the_hour() {
    for demo in &COMPANIES {
        let zone = crate::zones::zone(demo.zone).unwrap();
        let setting = Setting::new(demo, &zone);
        let at = |hour| Demo::at(&setting, zone.at(day(FIRST), hour, 0));
        let (night, noon, again) = (at(1), at(12), at(12));
        assert_eq!(noon.keys, again.keys);
        assert_eq!(noon.jobs, again.jobs);
        // What the hour decides is whether the first job of today is over.
        let open = |demo: &Demo<'_>| -> Vec<_> {
            let jobs = demo.jobs.iter().filter(|(_, job)| job.status.is_open());
            jobs.map(|(_, job)| job.id).collect()
        };
        let technicians = setting.technicians().count();
        assert_eq!(open(&night).len(), open(&noon).len() + technicians);
        assert!(open(&noon).iter().all(|job| open(&night).contains(job)));
    }
}
