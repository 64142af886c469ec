//! Somebody's last five weeks: which dates were worked, and which were rest.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::style::{BLUE, CORNER, Colour, GREEN, GREY, INK, LABEL, ORANGE, PADDING, PURPLE, QUIET, SMALL, TEXT, TITLE};
use super::svg::{Anchor, Area, Fill, Line, Svg};
use crate::partnership::text::clipped;

/// What a date was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Worked.
    Worked,
    /// A short call-out.
    Held,
    /// Rest.
    Rest,
    /// Leave, of any kind.
    Away,
    /// Nobody said.
    Unknown,
}

impl Kind {
    /// All of them, in the legend's order.
    pub const ALL: [Self; 5] = [Self::Worked, Self::Held, Self::Rest, Self::Away, Self::Unknown];

    /// Its sign, beside colour and shape.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Worked => "W",
            Self::Held => "C",
            Self::Rest => "R",
            Self::Away => "A",
            Self::Unknown => "?",
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Held => "call-out",
            Self::Rest => "rest",
            Self::Away => "away",
            Self::Unknown => "unknown",
        }
    }
}

/// What the calendar shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// What stands above it; 32 characters fit well.
    pub title: String,
    /// Marked, in the last of the five weeks (Monday to Sunday). Later dates stay blank.
    pub today: NaiveDate,
    /// What each date was, in any order, with a short text such as its hours ("7.5"). A date that is
    /// missing stays blank; those before the five weeks are left out.
    pub days: Vec<(NaiveDate, Kind, Option<String>)>,
}

/// What one date was, and the text that stands for it.
type Day<'a> = (Kind, Option<&'a str>);

impl Calendar {
    /// The Mondays of the five weeks.
    fn weeks(&self) -> impl Iterator<Item = NaiveDate> {
        let this = self.today - Days::new(u64::from(self.today.weekday().num_days_from_monday()));
        (0..WEEKS).rev().map(move |back| this - Days::new(7 * back))
    }

    fn day(&self, date: NaiveDate) -> Option<Day<'_>> {
        let (_, kind, text) = self.days.iter().find(|(known, ..)| *known == date && date <= self.today)?;
        Some((*kind, text.as_deref().filter(|text| !text.is_empty())))
    }
}

/// The seven dates of a week.
fn dates(monday: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..7).map(move |day| monday + Days::new(day))
}

const WEEKS: u64 = 5;
const CELL: Area = Area { x: 144, y: 134, width: 80, height: 78 };
const GAP: i32 = 12;
const LEGEND: i32 = CELL.y + 5 * (CELL.height + GAP) + 14;
const ENTRY: Area = Area { x: PADDING + 4, y: LEGEND, width: 56, height: 44 };
const HEIGHT: i32 = LEGEND + 2 * ENTRY.height + GAP + PADDING;

/// Draws it, as SVG.
pub fn calendar(calendar: &Calendar) -> String {
    let mut svg = Svg::new(HEIGHT);
    svg.text((PADDING, 64), Anchor::Start, TITLE, TEXT, &clipped(&calendar.title, 36));
    let mut column = CELL;
    for name in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] {
        svg.text((column.middle(), CELL.y - 18), Anchor::Middle, SMALL, QUIET, name);
        column.x += CELL.width + GAP;
    }
    let mut cell = CELL;
    for monday in calendar.weeks() {
        let head = monday.format("%-d %b").to_string();
        svg.text((CELL.x - 22, cell.y + 49), Anchor::End, SMALL, QUIET, &head);
        cell.x = CELL.x;
        for date in dates(monday) {
            let day = calendar.day(date);
            svg.part(&date, day.map_or("blank", |(kind, _)| kind.name()), |svg| {
                if let Some((kind, text)) = day {
                    mark(svg, cell, kind, text);
                }
                if date == calendar.today {
                    ring(svg, cell);
                }
            });
            cell.x += CELL.width + GAP;
        }
        cell.y += CELL.height + GAP;
    }
    legend(&mut svg);
    svg.finish()
}

