//! What whoever looks after a conversation sees: what happens next, and what can be done.

use crate::features::conversation::model::{Outcome, Proposal, Stage};
use crate::features::conversation::policy::FEWEST;
use crate::features::conversation::scene::Scene;
use crate::partnership::text::{channel, clipped, escaped, moment};
use crate::partnership::{Button, ChannelId, Message, OrganisationId, Pick, Pointer, Row, Select, Style};

use super::{button, heading, names, standing, until};

/// The facilitator's panel. `naming`: the organisation whose deputy is being named.
pub fn facilitator(
    scene: &Scene,
    said: &str,
    proposals: &[Proposal],
    naming: Option<OrganisationId>,
    lost: bool,
) -> Message {
    let one = &scene.one;
    let mut parts = Vec::new();
    if !said.is_empty() {
        parts.push(said.to_owned());
    }
    parts.push(format!("**{}**, for whoever looks after it\n{}", heading(one), standing(scene)));
    if one.stage != Stage::Closed {
        let deputies = scene.voices.iter().filter_map(|voice| {
            let deputy = voice.deputy?;
            Some(format!("{}: {}", escaped(&scene.name_of(voice.organisation)), escaped(&scene.person(deputy))))
        });
        let deputies: Vec<String> = deputies.collect();
        if !deputies.is_empty() {
            parts.push(format!("Deputies: {}.", deputies.join(" · ")));
        }
        parts.push(can(scene));
    }
    if lost {
        parts.push("**Its channel is gone, or closed to me.** Nothing that was written is lost. Pick a channel below, and it goes on there.".to_owned());
    }
    let mut message = Message::text(parts.join("\n\n"));
    if let Some(id) = naming {
        return message
            .select(Select {
                does: Pointer::new("conversation.deputy_named", scene.partnership, format!("{},{id}", one.number))
                    .to_string(),
                hint: clipped(&format!("Who may speak for {}?", scene.name_of(id)), 100),
                from: Pick::Users,
                count: (1, 1),
            })
            .buttons([button("Back", "conversation.panel", scene)]);
    }
    message.rows = rows(scene, proposals, lost);
    message
}

/// What can be done at this stage, in words.
fn can(scene: &Scene) -> String {
    let one = &scene.one;
    match one.stage {
        Stage::Gathering if one.is_announced() => "You can change the time.".to_owned(),
        Stage::Gathering if scene.quiet().is_empty() && (!one.anonymous || scene.speakers.len() >= FEWEST) => {
            "**Every organisation has been heard.** You can announce the reveal: all views are shown 24 hours later.".to_owned()
        }
        Stage::Gathering => "Quiet organisations get one private word at half time and one a day before the end. Once all are heard you can announce an earlier reveal.".to_owned(),
        Stage::Revealed => "You can open the discussion now.".to_owned(),
        Stage::Discussing => "A proposal's author or you take it to consent.".to_owned(),
        Stage::Consent if scene.is_stuck() => "Plan a call; afterwards record what came of it.".to_owned(),
        Stage::Consent if scene.tally().carries() => {
            format!("You can record the decision now; by itself it is recorded {}.", until(one.ends_at))
        }
        Stage::Consent if scene.tally().missing.is_empty() => {
            "An objection is met by a new version, or taken back. You can give it more time.".to_owned()
        }
        Stage::Consent => "Name a deputy for an organisation that can't be reached, or give it more time.".to_owned(),
        Stage::Closed => String::new(),
    }
}

