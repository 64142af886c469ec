//! A squad's week at a glance: check-ins and releases by day, the days of its last five weeks, and who waits on whom.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use super::style::{BLUE, CORNER, GREEN, GREY, INK, LABEL, ORANGE, PADDING, QUIET, SMALL, TEXT, TITLE};
use super::svg::{Anchor, Area, Fill, Line, Svg};
use crate::partnership::text::{clipped, counted};

/// What the picture shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Week {
    /// What stands above it; 32 characters fit well.
    pub title: String,
    /// Its days, Monday first; later ones than today aren't there yet.
    pub days: Vec<Day>,
    /// The days of five weeks, the oldest week first, each from Monday on; `None`: the squad wasn't at work yet.
    pub weeks: Vec<(NaiveDate, Vec<Option<Worked>>)>,
    /// How many days in a row the last of them ends.
    pub streak: u32,
    /// Who waits on whom: tags of six letters at most.
    pub waits: Vec<Waits>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// How many check-ins the squad could read; `None` where that isn't told.
    pub checkins: Option<usize>,
    /// How many releases went out.
    pub releases: usize,
}

/// What a day was for the squad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worked {
    /// It counts as worked.
    Worked,
    /// A few worked: it neither adds a day nor ends a streak.
    Some,
    /// A rest for all.
    Rest,
}

impl Worked {
    const ALL: [Self; 3] = [Self::Worked, Self::Some, Self::Rest];

    /// What it is called.
    fn name(self) -> &'static str {
        match self {
            Self::Worked => "worked",
            Self::Some => "a few",
            Self::Rest => "rest for all",
        }
    }

    /// Its sign, beside colour and shape.
    fn letter(self) -> &'static str {
        match self {
            Self::Worked => "W",
            Self::Some => "w",
            Self::Rest => "R",
        }
    }
}

/// One organisation waits on another.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    /// The one that waits.
    pub from: String,
    /// The one that is waited on.
    pub to: String,
    /// With how many blockers.
    pub count: usize,
    /// For how many working days the oldest has; `None`: all are in hand.
    pub days: Option<u32>,
}

const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The first column, and how far the columns are apart.
const COLUMN: (i32, i32) = (196, 84);
/// The highest bar.
const BAR: i32 = 96;
/// Where the title stands, and the names of days below it.
const TOP: i32 = 64;
const HEADER: i32 = 116;
/// How much room the check-ins take, and the releases below them.
const BARS: i32 = 152;
const RELEASES: i32 = 102;
/// A day of the five weeks.
const CELL: Area = Area { x: COLUMN.0, y: 0, width: 68, height: 44 };
/// Most lines about who waits on whom; the words have all.
const MOST: usize = 4;

fn column(at: usize) -> i32 {
    COLUMN.0 + COLUMN.1 * i32::try_from(at).unwrap_or(0)
}

impl Week {
    fn has_checkins(&self) -> bool {
        self.days.iter().any(|day| day.checkins.is_some())
    }

    fn has_releases(&self) -> bool {
        self.days.iter().any(|day| day.releases > 0)
    }

    fn has_days(&self) -> bool {
        self.weeks.iter().flat_map(|(_, days)| days).any(Option::is_some)
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        !self.has_checkins() && !self.has_releases() && !self.has_days() && self.waits.is_empty()
    }
}

