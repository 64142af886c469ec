//! Working time that two sides share: how much of it has passed between two instants, and when so much
//! of it will have passed.
//!
//! A side works from one time of day to another, in its zone, on its days of the week, less its holidays.
//! Where both work at once, time counts. Two sides whose hours never meet share none: then the time of
//! whoever is waited on counts, or nothing would ever be late.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, WorkingDays, is_working};
use crate::schedule::resolve;

/// When an organisation works, its holidays aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// Where.
    pub zone: Tz,
    /// On which days of the week.
    pub days: WorkingDays,
    /// From when, on the wall.
    pub opens: NaiveTime,
    /// Until when, on the wall: later on the same day.
    pub closes: NaiveTime,
}

impl WorkingHours {
    /// Monday to Friday, 09:00 to 17:00.
    pub fn usual(zone: Tz) -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { zone, days: WorkingDays::default(), opens: at(9), closes: at(17) }
    }

    /// As people read it: `Monday to Friday 09:00–17:00, Asia/Kolkata`.
    pub fn describe(&self) -> String {
        let time = |time: NaiveTime| time.format("%H:%M");
        let zone = self.zone.name().replace('_', " ");
        format!("{} {}–{}, {zone}", self.days.describe(), time(self.opens), time(self.closes))
    }

    fn on(&self, date: NaiveDate) -> Window {
        let at = |time| resolve(date.and_time(time), self.zone);
        Window { start: at(self.opens), end: at(self.closes) }
    }

    /// What is worked between two instants, in order.
    pub fn windows(&self, holidays: &Calendar, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Window> {
        let date = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
        let (first, last) = (date(from), date(to));
        let dates = first.iter_days().take_while(|date| *date <= last);
        let worked = dates.filter(|date| is_working(*date, &self.days, holidays)).map(|date| self.on(date));
        worked.filter(|window| window.start < window.end).collect()
    }

    /// Whether this side and another one meet in an ordinary week, in winter as in summer, holidays aside.
    fn meets(&self, other: &Self, year: i32) -> bool {
        let none = Calendar::default();
        [1, 7].into_iter().all(|month| {
            let Some(date) = NaiveDate::from_ymd_opt(year, month, 11) else { return false };
            let (from, to) = (date.and_time(NaiveTime::MIN).and_utc(), (date + Days::new(7)).and_time(NaiveTime::MIN));
            !both(&self.windows(&none, from, to.and_utc()), &other.windows(&none, from, to.and_utc())).is_empty()
        })
    }
}

/// A stretch of working time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its beginning.
    pub start: DateTime<Utc>,
    /// Its end.
    pub end: DateTime<Utc>,
}

/// Where two lists of stretches, each in order, run at once.
fn both(one: &[Window], other: &[Window]) -> Vec<Window> {
    let (mut a, mut b, mut shared) = (0, 0, Vec::new());
    while let (Some(first), Some(second)) = (one.get(a), other.get(b)) {
        let window = Window { start: first.start.max(second.start), end: first.end.min(second.end) };
        if window.start < window.end {
            shared.push(window);
        }
        if first.end <= second.end { a += 1 } else { b += 1 }
    }
    shared
}

/// How much working time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Span {
    /// So many hours.
    Hours(u16),
    /// So many working days: where half of a shared day is over, half a day has passed.
    Days(u16),
}

/// Working time that has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passed {
    /// In hours and minutes.
    pub time: TimeDelta,
    /// In working days and parts of them.
    pub days: f64,
}

/// The working time of two sides, between two instants.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    pieces: Vec<Piece>,
}

/// A stretch with all that was before it. Its share is the part that it is of a working day.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    window: Window,
    share: f64,
    before: Passed,
}

/// A side: when it works, and its holidays.
pub type Side<'a> = (&'a WorkingHours, &'a Calendar);

impl Timeline {
    /// What whoever waits and whoever is waited on share between two instants.
    pub fn shared(waits: Side<'_>, asked: Side<'_>, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        // A stretch may begin on the local date before.
        let (from, to) = (from - TimeDelta::days(1), to + TimeDelta::days(1));
        let theirs = asked.0.windows(asked.1, from, to);
        if waits.0.meets(asked.0, to.year()) {
            Self::of(&both(&waits.0.windows(waits.1, from, to), &theirs), asked.0.zone)
        } else {
            Self::of(&theirs, asked.0.zone)
        }
    }

    /// A date's stretches, in the zone of whoever is waited on, make a working day.
    fn of(windows: &[Window], zone: Tz) -> Self {
        let date = |window: &Window| window.start.with_timezone(&zone).date_naive();
        let mut weighed = Vec::with_capacity(windows.len());
        for day in windows.chunk_by(|one, other| date(one) == date(other)) {
            let whole: TimeDelta = day.iter().map(|window| window.end - window.start).sum();
            weighed.extend(day.iter().map(|window| (*window, part(window.end - window.start, whole))));
        }
        Self::laid(weighed)
    }

