//! The kinds of conversations: templates as data, and a team's own beside them. Pure but for the reading
//! of a team's folder at the start.

use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Deserializer, Serialize};

use crate::features::decision::model::StandsAs;

/// The shipped templates, in the order in which they are offered.
const SHIPPED: [&str; 19] = [
    include_str!("../../../config/conversations/quick-question.toml"),
    include_str!("../../../config/conversations/problem-statement.toml"),
    include_str!("../../../config/conversations/shared-vision.toml"),
    include_str!("../../../config/conversations/thorny-issues.toml"),
    include_str!("../../../config/conversations/ways-of-working.toml"),
    include_str!("../../../config/conversations/learning-review.toml"),
    include_str!("../../../config/conversations/value-proposition.toml"),
    include_str!("../../../config/conversations/business-model.toml"),
    include_str!("../../../config/conversations/strengths-weaknesses.toml"),
    include_str!("../../../config/conversations/common-ground.toml"),
    include_str!("../../../config/conversations/shared-language.toml"),
    include_str!("../../../config/conversations/permission-to-act.toml"),
    include_str!("../../../config/conversations/uncertainty.toml"),
    include_str!("../../../config/conversations/risk-sharing.toml"),
    include_str!("../../../config/conversations/resource-exchange.toml"),
    include_str!("../../../config/conversations/accountability.toml"),
    include_str!("../../../config/conversations/success-story.toml"),
    include_str!("../../../config/conversations/onboarding.toml"),
    include_str!("../../../config/conversations/cover-and-rest.toml"),
];

/// How many are offered first; the rest is behind **More**.
const FIRST: usize = 6;
/// Most templates of a team's own: together with the shipped ones, no list is longer than Discord shows.
const MOST_OWN: usize = 5;
/// Most bytes of a file.
const LARGEST: u64 = 65_536;
/// The key that the partnership pulse has among them.
const PULSE: &str = "pulse";

/// A kind of conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// How it is named in commands: small letters, digits and dashes.
    #[serde(deserialize_with = "key")]
    pub key: String,
    /// Its name, 45 characters at most: it heads the form.
    #[serde(deserialize_with = "text::<_, 45>")]
    pub name: String,
    /// What it is for, in a line.
    #[serde(deserialize_with = "text::<_, 100>")]
    pub purpose: String,
    /// Who should be there.
    #[serde(deserialize_with = "text::<_, 200>")]
    pub who: String,
    /// The suggested length, in days.
    #[serde(deserialize_with = "days")]
    pub days: u32,
    /// What it should end in.
    pub outcome: Ending,
    /// One to five: a form has no room for more.
    #[serde(deserialize_with = "prompts")]
    pub prompts: Vec<Prompt>,
}

/// A question of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// The question, 45 characters at most.
    #[serde(deserialize_with = "text::<_, 45>")]
    pub label: String,
    /// Grey text in the empty field, 100 characters at most; may be empty.
    #[serde(default, deserialize_with = "hint")]
    pub hint: String,
    /// Whether there is room for more than a line.
    pub long: bool,
    /// Whether it has to be answered.
    pub required: bool,
}

/// What a conversation should end in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A decision.
    Decision,
    /// The partnership's problem statement.
    ProblemStatement,
    /// Its vision.
    Vision,
    /// Its ways of working.
    WaysOfWorking,
    /// Who may decide what.
    DecisionRights,
    /// Something that was learned.
    Lesson,
    /// A story to tell.
    Story,
    /// Words, and what they mean to whom.
    Terms,
    /// What is offered and needed.
    Offers,
}

impl Ending {
    /// What a decision that it ends in stands as from then on.
    pub fn stands_as(self) -> Option<StandsAs> {
        match self {
            Self::ProblemStatement => Some(StandsAs::ProblemStatement),
            Self::Vision => Some(StandsAs::Vision),
            Self::WaysOfWorking => Some(StandsAs::WaysOfWorking),
            Self::DecisionRights => Some(StandsAs::DecisionRights),
            Self::Decision | Self::Lesson | Self::Story | Self::Terms | Self::Offers => None,
        }
    }

