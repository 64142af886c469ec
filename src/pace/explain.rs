//! What a flag means in words: what was found, where the limits are, and who says so.

use std::fmt::Write;

use super::report::{Flag, Report, Rule, Unit};

/// A rule in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Its name, as people say it.
    pub name: &'static str,
    /// What was found, with `{}` for the value.
    pub found: &'static str,
    /// From where on it says something: level by level.
    pub limits: &'static [(u8, &'static str)],
    /// Where the limits come from.
    pub source: &'static str,
}

impl Words {
    /// All its limits: `notice from 7 days, caution from 10 days`.
    pub fn all_limits(&self) -> String {
        let limits: Vec<String> = self.limits.iter().map(|(at, words)| format!("{} {words}", level(*at))).collect();
        limits.join(", ")
    }

    /// The limit of one level: `caution from 10 days`.
    pub fn limit(&self, at: u8) -> String {
        let known = self.limits.iter().rfind(|(known, _)| *known <= at);
        known.map_or_else(|| self.all_limits(), |(at, words)| format!("{} {words}", level(*at)))
    }
}

/// A level in a word.
pub fn level(level: u8) -> &'static str {
    match level {
        1 => "notice",
        2 => "caution",
        3 => "warning",
        _ => "critical",
    }
}

/// A rule in words.
#[allow(clippy::too_many_lines, reason = "a table")]
pub fn words(rule: Rule) -> Words {
    type Parts = (&'static str, &'static str, &'static [(u8, &'static str)], &'static str);
    let (name, found, limits, source): Parts = match rule {
        Rule::Streak => (
            "Days in a row",
            "{} worked without a day off",
            &[(1, "from 7 days"), (2, "from 10 days"), (3, "from 13 days"), (4, "from 25 days")],
            "HSE advises 5 to 7 days in a row; GB rail allows 13 of 14; Japan's panel would bar 14; no lawful default rest pattern in GB allows 25",
        ),
        Rule::DailyRest => (
            "Rest between days",
            "the longest rest of the shortest night was {}",
            &[
                (1, "for a night with less than 11 hours (10 minutes of tolerance)"),
                (2, "for two such nights in a week"),
                (3, "for four in two weeks"),
            ],
            "Working Time Regulations 1998, regulation 10",
        ),
        Rule::WeeklyRest => (
            "A day off in the week",
            "too little time off; the longest rest that is known was {}",
            &[(1, "without 24 hours in a week"), (3, "without 48 hours, or twice 24, in two weeks")],
            "Working Time Regulations 1998, regulation 11",
        ),
        Rule::Recovery => (
            "One long rest",
            "no long rest in 14 days; the longest that is known was {}",
            &[(2, "without 35 hours in 14 days")],
            "Working Time Regulations 1998, regulations 10 and 11 together; Directive 2003/88/EC, article 5",
        ),
        Rule::Average48 => (
            "Average week",
            "{} a week on average, over what is known of 17 weeks without leave",
            &[(1, "from 44 hours"), (2, "above 48 hours, for those who opted out"), (3, "above 48 hours")],
            "Working Time Regulations 1998, regulation 4",
        ),
        Rule::LongWeek => (
            "Seven days",
            "{} of work",
            &[(1, "from 55 hours"), (2, "above 60 hours"), (3, "above 72 hours"), (4, "above 84 hours")],
            "WHO/ILO 2021; Lin 2021, where burnout is two, three and four times as likely above 60, 74 and 84 hours; the Netherlands' 60 hours; GB rail's 72 hours",
        ),
        Rule::Chronic55 => (
            "Four long weeks",
            "{} a week on average, over four weeks",
            &[(3, "from 55 hours")],
            "WHO/ILO 2021; the Netherlands' limit over several weeks",
        ),
        Rule::Overtime30 => (
            "Overtime in 30 days",
            "{} beyond a full month's 171.4",
            &[(3, "from 80 hours"), (4, "from 100 hours")],
            "Japan's line for death by overwork",
        ),
        Rule::LongDay => (
            "Long days",
            "{} of work within 24 hours",
            &[(1, "above 12 hours"), (2, "above 16 hours, or for three long days one after another")],
            "HSE: 12 hours a day",
        ),
        Rule::NightRun => (
            "Nights",
            "{} of night work",
            &[(1, "for more than 8 hours at a stretch, 3 of them at night"), (2, "from 4 nights in a row")],
            "HSE; Working Time Regulations 1998, regulation 6",
        ),
        Rule::EarlyRun => ("Early starts", "{} with a start before seven", &[(1, "from 4 days in a row")], "HSE"),
        Rule::Drift => (
            "More than was agreed",
            "{} a week on average, over four weeks",
            &[(1, "above 125 % of the agreed hours")],
            "how part-time creeps: our own limit",
        ),
    };
    Words { name, found, limits, source }
}