    fn laid(weighed: Vec<(Window, f64)>) -> Self {
        let mut before = Passed::default();
        let mut piece = |(window, share): (Window, f64)| {
            let piece = Piece { window, share, before };
            before = Passed { time: before.time + (window.end - window.start), days: before.days + share };
            piece
        };
        Self { pieces: weighed.into_iter().map(&mut piece).collect() }
    }

    /// The same without what falls between some pairs of instants.
    #[must_use]
    pub fn without(&self, held: &[(DateTime<Utc>, DateTime<Utc>)]) -> Self {
        let mut left: Vec<(Window, f64)> = self.pieces.iter().map(|one| (one.window, one.share)).collect();
        for (from, to) in held {
            let cut = |(window, share): (Window, f64)| {
                let before = Window { start: window.start, end: window.end.min(*from) };
                let after = Window { start: window.start.max(*to), end: window.end };
                let whole = window.end - window.start;
                let weigh = move |one: Window| (one, share * part(one.end - one.start, whole));
                [before, after].into_iter().filter(|one| one.start < one.end).map(weigh)
            };
            left = if from < to { left.into_iter().flat_map(cut).collect() } else { left };
        }
        Self::laid(left)
    }

    /// What has passed before an instant, since the beginning.
    fn at(&self, at: DateTime<Utc>) -> Passed {
        let next = self.pieces.partition_point(|piece| piece.window.start <= at);
        let Some(piece) = next.checked_sub(1).and_then(|last| self.pieces.get(last)) else { return Passed::default() };
        let (whole, gone) = (piece.window.end - piece.window.start, at.min(piece.window.end) - piece.window.start);
        Passed { time: piece.before.time + gone, days: piece.before.days + piece.share * part(gone, whole) }
    }

    /// What has passed between two instants.
    pub fn passed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Passed {
        let (from, to) = (self.at(from), self.at(to.max(from)));
        Passed { time: to.time - from.time, days: to.days - from.days }
    }

    /// When so much has passed since an instant; `None` if it is later than this timeline goes.
    pub fn after(&self, from: DateTime<Utc>, span: Span) -> Option<DateTime<Utc>> {
        /// Parts of days are added up: what lies within this of a whole is the whole.
        const NEAR: f64 = 1e-9;
        let begun = self.at(from);
        match span {
            Span::Hours(0) | Span::Days(0) => Some(from),
            Span::Hours(hours) => {
                let wanted = begun.time + TimeDelta::hours(i64::from(hours));
                let ends = |piece: &Piece| piece.before.time + (piece.window.end - piece.window.start);
                let piece = self.pieces.get(self.pieces.partition_point(|piece| ends(piece) < wanted))?;
                Some(piece.window.start + (wanted - piece.before.time))
            }
            Span::Days(days) => {
                let wanted = begun.days + f64::from(days);
                let at = self.pieces.partition_point(|piece| piece.before.days + piece.share < wanted - NEAR);
                let piece = self.pieces.get(at)?;
                let whole = piece.window.end - piece.window.start;
                let share = ((wanted - piece.before.days) / piece.share).clamp(0.0, 1.0);
                #[allow(clippy::cast_possible_truncation, reason = "seconds of a day, and parts of them")]
                let gone = TimeDelta::seconds((seconds(whole) * share).round() as i64);
                Some(piece.window.start + gone)
            }
        }
    }
}

