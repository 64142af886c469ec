//! How a partnership sees its working together: a bar a question, and where it was last time.

use std::fmt::Write;

use super::style::{BLUE, CORNER, GREY, INK, LABEL, ORANGE, PADDING, QUIET, SMALL, TEXT, TITLE, WIDTH};
use super::svg::{Anchor, Area, Fill, Line as Edge, Svg};
use crate::partnership::text::clipped;

/// What the chart shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What stands above it; 30 characters fit well.
    pub title: String,
    /// From top to bottom.
    pub lines: Vec<Line>,
    /// The average of all lines, pulse by pulse, in tenths; this one is the last. Six fit.
    pub course: Vec<u8>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is called; 30 characters fit.
    pub name: String,
    /// Its average, in tenths from 10 to 50; `None`: too few answers.
    pub now: Option<u8>,
    /// The same last time.
    pub before: Option<u8>,
}

const TOP: i32 = 150;
const ROW: i32 = 92;
/// The line from 1 to 5, below a question's name.
const TRACK: Area = Area { x: PADDING + 4, y: 44, width: 620, height: 30 };
const MOST: usize = 6;

fn tenths(value: u8) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// How far a value is from the left end of the line. Even the lowest leaves a mark.
fn length(value: u8) -> i32 {
    (i32::from(value.clamp(10, 50)) - 10) * (TRACK.width - TRACK.height) / 40 + TRACK.height
}

/// Draws it, as SVG.
pub fn pulse(chart: &Chart) -> String {
    let rows = i32::try_from(chart.lines.len()).unwrap_or_default();
    let legend = TOP + rows * ROW + 18;
    let mut svg = Svg::new(legend + 150);
    svg.text((PADDING, 64), Anchor::Start, TITLE, TEXT, &clipped(&chart.title, 34));
    svg.text((PADDING, 108), Anchor::Start, SMALL, QUIET, "1: not at all · 5: fully");
    for (row, line) in (0..).zip(&chart.lines) {
        let top = TOP + row * ROW;
        svg.part(&row, if line.now.is_some() { "shown" } else { "hidden" }, |svg| draw(svg, line, top));
    }
    let mark = Area { x: TRACK.x, y: legend, width: 56, height: TRACK.height };
    svg.area(mark, CORNER, Fill::Solid(BLUE), Edge::Nothing);
    svg.text((mark.x + 70, legend + 26), Anchor::Start, SMALL, QUIET, "now");
    before(&mut svg, mark.x + 200, legend);
    svg.text((mark.x + 220, legend + 26), Anchor::Start, SMALL, QUIET, "last time");
    let from = chart.course.len().saturating_sub(MOST);
    let course: Vec<String> = chart.course[from..].iter().map(|value| tenths(*value)).collect();
    let course = format!("All together: {}", course.join(" → "));
    svg.text((PADDING, legend + 94), Anchor::Start, LABEL, TEXT, &course);
    svg.finish()
}

fn draw(svg: &mut Svg, line: &Line, top: i32) {
    svg.text((PADDING, top + 30), Anchor::Start, SMALL, TEXT, &clipped(&line.name, 34));
    let track = Area { y: top + TRACK.y, ..TRACK };
    let inner = track.grown(-2);
    let Some(now) = line.now else {
        svg.area(inner, CORNER, Fill::Nothing, Edge::Dashed(GREY));
        svg.text((WIDTH - PADDING, top + 70), Anchor::End, SMALL, QUIET, "too few");
        return;
    };
    svg.area(inner, CORNER, Fill::Nothing, Edge::Whole(GREY));
    svg.area(Area { width: length(now), ..track }, CORNER, Fill::Solid(BLUE), Edge::Nothing);
    if let Some(value) = line.before {
        before(svg, track.x + length(value), track.y);
        let text = format!("was {}", tenths(value));
        svg.text((WIDTH - PADDING, top + 30), Anchor::End, SMALL, QUIET, &text);
    }
    svg.text((WIDTH - PADDING, top + 72), Anchor::End, LABEL, TEXT, &tenths(now));
}

