//! What belongs to a job of the demo: checklist, assets, parts, tasks, and what has been done of them.
//!
//! Pure: the same job gets the same. What has been done is what the rules of the domain make of it.

use super::catalog::asks::{answers, questions};
use super::catalog::checklists::{checklist, tasks};
use super::catalog::forms::FORMS;
use super::catalog::parts::PARTS;
use super::catalog::{DemoCompany, Trouble};
use super::inventory::part_id;
use super::random::{Random, seeded_id};
use super::setting::{Place, PlannedJob, Setting};
use afield_domain::answers::complete;
use afield_domain::operation::consequences;
use afield_domain::time::Day;
use afield_domain::{
    Acceptance, Job, JobStatus, Op, PartLine, Position, Record, Route, RouteId, ServiceTask,
    StatusStep, Submission, SubmissionId, TaskId, TaskStatus, User,
};

const MINUTE_MS: i64 = 60_000;

/// What is known of a job beside itself.
pub(super) struct Around<'a> {
    pub(super) setting: &'a Setting<'a>,
    pub(super) trouble: &'a Trouble,
    pub(super) place: &'a Place,
    pub(super) technician: &'a User,
    pub(super) day: Day,
    /// How many days from today it is; less than 0 if it is over.
    pub(super) days_ahead: i64,
    /// How many jobs its technician has before it on its day.
    pub(super) place_in_day: usize,
}

/// The id of a technician's route of a day.
pub(super) fn route_id(demo: &DemoCompany, technician: &User, day: Day) -> RouteId {
    let name = format!("{}/{day}/{}/route", demo.slug, technician.id);
    RouteId(seeded_id(&name))
}

/// The routes of a day.
pub(super) fn routes(setting: &Setting<'_>, day: Day) -> Vec<Record> {
    let demo = setting.demo;
    let (latitude, longitude) = demo.centre;
    let street = demo.streets.first().copied().unwrap_or_default();
    setting
        .technicians()
        .map(|technician| {
            Record::Route(Route {
                id: route_id(demo, technician, day),
                name: technician.name.clone(),
                day: day.to_string(),
                start: format!("Depot, {street} 1, {}", demo.city),
                position: Position::new(latitude, longitude),
            })
        })
        .collect()
}

/// Adds all that belongs to a job.
pub(super) fn furnish(planned: &mut PlannedJob, around: &Around<'_>, name: &str) {
    let mut random = Random::new(&format!("{name}/detail"));
    let thing = around.trouble.thing;
    let job = &mut planned.job;
    job.checklist = questions(checklist(thing));
    let there = around.place.assets.iter();
    job.assets = there
        .filter(|(there, _)| *there == thing)
        .map(|(_, id)| *id)
        .collect();
    // What is still to be done lacks neither parts nor tasks.
    let least = u64::from(job.status.is_open());
    job.parts = parts(&mut random, around, least);
    let may_be_asked = match around.place_in_day {
        0 => true,
        1 => random.chance(40),
        _ => false,
    };
    if around.days_ahead > 0 && may_be_asked {
        job.acceptance = Acceptance::Asked;
    }
    let tasks = plan_tasks(&mut random, &planned.job, around, 1 + least, name);
    if planned.job.status == JobStatus::Finished {
        let done = Done { around, name };
        done.finish(&mut random, planned, &tasks);
    }
    planned.more.extend(tasks.into_iter().map(Record::Task));
}

fn parts(random: &mut Random, around: &Around<'_>, least: u64) -> Vec<PartLine> {
    let fitting: Vec<_> = PARTS
        .iter()
        .filter(|entry| {
            entry
                .thing
                .is_none_or(|thing| thing == around.trouble.thing)
        })
        .collect();
    let mut parts: Vec<PartLine> = Vec::new();
    for _ in 0..random.between(least, 3) {
        let quantity = random.pick(&["1", "1", "2", "0.5"]).copied();
        let Some((entry, quantity)) = random.pick(&fitting).zip(quantity) else {
            continue;
        };
        let part = part_id(around.setting.demo, entry);
        if parts.iter().all(|line| line.part != part) {
            parts.push(PartLine {
                part,
                quantity: quantity.to_owned(),
            });
        }
    }
    parts.sort_unstable_by_key(|line| line.part);
    parts
}

