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
    /// From where on it says something.
    pub limits: &'static str,
    /// Where the limits come from.
    pub source: &'static str,
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
pub fn words(rule: Rule) -> Words {
    let (name, found, limits, source) = match rule {
        Rule::Streak => (
            "Days in a row",
            "{} worked without a day off",
            "notice from 7 days, caution from 10, warning from 13, critical from 25",
            "HSE advises 5 to 7 days in a row; GB rail allows 13 of 14; Japan's panel would bar 14; no lawful default rest pattern in GB allows 25",
        ),
        Rule::DailyRest => (
            "Rest between days",
            "the longest rest of the shortest night was {}",
            "11 hours in each 24, with 10 minutes of tolerance: notice for one short night in a week, caution for two, warning for four in two weeks",
            "Working Time Regulations 1998, regulation 10",
        ),
        Rule::WeeklyRest => (
            "A day off in the week",
            "the longest rest was {}",
            "24 hours in a week, else notice; 48 hours or twice 24 in two weeks, else warning",
            "Working Time Regulations 1998, regulation 11",
        ),
        Rule::Recovery => (
            "One long rest",
            "the longest rest in 14 days was {}",
            "35 hours in 14 days, else caution",
            "Working Time Regulations 1998, regulations 10 and 11 together; Directive 2003/88/EC, article 5",
        ),
        Rule::Average48 => (
            "Average week",
            "{} a week on average, over 17 weeks without leave",
            "notice from 44 hours, warning above 48 (caution for those who opted out)",
            "Working Time Regulations 1998, regulation 4",
        ),
        Rule::LongWeek => (
            "Seven days",
            "{} of work",
            "notice from 55 hours, caution above 60, warning above 72, critical above 84",
            "WHO/ILO 2021; Lin 2021, where burnout is two, three and four times as likely above 60, 74 and 84 hours; the Netherlands' 60 hours; GB rail's 72 hours",
        ),
        Rule::Chronic55 => (
            "Four long weeks",
            "{} a week on average, over four weeks",
            "warning from 55 hours",
            "WHO/ILO 2021; the Netherlands' limit over several weeks",
        ),
        Rule::Overtime30 => (
            "Overtime in 30 days",
            "{} beyond a full month's 171.4",
            "warning from 80 hours, critical from 100",
            "Japan's line for death by overwork",
        ),
        Rule::LongDay => (
            "Long days",
            "{} of work within 24 hours",
            "notice above 12 hours; caution above 16, or for three long days one after another",
            "HSE: 12 hours a day",
        ),
        Rule::NightRun => (
            "Nights",
            "{} of night work",
            "caution from 4 nights in a row; notice for more than 8 hours at a stretch that hold 3 hours of a night",
            "HSE; Working Time Regulations 1998, regulation 6",
        ),
        Rule::EarlyRun => ("Early starts", "{} with a start before seven", "notice from 4 days in a row", "HSE"),
        Rule::Drift => (
            "More than was agreed",
            "{} a week on average, over four weeks",
            "notice above 125 % of the agreed hours",
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
            words.found.replace("{}", &value(flag)),
            words.limits,
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
            "[notice] A day off in the week: the longest rest was 0 h",
            "  Source: Working Time Regulations 1998, regulation 11.",
            "Rest that is owed: 1 week of this streak had no day off",
        ] {
            assert!(text.contains(part), "{part:?} isn't in:\n{text}");
        }
    }
}
