//! What happened, as readers of the channels see it.

use std::fmt::Write;

use chrono_tz::Tz;
use simulator::{Actor, Seen};

use crate::partnership::text::counted;

use super::Options;
use super::cast::{Cast, Squad};
use super::stage::Stage;

/// How wide a line gets before it is wrapped.
const WIDTH: usize = 96;

struct Printer {
    text: String,
    colour: bool,
}

impl Printer {
    fn line(&mut self, indent: usize, style: &str, text: &str) {
        // A line that comes with a bar was wrapped already.
        let width = if text.starts_with('▌') { usize::MAX } else { WIDTH.saturating_sub(indent) };
        for line in text.lines().flat_map(|line| wrapped(line, width)) {
            let (on, off) = if self.colour && !style.is_empty() {
                (format!("\x1b[{style}m"), "\x1b[0m")
            } else {
                (String::new(), "")
            };
            let _ = writeln!(self.text, "{:indent$}{on}{}{off}", "", plain(&line));
        }
    }

    /// Lines with a bar before them, as a card has.
    fn barred(&mut self, indent: usize, style: &str, text: &str) {
        for line in text.lines().flat_map(|line| wrapped(line, WIDTH.saturating_sub(indent + 2))) {
            self.line(indent, style, &format!("▌ {line}"));
        }
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
    for person in in_private(cast, options) {
        if let Some(actor) = stage.sim.person_named(person) {
            out.text.push('\n');
            out.line(0, "1;35", &format!("What {person} saw in private"));
            let zone = cast.people.iter().find(|one| one.name == person).map_or(Tz::UTC, |one| one.zone);
            let most = if options.squad.is_some() { usize::MAX } else { 6 };
            for seen in actor.inbox().messages.iter().take(most) {
                out.message(2, seen, zone);
            }
        }
    }
    closing(&mut out, stage, options);
    out.text
}

fn channel(out: &mut Printer, cast: &Cast, reader: &Actor, squad: &Squad, full: bool) {
    let Ok(view) = reader.sees_in(&squad.channel) else { return };
    let first_day = cast.start + chrono::TimeDelta::hours(30);
    for seen in &view.messages {
        if seen.private {
            continue;
        }
        out.message(2, seen, squad.zone);
        let Some(thread) = seen.thread else { continue };
        let Ok(posts) = reader.sees_in(&thread.to_string()) else { continue };
        if full || seen.sent < first_day {
            for post in &posts.messages {
                out.message(6, post, squad.zone);
            }
        }
    }
}

/// Whose private messages are shown: somebody of the squad, somebody else's only their own.
fn in_private<'a>(cast: &'a Cast, options: &Options) -> Vec<&'a str> {
    let squad = options.squad.as_deref().unwrap_or("Results");
    let person = cast.people.iter().find(|person| person.squads.iter().any(|name| name.eq_ignore_ascii_case(squad)));
    person.map(|person| person.name.as_str()).into_iter().collect()
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

/// Markdown as a terminal shows it: no escapes, no asterisks.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => shown.extend(chars.next()),
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
            }
            '\u{200B}' => {}
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
