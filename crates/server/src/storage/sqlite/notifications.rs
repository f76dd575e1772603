//! Who is told of jobs, and what is still to be told, in SQLite.

use super::super::Stored;
use super::super::notifications::{
    DueRow, Listener, ReadNotifications, Subscription, WriteNotifications,
};
use super::SqliteTx;
use super::values::{column, int, maybe_text, text, uint_at, uuid_at};
use crate::error::StorageError;
use afield_domain::{CompanyId, JobId, Timestamp, UserId};
use afield_protocol::NotificationWishes;
use async_trait::async_trait;
use rusqlite::Row;

macro_rules! subscription_columns {
    () => {
        "s.company, s.user, s.session, s.endpoint, s.p256dh, s.auth, s.language, s.origin, s.wishes, s.set_at"
    };
}

fn wishes_at(row: &Row<'_>, at: usize) -> Stored<NotificationWishes> {
    serde_json::from_str(text(row, at)?).map_err(|_| StorageError::Damaged("wishes"))
}

fn subscription_at(row: &Row<'_>, at: usize) -> Stored<Subscription> {
    let owned = |at| text(row, at).map(str::to_owned);
    Ok(Subscription {
        company: CompanyId(uuid_at(row, at)?),
        user: UserId(uuid_at(row, at + 1)?),
        session: owned(at + 2)?,
        endpoint: owned(at + 3)?,
        p256dh: owned(at + 4)?,
        auth: owned(at + 5)?,
        language: owned(at + 6)?,
        origin: owned(at + 7)?,
        wishes: wishes_at(row, at + 8)?,
        set_at: Timestamp(column(row, at + 9)?),
    })
}

fn due_at(row: &Row<'_>) -> Stored<DueRow> {
    Ok(DueRow {
        id: column(row, 0)?,
        job: JobId(uuid_at(row, 1)?),
        news: text(row, 2)?.to_owned(),
        at: Timestamp(column(row, 3)?),
        attempts: column(row, 4)?,
        turn: uint_at(row, 5)?,
        zone: text(row, 6)?.to_owned(),
        stands: column(row, 7)?,
        subscription: subscription_at(row, 8)?,
    })
}

#[async_trait]
impl ReadNotifications for SqliteTx {
    async fn notification_key(&mut self) -> Stored<Option<String>> {
        let sql = "SELECT notification_key FROM server WHERE id = 1 AND notification_key <> ''";
        self.tx.first(sql, (), |row| Ok(text(row, 0)?.to_owned()))
    }

