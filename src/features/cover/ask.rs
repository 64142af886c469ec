//! A request with all that its words need, and how people are asked.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::app::App;
use crate::error::{Result, person};
use crate::features::member::model::{Contact, Member};
use crate::features::member::{self, Subject, telling};
use crate::features::squad::model::Squad;
use crate::features::{organisation, pace, setup, squad};
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::schedule::resolve;
use crate::storage::{Db, Tx};

use super::model::{Cover, Said, State};
use super::view::{self, Scene, Volunteer};
use super::{policy, store};

/// What somebody reads who means a request that isn't there.
const GONE: &str = "That request isn't there any more. `/cover list` shows what is.";

/// A request, with all that its words need.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub(super) partnership: PartnershipId,
    pub(super) cover: Cover,
    pub(super) squad: Squad,
    server: String,
    asker: Option<String>,
    today: NaiveDate,
}

impl Loaded {
    /// The request of a number.
    pub(super) async fn get(db: &mut Db, partnership: PartnershipId, id: i64, at: DateTime<Utc>) -> Result<Self> {
        let cover = store::get(db, partnership, id).await?.ok_or_else(|| person(GONE))?;
        Self::of(db, partnership, cover, at).await
    }

    pub(super) async fn of(db: &mut Db, partnership: PartnershipId, cover: Cover, at: DateTime<Utc>) -> Result<Self> {
        let squad = squad::store::get(db, partnership, cover.squad).await?.ok_or_else(|| person(GONE))?;
        let server = setup::store::get(db, partnership).await?.map_or_else(String::new, |one| one.name);
        let asker = Some(name(db, partnership, cover.person).await?);
        let today = at.with_timezone(&squad.zone).date_naive();
        Ok(Self { partnership, cover, squad, server, asker, today })
    }

    pub(super) fn scene(&self) -> Scene<'_> {
        let Self { partnership, cover, squad, server, asker, today } = self;
        Scene { partnership: *partnership, server, cover, asker: asker.as_deref(), squad, today: *today }
    }

    /// Until when it is of use to ask for it: the end of its last date.
    pub(super) fn ends(&self) -> DateTime<Utc> {
        let after = self.cover.last.succ_opt().unwrap_or(self.cover.last);
        resolve(after.and_time(NaiveTime::MIN), self.squad.zone)
    }

    /// The request, as its asker sees it.
    pub(super) async fn for_asker(&self, db: &mut Db, said: &str) -> Result<Message> {
        let mut volunteers = Vec::new();
        for (user, answer) in store::answers(db, self.partnership, self.cover.id).await? {
            if answer == Said::Yes {
                volunteers.push(volunteer(db, self.partnership, user).await?);
            }
        }
        Ok(view::for_asker(&self.scene(), &volunteers, said))
    }

    /// The request, as somebody sees it who was asked.
    pub(super) async fn for_asked(
        &self,
        db: &mut Db,
        user: UserId,
        answer: Said,
        now: DateTime<Utc>,
        said: &str,
    ) -> Result<Message> {
        let long = match member::store::get(db, self.partnership, user).await? {
            Some(member) => is_long(db, self.partnership, &member, now).await?,
            None => false,
        };
        Ok(view::for_asked(&self.scene(), user, answer, long, said))
    }

    /// Tells whoever asked how it stands now, with something said first.
    pub(super) async fn tell_asker(&self, tx: &mut Tx, app: &App, said: &str) -> Result<()> {
        let message = self.for_asker(tx, said).await?;
        telling::inform(tx, app, self.partnership, self.cover.person, message).await
    }

    /// Tells everybody who had said yes how it stands now.
    pub(super) async fn tell_volunteers(&self, tx: &mut Tx, app: &App) -> Result<()> {
        for (user, answer) in store::answers(tx, self.partnership, self.cover.id).await? {
            if answer == Said::Yes {
                let message = view::for_asked(&self.scene(), user, answer, false, "");
                telling::inform(tx, app, self.partnership, user, message).await?;
            }
        }
        Ok(())
    }

    /// Ends what was agreed. The squad hears so, if it was told.
    pub(super) async fn end(&mut self, tx: &mut Tx, app: &App, state: State) -> Result<()> {
        if self.cover.shared {
            self.post(tx, app, view::shared_off(&self.scene())).await?;
        }
        self.cover = Cover { state, volunteer: None, shared: false, ..self.cover.clone() };
        store::save(tx, self.partnership, &self.cover, app.clock.now()).await
    }

    /// Says something in the squad's channel.
    pub(super) async fn post(&self, tx: &mut Tx, app: &App, message: Message) -> Result<()> {
        let now = app.clock.now();
        let post = Post {
            target: Target::Channel(self.squad.channel),
            message,
            about: policy::about(&self.cover),
            budget: Budget::Shared,
            not_before: now,
            expires_at: self.ends().max(now + telling::KEPT),
        };
        outbox::post(tx, app, self.partnership, &post).await?;
        Ok(())
    }

    /// Asks everybody who offers it and wasn't asked yet, each in private, at a time that suits them.
    pub(super) async fn ask_all(&self, tx: &mut Tx, app: &App) -> Result<()> {
        for (user, offer) in store::offers(tx, self.partnership).await? {
            if user != self.cover.person && offer.fits(&self.cover) {
                self.ask(tx, app, user).await?;
            }
        }
        Ok(())
    }

    async fn ask(&self, tx: &mut Tx, app: &App, user: UserId) -> Result<()> {
        let Some(member) = member::store::get(tx, self.partnership, user).await? else { return Ok(()) };
        if member.contact == Contact::Declined || !store::ask(tx, self.partnership, self.cover.id, user).await? {
            return Ok(());
        }
        let subject = Subject::load(tx, self.partnership, &member).await?;
        let message = self.for_asked(tx, user, Said::Asked, app.clock.now(), "").await?;
        let text = view::asked_notice(&self.scene());
        let instead = telling::Notice { feature: "cover", rank: 25, text: &text };
        telling::ask(tx, app, &subject, message, self.ends(), instead).await
    }
}

