//! Who is told of jobs, and what is still to be told, in PostgreSQL.

use super::super::Stored;
use super::super::notifications::{
    DueRow, Listener, ReadNotifications, Subscription, WriteNotifications,
};
use super::open_transaction::PgTx;
use super::values::{column, from_json, int, owned, plain, text, to_json, uint_at, uuid_at};
use crate::error::StorageError;
use afield_domain::{CompanyId, JobId, Timestamp, UserId};
use async_trait::async_trait;
use sqlx::postgres::PgRow;
use sqlx::query;

macro_rules! subscription_columns {
    () => {
        "s.company, s.\"user\", s.session, s.endpoint, s.p256dh, s.auth, s.language, s.origin, s.wishes, s.set_at"
    };
}

fn subscription_at(row: &PgRow, at: usize) -> Stored<Subscription> {
    Ok(Subscription {
        company: CompanyId(uuid_at(row, at)?),
        user: UserId(uuid_at(row, at + 1)?),
        session: owned(row, at + 2)?,
        endpoint: owned(row, at + 3)?,
        p256dh: owned(row, at + 4)?,
        auth: owned(row, at + 5)?,
        language: owned(row, at + 6)?,
        origin: owned(row, at + 7)?,
        wishes: from_json(text(row, at + 8)?, "wishes")?,
        set_at: Timestamp(column(row, at + 9)?),
    })
}

fn due_at(row: &PgRow) -> Stored<DueRow> {
    let attempts = u32::try_from(column::<i64>(row, 4)?);
    Ok(DueRow {
        id: column(row, 0)?,
        job: JobId(uuid_at(row, 1)?),
        news: owned(row, 2)?,
        at: Timestamp(column(row, 3)?),
        attempts: attempts.map_err(|_| StorageError::Damaged("attempts"))?,
        turn: uint_at(row, 5)?,
        zone: owned(row, 6)?,
        stands: column(row, 7)?,
        subscription: subscription_at(row, 8)?,
    })
}

#[async_trait]
impl ReadNotifications for PgTx {
    async fn notification_key(&mut self) -> Stored<Option<String>> {
        let sql = "SELECT notification_key FROM server WHERE id = 1 AND notification_key <> ''";
        let open = self.of_server().await?;
        open.first(query(sql), |row| owned(row, 0)).await
    }

    async fn subscriptions_of(
        &mut self,
        company: CompanyId,
        user: UserId,
    ) -> Stored<Vec<Subscription>> {
        let asked = query(concat!(
            "SELECT ",
            subscription_columns!(),
            " FROM notification_subscriptions s WHERE s.company = $1 AND s.\"user\" = $2 \
             ORDER BY s.set_at DESC, s.id DESC"
        ));
        let asked = asked.bind(company.0).bind(user.0);
        let read = |row: &PgRow| subscription_at(row, 0);
        let name = |row: &PgRow| Ok(format!("subscription of user {}", uuid_at(row, 1)?));
        self.of(company).await?.readable(asked, read, name).await
    }

    async fn listeners(
        &mut self,
        company: CompanyId,
        job: JobId,
        but: UserId,
    ) -> Stored<Vec<Listener>> {
        let asked = query(
            "SELECT s.id, s.wishes, d.news, \
             (SELECT count(*) FROM notifications_due w WHERE w.subscription = s.id) \
             FROM job_index j \
             JOIN notification_subscriptions s ON s.company = j.company AND s.\"user\" = j.assignee \
             LEFT JOIN notifications_due d ON d.subscription = s.id AND d.job = j.job \
             WHERE j.company = $1 AND j.job = $2 AND j.assignee <> $3",
        );
        let asked = asked.bind(company.0).bind(job.0).bind(but.0);
        let read = |row: &PgRow| {
            Ok(Listener {
                subscription: column(row, 0)?,
                wishes: from_json(text(row, 1)?, "wishes")?,
                news: column(row, 2)?,
                waiting: uint_at(row, 3)?,
            })
        };
        let name = |row: &PgRow| Ok(format!("subscription {}", column::<i64>(row, 0)?));
        self.of(company).await?.readable(asked, read, name).await
    }

    async fn due_notifications(&mut self, now: Timestamp, limit: u32) -> Stored<Vec<DueRow>> {
        let asked = query(concat!(
            "SELECT d.subscription, d.job, d.news, d.at, d.attempts, d.turn, c.zone, \
             coalesce(u.active AND e.expires_at > $1 AND e.revoked_at IS NULL AND j.assignee = s.\"user\", false), ",
            subscription_columns!(),
            " FROM notifications_due d \
             JOIN notification_subscriptions s ON s.id = d.subscription \
             JOIN companies c ON c.id = s.company \
             JOIN users u ON u.company = s.company AND u.id = s.\"user\" \
             JOIN sessions e ON e.token_hash = s.session \
             LEFT JOIN job_index j ON j.company = s.company AND j.job = d.job \
             WHERE d.due <= $1 ORDER BY d.due LIMIT $2"
        ));
        let asked = asked.bind(now.0).bind(i64::from(limit));
        let name = |row: &PgRow| {
            let id = column::<i64>(row, 0)?;
            Ok(format!("notification of subscription {id}"))
        };
        let open = self.past_the_wall().await?;
        open.readable(asked, due_at, name).await
    }