/// A flag's value with its unit: `18 h`, `1 day`.
pub fn value(flag: &Flag) -> String {
    let one = flag.value.number().to_bits() == 1.0_f64.to_bits();
    match flag.unit {
        Unit::Hours => format!("{} h", flag.value),
        Unit::Days if one => "1 day".to_owned(),
        Unit::Days => format!("{} days", flag.value),
        Unit::Nights => format!("{} nights", flag.value),
    }
}

/// What was found, in a sentence without its end.
pub fn found(flag: &Flag) -> String {
    // Without hours nothing is known of rest between them: "0 h" would say that there was none.
    let unknown = flag.value.number() <= 0.0;
    match flag.rule {
        Rule::WeeklyRest if unknown => "no day off is known".to_owned(),
        Rule::Recovery if unknown => "no long rest is known in 14 days".to_owned(),
        rule => words(rule).found.replace("{}", &value(flag)),
    }
}

/// A report as a text for a person.
pub fn report(report: &Report) -> String {
    let mut text = format!("As of {}: {}.\n", crate::partnership::text::day(report.today), streak(report));
    if report.flags.is_empty() {
        text.push_str("\nNothing to flag.\n");
    }
    for flag in &report.flags {
        let words = words(flag.rule);
        let level = level(flag.level);
        let guess = if flag.estimated { " (from times that had to be guessed)" } else { "" };
        let _ = write!(
            text,
            "\n[{level}] {}: {}{guess}\n  Limits: {}.\n  Source: {}.\n",
            words.name,
            found(flag),
            words.all_limits(),
            words.source
        );
    }
    if !report.ask.is_empty() {
        let days: Vec<String> = report.ask.iter().map(|date| crate::partnership::text::day(*date)).collect();
        let _ = write!(text, "\nIt would help to know whether there was work on {}.\n", days.join(", "));
    }
    let debt = report.rest_debt;
    if debt.missed_weekly_rests > 0 || debt.short_rest_hours.number() > 0.0 {
        let weeks =
            if debt.missed_weekly_rests == 1 { "1 week" } else { &format!("{} weeks", debt.missed_weekly_rests) };
        let _ = write!(
            text,
            "\nRest that is owed: {weeks} of this streak had no day off, and the nights of the last 28 days lack {} h.\n",
            debt.short_rest_hours
        );
    }
    text
}

fn streak(report: &Report) -> String {
    let days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let (min, max) = (report.streak.min, report.streak.max);
    if min == max { format!("{} in a row", days(min)) } else { format!("{min} to {} in a row", days(max)) }
}

#[cfg(test)]
mod tests {
    use crate::pace::{Day, Input, evaluate};

    #[test]
    fn a_report_says_what_was_found_and_who_says_so() {
        let now = "2026-01-14T20:00:00Z".parse().expect("an instant");
        let mut input = Input::empty(now, chrono_tz::Tz::UTC);
        assert_eq!(
            super::report(&evaluate(&input)),
            "As of Wednesday 14 January: 0 days in a row.\n\nNothing to flag.\n"
        );
        let first = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).expect("a date");
        input.days = first.iter_days().take(10).map(|date| Day { date, minutes: None }).collect();
        let text = super::report(&evaluate(&input));
        for part in [
            "As of Wednesday 14 January: 10 days in a row.",
            "[caution] Days in a row: 10 days worked without a day off\n  Limits: notice from 7 days",
            "[notice] A day off in the week: no day off is known",
            "  Source: Working Time Regulations 1998, regulation 11.",
            "Rest that is owed: 1 week of this streak had no day off",
        ] {
            assert!(text.contains(part), "{part:?} isn't in:\n{text}");
        }
    }
}
