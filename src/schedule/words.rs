//! Reads schedules in plain words: `weekdays 09:30`, `every 2 weeks on Tuesday 14:00`.
//!
//! The words are taken apart from the outside: a start date, the time of day, the interval;
//! what is left names the days.

use chrono::{NaiveDate, NaiveTime};

use super::days::{DaySet, unclear_days, weekday_named};
use super::error::{ScheduleError, quoted};
use super::pattern::{MOST_WEEKS, Nth, Pattern, Words};
use super::time_of_day::parse_time;
use super::zone::parse_zone;

/// Reads a schedule in plain words.
pub(super) fn parse(text: &str) -> Result<Words, ScheduleError> {
    let lower = text.to_lowercase().replace(['–', '—'], "-").replace([',', ';', '&', '@'], " ");
    let mut tokens: Vec<&str> = lower.split_whitespace().collect();
    refuse_short_interval(&tokens)?;
    let from = take_start(&mut tokens)?;
    let time = take_time(&mut tokens)?;
    let spread: Vec<&str> = tokens.iter().flat_map(|token| spread_range(token)).collect();
    let pattern = read_pattern(&spread)?;
    Ok(Words { pattern, time, from })
}

/// Makes three words of `mon-fri`.
fn spread_range(token: &str) -> Vec<&str> {
    match token.split_once('-') {
        Some(("", "")) => vec!["to"],
        Some((first, last)) => vec![first, "to", last],
        None => vec![token],
    }
}

/// Takes `from 2026-03-24` out of the words.
fn take_start(tokens: &mut Vec<&str>) -> Result<Option<NaiveDate>, ScheduleError> {
    let Some(at) = tokens.iter().position(|t| matches!(*t, "from" | "starting" | "since")) else {
        return Ok(None);
    };
    let after = usize::from(tokens.get(at + 1).is_some_and(|t| *t == "on")) + 1;
    let written = tokens.get(at + after).copied().unwrap_or_default();
    let date = NaiveDate::parse_from_str(written, "%Y-%m-%d").ok();
    let date = date.filter(|date| super::wall::YEARS.contains(&chrono::Datelike::year(date)));
    let Some(date) = date else {
        return Err(ScheduleError::new(
            "date",
            format!("{} is not a start date; write it as in `from 2026-03-24`.", quoted(written)),
        ));
    };
    tokens.drain(at..=at + after);
    Ok(Some(date))
}

/// Takes the time of day off the end of the words, or off their start.
fn take_time(tokens: &mut Vec<&str>) -> Result<NaiveTime, ScheduleError> {
    refuse_zone(tokens)?;
    for length in [2, 1] {
        let Some(start) = tokens.len().checked_sub(length) else {
            continue;
        };
        if let Ok(time) = parse_time(&tokens[start..].join(" ")) {
            tokens.truncate(start);
            tokens.pop_if(|last| *last == "at");
            return Ok(time);
        }
    }
    let lead = usize::from(tokens.first() == Some(&"at"));
    for length in [2, 1] {
        let written = tokens.get(lead..lead + length);
        if let Some(Ok(time)) = written.map(|words| parse_time(&words.join(" "))) {
            tokens.drain(..lead + length);
            return Ok(time);
        }
    }
    Err(no_time(tokens))
}

/// A zone after the time would be a second opinion: everybody has their own already.
fn refuse_zone(tokens: &[&str]) -> Result<(), ScheduleError> {
    let [.., before, last] = tokens else {
        return Ok(());
    };
    let follows_time = || parse_time(before).is_ok() || matches!(*before, "am" | "pm");
    let is_word = last.len() >= 2 && last.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_other_word = || weekday_named(last).is_some() || parse_time(last).is_ok();
    // The list of zones is long, so it is asked last.
    if is_word
        && follows_time()
        && !is_other_word()
        && !matches!(*last, "am" | "pm")
        && (last.contains('/') || parse_zone(last).is_ok())
    {
        return Err(ScheduleError::new(
            "zone",
            format!(
                "leave out {}: the zone is set apart from the schedule, which is then just \
                 `weekdays 09:30`.",
                quoted(last)
            ),
        ));
    }
    Ok(())
}

fn no_time(tokens: &[&str]) -> ScheduleError {
    let last = tokens.last().copied().unwrap_or_default();
    let problem = if last.contains(|c: char| c.is_ascii_digit()) {
        format!("{} is not a time of day", quoted(last))
    } else {
        "the time of day is missing".to_owned()
    };
    ScheduleError::new("time", format!("{problem}; end with one, as in `weekdays 09:30`."))
}

/// Reads what is left once the time is taken off: the days, and how often.
fn read_pattern(tokens: &[&str]) -> Result<Pattern, ScheduleError> {
    if tokens.contains(&"except") || tokens.contains(&"not") {
        return Err(unclear_days(&tokens.join(" ")));
    }
    let (every, rest) = take_interval(tokens)?;
    if rest.iter().any(|token| matches!(*token, "month" | "monthly" | "months")) {
        return read_month(every, &rest);
    }
    let days: Vec<&str> = rest.iter().copied().filter(|t| !matches!(*t, "every" | "each" | "on" | "the")).collect();
    // Nobody means seven days when they name no day of a longer interval.
    let daily = days.iter().any(|t| matches!(*t, "day" | "days" | "daily" | "everyday"));
    let counted = daily && days.iter().any(|token| token.parse::<u32>().is_ok());
    if counted || every > 1 && (days.is_empty() || daily) {
        return Err(unclear_interval(&tokens.join(" ")));
    }
    let days = without_working(&days);
    Ok(Pattern::Weekly { days: DaySet::from_tokens(&days)?, every })
}

