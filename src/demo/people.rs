//! The simulated people: who does what when, and in which words.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{Actor, Refused, UserId};

use crate::schedule::Schedule;

use super::cast::{Cast, Habit, Person, Scene, Squad, Step, Words};
use super::stage::Stage;

/// Something that somebody is going to do.
pub(super) struct Act {
    pub(super) at: DateTime<Utc>,
    person: usize,
    date: NaiveDate,
    what: What,
}

enum What {
    /// Opens the form and fills it in.
    CheckIn,
    /// The same by command, the evening before.
    Early,
    /// Replies in plain words.
    Words,
    /// Presses **Nothing new**.
    NothingNew,
    /// Presses **Day off**.
    DayOff,
    /// Plays a scene, by its place in the cast.
    Scene(usize),
}

/// Everybody in the cast, and the stage they act on.
pub(super) struct Company {
    cast: Arc<Cast>,
    stage: Arc<Stage>,
    ids: BTreeMap<String, UserId>,
    random: ChaCha8Rng,
}

impl Company {
    pub(super) fn new(cast: &Arc<Cast>, stage: &Arc<Stage>, ids: BTreeMap<String, UserId>, seed: u64) -> Self {
        let (cast, stage) = (Arc::clone(cast), Arc::clone(stage));
        Self { cast, stage, ids, random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Who does something.
    pub(super) fn who(&self, act: &Act) -> Option<UserId> {
        self.ids.get(&self.cast.people[act.person].name).copied()
    }

    fn actor(&self, name: &str) -> anyhow::Result<Actor> {
        let id = self.ids.get(name).with_context(|| format!("{name} is not in the cast"))?;
        Ok(self.stage.sim.person(*id))
    }

    /// The evening before a squad begins that has been running since: the admin sets the server up
    /// with it, by `/setup`, its people join, and each organisation's steward is asked.
    pub(super) async fn prologue(&mut self) -> anyhow::Result<()> {
        for person in self.cast.people.iter().filter(|person| person.habit == Habit::Closed) {
            self.stage.sim.close_dms(self.ids[&person.name]);
        }
        let admin = self.actor(&self.cast.admin)?;
        let squad = &self.cast.squads[0];
        self.first_squad(&admin).await?;
        if squad.lead != self.cast.admin {
            let line = format!("/squad edit squad:{} lead:@{}", squad.name, squad.lead);
            Self::does(admin.runs(&line).await, &line)?;
            let line = format!("/squad leave squad:{}", squad.name);
            Self::does(admin.runs(&line).await, &line)?;
        }
        self.works_on(squad).await?;
        self.join(squad).await?;
        for one in &self.cast.organisations {
            let line = format!(
                "/organisation edit organisation:{} tag:{} calendar:{} steward:@{}",
                one.name, one.tag, one.calendar, one.steward
            );
            admin.goes_to(&squad.channel)?;
            Self::does(admin.runs(&line).await, &line)?;
            self.stage.settled().await?;
        }
        Ok(())
    }

    /// The evening before the transcript: the other squads are made by command, and joined.
    pub(super) async fn set_up(&mut self) -> anyhow::Result<()> {
        let admin = self.actor(&self.cast.admin)?;
        for squad in &self.cast.squads[1..] {
            admin.goes_to(&squad.channel)?;
            let line = format!(
                "/squad create name:{} channel:#{} zone:{} lead:@{} schedule:{}",
                squad.name, squad.channel, squad.zone, squad.lead, squad.schedule
            );
            Self::does(admin.runs(&line).await, &line)?;
            self.works_on(squad).await?;
            self.join(squad).await?;
        }
        Ok(())
    }

    /// The lead says on which days of the week the squad works, where it isn't as usual.
    async fn works_on(&self, squad: &Squad) -> anyhow::Result<()> {
        let Some(days) = &squad.working_days else { return Ok(()) };
        let lead = self.actor(&squad.lead)?;
        lead.goes_to(&squad.channel)?;
        let line = format!("/squad edit squad:{}", squad.name);
        Self::does(lead.runs(&line).await, &line)?;
        Self::does(lead.clicks("Times…").await, "Times…")?;
        Self::does(lead.fills(&[("Working days", days)]).await, "the form for times")?;
        Ok(())
    }

    /// `/setup`: three questions, and the first squad is there.
    async fn first_squad(&self, admin: &Actor) -> anyhow::Result<()> {
        let squad = &self.cast.squads[0];
        let roles: Vec<String> = self.cast.organisations.iter().map(|one| format!("@{}", one.name)).collect();
        let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
        admin.goes_to(&squad.channel)?;
        Self::does(admin.runs("/setup").await, "/setup")?;
        Self::does(admin.selects("Which roles are organisations?", &roles).await, "the roles")?;
        Self::does(
            admin.selects("Which channel is the first squad's?", &[&format!("#{}", squad.channel)]).await,
            "the channel",
        )?;
        Self::does(admin.clicks("When to ask…").await, "When to ask…")?;
        let zone = squad.zone.name();
        let form = [
            ("When? Plain words", squad.schedule.as_str()),
            ("The squad's time zone", zone),
            ("The squad's name", &squad.name),
        ];
        Self::does(admin.fills(&form).await, "the form for times")?;
        Self::does(admin.clicks("Create").await, "Create")?;
        Ok(())
    }

    /// A squad's people join it, and say once which organisation they work for.
    async fn join(&self, squad: &Squad) -> anyhow::Result<()> {
        for person in self.cast.people.iter().filter(|person| person.squads.contains(&squad.name)) {
            let actor = self.actor(&person.name)?;
            let organisation = self.cast.organisations.iter().find(|one| one.tag == person.organisation);
            actor.goes_to(&squad.channel)?;
            let line = format!("/squad join squad:{}", squad.name);
            let reply = Self::does(actor.runs(&line).await, &line)?;
            let asks = reply.message.as_ref().and_then(|seen| seen.selects.first());
            let choice = asks.zip(organisation).and_then(|(select, one)| {
                let label = select.options.iter().find(|label| label.starts_with(&one.name))?;
                Some((select.placeholder.clone(), label.clone()))
            });
            if let Some((placeholder, label)) = choice {
                Self::does(actor.selects(&placeholder, &[&label]).await, "the organisation")?;
            }
        }
        Ok(())
    }

    fn does<T>(result: Result<T, Refused>, what: &str) -> anyhow::Result<T> {
        result.map_err(|refused| anyhow::anyhow!("{what}: {refused}"))
    }

    /// What everybody is going to do between two instants, in order. The order of the draws doesn't depend
    /// on what happens.
    pub(super) fn plan(&mut self, begins: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Act> {
        let mut acts = Vec::new();
        for (index, person) in self.cast.people.iter().enumerate() {
            let [first, last] = [begins, end].map(|at| at.with_timezone(&person.zone).date_naive());
            for date in first.iter_days().take_while(|date| *date <= last) {
                if let Some(asked) = asked_at(&self.cast, person, date) {
                    acts.extend(plan_day(&mut self.random, index, person, date, asked));
                }
            }
        }
        for (number, scene) in self.cast.scenes.iter().enumerate() {
            let Some(person) = self.cast.people.iter().position(|person| person.name == scene.person) else { continue };
            acts.push(Act { at: scene.at, person, date: scene.at.date_naive(), what: What::Scene(number) });
        }
        acts.retain(|act| begins < act.at && act.at < end);
        acts.sort_by_key(|act| act.at);
        acts
    }

    /// Does it. What a client would refuse, such as a button that is no longer there, is left.
    pub(super) async fn act(&mut self, act: &Act) -> anyhow::Result<()> {
        let cast = Arc::clone(&self.cast);
        let person = &cast.people[act.person];
        let actor = self.actor(&person.name)?;
        self.greet(person, &actor).await?;
        let done = match &act.what {
            What::Scene(number) => self.plays(&cast.scenes[*number], &actor).await,
            What::Words => self.writes(person, &actor, act.date).await,
            _ if !self.goes_to_prompt(person, &actor, &act.what) => Ok(()),
            What::NothingNew => actor.clicks("Nothing new").await.map(drop),
            What::DayOff => actor.clicks("Day off").await.map(drop),
            What::CheckIn | What::Early => self.checks_in(person, &actor, act).await,
        };
        match done {
            Ok(()) | Err(Refused::NotThere(_)) => Ok(()),
            Err(refused) => anyhow::bail!("{} on {}: {refused}", person.name, act.date),
        }
    }

    async fn plays(&self, scene: &Scene, actor: &Actor) -> Result<(), Refused> {
        match scene.place.strip_prefix("below ") {
            None => actor.goes_to(&scene.place)?,
            Some(channel) => match self.stage.threads_below(channel, actor).pop() {
                Some(last) => actor.goes_to(&last.channel.to_string())?,
                None => return Ok(()),
            },
        }
        let mut steps = scene.does.iter().peekable();
        while let Some(step) = steps.next() {
            match step {
                Step::Run(line) => drop(actor.runs(line).await?),
                Step::Click(label) => drop(actor.clicks(label).await?),
                Step::Pick(hint, option) => {
                    let first = (option == "first").then(|| first_of(actor, hint)).flatten();
                    drop(actor.selects(hint, &[first.as_deref().unwrap_or(option)]).await?);
                }
                Step::Fill(label, text) => {
                    let mut fields = vec![(label.as_str(), text.as_str())];
                    while let Some(Step::Fill(label, text)) = steps.peek() {
                        fields.push((label, text));
                        steps.next();
                    }
                    drop(actor.fills(&fields).await?);
                }
            }
            self.stage.settled().await.map_err(|why| Refused::Invalid(why.to_string()))?;
        }
        Ok(())
    }

    /// Answers the first-contact card, where there is one.
    async fn greet(&mut self, person: &Person, actor: &Actor) -> anyhow::Result<()> {
        if person.habit == Habit::Closed || actor.goes_to("DM").is_err() {
            return Ok(());
        }
        for seen in actor.inbox().messages {
            let asked = |action: &str| {
                let found =
                    seen.buttons.iter().find(|button| button.custom_id.as_ref().is_some_and(|id| id.contains(action)));
                found.map(|button| button.label.clone())
            };
            for action in ["organisation.accept", "organisation.admit"] {
                if let Some(yes) = asked(action) {
                    Self::does(actor.clicks_on(seen.id, &yes).await, &yes)?;
                }
            }
            let start = if person.habit == Habit::Quiet { "member.checkins" } else { "member.start" };
            if let Some(start) = asked(start) {
                Self::does(actor.clicks_on(seen.id, &start).await, &start)?;
                self.tells_zone(person, actor).await?;
            }
        }
        self.stage.settled().await
    }

    /// Says in which zone they live, where the bot asks.
    async fn tells_zone(&self, person: &Person, actor: &Actor) -> anyhow::Result<()> {
        if actor.clicks("My zone and times").await.is_ok() {
            Self::does(actor.fills(&[("Your time zone", person.zone.name())]).await, "the form for the zone")?;
        }
        Ok(())
    }

    /// Opens the conversation with the prompt, or the squad's channel. Whether there is one.
    fn goes_to_prompt(&self, person: &Person, actor: &Actor, what: &What) -> bool {
        let channel = self.cast.squads_of(person).next().map(|squad| squad.channel.as_str()).unwrap_or_default();
        if person.habit == Habit::Closed || matches!(what, What::Early) {
            return actor.goes_to(channel).is_ok();
        }
        actor.goes_to("DM").is_ok()
    }

    async fn checks_in(&mut self, person: &Person, actor: &Actor, act: &Act) -> Result<(), Refused> {
        let first = match act.what {
            What::Early => actor.runs("/checkin now").await?,
            _ => actor.clicks("Check in").await?,
        };
        if first.modal.is_none() && first.text().contains("[Start]") {
            actor.clicks("Start").await?;
            self.tells_zone(person, actor).await.map_err(|why| Refused::Invalid(why.to_string()))?;
            if matches!(act.what, What::Early) {
                actor.runs("/checkin now").await?;
            } else {
                actor.clicks("Check in").await?;
            }
        }
        let Some(form) = actor.modal() else { return Ok(()) };
        let labels: Vec<String> = form.fields.into_iter().map(|field| field.label).collect();
        let said = self.says(person, act.date, &labels);
        let fields: Vec<(&str, &str)> = said.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect();
        let reply = actor.fills(&fields).await?;
        let has = |label: &str| {
            reply.message.as_ref().is_some_and(|seen| seen.buttons.iter().any(|button| button.label == label))
        };
        let long = self.cast.squads_of(person).any(|squad| squad.running_since.is_some());
        let tap = if long { "Very long (14 h)" } else { "Usual" };
        if has(tap) && self.random.random_bool(0.6) {
            actor.clicks(tap).await?;
        }
        Ok(())
    }

    async fn writes(&mut self, person: &Person, actor: &Actor, date: NaiveDate) -> Result<(), Refused> {
        actor.goes_to("DM")?;
        let labels: Vec<String> = (0..2).map(|number| number.to_string()).collect();
        let said = self.says(person, date, &labels);
        let text = said.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
        actor.replies(&text).await.map(drop)
    }

    /// What somebody says to the questions: finished, next, in the way, celebrate.
    fn says(&mut self, person: &Person, date: NaiveDate, labels: &[String]) -> Vec<(String, String)> {
        let squads: Vec<&Squad> = self.cast.squads_of(person).collect();
        let Some(squad) = squads.first() else { return Vec::new() };
        let Some(words) = self.cast.words.get(&squad.name) else { return Vec::new() };
        let running = squad.running_since.map_or(1, |since| (date - since).num_days() + 1);
        let chances = [1.0, 0.9, 0.25, 0.15];
        let mut said = Vec::new();
        for (index, label) in labels.iter().enumerate().take(chances.len()) {
            let text = phrase(words, index).choose(&mut self.random).cloned().unwrap_or_default();
            if self.random.random_bool(chances[index]) && !text.is_empty() {
                said.push((label.clone(), text.replace("{day}", &running.to_string())));
            }
        }
        said
    }
}

fn phrase(words: &Words, index: usize) -> &[String] {
    [&words.finished, &words.next, &words.in_the_way, &words.celebrate][index]
}

/// When somebody is asked on a date: the earliest of their squads' times, where they are.
fn asked_at(cast: &Cast, person: &Person, date: NaiveDate) -> Option<DateTime<Utc>> {
    let runs = |squad: &&Squad| squad.running_since.unwrap_or(cast.start.date_naive()) <= date;
    let times = cast.squads_of(person).filter(runs).filter_map(|squad| {
        let schedule = Schedule::parse(&squad.schedule).ok()?;
        let wall = schedule.wall_times_on(date).next()?;
        Some(crate::schedule::resolve(wall, person.zone))
    });
    times.min()
}

/// The first option of a select that somebody sees, by its hint.
fn first_of(actor: &Actor, hint: &str) -> Option<String> {
    let messages = actor.sees().messages;
    let mut selects = messages.iter().rev().flat_map(|seen| &seen.selects);
    selects.find(|select| select.placeholder == hint).and_then(|select| select.options.first().cloned())
}

fn plan_day(
    random: &mut ChaCha8Rng,
    person: usize,
    who: &Person,
    date: NaiveDate,
    asked: DateTime<Utc>,
) -> Option<Act> {
    let minutes =
        |from: i64, to: i64, random: &mut ChaCha8Rng| TimeDelta::seconds(random.random_range(from * 60..to * 60));
    let chance: f64 = random.random();
    let soon = asked + minutes(2, 50, random);
    let later = asked + minutes(240, 420, random);
    let night = asked + minutes(930, 990, random);
    let (at, what) = match who.habit {
        _ if chance > 0.97 && date.weekday().num_days_from_monday() < 5 => (soon, What::DayOff),
        Habit::Early => (asked - minutes(700, 800, random), What::Early),
        Habit::Prompt | Habit::Closed => (soon, What::CheckIn),
        Habit::Nights => (night, What::CheckIn),
        Habit::Words => (soon, What::Words),
        Habit::Brief if chance < 0.5 => (soon, What::NothingNew),
        Habit::Quiet if chance < 0.7 => return None,
        Habit::Brief | Habit::Quiet | Habit::Late => (later, What::CheckIn),
    };
    Some(Act { at, person, date, what })
}
