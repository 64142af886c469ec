//! Faults as people type them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Fault, FaultKind, Headers, Loss, Often, Place, Scope};
use crate::http::{is_named_in_route, is_part_of_route};

/// How a fault is written, for people.
pub const GRAMMAR: &str = "\
A fault is PLACE: WHAT, and how often. Once, unless it says × 3 (or x3), 5 % seed 7, or now.

A METHOD and a route, or a part of one (* is any method), such as POST /messages:
  503                            answered with this status, 400 to 599, and not carried out
  429 user 2 s                   too many requests: user, shared, global or address; a time
  429 global 2 s huge headers    the same with malformed, missing or huge rate-limit headers
  malformed headers              carried out, with malformed, missing or huge rate-limit headers
  cut                            not carried out, and the connection is cut
  lost                           carried out, but the answer is lost
  wait 500 ms                    carried out late
  channel gone, thread gone      carried out, but what it is about has just been deleted
  message gone, role gone        the same; of the server's roles one at random
  DMs gone, permissions gone     the same; closed by the person, taken from the bot in that channel
  server gone                    the same; the bot has been removed from it
gateway, or gateway and the name of an event (HELLO is a connection that begins), such as
gateway INTERACTION_CREATE:
  close 4000                     closed with this code, 1000 to 4999, in place of the event
  op 7                           asked to connect again
  op 9, op 9 resumable           the session isn't valid, in place of the event
  half-open, silent, no ack      neither reads nor sends; sends nothing; acknowledges no heartbeat
  lost, repeated, reordered      the event is never sent; sent twice; sent after the next one
  wait 500 ms                    this event and those after it come late
`now`, in place of a count, does it at once on every connection to the gateway.";

/// The longest wait that can be asked for: a day.
const LONGEST: Duration = Duration::from_hours(24);
const GATEWAY: &str = "gateway";
const METHODS: [&str; 6] = ["*", "GET", "POST", "PUT", "PATCH", "DELETE"];

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)?;
        match self.often {
            Often::Times(1) => Ok(()),
            Often::Times(times) => write!(f, " × {times}"),
            Often::Share { percent, seed } => write!(f, " {percent} % seed {seed}"),
            Often::Now => write!(f, " now"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route { method, route } => write!(f, "{method} {route}"),
            Self::Gateway { event: None } => f.write_str(GATEWAY),
            Self::Gateway { event: Some(event) } => write!(f, "{GATEWAY} {event}"),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FailBefore(status) => write!(f, "{status}"),
            Self::TooMany { scope, wait, headers } => {
                write!(f, "429 {} {}", scope.word(), Wait(*wait))?;
                if *headers == Headers::Right { Ok(()) } else { write!(f, " {} headers", headers.word()) }
            }
            Self::Headers(headers) => write!(f, "{} headers", headers.word()),
            Self::Cut => f.write_str("cut"),
            Self::DropAfterAccept | Self::Lose => f.write_str("lost"),
            Self::Gone(loss) => write!(f, "{} gone", loss.word()),
            Self::Delay(wait) => write!(f, "wait {}", Wait(*wait)),
            Self::Close(code) => write!(f, "close {code}"),
            Self::Reconnect => f.write_str("op 7"),
            Self::Invalidate { resumable: true } => f.write_str("op 9 resumable"),
            Self::Invalidate { resumable: false } => f.write_str("op 9"),
            Self::HalfOpen => f.write_str("half-open"),
            Self::Silent => f.write_str("silent"),
            Self::NoAck => f.write_str("no ack"),
            Self::Repeat => f.write_str("repeated"),
            Self::Reorder => f.write_str("reordered"),
        }
    }
}

/// A time as it is typed.
struct Wait(Duration);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1_000) { write!(f, "{} s", millis / 1_000) } else { write!(f, "{millis} ms") }
    }
}

impl Scope {
    const ALL: [Self; 4] = [Self::User, Self::Shared, Self::Global, Self::Address];

    /// The word for it, which is Discord's own but for the last.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Shared => "shared",
            Self::Global => "global",
            Self::Address => "address",
        }
    }
}

impl Loss {
    const ALL: [Self; 7] =
        [Self::DirectMessages, Self::Permissions, Self::Channel, Self::Thread, Self::Message, Self::Role, Self::Server];

