//! Who is told what and when, and how hours are read. Pure.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::error::{Result, person, refuse};
use crate::pace::{Dated, Flag, Rule, Survey};
use crate::partnership::calendar::WorkingDays;
use crate::schedule::{ScheduleError, parse_hours, resolve};

use super::model::{Memory, Said, Snooze, Step, Steward, Terms, Told};

/// A block that stays open is closed after so long: by then the longest of days is over.
pub const CLOSED_AFTER: TimeDelta = TimeDelta::hours(20);
/// The longest that the bot makes a block whose end it has to guess.
pub const LONGEST_GUESS: TimeDelta = TimeDelta::hours(12);
/// Somebody's last act is a little before they stop.
const AFTER_ACTIVITY: TimeDelta = TimeDelta::minutes(15);
/// How long after a guess **Finished** still says when it really was.
pub const CORRECTABLE: TimeDelta = TimeDelta::hours(24);
/// A private note about notices, once a week.
const NOTE_EVERY: Days = Days::new(7);
/// A warning is over after two long rests within so many days.
const LONG_RESTS_WITHIN: i64 = 7;
/// How far back hours are taken, in days. Late entries are always welcome; older ones are typing errors.
pub const BACK: u64 = 366;
/// Most times of work on one date that are read.
const MOST_TIMES: usize = 8;
/// The longest text of hours, in characters.
pub const LONGEST_HOURS: u16 = 100;

/// From which level on a steward may hear that cover is needed.
pub const STEWARD_FROM: u8 = 3;
/// How long a plan is waited for, and then again how long an answer to the text, where it is a warning.
pub const STEWARD_WAIT: TimeDelta = TimeDelta::hours(24);
/// The same in one, where it is critical: the text is in the message itself.
const STEWARD_WAIT_CRITICAL: TimeDelta = TimeDelta::hours(4);
/// How far ahead a day off is a plan, in days.
pub const SOON: u64 = 7;

/// What is to be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// What is remembered whatever is said.
    pub memory: Memory,
    /// New cautions, warnings and critical flags, worst first: for a direct message.
    pub tell: Vec<Flag>,
    /// New notices: for the weekly private note.
    pub note: Vec<Flag>,
}

/// Decides what is new for the person (see “Hysteresis” in the specification of pace).
///
/// A flag is told when it is raised or rises; it stands until enough rest was taken and it is found no
/// more, or at a lower level. Raised anew, it is told after its interval.
pub fn decide(survey: &Survey, memory: &Memory, now: DateTime<Utc>, zone: Tz) -> Decision {
    let today = survey.report.today;
    let mut memory = memory.clone();
    let flags = &survey.report.flags;
    for (rule, told) in &mut memory.told {
        let found = flags.iter().find(|flag| flag.rule == *rule).map_or(0, |flag| flag.level);
        let since = told.at.with_timezone(&zone).date_naive();
        if found < told.level && is_over(told.level, &survey.dates, since, today) {
            told.level = found;
        } else if found > told.level && never_over(told.last, &survey.dates, since, today) {
            // What looked like rest was work, as is known now.
            told.level = found.min(told.last);
        }
    }
    memory.seen.retain(|rule, _| flags.iter().any(|flag| flag.rule == *rule));
    if memory.snooze.is_some_and(|snooze| snooze.until <= now) {
        memory.snooze = None;
    }
    if flags.iter().all(|flag| flag.level < STEWARD_FROM) {
        memory.steward = None;
    }
    let mut new = Vec::new();
    for flag in flags {
        let first = if is_slow(flag.rule) { *memory.seen.entry(flag.rule).or_insert(today) } else { NaiveDate::MIN };
        let quiet = memory.snooze.is_some_and(|snooze| flag.level <= snooze.level);
        if first < today && !quiet && is_new(flag, memory.told.get(&flag.rule), now) {
            new.push(*flag);
        }
    }
    let (note, tell): (Vec<Flag>, Vec<Flag>) = new.into_iter().partition(|flag| flag.level == 1);
    let due = memory.noted.is_none_or(|noted| noted + NOTE_EVERY <= today);
    Decision { memory, tell, note: if due { note } else { Vec::new() } }
}

/// These rules are told after two evaluations a day apart: one long day must not do.
fn is_slow(rule: Rule) -> bool {
    matches!(rule, Rule::Average48 | Rule::Chronic55 | Rule::Overtime30 | Rule::Drift)
}

