//! Every route, asked from a revoked device.

use super::asks::{Asks, WHO};
use super::{Asker, all_rows, asked};
use afield_protocol::paths;

/// Whatever somebody may, on a revoked device they are nobody; what it sends is in `revoke.rs`.
#[tokio::test]
async fn a_revoked_device_is_answered_as_nobody_is() {
    const NOBODY: usize = 4;
    let mut wrong = Vec::new();
    for (who, name) in WHO.iter().enumerate().take(NOBODY) {
        let mut asker = Asker::new(who).await;
        asker.server.revoke(&asker.client).await;
        for row in all_rows() {
            // Both end the session.
            let is_over = row.path == paths::SESSION && matches!(row.method, "POST" | "DELETE");
            if is_over || asked::sends(row.asks) {
                continue;
            }
            let answer = asker.answer(row).await;
            let expected = match row.asks {
                // What stands on it alone it tells as ever.
                Asks::Report | Asks::ReportOfAnna => row.answers[who],
                // The bytes of what is its user's.
                Asks::FileOfOffice | Asks::BytesOfOffice | Asks::FileNowhere
                    if row.method != "GET" =>
                {
                    row.answers[who]
                }
                _ => row.answers[NOBODY],
            };
            if answer != expected {
                let (method, path, asks) = (row.method, row.path, row.asks);
                wrong.push(format!(
                    "{name}: {method} {path} {asks:?}: {answer}, not {expected}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
