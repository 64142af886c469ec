//! Somebody's log, put in order: merged blocks, dated entries, gaps, and what each date is.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::dates::{Dates, HOUR, next};
use super::input::{Contract, Input};
use super::report::Kind;

/// The least work that makes a date a worked one.
const WORKED: i64 = HOUR / 2;
/// Two deliveries at least so far apart on a date make one ask.
const APART: i64 = HOUR / 2;

/// An interval, half-open, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Span {
    /// What of it lies inside another.
    pub(super) fn within(self, other: Self) -> Option<Self> {
        let part = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        (part.start < part.end).then_some(part)
    }

    /// Seconds.
    pub(super) fn length(self) -> i64 {
        self.end - self.start
    }
}

/// Time without work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub(super) span: Span,
    /// Lasts until now.
    pub(super) open: bool,
    /// Touches a date of which no times are known, so it may be longer.
    pub(super) loose: bool,
}

/// A log at an instant.
pub(super) struct Log<'a> {
    pub(super) dates: Dates,
    pub(super) now: i64,
    pub(super) today: NaiveDate,
    pub(super) contract: &'a Contract,
    /// Merged, in order.
    pub(super) blocks: Vec<Span>,
    /// Minutes by date; `None` where the length isn't known. Dates with block time aren't here.
    pub(super) days: BTreeMap<NaiveDate, Option<u16>>,
    /// The earliest date of which anything is known.
    pub(super) first: Option<NaiveDate>,
    /// In order; they begin with the first evidence.
    pub(super) gaps: Vec<Gap>,
    deliveries: Vec<i64>,
    away: Vec<(NaiveDate, NaiveDate)>,
    /// Estimated blocks that are left out.
    left_out: Vec<Span>,
}

impl<'a> Log<'a> {
    /// Leaves out what lies after now, and estimated blocks unless they are wanted.
    pub(super) fn new(input: &'a Input, with_estimated: bool) -> Self {
        let dates = Dates(input.zone);
        let now = input.now.timestamp();
        let today = dates.date(now);
        let spans = |estimated: bool| {
            let blocks = input.blocks.iter().filter(move |block| block.estimated == estimated);
            let cut = blocks.map(|block| Span { start: block.start.timestamp(), end: block.end.timestamp().min(now) });
            cut.filter(|span| span.start < span.end)
        };
        let (blocks, left_out) = if with_estimated {
            (merged(spans(false).chain(spans(true)).collect()), Vec::new())
        } else {
            (merged(spans(false).collect()), merged(spans(true).collect()))
        };
        let mut deliveries: Vec<i64> = input.deliveries.iter().map(chrono::DateTime::timestamp).collect();
        deliveries.retain(|at| *at <= now);
        deliveries.sort_unstable();
        let away = input.away.iter().filter(|away| away.from <= today).map(|away| (away.from, away.to.min(today)));
        let mut log = Self {
            dates,
            now,
            today,
            contract: &input.contract,
            blocks,
            days: BTreeMap::new(),
            first: None,
            gaps: Vec::new(),
            deliveries,
            away: joined(away.collect()),
            left_out,
        };
        let days = input.days.iter().filter(|day| day.date <= today && !log.touches(&log.blocks, day.date));
        log.days = days.map(|day| (day.date, day.minutes)).collect();
        // An ignored entry is evidence too, and of a date that its block is evidence of already.
        log.first = [
            log.blocks.first().map(|block| dates.date(block.start)),
            log.days.keys().next().copied(),
            log.deliveries.first().map(|at| dates.date(*at)),
            log.away.first().map(|(from, _)| *from),
        ]
        .into_iter()
        .flatten()
        .min();
        log.gaps = log.first.map_or_else(Vec::new, |first| log.find_gaps(first));
        log
    }

    /// A local date as an interval.
    pub(super) fn span(&self, date: NaiveDate) -> Span {
        Span { start: self.dates.start(date), end: self.dates.start(next(date)) }
    }

    /// Seconds of block time inside an interval.
    pub(super) fn blocked(&self, span: Span) -> i64 {
        overlapping(&self.blocks, span).filter_map(|block| block.within(span)).map(Span::length).sum()
    }