    /// In words: it ends in …
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Decision => "a decision",
            Self::ProblemStatement => "the problem statement that all work from",
            Self::Vision => "the vision that all have signed",
            Self::WaysOfWorking => "the ways of working that hold from then on",
            Self::DecisionRights => "a record of who may decide what",
            Self::Lesson => "a record of what was learned",
            Self::Story => "a story that others can copy",
            Self::Terms => "words that everybody understands, written down",
            Self::Offers => "a record of what is offered and what is needed",
        }
    }
}

/// All kinds of conversations.
#[derive(Clone, Debug)]
pub struct Library(Vec<Template>);

impl Library {
    /// The shipped templates, and those in a team's own folder.
    ///
    /// # Errors
    /// Which file and line is wrong, and what would be right.
    pub fn load(own: Option<&Path>) -> anyhow::Result<Self> {
        let shipped = SHIPPED.iter().map(|text| read(text).context("A shipped conversation can't be read"));
        let mut all = Self(shipped.collect::<anyhow::Result<_>>()?);
        let Some(folder) = own else { return Ok(all) };
        let unreadable = || format!("The folder of conversations {} can't be read", folder.display());
        let entries = std::fs::read_dir(folder).with_context(unreadable)?;
        let mut files =
            entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>().with_context(unreadable)?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        anyhow::ensure!(
            files.len() <= MOST_OWN,
            "{} has {} conversations; {MOST_OWN} of your own fit into Discord's list beside the shipped ones.",
            folder.display(),
            files.len()
        );
        for file in files {
            let name = || file.display().to_string();
            let size = std::fs::metadata(&file).with_context(name)?.len();
            anyhow::ensure!(
                size <= LARGEST,
                "{} has {size} bytes; a conversation has {LARGEST} at most.",
                file.display()
            );
            let text = std::fs::read_to_string(&file).with_context(name)?;
            let template = read(&text).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
            all.add(template).map_err(|why| anyhow::anyhow!("{}: {why}", file.display()))?;
        }
        Ok(all)
    }

    fn add(&mut self, template: Template) -> anyhow::Result<()> {
        let taken = template.key == PULSE || self.0.iter().any(|one| one.key == template.key);
        anyhow::ensure!(!taken, "there is a conversation with the key “{}” already; choose another key.", template.key);
        self.0.push(template);
        Ok(())
    }

    /// By its key.
    pub fn get(&self, key: &str) -> Option<&Template> {
        self.0.iter().find(|one| one.key == key)
    }

    /// All, in the order in which they are offered.
    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.0.iter()
    }

    /// Those that are offered first.
    pub fn first_six(&self) -> impl Iterator<Item = &Template> {
        self.0.iter().take(FIRST)
    }

    /// Those behind **More**.
    pub fn rest(&self) -> impl Iterator<Item = &Template> {
        self.0.iter().skip(FIRST)
    }
}

/// Reads a template. The error begins with the line.
pub fn read(text: &str) -> anyhow::Result<Template> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        anyhow::anyhow!("line {line}: {}", error.message().trim_end())
    })
}

fn wrong<'de, D: Deserializer<'de>>(why: impl std::fmt::Display) -> D::Error {
    serde::de::Error::custom(why)
}

fn bounded<'de, D: Deserializer<'de>>(text: &str, most: usize) -> Result<(), D::Error> {
    let length = text.chars().count();
    if length > most {
        return Err(wrong::<D>(format!("“{text}” has {length} characters; {most} at most fit into Discord's form")));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(_) => Err(wrong::<D>("a text here is one line, without control characters")),
        None => Ok(()),
    }
}

fn text<'de, D: Deserializer<'de>, const MOST: usize>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if text.trim().is_empty() {
        return Err(wrong::<D>("this may not be empty"));
    }
    bounded::<D>(&text, MOST)?;
    Ok(text)
}

fn hint<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    bounded::<D>(&text, 100)?;
    Ok(text)
}

fn key<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let key = String::deserialize(from)?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=30).contains(&key.len()) && key.chars().all(fits) {
        return Ok(key);
    }
    Err(wrong::<D>("a key has 1 to 30 small letters, digits and dashes, such as `first-week`"))
}

fn days<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(from)?;
    if (1..=60).contains(&days) { Ok(days) } else { Err(wrong::<D>("the suggested length is 1 to 60 days")) }
}

