use chrono::TimeDelta;
use futures::FutureExt;

use super::super::panel::{End, Standing};
use super::super::policy::Next;
use super::super::{Budget, Panel, Showing, Stands, Step, Target, panel, repost, step, touch};
use super::{claim, complete, next, queue, saying, states, texts, write};
use crate::app::App;
use crate::partnership::{ChannelId, MessageId};
use crate::scheduler::harness::{HERE, on_each_engine, start};
use crate::storage::Scope;

fn board() -> Panel {
    Panel {
        key: "test.board:3".to_owned(),
        channel: ChannelId(5),
        thread_title: "Monday".to_owned(),
        pinned: true,
        stands: Stands::InChannel,
        folded: false,
    }
}

async fn show_board(app: &App, board: Panel) {
    write(app, |tx, app| async move { panel(tx, &app, HERE, &board).await }.boxed()).await;
}

async fn claim_panel(app: &App) -> Option<panel::Claim> {
    let now = app.clock.now();
    let claims = app.store.write(Scope::Any, move |tx| panel::claim(tx, now).boxed()).await.expect("claimed");
    assert!(claims.len() <= 1);
    claims.into_iter().next()
}

async fn end(app: &App, claim: &panel::Claim, standing: &Standing, end: End) -> bool {
    let (claim, standing) = (claim.clone(), standing.clone());
    write(app, |tx, _| async move { panel::complete(tx, &claim, &standing, &end).await }.boxed()).await
}

fn posted(claim: &panel::Claim) -> Standing {
    let (message, thread) = (Some(MessageId(8)), Some(ChannelId(8)));
    Standing { message, thread, posted_at: Some(start()), ..claim.standing.clone() }
}

#[tokio::test]
async fn a_panel_is_shown_again_when_it_was_touched_and_has_rested() {
    on_each_engine(|app| async move {
        assert_eq!(claim_panel(&app).await.map(|claim| claim.key), None);
        show_board(&app, board()).await;
        let first = claim_panel(&app).await.expect("there");
        assert_eq!((first.wanted, first.pinned, first.standing.first_sent_at), (1, true, Some(start())));
        // Touched while it is being shown: once more.
        write(&app, |tx, app| async move { touch(tx, &app, HERE, "test.board:3").await }.boxed()).await;
        let rested = start() + TimeDelta::seconds(15);
        assert!(end(&app, &first, &posted(&first), End::Shown(rested)).await);
        assert!(claim_panel(&app).await.is_none(), "it rests");
        assert_eq!(next(&app).await, Some(rested));
        app.clock.advance_to(rested);
        let second = claim_panel(&app).await.expect("touched");
        assert_eq!((second.wanted, &second.standing), (2, &posted(&first)));
        assert!(end(&app, &second, &second.standing, End::Shown(rested)).await);
        assert_eq!((claim_panel(&app).await.map(|claim| claim.key), next(&app).await), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_panel_that_failed_gets_another_chance_when_it_is_saved() {
    on_each_engine(|app| async move {
        show_board(&app, board()).await;
        let claimed = claim_panel(&app).await.expect("there");
        assert!(end(&app, &claimed, &claimed.standing, End::Failed("50013".to_owned())).await);
        write(&app, |tx, app| async move { touch(tx, &app, HERE, "test.board:3").await }.boxed()).await;
        assert!(claim_panel(&app).await.is_none());
        show_board(&app, board()).await;
        assert!(claim_panel(&app).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_panel_that_moved_is_posted_anew() {
    on_each_engine(|app| async move {
        show_board(&app, board()).await;
        let old = claim_panel(&app).await.expect("there");
        write(&app, |tx, app| {
            async move { repost(tx, &app, HERE, "test.board:3", ChannelId(6), Stands::InChannel).await }.boxed()
        })
        .await;
        assert!(!end(&app, &old, &posted(&old), End::Shown(start())).await, "what went to the old channel is not it");
        let new = claim_panel(&app).await.expect("wanted");
        assert_eq!((new.channel, new.standing.message), (ChannelId(6), None));
        assert_ne!(new.standing.nonce, old.standing.nonce);
        assert!(end(&app, &new, &posted(&new), End::Shown(start())).await);
        write(&app, |tx, app| {
            async move { repost(tx, &app, HERE, "test.board:3", ChannelId(6), Stands::InChannel).await }.boxed()
        })
        .await;
        assert!(claim_panel(&app).await.is_none(), "it stands there already");
    })
    .await;
}

#[tokio::test]
async fn posts_wait_for_their_thread_and_fail_without_one() {
    on_each_engine(|app| async move {
        show_board(&app, board()).await;
        queue(&app, saying(Target::Thread("test.board:3".to_owned()), "a", Budget::Shared)).await;
        assert!(claim(&app).await.is_empty());
        let claimed = claim_panel(&app).await.expect("there");
        assert!(end(&app, &claimed, &posted(&claimed), End::Shown(start())).await);
        let ready = claim(&app).await;
        assert_eq!(texts(&ready), ["a"]);
        // The thread was deleted: it waits until there is another one.
        assert!(complete(&app, &ready[0], Next::PlaceGone { at: start() }).await);
        write(&app, |tx, _| panel::thread_gone(tx, HERE, "test.board:3").boxed()).await;
        assert!(claim(&app).await.is_empty());
        let reopened = claim_panel(&app).await.expect("wanted again");
        assert_eq!(reopened.standing.thread, None);
        assert!(end(&app, &reopened, &reopened.standing, End::Failed("50013".to_owned())).await);
        assert_eq!(step(&app, &[]).await.expect("steps").ran, 1);
        assert_eq!(states(&app).await[0].0, "failed");
    })
    .await;
}

#[tokio::test]
async fn a_panel_that_cannot_be_rendered_is_tried_again_and_then_fails() {
    on_each_engine(|app| async move {
        let showings = [Showing { kind: "test.board", render: |_, _, _| panic!("no"), lost: None }];
        show_board(&app, board()).await;
        assert_eq!(
            step(&app, &showings).await.expect("steps"),
            Step { ran: 1, next: Some(start() + TimeDelta::seconds(2)) }
        );
        for _ in 2..=8 {
            app.clock.advance_to(app.clock.now() + TimeDelta::seconds(256));
            assert_eq!(step(&app, &showings).await.expect("steps").ran, 1);
        }
        assert_eq!(next(&app).await, None);
    })
    .await;
}

#[tokio::test]
async fn nothing_to_show_is_shown_without_a_word() {
    on_each_engine(|app| async move {
        let showings = [Showing { kind: "test.board", render: |_, _, _| async { Ok(None) }.boxed(), lost: None }];
        show_board(&app, board()).await;
        assert_eq!(step(&app, &showings).await.expect("steps"), Step { ran: 1, next: None });
        show_board(&app, board()).await;
        let claimed = claim_panel(&app).await.expect("touched");
        assert_eq!((claimed.standing.message, claimed.standing.first_sent_at), (None, Some(start())));
    })
    .await;
}
