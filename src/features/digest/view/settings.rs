//! When somebody gets which digest, and how they change that.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Digest;
use crate::features::digest::model::{About, Reader};
use crate::partnership::text::{channel, escaped, mention, moment};
use crate::partnership::{Button, Field, Form, Message, NOBODY, PartnershipId, Pick, Pointer, Select, Style, UserId};

/// A digest that somebody may read, and how it comes.
#[derive(Clone, Debug)]
pub struct Own {
    /// What it is about.
    pub about: About,
    /// What that is called.
    pub name: String,
    /// How whoever looks gets it, or the channel where it is for all; `None`: they only read it when they want to.
    pub reader: Option<Reader>,
    /// By whose clock.
    pub zone: Tz,
    /// Who gets it instead of them: the squad's lead.
    pub goes_to: Option<UserId>,
}

fn to(partnership: PartnershipId, action: &str, about: About) -> Pointer {
    Pointer::new(action, partnership, about.key())
}

/// When it comes, in a line.
fn when(own: &Own, now: DateTime<Utc>) -> String {
    let Some(reader) = &own.reader else {
        return match own.goes_to {
            Some(lead) => format!("goes to {}, who leads it; you can read it whenever you like", mention(lead)),
            None if own.about == About::Partnership => "isn't posted anywhere yet".to_owned(),
            None => "you can read it whenever you like".to_owned(),
        };
    };
    let place = match reader.channel {
        Some(place) => format!("in {}", channel(place)),
        None if reader.person == NOBODY => return "isn't posted anywhere yet".to_owned(),
        None => "to you alone".to_owned(),
    };
    if reader.stopped {
        return "stopped; nothing is sent".to_owned();
    }
    let next = reader.schedule.next_after(now, own.zone).map(|next| format!("; next {}", moment(next.at)));
    format!("{place}, {}, by the clock of {}{}", reader.schedule.describe(), own.zone.name(), next.unwrap_or_default())
}

/// All that somebody may read.
pub fn list(partnership: PartnershipId, all: &[Own], now: DateTime<Utc>) -> Message {
    if let [only] = all {
        return one(partnership, only, "", false, now);
    }
    let lines: Vec<String> =
        all.iter().map(|own| format!("• **{}**: {}", escaped(&own.name), when(own, now))).collect();
    let options: Vec<(String, String)> = all.iter().take(25).map(|own| (own.about.key(), own.name.clone())).collect();
    Message::text(format!("**Weekly digests**\n{}", lines.join("\n"))).select(Select {
        does: Pointer::new("digest.picked", partnership, "").to_string(),
        hint: "Which one do you want to change?".to_owned(),
        from: Pick::Options(options),
        count: (1, 1),
    })
}

/// One of them, and the ways to change it. What has just happened stands first.
pub fn one(partnership: PartnershipId, own: &Own, news: &str, has_others: bool, now: DateTime<Utc>) -> Message {
    let news = if news.is_empty() { String::new() } else { format!("{news}\n") };
    let mut message = Message::text(format!("{news}**Weekly digest · {}**: {}.", escaped(&own.name), when(own, now)));
    let mut buttons = Vec::new();
    if let Some(reader) = &own.reader {
        buttons.push(Button::new("Another time…", &to(partnership, "digest.when", own.about)));
        buttons.push(if reader.stopped {
            Button::new("Send it again", &to(partnership, "digest.start", own.about)).style(Style::Primary)
        } else {
            Button::new("Stop it", &to(partnership, "digest.stop", own.about))
        });
        if reader.person == NOBODY {
            message = message.select(Select {
                does: to(partnership, "digest.place", own.about).to_string(),
                hint: "In which channel?".to_owned(),
                from: Pick::Channels,
                count: (1, 1),
            });
        }
    }
    buttons.push(Button::new("Read it now", &to(partnership, "digest.read", own.about)));
    if has_others {
        buttons.push(Button::new("All digests", &Pointer::new("digest.settings", partnership, "")));
    }
    message.buttons(buttons)
}

/// The form for another time.
pub fn when_form(partnership: PartnershipId, reader: &Reader, zone: Tz) -> Form {
    let whose = if reader.person == NOBODY { "The partnership's" } else { "Your" };
    let schedule = Field::short("schedule", "When? Plain words or cron")
        .hint("Monday 09:00, or every 2 weeks on Friday 16:00")
        .value(reader.schedule.to_string());
    Form {
        title: format!("{whose} clock: {}", zone.name()).chars().take(45).collect(),
        does: to(partnership, "digest.when_sent", reader.about).to_string(),
        fields: vec![Field { most: 200, ..schedule }],
    }
}

/// A digest that was sent, with what its reader can change about getting it.
pub fn with_choices(message: Message, partnership: PartnershipId, about: About) -> Message {
    message.buttons([
        Button::new("Another time…", &to(partnership, "digest.when", about)),
        Button::new("Stop these", &to(partnership, "digest.stop", about)),
    ])
}

/// Where somebody has heard enough for days: what their next gathered message says instead.
pub fn instead(digest: &Digest) -> String {
    format!("The weekly digest is there: **{}**. `/digest preview` shows it.", escaped(&digest.title))
}
