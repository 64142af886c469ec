//! Webhooks, as a squad's lead reads them, and accounts, as their person does.

use chrono::{DateTime, Utc};

use crate::config::Secret;
use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, escaped, moment};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pick, Pointer, Select, Style};

use super::model::{Kind, Source};
use super::signature;

/// Most sources of a squad.
pub(super) const MOST: usize = 5;

/// How long an old secret still counts.
pub(super) const OVERLAP_HOURS: i64 = 24;

fn about(action: &str, source: &Source) -> Pointer {
    Pointer::new(action, source.partnership, format!("{},{}", source.squad, source.id))
}

fn of_squad(action: &str, partnership: PartnershipId, squad: &Squad) -> Pointer {
    Pointer::new(action, partnership, squad.id)
}

/// How a source is called: what sends, and how its address begins.
fn named(source: &Source) -> String {
    format!("{} …{}", source.kind.name(), &source.id[source.id.len().saturating_sub(4)..])
}

/// A squad's sources, and when each was last heard of.
pub(super) fn list(
    partnership: PartnershipId,
    squad: &Squad,
    sources: &[(Source, Option<DateTime<Utc>>)],
    listens: bool,
    news: &str,
) -> Message {
    let mut lines = Vec::new();
    if !news.is_empty() {
        lines.push(format!("{news}\n"));
    }
    lines.push(format!(
        "**Webhooks of {}**: your CI tells me when something went out, and {} reads one quiet tally a day. \
         Releases and production deployments only; commits, pushes and merges are never looked at. Nobody is named.",
        escaped(&squad.name),
        channel(squad.channel)
    ));
    if !listens {
        lines.push(
            "Nothing can arrive yet: whoever runs this bot has to set `[web] listen` in its settings first.".to_owned(),
        );
    }
    for (source, last) in sources {
        let last = last.map_or_else(|| "nothing has arrived yet".to_owned(), |at| format!("last heard {}", moment(at)));
        lines.push(format!("• **{}**: {last}", named(source)));
    }
    let mut message = Message::text(lines.join("\n"));
    if sources.len() < MOST {
        message = message.select(Select {
            does: of_squad("webhook.add", partnership, squad).to_string(),
            hint: "Add a webhook from…".to_owned(),
            from: Pick::Options(Kind::ALL.map(|kind| (kind.word().to_owned(), kind.name().to_owned())).to_vec()),
            count: (1, 1),
        });
    }
    // Discord takes five rows, and the select and the ways on are two of them.
    for two in sources.chunks(2) {
        message = message.buttons(two.iter().flat_map(|(source, _)| {
            [
                Button::new(format!("Rotate {}", named(source)), &about("webhook.rotate", source)),
                Button::new(format!("Remove {}…", named(source)), &about("webhook.remove", source)),
            ]
        }));
    }
    message.buttons([
        Button::new("Link my account…", &of_squad("webhook.link", partnership, squad)),
        Button::new("Back to the settings", &of_squad("squad.settings", partnership, squad)),
    ])
}

/// A new secret, which is shown this once.
pub(super) fn secret(source: &Source, secret: &Secret, public_url: &str, rotated: bool) -> Message {
    let address = format!("{public_url}/hooks/{}", source.address());
    let known = if public_url.is_empty() { " (below the address at which this bot is reached)" } else { "" };
    let how = match source.kind {
        Kind::GitHub => "In the repository: Settings → Webhooks → Add webhook. Content type `application/json`. \
             Choose *Let me select individual events* and tick **Releases** and **Deployment statuses**, nothing else."
            .to_owned(),
        Kind::GitLab => format!(
            "In the project: Settings → Webhooks. Tick **Releases events** and **Deployment events**, nothing else. \
             The secret goes into *Secret token*. Where your GitLab offers a *Signing token*, that is better; then use this one: `{}`",
            signature::signing_token(secret)
        ),
        Kind::Other => "Send JSON with `repository`, `sha` and `name`, and if you like `at`, `by` and `url`. \
             Headers: `X-Elevenses-Delivery` (another one each time) and `X-Elevenses-Signature-256` \
             (`sha256=` and the HMAC of the body in hexadecimal digits)."
            .to_owned(),
    };
    let opening = if rotated {
        format!("A new secret for **{}**. The old one still counts for {OVERLAP_HOURS} hours.", named(source))
    } else {
        format!("**{}** is set up.", named(source))
    };
    Message::text(format!(
        "{opening} The secret is shown this once, to you alone; if it gets lost, rotate it.\n\
         • Address{known}: `{address}`\n• Secret: `{}`\n{how}",
        secret.reveal()
    ))
}

/// Asks before a source is removed.
pub(super) fn remove(partnership: PartnershipId, squad: &Squad, source: &Source) -> Message {
    Message::text(format!(
        "Remove **{}**? Its address is gone at once, and nothing more arrives from there. What was recorded stays.",
        named(source)
    ))
    .buttons([
        Button::new("Yes, remove it", &about("webhook.removed", source)).style(Style::Danger),
        Button::new("Keep it", &of_squad("webhook.show", partnership, squad)),
    ])
}

/// News for the list: a source is gone.
pub(super) fn removed(source: &Source) -> String {
    format!("**{}** is removed.", named(source))
}

/// The form for one's own accounts.
pub(super) fn link_form(partnership: PartnershipId, squad: &Squad, accounts: &[(Kind, String)]) -> Form {
    let field = |kind: Kind, label: &str| {
        let name = accounts.iter().find(|one| one.0 == kind).map(|one| one.1.clone()).unwrap_or_default();
        Field { most: 100, ..Field::short(kind.word(), label) }.value(name).optional()
    };
    Form {
        title: "Seen by: you alone".to_owned(),
        does: of_squad("webhook.linked", partnership, squad).to_string(),
        fields: vec![
            field(Kind::GitHub, "Your user name on GitHub"),
            field(Kind::GitLab, "Your user name on GitLab"),
            field(Kind::Other, "Your name in other CI"),
        ],
    }
}

/// To whoever linked an account: what it does.
pub(super) fn linked(partnership: PartnershipId, squad: &Squad, accounts: &[(Kind, String)]) -> Message {
    if accounts.is_empty() {
        return unlinked();
    }
    let names: Vec<String> =
        accounts.iter().map(|(kind, name)| format!("{} ({})", escaped(name), kind.name())).collect();
    Message::text(format!(
        "Linked: {}. From now on, releases from CI that carry this name count as your deliveries for your pace; only you see that.",
        names.join(", ")
    ))
    .buttons([
        Button::new("Change…", &of_squad("webhook.link", partnership, squad)),
        Button::new("Unlink", &Pointer::new("webhook.unlink", partnership, "")),
    ])
}

/// To whoever entered an account that is somebody else's.
pub(super) fn taken(partnership: PartnershipId, squad: &Squad, kind: Kind, name: &str) -> Message {
    Message::text(format!(
        "Somebody here has linked {} ({}) already. If it is yours, please tell an admin. \
         Nothing was changed; press **Try again** to change what you wrote.",
        escaped(name),
        kind.name()
    ))
    .buttons([Button::again(of_squad("webhook.link", partnership, squad))])
}

/// To whoever has no linked account (any more).
pub(super) fn unlinked() -> Message {
    Message::text("No account is linked. Releases from CI count for nobody's pace; they still count for the squad.")
}
