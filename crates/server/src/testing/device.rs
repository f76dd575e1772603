//! What phones tell of themselves, without a network.
//!
//! Owns nothing beside the calls. Must never answer otherwise than behind `/api/v1/device`.

use super::LocalServer;
use crate::device::{load_devices, run_report};
use crate::error::ServerError;
use afield_protocol::{DeviceReport, Devices};

impl LocalServer {
    /// A device tells; each is a browser of its own, so that none is taken for another that was cleared.
    ///
    /// # Errors
    /// When the database fails, or nobody is signed in.
    pub fn tell(&self, report: &DeviceReport) -> Result<(), ServerError> {
        let app = &self.app.borrow();
        let browser = report.device.to_string();
        self.runtime.block_on(async {
            let Ok(session) = self.session(report.user).await else {
                return Ok(());
            };
            run_report(app, &session, report, (&browser, ""), true).await?;
            Ok(())
        })
    }

    /// What the office is shown of all devices.
    ///
    /// # Errors
    /// When the database fails.
    pub fn devices(&self) -> Result<Devices, ServerError> {
        let app = &self.app.borrow();
        Ok(self.runtime.block_on(load_devices(app, self.company))?)
    }
}
