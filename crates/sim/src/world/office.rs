//! What the office and those who run the server do.

use super::World;
use crate::fault::Fault;
use crate::people;
use crate::schedule::Action;
use afield_domain::Record;
use afield_protocol::EpochId;
use afield_sync::testing::fixtures::job_key;
use afield_sync::testing::model::Model;

impl World {
    /// Writes on the server.
    pub(super) fn office(&self, action: Action) {
        let mut server = self.server.borrow_mut();
        let key = |job: u8| job_key(u128::from(job));
        let job = |server: &Model, job: u8| match server.record(key(job)).map(|v| &v.record) {
            Some(Record::Job(job)) => Some(job.clone()),
            _ => None,
        };
        match action {
            Action::Assign { job: n, user } => {
                if let Some(mut job) = job(&server, n) {
                    job.assignee = Some(people::user(user).id);
                    server.put(Record::Job(job));
                }
            }
            Action::Status { job: n, to } => {
                if let Some(mut job) = job(&server, n) {
                    job.status = to;
                    server.put(Record::Job(job));
                }
            }
            Action::Delete { job } => server.delete(key(job)),
            _ => {
                let epoch = format!("model-{}", self.sim.fresh());
                server.epoch = EpochId(epoch);
                drop(server);
                return self.strike(Fault::Restore);
            }
        }
        drop(server);
        self.strike(Fault::OfficeWrite);
    }
}
