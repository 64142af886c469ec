//! A rota as its lead, its squad and each in it read it.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, day, escaped, listed};
use crate::partnership::{Button, Message, PartnershipId, Pick, Pointer, Select, Style, UserId};

use super::model::{Part, Rota, State, Whole};
use super::policy;

/// To the lead: this is what it would be like. Nobody was asked.
pub fn draft(partnership: PartnershipId, whole: &Whole, open: bool) -> Message {
    let (squad, rota) = (&whole.facts.squad, &whole.rota);
    let mut text = format!("**A rest rota for {}: {}.** Nobody but you sees it yet.", escaped(&squad.name), span(rota));
    if rota.first.weekday() != chrono::Weekday::Mon {
        text.push_str(
            " It begins before Monday, since somebody would have worked more than six days in a row until then.",
        );
    }
    text.push_str(&days_off(whole, false));
    text.push_str(&wishes(whole));
    text.push_str(&missing(whole));
    if open {
        text.push_str("\nAsking replaces the rota that I asked about before; nobody has agreed to that one.");
    }
    let does = if whole.facts.people.iter().all(|one| one.does.is_empty()) {
        "Nobody has said what they do here, so I can't look after skills; `/squad who` has the button."
    } else {
        "Skills are what people say they do in `/squad who`."
    };
    let _ = write!(text, "\n-# Made from check-ins, days away, holidays and wishes, as the squad sees them. {does}");
    text.push_str(unproven(rota));
    Message::text(text).buttons([button("Ask the squad", "rota.ask", partnership, rota).style(Style::Primary)])
}

/// To the lead: there are no days off to share out.
pub fn nothing_to_plan(squad: &Squad, rota: &Rota) -> Message {
    Message::text(format!(
        "For {} there is nothing to plan: {} works {}, and everybody has two days off a week without a rota. `/away add` notes other days off.",
        span(rota),
        escaped(&squad.name),
        squad.working_days.describe()
    ))
}

/// To the lead: another one stands, and people have agreed to it.
pub fn stands(partnership: PartnershipId, whole: &Whole) -> Message {
    let agreed: Vec<String> = whole.named().filter(|(_, part)| part.agreed).map(|(name, _)| escaped(name)).collect();
    Message::text(format!(
        "A rota for {} stands already: {}. {} agreed to it, so I don't plan over it. If you take it back, their days off stay noted and a new one is planned around them.",
        escaped(&whole.facts.squad.name),
        span(&whole.rota),
        have(&agreed)
    ))
    .buttons([button("Take it back", "rota.withdraw", partnership, &whole.rota)])
}

/// To the lead: the squad is asked.
pub fn asked(partnership: PartnershipId, whole: &Whole) -> Message {
    Message::text(format!(
        "Asked in {}: {}. Each agrees or asks for other days; whoever agrees is away then, and I ask them nothing. Nobody is reminded.",
        channel(whole.facts.squad.channel),
        span(&whole.rota)
    ))
    .buttons([button("Take it back", "rota.withdraw", partnership, &whole.rota)])
}

/// To the lead: it is taken back.
pub fn taken_back(partnership: PartnershipId, whole: &Whole) -> Message {
    let message = withdrawn(whole);
    message.buttons([button("Ask again", "rota.ask", partnership, &whole.rota)])
}

/// To the squad: it was taken back.
pub fn withdrawn(whole: &Whole) -> Message {
    Message::text(format!(
        "The rest rota of {} for {} was taken back. Days off that were agreed stay noted; `/away list` changes one's own.",
        escaped(&whole.facts.squad.name),
        span(&whole.rota)
    ))
}

/// To the squad: who would be off when.
pub fn panel(partnership: PartnershipId, whole: &Whole) -> Message {
    let rota = &whole.rota;
    let mut text = format!(
        "**A rest rota for {}: {}.**\nDo these days off suit you? Whoever agrees is noted as away, and asked nothing then. Nobody has to, or has to say why.",
        escaped(&whole.facts.squad.name),
        span(rota)
    );
    text.push_str(&days_off(whole, true));
    text.push_str(&missing(whole));
    Message::text(text).buttons([
        button("I agree", "rota.agree", partnership, rota).style(Style::Primary),
        button("Other days", "rota.other", partnership, rota),
        button("Calendar (.ics)", "rota.calendar", partnership, rota),
    ])
}

