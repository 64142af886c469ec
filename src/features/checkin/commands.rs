//! `/checkin`, the prompt's buttons, and the form.

use chrono::NaiveDate;
use futures::FutureExt;

use crate::app::App;
use crate::command::{Act, Answer, Choice, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person as said_to, refuse};
use crate::features::away::model::{Away, Part};
use crate::features::{away, member};
use crate::handler;
use crate::schedule::parse_date;

use super::form::{self, Person};
use super::model::{Day, Said, State};
use super::{plain_words, policy, store, taps, view};

/// How many days `/checkin history` shows.
const HISTORY: i64 = 10;

const DATE: Opt = Opt {
    name: "date",
    about: "Which day: yesterday, Friday (today when left out)",
    kind: Kind::Completed(|app, act| dates(app, act).boxed()),
    required: false,
};

/// A line for something of the caller's own, from anywhere.
const fn own(on: On, shows: Shows, run: crate::command::Handler) -> Entry {
    Entry { on, who: Who::Anyone, place: Place::Anywhere, whose: Whose::Own, shows, run }
}

const fn command(name: &'static str, about: &'static str, options: &'static [Opt]) -> On {
    On::Command { name, about, options }
}

/// This feature's lines of the command table. Who is in no squad can still check in for themselves.
pub const ENTRIES: &[Entry] = &[
    own(
        command("checkin now", "Answer your squad's questions, early, on time or late", &[]),
        Shows::Form,
        handler!(open),
    ),
    own(command("checkin edit", "Change what you answered", &[DATE]), Shows::Form, handler!(edit)),
    own(command("checkin skip", "Skip a day; nobody is told", &[DATE]), Shows::Private, handler!(skip)),
    own(command("checkin history", "Your own last check-ins", &[]), Shows::Private, handler!(history)),
    own(On::Component("checkin.open"), Shows::Form, handler!(open)),
    own(On::Component("checkin.nothing"), Shows::Update, handler!(nothing_new)),
    own(On::Component("checkin.day_off"), Shows::Update, handler!(day_off)),
    own(On::Component("checkin.undo_day_off"), Shows::Update, handler!(undo_day_off)),
    own(On::Component("checkin.hours"), Shows::Update, handler!(taps::hours)),
    own(On::Component("checkin.days_off"), Shows::Update, handler!(taps::days_off)),
    own(On::Component("checkin.clear"), Shows::Update, handler!(taps::clear)),
    own(On::Component("checkin.words"), Shows::Update, handler!(plain_words::settle)),
    own(On::Form("checkin.sent"), Shows::Private, handler!(sent)),
];

/// A date that somebody wrote.
pub(super) fn read_date(text: &str, today: NaiveDate) -> Result<NaiveDate> {
    parse_date(text, today).map_err(|why| said_to(format!("I couldn't read that date. {}", why.message())))
}

/// The date that a button or option names, or the one that counts now.
fn date_of(act: &Act, person: &Person) -> Result<NaiveDate> {
    let date = match act.pointer.row.split(',').next().and_then(|row| row.parse().ok()) {
        Some(date) => date,
        None => match act.text("date") {
            Some(text) => read_date(text, person.today())?,
            None => person.date(),
        },
    };
    person.takes(date)?;
    Ok(date)
}

/// The last days, for an option that takes a date.
pub async fn dates(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let mut db = app.store.read().await?;
    let person = Person::load(&mut db, act.partnership, act.actor.user, act.at).await?;
    let typed = act.text("date").unwrap_or_default().to_lowercase();
    let days = (0..7).filter_map(|back| person.today().checked_sub_days(chrono::Days::new(back)));
    let choices = days.map(|date| (date.to_string(), crate::partnership::text::day(date)));
    Ok(choices.filter(|(value, label)| value.contains(&typed) || label.to_lowercase().contains(&typed)).collect())
}

/// Answers with the card when this is the first contact; the answer to what was asked comes after it.
async fn first_contact(app: &App, db: &mut crate::storage::Db, act: &Act, person: &Person) -> Result<Option<Answer>> {
    if person.member.as_ref().is_some_and(member::model::Member::takes_part) {
        return Ok(None);
    }
    let card = member::commands::card(app, db, act.partnership, act.actor.user).await?;
    Ok(Some(Answer::Private(card)))
}

async fn open(app: &App, act: &Act) -> Result<Answer> {
    open_form(app, act, None).await
}

async fn edit(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let person = Person::load(&mut db, act.partnership, act.actor.user, act.at).await?;
    let date = if let Some(text) = act.text("date") {
        let date = policy::behind(text, read_date(text, person.today())?, person.today());
        person.takes(date)?;
        Some(date)
    } else {
        // Without a date, what was answered last is what one wants to change.
        let days = store::history(&mut db, act.partnership, act.actor.user, NaiveDate::MIN, 5).await?;
        let answered = |day: &Day| matches!(day.state, State::Answered | State::NothingNew);
        days.into_iter().find(answered).map(|day| day.date).filter(|date| person.takes(*date).is_ok())
    };
    drop(db);
    open_form(app, act, date).await
}

