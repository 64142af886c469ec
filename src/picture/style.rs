//! How every picture looks: one palette, one font, few sizes.
//!
//! A picture is a dark card of its own, so it reads the same on Discord's dark and light themes and
//! dazzles nobody at night. Its marks keep their distance from each other for people who don't see
//! red, green or blue (after Okabe and Ito), and colour is never the only sign. The tests of this
//! file compute both.

use std::fmt;

/// A colour of sRGB: red, green, blue. Shows as SVG writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

/// What everything is drawn on.
pub const CARD: Colour = Colour(0x1B, 0x1D, 0x23);
/// The card's edge, which sets it off from a dark theme.
pub const EDGE: Colour = Colour(0x3F, 0x43, 0x4D);
/// Text on the card.
pub const TEXT: Colour = Colour(0xF2, 0xF3, 0xF5);
/// Text on the card that stands back: heads of rows and columns, legends.
pub const QUIET: Colour = Colour(0xB9, 0xBE, 0xC9);
/// Text on a mark that is filled.
pub const INK: Colour = Colour(0x0B, 0x0D, 0x12);

/// The colours of marks.
pub const BLUE: Colour = Colour(0x56, 0xB4, 0xE9);
/// See [`BLUE`].
pub const ORANGE: Colour = Colour(0xE6, 0x9F, 0x00);
/// See [`BLUE`].
pub const GREEN: Colour = Colour(0x00, 0x9E, 0x73);
/// See [`BLUE`].
pub const PURPLE: Colour = Colour(0xCC, 0x79, 0xA7);
/// See [`BLUE`].
pub const GREY: Colour = Colour(0xC4, 0xC8, 0xD0);
/// The lighter lines of a striped area; text on them is [`TEXT`].
pub const STRIPE: Colour = Colour(0x57, 0x36, 0x4A);

/// The font's family.
pub const FONT: &str = "Inter";

/// Pixels from edge to edge. A phone shows it at half of that, so nothing is written smaller than
/// [`SMALL`].
pub const WIDTH: i32 = 800;
/// From a card's edge to what is on it.
pub const PADDING: i32 = 24;
/// The rounding of corners.
pub const CORNER: i32 = 12;
/// How thick lines are.
pub const LINE: i32 = 4;

/// The size of a title.
pub const TITLE: i32 = 40;
/// The size of what is to be read first.
pub const LABEL: i32 = 30;
/// The size of everything else.
pub const SMALL: i32 = 28;

#[cfg(test)]
mod tests {
    use super::*;

    /// A channel of sRGB as light, by WCAG 2.2.
    fn linear(channel: u8) -> f64 {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    fn light(Colour(red, green, blue): Colour) -> f64 {
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(one: Colour, other: Colour) -> f64 {
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// How colours look to those without the cones for red, green or blue: Machado, Oliveira and
    /// Fernandes 2009, at full severity, on linear RGB. The first is how they look to others.
    const EYES: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ];

    fn times(matrix: [[f64; 3]; 3], of: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(of).map(|(one, other)| one * other).sum())
    }

    /// CIELAB of a colour as these eyes see it, for the white of sRGB (D65).
    fn lab(Colour(red, green, blue): Colour, eyes: [[f64; 3]; 3]) -> [f64; 3] {
        let seen = times(eyes, [red, green, blue].map(linear)).map(|value| value.clamp(0.0, 1.0));
        let xyz = times([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], seen);
        let [x, y, z] = [xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089]
            .map(|value| if value > 0.008_856 { value.cbrt() } else { 7.787 * value + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn marks_are_told_apart_by_everybody() {
        let marks = [BLUE, ORANGE, GREEN, PURPLE, GREY];
        for eyes in EYES {
            for (index, one) in marks.iter().enumerate() {
                for other in &marks[index + 1..] {
                    let (here, there) = (lab(*one, eyes), lab(*other, eyes));
                    let apart = here.iter().zip(there).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    // About five times the least difference that is seen side by side; shapes do the rest.
                    assert!(apart >= 12.0, "{one} and {other} are {apart:.1} apart to {eyes:?}");
                }
            }
        }
    }

    #[test]
    fn texts_and_marks_stand_out() {
        for (text, on) in [(TEXT, CARD), (QUIET, CARD), (INK, BLUE), (TEXT, STRIPE)] {
            assert!(contrast(text, on) >= 4.5, "{text} on {on}: {}", contrast(text, on));
        }
        for mark in [BLUE, ORANGE, GREEN, PURPLE, GREY] {
            assert!(contrast(mark, CARD) >= 3.0, "{mark}: {}", contrast(mark, CARD));
        }
        assert!((contrast(Colour(0, 0, 0), Colour(255, 255, 255)) - 21.0).abs() < 0.01, "the formula is WCAG's");
    }
}