    fn word(self) -> &'static str {
        match self {
            Self::DirectMessages => "DMs",
            Self::Permissions => "permissions",
            Self::Channel => "channel",
            Self::Thread => "thread",
            Self::Message => "message",
            Self::Role => "role",
            Self::Server => "server",
        }
    }

    /// What a route has to name so that this is known.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Message => &["{message}"],
            Self::Role | Self::Server => &["{guild}", "{channel}", "{token}"],
            _ => &["{channel}", "{token}"],
        }
    }
}

impl Headers {
    const WRONG: [Self; 3] = [Self::Malformed, Self::Missing, Self::Huge];

    fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Malformed => "malformed",
            Self::Missing => "missing",
            Self::Huge => "huge",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::WRONG.into_iter().find(|headers| headers.word() == word)
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (place, rest) = text.split_once(": ").ok_or_else(|| {
            "A fault is written as PLACE: WHAT, such as `POST /messages: 503 × 3` or `gateway: op 7`".to_owned()
        })?;
        let place: Place = place.parse()?;
        // A sign or a unit may stand beside its number: `×3`, `5%`, `2s`.
        let rest = rest.replace('×', " × ").replace('%', " % ");
        let words: Vec<&str> = rest.split_whitespace().collect();
        let (what, often) = often(&words)?;
        if often == Often::Now && !matches!(place, Place::Gateway { event: None }) {
            return Err("`now` goes with `gateway:` alone, such as `gateway: close 4000 now`".to_owned());
        }
        let kind = match place {
            Place::Route { ref method, ref route } => http(what).and_then(|kind| fits(kind, method, route))?,
            Place::Gateway { .. } => gateway(what)?,
        };
        if often == Often::Now && matches!(kind, FaultKind::Lose | FaultKind::Repeat | FaultKind::Reorder) {
            return Err(format!("`{kind}` is about an event, so it takes a count or a share, not `now`"));
        }
        Ok(Self { place, kind, often })
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match *words.as_slice() {
            [GATEWAY] => Ok(Self::Gateway { event: None }),
            [GATEWAY, event] if event.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => {
                Ok(Self::Gateway { event: Some(event.to_owned()) })
            }
            [GATEWAY, event] => {
                Err(format!("`{event}` is no event. Events are written like INTERACTION_CREATE, or HELLO"))
            }
            [method, route] if METHODS.contains(&method) => {
                if !is_part_of_route(method, route) {
                    return Err(format!(
                        "No {method} route has `{route}` in it. Write one as the ledger does, such as /channels/{{channel}}/messages, or a part such as /messages"
                    ));
                }
                Ok(Self::Route { method: method.to_owned(), route: route.to_owned() })
            }
            _ => Err(format!(
                "`{text}` is no place. Write a method (*, GET, POST, PUT, PATCH, DELETE) and a route, such as `POST /messages`, or `gateway`"
            )),
        }
    }
}

