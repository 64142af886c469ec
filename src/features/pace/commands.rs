//! `/pace`, `/checkin hours`, and their buttons. All of it is the caller's own, and only they see it.

mod hours;

use chrono::NaiveDate;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Error, Result, refuse};
use crate::features::member::Subject;
use crate::features::member::model::{Contact, Member};
use crate::features::{away, checkin, member, setup};
use crate::handler;
use crate::pace::survey;
use crate::partnership::{File, Message};
use crate::picture;
use crate::storage::{Db, Tx};

use super::look::{By, look};
use super::model::Terms;
use super::{log, policy, steward, store, view};

const fn own(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Anyone, place: Place::Anywhere, whose: Whose::Own, shows, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    own(
        On::Command {
            name: "pace",
            about: "Your days in a row, hours and rest, with the limits; you alone see it",
            options: &[],
        },
        Shows::Private,
        handler!(show),
    ),
    own(
        On::Command {
            name: "checkin hours",
            about: "Note how long you worked, or start and finish by button; only you see it",
            options: &[
                Opt {
                    name: "hours",
                    about: "From–to, such as 09:00-17:30; or 7.5 h; or none",
                    kind: Kind::Text(policy::LONGEST_HOURS),
                    required: false,
                },
                Opt {
                    name: "date",
                    about: "Which day: yesterday when left out",
                    kind: Kind::Completed(handler!(checkin::commands::dates)),
                    required: false,
                },
            ],
        },
        Shows::Private,
        handler!(hours::hours),
    ),
    own(On::Component("pace.show"), Shows::Private, handler!(show)),
    own(On::Component("pace.start"), Shows::Update, handler!(hours::started)),
    own(On::Component("pace.finish"), Shows::Update, handler!(hours::finished)),
    own(On::Component("pace.hours_form"), Shows::Form, handler!(hours::hours_form)),
    own(On::Form("pace.hours_sent"), Shows::Private, handler!(hours::hours_sent)),
    own(On::Component("pace.correct"), Shows::Private, handler!(hours::correct)),
    own(On::Component("pace.correct_pick"), Shows::Form, handler!(hours::hours_form)),
    own(On::Component("pace.worked"), Shows::Private, handler!(hours::worked)),
    own(On::Component("pace.plan"), Shows::Private, handler!(plan)),
    own(On::Component("pace.plan_pick"), Shows::Update, handler!(plan_pick)),
    own(On::Component("pace.snooze"), Shows::Private, handler!(snooze)),
    own(On::Component("pace.unsnooze"), Shows::Update, handler!(unsnooze)),
    own(On::Component("pace.steward_send"), Shows::Private, handler!(steward::send)),
    own(On::Component("pace.steward_hold"), Shows::Private, handler!(steward::hold)),
    own(On::Component("pace.steward_plan"), Shows::Private, handler!(steward::planned)),
    own(On::Component("pace.settings"), Shows::Form, handler!(settings)),
    own(On::Form("pace.settings_sent"), Shows::Private, handler!(settings_sent)),
];

/// The caller, as the rules see them.
struct Caller {
    member: Option<Member>,
    subject: Subject,
    today: NaiveDate,
}

impl Caller {
    async fn load(db: &mut Db, act: &Act) -> Result<Self> {
        let member = member::store::get(db, act.partnership, act.actor.user).await?;
        Self::with(db, act, member).await
    }

    /// Loads the caller, who becomes a member if they weren't.
    async fn ensure(tx: &mut Tx, act: &Act) -> Result<Self> {
        let member = member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
        Self::with(tx, act, Some(member)).await
    }

    async fn with(db: &mut Db, act: &Act, member: Option<Member>) -> Result<Self> {
        let subject = Subject::with(db, act.partnership, act.actor.user, member.as_ref()).await?;
        let today = subject.date(act.at);
        Ok(Self { member, subject, today })
    }

    /// Whether they want their pace looked at.
    fn takes_part(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.contact == Contact::Start)
    }
}

/// Does something to the caller's own rows, looks at their pace anew, and answers with both.
async fn change<F>(app: &App, act: &Act, how: F) -> Result<Message>
where
    F: for<'a> FnOnce(
            &'a mut Tx,
            &'a App,
            &'a Act,
            &'a Caller,
        ) -> futures::future::BoxFuture<'a, Result<(Message, bool)>>
        + Send
        + 'static,
{
    let (own, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let caller = Caller::ensure(tx, &act).await?;
                let (mut message, changed) = how(tx, &own, &act, &caller).await?;
                if changed
                    && caller.takes_part()
                    && let Some(line) = look(tx, &own, &caller.subject, By::Act).await?.line
                {
                    message.text = format!("{}\n{line}", message.text);
                }
                Ok(message)
            })
        })
        .await
}

