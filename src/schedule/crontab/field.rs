//! One field of a cron rule: `*`, `5`, `1-5`, `*/15`, `MON,WED`, and lists of these.

use super::super::error::{ScheduleError, quoted};

/// What can stand in a field.
#[derive(Debug)]
pub(super) struct Kind {
    name: &'static str,
    low: u32,
    high: u32,
    /// Words for values, counted from `first_name`.
    names: &'static [&'static str],
    first_name: u32,
    /// Whether `?` may stand for "any", as in Quartz.
    question_mark: bool,
    /// Whether a range may go over the end, as Saturday to Monday does.
    wraps: bool,
    example: &'static str,
}

const PLAIN: Kind =
    Kind { name: "", low: 0, high: 59, names: &[], first_name: 0, question_mark: false, wraps: false, example: "" };

/// Seconds, 0 to 59.
pub(super) const SECOND: Kind = Kind { name: "second", example: "`0`, `*/30` or `0,30`", ..PLAIN };
/// Minutes, 0 to 59.
pub(super) const MINUTE: Kind = Kind { name: "minute", example: "`0`, `*/15` or `0,30`", ..PLAIN };
/// Hours, 0 to 23.
pub(super) const HOUR: Kind = Kind { name: "hour", high: 23, example: "`9`, `9-17` or `9,14`", ..PLAIN };
/// Days of the month, 1 to 31.
pub(super) const DAY_OF_MONTH: Kind =
    Kind { name: "day of month", low: 1, high: 31, question_mark: true, example: "`*`, `1` or `1,15`", ..PLAIN };
/// Months, 1 to 12 or JAN to DEC.
pub(super) const MONTH: Kind = Kind {
    name: "month",
    low: 1,
    high: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    first_name: 1,
    example: "`*`, `1-6` or `MAR,SEP`",
    ..PLAIN
};
/// Days of the week, 0 to 7 (0 and 7 are Sunday) or SUN to SAT.
pub(super) const DAY_OF_WEEK: Kind = Kind {
    name: "day of week",
    high: 7,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    question_mark: true,
    wraps: true,
    example: "`*`, `1-5` or `MON,WED`, where 0 and 7 are Sunday",
    ..PLAIN
};

/// The values that a field allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    kind: &'static Kind,
    bits: u64,
    /// Whether crontab(5) counts the field as unrestricted for its rule about days. It looks
    /// at the first character alone, so that `*/2` counts as well.
    pub(super) starts_with_star: bool,
}

impl Field {
    pub(super) fn parse(kind: &'static Kind, text: &str) -> Result<Self, ScheduleError> {
        let mut bits = 0;
        for item in text.split(',') {
            bits |= item_bits(kind, item)?;
        }
        if kind.wraps && bits & (1 << 7) != 0 {
            bits = bits & !(1 << 7) | 1;
        }
        Ok(Self { kind, bits, starts_with_star: text.starts_with(['*', '?']) })
    }

    /// The highest value that is not another name for a lower one.
    fn high(self) -> u32 {
        self.kind.top()
    }

    pub(super) fn values(self) -> Vec<u32> {
        (self.kind.low..=self.high()).filter(|value| self.bits & (1 << value) != 0).collect()
    }

    /// The value, if there is just one.
    pub(super) fn only(self) -> Option<u32> {
        match self.values().as_slice() {
            [value] => Some(*value),
            _ => None,
        }
    }

    pub(super) fn is_full(self) -> bool {
        (self.kind.low..=self.high()).all(|value| self.bits & (1 << value) != 0)
    }

    /// The field for the cron crate, in numbers.
    pub(super) fn list(self) -> String {
        self.list_with(|value| value.to_string())
    }

    /// The field for the cron crate, in names: it counts weekdays in its own way.
    pub(super) fn list_of_names(self) -> String {
        self.list_with(|value| {
            let name = value.checked_sub(self.kind.first_name).map(|at| at as usize);
            name.and_then(|at| self.kind.names.get(at)).copied().unwrap_or("*").to_owned()
        })
    }

    fn list_with(self, write: impl Fn(u32) -> String) -> String {
        if self.is_full() {
            return "*".to_owned();
        }
        self.values().into_iter().map(write).collect::<Vec<_>>().join(",")
    }
}

impl Kind {
    fn top(&self) -> u32 {
        if self.wraps { self.high - 1 } else { self.high }
    }

    fn value(&self, text: &str) -> Result<u32, ScheduleError> {
        if let Some(at) = self.names.iter().position(|name| *name == text) {
            return Ok(self.first_name + u32::try_from(at).unwrap_or(0));
        }
        let digits = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        let value = if digits { text.parse().ok() } else { None };
        value.filter(|value| (self.low..=self.high).contains(value)).ok_or_else(|| self.error(text))
    }

    fn error(&self, text: &str) -> ScheduleError {
        let Self { name, low, high, example, .. } = self;
        ScheduleError::new(name, format!("{} is not {low} to {high}; write for example {example}.", quoted(text)))
    }
}

/// The values of one item of a list, a bit each.
fn item_bits(kind: &Kind, item: &str) -> Result<u64, ScheduleError> {
    let (base, step) = match item.split_once('/') {
        Some((base, step)) => (base, Some(step)),
        None => (item, None),
    };
    let (first, last) = range(kind, base, step.is_some())?;
    let step = step.map_or(Ok(1), |step| step_of(kind, step))?;
    // A range over the end, such as Saturday to Monday, is counted on past the end.
    let values = kind.top() - kind.low + 1;
    let length = if first <= last { last - first } else { last + values - first };
    let within = |value: u32| {
        if value > kind.high { value - values } else { value }
    };
    Ok((0..=length).step_by(step).fold(0, |bits, i| bits | 1 << within(first + i)))
}

/// The first and the last value of `*`, `a`, `a-b`, or `a` before a step.
fn range(kind: &Kind, base: &str, has_step: bool) -> Result<(u32, u32), ScheduleError> {
    if base == "*" || (base == "?" && kind.question_mark && !has_step) {
        return Ok((kind.low, kind.top()));
    }
    let Some((first, last)) = base.split_once('-') else {
        let value = kind.value(base)?;
        return Ok((value, if has_step { kind.top().max(value) } else { value }));
    };
    let (first, last) = (kind.value(first)?, kind.value(last)?);
    if kind.wraps && first == 7 {
        return Ok((0, last % 7));
    }
    if first <= last || kind.wraps {
        return Ok((first, last));
    }
    let (low, top) = (kind.low, kind.high);
    Err(ScheduleError::new(kind.name, format!("{} runs backwards; write `{first}-{top},{low}-{last}`.", quoted(base))))
}

fn step_of(kind: &Kind, text: &str) -> Result<usize, ScheduleError> {
    let most = usize::try_from(kind.top()).unwrap_or(0);
    let digits = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let step = if digits { text.parse().ok() } else { None };
    step.filter(|step| (1..=most).contains(step)).ok_or_else(|| {
        ScheduleError::new(kind.name, format!("the step {} is not 1 to {most}; write for example `*/2`.", quoted(text)))
    })
}