/// Cuts off how often, which stands at the end.
fn often<'a>(words: &'a [&'a str]) -> Result<(&'a [&'a str], Often), String> {
    let share = |text: &str, seed: &str| {
        let percent = text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
        let percent = percent.ok_or_else(|| format!("`{text} %` is no share. Write 0 to 100, such as `5 % seed 7`"))?;
        let seed = seed.parse().map_err(|_| format!("`{seed}` is no seed. Write a whole number, such as `seed 7`"))?;
        Ok::<_, String>(Often::Share { percent, seed })
    };
    let times = |text: &str| {
        let times = text.parse().ok().filter(|times| *times > 0);
        times.map(Often::Times).ok_or_else(|| format!("`× {text}` is no count. Write a whole number, such as `× 3`"))
    };
    Ok(match *words {
        [ref what @ .., "now"] => (what, Often::Now),
        [ref what @ .., percent, "%", "seed", seed] => (what, share(percent, seed)?),
        [ref what @ .., percent, "%"] => (what, share(percent, "0")?),
        [ref what @ .., "×" | "x", count] => (what, times(count)?),
        [ref what @ .., last] if last.strip_prefix('x').is_some_and(|count| count.parse::<u32>().is_ok()) => {
            (what, times(&last[1..])?)
        }
        ref what => (what, Often::Times(1)),
    })
}

fn http(words: &[&str]) -> Result<FaultKind, String> {
    let unknown = || {
        format!(
            "`{}` can't happen to a request. What can: a status such as 503, 429 user 2 s, malformed headers, cut, lost, wait 500 ms, channel gone",
            words.join(" ")
        )
    };
    Ok(match *words {
        ["cut"] => FaultKind::Cut,
        [what, "gone"] => FaultKind::Gone(Loss::ALL.into_iter().find(|loss| loss.word() == what).ok_or_else(unknown)?),
        ["lost"] => FaultKind::DropAfterAccept,
        ["wait", ref time @ ..] => FaultKind::Delay(wait(time)?),
        ["429", scope, ref rest @ ..] => too_many(scope, rest)?,
        [headers, "headers"] => FaultKind::Headers(Headers::named(headers).ok_or_else(unknown)?),
        [status] => {
            let status = status.parse().ok().filter(|status| (400..600).contains(status));
            FaultKind::FailBefore(status.ok_or_else(unknown)?)
        }
        _ => return Err(unknown()),
    })
}

/// A loss has to be one of something that the request names.
fn fits(kind: FaultKind, method: &str, route: &str) -> Result<FaultKind, String> {
    match kind {
        FaultKind::Gone(loss) if !is_named_in_route(method, route, loss.names()) => Err(format!(
            "{method} {route} names no {}. A request about one does, such as `PATCH /messages/: {kind}`",
            loss.word()
        )),
        kind => Ok(kind),
    }
}

fn too_many(scope: &str, rest: &[&str]) -> Result<FaultKind, String> {
    let scope = Scope::ALL.into_iter().find(|known| known.word() == scope);
    let scope = scope.ok_or("A 429 is one of user, shared, global, address, such as `429 user 2 s`")?;
    let (time, headers) = match *rest {
        [ref time @ .., headers, "headers"] => {
            let known = Headers::named(headers);
            (time, known.ok_or_else(|| format!("Headers are malformed, missing or huge, not `{headers}`"))?)
        }
        ref time => (time, Headers::Right),
    };
    let wait = if time.is_empty() { Duration::from_secs(1) } else { wait(time)? };
    Ok(FaultKind::TooMany { scope, wait, headers })
}

fn gateway(words: &[&str]) -> Result<FaultKind, String> {
    Ok(match *words {
        ["close", code] => {
            let code = code.parse().ok().filter(|code| (1_000..5_000).contains(code));
            FaultKind::Close(code.ok_or("A close code is a number from 1000 to 4999, such as `close 4000`")?)
        }
        ["op", "7"] => FaultKind::Reconnect,
        ["op", "9"] => FaultKind::Invalidate { resumable: false },
        ["op", "9", "resumable"] => FaultKind::Invalidate { resumable: true },
        ["half-open"] => FaultKind::HalfOpen,
        ["silent"] => FaultKind::Silent,
        ["no", "ack"] => FaultKind::NoAck,
        ["lost"] => FaultKind::Lose,
        ["repeated"] => FaultKind::Repeat,
        ["reordered"] => FaultKind::Reorder,
        ["wait", ref time @ ..] => FaultKind::Delay(wait(time)?),
        _ => {
            return Err(format!(
                "`{}` can't happen to the gateway. What can: close 4000, op 7, op 9, op 9 resumable, half-open, silent, no ack, lost, repeated, reordered, wait 500 ms",
                words.join(" ")
            ));
        }
    })
}

/// A time such as `500 ms` or `2s`.
fn wait(words: &[&str]) -> Result<Duration, String> {
    let text = words.concat();
    let millis = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(number), _) => number.parse().ok(),
        (None, Some(number)) => number.parse().ok().and_then(|seconds: u64| seconds.checked_mul(1_000)),
        (None, None) => None,
    };
    let time = millis.map(Duration::from_millis).filter(|time| *time <= LONGEST);
    time.ok_or_else(|| format!("`{}` is no time. Write 500 ms or 2 s, a day at most", words.join(" ")))
}

#[cfg(test)]
mod tests;
