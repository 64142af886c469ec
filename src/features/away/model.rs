//! Time away: dates and nothing else. A reason is never asked for and never kept.

use chrono::NaiveDate;

/// A stretch of days, or half days, on which somebody is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// The row.
    pub id: i64,
    /// The first date.
    pub first: NaiveDate,
    /// The last date, inclusive.
    pub last: NaiveDate,
    /// Which part of each of these days.
    pub part: Part,
}

/// A stretch of days as somebody gives it, before it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first date.
    pub first: NaiveDate,
    /// The last date, inclusive.
    pub last: NaiveDate,
    /// Which part of each of these days.
    pub part: Part,
}

/// Which part of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Day,
    /// Until noon.
    Morning,
    /// From noon.
    Afternoon,
}

impl Part {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Morning => "morning",
            Self::Afternoon => "afternoon",
        }
    }

    /// From how it is stored or chosen.
    pub fn parse(text: &str) -> Self {
        match text {
            "morning" => Self::Morning,
            "afternoon" => Self::Afternoon,
            _ => Self::Day,
        }
    }
}

impl Away {
    /// Whether it covers the whole of a date.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.part == Part::Day && self.first <= date && date <= self.last
    }

    /// Whether it touches a date at all.
    pub fn touches(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }

    /// Its dates, without the row.
    pub fn stretch(&self) -> Stretch {
        Stretch { first: self.first, last: self.last, part: self.part }
    }
}

impl Stretch {
    /// With the row that keeps it.
    pub fn kept_as(self, id: i64) -> Away {
        Away { id, first: self.first, last: self.last, part: self.part }
    }

    /// Its dates, in order.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |date| *date <= last)
    }

    /// As a button carries it: `2026-03-26,2026-03-27,day`.
    pub fn to_row(self) -> String {
        format!("{},{},{}", self.first, self.last, self.part.as_str())
    }

    /// From how a button carries it.
    pub fn from_row(row: &str) -> Option<Self> {
        let mut parts = row.split(',');
        let (first, last) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { first, last, part: Part::parse(parts.next()?) }).filter(|stretch| first <= stretch.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_reads_back_from_a_button() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let stretch = Stretch { first: day("2026-03-26"), last: day("2026-03-27"), part: Part::Afternoon };
        assert_eq!(stretch.to_row(), "2026-03-26,2026-03-27,afternoon");
        assert_eq!(Stretch::from_row(&stretch.to_row()), Some(stretch));
        for row in ["", "x", "2026-03-26", "2026-03-26,2026-03-27", "2026-03-27,2026-03-26,day"] {
            assert_eq!(Stretch::from_row(row), None, "{row}");
        }
    }
}
