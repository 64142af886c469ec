//! Occurrences on both engines: claimed once, finished once, never lost.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::harness::{HERE, on_each_engine, start};
use super::{Due, Job, Step, finish, finish_all, plan, step, store, void};
use crate::app::App;
use crate::error::Result;
use crate::storage::Scope;

const NONE: &[Job] = &[];

async fn planned(app: &App, subject: i64, slot: &'static str, due_at: DateTime<Utc>) {
    let inner = app.clone();
    let job = app.store.write(HERE, move |tx| {
        async move { plan(tx, &inner, HERE, "test.thing", subject, slot, due_at).await }.boxed()
    });
    job.await.expect("planned");
}

async fn voided(app: &App, subject: i64) {
    app.store.write(HERE, move |tx| void(tx, HERE, "test.thing", subject).boxed()).await.expect("voided");
}

async fn claimed(app: &App) -> Vec<Due> {
    let now = app.clock.now();
    let claims = app.store.write(Scope::Any, move |tx| store::claim(tx, now).boxed()).await.expect("claimed");
    claims.into_iter().map(|claim| claim.due).collect()
}

async fn finished(app: &App, due: &Due) -> Result<()> {
    let (inner, due) = (app.clone(), due.clone());
    app.store.write(HERE, move |tx| async move { finish(tx, &inner, &due).await }.boxed()).await
}

async fn states(app: &App) -> Vec<(i64, String, i64)> {
    let mut db = app.store.read().await.expect("reads");
    let sql = "SELECT subject, state, attempts FROM occurrence ORDER BY subject, slot";
    sqlx::query_as(sql).fetch_all(&mut *db).await.expect("reads")
}

fn job(kind: &'static str, run: super::Run) -> Job {
    Job { kind, grace: TimeDelta::hours(1), run }
}

fn finishes(app: &App, dues: Vec<Due>) -> BoxFuture<'_, Result<()>> {
    let inner = app.clone();
    app.store.write(HERE, move |tx| async move { finish_all(tx, &inner, &dues).await }.boxed()).boxed()
}

#[tokio::test]
async fn planning_twice_is_planning_once_and_moves_it() {
    on_each_engine(|app| async move {
        planned(&app, 1, "a", start() + TimeDelta::hours(1)).await;
        planned(&app, 1, "a", start()).await;
        assert_eq!(claimed(&app).await.len(), 1);
        planned(&app, 1, "a", start() + TimeDelta::hours(5)).await;
        assert_eq!(claimed(&app).await.len(), 0, "what somebody works at is neither moved nor claimed again");
        app.clock.advance_to(start() + TimeDelta::seconds(61));
        assert_eq!(claimed(&app).await.len(), 1, "it wasn't moved");
    })
    .await;
}

