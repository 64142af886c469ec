//! What people read about cover. Whoever asks and whoever is asked read the same words, whatever lies
//! behind them.

mod list;

use std::fmt::Write;

use chrono::NaiveDate;

use crate::features::squad::model::Squad;
use crate::partnership::text::{clipped, day, escaped, listed, mention, span};
use crate::partnership::{Button, Card, Field, Form, Message, OrganisationId, PartnershipId, Pointer, Style, UserId};

use super::model::{Cover, HandOver, Said, Skill, State};

pub use list::{Listed, asked_line, asker_line, list, offered};

/// Buttons in a row, and rows of volunteers: there is a button for each of fifteen.
const IN_A_ROW: usize = 5;
const ROWS: usize = 3;

fn at(partnership: PartnershipId, action: &str, row: impl std::fmt::Display) -> Pointer {
    Pointer::new(action, partnership, row)
}

/// A request with what its words need.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Where.
    pub partnership: PartnershipId,
    /// The server's name.
    pub server: &'a str,
    /// The request.
    pub cover: &'a Cover,
    /// The name of whoever asks; `None` once it is to be forgotten.
    pub asker: Option<&'a str>,
    /// The squad.
    pub squad: &'a Squad,
    /// Which day it is for the squad.
    pub today: NaiveDate,
}

/// Somebody who can.
#[derive(Clone, Debug)]
pub struct Volunteer {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their organisation's name.
    pub organisation: Option<String>,
}

/// Somebody, by name and by a mention that pings nobody: whoever has their data erased is found by it
/// in all that was said about them.
pub fn who(name: &str, user: UserId) -> String {
    format!("**{}** ({})", escaped(name), mention(user))
}

impl Volunteer {
    fn who(&self) -> String {
        let organisation = self.organisation.as_deref().map_or(String::new(), |one| format!(", {}", escaped(one)));
        format!("**{}** ({}{organisation})", escaped(&self.name), mention(self.user))
    }
}

impl Scene<'_> {
    /// Whoever asks, by name alone.
    fn asker(&self) -> String {
        self.asker.map_or_else(|| "Whoever asked you".to_owned(), escaped)
    }

    /// Whoever asks, by name and mention.
    fn who(&self) -> String {
        self.asker.map_or_else(|| self.asker(), |name| who(name, self.cover.person))
    }

    fn works(&self, date: NaiveDate) -> bool {
        use chrono::Datelike;
        self.squad.working_days.contains(date.weekday())
    }

    fn dates(&self) -> String {
        span(self.cover.first, self.cover.last, self.today)
    }

    /// `**backend** in **Checkout**, Thursday 26 to Friday 27 March`.
    fn what(&self) -> String {
        format!("**{}** in **{}**, {}", escaped(&self.cover.skill.name), escaped(&self.squad.name), self.dates())
    }

    /// What holds for each cover: time together before it, the contact who stays, and the way back.
    fn terms(&self, contact: &str, is: &str) -> String {
        let together: Vec<String> =
            self.cover.together(self.today, |date| self.works(date)).into_iter().map(day).collect();
        let together = match together.len() {
            0 => "There is no day left before it to hand over together, so the hand-over note counts.".to_owned(),
            _ => format!("Hand over together on {}.", listed(&together)),
        };
        format!(
            "{together} {contact} the contact for partners, and {is} back on {}.",
            day(self.cover.back(|date| self.works(date)))
        )
    }

    fn button(&self, label: impl Into<String>, action: &str) -> Button {
        Button::new(label, &at(self.partnership, action, self.cover.id))
    }
}

