//! The buttons for webhooks and linked accounts.

use chrono::TimeDelta;

use crate::app::App;
use crate::command::{Act, Answer, Entry, On, Place, Shows, Who, Whose};
use crate::config::Secret;
use crate::error::{Result, person, refuse};
use crate::features::setup::store::Texts;
use crate::features::squad::{self, model::Squad};
use crate::features::{member, setup};
use crate::handler;
use crate::partnership::Message;
use crate::storage::{Db, Tx, seal};

use super::model::{Kind, Source};
use super::receive::LONGEST_SECRET;
use super::{store, view};

/// The name under which accounts that can't be linked are kept.
const LINK: &str = "webhook.link";

const fn lead(on: On, shows: Shows, run: crate::command::Handler) -> Entry {
    Entry { on, who: Who::Lead, place: Place::Server, whose: Whose::Squad, shows, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    lead(On::Component("webhook.show"), Shows::Update, handler!(show)),
    // A new message: the panel that was clicked stays, and the secret goes when it is dismissed.
    lead(On::Component("webhook.add"), Shows::Private, handler!(add)),
    lead(On::Component("webhook.rotate"), Shows::Private, handler!(rotate)),
    lead(On::Component("webhook.remove"), Shows::Update, handler!(remove)),
    lead(On::Component("webhook.removed"), Shows::Update, handler!(removed)),
    Entry {
        on: On::Component("webhook.link"),
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Form,
        run: handler!(link),
    },
    Entry {
        on: On::Form("webhook.linked"),
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(linked),
    },
    Entry {
        on: On::Component("webhook.unlink"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(unlink),
    },
];

async fn show(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = the_squad(&mut db, act).await?;
    list(&mut db, app, act, &squad, "").await.map(Answer::Update)
}

async fn list(db: &mut Db, app: &App, act: &Act, squad: &Squad, news: &str) -> Result<Message> {
    let mut sources = Vec::new();
    for source in store::of_squad(db, act.partnership, squad.id).await? {
        let last = store::last(db, &source).await?;
        sources.push((source, last));
    }
    Ok(view::list(act.partnership, squad, &sources, app.web.is_some(), news))
}

async fn the_squad(db: &mut Db, act: &Act) -> Result<Squad> {
    let squad = squad::store::get(db, act.partnership, act.the_squad()?).await?.filter(|squad| !squad.archived);
    squad.ok_or_else(|| person("That squad isn't there any more. `/help` shows what there is."))
}

/// The source that the row names, where it is the squad's.
async fn the_source(db: &mut Db, act: &Act) -> Result<Source> {
    let id = act.row().nth(1).unwrap_or_default();
    let source = store::get(db, act.partnership, id).await?.filter(|source| Some(source.squad) == act.squad);
    source.ok_or_else(|| {
        person("That webhook was removed already. **Webhooks** in `/squad edit` shows those that are there.")
    })
}

async fn add(app: &App, act: &Act) -> Result<Answer> {
    let Some(kind) = act.pick().and_then(Kind::parse) else { return refuse("Please pick where it comes from.") };
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let squad = the_squad(tx, &act).await?;
            if store::of_squad(tx, act.partnership, squad.id).await?.len() >= view::MOST {
                return refuse(format!("A squad has {} webhooks at most. Please remove one first.", view::MOST));
            }
            let mut source = Source {
                partnership: act.partnership,
                id: hex::encode(own.random.bytes::<16>()),
                squad: squad.id,
                kind,
                secret: String::new(),
                former: String::new(),
                former_until: act.at,
            };
            let secret = new_secret(tx, &own, &mut source).await?;
            store::save(tx, &source, act.at).await?;
            Ok(view::secret(&source, &secret, &own.config.web.public_url, false))
        })
    });
    done.await.map(Answer::Private)
}

async fn rotate(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut source = the_source(tx, &act).await?;
            source.former.clone_from(&source.secret);
            source.former_until = act.at + TimeDelta::hours(view::OVERLAP_HOURS);
            let secret = new_secret(tx, &own, &mut source).await?;
            store::save(tx, &source, act.at).await?;
            Ok(view::secret(&source, &secret, &own.config.web.public_url, true))
        })
    });
    done.await.map(Answer::Private)
}

/// Makes a secret and puts it into the source, sealed.
async fn new_secret(tx: &mut Tx, app: &App, source: &mut Source) -> Result<Secret> {
    let secret = hex::encode(app.random.bytes::<32>());
    let context = source.seal();
    let key = seal::make(tx, &app.random, source.partnership, &context).await?;
    source.secret = key.seal(&app.random, &context, &secret, LONGEST_SECRET)?;
    Ok(Secret::new(secret))
}

async fn remove(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = the_squad(&mut db, act).await?;
    let source = the_source(&mut db, act).await?;
    Ok(Answer::Update(view::remove(act.partnership, &squad, &source)))
}

async fn removed(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let squad = the_squad(tx, &act).await?;
            let source = the_source(tx, &act).await?;
            store::remove(tx, &source).await?;
            seal::destroy(tx, act.partnership, &source.seal()).await?;
            list(tx, &own, &act, &squad, &view::removed(&source)).await
        })
    });
    done.await.map(Answer::Update)
}

async fn link(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = the_squad(&mut db, act).await?;
    let mut accounts = store::accounts(&mut db, act.partnership, act.actor.user).await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, LINK).await?;
    if !kept.is_empty() {
        let kept = |kind: Kind| Some((kind, kept.get(kind.word())?.clone()));
        accounts = Kind::ALL.into_iter().filter_map(kept).collect();
    }
    Ok(Answer::Form(view::link_form(act.partnership, &squad, &accounts)))
}

/// The form was sent. Where a name in it is somebody else's, nothing changes, and it comes back filled in.
async fn linked(app: &App, act: &Act) -> Result<Answer> {
    let act = act.clone();
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let squad = the_squad(tx, &act).await?;
            member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
            let name = |kind: Kind| Some((kind, act.text(kind.word())?.trim_start_matches('@').to_owned()));
            let names: Vec<(Kind, String)> = Kind::ALL.into_iter().filter_map(name).collect();
            for (kind, name) in &names {
                if store::whose(tx, partnership, *kind, name).await?.is_some_and(|other| other != user) {
                    let texts: Texts =
                        names.iter().map(|(kind, name)| (kind.word().to_owned(), name.clone())).collect();
                    setup::store::keep_form(tx, partnership, user, LINK, &texts).await?;
                    return Ok(view::taken(partnership, &squad, *kind, name));
                }
            }
            setup::store::drop_form(tx, partnership, user, LINK).await?;
            store::erase(tx, partnership, user).await?;
            for (kind, name) in &names {
                store::link(tx, partnership, user, *kind, name).await?;
            }
            let accounts = store::accounts(tx, partnership, user).await?;
            Ok(view::linked(partnership, &squad, &accounts))
        })
    });
    done.await.map(Answer::Private)
}

async fn unlink(app: &App, act: &Act) -> Result<Answer> {
    let act = act.clone();
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            store::erase(tx, act.partnership, act.actor.user).await?;
            setup::store::drop_form(tx, act.partnership, act.actor.user, LINK).await?;
            Ok(view::unlinked())
        })
    });
    done.await.map(Answer::Update)
}
