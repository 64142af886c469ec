//! The few elements of SVG that pictures are made of. Text is escaped here and nowhere else.

use std::fmt::{self, Display, Write};

use super::style::{CARD, CORNER, Colour, EDGE, FONT, LINE, STRIPE, WIDTH};

/// A rectangle on the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its left side.
    pub x: i32,
    /// Its upper side.
    pub y: i32,
    /// From left to right.
    pub width: i32,
    /// From top to bottom.
    pub height: i32,
}

impl Area {
    /// The same, larger by so much on each side.
    #[must_use]
    pub fn grown(self, by: i32) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + 2 * by, height: self.height + 2 * by }
    }

    /// The middle, from left to right.
    pub fn middle(self) -> i32 {
        self.x + self.width / 2
    }
}

/// What an area is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// What is behind it shows through.
    Nothing,
    /// One colour.
    Solid(Colour),
    /// Slanted stripes.
    Stripes,
}

/// The line around an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// None.
    Nothing,
    /// A whole one.
    Whole(Colour),
    /// A dashed one.
    Dashed(Colour),
}

/// Where a text stands from the point that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A drawing under way.
#[derive(Debug)]
pub struct Svg(String);

impl Svg {
    /// A card of this height, with nothing on it.
    pub fn new(height: i32) -> Self {
        let mut svg = Self(String::with_capacity(16 * 1024));
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             font-family=\"{FONT}\" font-weight=\"600\">\n\
             <pattern id=\"stripes\" width=\"16\" height=\"16\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"16\" fill=\"{STRIPE}\"/></pattern>\n"
        ));
        // The line is drawn on the area's edge, so half of it would be cut off without the margin.
        let card = Area { x: 0, y: 0, width: WIDTH, height }.grown(-LINE / 2);
        svg.area(card, CORNER, Fill::Solid(CARD), Line::Whole(EDGE));
        svg
    }

    /// A named part of the drawing, for whoever reads the SVG, such as a test.
    pub fn part(&mut self, id: &dyn Display, class: &str, draw: impl FnOnce(&mut Self)) {
        self.put(format_args!("<g id=\"{}\" class=\"{}\">", escaped(&id.to_string()), escaped(class)));
        draw(self);
        self.put(format_args!("</g>\n"));
    }

    /// A rectangle with round corners.
    pub fn area(&mut self, area: Area, corner: i32, fill: Fill, line: Line) {
        let Area { x, y, width, height } = area;
        self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{corner}\""));
        match fill {
            Fill::Nothing => self.put(format_args!(" fill=\"none\"")),
            Fill::Solid(colour) => self.put(format_args!(" fill=\"{colour}\"")),
            Fill::Stripes => self.put(format_args!(" fill=\"url(#stripes)\"")),
        }
        match line {
            Line::Nothing => {}
            Line::Whole(colour) => self.put(format_args!(" stroke=\"{colour}\" stroke-width=\"{LINE}\"")),
            Line::Dashed(colour) => self.put(format_args!(
                " stroke=\"{colour}\" stroke-width=\"{LINE}\" stroke-dasharray=\"{} {LINE}\"",
                2 * LINE
            )),
        }
        self.put(format_args!("/>"));
    }

    /// A line of text; `y` is its base line.
    pub fn text(&mut self, (x, y): (i32, i32), anchor: Anchor, size: i32, colour: Colour, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.put(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{colour}\">{}</text>",
            escaped(text)
        ));
    }

    /// A line with a head at its end, so thick; a dashed one has gaps.
    pub fn arrow(&mut self, from: (i32, i32), to: (i32, i32), width: i32, colour: Colour, dashed: bool) {
        let (x, y) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let length = x.hypot(y).max(1.0);
        let (along, across) = ((x / length, y / length), (-y / length, x / length));
        let head = f64::from(width) * 1.2 + 10.0;
        // The line ends within the head, so that its corners don't show beside the tip.
        let neck = (f64::from(to.0) - along.0 * head, f64::from(to.1) - along.1 * head);
        let wing = |side: f64| (neck.0 + across.0 * side * head * 0.7, neck.1 + across.1 * side * head * 0.7);
        let dash = if dashed { format!(" stroke-dasharray=\"{} {}\"", 2 * width, width) } else { String::new() };
        self.put(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}/>",
            from.0, from.1, neck.0, neck.1
        ));
        let (left, right) = (wing(1.0), wing(-1.0));
        self.put(format_args!(
            "<polygon points=\"{},{} {:.1},{:.1} {:.1},{:.1}\" fill=\"{colour}\"/>",
            to.0, to.1, left.0, left.1, right.0, right.1
        ));
    }

    /// The whole drawing.
    pub fn finish(mut self) -> String {
        self.put(format_args!("</svg>\n"));
        self.0
    }

    fn put(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string doesn't fail.
        let _ = self.0.write_fmt(text);
    }
}

/// Text as XML has it. What XML can't hold, and what would turn the direction of other text, is left out.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\n' | '\t' => safe.push(' '),
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use resvg::usvg::roxmltree::Document;

    use super::super::style::{SMALL, TEXT};
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_nothing_else() {
        let nasty = "\"/><image href='/etc/passwd'/>&lt;<!--]]>\u{0}\u{1B}\u{FFFF}\u{202E}Siân\n";
        let mut svg = Svg::new(100);
        svg.part(&nasty, nasty, |svg| svg.text((0, 0), Anchor::Start, SMALL, TEXT, nasty));
        let svg = svg.finish();
        let document = Document::parse(&svg).expect("well-formed");
        let text = document.descendants().find(|node| node.has_tag_name("text")).expect("there");
        assert_eq!(text.text(), Some("\"/><image href='/etc/passwd'/>&lt;<!--]]>Siân "));
        assert!(!document.descendants().any(|node| node.has_tag_name("image")));
    }
}