/// A post that stands above and below the bar, edged so that it shows on it and beside it.
fn before(svg: &mut Svg, x: i32, y: i32) {
    let post = Area { x: x - 8, y: y - 8, width: 12, height: TRACK.height + 16 };
    svg.area(post, 4, Fill::Solid(ORANGE), Edge::Whole(INK));
}

/// Says the same in words, for those who can't see it, in [`ALT_MOST`](super::ALT_MOST) characters at most.
pub fn described(chart: &Chart) -> String {
    let mut text = format!("{}, from 1 (not at all) to 5 (fully).", chart.title);
    for line in &chart.lines {
        let _ = match (line.now, line.before) {
            (None, _) => write!(text, " {}: too few answers.", line.name),
            (Some(now), None) => write!(text, " {}: {}.", line.name, tenths(now)),
            (Some(now), Some(was)) => write!(text, " {}: {}, was {}.", line.name, tenths(now), tenths(was)),
        };
    }
    let from = chart.course.len().saturating_sub(MOST);
    let course: Vec<String> = chart.course[from..].iter().map(|value| tenths(*value)).collect();
    let _ = write!(text, " All together, pulse by pulse: {}.", course.join(", "));
    clipped(&text, super::ALT_MOST)
}

#[cfg(test)]
mod tests {
    use resvg::usvg::roxmltree::Document;

    use super::super::ALT_MOST;
    use super::super::tests::looks_as_it_did;
    use super::*;

    fn chart() -> Chart {
        let line = |name: &str, now, before| Line { name: name.to_owned(), now, before };
        Chart {
            title: "Pulse of 29 September 2026".to_owned(),
            lines: vec![
                line("Good will", Some(45), Some(35)),
                line("Leaders free to lead", Some(10), Some(15)),
                line("Open about the unknown", Some(30), Some(30)),
                line("Every voice counts", None, Some(20)),
                line("Ours when it goes wrong", Some(50), None),
            ],
            course: vec![10, 25, 30, 30, 35, 30, 35],
        }
    }

    #[test]
    fn a_bar_is_as_long_as_its_figure_says() {
        let svg = pulse(&chart());
        let document = Document::parse(&svg).expect("well-formed");
        let rows: Vec<_> = document.descendants().filter(|node| node.has_tag_name("g")).collect();
        let classes: Vec<_> = rows.iter().filter_map(|row| row.attribute("class")).collect();
        assert_eq!(classes, ["shown", "shown", "shown", "hidden", "shown"]);
        let bar = |row: usize| {
            let solid = BLUE.to_string();
            let mut rects = rows[row].descendants().filter(|node| node.attribute("fill") == Some(&solid));
            rects.next().and_then(|node| node.attribute("width")?.parse::<i32>().ok())
        };
        assert_eq!((bar(4), bar(1), bar(3)), (Some(TRACK.width), Some(TRACK.height), None));
        assert!(bar(1) < bar(2) && bar(2) < bar(0) && bar(0) < bar(4));
        let hidden: String = rows[3].descendants().filter_map(|node| node.text()).collect();
        assert!(hidden.contains("too few") && !hidden.contains("2.0"), "{hidden}");
    }

    #[test]
    fn the_words_say_the_same() {
        let said = described(&chart());
        for part in [
            "Pulse of 29 September 2026, from 1 (not at all) to 5 (fully). Good will: 4.5, was 3.5.",
            "Every voice counts: too few answers. Ours when it goes wrong: 5.0.",
            "pulse by pulse: 2.5, 3.0, 3.0, 3.5, 3.0, 3.5.",
        ] {
            assert!(said.contains(part), "{part:?} isn't in {said}");
        }
        let mut long = chart();
        long.lines = vec![long.lines[0].clone(); 40];
        assert!(described(&long).chars().count() <= ALT_MOST);
    }

    #[test]
    fn it_looks_as_it_did() {
        looks_as_it_did("pulse", &pulse(&chart()));
    }
}
