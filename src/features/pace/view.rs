//! What people read about their own pace. Kind, short, with the figures, the rule and its source.

pub mod hours;
pub mod steward;

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::pace::explain::{self, value, words};
use crate::pace::{self, Flag, Rule, Survey};
use crate::partnership::calendar::WorkingDays;
use crate::partnership::text::{clipped, counted, day, escaped, listed, sentence_case};
use crate::partnership::{Button, Card, Field, Form, Message, PartnershipId, Pick, Pointer, Select, Style};
use crate::picture::calendar::{Calendar, Kind};

use super::model::{Memory, Snooze, Step, Steward, Terms};

/// Flags that a message spells out; the rest is in `/pace`.
const SPELT_OUT: usize = 3;
/// Dates about which a message asks.
const ASKED: usize = 2;

fn at(partnership: PartnershipId, action: &str, row: impl std::fmt::Display) -> Pointer {
    Pointer::new(action, partnership, row)
}

/// A flag: what was found, then where the limits are and who says so, in small print.
fn flag_line(flag: &Flag) -> String {
    let words = words(flag.rule);
    let guess = if flag.estimated { ", from times that I had to guess" } else { "" };
    format!(
        "• **{}**: {}{guess}.\n-# {}. {}.",
        words.name,
        explain::found(flag),
        sentence_case(&words.limit(flag.level)),
        sentence_case(words.source)
    )
}

/// A flag that the person was told of before.
fn known_line(flag: &Flag) -> String {
    let words = words(flag.rule);
    format!("• **{}**, as before: {}.", words.name, explain::found(flag))
}

/// The direct message about new flags: all that there are, worst first, those that the person was told
/// of before in few words; with the text for a steward, where it is shown at once.
pub fn told(
    partnership: PartnershipId,
    server: &str,
    flags: &[Flag],
    before: &Memory,
    ask: &[NaiveDate],
    steward: Option<&Steward>,
) -> Message {
    let opening = match flags.first().map_or(0, |flag| flag.level) {
        0..=2 => "A quiet word about your pace, before it adds up.",
        3 => "You've been going hard for a while. Please have a look at this.",
        _ => "This is more than anybody can keep up. Please read this, and rest as soon as you can.",
    };
    let mut text = format!("{opening} Only you see it ({}).", escaped(server));
    let (mut new, mut known) = (0, 0);
    for flag in flags {
        let is_known = before.told.get(&flag.rule).is_some_and(|told| told.level >= flag.level);
        let count = if is_known { &mut known } else { &mut new };
        *count += 1;
        if *count <= SPELT_OUT {
            let line = if is_known { known_line(flag) } else { flag_line(flag) };
            let _ = write!(text, "\n{line}");
        }
    }
    let left = new.saturating_sub(SPELT_OUT) + known.saturating_sub(SPELT_OUT);
    if left > 0 {
        let _ = write!(text, "\nAnd {}: **Show all**.", counted(left, "more thing", "more things"));
    }
    let message = Message::text(text).buttons([
        Button::new("Plan a day off", &at(partnership, "pace.plan", "")).style(Style::Primary),
        Button::new("Ask for cover", &at(partnership, "cover.ask", "")),
        Button::new("Correct this", &at(partnership, "pace.correct", "")),
        Button::new("Show all", &at(partnership, "pace.show", "")),
        Button::new("Snooze", &at(partnership, "pace.snooze", "")),
    ]);
    let message = asked(message, partnership, ask);
    match steward.filter(|steward| steward.step == Step::Shown) {
        Some(steward) => steward::offered(message, partnership, &steward.text, steward.until),
        None => message,
    }
}

/// "Did you work on …?", with answers of one click.
fn asked(mut message: Message, partnership: PartnershipId, ask: &[NaiveDate]) -> Message {
    let ask: Vec<NaiveDate> = ask.iter().copied().take(ASKED).collect();
    if ask.is_empty() {
        return message;
    }
    let days: Vec<String> = ask.iter().map(|date| day(*date)).collect();
    let _ = write!(message.text, "\nIt would help to know: did you work on {}?", listed(&days));
    for date in ask {
        message = message.buttons([
            Button::new(format!("I worked {}", day(date)), &at(partnership, "pace.worked", format!("{date},yes"))),
            Button::new(format!("I was off {}", day(date)), &at(partnership, "pace.worked", format!("{date},no"))),
        ]);
    }
    message
}

/// What was found, in a sentence: `days in a row: 7 days worked without a day off`.
fn found(flag: &Flag) -> String {
    let words = words(flag.rule);
    format!("{}: {}", words.name.to_lowercase(), explain::found(flag))
}

/// New notices, as the weekly private note: a line in an answer, or in the next gathered message.
pub fn note(flags: &[Flag]) -> String {
    let found: Vec<String> = flags
        .iter()
        .map(|flag| {
            let words = words(flag.rule);
            format!("{} ({}; {})", found(flag), words.limit(flag.level), words.source)
        })
        .collect();
    format!("Your pace, for you alone: {}. `/pace` shows more, and takes corrections.", found.join("; "))
}