fn prompts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Prompt>, D::Error> {
    let prompts = Vec::<Prompt>::deserialize(from)?;
    if !(1..=5).contains(&prompts.len()) {
        return Err(wrong::<D>(format!("there are {} prompts; a form has room for 1 to 5", prompts.len())));
    }
    if !prompts.iter().any(|prompt| prompt.required) {
        return Err(wrong::<D>("one prompt at least has to be required, or a view could be empty"));
    }
    for (index, prompt) in prompts.iter().enumerate() {
        if prompts[..index].iter().any(|earlier| earlier.label == prompt.label) {
            return Err(wrong::<D>(format!("two prompts ask “{}”", prompt.label)));
        }
    }
    Ok(prompts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const FINE: &str = r#"key = "first-week"
name = "First week"
purpose = "how it went"
who = "Everybody"
days = 2
outcome = "lesson"
[[prompts]]
label = "How was it?"
hint = "A word"
long = true
required = true
"#;

    #[test]
    fn the_shipped_ones_are_fine() {
        let library = Library::load(None).expect("fine");
        let keys: BTreeSet<&str> = library.all().map(|one| one.key.as_str()).collect();
        assert_eq!((library.all().count(), keys.len()), (19, 19));
        let first: Vec<&str> = library.first_six().map(|one| one.key.as_str()).collect();
        let expected = [
            "quick-question",
            "problem-statement",
            "shared-vision",
            "thorny-issues",
            "ways-of-working",
            "learning-review",
        ];
        assert_eq!(first, expected);
        for one in library.all() {
            assert!((3..=5).contains(&one.prompts.len()), "{}", one.key);
            assert_eq!(library.get(&one.key), Some(one));
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/config/conversations")).expect("there");
        assert_eq!(files.count(), SHIPPED.len(), "a file that isn't in the list, or the other way round");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let long = "x".repeat(46);
        let six = "[[prompts]]\nlabel = \"A?\"\nlong = true\nrequired = true\n".repeat(5);
        let cases = [
            (FINE.replace("First week", &long), "line 2: ", "has 46 characters; 45 at most"),
            (FINE.replace("How was it?", &long), "line 8: ", "has 46 characters; 45 at most"),
            (FINE.replace("first-week", "First week!"), "line 1: ", "small letters, digits and dashes"),
            (FINE.replace("\"lesson\"", "\"lessons\""), "line 6: ", "unknown variant `lessons`"),
            (FINE.replace("days = 2", "days = 0"), "line 5: ", "1 to 60 days"),
            (FINE.replace("hint", "hints"), "line 9: ", "unknown field `hints`"),
            (FINE.replace("required = true", "required = false"), "line 7: ", "has to be required"),
            (FINE.replace("how it went", ""), "line 3: ", "may not be empty"),
            (format!("{FINE}{six}"), "line 7: ", "there are 6 prompts"),
            (
                format!("{FINE}[[prompts]]\nlabel = \"How was it?\"\nlong = true\nrequired = true"),
                "line 7: ",
                "two prompts ask “How was it?”",
            ),
            (String::new(), "line 1: ", "missing field"),
            ("key = ".to_owned(), "line 1: ", ""),
        ];
        assert!(read(FINE).is_ok());
        for (text, line, why) in cases {
            let said = read(&text).expect_err("wrong").to_string();
            assert!(said.starts_with(line) && said.contains(why), "{said}");
        }
    }

    #[test]
    fn a_teams_own_stand_beside_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("first.toml", FINE);
        write("notes.txt", "not a conversation");
        let library = Library::load(Some(folder.path())).expect("fine");
        assert_eq!(library.rest().last().map(|one| one.key.as_str()), Some("first-week"));
        write("second.toml", &FINE.replace("first-week", "quick-question"));
        let said = Library::load(Some(folder.path())).expect_err("taken").to_string();
        assert!(said.contains("second.toml") && said.contains("choose another key"), "{said}");
        assert!(Library::load(Some(&folder.path().join("nowhere"))).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            drop(read(&text));
        }

        #[test]
        fn no_change_of_a_file_does(at in 0_usize..200, with in "\\PC{0,8}") {
            let mut text: Vec<char> = FINE.chars().collect();
            let at = at.min(text.len());
            text.splice(at..at, with.chars());
            drop(read(&text.into_iter().collect::<String>()));
        }
    }
}
