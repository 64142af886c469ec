//! What happened, as readers of the channels see it.

use std::fmt::Write;

use chrono_tz::Tz;
use simulator::{Actor, Seen};

use crate::partnership::text::counted;

use super::Options;
use super::cast::{Cast, Person, Scene, Squad, Step};
use super::stage::Stage;

/// How wide a line gets before it is wrapped.
const WIDTH: usize = 96;
/// Messages at the beginning and at the end of a channel that is shown at a glance.
const FIRST: usize = 1;
const LAST: usize = 2;
/// Most private messages of a person that are shown, the latest ones.
const MOST_PRIVATE: usize = 10;

struct Printer {
    text: String,
    colour: bool,
}

impl Printer {
    fn line(&mut self, indent: usize, style: &str, text: &str) {
        for line in lines(text, WIDTH.saturating_sub(indent)) {
            self.put(indent, style, &line);
        }
    }

    /// Lines with a bar before them, as a card has.
    fn barred(&mut self, indent: usize, style: &str, text: &str) {
        for line in lines(text, WIDTH.saturating_sub(indent + 2)) {
            self.put(indent, style, &format!("▌ {line}"));
        }
    }

    fn put(&mut self, indent: usize, style: &str, line: &str) {
        let (on, off) =
            if self.colour && !style.is_empty() { (format!("\x1b[{style}m"), "\x1b[0m") } else { (String::new(), "") };
        let _ = writeln!(self.text, "{:indent$}{on}{line}{off}", "");
    }

    fn message(&mut self, indent: usize, seen: &Seen, zone: Tz) {
        let when = seen.sent.with_timezone(&zone).format("%a %-d %b %H:%M");
        let edited = if seen.edited { " (edited)" } else { "" };
        self.line(indent, "2", &format!("{} · {when}{edited}", seen.author));
        self.line(indent + 2, "", &seen.content);
        for embed in &seen.embeds {
            let (title, rest) = embed.split_once('\n').unwrap_or((embed, ""));
            self.barred(indent + 2, "36", title);
            self.barred(indent + 2, "", rest);
        }
        for name in &seen.attachments {
            self.line(indent + 2, "2", &format!("[file {name}]"));
        }
        let labels: Vec<String> = seen.buttons.iter().map(|button| format!("[{}]", button.label)).collect();
        if !labels.is_empty() {
            self.line(indent + 2, "34", &labels.join(" "));
        }
    }
}

/// The transcript: the first day in full, then each squad's message of each day; or one squad in full.
pub(super) fn print(cast: &Cast, stage: &Stage, options: &Options) -> String {
    let mut out = Printer { text: String::new(), colour: options.colour };
    out.line(
        0,
        "1",
        &format!(
            "{} · {} squads of {} organisations, {} people in 3 time zones",
            cast.server,
            cast.squads.len(),
            cast.organisations.len(),
            cast.people.len()
        ),
    );
    out.line(0, "2", "Everything below was said on a simulated Discord, over its real protocol.");
    let Some(reader) = stage.sim.person_named(&cast.admin) else { return out.text };
    for squad in &cast.squads {
        let full = options.squad.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&squad.name));
        if full || options.squad.is_none() {
            out.text.push('\n');
            out.line(0, "1;35", &format!("#{} · {} · {}", squad.channel, squad.name, squad.schedule));
            channel(&mut out, cast, &reader, squad, full);
        }
    }
    for name in &cast.in_private {
        if let Some(person) = cast.people.iter().find(|one| one.name == *name) {
            let squad = options.squad.as_ref();
            if squad.is_none_or(|name| person.squads.iter().any(|one| one.eq_ignore_ascii_case(name))) {
                private(&mut out, cast, stage, person, squad.is_some());
            }
        }
    }
    if options.squad.is_none() {
        corner(&mut out, cast, stage);
        last_digest(&mut out, cast, stage);
    }
    closing(&mut out, stage, options);
    out.text
}