/// A request, as whoever asks sees it: who can, by id and name.
pub fn for_asker(scene: &Scene, volunteers: &[Volunteer], said: &str) -> Message {
    let cover = scene.cover;
    let mut text = String::new();
    if !said.is_empty() {
        let _ = writeln!(text, "{said}");
    }
    let away = scene.button("I'll be away then", "cover.away");
    let note = if cover.hand_over.is_some() { "Change the hand-over" } else { "Write the hand-over" };
    let note = scene.button(note, "cover.note");
    match (cover.state, cover.volunteer) {
        (State::Withdrawn, _) => {
            let _ = write!(text, "You need no cover for {} any more. Whoever had said yes knows.", scene.what());
            Message::text(text).buttons([scene.button("Ask again", "cover.again")])
        }
        (State::Agreed, Some(volunteer)) => {
            let found = volunteers.iter().find(|one| one.user == volunteer);
            let name = found.map_or_else(|| "Somebody".to_owned(), Volunteer::who);
            let _ = write!(text, "{name} covers you: {}. {}", scene.what(), scene.terms("You stay", "are"));
            if cover.hand_over.is_none() {
                text.push_str("\nA few lines to hand over help most, and spare you calls.");
            }
            let mut buttons = vec![note.style(Style::Primary), away];
            if !cover.shared {
                buttons.push(scene.button(format!("Tell {}", clipped(&scene.squad.name, 60)), "cover.share"));
            }
            buttons.push(scene.button("Call it off", "cover.withdraw"));
            Message::text(text).buttons(buttons)
        }
        _ => {
            let names: Vec<String> = volunteers.iter().map(Volunteer::who).collect();
            let _ = match names.len() {
                0 => write!(
                    text,
                    "You ask for cover: {}. Everybody who offers it is asked in private, and I tell you who can; nobody else is named. {}",
                    scene.what(),
                    scene.terms("You stay", "are")
                ),
                _ => write!(
                    text,
                    "{} can cover you: {}. {}",
                    listed(&names),
                    scene.what(),
                    scene.terms("You stay", "are")
                ),
            };
            let agree = |one: &Volunteer| {
                let row = format!("{},{}", cover.id, one.user);
                let label = format!("Agree with {}", clipped(&one.name, 60));
                Button::new(label, &at(scene.partnership, "cover.agree", row)).style(Style::Good)
            };
            let rows = volunteers.chunks(IN_A_ROW).take(ROWS);
            let message = rows.fold(Message::text(text), |message, row| message.buttons(row.iter().map(agree)));
            message.buttons([note, away, scene.button("I don't need it any more", "cover.withdraw")])
        }
    }
}

/// A request, as somebody sees it who was asked, or who covers.
pub fn for_asked(scene: &Scene, user: UserId, answer: Said, week_is_long: bool, said: &str) -> Message {
    let (cover, who) = (scene.cover, scene.who());
    let mut text = String::new();
    if !said.is_empty() {
        let _ = writeln!(text, "{said}");
    }
    let back_out = scene.button("I can't after all", "cover.no");
    match (cover.state, cover.volunteer) {
        (State::Withdrawn, _) => {
            let _ = write!(text, "{who} needs no cover any more: {}. Thank you.", scene.what());
            Message::text(text)
        }
        (State::Agreed, Some(volunteer)) if volunteer == user => {
            let stays = format!("{} stays", scene.asker());
            let _ = write!(text, "You cover {who}: {}. {}", scene.what(), scene.terms(&stays, "is"));
            match &cover.hand_over {
                None => Message::text(text).buttons([back_out]),
                Some(hand_over) => Message::text(text).card(card(&scene.asker(), hand_over)).buttons([back_out]),
            }
        }
        (State::Agreed, _) => {
            let _ = write!(text, "{who} has found cover: {}. Thank you for looking.", scene.what());
            Message::text(text)
        }
        (State::Open, _) => {
            let stays = format!("{} stays", scene.asker());
            let _ = write!(
                text,
                "{who} asks for cover: {} ({}). {}",
                scene.what(),
                escaped(scene.server),
                scene.terms(&stays, "is")
            );
            let (more, buttons) = match answer {
                Said::Asked => (
                    "You offered this, so I ask. Nobody learns that you were asked, or that you said no.",
                    vec![
                        scene.button("I can", "cover.yes").style(Style::Good),
                        scene.button("Not this time", "cover.no"),
                    ],
                ),
                Said::Yes => ("You said that you can. I'll tell you what becomes of it.", vec![back_out]),
                Said::No => {
                    ("You left this one, and nobody learns of it.", vec![scene.button("I can after all", "cover.yes")])
                }
            };
            if week_is_long && answer != Said::Yes {
                text.push_str("\n**Your own week is long: you may want to leave this one.** You alone see this line.");
            }
            let _ = write!(text, "\n-# {more}");
            Message::text(text).buttons(buttons)
        }
    }
}

fn card(asker: &str, hand_over: &HandOver) -> Card {
    let HandOver { only_i, open, call } = hand_over;
    let parts = [
        (format!("What only {asker} knows"), only_i),
        ("Open with partners".to_owned(), open),
        ("Whom to call".to_owned(), call),
    ];
    let fields = parts.into_iter().filter(|(_, text)| !text.is_empty());
    Card {
        title: format!("{asker}'s hand-over"),
        fields: fields.map(|(name, text)| (name, escaped(text))).collect(),
        ..Card::default()
    }
}

/// Said first to the asker where nobody offers what they ask for.
pub fn nobody_offers(skill: &Skill, offered: &[String]) -> String {
    let mut text = format!("Nobody has offered **{}** yet; whoever does is asked then.", escaped(&skill.name));
    if !offered.is_empty() {
        let names: Vec<String> = offered.iter().map(|name| escaped(name)).collect();
        let _ = write!(text, " Offered so far: {}.", listed(&names));
    }
    text
}