/// Somebody leaves, or has their data erased: whom they were to cover is told so, without a name, and
/// whoever was to cover them.
pub async fn left(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    let now = app.clock.now();
    // Somewhere it may be yesterday still.
    let since = (now - TimeDelta::days(1)).date_naive();
    for cover in store::current(tx, partnership, since).await? {
        let (covers, asks) = (cover.volunteer == Some(user), cover.person == user);
        if !covers && !asks {
            continue;
        }
        let mut loaded = Loaded::of(tx, partnership, cover, now).await?;
        if covers {
            store::answer(tx, partnership, loaded.cover.id, user, Said::No).await?;
            loaded.end(tx, app, State::Open).await?;
            loaded.tell_asker(tx, app, "Whoever was to cover you can't any more.").await?;
        } else {
            loaded.end(tx, app, State::Withdrawn).await?;
            loaded.asker = None;
            loaded.tell_volunteers(tx, app).await?;
        }
    }
    Ok(())
}

/// Whether somebody's own week is long, as far as they want it looked at.
async fn is_long(db: &mut Db, partnership: PartnershipId, member: &Member, now: DateTime<Utc>) -> Result<bool> {
    if member.contact != Contact::Start {
        return Ok(false);
    }
    let subject = Subject::load(db, partnership, member).await?;
    Ok(!pace::is_clear(db, &subject, now).await?)
}

/// Somebody's name.
pub(super) async fn name(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<String> {
    let member = member::store::get(db, partnership, user).await?;
    Ok(member.map_or_else(|| "Somebody who left".to_owned(), |member| member.name))
}

/// Somebody who can, as the asker reads of them.
async fn volunteer(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Volunteer> {
    let member = member::store::get(db, partnership, user).await?;
    let organisation = match member.as_ref().and_then(Member::agreed_organisation) {
        Some(id) => organisation::store::get(db, partnership, id).await?.map(|one| one.name),
        None => None,
    };
    Ok(Volunteer { user, name: name(db, partnership, user).await?, organisation })
}