/// What was found and can't be told in a message of its own yet, as a line in an answer.
pub fn later(flags: &[Flag]) -> String {
    let worst = flags.first().map(found).unwrap_or_default();
    format!("For you alone: {worst}. I'll write to you about it on your next working morning; `/pace` shows it now.")
}

/// All of somebody's pace.
pub struct Shown<'a> {
    /// Where.
    pub partnership: PartnershipId,
    /// What the rules say.
    pub survey: &'a Survey,
    /// When it is looked at, and where.
    pub now: DateTime<Utc>,
    /// Their zone.
    pub zone: Tz,
    /// What was agreed.
    pub terms: &'a Terms,
    /// What is left alone.
    pub snooze: Option<Snooze>,
    /// Said first.
    pub said: &'a str,
}

/// `/pace`.
pub fn shown(shown: &Shown) -> Message {
    let Shown { partnership, survey, now, zone, .. } = *shown;
    let report = &survey.report;
    let mut text = String::new();
    if !shown.said.is_empty() {
        let _ = writeln!(text, "{}", shown.said);
    }
    let clock = now.with_timezone(&zone).format("%H:%M");
    let _ = write!(text, "**Your pace**, {}, {clock} ({zone}). Only you see this.", day(report.today));
    let days = |count: u32| counted(usize::try_from(count).unwrap_or(0), "day", "days");
    let _ = write!(text, "\n**{} in a row**", days(report.streak.min));
    if report.streak.max > report.streak.min {
        let _ = write!(text, " ({} if you worked on the days that I don't know of)", report.streak.max);
    }
    let figure = |rule| survey.figures.iter().find(|figure| figure.rule == rule).map(value);
    if let Some(week) = figure(Rule::LongWeek) {
        let _ = write!(text, " · {week} in seven days");
        // The seven days end yesterday, unless today has been worked already.
        let is_on = survey.dates.last().is_some_and(|one| one.date == report.today && one.kind == pace::Kind::Worked);
        let before = survey.dates.iter().rev().filter(|one| one.date < report.today);
        let unknown = before.take(if is_on { 6 } else { 7 });
        let unknown = unknown.filter(|one| one.kind == pace::Kind::Unknown).count();
        if unknown > 0 {
            let _ = write!(text, " (I know nothing of {})", counted(unknown, "day", "days"));
        }
    }
    if let Some(mean) = figure(Rule::Drift) {
        let _ = write!(text, ", {mean} a week over four weeks");
    }
    text.push('.');
    let debt = report.rest_debt;
    if debt.missed_weekly_rests > 0 || debt.short_rest_hours.number() > 0.0 {
        let weeks = counted(usize::try_from(debt.missed_weekly_rests).unwrap_or(0), "week", "weeks");
        let _ = write!(
            text,
            "\nRest that you are owed: {weeks} without a day off, and {} h of rest between the last 28 days.",
            debt.short_rest_hours
        );
    }
    if report.flags.is_empty() {
        text.push_str("\nNothing stands out.");
    }
    for flag in report.flags.iter().take(SPELT_OUT) {
        let _ = write!(text, "\n{}", flag_line(flag));
    }
    if let Some(snooze) = shown.snooze {
        let _ = write!(text, "\nSnoozed until {}.", crate::partnership::text::moment(snooze.until));
    }
    let mut message = Message::text(text).card(rules(survey, shown.terms));
    let mut buttons = vec![
        Button::new("Correct an entry", &at(partnership, "pace.correct", "")),
        Button::new("Settings", &at(partnership, "pace.settings", "")),
    ];
    if !report.flags.is_empty() {
        buttons.insert(0, Button::new("Plan a day off", &at(partnership, "pace.plan", "")).style(Style::Primary));
        buttons.insert(1, Button::new("Ask for cover", &at(partnership, "cover.ask", "")));
        buttons.push(match shown.snooze {
            None => Button::new("Snooze", &at(partnership, "pace.snooze", "")),
            Some(_) => Button::new("End the snooze", &at(partnership, "pace.unsnooze", "")),
        });
    }
    message = message.buttons(buttons);
    asked(message, partnership, &report.ask)
}

/// The picture of the last five weeks; none where nothing is known.
pub fn calendar(survey: &Survey) -> Option<Calendar> {
    let days: Vec<_> = survey.dates.iter().map(|day| (day.date, mark(day.kind), worked(day.minutes))).collect();
    let title = "Your last five weeks, in hours".to_owned();
    (!days.is_empty()).then_some(Calendar { title, today: survey.report.today, days })
}

fn mark(kind: pace::Kind) -> Kind {
    match kind {
        pace::Kind::Worked => Kind::Worked,
        pace::Kind::Held => Kind::Held,
        pace::Kind::Away => Kind::Away,
        pace::Kind::Unknown => Kind::Unknown,
        pace::Kind::Rest => Kind::Rest,
    }
}

