//! What the visit shows, and what it waits for.

/// A step, of one part or more: where two people are needed, each has one.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) parts: &'static [Part],
}

/// Something that one person does in one place.
pub(super) struct Part {
    /// Who the visitor is.
    pub(super) who: &'static str,
    pub(super) spot: Spot,
    /// What has to be there first.
    pub(super) scene: Scene,
    /// What it is about.
    pub(super) text: &'static str,
    /// What to do.
    pub(super) hint: &'static str,
    pub(super) goal: Goal,
}

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A channel, by name.
    Channel(&'static str),
    /// The conversation with the bot.
    Direct,
    /// The person's latest thread below a channel.
    ThreadBelow(&'static str),
}

/// What has to be there before a part begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// Nothing.
    Any,
    /// So many minutes, after which an older message of the bot's shows what is new.
    Later(i64),
    /// A button of the bot's, with one of these actions, on a message of the last so many hours where the part happens;
    /// time passes until it is.
    Button(&'static [&'static str], i64),
    /// A conversation, in which others have added their views.
    Conversation,
    /// Its views, shown to everybody; time passes until they are.
    Reveal,
}

/// What the visit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// A command was sent.
    Command(&'static str),
    /// A component was used, or a form sent, with one of these actions.
    Control(&'static [&'static str]),
    /// The same, or the part's person has written back in its place.
    Answer(&'static [&'static str]),
    /// The part's person has read its place.
    Read,
}

/// Where the check-in, the blocker and the conversation happen: a squad that works on.
pub(super) const CHANNEL: &str = "logistics";
/// Who begins the conversation, and who adds a view to it before the visitor does.
pub(super) const STARTS: &str = "Zofia Nowak";
pub(super) const OTHERS: [(&str, &str); 2] = [
    ("Jakub Wiśniewski", "Leave them at the door and take a picture. I ring, and nobody comes down in the rain."),
    ("Aisha Bello", "Not on the step: three kits were gone by noon. A neighbour signs, or they go back."),
];

