//! What is forgotten bit by bit, so that nothing grows without end and no other writer waits for it.

use super::super::{NewSession, Stored};
use super::SqliteTx;
use super::values::{column, text};
use afield_domain::Timestamp;

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

    /// Deletes activity from its oldest on, at most `most` of each company, up to the first that is of `before` or
    /// younger. What does not read has no age and goes with what is around it.
    pub(super) fn delete_old_activity(&self, before: Timestamp, most: u32) -> Stored<u64> {
        let companies = self.tx.all("SELECT id FROM companies", [], |row| {
            Ok(text(row, 0)?.to_owned())
        })?;
        let mut deleted = 0;
        for company in companies {
            let oldest = self.tx.all(
                "SELECT seq, CASE WHEN json_valid(data) THEN \
                 CAST(json_extract(data, '$.received_at') AS INTEGER) END \
                 FROM activity WHERE company = ?1 ORDER BY seq LIMIT ?2",
                (&company, most),
                |row| Ok((column::<i64>(row, 0)?, column::<Option<i64>>(row, 1)?)),
            )?;
            let is_old = |(_, at): &&(i64, Option<i64>)| at.is_none_or(|at| at < before.0);
            let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
                continue;
            };
            deleted += self.tx.run(
                "DELETE FROM activity WHERE company = ?1 AND seq <= ?2",
                (&company, *last),
            )?;
        }
        Ok(deleted)
    }
}
