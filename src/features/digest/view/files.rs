//! A digest for people who aren't on Discord: Markdown, one page of HTML that needs nothing beside it, and its figures
//! as CSV.

use std::fmt::Write;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{Digest, QUIET};
use crate::features::digest::model::{Measure, Week};
use crate::partnership::text::{csv_cell, markdown_line};
use crate::picture::svg::escaped as in_html;

/// A picture that goes with a digest: its PNG, and what it shows in words.
pub struct Drawn {
    /// The file.
    pub png: Vec<u8>,
    /// The words.
    pub alt: String,
}

/// A measure of a week as it is exported. `None`: it is withheld, or there was nothing to measure.
pub type Measured = (Week, Measure, Option<i64>);

/// As Markdown. `picture` is the name of the picture's file and what it shows.
pub fn markdown(digest: &Digest, foot: &str, picture: Option<(&str, &str)>) -> String {
    let mut text = format!("# {}\n", in_markdown(&digest.title));
    for line in &digest.head {
        let _ = write!(text, "\n> {}\n", in_markdown(line));
    }
    if digest.sections.is_empty() {
        let _ = write!(text, "\n{QUIET}\n");
    }
    for section in &digest.sections {
        let _ = write!(text, "\n## {}\n\n", section.heading);
        for line in &section.lines {
            let link = line.link.as_ref().map_or_else(String::new, |link| format!(" ([source]({link}))"));
            let _ = writeln!(text, "- {}{link}", in_markdown(&line.text));
        }
    }
    if let Some((file, alt)) = picture {
        let _ = write!(text, "\n![{}]({file})\n", in_markdown(alt));
    }
    let _ = write!(text, "\n{}\n", in_markdown(foot));
    text
}

/// What somebody wrote, on one line.
fn in_markdown(text: &str) -> String {
    markdown_line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

const STYLE: &str = ":root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1c1d22;background:#fff}\
h1{font-size:1.4rem;line-height:1.25}h2{font-size:1.1rem;margin-top:1.6rem}li{margin:.35rem 0}\
blockquote{margin:.5rem 0;padding-left:.8rem;border-left:.25rem solid #6b7280}img{max-width:100%;height:auto;border-radius:.5rem}\
footer{margin-top:2rem;font-size:.875rem;color:#4b5563}a{color:#1d4ed8}\
@media(prefers-color-scheme:dark){body{color:#e7e8ec;background:#17181c}footer{color:#b3b7c0}a{color:#93b4ff}}";

/// As one page of HTML: no script, and nothing that is fetched.
pub fn html(digest: &Digest, foot: &str, picture: Option<&Drawn>) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        title = in_html(&digest.title),
    );
    for line in &digest.head {
        let _ = writeln!(page, "<blockquote>{}</blockquote>", in_html(line));
    }
    if digest.sections.is_empty() {
        let _ = writeln!(page, "<p>{QUIET}</p>");
    }
    for section in &digest.sections {
        let _ = writeln!(page, "<h2>{}</h2>\n<ul>", section.heading);
        for line in &section.lines {
            let link = line
                .link
                .as_ref()
                .map_or_else(String::new, |link| format!(" <a href=\"{}\">source</a>", in_html(link)));
            let _ = writeln!(page, "<li>{}{link}</li>", in_html(&line.text));
        }
        page.push_str("</ul>\n");
    }
    if let Some(drawn) = picture {
        let data = BASE64_STANDARD.encode(&drawn.png);
        let _ = writeln!(
            page,
            "<h2>The week at a glance</h2>\n<img src=\"data:image/png;base64,{data}\" alt=\"{}\">",
            in_html(&drawn.alt)
        );
    }
    let _ = writeln!(page, "</main>\n<footer>{}</footer>\n</body>\n</html>", in_html(foot));
    page
}

/// Figures as CSV: a measure of a week a line, with what it counts and when it was taken. An empty value is withheld.
pub fn csv(figures: &[(String, Measured)]) -> String {
    let mut text = String::from("about,week,measure,name,value,unit,window\r\n");
    for (about, (week, measure, value)) in figures {
        let value = value.map_or_else(String::new, |value| value.to_string());
        let cells = [
            about,
            &week.monday().to_string(),
            measure.id(),
            measure.says(),
            &value,
            measure.unit().as_str(),
            measure.window().as_str(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    use super::super::{Line, Section};
    use super::*;

    fn digest(text: &str) -> Digest {
        let line = Line { link: Some("https://discord.com/channels/1/2/3".to_owned()), ..Line::new(text) };
        Digest {
            title: "Checkout · week of 23 March 2026".to_owned(),
            head: vec!["The problem: results & labels".to_owned()],
            sections: vec![Section { heading: "What changed", lines: vec![line] }],
        }
    }

    /// The first item of a list, as a reader sees it.
    fn item(markdown: &str) -> String {
        let mut inside = false;
        let mut text = String::new();
        for event in Parser::new(markdown) {
            match event {
                Event::Start(Tag::Item) => inside = true,
                Event::End(TagEnd::Item) => break,
                Event::Text(words) | Event::Code(words) if inside => text.push_str(&words),
                Event::Start(_) | Event::Html(_) | Event::InlineHtml(_) | Event::SoftBreak if inside => text.push('\0'),
                _ => {}
            }
        }
        text
    }

    #[test]
    fn a_page_has_all_that_it_needs_and_no_script() {
        let drawn = Drawn { png: vec![1, 2, 3], alt: "a \"week\"".to_owned() };
        let page = html(&digest("<script>alert(1)</script> & “quotes”"), "Monday to Sunday", Some(&drawn));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; “quotes”"));
        assert!(page.contains("src=\"data:image/png;base64,AQID\" alt=\"a &quot;week&quot;\""));
        assert!(!page.contains("<script") && !page.contains("http://"));
        let quiet = Digest { sections: Vec::new(), ..digest("") };
        assert!(html(&quiet, "", None).contains(QUIET) && markdown(&quiet, "", None).contains(QUIET));
    }

    #[test]
    fn figures_are_rows() {
        let week = Week::of("2026-03-23".parse().expect("a date"));
        let name = "=Checkout, one".to_owned();
        let text = csv(&[(name.clone(), (week, Measure::Releases, Some(3))), (name, (week, Measure::CheckIns, None))]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1],
            "\"'=Checkout, one\",\"2026-03-23\",\"releases\",\"Releases\",\"3\",\"count\",\"in the week\""
        );
        assert!(lines[2].ends_with("\"check_ins_answered\",\"Check-ins answered\",\"\",\"percent\",\"in the week\""));
    }

    proptest! {
        #[test]
        fn what_somebody_wrote_reads_as_they_wrote_it(text in "[ -~àß–\n]{1,60}") {
            let shown = item(&markdown(&digest(&format!("x{text}x")), "", None));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(words(&shown), words(&format!("x{text}x (\0source)")));
        }
    }
}