pub(super) const STEPS: [Step; 7] = [
    Step {
        title: "Answer a check-in",
        parts: &[Part {
            who: "Marek Zieliński",
            spot: Spot::Direct,
            scene: Scene::Button(&["checkin.open"], 12),
            text: "You are Marek Zieliński. You drive for Parcelwing and lead Logistics, one of four squads of four organisations that didn't know each other three weeks ago.\n\nEvery working morning, in your own time zone, Elevenses asks what is done, what is next, and what is in the way. It takes a minute, and nobody has to meet for it.",
            hint: "Press Check in, write a few words, and send them. Or just write back, as one would to a colleague.",
            goal: Goal::Answer(&["checkin.sent", "checkin.nothing", "checkin.words"]),
        }],
    },
    Step {
        title: "See the squad's day",
        parts: &[Part {
            who: "Marek Zieliński",
            spot: Spot::Channel(CHANNEL),
            scene: Scene::Later(6),
            text: "This is what your squad sees: one message a day, which grows as people answer in their own hours. What each of them wrote stands in its thread.",
            hint: "Find today's message at the bottom, and open its thread if you like.",
            goal: Goal::Read,
        }],
    },
    Step {
        title: "Get something out of the way",
        parts: &[
            Part {
                who: "Marek Zieliński",
                spot: Spot::Channel(CHANNEL),
                scene: Scene::Any,
                text: "Half of what stops people is that nobody knows who waits on whom. A blocker names the organisation that it waits on, and counts in working days of both sides.",
                hint: "Type /blocker raise, choose a kind and the National Testing Agency, and say what is in the way.",
                goal: Goal::Control(&["blocker.raised"]),
            },
            Part {
                who: "Ffion Ŵyn",
                spot: Spot::Direct,
                scene: Scene::Button(&["blocker.got"], 48),
                text: "Now you are on the other side: Ffion Ŵyn, whom others reach the agency by. You are asked in private, in your own hours, and reminded as your two organisations agreed.",
                hint: "Take me there, and answer: We've got this, Yes, if …, or Not ours.",
                goal: Goal::Control(&["blocker.got", "blocker.if_sent", "blocker.not_ours_sent", "blocker.more_sent"]),
            },
        ],
    },
    Step {
        title: "Think first, then talk",
        parts: &[
            Part {
                who: "Marek Zieliński",
                spot: Spot::ThreadBelow(CHANNEL),
                scene: Scene::Conversation,
                text: "A big conversation begins with everybody writing, before anybody sees what the others wrote. So the quiet ones are heard, and nobody follows the loudest.",
                hint: "Press Add your view, and say what you think.",
                goal: Goal::Control(&["conversation.added"]),
            },
            Part {
                who: "Marek Zieliński",
                spot: Spot::ThreadBelow(CHANNEL),
                scene: Scene::Reveal,
                text: "When everybody has had their say, all views are shown at once, in no order. Then there are proposals, consent or objections, and always a decision that is kept.",
                hint: "Take me there: time passes until the views are shown. Then read them.",
                goal: Goal::Read,
            },
        ],
    },
    Step {
        title: "Be told about your pace",
        parts: &[Part {
            who: "Daniel Adeyemi",
            spot: Spot::Channel("results"),
            scene: Scene::Any,
            text: "You are Daniel Adeyemi. Your squad has been at it for five weeks, with hardly a day off. Elevenses tells you first, and you alone: your lead sees nothing of it, and nobody ranks anybody.",
            hint: "Type /pace: your own figures, and what you can do. Only you see the answer.",
            goal: Goal::Command("pace"),
        }],
    },
    Step {
        title: "Meet for coffee",
        parts: &[Part {
            who: "Isla Fraser",
            spot: Spot::ThreadBelow("coffee"),
            scene: Scene::Button(&["coffee.time", "coffee.met", "coffee.asked", "coffee.cant"], 24 * 14),
            text: "You are Isla Fraser, a pharmacist. Every week you have coffee with somebody from another organisation, and you won't meet the same person twice before you have met all.",
            hint: "Choose a time, say that you met, or that you can't this time.",
            goal: Goal::Control(&["coffee.time", "coffee.met", "coffee.not_met", "coffee.cant", "coffee.asked"]),
        }],
    },
    Step {
        title: "Read the week",
        parts: &[Part {
            who: "Gwen Price",
            spot: Spot::Channel("results"),
            scene: Scene::Any,
            text: "You are Gwen Price, who leads Results. Once a week you get one message: what became of what you were asked, what needs you now, what changed, and what went well. Nobody is named with how they check in.",
            hint: "Type /digest preview for the week as it stands. It comes by itself on the day that you choose.",
            goal: Goal::Command("digest preview"),
        }],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::cast::Cast;

    #[test]
    fn everybody_in_the_visit_is_in_the_cast_and_every_action_in_the_table() {
        let cast = Cast::shipped().unwrap();
        let is_in = |name: &str| cast.people.iter().any(|person| person.name == name);
        let table = crate::features::table();
        let known = |action: &str| {
            table.iter().any(|entry| match entry.on {
                crate::command::On::Component(name) | crate::command::On::Form(name) => name == action,
                _ => false,
            })
        };
        let named = |wanted: &str| {
            table.iter().any(|entry| matches!(entry.on, crate::command::On::Command { name, .. } if name == wanted))
        };
        assert!(is_in(STARTS) && OTHERS.iter().all(|(name, _)| is_in(name)));
        for part in STEPS.iter().flat_map(|step| step.parts) {
            assert!(is_in(part.who), "{}", part.who);
            match part.goal {
                Goal::Command(name) => assert!(named(name), "/{name}"),
                Goal::Control(actions) | Goal::Answer(actions) => {
                    assert!(actions.iter().all(|action| known(action)), "{actions:?}");
                }
                Goal::Read => {}
            }
            if let Scene::Button(actions, _) = part.scene {
                assert!(actions.iter().all(|action| known(action)), "{actions:?}");
            }
        }
    }
}