/// Hours with one decimal at most; none where none are known.
fn worked(minutes: u32) -> Option<String> {
    let hours = format!("{:.1}", f64::from(minutes) / 60.0);
    (minutes > 0).then(|| hours.trim_end_matches(".0").to_owned())
}

/// Each rule, with the person's figure and its limit.
fn rules(survey: &Survey, terms: &Terms) -> Card {
    let lines = survey.figures.iter().map(|figure| {
        let words = words(figure.rule);
        let mark = if figure.level > 0 { format!(" · **{}**", explain::level(figure.level)) } else { String::new() };
        format!("**{}**: {}{mark}\n-# {}", words.name, value(figure), sentence_case(&words.all_limits()))
    });
    let lines: Vec<String> = lines.collect();
    let text = if lines.is_empty() {
        "Nothing is known yet. Check in, or note your hours with `/checkin hours`.".to_owned()
    } else {
        lines.join("\n")
    };
    let days = terms.working_days.map_or("as your squads".to_owned(), WorkingDays::describe);
    let opted = if terms.opted_out { ", opted out of the 48-hour week" } else { "" };
    Card {
        title: "Each rule, your figure, its limits".to_owned(),
        text: clipped(&text, 4_000),
        footer: format!(
            "Agreed: {} h a week, working {days}{opted}. A rule that isn't listed knows too little, or found nothing.",
            agreed(terms)
        ),
        ..Card::default()
    }
}

fn agreed(terms: &Terms) -> String {
    let hours = format!("{:.2}", terms.weekly_hours);
    hours.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// For whoever chose check-ins only.
pub fn not_asked(partnership: PartnershipId) -> Message {
    Message::text(
        "You asked for check-ins only, so I look at nobody's hours here, yours included. **Start** turns it on: you alone see it.",
    )
    .buttons([Button::new("Start", &Pointer::new("member.start", partnership, "")).style(Style::Primary)])
}

/// Which day to take off.
pub fn plan(partnership: PartnershipId, dates: &[NaiveDate]) -> Message {
    let option = |date: &NaiveDate| (date.to_string(), day(*date));
    Message::text(
        "Which day will you take off? I'll ask you nothing on it, and your squads see that you are away, never why.",
    )
    .select(Select {
        does: at(partnership, "pace.plan_pick", "").to_string(),
        hint: "A day off".to_owned(),
        from: Pick::Options(dates.iter().map(option).collect()),
        count: (1, 1),
    })
}

/// After a snooze.
pub fn snoozed(partnership: PartnershipId, snooze: Snooze) -> Message {
    Message::text(format!(
        "All right: nothing about your pace until {}, unless it gets worse. `/pace` shows it whenever you like.",
        crate::partnership::text::moment(snooze.until)
    ))
    .buttons([Button::new("Undo", &at(partnership, "pace.unsnooze", ""))])
}

/// The form for what was agreed.
pub fn settings_form(partnership: PartnershipId, texts: [&str; 3]) -> Form {
    let [weekly, days, opted] = texts;
    Form {
        title: "Seen by: you alone".to_owned(),
        does: at(partnership, "pace.settings_sent", "").to_string(),
        fields: vec![
            Field::short("weekly", "Agreed hours a week").hint("37.5").value(weekly).optional(),
            Field::short("days", "Your working days (empty: your squads')").hint("Mon-Fri").value(days).optional(),
            Field::short("opted", "Opted out of the 48-hour week?").hint("no").value(opted).optional(),
        ],
    }
}

/// What was agreed, as it stands in the form.
pub fn terms_texts(terms: &Terms) -> [String; 3] {
    let days = terms.working_days.map_or(String::new(), |days| days.to_string());
    [agreed(terms), days, if terms.opted_out { "yes" } else { "no" }.to_owned()]
}

/// Settings that can't be used come back.
pub fn settings_again(partnership: PartnershipId, why: &str) -> Message {
    Message::text(format!("{why} Nothing was changed.")).buttons([Button::again(at(partnership, "pace.settings", ""))])
}

/// After the settings were saved.
pub fn settings_saved(partnership: PartnershipId, terms: &Terms) -> Message {
    let days = terms.working_days.map_or("your squads' working days".to_owned(), WorkingDays::describe);
    let opted = if terms.opted_out { ", and you opted out of the 48-hour week" } else { "" };
    Message::text(format!("Saved: {} h a week, on {days}{opted}. All rules were looked at anew.", agreed(terms)))
        .buttons([
            Button::new("Show my pace", &at(partnership, "pace.show", "")),
            Button::new("My zone and times", &Pointer::new("member.zone", partnership, "")),
        ])
}

/// The next dates on which a day off can be planned: any day but those that are off already.
pub fn plannable(today: NaiveDate, is_off: impl Fn(NaiveDate) -> bool) -> Vec<NaiveDate> {
    today.iter_days().skip(1).take(28).filter(|date| !is_off(*date)).take(10).collect()
}
