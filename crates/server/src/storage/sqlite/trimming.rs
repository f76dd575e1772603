//! Which sessions end without anybody ending them, in SQLite.

use super::super::{NewSession, Stored};
use super::SqliteTx;

/// Sessions of one user; with one more the one that was used longest ago ends.
const SESSIONS: i64 = 50;

impl SqliteTx {
    /// Ends the sessions that the user of a new one has too many.
    pub(super) fn trim_sessions(&self, new: &NewSession) -> Stored<()> {
        self.tx.run(
            "DELETE FROM sessions WHERE company = ?1 AND user = ?2 AND token_hash IN ( \
             SELECT token_hash FROM sessions WHERE company = ?1 AND user = ?2 AND token_hash <> ?3 \
             ORDER BY last_seen DESC, token_hash LIMIT -1 OFFSET ?4)",
            (
                new.company.to_string(),
                new.user.to_string(),
                &new.token_hash,
                SESSIONS - 1,
            ),
        )?;
        Ok(())
    }

    /// Ends all sessions of all companies.
    pub(super) fn delete_all_sessions(&self) -> Stored<()> {
        self.tx.run("DELETE FROM sessions", ()).map(drop)
    }
}
