//! Which sessions end without anybody ending them, in PostgreSQL.

use super::super::{NewSession, Stored};
use super::open_transaction::PgTx;
use sqlx::query;

/// Sessions of one user; with one more the one that was used longest ago ends.
const SESSIONS: i64 = 50;

impl PgTx {
    /// Ends the sessions that the user of a new one has too many.
    pub(super) async fn trim_sessions(&mut self, new: &NewSession) -> Stored<()> {
        let asked = query(
            "DELETE FROM sessions WHERE company = $1 AND \"user\" = $2 AND token_hash IN ( \
             SELECT token_hash FROM sessions WHERE company = $1 AND \"user\" = $2 AND token_hash <> $3 \
             ORDER BY last_seen DESC, token_hash OFFSET $4)",
        );
        let asked = asked
            .bind(new.company.0)
            .bind(new.user.0)
            .bind(&new.token_hash)
            .bind(SESSIONS - 1);
        self.of(new.company).await?.run(asked).await.map(drop)
    }

    /// Ends all sessions of all companies.
    pub(super) async fn delete_all_sessions(&mut self) -> Stored<()> {
        let open = self.of_all().await?;
        open.run(query("DELETE FROM sessions")).await.map(drop)
    }
}