/// To the asker: nobody has said yes in a day. `needed` is what their steward would get.
pub fn nobody_yet(scene: &Scene, needed: Option<&str>) -> Message {
    let mut text = format!("Nobody has said yes so far: {}. I go on asking whoever offers it.", scene.what());
    let mut buttons = Vec::new();
    if let Some(needed) = needed {
        let _ = write!(text, "\nYour steward can look further. They would get this, and nothing else:\n> {needed}");
        buttons.push(scene.button("Send it to my steward", "cover.send").style(Style::Primary));
    }
    buttons.push(scene.button("I don't need it any more", "cover.withdraw"));
    Message::text(text).buttons(buttons)
}

/// In the next gathered message, where that is too much for one day.
pub fn nobody_yet_notice(scene: &Scene) -> String {
    format!("Nobody has said yes so far to your cover: {}. `/cover list` has what you can do.", scene.what())
}

/// In the next gathered message, where a question is too much for one day.
pub fn asked_notice(scene: &Scene) -> String {
    format!(
        "{} asks for cover: {}. `/cover list` has the buttons; nobody learns that you were asked.",
        scene.who(),
        scene.what()
    )
}

/// What a steward gets: who, where, when and what, never why.
pub fn needed((user, name): (UserId, &str), squad: Option<&str>, dates: &str, skill: Option<&str>) -> String {
    let squad = squad.map_or(String::new(), |squad| format!(" in {}", escaped(squad)));
    let skill = skill.map_or(String::new(), |skill| format!("; {}", escaped(skill)));
    format!("**Cover needed** for {}{squad}: {dates}{skill}.", who(name, user))
}

/// What a steward would get of a request.
pub fn needed_for(scene: &Scene) -> String {
    needed(
        (scene.cover.person, scene.asker.unwrap_or_default()),
        Some(&scene.squad.name),
        &scene.dates(),
        Some(&scene.cover.skill.name),
    )
}

/// To a steward.
pub fn to_steward(partnership: PartnershipId, organisation: OrganisationId, person: UserId, text: &str) -> Message {
    let row = format!("{organisation},{person}");
    Message::text(format!("{text}\n-# They have read this text before you. Ask how you can help, and not why."))
        .buttons([Button::new("I'll see to it", &at(partnership, "cover.seen_to", row)).style(Style::Primary)])
}

/// To the steward who sees to it.
pub fn thanked(name: &str) -> Message {
    Message::text(format!("{} knows that you are seeing to it. Thank you.", escaped(name)))
}

/// To the person: their steward is at it.
pub fn seen_to((user, name): (UserId, &str), organisation: &str) -> Message {
    Message::text(format!("{}, steward of {}, is seeing to your cover.", who(name, user), escaped(organisation)))
}

/// To the squad, where the asker wants it told.
pub fn shared(scene: &Scene, volunteer: (UserId, &str)) -> Message {
    Message::text(format!(
        "{} covers for {}: {}. For partners {} stays the contact, and is back on {}.",
        who(volunteer.1, volunteer.0),
        scene.who(),
        scene.what(),
        scene.asker(),
        day(scene.cover.back(|date| scene.works(date)))
    ))
}

/// To the squad: what it was told holds no more.
pub fn shared_off(scene: &Scene) -> Message {
    Message::text(format!("The cover for {} is off: {}.", scene.who(), scene.what()))
}

/// The form for a request.
pub fn ask_form(partnership: PartnershipId, squad: &str, texts: [&str; 2]) -> Form {
    let [skill, dates] = texts;
    Form {
        title: "Ask for cover (no reason needed)".to_owned(),
        does: at(partnership, "cover.sent", "").to_string(),
        fields: vec![
            Field::short("skill", "What should somebody take over?").hint("backend").value(skill),
            Field::short("dates", "From when to when?").hint("Thursday to Friday").value(dates),
            Field::short("squad", "In which squad?").value(squad),
        ],
    }
}

/// What can't be used comes back with the form.
pub fn ask_again(partnership: PartnershipId, why: &str) -> Message {
    Message::text(format!("{why} Nobody was asked.")).buttons([Button::again(at(partnership, "cover.ask", ""))])
}

/// The form for the hand-over.
pub fn note_form(partnership: PartnershipId, cover: &Cover) -> Form {
    let HandOver { only_i, open, call } = cover.hand_over.clone().unwrap_or_default();
    Form {
        title: "Seen by: whoever covers you".to_owned(),
        does: at(partnership, "cover.note_sent", cover.id).to_string(),
        fields: vec![
            Field::long("only_i", "What only you know")
                .hint("Where it is kept, what breaks, what to leave alone")
                .value(only_i),
            Field::long("open", "Open threads with partners")
                .hint("Who waits for what, and what was promised")
                .value(open),
            Field::long("call", "Whom to call").hint("Somebody for each thing, and when").value(call),
        ],
    }
}
