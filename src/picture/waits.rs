//! Who waits on whom: organisations in a ring, and an arrow from each that waits to the one that is waited on.

use std::f64::consts::TAU;
use std::fmt::Write;

use super::style::{BLUE, CARD, CORNER, Colour, GREY, ORANGE, PADDING, QUIET, SMALL, TEXT, TITLE};
use super::svg::{Anchor, Area, Fill, Line as Edge, Svg};
use crate::partnership::text::{clipped, counted};

/// Most arrows that are drawn: more can't be told apart. The words have all.
const MOST: usize = 14;
/// From when something has waited for long, in days.
const LONG: f64 = 2.0;
/// The middle of the ring, from the left.
const MIDDLE: f64 = 400.0;
/// Where the ring's area begins.
const TOP: i32 = 150;
/// Half of the ring from left to right.
const ACROSS: f64 = 296.0;
/// An organisation.
const NODE: (i32, i32) = (144, 56);
/// How far the arrows of two organisations keep from the line between them.
const APART: f64 = 20.0;
/// How far along an arrow its label stands: nearer to the side that waits, since all arrows meet in the middle.
const NEAR: f64 = 0.24;

/// What the picture shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Waits {
    /// The tags of organisations, six letters at most, in the order of the ring.
    pub organisations: Vec<String>,
    /// Who waits on whom.
    pub arrows: Vec<Arrow>,
}

/// One organisation waits on another.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The place of the one that waits, in the ring.
    pub from: usize,
    /// The place of the one that is waited on.
    pub to: usize,
    /// How many blockers.
    pub count: usize,
    /// How long the oldest that isn't in hand has waited, in working days; `None`: all are in hand.
    pub days: Option<f64>,
}

type Point = (f64, f64);

#[allow(clippy::cast_possible_truncation, reason = "pixels")]
fn px(value: f64) -> i32 {
    value.round() as i32
}

fn pixel((x, y): Point) -> (i32, i32) {
    (px(x), px(y))
}

/// Half of the ring from top to bottom: few need less room.
fn down(count: usize) -> f64 {
    if count <= 4 { 170.0 } else { 300.0 }
}

fn place(at: usize, count: usize) -> Point {
    #[allow(clippy::cast_precision_loss, reason = "organisations are few")]
    let turn = TAU * (at as f64 / count.max(1) as f64 - 0.25);
    let middle = f64::from(TOP) + down(count) + f64::from(NODE.1) / 2.0;
    (MIDDLE + ACROSS * turn.cos(), middle + down(count) * turn.sin())
}

/// Where the way from a node's middle leaves its edge.
fn edge(from: Point, to: Point) -> Point {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let (half_x, half_y) = (f64::from(NODE.0) / 2.0 + 8.0, f64::from(NODE.1) / 2.0 + 8.0);
    let reach = (half_x / x.abs().max(1e-6)).min(half_y / y.abs().max(1e-6)).min(1.0);
    (from.0 + x * reach, from.1 + y * reach)
}

fn days(days: f64) -> String {
    if days < 1.0 { "under a day".to_owned() } else { format!("{days:.0} d", days = days.floor()) }
}

/// Draws it, as SVG.
pub fn waits(picture: &Waits) -> String {
    let count = picture.organisations.len();
    let ring = px(2.0 * down(count)) + NODE.1;
    let legend = TOP + ring + 60;
    let mut svg = Svg::new(legend + 60);
    svg.text((PADDING, 64), Anchor::Start, TITLE, TEXT, "Who waits on whom");
    svg.text((PADDING, 108), Anchor::Start, SMALL, QUIET, "blockers · how long the oldest has waited");
    let mut arrows: Vec<&Arrow> = picture.arrows.iter().collect();
    arrows.sort_by(|one, other| {
        let age = |arrow: &Arrow| arrow.days.unwrap_or(-1.0);
        other.count.cmp(&one.count).then(age(other).total_cmp(&age(one)))
    });
    arrows.truncate(MOST);
    for arrow in &arrows {
        svg.part(&format!("{}-{}", arrow.from, arrow.to), "arrow", |svg| draw(svg, arrow, count));
    }
    for (at, tag) in picture.organisations.iter().enumerate() {
        let (x, y) = pixel(place(at, count));
        let area = Area { x: x - NODE.0 / 2, y: y - NODE.1 / 2, width: NODE.0, height: NODE.1 };
        svg.part(&at, "organisation", |svg| {
            svg.area(area, CORNER, Fill::Solid(CARD), Edge::Whole(TEXT));
            svg.text((area.middle(), y + 10), Anchor::Middle, SMALL, TEXT, &clipped(tag, 6));
        });
    }
    // Labels last, so that no arrow runs over them.
    for arrow in &arrows {
        label(&mut svg, arrow, count);
    }
    let mut x = PADDING;
    for (colour, text, width) in [(ORANGE, "2 days or more", 320), (GREY, "less", 160), (BLUE, "in hand", 200)] {
        svg.arrow((x, legend), (x + 60, legend), 8, colour, colour == BLUE);
        svg.text((x + 76, legend + 10), Anchor::Start, SMALL, QUIET, text);
        x += width;
    }
    svg.finish()
}

