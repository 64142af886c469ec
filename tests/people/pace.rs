//! Pace: told to the person first, kindly, and never to anybody else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::{Days, NaiveDate, TimeZone};
use simulator::{Actor, Seen};

use crate::acts::{lacks, reads};
use crate::harness::{Story, engines};

const FINISHED: &str = "What did I finish?";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

impl Story {
    /// The squad is asked on all seven days of the week.
    async fn all_week(&self) {
        let times = [("When? Plain words or cron", "daily 09:30"), ("Working days", "Mon-Sun")];
        self.times("Checkout", &times).await;
    }

    /// What the bot wrote to somebody about their pace, oldest first.
    pub(crate) fn told(&self, who: &Actor) -> Vec<String> {
        self.dms(who).into_iter().map(|seen| seen.content).filter(|text| text.contains("Only you see it")).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_days_a_week_without_hours_are_told_on_days_7_10_13_and_25() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.all_week().await;
        let ben = story.person("Ben");
        let first = date("2026-03-23");
        let (mut told, mut known) = (Vec::new(), 0);
        for number in 1..=26 {
            let day = first + Days::new(number - 1);
            story.until(&format!("{day} 09:35")).await;
            let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
            story.until(&format!("{day} 12:00")).await;
            let about_streak = |text: &str| text.contains("worked without a day off");
            let messages = story.told(&ben);
            let new = messages[known..].iter().any(|text| about_streak(text.lines().nth(1).unwrap_or_default()));
            if new || about_streak(&reply.text()) {
                told.push(number);
            }
            known = messages.len();
        }
        let days: Vec<u64> = told.iter().copied().filter(|day| [7, 10, 13, 25].contains(day)).collect();
        assert_eq!(days, [7, 10, 13, 25], "{told:?}");
        for other in ["Ann", "Cyd", "Dot"] {
            assert_eq!(story.told(&story.person(other)), Vec::<String>::new(), "{other} hears nothing of it");
        }
        for name in ["Ann", "Ben", "Cyd", "Dot"] {
            assert!(story.keeps_to_the_budget(name, chrono_tz::Europe::London, |_| false) >= 26, "{name}");
        }
    }
}

/// An hour on London's clocks, as stories write instants: in UTC.
fn london(day: NaiveDate, hour: u32) -> String {
    let local = day.and_hms_opt(hour, 0, 0).expect("an hour");
    let at = chrono_tz::Europe::London.from_local_datetime(&local).single().expect("an hour that comes once");
    at.with_timezone(&chrono::Utc).format("%Y-%m-%d %H:%M").to_string()
}

/// What somebody sees of the bot on one day, in order: answers to what they did, and new messages.
#[derive(Default)]
struct Diary {
    text: String,
    known: BTreeMap<&'static str, usize>,
}

impl Diary {
    fn day(&mut self, number: u64, day: NaiveDate) {
        let _ = write!(self.text, "\n== day {number}, {}\n", day.format("%A %-d %B"));
    }

    fn answer(&mut self, to: &str, answer: &str) {
        let _ = writeln!(self.text, "\n[{to}]\n{answer}");
    }

    /// Messages to Ben since the last look, without the prompts: when they came, and what they say.
    fn messages(&mut self, story: &Story) {
        self.new_messages(story, "Ben", |seen| !seen.content.contains("Morning, "));
    }

    /// The same to somebody else, without all that is about check-ins.
    fn messages_to(&mut self, story: &Story, name: &'static str) {
        let about_checkins =
            |seen: &Seen| seen.buttons.iter().any(|button| ["Check in", "Edit"].contains(&button.label.as_str()));
        self.new_messages(story, name, |seen| !about_checkins(seen) && !seen.content.starts_with("Saved"));
    }

    fn new_messages(&mut self, story: &Story, name: &'static str, shown: impl Fn(&Seen) -> bool) {
        let messages = story.dms(&story.person(name));
        let known = self.known.insert(name, messages.len()).unwrap_or(0);
        for seen in messages[known.min(messages.len())..].iter().filter(|seen| shown(seen)) {
            let at = seen.sent.with_timezone(&chrono_tz::Europe::London).format("%H:%M");
            let to = if name == "Ben" { "a message".to_owned() } else { format!("to {name}") };
            let _ = writeln!(self.text, "\n[{at}, {to}]\n{}", seen.text());
        }
    }
}