/// A squad's channel: all of it, or its first and its last days.
fn channel(out: &mut Printer, cast: &Cast, reader: &Actor, squad: &Squad, full: bool) {
    let Ok(view) = reader.sees_in(&squad.channel) else { return };
    let first_day = cast.start + chrono::TimeDelta::hours(30);
    let messages: Vec<&Seen> = view.messages.iter().filter(|seen| !seen.private && seen.sent >= cast.start).collect();
    let is_day = |seen: &&&Seen| seen.content.contains("check-ins of");
    let days = messages.iter().filter(is_day).count();
    let left_out = if full { 0 } else { days.saturating_sub(FIRST + LAST) };
    let mut day = 0;
    for seen in &messages {
        if is_day(&seen) {
            day += 1;
            if (FIRST + 1..=FIRST + left_out).contains(&day) {
                if day == FIRST + 1 {
                    out.line(2, "2", &format!("… {} …", counted(left_out, "more day", "more days")));
                }
                continue;
            }
        }
        out.message(2, seen, squad.zone);
        let Some(thread) = seen.thread else { continue };
        let Ok(posts) = reader.sees_in(&thread.to_string()) else { continue };
        if full || seen.sent < first_day {
            for post in posts.messages.iter().filter(|seen| !seen.private) {
                out.message(6, post, squad.zone);
            }
        }
    }
}

/// Somebody's private threads below the channel for them, in full.
fn corner(out: &mut Printer, cast: &Cast, stage: &Stage) {
    let name = &cast.corner.seen_by;
    let person = cast.people.iter().find(|person| person.name == *name);
    let (Some(person), Some(actor)) = (person, stage.sim.person_named(name)) else { return };
    out.text.push('\n');
    out.line(0, "1;35", &format!("What {name} saw in private threads below #{}", cast.corner.channel));
    for seen in stage.threads_below(&cast.corner.channel, &actor) {
        out.message(2, &seen, person.zone);
    }
}

/// The digest that somebody got last.
fn digest_of(actor: &Actor) -> Option<Seen> {
    actor.inbox().messages.into_iter().rfind(|seen| seen.content.contains("· week of ") && !seen.attachments.is_empty())
}

/// The week as a lead reads it. Its picture is kept in a file, since a terminal shows none.
fn last_digest(out: &mut Printer, cast: &Cast, stage: &Stage) {
    let name = &cast.last_digest;
    let person = cast.people.iter().find(|person| person.name == *name);
    let (Some(person), Some(actor)) = (person, stage.sim.person_named(name)) else { return };
    let Some(seen) = digest_of(&actor) else { return };
    out.text.push('\n');
    out.line(0, "1;35", &format!("The week, as {name} reads it"));
    out.message(2, &seen, person.zone);
    let picture = stage.sim.read(|world| {
        let message = world.message(seen.channel, seen.id)?;
        world.files.get(&message.attachments.first()?.id).cloned()
    });
    let path = std::env::temp_dir().join("elevenses-demo-week.png");
    if picture.is_some_and(|bytes| std::fs::write(&path, bytes).is_ok()) {
        let _ = writeln!(out.text, "  Its picture: {}", path.display());
    }
}

/// What somebody did and was told beside their check-ins, in private: all of it, or the latest.
fn private(out: &mut Printer, cast: &Cast, stage: &Stage, person: &Person, full: bool) {
    let Some(actor) = stage.sim.person_named(&person.name) else { return };
    out.text.push('\n');
    out.line(
        0,
        "1;35",
        &format!("What {} saw in private ({}), check-ins aside", person.name, person.squads.join(", ")),
    );
    let about_checkins = |seen: &Seen| {
        let mut ids = seen.buttons.iter().filter_map(|button| button.custom_id.as_deref());
        ids.any(|id| id.contains(":checkin.") || id.contains(":member."))
    };
    let mut messages: Vec<Seen> = actor.inbox().messages;
    let private = |seen: &Seen| !about_checkins(seen) || seen.content.contains("days in a row.**");
    messages.retain(|seen| seen.sent >= cast.start && seen.author != person.name && private(seen));
    messages.retain(|seen| !seen.content.starts_with("Saved: "));
    // It has a place of its own.
    let last = digest_of(&actor).filter(|_| !full && person.name == cast.last_digest);
    messages.retain(|seen| last.as_ref().is_none_or(|last| last.id != seen.id));
    let mut scenes =
        cast.scenes.iter().filter(|scene| scene.person == person.name && scene.at < stage.now()).peekable();
    let left_out = if full { 0 } else { messages.len().saturating_sub(MOST_PRIVATE) };
    if left_out > 0 {
        out.line(2, "2", &format!("… {} before …", counted(left_out, "message", "messages")));
    }
    for seen in messages.iter().skip(left_out) {
        while let Some(scene) = scenes.next_if(|scene| scene.at <= seen.sent) {
            does(out, scene, person);
        }
        out.message(2, seen, person.zone);
    }
    scenes.for_each(|scene| does(out, scene, person));
}