/// Each kind has a shape of its own: what weighs on the eye is work, and rest is open.
fn mark(svg: &mut Svg, area: Area, kind: Kind, text: Option<&str>) {
    let inner = area.grown(-2);
    let ink = match kind {
        Kind::Worked => {
            svg.area(area, CORNER, Fill::Solid(BLUE), Line::Nothing);
            INK
        }
        Kind::Held => {
            svg.area(inner, CORNER, Fill::Nothing, Line::Whole(ORANGE));
            let bar = Area { y: inner.y + inner.height - 10, height: 10, ..inner };
            svg.area(bar, 5, Fill::Solid(ORANGE), Line::Nothing);
            TEXT
        }
        Kind::Rest => {
            svg.area(inner, inner.height / 2, Fill::Nothing, Line::Whole(GREEN));
            TEXT
        }
        Kind::Away => {
            svg.area(inner, CORNER, Fill::Stripes, Line::Whole(PURPLE));
            TEXT
        }
        Kind::Unknown => {
            svg.area(inner, CORNER, Fill::Nothing, Line::Dashed(GREY));
            TEXT
        }
    };
    let middle = area.y + area.height / 2;
    if let Some(text) = text {
        svg.text((area.middle(), middle - 5), Anchor::Middle, SMALL, ink, kind.letter());
        hours(svg, (area.middle(), middle + 26), ink, text);
    } else {
        svg.text((area.middle(), middle + 10), Anchor::Middle, SMALL, ink, kind.letter());
    }
}

/// Four characters fit, such as `10.5`.
fn hours(svg: &mut Svg, at: (i32, i32), ink: Colour, text: &str) {
    svg.text(at, Anchor::Middle, LABEL, ink, &clipped(text, 4));
}

fn ring(svg: &mut Svg, area: Area) {
    svg.area(area.grown(6), CORNER + 4, Fill::Nothing, Line::Whole(TEXT));
}

fn legend(svg: &mut Svg) {
    let mut entry = ENTRY;
    for (number, kind) in (1..).zip(Kind::ALL.map(Some).into_iter().chain([None])) {
        match kind {
            Some(kind) => mark(svg, entry, kind, None),
            None => ring(svg, entry.grown(-6)),
        }
        let at = (entry.x + entry.width + 14, entry.y + 32);
        svg.text(at, Anchor::Start, SMALL, QUIET, kind.map_or("today", Kind::name));
        entry.x += 250;
        if number == 3 {
            entry = Area { y: entry.y + entry.height + GAP, ..ENTRY };
        }
    }
}

/// Says the same in words, for those who can't see it, in [`ALT_MOST`](super::ALT_MOST) characters at most.
pub fn described(calendar: &Calendar) -> String {
    let said = |texts: bool| {
        let weeks: Vec<String> = calendar.weeks().filter_map(|monday| week(calendar, monday, texts)).collect();
        let today = calendar.today.format("%A %-d %B");
        let parts = [vec![format!("{}.", calendar.title)], weeks, vec![format!("Today is {today}.")]];
        parts.concat().join(" ")
    };
    // Where there is too much to say, the hours are left out rather than the end.
    let all = said(true);
    if all.chars().count() <= super::ALT_MOST { all } else { clipped(&said(false), super::ALT_MOST) }
}