/// Compares with what is stored; with `WRITE_DOCUMENTS=1` it is stored.
fn snapshot(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/people/snapshots").join(name);
    if std::env::var_os("WRITE_DOCUMENTS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, text).expect("written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    let line = stored.lines().zip(text.lines()).position(|(stored, new)| stored != new);
    assert!(
        stored == text,
        "{name} differs, first at line {line:?}; with WRITE_DOCUMENTS=1 it is written anew\n{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_founding_case_as_each_of_the_squad_sees_it_for_35_days() {
    let story = Story::with_squad().await;
    story.all_week().await;
    let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
    let (first, mut diary) = (date("2026-03-23"), Diary::default());
    for number in 1..=35 {
        let day = first + Days::new(number - 1);
        let next = day + Days::new(1);
        diary.day(number, day);
        story.until(&london(day, 6)).await;
        ben.goes_to("random").expect("there");
        story.run(&ben, "/checkin hours").await;
        ben.clicks("Started now").await.expect("noted");
        story.until(&london(day, 10)).await;
        let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
        diary.answer("10:00, checked in", &reply.text());
        diary.messages(&story);
        // Cyd, of another organisation, works as long, and only ticks her check-ins.
        story.checks_in_now(&cyd, "random", &[(FINISHED, "the scanner")]).await;
        story.until(&london(next, 0)).await;
        diary.messages(&story);
        ben.goes_to("random").expect("there");
        story.run(&ben, "/checkin hours").await;
        let reply = ben.clicks("Finished now").await.expect("noted");
        diary.answer("24:00, finished", &reply.text());
        for name in ["Ann", "Cyd", "Dot"] {
            diary.messages_to(&story, name);
        }
    }
    ben.goes_to("random").expect("there");
    diary.answer("/pace", &story.run(&ben, "/pace").await.text());
    snapshot("pace-35-days.txt", diary.text.trim_start());
    for other in ["Ann", "Dot"] {
        assert_eq!(story.told(&story.person(other)), Vec::<String>::new(), "{other} hears nothing of it");
    }
    assert!(story.told(&cyd).iter().all(|text| !text.contains("18 h")), "Cyd hears of her own alone");
    for name in ["Ann", "Ben", "Cyd", "Dot"] {
        assert!(story.keeps_to_the_budget(name, chrono_tz::Europe::London, |_| false) >= 35, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn started_and_finished_are_two_clicks_and_a_forgotten_end_is_a_guess() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.until("2026-03-23 08:00").await;
        ben.goes_to("random").expect("there");
        let panel = story.run(&ben, "/checkin hours").await;
        reads(&panel, &["**Your hours.** Only you see them.", "Today: nothing noted.", "[Started now]"]);
        let begun = ben.clicks("Started now").await.expect("noted");
        reads(&begun, &["Today: started at 08:00", "[Finished now]"]);
        lacks(&begun.text(), &["[Started now]"]);
        story.until("2026-03-23 12:30").await;
        reads(
            &ben.clicks("Finished now").await.expect("noted"),
            &["Noted for Monday 23 March: 08:00 to 12:30, 4 h 30."],
        );
        ben.clicks("Started now").await.expect("noted");
        // Nobody ends it: the next morning says which guess was made.
        story.until("2026-03-24 09:35").await;
        let prompt = story.last_dm(&ben).expect("a prompt").text();
        assert!(prompt.contains("Your hours of Monday 23 March were still open, so I closed them at"), "{prompt}");
        let panel = story.run(&ben, "/checkin hours").await;
        reads(&panel, &["Yesterday: 08:00 to 12:30 and 12:30 to about 20:00, 12 h."]);
        // Too late for a click, but a form takes it.
        ben.clicks("Yesterday's hours").await.expect("a form");
        assert_eq!(ben.modal().expect("open").fields[0].value, "08:00-12:30, 12:30-20:00");
        let label = "Your hours on Monday 23 March";
        let reply = ben.fills(&[(label, "08:00-12:30, 13:00-15:00")]).await.expect("noted");
        reads(&reply, &["Noted for Monday 23 March: 08:00 to 12:30 and 13:00 to 15:00, 6 h 30 (Europe/London)."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_streak_hours_and_rules_and_takes_corrections() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ben, eve) = (story.person("Ben"), story.person("Eve"));
        for day in 23..=26 {
            story.until(&format!("2026-03-{day} 09:30")).await;
            story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
        }
        ben.goes_to("random").expect("there");
        story.run(&ben, "/checkin hours hours:06:00-24:00").await;
        let page = story.run(&ben, "/pace").await;
        assert!(page.is_private());
        reads(
            &page,
            &[
                "**Your pace**, Thursday 26 March, 09:30 (Europe/London). Only you see this.",
                "**4 days in a row** · 18 h in seven days.",
                "**Long days**: 18 h of work within 24 hours.",
                "Caution above 16 hours",
                "Agreed: 37.5 h a week, working as your squads",
                "[Plan a day off] [Ask for cover] [Correct an entry] [Settings] [Snooze]",
            ],
        );
        let seen = page.message.as_ref().expect("a message");
        assert_eq!(seen.attachments, ["pace.png"]);
        // It was a typing error.
        ben.clicks("Correct an entry").await.expect("the days");
        ben.selects("A day", &["Wed 25 Mar: 06:00 to 00:00, 18 h"]).await.expect("a form");
        let reply = ben.fills(&[("Your hours on Wednesday 25 March", "09:00-17:00")]).await.expect("noted");
        reads(&reply, &["Noted for Wednesday 25 March: 09:00 to 17:00, 8 h"]);
        let page = story.run(&ben, "/pace").await;
        reads(&page, &["**4 days in a row** · 8 h in seven days.", "Nothing stands out."]);
        lacks(&page.text(), &["[Snooze]"]);
        eve.goes_to("random").expect("there");
        reads(&story.run(&eve, "/pace").await, &["I know nothing of your work yet."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_is_settled_in_a_form_that_comes_back_when_it_is_wrong() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    ben.goes_to("random").expect("there");
    story.run(&ben, "/pace").await;
    ben.clicks("Settings").await.expect("a form");
    let fields = ["Agreed hours a week", "Your working days (empty: your squads')", "Opted out of the 48-hour week?"];
    let fill = |texts: [&'static str; 3]| -> Vec<(&str, &str)> { fields.into_iter().zip(texts).collect() };
    let reply = ben.fills(&fill(["a lot", "Mon-Wed", "yes"])).await.expect("an answer");
    reads(&reply, &["Hours a week are a number above 0 and at most 168, such as 37.5. Nothing was changed."]);
    ben.clicks("Try again").await.expect("a form");
    assert_eq!(ben.modal().expect("open").fields[0].value, "a lot");
    let reply = ben.fills(&fill(["22.5", "Mon-Wed", "yes"])).await.expect("saved");
    reads(&reply, &["Saved: 22.5 h a week, on Monday to Wednesday, and you opted out of the 48-hour week."]);
    story.run(&ben, "/pace").await;
    ben.clicks("Settings").await.expect("a form");
    let now: Vec<String> = ben.modal().expect("open").fields.iter().map(|field| field.value.clone()).collect();
    assert_eq!(now, ["22.5", "Mon-Wed", "yes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_about_pace_offers_a_day_off_a_correction_and_quiet() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-24 09:30").await;
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin hours hours:06:00-24:00").await;
    reads(&reply, &["Noted for Monday 23 March: 06:00 to 00:00, 18 h (Europe/London)."]);
    story.settled().await;
    let told = story.told(&ben);
    assert_eq!(told.len(), 1, "{told:#?}");
    ben.goes_to("DM").expect("a conversation");
    ben.clicks("Plan a day off").await.expect("the days");
    let planned = ben.selects("A day off", &["Wednesday 25 March"]).await.expect("planned");
    reads(&planned, &["You're away Wednesday 25 March."]);
    let snoozed = ben.clicks("Snooze").await.expect("quiet");
    reads(&snoozed, &["nothing about your pace until", "unless it gets worse"]);
    ben.goes_to("random").expect("there");
    let page = story.run(&ben, "/pace").await;
    reads(&page, &["Snoozed until", "[End the snooze]"]);
    let page = ben.clicks("End the snooze").await.expect("over");
    reads(&page, &["The snooze is over.", "[Snooze]"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_messages_is_told_where_they_act() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.stage.sim.close_dms(ben.id());
    // The first prompt finds out.
    story.until("2026-03-24 09:30").await;
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin hours hours:06:00-24:00").await;
    reads(&reply, &["for you alone", "18 h of work within 24 hours", "caution above 16 hours"]);
    let again = story.run(&ben, "/checkin hours hours:06:00-24:00").await;
    lacks(&again.text(), &["18 h of work within"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_that_are_still_to_come_are_given_back_filled_in() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-24 10:00").await;
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin hours hours:09:00-17:30 date:today").await;
    reads(&reply, &["Some of that is still to come", "Nothing was changed.", "[Try again]"]);
    ben.clicks("Try again").await.expect("a form");
    assert_eq!(ben.modal().expect("open").fields[0].value, "09:00-17:30");
    let reply = ben.fills(&[("Your hours on Tuesday 24 March", "08:00-10:00")]).await.expect("noted");
    reads(&reply, &["Noted for Tuesday 24 March: 08:00 to 10:00, 2 h"]);
    // Late entries are always taken.
    let reply = story.run(&ben, "/checkin hours hours:8h date:2025-12-24").await;
    reads(&reply, &["Noted for Wednesday 24 December: 8 h"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_chose_check_ins_only_is_not_looked_at() {
    let story = Story::with_squad().await;
    let eve = story.person("Eve");
    eve.goes_to("checkout").expect("there");
    story.run(&eve, "/squad join squad:Checkout").await;
    story.run(&eve, "/checkin now").await;
    eve.clicks("Check-ins only").await.expect("settled");
    reads(&story.run(&eve, "/pace").await, &["You asked for check-ins only", "[Start]"]);
    story.until("2026-03-24 09:30").await;
    let reply = story.run(&eve, "/checkin hours hours:06:00-24:00").await;
    reads(&reply, &["Noted for Monday 23 March"]);
    lacks(&reply.text(), &["For you alone"]);
    story.settled().await;
    assert_eq!(story.told(&eve), Vec::<String>::new());
}