/// To one: it is noted. `off` are the days that are still to come.
pub fn agreed(partnership: PartnershipId, whole: &Whole, off: &[NaiveDate]) -> Message {
    let text = if off.is_empty() {
        "Noted that you agree. The rota adds no days off to those that you have.".to_owned()
    } else {
        format!(
            "You're away {}. I won't ask you anything on those days. Your squads see the dates, and never a reason.",
            dates(off)
        )
    };
    Message::text(text).buttons([
        button("Undo", "rota.undo", partnership, &whole.rota),
        button("Calendar (.ics)", "rota.calendar", partnership, &whole.rota),
    ])
}

/// To one: the days that the button stood for are no longer those of the rota.
pub fn moved(partnership: PartnershipId, whole: &Whole, part: &Part) -> Message {
    let text = format!(
        "The rota has changed since that message was shown, so nothing was noted. Your days off would now be {}.",
        or_none(whole, part.user)
    );
    Message::text(text).buttons(answers(partnership, whole))
}

/// To one: the agreement is taken back, and with it these days.
pub fn undone(partnership: PartnershipId, whole: &Whole, off: &[NaiveDate]) -> Message {
    let what =
        if off.is_empty() { String::new() } else { format!(" You aren't noted as away {} any more.", dates(off)) };
    // A rota that was taken back, or is over, has nothing to answer.
    if whole.rota.state != State::Asked || whole.rota.last() < whole.facts.today {
        return Message::text(format!("Taken back.{what}"));
    }
    Message::text(format!("Taken back.{what} The rota stays open to you.")).buttons(answers(partnership, whole))
}

/// To one: which days?
pub fn other(partnership: PartnershipId, whole: &Whole, part: &Part, askable: &[NaiveDate]) -> Message {
    let mut text = format!(
        "Which days would you like off? Your lead sees what you ask for, the squad sees what comes of it. I plan anew around everybody who has agreed. Now you'd be off {}.",
        or_none(whole, part.user)
    );
    if !part.wishes.is_empty() {
        let wishes: Vec<NaiveDate> = part.wishes.iter().copied().collect();
        let _ = write!(text, " You had asked for {}; a new choice replaces that.", dates(&wishes));
    }
    if part.agreed {
        text.push_str(" Your agreement is taken back when you choose.");
    }
    let most = u8::try_from(askable.len()).unwrap_or(14).clamp(1, 14);
    Message::text(text).select(Select {
        does: pointer("rota.wish", partnership, &whole.rota).to_string(),
        hint: "Days you'd like off".to_owned(),
        from: Pick::Options(askable.iter().map(|date| (date.to_string(), day(*date))).collect()),
        count: (1, most),
    })
}

/// To one: what fits of what they asked for.
pub fn wished(partnership: PartnershipId, whole: &Whole, user: UserId, had_agreed: bool) -> Message {
    let plan = whole.judged.people.iter().find(|plan| plan.id == user.0);
    let (kept, moved) = plan.map_or((&[][..], &[][..]), |plan| (&plan.kept, &plan.moved));
    let mut text = match (kept, moved) {
        (_, []) => format!("That fits: you'd be off {}.", or_none(whole, user)),
        ([], _) => format!("I can't fit {}. You'd be off {}.", dates(moved), or_none(whole, user)),
        _ => format!("{} fits; {} doesn't. You'd be off {}.", dates(kept), dates(moved), or_none(whole, user)),
    };
    if !moved.is_empty() {
        text.push_str(
            " A rota gives two days off a week, two of them in a row at least once, and keeps what others have agreed to and the squad's skills. `/away add` notes leave beyond that.",
        );
    }
    text.push_str(unproven(&whole.rota));
    text.push_str(if had_agreed {
        " Your earlier days off are no longer noted; nothing is until you agree."
    } else {
        " Nothing is noted until you agree."
    });
    Message::text(text).buttons(answers(partnership, whole))
}

/// To one: files for calendars.
pub fn calendar(whole: &Whole, own: bool) -> Message {
    let files = if own {
        "`my-days-off.ics` has your days off, `squad-days-off.ics` everybody's."
    } else {
        "`squad-days-off.ics` has everybody's days off."
    };
    Message::text(format!(
        "The rota for {}, as it stands now. {files} If the rota changes, open them anew: a calendar changes the days that it has.",
        span(&whole.rota)
    ))
}

