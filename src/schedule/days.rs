//! Sets of weekdays, and the ways in which people write them.

use std::fmt;

use chrono::Weekday;

use super::error::{ScheduleError, quoted};

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DaySet(u8);

/// All weekdays in their order, Monday first as in ISO 8601.
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// The names of the weekdays, in the order of [`WEEK`].
const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl DaySet {
    /// Every day of the week.
    pub const ALL: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WEEKDAYS: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// The set of just this day.
    pub fn only(day: Weekday) -> Self {
        Self(1 << day.num_days_from_monday())
    }

    /// All days from `first` to `last`, over the weekend when `last` comes earlier in the week.
    pub fn span(first: Weekday, last: Weekday) -> Self {
        let mut days = Self::only(first);
        let mut day = first;
        while day != last {
            day = day.succ();
            days = days.with(Self::only(day));
        }
        days
    }

    /// The days of either set.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the day is one of these.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::only(day).0 != 0
    }

    /// Whether no day is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }

    /// Reads `Mon-Fri`, `Monday to Thursday`, `Mon, Wed and Fri`, `weekdays`, `weekend`.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let spaced = text.to_lowercase().replace(['-', '–', '—'], " to ").replace([',', ';', '&', '+', '/'], " ");
        let tokens: Vec<&str> = spaced.split_whitespace().take(50).collect();
        Self::from_tokens(&tokens)
    }

    /// Reads lower-case words, as [`DaySet::parse`] does.
    pub(super) fn from_tokens(tokens: &[&str]) -> Result<Self, ScheduleError> {
        let mut days = Self::default();
        let mut last = None;
        let mut from = None;
        for token in tokens {
            match (*token, last) {
                ("and" | "plus" | "on", _) => {}
                ("to" | "through" | "until" | "till", Some(_)) if from.is_none() => from = last,
                _ => {
                    let (read, day) = Self::from_token(token)?;
                    days = days.with(join(from.take(), read, day)?);
                    last = day;
                }
            }
        }
        if days.is_empty() || from.is_some() {
            return Err(unclear_days(&tokens.join(" ")));
        }
        Ok(days)
    }

    /// Reads one word: a day, or a name for several.
    fn from_token(token: &str) -> Result<(Self, Option<Weekday>), ScheduleError> {
        match token {
            "weekday" | "weekdays" => Ok((Self::WEEKDAYS, None)),
            "weekend" | "weekends" => Ok((Self::WEEKEND, None)),
            "day" | "days" | "daily" | "everyday" => Ok((Self::ALL, None)),
            _ => match weekday_named(token) {
                Some(day) => Ok((Self::only(day), Some(day))),
                None => Err(unclear_days(token)),
            },
        }
    }

    /// Runs of days that follow each other, Monday first.
    fn runs(self) -> Vec<(Weekday, Weekday)> {
        let mut runs: Vec<(Weekday, Weekday)> = Vec::new();
        for day in self.iter() {
            match runs.last_mut() {
                Some((_, end)) if end.succ() == day => *end = day,
                _ => runs.push((day, day)),
            }
        }
        runs
    }

    /// The days in a short form that [`DaySet::parse`] reads: `Mon-Fri`, `Mon, Tue, Thu`.
    pub fn short(self) -> String {
        let mut parts = Vec::new();
        for (first, last) in self.runs() {
            if first == last || first.succ() == last {
                parts.push(first.to_string());
            } else {
                parts.push(format!("{first}-{last}"));
            }
            if first.succ() == last {
                parts.push(last.to_string());
            }
        }
        parts.join(", ")
    }
}

impl fmt::Display for DaySet {
    /// The days in whole words: `Monday to Thursday`, `Monday, Wednesday and Friday`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for (first, last) in self.runs() {
            if first == last || first.succ() == last {
                parts.push(weekday_name(first).to_owned());
            } else {
                parts.push(format!("{} to {}", weekday_name(first), weekday_name(last)));
            }
            if first.succ() == last {
                parts.push(weekday_name(last).to_owned());
            }
        }
        let tail = parts.pop().unwrap_or_default();
        if parts.is_empty() { f.write_str(&tail) } else { write!(f, "{} and {tail}", parts.join(", ")) }
    }
}

/// The name of a weekday in whole letters.
pub(super) fn weekday_name(day: Weekday) -> &'static str {
    NAMES.get(day.num_days_from_monday() as usize).copied().unwrap_or("Monday")
}

/// The weekday that a lower-case word names: `mon`, `tues`, `weds`, `thursdays`.
pub(super) fn weekday_named(word: &str) -> Option<Weekday> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let named = |name: &str| {
        let name = name.to_lowercase();
        (word.len() >= 3 && name.starts_with(word)) || (singular.len() >= 3 && name.starts_with(singular))
    };
    WEEK.into_iter().zip(NAMES).find(|(_, name)| named(name)).map(|(day, _)| day)
}

/// Closes a range that was open, or takes the words as they are.
fn join(from: Option<Weekday>, read: DaySet, day: Option<Weekday>) -> Result<DaySet, ScheduleError> {
    match (from, day) {
        (None, _) => Ok(read),
        (Some(first), Some(last)) => Ok(DaySet::span(first, last)),
        (Some(first), None) => Err(unclear_days(&format!("{first} to"))),
    }
}

/// Says what days could be written instead of `text`, which may be empty.
pub(super) fn unclear_days(text: &str) -> ScheduleError {
    let problem =
        if text.is_empty() { "the days are missing".to_owned() } else { format!("{} doesn't name days", quoted(text)) };
    ScheduleError::new(
        "days",
        format!(
            "{problem}; write for example `weekdays`, `Mon, Wed and Fri`, `Monday to Thursday` or \
             `every 2 weeks on Tuesday`."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, long, short) in [
            ("Mon-Fri", "Monday to Friday", "Mon-Fri"),
            ("mon – fri", "Monday to Friday", "Mon-Fri"),
            ("weekdays", "Monday to Friday", "Mon-Fri"),
            ("Mon,Tue,Thu", "Monday, Tuesday and Thursday", "Mon, Tue, Thu"),
            ("Mondays", "Monday", "Mon"),
            ("weds and thurs", "Wednesday and Thursday", "Wed, Thu"),
            ("Sat/Sun", "Saturday and Sunday", "Sat, Sun"),
            ("fri to mon", "Monday and Friday to Sunday", "Mon, Fri-Sun"),
            ("Sunday to Thursday", "Monday to Thursday and Sunday", "Mon-Thu, Sun"),
            ("daily", "Monday to Sunday", "Mon-Sun"),
        ] {
            let days = DaySet::parse(text).expect(text);
            assert_eq!((days.to_string(), days.short()), (long.to_owned(), short.to_owned()));
            assert_eq!(DaySet::parse(long), Ok(days));
            assert_eq!(DaySet::parse(short), Ok(days));
        }
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["", "mo", "Mon-", "-Fri", "Mon to weekend", "Mon Blursday", "to"] {
            assert_eq!(DaySet::parse(text).map_err(|e| e.field()), Err("days"), "{text}");
        }
    }

    #[test]
    fn every_set_survives_being_written_down() {
        for bits in 1..=DaySet::ALL.0 {
            let days = DaySet(bits);
            assert_eq!(DaySet::parse(&days.to_string()), Ok(days));
            assert_eq!(DaySet::parse(&days.short()), Ok(days));
        }
    }
}