fn is_new(flag: &Flag, told: Option<&Told>, now: DateTime<Utc>) -> bool {
    let Some(told) = told else { return true };
    let interval = match flag.level {
        1 => TimeDelta::days(7),
        2 | 3 => TimeDelta::hours(72),
        _ => TimeDelta::hours(24),
    };
    // A rise is always told; what went and came back, after its interval.
    flag.level > told.last.max(told.level) || (flag.level > told.level && now - told.at >= interval)
}

/// Whether somebody has rested enough since then: one date for a notice or caution, two in long
/// rests within seven days for what is worse.
fn is_over(level: u8, dates: &[Dated], since: NaiveDate, today: NaiveDate) -> bool {
    let rests = dates.iter().filter(|day| day.date > since && day.date < today);
    if level <= 2 {
        return rests.into_iter().any(|day| day.kind == crate::pace::Kind::Rest);
    }
    let long: Vec<NaiveDate> = rests.filter(|day| day.rested).map(|day| day.date).collect();
    long.windows(2).any(|two| (two[1] - two[0]).num_days() < LONG_RESTS_WITHIN)
}

/// Whether all dates since then are in sight, and none of them ended it.
fn never_over(level: u8, dates: &[Dated], since: NaiveDate, today: NaiveDate) -> bool {
    dates.first().is_some_and(|first| first.date <= since) && !is_over(level, dates, since, today)
}

impl Memory {
    /// Remembers that these flags were told. What stands as it was told, or worse, stays so: a figure that
    /// falls without a rest is no end, and its coming back is no news.
    pub fn tell(&mut self, flags: &[Flag], now: DateTime<Utc>) {
        for flag in flags {
            if self.told.get(&flag.rule).is_some_and(|told| told.level >= flag.level) {
                continue;
            }
            self.told.insert(flag.rule, Told { level: flag.level, last: flag.level, at: now });
        }
    }
}

/// The first step of the text for a steward, and how long it lasts, where a message about a level
/// begins it. What was held, planned or sent for a level stays so until it gets worse or is over.
pub fn steward_begins(before: Option<&Steward>, level: u8) -> Option<(Step, TimeDelta)> {
    if level < STEWARD_FROM || before.is_some_and(|before| before.level >= level) {
        return None;
    }
    Some(if level > STEWARD_FROM { (Step::Shown, STEWARD_WAIT_CRITICAL) } else { (Step::Plan, STEWARD_WAIT) })
}

/// Until when flags are left alone: a week; a day where it is a warning; until the morning where it is
/// critical.
pub fn snooze(level: u8, now: DateTime<Utc>, zone: Tz) -> Snooze {
    let tomorrow = now.with_timezone(&zone).date_naive() + Days::new(1);
    let until = match level {
        0..=2 => now + TimeDelta::days(7),
        3 => now + TimeDelta::hours(24),
        _ => resolve(tomorrow.and_time(NaiveTime::MIN), zone),
    };
    Snooze { until, level: level.max(1) }
}

/// When a block ends that nobody ended: with their last act and a quarter of an hour, or after the
/// contract's day; after twelve hours at most.
pub fn guessed_end(starts: DateTime<Utc>, last_act: Option<DateTime<Utc>>, usual: TimeDelta) -> DateTime<Utc> {
    let acted = last_act.filter(|at| *at > starts).map(|at| at + AFTER_ACTIVITY);
    acted.unwrap_or(starts + usual).min(starts + LONGEST_GUESS)
}

impl Terms {
    /// Minutes of a usual day: the week's hours over its working days.
    pub fn usual_day(&self, days: usize) -> u16 {
        let minutes = self.weekly_hours * 60.0 / f64::from(u32::try_from(days.max(1)).unwrap_or(5));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1440")]
        let minutes = minutes.round().clamp(1.0, 1_440.0) as u16;
        minutes
    }

    /// Reads them as they are entered. An empty field is the usual.
    pub fn parse(hours: &str, days: &str, opted_out: &str) -> Result<Self> {
        let weekly_hours = match hours.trim().trim_end_matches('h').trim().replace(',', ".").as_str() {
            "" => super::model::USUAL_WEEK,
            text => match text.parse::<f64>() {
                Ok(hours) if hours > 0.0 && hours <= 168.0 => (hours * 60.0).round() / 60.0,
                _ => return refuse("Hours a week are a number above 0 and at most 168, such as 37.5."),
            },
        };
        let working_days = match days.trim() {
            "" => None,
            text => Some(WorkingDays::parse(text).map_err(|why| person(why.to_string()))?),
        };
        let opted_out = match opted_out.trim().to_lowercase().as_str() {
            "" | "no" | "n" => false,
            "yes" | "y" => true,
            _ => return refuse("Whether you opted out of the 48-hour week is **yes** or **no**."),
        };
        Ok(Self { weekly_hours, working_days, opted_out })
    }
}