#[tokio::test]
async fn what_is_done_stays_done_and_what_is_void_comes_back() {
    on_each_engine(|app| async move {
        planned(&app, 1, "a", start()).await;
        planned(&app, 2, "a", start()).await;
        voided(&app, 2).await;
        let dues = claimed(&app).await;
        assert_eq!(dues.len(), 1);
        finished(&app, &dues[0]).await.expect("finished");
        planned(&app, 1, "a", start()).await;
        assert_eq!(claimed(&app).await.len(), 0);
        planned(&app, 2, "a", start()).await;
        assert_eq!(claimed(&app).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn only_the_latest_claimant_finishes() {
    on_each_engine(|app| async move {
        planned(&app, 1, "a", start()).await;
        let frozen = claimed(&app).await;
        app.clock.advance_to(start() + TimeDelta::seconds(60));
        let second = claimed(&app).await;
        assert!(finished(&app, &frozen[0]).await.is_err(), "its lease is over and taken");
        finished(&app, &second[0]).await.expect("finished");
        assert!(finished(&app, &second[0]).await.is_err(), "once");

        planned(&app, 2, "a", start()).await;
        let voided_meanwhile = claimed(&app).await;
        voided(&app, 2).await;
        assert!(finished(&app, &voided_meanwhile[0]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn workers_side_by_side_claim_each_once() {
    on_each_engine(|app| async move {
        for subject in 0..700 {
            planned(&app, subject, "a", start()).await;
        }
        let workers: Vec<_> = (0..4).map(|_| claimed(&app)).collect();
        let mut subjects: Vec<i64> =
            futures::future::join_all(workers).await.concat().iter().map(|due| due.subject).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, (0..700).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_lease_from_before_the_clock_was_set_back_counts_for_nothing() {
    on_each_engine(|app| async move {
        planned(&app, 1, "a", start() - TimeDelta::days(2)).await;
        let first = claimed(&app).await;
        app.clock.advance_to(start() - TimeDelta::days(1));
        let second = claimed(&app).await;
        assert_eq!(second.len(), 1);
        assert!(finished(&app, &first[0]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_step_runs_what_is_due_and_knows_what_comes_next() {
    on_each_engine(|app| async move {
        let jobs = [job("test.thing", |app, _, dues| finishes(app, dues))];
        assert_eq!(step(&app, &jobs).await.expect("steps"), Step::default());
        let later = start() + TimeDelta::hours(2);
        planned(&app, 1, "a", start() - TimeDelta::minutes(59)).await;
        planned(&app, 2, "a", start() - TimeDelta::minutes(61)).await;
        planned(&app, 3, "a", later).await;
        assert_eq!(step(&app, &jobs).await.expect("steps"), Step { ran: 2, next: Some(later) });
        assert_eq!(step(&app, &jobs).await.expect("steps"), Step { ran: 0, next: Some(later) });
        let kept: Vec<String> = states(&app).await.into_iter().map(|row| row.1).collect();
        assert_eq!(kept, ["done", "missed", "due"]);
    })
    .await;
}

#[tokio::test]
async fn after_a_long_downtime_a_daily_chain_catches_up_without_announcing() {
    static ANNOUNCED: AtomicUsize = AtomicUsize::new(0);
    on_each_engine(|app| async move {
        ANNOUNCED.store(0, Ordering::SeqCst);
        let jobs = [job("test.thing", |app, here, dues| {
            let inner = app.clone();
            let run = app.store.write(here, move |tx| {
                async move {
                    for due in dues {
                        ANNOUNCED.fetch_add(usize::from(!due.stale), Ordering::SeqCst);
                        let next = due.due_at + TimeDelta::days(1);
                        plan(tx, &inner, here, "test.thing", 1, &next.date_naive().to_string(), next).await?;
                        finish(tx, &inner, &due).await?;
                    }
                    Ok(())
                }
                .boxed()
            });
            run.boxed()
        })];
        planned(&app, 1, "first", start() - TimeDelta::days(30)).await;
        let mut steps = 0;
        while step(&app, &jobs).await.expect("steps").ran > 0 {
            steps += 1;
        }
        assert_eq!((steps, ANNOUNCED.load(Ordering::SeqCst)), (31, 1), "today's alone is announced");
    })
    .await;
}

#[tokio::test]
async fn failures_panics_and_forgetting_are_tried_again_and_then_given_up() {
    on_each_engine(|app| async move {
        let jobs = [
            job("test.error", |_, _, _| async { Err(anyhow::anyhow!("no").into()) }.boxed()),
            job("test.panic", |_, _, _| panic!("no")),
            job("test.forgets", |_, _, _| async { Ok(()) }.boxed()),
        ];
        for kind in ["test.error", "test.panic", "test.forgets", "test.unknown"] {
            let inner = app.clone();
            let write = app
                .store
                .write(HERE, move |tx| async move { plan(tx, &inner, HERE, kind, 1, "a", start()).await }.boxed());
            write.await.expect("planned");
        }
        let first = step(&app, &jobs).await.expect("steps");
        assert_eq!(first, Step { ran: 4, next: Some(start() + TimeDelta::seconds(2)) });
        for attempt in 2..=8 {
            app.clock.advance_to(app.clock.now() + TimeDelta::seconds(256));
            assert_eq!(step(&app, &jobs).await.expect("steps").ran, 4, "attempt {attempt}");
        }
        assert_eq!(states(&app).await, vec![(1, "failed".to_owned(), 8); 4]);
        assert_eq!(step(&app, &jobs).await.expect("steps"), Step::default());
    })
    .await;
}

#[tokio::test]
async fn one_that_fails_takes_the_others_down_only_once() {
    on_each_engine(|app| async move {
        let jobs = [job("test.thing", |app, _, dues| {
            if dues.iter().any(|due| due.subject == 2) {
                return async { Err(anyhow::anyhow!("no").into()) }.boxed();
            }
            finishes(app, dues)
        })];
        for subject in 1..=3 {
            planned(&app, subject, "a", start()).await;
        }
        step(&app, &jobs).await.expect("steps");
        app.clock.advance_to(start() + TimeDelta::seconds(2));
        step(&app, &jobs).await.expect("steps");
        let kept: Vec<String> = states(&app).await.into_iter().map(|row| row.1).collect();
        assert_eq!(kept, ["done", "due", "done"]);
    })
    .await;
}

#[tokio::test]
async fn the_loop_wakes_for_what_is_planned_and_stops_when_told() {
    on_each_engine(|app| async move {
        let stop = tokio_util::sync::CancellationToken::new();
        let jobs = vec![job("test.thing", |app, _, dues| finishes(app, dues))];
        let task = tokio::spawn(super::run(app.clone(), jobs, stop.clone()));
        let due = start() + TimeDelta::minutes(10);
        planned(&app, 1, "a", due).await;
        app.clock.activity().drained().await;
        app.clock.advance_to(due);
        app.clock.activity().drained().await;
        assert_eq!(states(&app).await, [(1, "done".to_owned(), 1)]);
        stop.cancel();
        task.await.expect("ends");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_begun_when_it_stops_is_given_back() {
    on_each_engine(|app| async move {
        planned(&app, 1, "a", start()).await;
        let stop = tokio_util::sync::CancellationToken::new();
        stop.cancel();
        super::step_until(&app, NONE, &stop).await.expect("steps");
        assert_eq!(states(&app).await, [(1, "due".to_owned(), 0)]);
        assert_eq!(claimed(&app).await.len(), 1, "no lease is left");
    })
    .await;
}
