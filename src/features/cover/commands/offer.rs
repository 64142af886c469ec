//! Offering to take something over, and answering whoever asks for it.

use chrono::NaiveDate;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, person, refuse};
use crate::features::cover::ask::{self, Loaded};
use crate::features::cover::model::{Offer, Said, Skill, State};
use crate::features::cover::{store, view};
use crate::features::member;
use crate::partnership::text::escaped;
use crate::schedule::parse_dates;
use crate::storage::Tx;

use super::{asked_request, listed};

/// `/cover offer`: adds to what is offered; the same skill is offered anew.
pub(super) async fn offer(app: &App, act: &Act) -> Result<Answer> {
    let skills = Skill::parse_all(act.required("skills")?)?;
    let zone = member::zone_of(&mut *app.store.read().await?, act.partnership, act.actor.user).await?;
    let today = act.at.with_timezone(&zone).date_naive();
    let date = |name: &str| -> Result<Option<(NaiveDate, NaiveDate)>> {
        let Some(text) = act.text(name) else { return Ok(None) };
        parse_dates(text, today).map(Some).map_err(|why| person(escaped(why.message())))
    };
    let (from, until) = (date("from")?, date("until")?);
    // `from: 6 April to 10 April` says it all at once.
    let both = from.filter(|(first, last)| first != last).map(|(_, last)| last);
    let (first, last) = (from.map_or(today, |(first, _)| first), until.map(|(_, last)| last).or(both));
    if last.is_some_and(|last| last < first || last < today) {
        return refuse(
            "That ends before it begins. Say from when and until when, such as from: Monday until: 30 June.",
        );
    }
    let offers: Vec<Offer> = skills.into_iter().map(|skill| Offer { skill, first, last }).collect();
    let (own, act) = (app.clone(), act.clone());
    let kept = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
            for offer in &offers {
                store::save_offer(tx, partnership, user, offer).await?;
            }
            // What is open already is asked of whoever offers it now.
            for cover in store::current(tx, partnership, today).await? {
                if cover.state == State::Open && offers.iter().any(|offer| offer.fits(&cover)) {
                    Loaded::of(tx, partnership, cover, act.at).await?.ask_all(tx, &own).await?;
                }
            }
            Ok(view::offered(partnership, &offers, today))
        })
    });
    kept.await.map(Answer::Private)
}

/// Takes an offer back. What was answered stands.
pub(super) async fn unoffer(app: &App, act: &Act) -> Result<Answer> {
    let key = act.pick().unwrap_or_default().to_owned();
    let act = act.clone();
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            store::drop_offer(tx, act.partnership, act.actor.user, &key).await?;
            listed(tx, &act).await
        })
    });
    done.await.map(Answer::Update)
}

/// **I can**.
pub(super) async fn yes(app: &App, act: &Act) -> Result<Answer> {
    answer(app, act, Said::Yes).await
}

/// **Not this time**, or **I can't after all**.
pub(super) async fn no(app: &App, act: &Act) -> Result<Answer> {
    answer(app, act, Said::No).await
}

async fn answer(app: &App, act: &Act, said: Said) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (mut loaded, before) = asked_request(tx, &act).await?;
            if before != said && loaded.cover.state != State::Withdrawn {
                store::answer(tx, act.partnership, loaded.cover.id, act.actor.user, said).await?;
                tell(tx, &own, &act, &mut loaded, before, said).await?;
            }
            loaded.for_asked(tx, act.actor.user, said, act.at, "").await
        })
    });
    done.await.map(Answer::Update)
}

/// Whoever asked hears of a yes, and of one that is taken back. Of a no alone nobody hears.
async fn tell(tx: &mut Tx, app: &App, act: &Act, loaded: &mut Loaded, before: Said, said: Said) -> Result<()> {
    let covers = loaded.cover.volunteer == Some(act.actor.user);
    if said == Said::No && covers {
        loaded.end(tx, app, State::Open).await?;
    }
    // Somebody else covers: there is nothing for the asker to do.
    if loaded.cover.state != State::Open || (said == Said::No && before != Said::Yes) {
        return Ok(());
    }
    let who = view::who(&ask::name(tx, act.partnership, act.actor.user).await?, act.actor.user);
    let first = if said == Said::Yes { String::new() } else { format!("{who} can't after all.") };
    loaded.tell_asker(tx, app, &first).await
}
