//! What phones have told the server of themselves.
//!
//! Owns what the office must be shown of it: of two reports the one of the later contact, and of one
//! contact the one that was counted later, in whatever order they come.
//! Must never know how much a phone holds.

use super::Server;
use afield_domain::{DeviceId, UserId};
use afield_protocol::DeviceReport;
use std::collections::BTreeMap;

/// The last report of each device's user.
pub(super) type Reports = BTreeMap<(UserId, DeviceId), DeviceReport>;

impl Server {
    /// Takes a report, and looks at what the office is shown then.
    pub(crate) fn take_report(&mut self, report: &DeviceReport) {
        let key = (report.user, report.device);
        let order = |report: &DeviceReport| (report.as_of, report.number);
        let is_late = |known: &DeviceReport| order(known) > order(report);
        if !self.reports.get(&key).is_some_and(is_late) {
            self.reports.insert(key, report.clone());
        }
        self.with_real(|real, _| real.tell(report));
        let devices = self.with_real(|real, _| real.devices());
        let seen = devices.iter().flat_map(|all| &all.devices);
        // Housekeeping forgets what is old.
        let seen = seen
            .into_iter()
            .find(|seen| (seen.user.id, seen.device) == key);
        let (Some(seen), Some(known)) = (seen, self.reports.get(&key)) else {
            return;
        };
        let (shown, told) = ((seen.unsent, seen.files), (known.unsent, known.files));
        if shown != told {
            self.accuse(format!(
                "the office is shown that a phone owes {shown:?}, and it told {told:?} last"
            ));
        }
    }

    /// What the device of `user` has told last.
    #[must_use]
    pub(crate) fn told_by(&self, user: UserId, device: DeviceId) -> Option<&DeviceReport> {
        self.reports.get(&(user, device))
    }
}