    async fn subscriptions_of(
        &mut self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<Vec<Subscription>> {
        self.tx.readable(
            concat!(
                "SELECT ",
                subscription_columns!(),
                " FROM notification_subscriptions s WHERE s.company = ?1 AND s.user = ?2 \
                 ORDER BY s.set_at DESC, s.id DESC"
            ),
            [company.to_string(), user.to_string()],
            |row| subscription_at(row, 0),
            |row| Ok(format!("subscription of user {}", text(row, 1)?)),
        )
    }

    async fn listeners(
        &mut self,
        company: CompanyId,
        job: JobId,
        but: UserId,
    ) -> Stored<Vec<Listener>> {
        self.tx.readable(
            "SELECT s.id, s.wishes, d.news, \
             (SELECT count(*) FROM notifications_due w WHERE w.subscription = s.id) \
             FROM job_index j \
             JOIN notification_subscriptions s ON s.company = j.company AND s.user = j.assignee \
             LEFT JOIN notifications_due d ON d.subscription = s.id AND d.job = j.job \
             WHERE j.company = ?1 AND j.job = ?2 AND j.assignee <> ?3",
            [company.to_string(), job.to_string(), but.to_string()],
            |row| {
                Ok(Listener {
                    subscription: column(row, 0)?,
                    wishes: wishes_at(row, 1)?,
                    news: maybe_text(row, 2)?.map(str::to_owned),
                    waiting: uint_at(row, 3)?,
                })
            },
            |row| Ok(format!("subscription {}", column::<i64>(row, 0)?)),
        )
    }

    async fn due_notifications(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<DueRow>> {
        self.tx.readable(
            concat!(
                "SELECT d.subscription, d.job, d.news, d.at, d.attempts, d.turn, c.zone, \
                 coalesce(u.active = 1 AND e.expires_at > ?1 AND e.revoked_at IS NULL AND j.assignee = s.user, 0), ",
                subscription_columns!(),
                " FROM notifications_due d \
                 JOIN notification_subscriptions s ON s.id = d.subscription \
                 JOIN companies c ON c.id = s.company \
                 JOIN users u ON u.company = s.company AND u.id = s.user \
                 JOIN sessions e ON e.token_hash = s.session \
                 LEFT JOIN job_index j ON j.company = s.company AND j.job = d.job \
                 WHERE d.due <= ?1 ORDER BY d.due LIMIT ?2"
            ),
            (now.0, i64::from(limit)),
            due_at,
            |row| {
                Ok(format!(
                    "notification of subscription {}",
                    column::<i64>(row, 0)?
                ))
            },
        )
    }

    async fn next_notification(&mut self) -> Stored<Option<Timestamp>> {
        let sql = "SELECT due FROM notifications_due ORDER BY due LIMIT 1";
        self.tx.first(sql, (), |row| Ok(Timestamp(column(row, 0)?)))
    }
}

#[async_trait]
impl WriteNotifications for SqliteTx {
    async fn name_notification_key(&mut self, key: &str) -> Stored<()> {
        let sql = "UPDATE server SET notification_key = ?1 WHERE id = 1 AND notification_key = ''";
        self.tx.run(sql, [key]).map(drop)
    }

    async fn put_subscription(&mut self, row: &Subscription, most: u32) -> Stored<()> {
        let wishes =
            serde_json::to_string(&row.wishes).map_err(|_| StorageError::Damaged("wishes"))?;
        self.tx.run(
            "INSERT INTO notification_subscriptions \
             (company, user, session, endpoint, p256dh, auth, language, origin, wishes, set_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
             ON CONFLICT (endpoint) DO UPDATE SET company = ?1, user = ?2, session = ?3, p256dh = ?5, auth = ?6, \
             language = ?7, origin = ?8, wishes = ?9, set_at = ?10",
            (
                row.company.to_string(),
                row.user.to_string(),
                &row.session,
                &row.endpoint,
                &row.p256dh,
                &row.auth,
                &row.language,
                &row.origin,
                wishes,
                row.set_at.0,
            ),
        )?;
        self.tx.run(
            "UPDATE notifications_due SET due = ?2 WHERE attempts = 0 AND subscription = \
             (SELECT id FROM notification_subscriptions WHERE endpoint = ?1)",
            (&row.endpoint, row.set_at.0),
        )?;
        self.tx.run(
            "DELETE FROM notification_subscriptions WHERE id IN \
             (SELECT id FROM notification_subscriptions WHERE company = ?1 AND user = ?2 \
              ORDER BY endpoint = ?4 DESC, set_at DESC, id DESC LIMIT -1 OFFSET ?3)",
            (
                row.company.to_string(),
                row.user.to_string(),
                i64::from(most),
                &row.endpoint,
            ),
        )?;
        Ok(())
    }

    async fn end_subscription(
        &mut self,
        company: CompanyId,
        user: UserId,
        endpoint: &str,
    ) -> Stored<()> {
        self.tx.run(
            "DELETE FROM notification_subscriptions WHERE company = ?1 AND user = ?2 AND endpoint = ?3",
            (company.to_string(), user.to_string(), endpoint),
        )?;
        Ok(())
    }

    async fn forget_subscription(&mut self, id: i64) -> Stored<()> {
        let sql = "DELETE FROM notification_subscriptions WHERE id = ?1";
        self.tx.run(sql, [id]).map(drop)
    }

    async fn put_due(&mut self, id: i64, job: JobId, news: &str, now: Timestamp) -> Stored<()> {
        self.tx.run(
            "INSERT INTO notifications_due (subscription, job, news, at, due) VALUES (?1, ?2, ?3, ?4, ?4) \
             ON CONFLICT (subscription, job) DO UPDATE SET news = ?3, at = ?4, turn = turn + 1",
            (id, job.to_string(), news, now.0),
        )?;
        Ok(())
    }

    async fn put_off(&mut self, id: i64, job: JobId, due: Timestamp, attempts: u32) -> Stored<()> {
        self.tx.run(
            "UPDATE notifications_due SET due = ?3, attempts = ?4 WHERE subscription = ?1 AND job = ?2",
            (id, job.to_string(), due.0, attempts),
        )?;
        Ok(())
    }

    async fn end_due(&mut self, id: i64, job: JobId, turn: u64) -> Stored<()> {
        self.tx.run(
            "DELETE FROM notifications_due WHERE subscription = ?1 AND job = ?2 AND turn = ?3",
            (id, job.to_string(), int(turn)),
        )?;
        Ok(())
    }
}
