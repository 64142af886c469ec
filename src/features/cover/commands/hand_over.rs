//! What comes with an agreement: the hand-over, one's days away, and telling the squad.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::Result;
use crate::features::away as days_away;
use crate::features::cover::ask;
use crate::features::cover::model::{HandOver, Said, State};
use crate::features::cover::{store, view};
use crate::features::member::telling;

use super::own_request;

/// Opens the form.
pub(super) async fn form(app: &App, act: &Act) -> Result<Answer> {
    let loaded = own_request(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::note_form(act.partnership, &loaded.cover)))
}

/// Keeps the hand-over. Whoever covers gets it at once, and each change of it.
pub(super) async fn sent(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut loaded = own_request(tx, &act).await?;
            let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
            let hand_over = HandOver { only_i: text("only_i"), open: text("open"), call: text("call") };
            loaded.cover.hand_over = Some(hand_over).filter(|one| *one != HandOver::default());
            store::save(tx, act.partnership, &loaded.cover, act.at).await?;
            let said = match loaded.cover.volunteer.filter(|_| loaded.cover.state == State::Agreed) {
                Some(volunteer) => {
                    let message = view::for_asked(&loaded.scene(), volunteer, Said::Yes, false, "");
                    telling::inform(tx, &own, act.partnership, volunteer, message).await?;
                    let name = ask::name(tx, act.partnership, volunteer).await?;
                    format!("Saved; {} has it.", crate::partnership::text::escaped(&name))
                }
                None => "Saved. Whoever covers you gets it, and nobody else.".to_owned(),
            };
            loaded.for_asker(tx, &said).await
        })
    });
    done.await.map(Answer::Private)
}

/// **I'll be away then**.
pub(super) async fn away(app: &App, act: &Act) -> Result<Answer> {
    let loaded = own_request(&mut *app.store.read().await?, act).await?;
    days_away::note_days(app, act, loaded.cover.first, loaded.cover.last).await.map(Answer::Private)
}

/// Tells the squad who covers, in its channel.
pub(super) async fn share(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut loaded = own_request(tx, &act).await?;
            let agreed = loaded.cover.volunteer.filter(|_| loaded.cover.state == State::Agreed && !loaded.cover.shared);
            if let Some(volunteer) = agreed {
                let name = ask::name(tx, act.partnership, volunteer).await?;
                loaded.post(tx, &own, view::shared(&loaded.scene(), (volunteer, &name))).await?;
                loaded.cover.shared = true;
                store::save(tx, act.partnership, &loaded.cover, act.at).await?;
            }
            loaded.for_asker(tx, "").await
        })
    });
    done.await.map(Answer::Update)
}
