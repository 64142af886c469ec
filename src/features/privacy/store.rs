//! The `access` table.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Tx};

/// Somebody looked at what is another person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Who looked.
    pub who: UserId,
    /// At what.
    pub what: String,
    /// When.
    pub at: DateTime<Utc>,
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// Notes that somebody looked.
pub async fn note(tx: &mut Tx, partnership: PartnershipId, id: i64, person: UserId, look: &Look) -> Result<()> {
    sqlx::query("INSERT INTO access (partnership, id, person, who, what, at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(partnership.0)
        .bind(id)
        .bind(person.0)
        .bind(look.who.0)
        .bind(&look.what)
        .bind(look.at.timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Who looked at what is somebody's, latest first.
pub async fn looks(db: &mut Db, partnership: PartnershipId, person: UserId) -> Result<Vec<Look>> {
    let rows: Vec<(i64, String, i64)> =
        sqlx::query_as("SELECT who, what, at FROM access WHERE partnership = $1 AND person = $2 ORDER BY at DESC, id")
            .bind(partnership.0)
            .bind(person.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(who, what, at)| Look { who: UserId(who), what, at: instant(at) }).collect())
}

/// Removes what was noted before an instant about who looked at what is somebody's.
pub async fn expire_looks(
    tx: &mut Tx,
    partnership: PartnershipId,
    person: UserId,
    before: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("DELETE FROM access WHERE partnership = $1 AND person = $2 AND at < $3")
        .bind(partnership.0)
        .bind(person.0)
        .bind(before.timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes who looked at what was somebody's. Where they looked themselves, it stays with those
/// whose it was.
pub async fn erase_looks(tx: &mut Tx, partnership: PartnershipId, person: UserId) -> Result<()> {
    sqlx::query("DELETE FROM access WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(person.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};

    use super::*;
    use crate::app::App;
    use crate::features::away::{Away, Part, store as away};
    use crate::features::privacy::{commands, jobs, note_access, policy};
    use crate::features::{FEATURES, member};
    use crate::outbox::{self, Budget, Post, Target};
    use crate::partnership::{Message, OrganisationId};
    use crate::scheduler;
    use crate::scheduler::harness::{HERE, on_each_engine, start};

    const ELSEWHERE: PartnershipId = PartnershipId(8);
    const ANN: UserId = UserId(9_001);
    const BEN: UserId = UserId(9_002);

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn hello(user: UserId, now: DateTime<Utc>) -> Post {
        Post {
            target: Target::Dm(user),
            message: Message::text("hello"),
            about: String::new(),
            budget: Budget::Answer,
            not_before: now,
            expires_at: now,
        }
    }

    /// Ann and Ben are members here, with something of every kind that stands in tables.
    async fn live_a_little(app: &App) {
        let own = app.clone();
        let lived = app.store.write(HERE, move |tx| {
            Box::pin(async move {
                let now = own.clock.now();
                for (user, other) in [(ANN, BEN), (BEN, ANN)] {
                    member::store::ensure(tx, HERE, user, "Somebody", now).await?;
                    let stretches = [(day("2026-11-05"), day("2026-11-06")), (day("2025-03-02"), day("2025-03-02"))];
                    for (first, last) in stretches {
                        let entry = Away { id: own.random.id(), first, last, part: Part::Day };
                        away::add(tx, HERE, user, &entry, now).await?;
                    }
                    note_access(tx, &own, HERE, user, other, "the days away of your squad").await?;
                    scheduler::plan(tx, &own, HERE, "checkin.prompt", user.0, "2026-11-03", now).await?;
                    sqlx::query("INSERT INTO person (person, dm_channel) VALUES ($1, 1)")
                        .bind(user.0)
                        .execute(&mut **tx)
                        .await?;
                    outbox::notice(tx, &own, HERE, user, "checkin", 1, "a word", now).await?;
                    outbox::post(tx, &own, HERE, &hello(user, now)).await?;
                }
                Ok(())
            })
        });
        lived.await.expect("written");
    }

    /// What is held about somebody, by the declarations of all features.
    async fn held(app: &App, user: UserId) -> Vec<&'static str> {
        let mut db = app.store.read().await.expect("a connection");
        let mut held = Vec::new();
        for kept in FEATURES.iter().flat_map(|feature| feature.keeps) {
            let copy = (kept.export)(&mut db, HERE, user).await.expect("exported");
            if !policy::is_nothing(&copy) {
                held.push(kept.what);
            }
        }
        held
    }

    async fn erase(app: &App, user: UserId) {
        let own = app.clone();
        let erased = app
            .store
            .write(HERE, move |tx| Box::pin(async move { commands::erase_everything(tx, &own, HERE, user).await }));
        erased.await.expect("erased");
    }

    async fn count(app: &App, sql: &'static str, user: UserId) -> i64 {
        let mut db = app.store.read().await.expect("a connection");
        let (count,): (i64,) = sqlx::query_as(sql).bind(user.0).fetch_one(&mut *db).await.expect("counted");
        count
    }

    #[tokio::test]
    async fn after_erasure_nothing_is_held_and_others_keep_theirs() {
        on_each_engine(async |app| {
            live_a_little(&app).await;
            let before = held(&app, BEN).await;
            assert!(before.len() >= 5, "{before:?}");
            erase(&app, ANN).await;
            assert_eq!(held(&app, ANN).await, Vec::<&str>::new());
            assert_eq!(held(&app, BEN).await, before);
            for sql in
                ["SELECT COUNT(*) FROM occurrence WHERE subject = $1", "SELECT COUNT(*) FROM person WHERE person = $1"]
            {
                assert_eq!((count(&app, sql, ANN).await, count(&app, sql, BEN).await), (0, 1), "{sql}");
            }
        })
        .await;
    }

    #[tokio::test]
    async fn how_somebody_is_reached_stays_while_they_are_a_member_elsewhere() {
        on_each_engine(async |app| {
            live_a_little(&app).await;
            let now = app.clock.now();
            let joined =
                app.store.write(ELSEWHERE, move |tx| Box::pin(member::store::ensure(tx, ELSEWHERE, ANN, "Ann", now)));
            joined.await.expect("written");
            erase(&app, ANN).await;
            assert_eq!(held(&app, ANN).await, Vec::<&str>::new());
            assert_eq!(count(&app, "SELECT COUNT(*) FROM person WHERE person = $1", ANN).await, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn retention_removes_what_is_too_old_and_plans_its_next_round() {
        on_each_engine(async |app| {
            live_a_little(&app).await;
            let sent = app.store.write(HERE, |tx| {
                Box::pin(async move {
                    let sql = "UPDATE post SET state = 'sent', created_at = 0 WHERE partnership = $1 AND target = $2";
                    sqlx::query(sql).bind(HERE.0).bind(ANN.0).execute(&mut **tx).await?;
                    Ok(())
                })
            });
            sent.await.expect("written");
            jobs::run(&app, HERE, Vec::new()).await.expect("ran");
            let mut db = app.store.read().await.expect("a connection");
            let left = away::all(&mut db, HERE, ANN).await.expect("read");
            assert_eq!(left.iter().map(|entry| entry.first).collect::<Vec<_>>(), [day("2026-11-05")]);
            assert_eq!(outbox::messages(&mut db, HERE, ANN).await.expect("read"), []);
            assert_eq!(outbox::messages(&mut db, HERE, BEN).await.expect("read")[0].1, "hello", "what waits is kept");
            assert_eq!(looks(&mut db, HERE, ANN).await.expect("read").len(), 1);
            drop(db);
            let rounds = "SELECT COUNT(*) FROM occurrence WHERE kind = 'privacy.retention' AND slot = '2026-11-03' AND subject <> $1";
            assert_eq!(count(&app, rounds, ANN).await, 1);
        })
        .await;
    }

    #[tokio::test]
    async fn whoever_left_long_ago_is_forgotten_altogether() {
        on_each_engine(async |app| {
            live_a_little(&app).await;
            let left = start() - TimeDelta::days(366);
            let leaving = app.store.write(HERE, move |tx| Box::pin(member::store::leave(tx, HERE, ANN, left)));
            leaving.await.expect("written");
            jobs::run(&app, HERE, Vec::new()).await.expect("ran");
            assert_eq!(held(&app, ANN).await, Vec::<&str>::new());
            assert!(!held(&app, BEN).await.is_empty());
        })
        .await;
    }

    #[tokio::test]
    async fn each_organisation_keeps_for_as_long_as_it_chose() {
        on_each_engine(async |app| {
            live_a_little(&app).await;
            let set = app.store.write(HERE, |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "INSERT INTO organisation (partnership, id, name, tag, calendar, retention_days, created_at) \
                         VALUES (7, 1, 'Northwind', 'NW', 'none', 30, 0)",
                    )
                    .execute(&mut **tx)
                    .await?;
                    let agreed = Some((OrganisationId(1), member::model::Membership::Agreed));
                    member::store::set_organisation(tx, HERE, ANN, agreed).await
                })
            });
            set.await.expect("written");
            let people = jobs::people(&mut app.store.read().await.expect("a connection"), HERE).await.expect("read");
            let days: Vec<u16> = people.iter().map(|person| person.retention_days).collect();
            assert_eq!(days, [30, 365]);
        })
        .await;
    }
}