fn does(out: &mut Printer, scene: &Scene, person: &Person) {
    let when = scene.at.with_timezone(&person.zone).format("%a %-d %b %H:%M");
    let steps = scene.does.iter().map(|step| match step {
        Step::Run(line) => line.clone(),
        Step::Click(label) => format!("[{label}]"),
        Step::Pick(_, option) => format!("picks {option}"),
        Step::Fill(_, text) => format!("writes “{text}”"),
    });
    out.line(2, "33", &format!("» {} · {when} · {}", person.name, steps.collect::<Vec<_>>().join(", ")));
}

fn closing(out: &mut Printer, stage: &Stage, options: &Options) {
    out.text.push('\n');
    let ledger = stage.sim.ledger();
    out.line(
        0,
        "2",
        &format!(
            "{}, seed {}, {} requests and acts on the ledger.",
            counted(options.days as usize, "day", "days"),
            options.seed,
            ledger.len()
        ),
    );
    out.line(0, "1", "What to try next");
    let me = options.called;
    let _ = writeln!(out.text, "  {me} demo --squad Results      one squad in full, threads and private messages too");
    let _ = writeln!(out.text, "  {me} demo --seed 7 --days 3    other people's luck, and a shorter run");
    let _ = writeln!(out.text, "  {me} schedule next \"every 2 weeks on Tuesday 14:00\" --zone Europe/London");
    out.line(0, "1", "How to run it for real");
    let link = crate::discord::invite("YOUR_APPLICATION_ID");
    out.text.push_str("  1. Make an application with a bot, without privileged intents, at\n     https://discord.com/developers/applications\n");
    let _ = writeln!(out.text, "  2. Invite it to your server with\n     {link}");
    let _ = writeln!(out.text, "  3. Start it with DISCORD_TOKEN=… {me} run, and run /setup in the server.");
}

/// What the simulated Discord accepted, in order, a JSON object a line.
pub(super) fn ledger(stage: &Stage) -> anyhow::Result<String> {
    let mut text = String::new();
    for entry in stage.sim.ledger() {
        text.push_str(&serde_json::to_string(&entry)?);
        text.push('\n');
    }
    Ok(text)
}

/// The lines of a text as a terminal shows them. Small print stands without its mark.
fn lines(text: &str, width: usize) -> impl Iterator<Item = String> {
    let lines = text.lines().map(|line| plain(line.strip_prefix("-# ").unwrap_or(line)));
    lines.flat_map(move |line| wrapped(&line, width))
}

/// Markdown as a terminal shows it: no escapes, no asterisks, and of a link to a message just the arrow.
fn plain(text: &str) -> String {
    const LINK: &str = "[↗](";
    if let Some((before, rest)) = text.split_once(LINK)
        && let Some((_, after)) = rest.split_once(')')
    {
        return format!("{}↗{}", plain(before), plain(after));
    }
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => shown.extend(chars.next()),
            '*' | '\u{200B}' => {}
            _ => shown.push(c),
        }
    }
    shown
}

fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let fits =
            lines.last().is_none_or(|last| last.is_empty() || last.chars().count() + word.chars().count() < width);
        if !fits {
            lines.push(String::from("  "));
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() && !last.ends_with(' ') {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}
