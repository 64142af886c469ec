//! Cron rules as in a crontab, over the clock on the wall.
//!
//! The cron crate does the counting, over wall times as if they were UTC. It takes six fields,
//! counts weekdays from 1 for Sunday, and wants both day fields to match; a crontab has five,
//! counts from 0 for Sunday, and is content with either day field when both are restricted
//! (crontab(5)). So the fields are read here, and handed on as lists of plain values.

mod field;

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use self::field::{DAY_OF_MONTH, DAY_OF_WEEK, Field, HOUR, MINUTE, MONTH, SECOND};
use super::days::DaySet;
use super::error::{ScheduleError, quoted};
use super::pattern::{Pattern, ordinal};

/// A cron rule, ready to be asked.
#[derive(Debug, Clone)]
pub(super) struct CronRule {
    text: String,
    fields: Fields,
    /// One rule; or two when both day fields are restricted, and either may match.
    rules: Vec<cron::Schedule>,
}

/// What each field allows.
#[derive(Debug, Clone)]
struct Fields {
    second: Field,
    minute: Field,
    hour: Field,
    day_of_month: Field,
    month: Field,
    day_of_week: Field,
}

/// Names that stand for a whole rule, as in crontab(5).
const NICKNAMES: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// Whether a text is meant as a cron rule and not as plain words.
pub(super) fn looks_like_cron(text: &str) -> bool {
    let numeric = |token: &str| token.chars().all(|c| c.is_ascii_digit() || "*/,-?".contains(c));
    let tokens: Vec<&str> = text.split_whitespace().collect();
    text.trim_start().starts_with('@')
        || text.contains('*')
        || text.contains('?')
        || (tokens.len() >= 3 && tokens.iter().take(3).all(|token| numeric(token)))
}

impl CronRule {
    /// Reads five fields, six with the seconds first, or a name such as `@daily`.
    pub(super) fn parse(text: &str) -> Result<Self, ScheduleError> {
        let upper = full_text(text)?.to_uppercase();
        let tokens: Vec<&str> = upper.split_whitespace().collect();
        let (second, rest) = match tokens.as_slice() {
            [second, rest @ ..] if rest.len() == 5 => (*second, rest),
            rest => ("0", rest),
        };
        let [minute, hour, day_of_month, month, day_of_week] = rest else {
            return Err(wrong_count(tokens.len()));
        };
        let fields = Fields {
            second: Field::parse(&SECOND, second)?,
            minute: Field::parse(&MINUTE, minute)?,
            hour: Field::parse(&HOUR, hour)?,
            day_of_month: Field::parse(&DAY_OF_MONTH, day_of_month)?,
            month: Field::parse(&MONTH, month)?,
            day_of_week: Field::parse(&DAY_OF_WEEK, day_of_week)?,
        };
        let prefix = if fields.second.only() == Some(0) { None } else { Some(second) };
        let text: Vec<&str> = prefix.into_iter().chain(rest.iter().copied()).collect();
        Self { rules: fields.rules()?, fields, text: text.join(" ") }.that_comes_due()
    }

    /// Refuses 30 February and its like, which no year has.
    fn that_comes_due(self) -> Result<Self, ScheduleError> {
        let start = NaiveDate::from_ymd_opt(1970, 1, 1).map(|day| day.and_time(NaiveTime::MIN));
        if start.and_then(|start| self.next_wall(start)).is_some() {
            return Ok(self);
        }
        Err(ScheduleError::new(
            "day of month",
            "no month of the rule has that day, so it would never be due; `0 9 29 2 *`, for \
             example, is due in leap years.",
        ))
    }

    /// The first wall time of the rule after `after`.
    pub(super) fn next_wall(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let after = after.and_utc();
        let next = |rule: &cron::Schedule| rule.after(&after).next();
        self.rules.iter().filter_map(next).min().map(|at| at.naive_utc())
    }

    /// The rule in upper case with single spaces, without seconds when they are 0.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Plain words where the rule is simple, and the rule itself where it isn't.
    pub(super) fn describe(&self) -> String {
        match (self.fields.describe_days(), self.fields.describe_times()) {
            (Some(days), Some(times)) => format!("{days} at {times}"),
            _ => format!("by the cron rule `{}`", self.text),
        }
    }
}

impl Fields {
    /// The rule for the cron crate: two when either day field is enough.
    fn rules(&self) -> Result<Vec<cron::Schedule>, ScheduleError> {
        let (month_days, week_days) = (self.day_of_month.list(), self.day_of_week.list_of_names());
        let either = !self.day_of_month.starts_with_star && !self.day_of_week.starts_with_star;
        if either {
            Ok(vec![self.rule(&month_days, "*")?, self.rule("*", &week_days)?])
        } else {
            Ok(vec![self.rule(&month_days, &week_days)?])
        }
    }

    fn rule(&self, month_days: &str, week_days: &str) -> Result<cron::Schedule, ScheduleError> {
        let (second, minute, hour) = (self.second.list(), self.minute.list(), self.hour.list());
        let month = self.month.list();
        let rule = format!("{second} {minute} {hour} {month_days} {month} {week_days}");
        cron::Schedule::from_str(&rule).map_err(|_| ScheduleError::new("cron", "this rule can't be followed."))
    }

    /// At most four times of day in words.
    fn describe_times(&self) -> Option<String> {
        let (minutes, hours) = (self.minute.values(), self.hour.values());
        if self.second.only() != Some(0) || minutes.len() * hours.len() > 4 {
            return None;
        }
        let at = |hour: &u32| minutes.iter().map(move |m| format!("{hour:02}:{m:02}")).collect();
        let mut times: Vec<String> = hours.iter().flat_map(|h| -> Vec<String> { at(h) }).collect();
        let last = times.pop()?;
        Some(if times.is_empty() { last } else { format!("{} and {last}", times.join(", ")) })
    }

    /// The days in words, when just one of the three day fields says anything.
    fn describe_days(&self) -> Option<String> {
        let (day, month) = (self.day_of_month.is_full(), self.month.is_full());
        if !month {
            return None;
        }
        if day {
            let days = self.week_days();
            return Some(Pattern::Weekly { days, every: 1 }.describe());
        }
        let number = u8::try_from(self.day_of_month.only()?).ok()?;
        let every = if number > 28 { "every month that has it" } else { "every month" };
        self.day_of_week.is_full().then(|| format!("on the {} of {every}", ordinal(number)))
    }

    fn week_days(&self) -> DaySet {
        let day = |number| Weekday::try_from(u8::try_from((number + 6) % 7).unwrap_or(0));
        let days = self.day_of_week.values().into_iter().filter_map(|number| day(number).ok());
        days.fold(DaySet::default(), |days, day| days.with(DaySet::only(day)))
    }
}

/// The rule that a nickname stands for, or the text itself.
fn full_text(text: &str) -> Result<&str, ScheduleError> {
    let text = text.trim();
    if !text.starts_with('@') {
        return Ok(text);
    }
    let known = NICKNAMES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
    known.map(|(_, rule)| rule).ok_or_else(|| {
        let names: Vec<String> = NICKNAMES.iter().map(|(name, _)| format!("`{name}`")).collect();
        ScheduleError::new("cron", format!("{} is not one of {}.", quoted(text), names.join(", ")))
    })
}

fn wrong_count(count: usize) -> ScheduleError {
    ScheduleError::new(
        "cron",
        format!(
            "a cron rule has 5 fields (minute, hour, day of month, month, day of week), or 6 with \
             the second first, not {count}; for example `30 9 * * 1-5`."
        ),
    )
}