/// `least` to four tasks. The first has the form for the thing, the fourth the handover's.
fn plan_tasks(
    random: &mut Random,
    job: &Job,
    around: &Around<'_>,
    least: u64,
    name: &str,
) -> Vec<ServiceTask> {
    let form_for = |thing| {
        let place = FORMS.iter().position(|form| form.thing == thing)?;
        around.setting.forms.get(place).map(|form| form.id)
    };
    let count = random.between(least, 4);
    let titles = tasks(around.trouble.thing);
    (1..=4_u32)
        .zip(titles)
        .filter(|(place, _)| u64::from(*place) <= count)
        .map(|(place, title)| ServiceTask {
            id: TaskId(seeded_id(&format!("{name}/task/{place}"))),
            job: job.id,
            place,
            title: title.to_owned(),
            status: match job.status {
                JobStatus::Finished if place == 2 && random.chance(15) => TaskStatus::Skipped,
                JobStatus::Finished => TaskStatus::Done,
                _ => TaskStatus::Open,
            },
            asset: job.assets.first().copied().filter(|_| place < 4),
            template: match place {
                1 => form_for(Some(around.trouble.thing)),
                4 => form_for(None),
                _ => None,
            },
        })
        .collect()
}

/// A job that is done.
struct Done<'a> {
    around: &'a Around<'a>,
    name: &'a str,
}

impl Done<'_> {
    fn finish(&self, random: &mut Random, planned: &mut PlannedJob, tasks: &[ServiceTask]) {
        let job = &mut planned.job;
        job.steps = self.steps(random, job);
        let answered = answers(checklist(self.around.trouble.thing), true);
        job.answers = complete(&job.checklist, &answered).unwrap_or_default();
        let Some(submission) = tasks.first().and_then(|task| self.submission(job, task)) else {
            return;
        };
        let follow_up = self.follow_up(job, &submission);
        planned.more.push(Record::Submission(submission));
        planned.more.extend(follow_up);
    }

    fn steps(&self, random: &mut Random, job: &Job) -> Vec<StatusStep> {
        let step = |to, at| StatusStep::usual(to, at, &self.around.technician.name);
        let mut steps = vec![
            step(JobStatus::EnRoute, job.starts.plus_ms(-15 * MINUTE_MS)),
            step(JobStatus::Started, job.starts),
        ];
        if random.chance(25) {
            let pause = job.starts.plus_ms(10 * MINUTE_MS);
            steps.push(step(JobStatus::Paused, pause));
            steps.push(step(JobStatus::Started, pause.plus_ms(5 * MINUTE_MS)));
        }
        steps.push(step(JobStatus::Finished, job.ends));
        steps
    }

    /// The form of the first task: in order, but for the first job of yesterday.
    fn submission(&self, job: &Job, task: &ServiceTask) -> Option<Submission> {
        let template = task.template?;
        let forms = &self.around.setting.forms;
        let place = forms.iter().position(|form| form.id == template)?;
        let (form, entry) = (forms.get(place)?, FORMS.get(place)?);
        let fails = self.around.place_in_day == 0 && self.around.days_ahead == -1;
        Some(Submission {
            id: SubmissionId(seeded_id(&format!("{}/submission", self.name))),
            job: job.id,
            task: Some(task.id),
            template,
            answers: complete(&form.questions, &answers(entry.asks, !fails)).ok()?,
            author: self.around.technician.id,
            author_name: self.around.technician.name.clone(),
            made_at: job.ends.plus_ms(-10 * MINUTE_MS),
        })
    }

    /// The job that the rules make of a failed inspection, tomorrow after the others.
    fn follow_up(&self, job: &Job, submission: &Submission) -> Vec<Record> {
        let mut known = vec![
            Record::Job(job.clone()),
            Record::Submission(submission.clone()),
        ];
        let mut forms = self.around.setting.forms.iter();
        let used = forms.find(|form| form.id == submission.template);
        known.extend(used.cloned().map(Record::Form));
        let op = Op::set_status(job.id, JobStatus::Finished);
        let mut follows =
            consequences::consequences(&op, &known, job.ends, self.around.setting.zone);
        for record in &mut follows {
            if let Record::Job(next) = record {
                let minutes = next.ends.0 - next.starts.0;
                let tomorrow = self.around.day.plus(2);
                next.starts = self.around.setting.zone.at(tomorrow, 16, 30);
                next.ends = next.starts.plus_ms(minutes);
                // The number of the first job is given when it is stored.
                next.description = next.description.trim_start().to_owned();
            }
        }
        follows
    }
}