async fn show(app: &App, act: &Act) -> Result<Answer> {
    Ok(Answer::Private(page(&mut *app.store.read().await?, act, "").await?))
}

/// The caller's pace, with something said first.
async fn page(db: &mut Db, act: &Act, said: &str) -> Result<Message> {
    let caller = Caller::load(db, act).await?;
    if !caller.takes_part() {
        return Ok(match caller.member.as_ref().map(|member| member.contact) {
            Some(Contact::Checkins) => view::not_asked(act.partnership),
            _ => {
                return refuse(
                    "I know nothing of your work yet. `/checkin now` is where it begins; press **Start** there.",
                );
            }
        });
    }
    let (terms, memory) = store::get(db, act.partnership, act.actor.user).await?;
    let work = store::work(db, act.partnership, act.actor.user).await?;
    let input = log::input(db, &caller.subject, &terms, &work, act.at).await?;
    let snooze = memory.snooze.filter(|snooze| snooze.until > act.at);
    let survey = survey(&input);
    let mut message = view::shown(&view::Shown {
        partnership: act.partnership,
        survey: &survey,
        now: act.at,
        zone: caller.subject.zone,
        terms: &terms,
        snooze,
        said,
    });
    if let Some(calendar) = view::calendar(&survey) {
        let alt = picture::calendar::described(&calendar);
        // Some milliseconds of computing, which others needn't wait for.
        let drawn = tokio::task::spawn_blocking(move || picture::png(&picture::calendar::calendar(&calendar)));
        let bytes = drawn.await.map_err(anyhow::Error::from)??;
        message.files.push(File { name: "pace.png".to_owned(), bytes, alt });
    }
    Ok(message)
}

async fn plan(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let caller = Caller::load(&mut db, act).await?;
    let off = away::store::from(&mut db, act.partnership, act.actor.user, caller.today).await?;
    let is_off = |date| caller.subject.is_free(date) || away::away_all_day(&off, date);
    Ok(Answer::Private(view::plan(act.partnership, &view::plannable(caller.today, is_off))))
}

async fn plan_pick(app: &App, act: &Act) -> Result<Answer> {
    let date = hours::date_of(act.pick().unwrap_or_default())?;
    away::note_day(app, act, date).await.map(Answer::Update)
}

async fn snooze(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, act, caller| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let (terms, mut memory) = store::get(tx, partnership, user).await?;
            let work = store::work(tx, partnership, user).await?;
            let input = log::input(tx, &caller.subject, &terms, &work, app.clock.now()).await?;
            let level = crate::pace::evaluate(&input).flags.first().map_or(0, |flag| flag.level);
            let snooze = policy::snooze(level, act.at, caller.subject.zone);
            memory.snooze = Some(snooze);
            store::save_memory(tx, partnership, user, &memory).await?;
            Ok((view::snoozed(partnership, snooze), false))
        })
    })
    .await
    .map(Answer::Private)
}

async fn unsnooze(app: &App, act: &Act) -> Result<Answer> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let ended = app.store.write(partnership, move |tx| {
        Box::pin(async move {
            let (_, mut memory) = store::get(tx, partnership, user).await?;
            memory.snooze = None;
            store::save_memory(tx, partnership, user, &memory).await
        })
    });
    ended.await?;
    Ok(Answer::Update(page(&mut *app.store.read().await?, act, "The snooze is over.").await?))
}

/// The name under which settings that can't be used are kept.
const SETTINGS: &str = "pace.settings:";

async fn settings(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (terms, _) = store::get(&mut db, act.partnership, act.actor.user).await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, SETTINGS).await?;
    let mut texts = view::terms_texts(&terms);
    for (text, name) in texts.iter_mut().zip(["weekly", "days", "opted"]) {
        if let Some(kept) = kept.get(name) {
            text.clone_from(kept);
        }
    }
    Ok(Answer::Form(view::settings_form(act.partnership, [&texts[0], &texts[1], &texts[2]])))
}

async fn settings_sent(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, _, act, _| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
            let [weekly, days, opted] = ["weekly", "days", "opted"].map(text);
            match Terms::parse(&weekly, &days, &opted) {
                Ok(terms) => {
                    setup::store::drop_form(tx, partnership, user, SETTINGS).await?;
                    store::save_terms(tx, partnership, user, &terms).await?;
                    Ok((view::settings_saved(partnership, &terms), true))
                }
                Err(Error::Person(why)) => {
                    let kept = [("weekly", weekly), ("days", days), ("opted", opted)];
                    let kept = kept.map(|(name, text)| (name.to_owned(), text)).into();
                    setup::store::keep_form(tx, partnership, user, SETTINGS, &kept).await?;
                    Ok((view::settings_again(partnership, &why), false))
                }
                Err(unexpected) => Err(unexpected),
            }
        })
    })
    .await
    .map(Answer::Private)
}