fn rows(scene: &Scene, proposals: &[Proposal], lost: bool) -> Vec<Row> {
    let one = &scene.one;
    let mut rows = Vec::new();
    let mut next: Vec<Button> = Vec::new();
    match one.stage {
        Stage::Closed => return rows,
        Stage::Gathering => {
            let enough = !one.anonymous || scene.speakers.len() >= FEWEST;
            if scene.quiet().is_empty() && enough && !one.is_announced() {
                next.push(button("Announce the reveal", "conversation.announce", scene).style(Style::Primary));
            }
            next.push(button("Change the time", "conversation.deadline", scene));
        }
        Stage::Revealed => {
            next.push(button("Open the discussion", "conversation.discuss", scene).style(Style::Primary));
        }
        Stage::Discussing => {}
        Stage::Consent => {
            if scene.is_stuck() {
                next.push(button("Plan a call", "conversation.call", scene).style(Style::Primary));
            } else if scene.tally().carries() {
                next.push(button("Record the decision", "conversation.decide", scene).style(Style::Good));
            } else if scene.tally().objections > 0 {
                next.push(button("Amend the proposal", "conversation.amend", scene).style(Style::Primary));
            }
            next.push(button("Change the time", "conversation.deadline", scene));
        }
    }
    if one.stage >= Stage::Revealed {
        next.push(button("Record another outcome", "conversation.outcome", scene));
        next.push(button("Close without a decision", "conversation.without", scene));
    }
    next.push(button("Stop", "conversation.stop", scene).style(Style::Danger));
    // A row has room for five.
    let again = button("Say it all again", "conversation.again", scene);
    match one.stage {
        Stage::Revealed | Stage::Discussing => next.push(again),
        Stage::Consent => rows.push(Row::Buttons(vec![again])),
        Stage::Gathering | Stage::Closed => {}
    }
    rows.insert(0, Row::Buttons(next));
    if one.stage == Stage::Discussing && !proposals.is_empty() {
        let options = proposals.iter().take(25).map(|proposal| {
            (proposal.number.to_string(), clipped(&format!("{}. {}", proposal.number, proposal.what), 100))
        });
        rows.push(Row::Select(Select {
            does: Pointer::new("conversation.to_consent", scene.partnership, one.number).to_string(),
            hint: "Take a proposal to consent".to_owned(),
            from: Pick::Options(options.collect()),
            count: (1, 1),
        }));
    }
    let all = scene.all_organisations();
    if !all.is_empty() {
        let most = u8::try_from(all.len().min(25)).unwrap_or(25);
        let options: Vec<(String, String)> =
            all.iter().take(25).map(|one| (one.id.to_string(), clipped(&one.name, 100))).collect();
        rows.push(Row::Select(Select {
            does: Pointer::new("conversation.voices", scene.partnership, one.number).to_string(),
            hint: "Whose voice is needed? Pick all of them".to_owned(),
            from: Pick::Options(options),
            count: (1, most),
        }));
        let options: Vec<(String, String)> = scene
            .voices
            .iter()
            .take(25)
            .map(|voice| (voice.organisation.to_string(), clipped(&scene.name_of(voice.organisation), 100)))
            .collect();
        if !options.is_empty() {
            rows.push(Row::Select(Select {
                does: Pointer::new("conversation.deputy", scene.partnership, one.number).to_string(),
                hint: "Name a deputy: for which organisation?".to_owned(),
                from: Pick::Options(options),
                count: (1, 1),
            }));
        }
    }
    if lost && rows.len() < 5 {
        rows.push(Row::Select(Select {
            does: Pointer::new("conversation.move", scene.partnership, one.number).to_string(),
            hint: "Where does it go on?".to_owned(),
            from: Pick::Channels,
            count: (1, 1),
        }));
    }
    rows
}

/// To its facilitator: the channel is gone.
pub fn lost(scene: &Scene, server: &str) -> Message {
    Message::text(format!(
        "**{}** ({}) has lost its channel: it was deleted, or is closed to me. Nothing that was written is lost, and it goes on wherever you say.",
        heading(&scene.one),
        escaped(server)
    ))
    .buttons([button("Say where it goes on", "conversation.facilitate", scene).style(Style::Primary)])
}

/// The first word in its new place.
pub fn moved(scene: &Scene, from: ChannelId) -> Message {
    let one = &scene.one;
    let since = match (&one.stage, &one.outcome) {
        (_, Some(Outcome::Decision(number))) => format!("It was decided: D-{number}."),
        (Stage::Gathering, _) => {
            format!("Views are gathered as before, by {}.", one.ends_at.map_or_else(String::new, moment))
        }
        (_, _) => {
            let asked: Vec<OrganisationId> = scene.voices.iter().map(|voice| voice.organisation).collect();
            format!("It goes on as it was, with {}.", names(scene, &asked))
        }
    };
    Message::text(format!("This conversation was in {} before. {since}", channel(from)))
}
