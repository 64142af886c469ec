//! The outbox on both engines, up to where Discord begins.

mod panels;
mod people;
mod posts;

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::policy::Next;
use super::{Budget, Post, Queued, Target, post};
use crate::app::App;
use crate::error::Result;
use crate::partnership::{ChannelId, Message, UserId};
use crate::scheduler::harness::{HERE, start};
use crate::storage::{Scope, Tx};

const ANN: UserId = UserId(42);

/// Writes in a transaction.
async fn write<T, F>(app: &App, job: F) -> T
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx, App) -> BoxFuture<'t, Result<T>> + Send + 'static,
{
    let inner = app.clone();
    app.store.write(HERE, move |tx| job(tx, inner)).await.expect("written")
}

fn saying(target: Target, text: &str, budget: Budget) -> Post {
    Post {
        target,
        message: Message::text(text),
        about: format!("test:{text}"),
        budget,
        not_before: start(),
        expires_at: start() + TimeDelta::hours(12),
    }
}

async fn queue(app: &App, said: Post) -> Queued {
    write(app, |tx, app| async move { post(tx, &app, HERE, &said).await }.boxed()).await
}

async fn claim(app: &App) -> Vec<post::Claim> {
    let now = app.clock.now();
    app.store.write(Scope::Any, move |tx| post::claim(tx, now).boxed()).await.expect("claimed")
}

async fn complete(app: &App, claim: &post::Claim, next: Next) -> bool {
    let claim = claim.clone();
    write(app, |tx, _| async move { post::complete(tx, &claim, Some(ChannelId(9)), &next).await }.boxed()).await
}

fn texts(claims: &[post::Claim]) -> Vec<String> {
    let text = |claim: &post::Claim| serde_json::from_str::<Message>(&claim.body).expect("a message").text;
    let mut texts: Vec<String> = claims.iter().map(text).collect();
    texts.sort();
    texts
}

async fn states(app: &App) -> Vec<(String, Option<i64>)> {
    let mut db = app.store.read().await.expect("reads");
    let sql = "SELECT state, first_sent_at FROM post ORDER BY about";
    sqlx::query_as(sql).fetch_all(&mut *db).await.expect("reads")
}

async fn next(app: &App) -> Option<DateTime<Utc>> {
    super::next(app, app.clock.now()).await.expect("reads")
}
