//! Which terms a message uses, and what it says of them. Pure.

use std::collections::BTreeMap;

use crate::partnership::text::{clipped, escaped};
use crate::partnership::words::words;
use crate::partnership::{Message, OrganisationId};

use super::model::{Meaning, Share};

/// Terms that one message explains: more would be a lecture.
const MOST: usize = 3;
/// The part of a meaning that a message shows, in characters.
const MEANING: usize = 160;
/// Longest text of a message that still has room for explanations, in characters: Discord takes 2,000.
const ROOM: usize = 1_950;
/// The same for cards, together: Discord takes 6,000.
const CARDS: usize = 5_500;
/// What a paragraph of a card holds: Discord takes 1,024.
const FIELD: usize = 1_000;

/// A word of a text as it was written, and folded.
struct Word {
    written: String,
    folded: String,
}

fn cut(text: &str) -> Vec<Word> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .flat_map(|written| words(written).into_iter().map(move |folded| (written, folded)))
        .map(|(written, folded)| Word { written: written.to_owned(), folded })
        .collect()
}

/// Whether a spelling has capitals after its first letter, as `SRO` and `eTest`: then it is that word
/// only where it is written so. `IT` isn't `it`.
fn is_cased(spelling: &str) -> bool {
    spelling.chars().skip(1).any(char::is_uppercase)
}

fn has(text: &[Word], spelling: &str) -> bool {
    let term = cut(spelling);
    let same = |word: &Word, of: &Word| {
        if is_cased(&of.written) { word.written == of.written } else { word.folded == of.folded }
    };
    !term.is_empty() && text.windows(term.len()).any(|part| part.iter().zip(&term).all(|(word, of)| same(word, of)))
}

/// All that a message says, buttons apart.
fn said(message: &Message) -> String {
    let mut all = vec![message.text.as_str()];
    for card in &message.cards {
        all.extend([card.title.as_str(), card.text.as_str(), card.footer.as_str()]);
        all.extend(card.fields.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]));
    }
    all.join("\n")
}

/// The terms that a message uses, in the order of their numbers; not those that it is itself about, whose numbers it
/// names.
pub(super) fn used<'a>(message: &Message, terms: &'a [Share]) -> Vec<&'a Share> {
    let text = cut(&said(message));
    let names = |number: i64| {
        let number = number.to_string();
        text.windows(2).any(|part| part[0].written == "S" && part[1].written == number)
    };
    let uses = |term: &&Share| {
        let mut spellings = std::iter::once(&term.says.title).chain(&term.says.also);
        spellings.any(|spelling| has(&text, spelling)) && !names(term.number)
    };
    terms.iter().filter(uses).take(MOST).collect()
}

/// A message with what its terms mean: below its text, or at the end of its last card. Where there is no room, where
/// to find it.
pub(super) fn explained(
    mut message: Message,
    terms: &[(&Share, Vec<Meaning>)],
    names: &BTreeMap<OrganisationId, String>,
) -> Message {
    let lines: Vec<String> =
        terms.iter().filter(|(_, meanings)| !meanings.is_empty()).map(|(term, all)| line(term, all, names)).collect();
    if lines.is_empty() {
        return message;
    }
    let length = |text: &str| text.chars().count();
    let numbers: Vec<String> = terms.iter().map(|(term, _)| format!("S-{}", term.number)).collect();
    let short = format!("`/share browse` says what some of these words mean ({}).", numbers.join(", "));
    if let Some(card) = message.cards.last().filter(|_| message.text.is_empty()) {
        let taken = length(&said(&message));
        let fits = |text: &str| length(text) <= FIELD && taken + length(text) <= CARDS;
        let text = lines.join("\n");
        let text = if fits(&text) { text } else { short };
        let has_room = card.fields.len() < 25 && fits(&text);
        if let Some(card) = message.cards.last_mut().filter(|_| has_room) {
            card.fields.push(("Words that are used here".to_owned(), text));
        }
        return message;
    }
    let below = |lines: &[String]| format!("\n-# {}", lines.join("\n-# "));
    for text in [below(&lines), below(&[short])] {
        if length(&message.text) + length(&text) <= ROOM {
            message.text.push_str(&text);
            break;
        }
    }
    message
}

fn line(term: &Share, meanings: &[Meaning], names: &BTreeMap<OrganisationId, String>) -> String {
    let said: Vec<String> = meanings
        .iter()
        .map(|one| {
            let words = one.words.split_whitespace().collect::<Vec<_>>().join(" ");
            let words = escaped(&clipped(&words, MEANING));
            match one.organisation.and_then(|id| names.get(&id)) {
                Some(name) => format!("{}: {words}", escaped(name)),
                None => words,
            }
        })
        .collect();
    format!("**{}** · {}", escaped(&term.says.title), said.join(" · "))
}
