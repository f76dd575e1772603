//! A job that leaves a phone says who has it now, and of no other job does anybody hear that.

use crate::support::*;
use afield_domain::*;
use afield_protocol::*;

fn given(job: &Job, to: Option<UserId>) -> Record {
    Record::Job(Job {
        assignee: to,
        ..job.clone()
    })
}

#[tokio::test]
async fn whoever_loses_a_job_hears_whose_it_is() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let mut jobs = Vec::new();
    for n in 1..=4 {
        jobs.push(server.put_job(n, ANNA).await);
    }
    let bens = server.put_job(5, BEN).await;
    let first: PullResponse = anna.pull(None, 50).await.ok();
    assert_eq!(first.left, []);
    server.put(NORDHAUS, &given(&jobs[0], Some(BEN))).await;
    server.put(NORDHAUS, &given(&jobs[1], None)).await;
    // Still hers, and no longer within the days; never hers.
    let later = Job {
        starts: jobs[2].starts.plus_ms(30 * DAY_MS),
        ends: jobs[2].ends.plus_ms(30 * DAY_MS),
        ..jobs[2].clone()
    };
    server.put(NORDHAUS, &Record::Job(later)).await;
    server.put(NORDHAUS, &given(&bens, Some(DORA))).await;
    let page: PullResponse = anna.pull(Some(&first.cursor), 50).await.ok();
    let gone = |change: &Change| matches!(change, Change::ScopeOut { .. });
    assert_eq!(page.changes.iter().filter(|change| gone(change)).count(), 3);
    let told: Vec<(JobId, &str)> = page
        .left
        .iter()
        .map(|left| (left.job, left.to.as_str()))
        .collect();
    assert_eq!(told, [(jobs[0].id, "Ben"), (jobs[1].id, "")]);
}