/// Draws it, as SVG: what there is nothing of isn't there.
pub fn week(picture: &Week) -> String {
    let rows = i32::try_from(picture.weeks.len()).unwrap_or(0);
    let lines = i32::try_from(picture.waits.len().min(MOST)).unwrap_or(0);
    // How far down each part ends.
    let header = if picture.has_checkins() || picture.has_releases() || picture.has_days() { HEADER } else { TOP };
    let ground = if picture.has_checkins() { header + BARS } else { header };
    let released = if picture.has_releases() { ground + RELEASES } else { ground };
    let days = if picture.has_days() { released + 100 + rows * (CELL.height + 10) + 52 } else { released };
    let height = if lines == 0 { days + 40 } else { days + 96 + lines * 46 };
    let mut svg = Svg::new(height);
    svg.text((PADDING, TOP), Anchor::Start, TITLE, TEXT, &clipped(&picture.title, 36));
    if header == HEADER {
        for (at, name) in NAMES.iter().enumerate() {
            svg.text((column(at) + CELL.width / 2, header), Anchor::Middle, SMALL, QUIET, name);
        }
    }
    if picture.has_checkins() {
        bars(&mut svg, picture, ground);
    }
    if picture.has_releases() {
        svg.text((PADDING, ground + 84), Anchor::Start, SMALL, QUIET, "releases");
        for (at, day) in picture.days.iter().enumerate().filter(|(_, day)| day.releases > 0) {
            svg.part(&format!("releases-{}", day.date), "releases", |svg| {
                let area = Area { x: column(at) + 8, y: ground + 50, width: 52, height: 52 };
                svg.area(area, 26, Fill::Nothing, Line::Whole(ORANGE));
                svg.text((area.middle(), ground + 86), Anchor::Middle, SMALL, TEXT, &day.releases.to_string());
            });
        }
    }
    if picture.has_days() {
        weeks(&mut svg, picture, released);
    }
    if lines > 0 {
        svg.text((PADDING, days + 72), Anchor::Start, LABEL, TEXT, "Who waits on whom");
    }
    for (wait, y) in picture.waits.iter().take(MOST).zip((0..).map(|line| days + 120 + line * 46)) {
        let (from, to) = (clipped(&wait.from, 6), clipped(&wait.to, 6));
        svg.text((PADDING, y), Anchor::Start, SMALL, TEXT, &from);
        svg.arrow((PADDING + 130, y - 10), (PADDING + 200, y - 10), 4, BLUE, wait.days.is_none());
        svg.text((PADDING + 224, y), Anchor::Start, SMALL, TEXT, &to);
        svg.text((PADDING + 360, y), Anchor::Start, SMALL, QUIET, &waiting(wait));
    }
    svg.finish()
}

/// The days of five weeks, from `top` on.
fn weeks(svg: &mut Svg, picture: &Week, top: i32) {
    let row = if picture.streak == 0 { String::new() } else { format!(": {} in a row", counted_days(picture.streak)) };
    svg.text((PADDING, top + 66), Anchor::Start, LABEL, TEXT, &format!("Days of the squad{row}"));
    let mut cell = Area { y: top + 100, ..CELL };
    for (monday, days) in &picture.weeks {
        svg.text((PADDING, cell.y + 32), Anchor::Start, SMALL, QUIET, &monday.format("%-d %b").to_string());
        for (at, worked) in days.iter().enumerate().filter_map(|(at, worked)| Some((at, worked.as_ref()?))) {
            cell.x = column(at);
            svg.part(&format!("{monday}-{at}"), worked.name(), |svg| mark(svg, cell, *worked));
        }
        cell.y += CELL.height + 10;
    }
    for (at, worked) in Worked::ALL.into_iter().enumerate() {
        let x = PADDING + 250 * i32::try_from(at).unwrap_or(0);
        mark(svg, Area { x, y: cell.y + 12, width: 52, height: 40 }, worked);
        svg.text((x + 66, cell.y + 42), Anchor::Start, SMALL, TEXT, worked.name());
    }
}

fn counted_days(days: u32) -> String {
    counted(usize::try_from(days).unwrap_or(0), "day", "days")
}

fn waiting(wait: &Waits) -> String {
    let count = counted(wait.count, "blocker", "blockers");
    match wait.days {
        None => format!("{count}, in hand"),
        Some(0) => format!("{count}, since today"),
        Some(days) => format!("{count}, for {}", counted_days(days)),
    }
}

/// The check-ins of each day as bars that stand on `ground`, with their numbers.
fn bars(svg: &mut Svg, picture: &Week, ground: i32) {
    let most = picture.days.iter().filter_map(|day| day.checkins).max().unwrap_or(0).max(1);
    svg.text((PADDING, ground - 8), Anchor::Start, SMALL, QUIET, "check-ins");
    for (at, day) in picture.days.iter().enumerate() {
        let Some(count) = day.checkins else { continue };
        svg.part(&format!("checkins-{}", day.date), "checkins", |svg| {
            let share = |of: i32| i32::try_from(count).unwrap_or(0) * of / i32::try_from(most).unwrap_or(1);
            let height = share(BAR).max(4);
            let area = Area { x: column(at) + 8, y: ground - height, width: 52, height };
            svg.area(area, 4, Fill::Solid(BLUE), Line::Nothing);
            svg.text((area.middle(), area.y - 10), Anchor::Middle, SMALL, TEXT, &count.to_string());
        });
    }
}

fn mark(svg: &mut Svg, area: Area, worked: Worked) {
    let inner = area.grown(-2);
    let ink = match worked {
        Worked::Worked => {
            svg.area(area, CORNER, Fill::Solid(BLUE), Line::Nothing);
            INK
        }
        Worked::Some => {
            svg.area(inner, CORNER, Fill::Nothing, Line::Dashed(GREY));
            TEXT
        }
        Worked::Rest => {
            svg.area(inner, inner.height / 2, Fill::Nothing, Line::Whole(GREEN));
            TEXT
        }
    };
    svg.text((area.middle(), area.y + area.height / 2 + 10), Anchor::Middle, SMALL, ink, worked.letter());
}