    async fn next_notification(&mut self) -> Stored<Option<Timestamp>> {
        let asked = query("SELECT due FROM notifications_due ORDER BY due LIMIT 1");
        let read = |row: &PgRow| Ok(Timestamp(column(row, 0)?));
        self.of_none().first(asked, read).await
    }
}

#[async_trait]
impl WriteNotifications for PgTx {
    async fn name_notification_key(&mut self, key: &str) -> Stored<()> {
        let sql = "UPDATE server SET notification_key = $1 WHERE id = 1 AND notification_key = ''";
        let open = self.of_server().await?;
        open.run(query(sql).bind(key)).await.map(drop)
    }

    async fn put_subscription(&mut self, row: &Subscription, most: u32) -> Stored<()> {
        self.of(row.company).await?;
        // The browser may have been of somebody of another company until now.
        let open = self.past_the_wall().await?;
        let put = query(
            "INSERT INTO notification_subscriptions \
             (company, \"user\", session, endpoint, p256dh, auth, language, origin, wishes, set_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (endpoint) DO UPDATE SET company = $1, \"user\" = $2, session = $3, p256dh = $5, \
             auth = $6, language = $7, origin = $8, wishes = $9, set_at = $10",
        );
        let put = put
            .bind(row.company.0)
            .bind(row.user.0)
            .bind(&row.session)
            .bind(plain(&row.endpoint))
            .bind(plain(&row.p256dh))
            .bind(plain(&row.auth))
            .bind(&row.language)
            .bind(plain(&row.origin))
            .bind(to_json(&row.wishes, "wishes")?)
            .bind(row.set_at.0);
        open.run(put).await?;
        let look = query(
            "UPDATE notifications_due SET due = $2 WHERE attempts = 0 AND subscription = \
             (SELECT id FROM notification_subscriptions WHERE endpoint = $1)",
        );
        let look = look.bind(plain(&row.endpoint)).bind(row.set_at.0);
        open.run(look).await?;
        let trim = query(
            "DELETE FROM notification_subscriptions WHERE id IN \
             (SELECT id FROM notification_subscriptions WHERE company = $1 AND \"user\" = $2 \
              ORDER BY endpoint = $4 DESC, set_at DESC, id DESC OFFSET $3)",
        );
        let trim = trim
            .bind(row.company.0)
            .bind(row.user.0)
            .bind(i64::from(most))
            .bind(plain(&row.endpoint));
        open.run(trim).await.map(drop)
    }

    async fn end_subscription(
        &mut self,
        company: CompanyId,
        user: UserId,
        endpoint: &str,
    ) -> Stored<()> {
        let sql = "DELETE FROM notification_subscriptions \
                   WHERE company = $1 AND \"user\" = $2 AND endpoint = $3";
        let asked = query(sql)
            .bind(company.0)
            .bind(user.0)
            .bind(plain(endpoint));
        self.of(company).await?.run(asked).await.map(drop)
    }

    async fn forget_subscription(&mut self, id: i64) -> Stored<()> {
        let asked = query("DELETE FROM notification_subscriptions WHERE id = $1").bind(id);
        self.past_the_wall().await?.run(asked).await.map(drop)
    }

    async fn put_due(&mut self, id: i64, job: JobId, news: &str, now: Timestamp) -> Stored<()> {
        // Its device may have been forgotten meanwhile: nobody is to be told then.
        let asked = query(
            "INSERT INTO notifications_due (subscription, job, news, at, due) \
             SELECT s.id, $2, $3, $4, $4 FROM notification_subscriptions s WHERE s.id = $1 FOR KEY SHARE \
             ON CONFLICT (subscription, job) \
             DO UPDATE SET news = $3, at = $4, turn = notifications_due.turn + 1",
        );
        let asked = asked.bind(id).bind(job.0).bind(news).bind(now.0);
        self.past_the_wall().await?.run(asked).await.map(drop)
    }

    async fn put_off(&mut self, id: i64, job: JobId, due: Timestamp, attempts: u32) -> Stored<()> {
        let sql = "UPDATE notifications_due SET due = $3, attempts = $4 \
                   WHERE subscription = $1 AND job = $2";
        let asked = query(sql).bind(id).bind(job.0).bind(due.0);
        let asked = asked.bind(i64::from(attempts));
        self.of_none().run(asked).await.map(drop)
    }

    async fn end_due(&mut self, id: i64, job: JobId, turn: u64) -> Stored<()> {
        let sql =
            "DELETE FROM notifications_due WHERE subscription = $1 AND job = $2 AND turn = $3";
        let asked = query(sql).bind(id).bind(job.0).bind(int(turn));
        self.of_none().run(asked).await.map(drop)
    }
}