    /// Whether there is work without times on a date.
    pub(super) fn is_dated(&self, date: NaiveDate) -> bool {
        self.days.get(&date).is_some_and(|minutes| *minutes != Some(0))
    }

    /// Seconds of work from one date to another, both included.
    pub(super) fn work(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let span = Span { start: self.dates.start(from), end: self.dates.start(next(to)) };
        let dated: i64 = self.days.range(from..=to).filter_map(|(_, minutes)| *minutes).map(i64::from).sum();
        self.blocked(span) + dated * 60
    }

    /// The dates from the last one back to the first evidence.
    pub(super) fn back_from(&self, date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let first = self.first;
        self.dates.back_from(date).take_while(move |date| first.is_some_and(|first| *date >= first))
    }

    /// Today if it is worked, else yesterday.
    pub(super) fn last(&self) -> NaiveDate {
        if self.kind(self.today) == Kind::Worked { self.today } else { self.dates.trailing(self.today, 2) }
    }

    /// What a date is.
    pub(super) fn kind(&self, date: NaiveDate) -> Kind {
        let span = self.span(date);
        let blocked = self.blocked(span);
        let enough = |minutes: &Option<u16>| minutes.is_none_or(|minutes| i64::from(minutes) * 60 >= WORKED);
        if blocked >= WORKED || self.days.get(&date).is_some_and(enough) {
            Kind::Worked
        } else if blocked > 0 || self.is_dated(date) {
            Kind::Held
        } else if self.is_away(date) {
            Kind::Away
        } else if !self.days.contains_key(&date) && self.is_open_question(date, span) {
            Kind::Unknown
        } else {
            Kind::Rest
        }
    }

    fn is_away(&self, date: NaiveDate) -> bool {
        let after = self.away.partition_point(|(from, _)| *from <= date);
        after > 0 && date <= self.away[after - 1].1
    }

    /// Whether there may have been work on a date of which nothing is said.
    fn is_open_question(&self, date: NaiveDate, span: Span) -> bool {
        let expected = date < self.today && self.contract.working_days.contains(&date.weekday());
        let from = self.deliveries.partition_point(|at| *at < span.start);
        let to = self.deliveries.partition_point(|at| *at < span.end);
        let delivered = to > from && self.deliveries[to - 1] - self.deliveries[from] >= APART;
        expected || delivered || self.touches(&self.left_out, date)
    }

    fn touches(&self, spans: &[Span], date: NaiveDate) -> bool {
        let span = self.span(date);
        overlapping(spans, span).next().is_some()
    }

    /// All time without work, from the beginning of the first evidence to now.
    fn find_gaps(&self, first: NaiveDate) -> Vec<Gap> {
        let dated = self.days.keys().filter(|date| self.is_dated(**date));
        let dated = dated.map(|date| (self.span(*date), true));
        let mut taken: Vec<(Span, bool)> = self.blocks.iter().map(|block| (*block, false)).chain(dated).collect();
        taken.sort_unstable_by_key(|(span, _)| span.start);
        let (mut from, mut after_dated) = (self.dates.start(first), false);
        let mut gaps = Vec::with_capacity(taken.len() + 1);
        for (span, dated) in taken {
            if span.start > from {
                let rest = Span { start: from, end: span.start };
                gaps.push(Gap { span: rest, open: false, loose: dated || after_dated });
            }
            (from, after_dated) = (span.end, dated);
        }
        if from < self.now {
            gaps.push(Gap { span: Span { start: from, end: self.now }, open: true, loose: after_dated });
        }
        gaps
    }
}

/// Those of a list in order, without overlaps, that overlap an interval.
pub(super) fn overlapping(spans: &[Span], span: Span) -> impl Iterator<Item = Span> {
    let first = spans.partition_point(|one| one.end <= span.start);
    spans[first..].iter().copied().take_while(move |one| one.start < span.end)
}

/// Overlapping and touching intervals as one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| span.start);
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// Ranges of dates, overlapping ones as one.
fn joined(mut ranges: Vec<(NaiveDate, NaiveDate)>) -> Vec<(NaiveDate, NaiveDate)> {
    ranges.sort_unstable();
    let mut joined: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(ranges.len());
    for (from, to) in ranges {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}
