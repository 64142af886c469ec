//! Pictures: what the bot shows where a picture says it sooner than words do.
//!
//! A picture is a file here (such as [`calendar`]): a plain description, a pure function that draws
//! it as SVG, and one that says the same in words, for those who can't see it. [`style`] has the
//! colours and sizes of all of them, [`svg`] writes the elements, and [`png`] makes the file that
//! Discord shows.

pub mod calendar;
pub mod pulse;
pub mod style;
pub mod svg;
pub mod waits;
pub mod week;

use std::sync::{Arc, LazyLock};

use anyhow::Context;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

/// Discord's limit for the words that go with a picture, in characters.
pub const ALT_MOST: usize = 1024;

/// The one font, built in: a picture looks the same wherever the bot runs.
const FONT: &[u8] = include_bytes!("fonts/Inter-SemiBold.otf");

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(FONT.to_vec());
    Arc::new(fonts)
});

/// Makes a PNG of a drawing.
///
/// It takes some milliseconds of computing, so it is called before a transaction, not in one.
pub fn png(svg: &str) -> anyhow::Result<Vec<u8>> {
    let options = Options {
        font_family: style::FONT.to_owned(),
        fontdb: Arc::clone(&FONTS),
        // A drawing refers to nothing outside of itself, and could reach no file if it did.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).context("a picture that is no SVG")?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).context("a picture too large for the memory")?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().context("a picture that can't be encoded")
}

#[cfg(test)]
mod tests {
    use resvg::usvg::Node;

    /// How far a channel of a pixel may be off: edges of letters are rounded differently elsewhere.
    const OFF: u8 = 24;

    /// Holds a drawing against the picture that is stored under a name; `WRITE_DOCUMENTS=1` writes it anew.
    pub(super) fn looks_as_it_did(name: &str, drawing: &str) {
        let stored = format!("{}/tests/pictures/{name}.png", env!("CARGO_MANIFEST_DIR"));
        let drawn = png(drawing).expect("a picture");
        assert!(drawn.len() < 100_000, "{} bytes", drawn.len());
        if std::env::var_os("WRITE_DOCUMENTS").is_some() {
            std::fs::write(&stored, &drawn).expect("written");
        }
        let stored = std::fs::read(&stored).expect("it is stored; WRITE_DOCUMENTS=1 writes it");
        let [drawn, stored] = [drawn, stored].map(|bytes| Pixmap::decode_png(&bytes).expect("a PNG"));
        assert_eq!((drawn.width(), drawn.height()), (stored.width(), stored.height()));
        let far = |(one, other): (&u8, &u8)| one.abs_diff(*other) > OFF;
        let different = drawn.data().iter().zip(stored.data()).filter(|two| far(*two)).count();
        assert!(different * 1_000 < drawn.data().len(), "{different} of {} values differ", drawn.data().len());
    }

    use super::*;

    /// How many pixels of a drawing of this text alone aren't the card's.
    fn ink(text: &str) -> usize {
        let mut drawing = svg::Svg::new(100);
        drawing.text((100, 60), svg::Anchor::Start, style::TITLE, style::TEXT, text);
        let bytes = png(&drawing.finish()).expect("a picture");
        let pixels = Pixmap::decode_png(&bytes).expect("a PNG");
        let light = |pixel: &&resvg::tiny_skia::PremultipliedColorU8| pixel.red() > 0xC0;
        pixels.pixels().iter().filter(light).count()
    }

    #[test]
    fn the_font_has_the_letters_of_names() {
        let options = Options { fontdb: Arc::clone(&FONTS), font_family: style::FONT.to_owned(), ..Options::default() };
        for letter in "ŵŷüñśğąőčłøåßæœıŴŶ–—·…“”’→×".chars() {
            let mut drawing = svg::Svg::new(100);
            drawing.text((100, 60), svg::Anchor::Start, style::TITLE, style::TEXT, &letter.to_string());
            let tree = Tree::from_str(&drawing.finish(), &options).expect("a drawing");
            let texts = tree.root().children().iter().filter(|node| matches!(node, Node::Text(_))).count();
            assert_eq!(texts, 1, "{letter}");
            assert!(ink(&letter.to_string()) > 5, "{letter} leaves no mark");
        }
        assert_eq!(ink(" "), 0, "the measure sees nothing where nothing is");
        assert_eq!(ink("漢"), ink("字"), "what the font lacks is no letter");
    }
}