/// The same in words, for those who can't see it.
pub fn described(picture: &Week) -> String {
    let mut words = format!("{}.", picture.title);
    let day = |date: NaiveDate| NAMES[date.weekday().num_days_from_monday() as usize];
    let checkins: Vec<String> =
        picture.days.iter().filter_map(|one| Some(format!("{} {}", day(one.date), one.checkins?))).collect();
    if !checkins.is_empty() {
        let _ = write!(words, " Check-ins: {}.", checkins.join(", "));
    }
    let released = picture.days.iter().filter(|one| one.releases > 0);
    let released: Vec<String> = released.map(|one| format!("{} {}", day(one.date), one.releases)).collect();
    if !released.is_empty() {
        let _ = write!(words, " Releases: {}.", released.join(", "));
    }
    if picture.streak > 0 {
        let _ = write!(words, " {} in a row.", counted_days(picture.streak));
    }
    for (monday, days) in picture.weeks.iter().filter(|_| picture.has_days()) {
        let letters: String = days.iter().map(|worked| worked.map_or("-", Worked::letter)).collect();
        let _ = write!(words, " {}: {letters}.", monday.format("%-d %b"));
    }
    if picture.has_days() {
        words.push_str(" W is worked, w a few, R rest for all.");
    }
    for wait in &picture.waits {
        let _ = write!(words, " {} waits on {}: {}.", wait.from, wait.to, waiting(wait));
    }
    clipped(&words, super::ALT_MOST)
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::super::tests::looks_as_it_did;
    use super::*;

    fn example() -> Week {
        let monday: NaiveDate = "2026-03-30".parse().expect("a date");
        let day = |at: u64| Day {
            date: monday + Days::new(at),
            checkins: Some([6, 7, 7, 5, 6, 2, 1][usize::try_from(at).expect("a day")]),
            releases: usize::from(at == 1) + 2 * usize::from(at == 4),
        };
        let row = |back: u64, days: &str| {
            let worked = |letter| match letter {
                'W' => Some(Worked::Worked),
                'w' => Some(Worked::Some),
                'R' => Some(Worked::Rest),
                _ => None,
            };
            (monday - Days::new(7 * back), days.chars().map(worked).collect())
        };
        let wait = |from: &str, to: &str, count, days| Waits { from: from.into(), to: to.into(), count, days };
        Week {
            title: "Results · week of 30 March".to_owned(),
            days: (0..7).map(day).collect(),
            weeks: vec![row(4, "--RWWWW"), row(3, "WWWWWww"), row(2, "WWWWWWW"), row(1, "WWWWWwR"), row(0, "WWWWWww")],
            streak: 5,
            waits: vec![wait("FEN", "NTA", 2, Some(3)), wait("PAR", "FEN", 1, None), wait("NTA", "HAR", 1, Some(0))],
        }
    }

    #[test]
    fn the_words_say_the_same() {
        let words = described(&example());
        for told in [
            "Results · week of 30 March. Check-ins: Mon 6, Tue 7, Wed 7, Thu 5, Fri 6, Sat 2, Sun 1.",
            "Releases: Tue 1, Fri 2. 5 days in a row.",
            "23 Mar: WWWWWwR. 30 Mar: WWWWWww.",
            "FEN waits on NTA: 2 blockers, for 3 days. PAR waits on FEN: 1 blocker, in hand.",
        ] {
            assert!(words.contains(told), "“{told}” isn't in {words}");
        }
        let silent = Week { days: Vec::new(), streak: 0, waits: Vec::new(), ..example() };
        assert!(!described(&silent).contains("Check-ins") && !silent.is_empty());
        let nothing = Week { weeks: Vec::new(), ..silent };
        assert!(nothing.is_empty());
        assert_eq!(described(&nothing), "Results · week of 30 March.");
    }

    #[test]
    fn it_looks_as_it_did() {
        looks_as_it_did("week", &week(&example()));
        // A squad of three, on its first day.
        let weeks = example().weeks.into_iter().map(|(monday, _)| (monday, Vec::new())).collect();
        let days = example().days.into_iter().map(|day| Day { checkins: None, ..day }).collect();
        looks_as_it_did("week-of-few", &week(&Week { days, weeks, streak: 0, ..example() }));
    }
}