/// Reads what somebody says of a date: `09:00-17:30`, `06:00-12:00, 20:00-24:00`, `7.5 h`, `none`, `worked`.
pub fn parse_said(text: &str, date: NaiveDate, zone: Tz) -> Result<Said> {
    let plain = text.trim().to_lowercase();
    match plain.as_str() {
        "none" | "no" | "nothing" | "off" | "0" | "0h" | "0 h" => return Ok(Said::Minutes(Some(0))),
        "worked" | "yes" => return Ok(Said::Minutes(None)),
        _ => {}
    }
    if let Some(minutes) = length(&plain) {
        return match u16::try_from(minutes) {
            Ok(minutes @ 0..=1_440) => Ok(Said::Minutes(Some(minutes))),
            _ => refuse("A day has 24 hours. Write for example `7.5 h`, or from–to such as `09:00-17:30`."),
        };
    }
    let mut times = Vec::new();
    for part in plain.replace(" and ", ",").replace(';', ",").split(',').filter(|part| !part.trim().is_empty()) {
        let (start, end, over) = parse_hours(part).map_err(|why| person(unclear(&why)))?;
        let starts = resolve(date.and_time(start), zone);
        let last = if over { date + Days::new(1) } else { date };
        let ends = resolve(last.and_time(end), zone);
        if ends <= starts {
            return refuse("The end has to come after the start.");
        }
        times.push((starts, ends));
    }
    times.sort_unstable();
    if times.windows(2).any(|two| two[1].0 < two[0].1) {
        return refuse("These times overlap. Write each time once, such as `06:00-12:00, 20:00-22:00`.");
    }
    match times.len() {
        0 => refuse(format!("Write {FORMS}.")),
        1..=MOST_TIMES => Ok(Said::Times(times)),
        _ => refuse(format!("{MOST_TIMES} times a day are the most. Put some of them together.")),
    }
}

/// Refuses hours that nobody can have worked yet. The end may lie a little ahead of the clock.
pub fn worked_by(said: Said, now: DateTime<Utc>) -> Result<Said> {
    match &said {
        Said::Times(times) if times.iter().any(|(starts, ends)| *starts > now || *ends > now + TimeDelta::hours(1)) => {
            refuse(
                "Some of that is still to come: hours are noted once they are worked. **Started now** and **Finished now** do it as you go.",
            )
        }
        _ => Ok(said),
    }
}

/// How hours may be written, for people.
pub const FORMS: &str = "from–to, such as `09:00-17:30` or `06:00-12:00, 20:00-22:00`; or `7.5 h`; or `none`";

fn unclear(why: &ScheduleError) -> String {
    format!("{} You can write {FORMS}.", why.message())
}

/// A length such as `7.5h`, `7,5`, `7h30`, `90 min`, in minutes. A bare number up to 24 is hours.
fn length(text: &str) -> Option<i64> {
    let text = text.replace(',', ".");
    let text = text.trim();
    if text.parse::<f64>().is_ok_and(|hours| (0.0..=24.0).contains(&hours)) {
        return length(&format!("{text}h"));
    }
    if let Some(minutes) = ["minutes", "mins", "min", "m"].into_iter().find_map(|unit| text.strip_suffix(unit))
        && let Ok(minutes) = minutes.trim().parse::<u32>()
    {
        return Some(i64::from(minutes));
    }
    if let Some(hours) = ["hours", "hour", "hrs", "h"].into_iter().find_map(|unit| text.strip_suffix(unit))
        && let Ok(hours) = hours.trim().parse::<f64>()
        && (0.0..1_000.0).contains(&hours)
    {
        #[expect(clippy::cast_possible_truncation, reason = "below 60,000")]
        return Some((hours * 60.0).round() as i64);
    }
    let (hours, minutes) = text.split_once('h')?;
    let minutes = minutes.trim().trim_end_matches("min").trim_end_matches('m').trim();
    let (hours, minutes) = (hours.trim().parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    (minutes < 60 && hours < 1_000).then(|| i64::from(hours * 60 + minutes))
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
