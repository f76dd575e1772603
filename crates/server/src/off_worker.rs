//! Work that takes long, where it keeps no other request waiting.
//!
//! Must never know what the work is.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does what may take long while other requests go on in another thread.
pub(crate) fn off_worker<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