fn part(of: TimeDelta, whole: TimeDelta) -> f64 {
    seconds(of) / seconds(whole)
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of years fit")]
fn seconds(time: TimeDelta) -> f64 {
    time.num_milliseconds() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn hours(zone: Tz) -> WorkingHours {
        WorkingHours::usual(zone)
    }

    /// London waits for Kolkata, which has a holiday on Monday 9 March 2026.
    fn london_and_kolkata() -> Timeline {
        let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260309\r\nSUMMARY:Holi\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let holidays = Calendar::from_ics(ics).expect("a calendar");
        let england = Calendar::built_in("england-and-wales").expect("a calendar");
        Timeline::shared(
            (&hours(Tz::Europe__London), england),
            (&hours(Tz::Asia__Kolkata), &holidays),
            at("2026-03-01T00:00:00Z"),
            at("2026-05-01T00:00:00Z"),
        )
    }

    #[test]
    fn a_friday_evening_waits_for_tuesday_where_monday_is_a_holiday() {
        let shared = london_and_kolkata();
        let friday = at("2026-03-06T17:00:00Z");
        // They share 09:00 to 11:30 in London; from 29 March on 09:00 to 12:30 of its summer time.
        for (span, expected) in [
            (Span::Hours(0), "2026-03-06T17:00:00Z"),
            (Span::Hours(1), "2026-03-10T10:00:00Z"),
            (Span::Hours(4), "2026-03-11T10:30:00Z"),
            (Span::Days(1), "2026-03-10T11:30:00Z"),
            (Span::Days(2), "2026-03-11T11:30:00Z"),
            (Span::Days(4), "2026-03-13T11:30:00Z"),
            (Span::Days(15), "2026-03-30T11:30:00Z"),
        ] {
            assert_eq!(shared.after(friday, span), Some(at(expected)), "{span:?}");
        }
        // Easter: Good Friday and Easter Monday are holidays in London alone, and nothing is shared.
        let thursday = at("2026-04-02T11:30:00Z");
        assert_eq!(shared.after(thursday, Span::Days(1)), Some(at("2026-04-07T11:30:00Z")));
    }

    #[test]
    fn half_a_shared_day_is_half_a_day() {
        let shared = london_and_kolkata();
        let midway = at("2026-03-10T10:15:00Z");
        assert_eq!(shared.after(midway, Span::Days(1)), Some(at("2026-03-11T10:15:00Z")));
        let passed = shared.passed(midway, at("2026-03-11T09:00:00Z"));
        assert_eq!((passed.time, passed.days), (TimeDelta::minutes(75), 0.5));
        assert_eq!(shared.passed(midway, at("2026-03-10T09:00:00Z")), Passed::default());
    }

    #[test]
    fn what_is_held_does_not_count() {
        let held = [(at("2026-03-10T10:00:00Z"), at("2026-03-12T09:30:00Z"))];
        let shared = london_and_kolkata().without(&held);
        let friday = at("2026-03-06T17:00:00Z");
        assert_eq!(shared.after(friday, Span::Hours(1)), Some(at("2026-03-10T10:00:00Z")));
        assert_eq!(shared.after(friday, Span::Hours(2)), Some(at("2026-03-12T10:30:00Z")));
        assert_eq!(shared.passed(friday, at("2026-03-12T09:30:00Z")).time, TimeDelta::hours(1));
        assert!((shared.passed(friday, at("2026-03-12T11:30:00Z")).days - 1.2).abs() < 1e-9);
    }

    #[test]
    fn who_shares_no_hour_counts_the_time_of_whoever_is_waited_on() {
        let none = Calendar::default();
        let (from, to) = (at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z"));
        let shared =
            Timeline::shared((&hours(Tz::America__Los_Angeles), &none), (&hours(Tz::Asia__Kolkata), &none), from, to);
        assert_eq!(shared.after(at("2026-03-06T17:00:00Z"), Span::Hours(1)), Some(at("2026-03-09T04:30:00Z")));
    }

    #[test]
    fn beyond_its_end_a_timeline_knows_nothing() {
        assert_eq!(london_and_kolkata().after(at("2026-04-30T09:00:00Z"), Span::Days(9)), None);
    }

    proptest::proptest! {
        /// Minute by minute, with every zone on both sides.
        #[test]
        fn it_agrees_with_counting_minutes(
            one in 0..chrono_tz::TZ_VARIANTS.len(), other in 0..chrono_tz::TZ_VARIANTS.len(), begins in 0_i64..14 * 96, lasts in 0_i64..5 * 96
        ) {
            let (one, other) = (hours(chrono_tz::TZ_VARIANTS[one]), hours(chrono_tz::TZ_VARIANTS[other]));
            let none = Calendar::default();
            let from = at("2026-03-23T00:00:00Z") + TimeDelta::minutes(begins * 15);
            let to = from + TimeDelta::minutes(lasts * 15);
            let timeline = Timeline::shared((&one, &none), (&other, &none), from, to);
            let works = |side: &WorkingHours, at: DateTime<Utc>| {
                let local = at.with_timezone(&side.zone).naive_local();
                side.days.contains(chrono::Datelike::weekday(&local.date())) && local.time() >= side.opens && local.time() < side.closes
            };
            let alone = !one.meets(&other, 2026);
            let minutes = (0..lasts * 15).map(|minute| from + TimeDelta::minutes(minute));
            let counted = minutes.filter(|at| works(&other, *at) && (alone || works(&one, *at))).count();
            proptest::prop_assert_eq!(timeline.passed(from, to).time.num_minutes(), i64::try_from(counted).unwrap_or_default());
            let hour = timeline.after(from, Span::Hours(1));
            if let Some(hour) = hour {
                proptest::prop_assert_eq!(timeline.passed(from, hour).time, TimeDelta::hours(1));
            }
        }
    }
}