async fn open_form(app: &App, act: &Act, date: Option<NaiveDate>) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (partnership, user) = (act.partnership, act.actor.user);
    let person = Person::load(&mut db, partnership, user, act.at).await?;
    if let Some(card) = first_contact(app, &mut db, act, &person).await? {
        return Ok(card);
    }
    let date = match date {
        Some(date) => date,
        None => date_of(act, &person)?,
    };
    let said = store::answers(&mut db, partnership, user, date).await?;
    let before = store::history(&mut db, partnership, user, date - chrono::Days::new(7), 60).await?;
    let before = before.into_iter().find(|day| day.date < date && !day.answers.is_empty()).map(|day| day.answers);
    let obstacles = store::obstacles(&mut db, partnership, user).await?;
    let questions = form::questions(&person, app);
    Ok(Answer::Form(view::form(
        partnership,
        &person.squads,
        date,
        &questions,
        &said,
        &before.unwrap_or_default(),
        &obstacles,
    )))
}

async fn sent(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |app, act, person| {
        let questions = form::questions(person, app);
        let answers = (0..).zip(&questions).filter_map(|(index, question): (usize, &String)| {
            let text = act.text(&format!("q{index}"))?;
            Some(Said { question: question.clone(), text: text.to_owned() })
        });
        let answers: Vec<Said> = answers.collect();
        let state = if answers.is_empty() { State::NothingNew } else { State::Answered };
        (state, answers)
    })
    .await
}

async fn nothing_new(app: &App, act: &Act) -> Result<Answer> {
    {
        let mut db = app.store.read().await?;
        let person = Person::load(&mut db, act.partnership, act.actor.user, act.at).await?;
        if let Some(card) = first_contact(app, &mut db, act, &person).await? {
            return Ok(card);
        }
        let date = date_of(act, &person)?;
        if store::state(&mut db, act.partnership, act.actor.user, date).await? == Some(State::Answered) {
            return refuse("You have answered already, and I keep that. **Check in** shows it, to change it.");
        }
    }
    change(app, act, |_, _, _| (State::NothingNew, Vec::new())).await
}

async fn skip(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |_, _, _| (State::Skipped, Vec::new())).await
}

/// Saves an answer and says so: in place of the prompt in the person's own conversation with the
/// bot, privately elsewhere.
async fn change(
    app: &App,
    act: &Act,
    answer: impl FnOnce(&App, &Act, &Person) -> (State, Vec<Said>) + Send + 'static,
) -> Result<Answer> {
    let (clone, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let user = act.actor.user;
                let member = member::store::ensure(tx, act.partnership, user, &act.actor.name, act.at).await?;
                let person = Person::with(tx, act.partnership, user, Some(member), act.at).await?;
                let date = date_of(&act, &person)?;
                let (state, answers) = answer(&clone, &act, &person);
                let message = form::save(tx, &clone, &person, date, state, &answers, false).await?;
                Ok(if act.in_dm && act.message.is_some() { Answer::Update(message) } else { Answer::Private(message) })
            })
        })
        .await
}

async fn day_off(app: &App, act: &Act) -> Result<Answer> {
    let (clone, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let (partnership, user) = (act.partnership, act.actor.user);
                let member = member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
                let person = Person::with(tx, partnership, user, Some(member), act.at).await?;
                // A prompt from last week that is pressed today means today.
                let date = date_of(&act, &person)?.max(person.today());
                let known = away::store::from(tx, partnership, user, date).await?;
                if !known.iter().any(|away| away.covers(date)) {
                    let away = Away { id: clone.random.id(), first: date, last: date, part: Part::Day };
                    away::store::add(tx, partnership, user, &away, act.at).await?;
                }
                super::took_day_off(tx, &clone, partnership, user, date).await?;
                let message = form::save_nothing(&person, date, State::DayOff);
                Ok(if act.in_dm && act.message.is_some() { Answer::Update(message) } else { Answer::Private(message) })
            })
        })
        .await
}

async fn undo_day_off(app: &App, act: &Act) -> Result<Answer> {
    let (clone, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let (partnership, user) = (act.partnership, act.actor.user);
                let person = Person::load(tx, partnership, user, act.at).await?;
                let date = date_of(&act, &person)?;
                let days = away::store::from(tx, partnership, user, date).await?;
                for day in days.iter().filter(|away| away.first == date && away.last == date) {
                    away::store::remove(tx, partnership, user, day.id).await?;
                }
                if store::state(tx, partnership, user, date).await? == Some(State::DayOff) {
                    store::reopen(tx, partnership, user, date).await?;
                }
                super::touch_days(tx, &clone, partnership, user, date).await?;
                Ok(Answer::Update(view::back_from_day_off(partnership, date)))
            })
        })
        .await
}

async fn history(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let days = store::history(&mut db, act.partnership, act.actor.user, NaiveDate::MIN, HISTORY).await?;
    Ok(Answer::Private(view::history(act.partnership, &days)))
}
