//! What was exported is what was recorded, for other tools and for us.

use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::*;
use crate::features::decision::model::{Concern, Details, Draft, Level, Outcome, Part, StandsAs, Status, Worry};

fn record(says: Draft) -> Record {
    let at = DateTime::from_timestamp(1_774_000_000, 0).expect("in range");
    let version = Version {
        version: 1,
        by: UserId(8),
        at,
        what: "recorded".to_owned(),
        status: Status::Agreed,
        owner: says.owner,
        body: serde_json::json!({"title": "\n---\n", "decision": "# no"}),
    };
    let lesson = Lesson {
        number: 2,
        decision: 7,
        who: UserId(8),
        outcome: Outcome::Held,
        words: "---\n## It\nheld".to_owned(),
        at,
    };
    let decision = Decision {
        number: 7,
        version: 2,
        status: Status::Agreed,
        says: says.cleaned().expect("something is said"),
        superseded_by: vec![9],
        recorded_by: UserId(8),
        recorded_at: at,
        changed_at: at,
        asked: 1,
    };
    let called = |(id, _): &(OrganisationId, Part)| (*id, format!("“Organisation”, {id}"));
    let organisations = decision.says.parts.iter().map(called).collect();
    let names = Names { organisations, ..Names::default() };
    Record { decision, versions: vec![version], lessons: vec![lesson], names }
}

/// Text that might break a file: any at all, and what Markdown, YAML and paths give a meaning.
fn hostile() -> impl Strategy<Value = String> {
    let pieces: &'static [&'static str] = &[
        "\n",
        "\n\n",
        "\n\n\n",
        " ",
        "    ",
        "\t",
        "# ",
        "## Decision Outcome",
        "---",
        "```",
        "~~~",
        "> ",
        "- ",
        "* ",
        "1. ",
        "12) ",
        "+ ",
        "\\",
        "\\\n",
        "&amp;",
        "&#32;",
        "<b>",
        "<!--",
        "[a](b)",
        "[a]: b",
        "![",
        "|",
        "---|---",
        "===",
        "__",
        "**",
        "`",
        ":",
        ": ",
        "a",
        "word",
        "é",
        "👋",
        "\u{202E}",
        "\u{2028}",
        "\u{FEFF}",
        "\u{a0}",
        "\0",
        "\r",
        "$x$",
        "http://a.example",
        "elevenses: {}",
        "…",
        "status: x",
        "\u{85}",
        "\u{c}",
        "\u{3000}",
        "\"",
        "'",
        "{}",
        "]]",
        "@everyone",
        "=1+1",
    ];
    let piece = prop_oneof![4 => proptest::sample::select(pieces).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn draft() -> impl Strategy<Value = Draft> {
    let texts = proptest::collection::vec(hostile(), 8);
    let details = |texts: &[String]| Details {
        context: texts[2].clone(),
        options: texts[3].clone(),
        why: texts[4].clone(),
        consequences: texts[5].clone(),
        wrong_if: texts[6].clone(),
    };
    texts.prop_map(move |texts| Draft {
        title: format!("{}t{}", texts[0], texts[0]),
        decision: format!("{}d{}", texts[1], texts[1]),
        details: details(&texts),
        parts: vec![(OrganisationId(1), Part::Decides), (OrganisationId(2), Part::Informed)],
        level: Some(Level::Lead),
        concerns: vec![Concern { who: None, kind: Worry::Objection, text: format!("c{}", texts[7]) }],
        review_on: NaiveDate::from_ymd_opt(2026, 9, 1),
        stands_as: Some(StandsAs::WaysOfWorking),
        conversation: Some((3, "https://discord.example/1".to_owned())),
        supersedes: vec![2, 5],
        clears: vec![12],
        ..Draft::of(UserId(8))
    })
}

/// What another Markdown parser reads: each heading with its text.
fn parsed(markdown: &str) -> Vec<(String, String)> {
    let body = markdown.split_once("\n---\n").expect("front matter").1;
    let mut parts: Vec<(String, String)> = Vec::new();
    let (mut heading, mut paragraphs) = (false, 0);
    for event in Parser::new(body) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let name = match level {
                    HeadingLevel::H1 => "# ",
                    HeadingLevel::H2 => "## ",
                    HeadingLevel::H3 => "### ",
                    other => panic!("a heading of {other}"),
                };
                parts.push((name.to_owned(), String::new()));
                (heading, paragraphs) = (true, 0);
            }
            Event::End(TagEnd::Heading(_)) => heading = false,
            Event::Start(Tag::Paragraph) => {
                if paragraphs > 0 {
                    parts.last_mut().expect("a heading").1.push_str("\n\n");
                }
                paragraphs += 1;
            }
            Event::End(TagEnd::Paragraph) => {}
            Event::Text(text) => {
                let (name, words) = parts.last_mut().expect("a heading");
                if heading { name } else { words }.push_str(&text);
            }
            Event::HardBreak => parts.last_mut().expect("a heading").1.push('\n'),
            other => panic!("{other:?} in {body}"),
        }
    }
    parts
}

