//! First contact, and a member's own settings.

use crate::app::App;
use crate::command::{Act, Answer, Entry, On, Place, Shows, Who, Whose};
use crate::error::Result;
use crate::features::{FEATURES, checkin, squad};
use crate::handler;
use crate::partnership::{Message, PartnershipId, UserId};
use crate::schedule::{parse_time, parse_zone};
use crate::storage::Db;

use super::model::Contact;
use super::{store, view};

/// This feature's lines of the command table.
pub const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Component("member.start"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(start),
    },
    Entry {
        on: On::Component("member.checkins"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(checkins_only),
    },
    Entry {
        on: On::Component("member.decline"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(decline),
    },
    Entry {
        on: On::Component("member.zone"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Form,
        run: handler!(zone),
    },
    Entry {
        on: On::Form("member.zone_sent"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(zone_sent),
    },
];

/// The first-contact card for somebody.
pub async fn card(app: &App, db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Message> {
    let server = crate::features::setup::store::get(db, partnership).await?.map_or_else(String::new, |one| one.name);
    let squads = squad::store::of_member(db, partnership, user).await?;
    let keeps: Vec<_> = FEATURES
        .iter()
        .filter(|feature| matches!(feature.name, "checkin" | "pace" | "away" | "member"))
        .flat_map(|feature| feature.keeps)
        .collect();
    let mut card = view::card(partnership, &server, &squads, &keeps);
    if !app.config.privacy.contact.is_empty() {
        let contact = crate::partnership::text::escaped(&app.config.privacy.contact);
        card.text = format!("{}\nQuestions about your data: {contact}.", card.text);
    }
    Ok(card)
}

async fn start(app: &App, act: &Act) -> Result<Answer> {
    settle(app, act, Contact::Start).await
}

async fn checkins_only(app: &App, act: &Act) -> Result<Answer> {
    settle(app, act, Contact::Checkins).await
}

async fn decline(app: &App, act: &Act) -> Result<Answer> {
    settle(app, act, Contact::Declined).await
}

async fn settle(app: &App, act: &Act, contact: Contact) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let (clone, partnership) = (app.clone(), act.partnership);
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let app = clone;
                store::ensure(tx, partnership, act.actor.user, &act.actor.name, act.at).await?;
                store::set_contact(tx, partnership, act.actor.user, contact).await?;
                checkin::replan(tx, &app, partnership, None, Some(act.actor.user)).await?;
                if contact == Contact::Declined {
                    return Ok(Answer::Update(view::farewell(partnership)));
                }
                let squads = squad::store::of_member(tx, partnership, act.actor.user).await?;
                let member = store::get(tx, partnership, act.actor.user).await?;
                let member = member.ok_or_else(|| anyhow::anyhow!("a member that was just saved is gone"))?;
                Ok(Answer::Update(view::welcome(partnership, &member, !squads.is_empty())))
            })
        })
        .await
}

async fn zone(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let member = store::get(&mut db, act.partnership, act.actor.user).await?;
    let tried = act.pointer.row.split_once(',').map(|(zone, at)| (zone, at.replace('.', ":")));
    let tried = tried.as_ref().map(|(zone, at)| (*zone, at.as_str()));
    Ok(Answer::Form(view::zone_form(act.partnership, member.as_ref(), tried)))
}

async fn zone_sent(app: &App, act: &Act) -> Result<Answer> {
    let (zone, at) = (act.text("zone").unwrap_or_default(), act.text("at").unwrap_or_default());
    let refused = |why: String| Ok(Answer::Private(view::try_again(act.partnership, &why, zone, at)));
    let parsed = match parse_zone(zone) {
        Ok(parsed) => parsed,
        Err(why) => return refused(why.to_string()),
    };
    let time = match (!at.is_empty()).then(|| parse_time(at)).transpose() {
        Ok(time) => time,
        Err(why) => return refused(why.to_string()),
    };
    let (clone, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
                store::set_zone(tx, act.partnership, act.actor.user, parsed).await?;
                store::set_prompt_at(tx, act.partnership, act.actor.user, time).await?;
                checkin::replan(tx, &clone, act.partnership, None, Some(act.actor.user)).await?;
                Ok(Answer::Private(view::zone_saved(parsed, act.at, time)))
            })
        })
        .await
}
