use chrono::TimeDelta;
use futures::FutureExt;

use super::super::policy::{Approach, Next};
use super::super::{Budget, Step, Target, post, step, step_until};
use super::{ANN, claim, complete, next, queue, saying, states, texts, write};
use crate::partnership::{ChannelId, MessageId, UserId};
use crate::scheduler::harness::{on_each_engine, start};

#[tokio::test]
async fn posts_to_one_target_go_one_after_the_other() {
    on_each_engine(|app| async move {
        for text in ["a1", "a2", "a3"] {
            queue(&app, saying(Target::Dm(ANN), text, Budget::Answer)).await;
        }
        queue(&app, saying(Target::Channel(ChannelId(42)), "b1", Budget::Shared)).await;
        let first = claim(&app).await;
        assert_eq!(texts(&first), ["a1", "b1"]);
        assert!(claim(&app).await.is_empty(), "what comes after waits for what is under way");
        let ann = first.iter().find(|claim| claim.target == Target::Dm(ANN)).expect("hers");
        let later = start() + TimeDelta::seconds(8);
        assert!(complete(&app, ann, Next::Again { at: later, first_sent_at: None }).await);
        assert!(claim(&app).await.is_empty(), "and for what is tried again");
        assert_eq!(next(&app).await, Some(later));
        app.clock.advance_to(later);
        let again = claim(&app).await;
        assert!(!complete(&app, ann, Next::Sent(MessageId(1))).await, "the first claim was lost");
        assert!(complete(&app, &again[0], Next::Sent(MessageId(1))).await);
        assert_eq!(texts(&claim(&app).await), ["a2"]);
    })
    .await;
}

#[tokio::test]
async fn workers_side_by_side_claim_each_post_once() {
    on_each_engine(|app| async move {
        for person in 0..150 {
            queue(&app, saying(Target::Dm(UserId(person)), &person.to_string(), Budget::Answer)).await;
        }
        let workers = futures::future::join_all((0..8).map(|_| claim(&app))).await;
        let mut ids: Vec<i64> = workers.concat().iter().map(|claim| claim.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), workers.concat().len()), (150, 150));
    })
    .await;
}

#[tokio::test]
async fn what_may_have_arrived_is_remembered_and_what_did_not_is_not() {
    on_each_engine(|app| async move {
        queue(&app, saying(Target::Channel(ChannelId(1)), "a", Budget::Shared)).await;
        queue(&app, saying(Target::Channel(ChannelId(2)), "b", Budget::Shared)).await;
        let claims = claim(&app).await;
        let began = Some(start().timestamp_millis());
        assert_eq!(states(&app).await, [("waiting".to_owned(), began), ("waiting".to_owned(), began)]);
        let stopped = claims.iter().find(|claim| claim.target == Target::Channel(ChannelId(1))).expect("a").clone();
        write(&app, |tx, _| async move { post::release(tx, &stopped, false).await }.boxed()).await;
        assert_eq!(states(&app).await, [("waiting".to_owned(), None), ("waiting".to_owned(), began)]);
        assert_eq!(claim(&app).await.len(), 1, "a given-back claim is free at once");
        // The bot is down for hours. What never left expires; what may have arrived is looked for.
        queue(&app, saying(Target::Channel(ChannelId(3)), "c", Budget::Shared)).await;
        app.clock.advance_to(start() + TimeDelta::hours(13));
        let overdue = claim(&app).await;
        assert_eq!(texts(&overdue), ["a", "b"]);
        assert_eq!(states(&app).await[2].0, "expired");
        assert!(overdue.iter().all(|claim| claim.attempt.approach() == Approach::LookFor));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_leave_waits_and_the_rest_is_given_back_when_the_bot_stops() {
    on_each_engine(|app| async move {
        queue(&app, saying(Target::Channel(ChannelId(1)), "a", Budget::Shared)).await;
        // Nobody listens where the tests send to.
        assert_eq!(step(&app, &[]).await.expect("steps"), Step { ran: 1, next: Some(start() + TimeDelta::seconds(2)) });
        assert_eq!(states(&app).await, [("waiting".to_owned(), None)]);
        app.clock.advance_to(start() + TimeDelta::seconds(2));
        let stop = tokio_util::sync::CancellationToken::new();
        stop.cancel();
        step_until(&app, &[], &stop).await.expect("steps");
        assert_eq!(claim(&app).await.len(), 1, "no lease is left");
    })
    .await;
}