/// What is said of a rota of which nobody knows whether it is the best one.
fn unproven(rota: &Rota) -> &'static str {
    if rota.proven { "" } else { " I stopped looking after five seconds: there may be a better rota." }
}

fn answers(partnership: PartnershipId, whole: &Whole) -> [Button; 2] {
    [
        button("I agree", "rota.agree", partnership, &whole.rota).style(Style::Primary),
        button("Other days", "rota.other", partnership, &whole.rota),
    ]
}

fn button(label: &str, action: &str, partnership: PartnershipId, rota: &Rota) -> Button {
    Button::new(label, &pointer(action, partnership, rota))
}

/// With the version that is shown: nobody agrees to days that they didn't see.
fn pointer(action: &str, partnership: PartnershipId, rota: &Rota) -> Pointer {
    let version = rota.version;
    Pointer { version, ..Pointer::new(action, partnership, policy::row(rota.squad, rota.id)) }
}

/// A line a person.
fn days_off(whole: &Whole, answers: bool) -> String {
    let mut lines = String::new();
    for (name, part) in whole.named() {
        let agreed = if answers && part.agreed { " · agreed" } else { "" };
        let _ = write!(lines, "\n- **{}**: {}{agreed}", escaped(name), or_none(whole, part.user));
    }
    if whole.facts.squad.working_days.iter().count() < 7 {
        let _ = write!(
            lines,
            "\nThe squad works {}; nobody works on the other days.",
            whole.facts.squad.working_days.describe()
        );
    }
    lines
}

fn or_none(whole: &Whole, user: UserId) -> String {
    let off = whole.days_off(user);
    if off.is_empty() { "no day on which the squad works".to_owned() } else { dates(&off) }
}

/// To the lead: which wishes don't come true.
fn wishes(whole: &Whole) -> String {
    let kept: usize = whole.judged.people.iter().map(|plan| plan.kept.len()).sum();
    let moved = whole.judged.people.iter().filter(|plan| !plan.moved.is_empty());
    let moved: Vec<String> =
        moved.map(|plan| format!("{} ({})", dates(&plan.moved), escaped(whole.name(UserId(plan.id))))).collect();
    match (kept, moved.is_empty()) {
        (0, true) => String::new(),
        (_, true) => "\nAll days that people asked for are off.".to_owned(),
        _ => format!("\nAsked for, and not possible: {}.", moved.join("; ")),
    }
}

/// What these days off leave uncovered.
fn missing(whole: &Whole) -> String {
    let mut text = String::new();
    let mut skills: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
    for one in &whole.judged.uncovered {
        skills.entry(&one.skill).or_default().push(one.date);
    }
    for (skill, on) in skills {
        let _ = write!(text, "\nNobody for {} on {}.", escaped(skill), dates(&on));
    }
    let short: Vec<NaiveDate> = whole.judged.short.iter().map(|short| short.date).collect();
    if !short.is_empty() {
        let _ = write!(text, "\nFewer than half of the squad are there on {}.", dates(&short));
    }
    text
}

/// `Monday 30 March to Sunday 12 April`.
fn span(rota: &Rota) -> String {
    format!("{} to {}", day(rota.first), day(rota.last()))
}

/// `Ann has`, `Ann and Ben have`.
fn have(names: &[String]) -> String {
    format!("{} {}", listed(names), if names.len() == 1 { "has" } else { "have" })
}

/// Dates as short as they can be said: `Tue 31 March, Wed 1 and Sat 4 April`.
fn dates(dates: &[NaiveDate]) -> String {
    let last_of_month =
        |place: usize, date: &NaiveDate| dates.get(place + 1).is_none_or(|next| next.month() != date.month());
    let words = dates
        .iter()
        .enumerate()
        .map(|(place, date)| date.format(if last_of_month(place, date) { "%a %-d %B" } else { "%a %-d" }).to_string());
    listed(&words.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_once_a_month() {
        let cases: [(&[&str], &str); 4] = [
            (&[], ""),
            (&["2026-03-31"], "Tue 31 March"),
            (&["2026-04-04", "2026-04-05"], "Sat 4 and Sun 5 April"),
            (&["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-04"], "Mon 30, Tue 31 March, Wed 1 and Sat 4 April"),
        ];
        for (given, said) in cases {
            let given: Vec<NaiveDate> = given.iter().map(|date| date.parse().expect("a date")).collect();
            assert_eq!(dates(&given), said);
        }
    }
}