/// A week in words, such as `Week of 23 March: Mon–Tue worked (7.5, 8), Wed unknown.`; none where all is blank.
fn week(calendar: &Calendar, monday: NaiveDate, texts: bool) -> Option<String> {
    let mut runs: Vec<(Weekday, Weekday, Kind, Vec<&str>)> = Vec::new();
    for date in dates(monday) {
        let Some((kind, text)) = calendar.day(date) else { continue };
        let text = text.filter(|_| texts);
        match runs.last_mut() {
            Some((_, last, known, all)) if *known == kind && last.succ() == date.weekday() => {
                *last = date.weekday();
                all.extend(text);
            }
            _ => runs.push((date.weekday(), date.weekday(), kind, text.into_iter().collect())),
        }
    }
    let said = |(first, last, kind, texts): &(Weekday, Weekday, Kind, Vec<&str>)| {
        let days = if first == last { first.to_string() } else { format!("{first}–{last}") };
        let texts = if texts.is_empty() { String::new() } else { format!(" ({})", texts.join(", ")) };
        format!("{days} {}{texts}", kind.name())
    };
    let parts: Vec<String> = runs.iter().map(said).collect();
    (!parts.is_empty()).then(|| format!("Week of {}: {}.", monday.format("%-d %B"), parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use resvg::usvg::roxmltree::{Document, Node};

    use super::super::ALT_MOST;
    use super::super::tests::looks_as_it_did;
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// Five weeks up to Thursday 26 March 2026, a letter a day.
    fn five_weeks(plan: &str) -> Calendar {
        let kind = |letter: char| Kind::ALL.into_iter().find(|kind| kind.letter().starts_with(letter)).expect("a kind");
        let days = plan.chars().filter(|letter| *letter != ' ').zip(date("2026-02-23").iter_days());
        let text = |kind| if kind == Kind::Worked { Some("7.5".to_owned()) } else { None };
        let days = days.map(|(letter, date)| (date, kind(letter), text(kind(letter)))).collect();
        Calendar { title: "Your last five weeks".to_owned(), today: date("2026-03-26"), days }
    }

    const PLAN: &str = "WWWWWRR WWWWWCR AAAAARR WWWWWW? WWW?";

    fn parts<'d>(document: &'d Document<'d>) -> Vec<Node<'d, 'd>> {
        document.descendants().filter(|node| node.has_tag_name("g")).collect()
    }

    #[test]
    fn each_date_has_its_cell_and_its_letter() {
        let svg = calendar(&five_weeks(PLAN));
        let document = Document::parse(&svg).expect("well-formed");
        let cells = parts(&document);
        assert_eq!(cells.len(), 35);
        for (cell, date) in cells.iter().zip(date("2026-02-23").iter_days()) {
            assert_eq!(cell.attribute("id"), Some(date.to_string().as_str()));
        }
        let classes: Vec<&str> = cells.iter().filter_map(|cell| cell.attribute("class")).collect();
        assert_eq!(classes[..7], ["worked", "worked", "worked", "worked", "worked", "rest", "rest"]);
        assert_eq!(classes[30..], ["worked", "unknown", "blank", "blank", "blank"][..]);
        let letters: Vec<&str> =
            cells[11..14].iter().filter_map(|cell| cell.descendants().find_map(|node| node.text())).collect();
        assert_eq!(letters, ["W", "C", "R"]);
    }

    #[test]
    fn the_words_say_the_same() {
        let said = described(&five_weeks(PLAN));
        for part in [
            "Your last five weeks. Week of 23 February: Mon–Fri worked (7.5, 7.5, 7.5, 7.5, 7.5), Sat–Sun rest.",
            "Week of 9 March: Mon–Fri away, Sat–Sun rest.",
            "Week of 23 March: Mon–Wed worked (7.5, 7.5, 7.5), Thu unknown. Today is Thursday 26 March.",
        ] {
            assert!(said.contains(part), "{part:?} isn't in {said}");
        }
        let restless = five_weeks(&"WRACR?W".repeat(5));
        assert!(described(&restless).chars().count() <= ALT_MOST);
        assert_eq!(described(&five_weeks("")), "Your last five weeks. Today is Thursday 26 March.");
        let mut wordy = five_weeks(PLAN);
        wordy.days.iter_mut().for_each(|day| day.2 = Some("quite a number of hours".to_owned()));
        let said = described(&wordy);
        assert!(said.ends_with("Thu unknown. Today is Thursday 26 March.") && !said.contains("quite"), "{said}");
    }

    #[test]
    fn it_looks_as_it_did() {
        looks_as_it_did("calendar", &calendar(&five_weeks(PLAN)));
    }
}
