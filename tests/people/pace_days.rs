//! The founding case where people are asked on weekdays alone, and how much of the bot anybody hears.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use simulator::Actor;

use crate::acts::reads;
use crate::harness::{Story, engines};

const FINISHED: &str = "What did I finish?";

/// What somebody was sent on one of their days.
#[derive(Debug, Default)]
struct Heard {
    gathered: usize,
    reminders: usize,
    urgent: usize,
    /// A prompt or a reminder, which says since it was answered that it was.
    answered: usize,
}

impl Heard {
    fn fits(&self) -> bool {
        let besides = self.urgent + self.reminders;
        self.gathered <= 1 && self.urgent <= 1 && besides <= 2 && self.gathered + self.answered + besides <= 3
    }
}

impl Story {
    /// What arrived in somebody's own conversation with the bot that no click or command of theirs
    /// was answered with: when, and what it says.
    fn arrived(&self, who: &Actor) -> Vec<(DateTime<Utc>, String)> {
        self.stage.sim.read(|world| {
            let Some(direct) = world.direct(who.id()) else { return Vec::new() };
            let messages = world.messages.get(&direct).into_iter().flat_map(BTreeMap::values);
            let said = messages.filter(|one| one.author == world.bot.user && one.cause.is_none());
            said.map(|one| (one.sent, one.content.clone())).collect()
        })
    }

    /// Fails if somebody got more on a day of theirs than one gathered message and two besides, of
    /// which one was urgent; or anything outside waking hours or on a day off.
    #[track_caller]
    pub(crate) fn keeps_to_the_budget(&self, who: &str, zone: Tz, off: impl Fn(NaiveDate) -> bool) -> usize {
        let mut days: BTreeMap<NaiveDate, Heard> = BTreeMap::new();
        let arrived = self.arrived(&self.person(who));
        for (sent, text) in &arrived {
            let local = sent.with_timezone(&zone);
            assert!((7..21).contains(&local.hour()), "{who} at {local}: {text}");
            assert!(!off(local.date_naive()), "{who}, on a day off, at {local}: {text}");
            let heard = days.entry(local.date_naive()).or_default();
            match text {
                text if text.contains("or just reply in your own words") => heard.gathered += 1,
                text if text.contains("Saved for") => heard.answered += 1,
                text if text.contains("is still open") => heard.reminders += 1,
                _ => heard.urgent += 1,
            }
        }
        for (day, heard) in &days {
            assert!(heard.fits(), "{who} on {day}: {heard:?}");
        }
        arrived.len()
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    day.weekday().number_from_monday() > 5
}

#[tokio::test(flavor = "multi_thread")]
async fn weekday_prompts_and_the_weekend_question_find_each_threshold_on_the_next_working_day() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ben, cyd, dot) = (story.person("Ben"), story.person("Cyd"), story.person("Dot"));
        story.lives_in(&cyd, "Asia/Kolkata", "").await;
        // Dot never answers, and is away for a week.
        dot.goes_to("checkout").expect("there");
        story.run(&dot, "/away add dates:30 March to 3 April").await;
        let first: NaiveDate = "2026-03-23".parse().expect("a date");
        let (mut told, mut known) = (Vec::new(), 0);
        for (number, day) in (1..).zip(first.iter_days().take(35)) {
            story.until(&format!("{day} 09:35")).await;
            if is_weekend(day) {
                continue;
            }
            let mut said = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await.text();
            if day.weekday() == chrono::Weekday::Mon && number > 1 {
                let asked = ben.clicks("Both").await.expect("asked about the weekend");
                let saturday = (day - Days::new(2)).format("Saturday %-d %B").to_string();
                reads(&asked, &["Noted: you worked on", &saturday]);
                said.push_str(&asked.text());
            }
            story.checks_in(&cyd, &[(FINISHED, "the scales")]).await;
            story.until(&format!("{day} 12:00")).await;
            let arrived = story.arrived(&ben);
            said.extend(arrived[known..].iter().map(|(_, text)| format!("\n{text}")));
            known = arrived.len();
            if said.contains("worked without a day off") {
                told.push(number);
            }
        }
        // Days 7 and 13 are a Sunday and a Saturday; days 10 and 25 are working days themselves.
        assert_eq!(told, [8, 10, 15, 25]);
        let away = |day: NaiveDate| ("2026-03-30".."2026-04-04").contains(&day.to_string().as_str());
        for (name, zone) in [("Ann", Tz::Europe__London), ("Ben", Tz::Europe__London), ("Cyd", Tz::Asia__Kolkata)] {
            assert!(story.keeps_to_the_budget(name, zone, is_weekend) >= 25, "{name} was asked on each working day");
        }
        let heard = story.keeps_to_the_budget("Dot", Tz::Europe__London, |day| is_weekend(day) || away(day));
        assert!(heard > 20, "Dot was asked and reminded, {heard} times");
        assert_eq!(story.keeps_to_the_budget("Eve", Tz::UTC, |_| true), 0);
    }
}