/// Lets `working days` stand for weekdays.
fn without_working<'a>(days: &[&'a str]) -> Vec<&'a str> {
    match days {
        ["working" | "work", "day" | "days"] => vec!["weekdays"],
        _ => days.to_vec(),
    }
}

/// Takes `every 2 weeks`, `every other week`, `fortnightly` or `weekly` out of the words.
fn take_interval<'a>(tokens: &[&'a str]) -> Result<(u8, Vec<&'a str>), ScheduleError> {
    let mut rest = tokens.to_vec();
    if let Some(at) = tokens.iter().position(|t| matches!(*t, "weekly" | "fortnightly")) {
        rest.remove(at);
        return Ok((if tokens[at] == "weekly" { 1 } else { 2 }, rest));
    }
    let Some(at) = tokens.iter().position(|t| matches!(*t, "every" | "each")) else {
        return refuse_unclear(tokens).map(|()| (1, rest));
    };
    let (every, length) = match tokens.get(at + 1..).unwrap_or_default() {
        ["week" | "weeks", ..] => (1, 2),
        ["fortnight", ..] => (2, 2),
        [count, "week" | "weeks", ..] => (count_of_weeks(count)?, 3),
        // `Every second Tuesday of the month` is about the month, and is read there.
        [count @ ("other" | "second" | "2nd" | "third" | "3rd"), day, ..]
            if weekday_named(day).is_some() && !tokens.contains(&"month") =>
        {
            (count_of_weeks(count)?, 2)
        }
        _ => return refuse_unclear(tokens).map(|()| (1, rest)),
    };
    rest.drain(at..at + length);
    Ok((every, rest))
}

fn count_of_weeks(word: &str) -> Result<u8, ScheduleError> {
    let count = match word {
        "one" => Some(1),
        "two" | "other" | "second" | "2nd" => Some(2),
        "three" | "third" | "3rd" => Some(3),
        "four" | "fourth" | "4th" => Some(4),
        _ => word.parse().ok(),
    };
    count.filter(|count| (1..=MOST_WEEKS).contains(count)).ok_or_else(|| unclear_interval(word))
}

/// Refuses what is due more than once a day, before the missing time of day is noticed.
fn refuse_short_interval(tokens: &[&str]) -> Result<(), ScheduleError> {
    let short = |token: &&str| matches!(*token, "hour" | "hours" | "hourly" | "minute" | "minutes" | "seconds");
    match tokens.iter().find(|token| short(token)) {
        Some(token) => Err(unclear_interval(token)),
        None => Ok(()),
    }
}

/// Refuses intervals that are not made of weeks or months.
fn refuse_unclear(tokens: &[&str]) -> Result<(), ScheduleError> {
    let unclear = |token: &&str| {
        matches!(
            *token,
            "year" | "years" | "yearly" | "annually" | "biweekly" | "bi" | "other" | "quarterly" | "week" | "weeks"
        )
    };
    match tokens.iter().find(|t| unclear(t)) {
        Some(token) => Err(unclear_interval(token)),
        None => Ok(()),
    }
}

fn unclear_interval(text: &str) -> ScheduleError {
    ScheduleError::new(
        "interval",
        format!(
            "{} is not an interval; write for example `every 2 weeks on Tuesday 14:00` (1 to 52 \
             weeks), `first Monday of the month 10:00`, or a cron rule such as `0 * * * *`.",
            quoted(text)
        ),
    )
}

/// Reads `monthly on the 1st`, `last day of the month`, `first Monday of the month`.
fn read_month(every: u8, tokens: &[&str]) -> Result<Pattern, ScheduleError> {
    let filler =
        |token: &str| matches!(token, "month" | "monthly" | "on" | "the" | "of" | "in" | "every" | "each" | "a");
    let rest: Vec<&str> = tokens.iter().copied().filter(|token| !filler(token)).collect();
    let other_months = rest.first() == Some(&"other") || tokens.contains(&"months");
    if every > 1 || other_months {
        return Err(unclear_interval(&tokens.join(" ")));
    }
    match rest.as_slice() {
        ["last", "day"] | ["last"] => Ok(Pattern::LastDay),
        [day, "day"] | [day] => month_day(day),
        [which, day] => match (nth(which), weekday_named(day)) {
            (Some(nth), Some(day)) => Ok(Pattern::WeekdayOfMonth(nth, day)),
            _ => Err(unclear_month(&rest.join(" "))),
        },
        _ => Err(unclear_month(&rest.join(" "))),
    }
}

fn nth(word: &str) -> Option<Nth> {
    match word {
        "first" | "1st" => Some(Nth::First),
        "second" | "2nd" => Some(Nth::Second),
        "third" | "3rd" => Some(Nth::Third),
        "fourth" | "4th" => Some(Nth::Fourth),
        "last" => Some(Nth::Last),
        _ => None,
    }
}

fn month_day(word: &str) -> Result<Pattern, ScheduleError> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let day = if word == "first" { Some(1) } else { digits.parse::<u8>().ok() };
    match day {
        Some(day @ 1..=28) => Ok(Pattern::MonthDay(day)),
        Some(29..=31) => Err(ScheduleError::new(
            "days",
            format!(
                "not every month has {}; write `last day of the month 16:00`, or a day from the \
                 1st to the 28th.",
                quoted(word)
            ),
        )),
        _ => Err(unclear_month(word)),
    }
}

fn unclear_month(text: &str) -> ScheduleError {
    ScheduleError::new(
        "days",
        format!(
            "{} is not a day of the month; write for example `monthly on the 1st 09:00`, \
             `last day of the month 16:00` or `first Monday of the month 10:00`.",
            quoted(text)
        ),
    )
}
