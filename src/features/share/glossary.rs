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
        // “The SRO's page” is about the SRO.
        .map(|written| written.strip_suffix("'s").or(written.strip_suffix("’s")).unwrap_or(written))
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
    // One or several: “SROs” are more than one SRO.
    let is = |word: &str, of: &str| word == of || word.strip_suffix('s') == Some(of);
    let same = |word: &Word, of: &Word| {
        if is_cased(&of.written) { is(&word.written, &of.written) } else { is(&word.folded, &of.folded) }
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

/// The terms that a message uses, the newest first; not those that it is itself about, whose numbers it
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::features::share::model::{Body, Kind, State};
    use crate::partnership::{Card, UserId};

    fn term(number: i64, title: &str, also: &[&str]) -> Share {
        let also = also.iter().map(|one| (*one).to_owned()).collect();
        Share {
            number,
            kind: Kind::Term,
            state: State::Open,
            person: UserId(1),
            organisation: None,
            says: Body { title: title.to_owned(), also, ..Body::default() },
            shared_at: DateTime::default(),
            changed_at: DateTime::default(),
        }
    }

    fn means(words: &str) -> Vec<Meaning> {
        vec![Meaning { organisation: Some(OrganisationId(1)), person: UserId(1), words: words.to_owned() }]
    }

    #[test]
    fn a_term_is_used_where_its_words_stand_together() {
        let terms =
            [term(1, "SRO", &["senior responsible owner"]), term(2, "go-live", &["golive"]), term(3, "café", &[])];
        let cases: &[(&str, &[i64])] = &[
            ("The SRO signs.", &[1]),
            ("All SROs, and the SRO’s deputy", &[1]),
            ("the sro, an SROX", &[]),
            ("our Senior  Responsible\nOwner", &[1]),
            ("a senior and a responsible owner", &[]),
            ("Go live is on Friday; **go-live**!", &[2]),
            ("GOLIVE at the Cafe", &[2, 3]),
            ("go to the live site", &[]),
            ("S-1 is SRO, and so is the go-live", &[2]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<i64> = used(&Message::text(*text), &terms).iter().map(|one| one.number).collect();
            assert_eq!(found, *expected, "{text}");
        }
        let card = Card { fields: vec![("By".to_owned(), "the SRO".to_owned())], ..Card::default() };
        assert_eq!(used(&Message::default().card(card), &terms).len(), 1);
        let many: Vec<Share> = (1..9).map(|number| term(number, &format!("word{number}"), &[])).collect();
        assert_eq!(used(&Message::text("word1 word2 word3 word4 word5"), &many).len(), MOST);
    }

    #[test]
    fn explanations_find_their_place_and_never_make_a_message_too_long() {
        let names = BTreeMap::from([(OrganisationId(1), "Fen*nel".to_owned())]);
        let sro = term(1, "SRO", &[]);
        let explained = |message: Message, words: &str| explained(message, &[(&sro, means(words))], &names);
        assert_eq!(
            explained(Message::text("The SRO signs."), "signs\n*all*").text,
            "The SRO signs.\n-# **SRO** · Fen\\*nel: signs \\*all\\*"
        );
        let card = Card { text: "The SRO signs.".to_owned(), ..Card::default() };
        let shown = explained(Message::default().card(card.clone()), "signs");
        assert_eq!(
            shown.cards[0].fields,
            [("Words that are used here".to_owned(), "**SRO** · Fen\\*nel: signs".to_owned())]
        );
        // Nothing is known of it, or there is room for less, or for nothing.
        assert_eq!(super::explained(Message::text("SRO"), &[(&sro, Vec::new())], &names).text, "SRO");
        for (length, ends) in [(1_700, "x…"), (1_880, "(S-1)."), (1_940, "SRO")] {
            let text = format!("{} SRO", "y".repeat(length - 4));
            let shown = explained(Message::text(text), &"x".repeat(500)).text;
            assert!(shown.ends_with(ends) && shown.chars().count() <= ROOM, "{length}: {shown}");
        }
        let full = Card { text: "z".repeat(5_490), ..card };
        assert!(explained(Message::default().card(full), "signs").cards[0].fields.is_empty());
    }
}
