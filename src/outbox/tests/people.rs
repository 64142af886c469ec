use chrono::{NaiveDate, TimeDelta};
use futures::FutureExt;

use super::super::policy::Next;
use super::super::trouble::{self, Trouble, Wrong};
use super::super::{
    Budget, Queued, Target, about, dm_closed, dm_reopened, latest_about, notice, person, post, step, take_notices,
};
use super::{ANN, claim, complete, queue, saying, states, write};
use crate::partnership::{ChannelId, MessageId, UserId};
use crate::scheduler::harness::{HERE, on_each_engine, start};

#[tokio::test]
async fn a_person_hears_no_more_than_the_budget_of_the_day() {
    on_each_engine(|app| async move {
        let day = NaiveDate::from_ymd_opt(2026, 11, 2).expect("a date");
        let ask = async |budget| matches!(queue(&app, saying(Target::Dm(ANN), "x", budget)).await, Queued::Yes(_));
        assert!(ask(Budget::Gathered(day)).await);
        assert!(!ask(Budget::Gathered(day)).await);
        assert!(ask(Budget::Reminder(day)).await);
        assert!(ask(Budget::Urgent(day)).await);
        assert!(!ask(Budget::Reminder(day)).await);
        assert!(ask(Budget::Answer).await);
        assert!(ask(Budget::Gathered(day.succ_opt().expect("a date"))).await);
        // What was refused doesn't count.
        let gathered = claim(&app).await;
        assert!(complete(&app, &gathered[0], Next::Closed).await);
        assert!(ask(Budget::Gathered(day)).await);
        let other = saying(Target::Dm(UserId(1)), "x", Budget::Gathered(day));
        assert!(matches!(queue(&app, other).await, Queued::Yes(_)), "budgets are per person");
    })
    .await;
}

#[tokio::test]
async fn replies_find_what_they_are_about() {
    on_each_engine(|app| async move {
        queue(&app, saying(Target::Dm(ANN), "old", Budget::Answer)).await;
        let old = claim(&app).await;
        assert!(complete(&app, &old[0], Next::Sent(MessageId(100))).await);
        app.clock.advance_to(start() + TimeDelta::hours(2));
        queue(&app, saying(Target::Dm(ANN), "new", Budget::Answer)).await;
        let new = claim(&app).await;
        assert!(complete(&app, &new[0], Next::Sent(MessageId(200))).await);
        let mut db = app.store.read().await.expect("reads");
        let found = |text: &str| Some((HERE, format!("test:{text}")));
        assert_eq!(about(&mut db, MessageId(100)).await.expect("reads"), found("old"));
        assert_eq!(about(&mut db, MessageId(300)).await.expect("reads"), None);
        assert_eq!(latest_about(&mut db, ANN, start()).await.expect("reads"), found("new"));
        let since = start() + TimeDelta::hours(3);
        assert_eq!(latest_about(&mut db, ANN, since).await.expect("reads"), None);
        assert_eq!(latest_about(&mut db, UserId(1), start()).await.expect("reads"), None);
        assert!(post::known(&mut db, MessageId(100)).await.expect("reads"));
        assert!(!post::known(&mut db, MessageId(300)).await.expect("reads"));
    })
    .await;
}

#[tokio::test]
async fn closed_conversations_are_remembered_until_the_person_asks() {
    on_each_engine(|app| async move {
        let now = app.clock.now();
        write(&app, |tx, _| person::opened(tx, ANN, ChannelId(5)).boxed()).await;
        write(&app, move |tx, _| person::closed(tx, ANN, now).boxed()).await;
        let mut db = app.store.read().await.expect("reads");
        assert!(dm_closed(&mut db, ANN).await.expect("reads"));
        assert!(!dm_closed(&mut db, UserId(1)).await.expect("reads"));
        drop(db);
        queue(&app, saying(Target::Dm(ANN), "x", Budget::Answer)).await;
        assert_eq!(step(&app, &[]).await.expect("steps").ran, 1);
        assert_eq!(states(&app).await[0].0, "failed", "it isn't even tried");
        write(&app, |tx, _| dm_reopened(tx, ANN).boxed()).await;
        let mut db = app.store.read().await.expect("reads");
        let expected = person::Person { channel: Some(ChannelId(5)), closed: false };
        assert_eq!(person::find(&mut db, ANN).await.expect("reads"), expected);
    })
    .await;
}

#[tokio::test]
async fn notices_are_taken_once_worst_first() {
    on_each_engine(|app| async move {
        for (rank, text, hours) in
            [(5, "mild", 9), (1, "bad", 9), (1, "worse, later", 9), (0, "over", -1), (9, "least", 9)]
        {
            app.clock.advance_to(app.clock.now() + TimeDelta::milliseconds(1));
            let until = start() + TimeDelta::hours(hours);
            write(&app, move |tx, app| {
                async move { notice(tx, &app, HERE, ANN, "test", rank, text, until).await }.boxed()
            })
            .await;
        }
        let take = async |most| {
            write(&app, move |tx, app| async move { take_notices(tx, &app, HERE, ANN, most).await }.boxed()).await
        };
        assert_eq!(take(3).await, ["bad", "worse, later", "mild"]);
        assert_eq!(take(3).await, ["least"]);
        assert!(take(3).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_admin_is_told_once_a_day() {
    on_each_engine(|app| async move {
        write(&app, |tx, _| {
            async move {
                let sql = "INSERT INTO partnership (partnership, name, zone, admin, created_at) VALUES (7, 'x', 'UTC', 42, 0)";
                sqlx::query(sql).execute(&mut **tx).await?;
                Ok(())
            }
            .boxed()
        })
        .await;
        let told = async |channel| {
            let trouble = Trouble { place: Some(ChannelId(channel)), wrong: Wrong::Unclear };
            write(&app, |tx, app| async move { trouble::tell(tx, &app, HERE, &trouble).await }.boxed()).await;
            states(&app).await.len()
        };
        assert_eq!([told(1).await, told(1).await, told(2).await], [1, 1, 2]);
        app.clock.advance_to(start() + TimeDelta::days(1));
        assert_eq!(told(1).await, 3);
    })
    .await;
}