fn colour(arrow: &Arrow) -> Colour {
    match arrow.days {
        None => BLUE,
        Some(days) if days >= LONG => ORANGE,
        Some(_) => GREY,
    }
}

/// The two ends of an arrow, beside the line between its organisations, so that the way back has room.
fn ends(arrow: &Arrow, count: usize) -> (Point, Point) {
    let (from, to) = (place(arrow.from, count), place(arrow.to, count));
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let length = x.hypot(y).max(1.0);
    let aside = |(px, py): Point| (px - y / length * APART, py + x / length * APART);
    (aside(edge(from, to)), aside(edge(to, from)))
}

fn draw(svg: &mut Svg, arrow: &Arrow, count: usize) {
    let (from, to) = ends(arrow, count);
    let width = 4 + 2 * i32::try_from(arrow.count.min(5)).unwrap_or_default();
    svg.arrow(pixel(from), pixel(to), width, colour(arrow), arrow.days.is_none());
}

fn label(svg: &mut Svg, arrow: &Arrow, count: usize) {
    let (from, to) = ends(arrow, count);
    let (x, y) = pixel((from.0 + (to.0 - from.0) * NEAR, from.1 + (to.1 - from.1) * NEAR));
    let text = match arrow.days {
        None => arrow.count.to_string(),
        Some(age) if age < 1.0 => arrow.count.to_string(),
        Some(age) => format!("{} · {:.0}d", arrow.count, age.floor()),
    };
    let width = 22 + 14 * i32::try_from(text.chars().count()).unwrap_or_default();
    let area = Area { x: x - width / 2, y: y - 20, width, height: 40 };
    svg.area(area, CORNER, Fill::Solid(CARD), Edge::Whole(colour(arrow)));
    svg.text((x, y + 10), Anchor::Middle, SMALL, TEXT, &text);
}

/// Says the same in words, for those who can't see it, in [`ALT_MOST`](super::ALT_MOST) characters at most.
pub fn described(picture: &Waits) -> String {
    let name = |at: usize| picture.organisations.get(at).map_or("", String::as_str);
    let mut text = "Who waits on whom.".to_owned();
    for arrow in &picture.arrows {
        let count = counted(arrow.count, "blocker", "blockers");
        let age = arrow.days.map_or_else(|| "in hand".to_owned(), |age| format!("the oldest for {}", days(age)));
        let _ = write!(text, " {} on {}: {count}, {age}.", name(arrow.from), name(arrow.to));
    }
    clipped(&text, super::ALT_MOST)
}

#[cfg(test)]
mod tests {
    use super::super::tests::looks_as_it_did;
    use super::*;

    fn arrow(from: usize, to: usize, count: usize, days: Option<f64>) -> Arrow {
        Arrow { from, to, count, days }
    }

    fn four() -> Waits {
        Waits {
            organisations: ["NHSBSA", "DIFRNT", "BOOTS", "AMZN"].map(str::to_owned).to_vec(),
            arrows: vec![
                arrow(1, 0, 5, Some(6.5)),
                arrow(0, 1, 1, Some(0.4)),
                arrow(2, 0, 2, None),
                arrow(3, 2, 1, Some(2.0)),
            ],
        }
    }

    #[test]
    fn it_looks_as_it_did() {
        looks_as_it_did("waits", &waits(&four()));
        let organisations: Vec<String> = (1..=12).map(|number| format!("ORG{number}")).collect();
        let arrows = (0..12).flat_map(|from| {
            [arrow(from, (from + 5) % 12, 1 + from % 4, Some(f64::from(u32::try_from(from).unwrap_or_default()) / 2.0))]
        });
        looks_as_it_did("waits-of-twelve", &waits(&Waits { organisations, arrows: arrows.collect() }));
    }

    #[test]
    fn the_words_say_the_same() {
        assert_eq!(
            described(&four()),
            "Who waits on whom. DIFRNT on NHSBSA: 5 blockers, the oldest for 6 d. NHSBSA on DIFRNT: 1 blocker, the oldest for under a day. \
             BOOTS on NHSBSA: 2 blockers, in hand. AMZN on BOOTS: 1 blocker, the oldest for 2 d."
        );
    }

    #[test]
    fn one_alone_and_none_are_drawn_without_harm() {
        for organisations in [vec![], vec!["A".to_owned()]] {
            assert!(waits(&Waits { organisations, arrows: vec![] }).contains("</svg>"));
        }
        assert!(
            waits(&Waits { organisations: vec!["A".to_owned()], arrows: vec![arrow(0, 0, 1, None)] }).contains("arrow")
        );
    }
}