proptest! {
    #[test]
    fn what_was_exported_reads_back_equal(says in draft()) {
        let record = record(says);
        let back = read(&file_name(&record.decision), &markdown(&record)).expect("readable");
        prop_assert_eq!(back, record);
    }

    #[test]
    fn another_parser_reads_the_same_fields(says in draft()) {
        let record = record(says);
        let parts = parsed(&markdown(&record));
        let says = &record.decision.says;
        let details = &says.details;
        prop_assert_eq!(&parts[0].0, &format!("# {}", says.title));
        let expected = [
            ("## Context and Problem Statement", &details.context),
            ("## Considered Options", &details.options),
            ("## Decision Outcome", &says.decision),
            ("### Why", &details.why),
            ("### Consequences", &details.consequences),
            ("### Confirmation", &details.wrong_if),
        ];
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(heading, text)| (heading.to_owned(), text.clone()))
            .collect();
        prop_assert_eq!(&parts[1..parts.len() - 1], &expected[..]);
        prop_assert_eq!(parts.last().map(|part| part.0.as_str()), Some("## More Information"));
    }

    #[test]
    fn names_of_files_are_safe(title in hostile()) {
        let name = file_name(&record(Draft { title: format!("{title}x"), decision: "d".to_owned(), ..Draft::of(UserId(1)) }).decision);
        prop_assert!(name.len() <= 80 && name.starts_with("0007-"), "{}", name);
        let stem = name.strip_suffix(".md").unwrap_or("no suffix");
        prop_assert!(stem.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", name);
    }
}

#[test]
fn files_have_their_number_and_what_is_left_of_the_title() {
    let long = "ab ".repeat(100);
    let cases = [
        ("../../etc/passwd", "0007-etc-passwd.md"),
        ("Release\non Tuesdays", "0007-release-on-tuesdays.md"),
        ("Straße à Łódź", "0007-strasse-a-lodz.md"),
        ("\u{202E}שלום", "0007-decision.md"),
        ("???", "0007-decision.md"),
        (&long, "0007-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab.md"),
    ];
    for (title, expected) in cases {
        let says = Draft { title: title.to_owned(), decision: "d".to_owned(), ..Draft::of(UserId(1)) };
        assert_eq!(file_name(&record(says).decision), expected, "{title}");
    }
}

#[test]
fn a_spreadsheet_runs_nothing() {
    let says =
        Draft { title: "=HYPERLINK(\"x\")".to_owned(), decision: "a \"b\"\n+1".to_owned(), ..Draft::of(UserId(1)) };
    let csv = csv(&[record(says)]);
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")\",\"agreed\",\"a \"\"b\"\"\n+1\""), "{csv}");
}

#[test]
fn a_file_of_another_tool_is_read_as_far_as_it_goes() {
    let text =
        "---\nstatus: accepted\ndate: 2026-01-02\n---\n# Use Rust\n\n## Decision Outcome\n\nChosen option: \"Rust\".\n";
    let record = read("0003-use-rust.md", text).expect("readable");
    let one = &record.decision;
    assert_eq!((one.number, one.status, one.says.title.as_str()), (3, Status::Agreed, "Use Rust"));
    assert_eq!(one.says.decision, "Chosen option: \"Rust\".");
    for (name, text) in [
        ("x.md", "# A\n\n## Decision Outcome\n\nb"),
        ("0001-a.md", "no title"),
        ("0001-a.md", "---\nelevenses: {}\n---\n# A"),
    ] {
        assert!(read(name, text).is_err(), "{name}");
    }
}

#[test]
fn a_part_goes_to_the_organisation_of_that_name_or_to_none() {
    let called = |names: &[(i64, &str)]| -> BTreeMap<OrganisationId, String> {
        names.iter().map(|(id, name)| (OrganisationId(*id), (*name).to_owned())).collect()
    };
    let names = Names { organisations: called(&[(1, "Fennel"), (2, "Parcelwing")]), ..Names::default() };
    let parts = [1, 2].map(|id| (OrganisationId(id), Part::Decides)).to_vec();
    let says = Draft { parts, ..Draft::of(UserId(8)) };
    for (here, expected) in [
        (&[(1, "Fennel"), (2, "Parcelwing")][..], &[1, 2][..]),
        // Another partnership, in which they came in another order, or didn't.
        (&[(1, "Parcelwing"), (2, "Fennel")], &[2, 1]),
        (&[(1, "Harbour"), (2, "Parcelwing")], &[2]),
        // Those that have left the one where it was recorded.
        (&[], &[1, 2]),
    ] {
        let found: Vec<i64> = at_home(&says, &names, &called(here)).parts.iter().map(|(id, _)| id.0).collect();
        assert_eq!(found, expected, "{here:?}");
    }
}
