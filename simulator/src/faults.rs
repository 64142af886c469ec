//! Faults: what goes wrong, where, and how often.
//!
//! A fault is switched on with [`crate::Simulator::fault`], on the command line, or over
//! `POST /control/faults`, and has one text, such as `POST /messages: 503 × 3` (see [`GRAMMAR`]).

mod text;

use std::sync::Mutex;
use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::core::lock;
pub use text::GRAMMAR;

/// What goes wrong, where, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub kind: FaultKind,
    /// How often.
    pub often: Often,
}

/// Where something goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Requests of one kind.
    Route {
        /// The HTTP method, or `*`.
        method: String,
        /// A route as the ledger writes it (`/channels/{channel}/messages`) means that one alone; a
        /// part of one (`/messages`) means all that have it.
        route: String,
    },
    /// Events of the gateway.
    Gateway {
        /// One kind of event, such as `INTERACTION_CREATE`, or `HELLO` for a connection that begins; all
        /// that are dispatched where it is `None`.
        event: Option<String>,
    },
}

/// How often something goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Often {
    /// The next so many times.
    Times(u32),
    /// A share of all times, the same ones for the same seed.
    Share {
        /// From 0 to 100.
        percent: f64,
        /// Which ones.
        seed: u64,
    },
    /// At once, on every connection to the gateway that there is.
    Now,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FaultKind {
    /// A request isn't carried out and answered with this status; 429 says nothing of when to come again.
    FailBefore(u16),
    /// A request isn't carried out and answered with a 429 of this kind.
    TooMany {
        /// How far it reaches.
        scope: Scope,
        /// When to come again.
        wait: Duration,
        /// What its headers and its body say of that.
        headers: Headers,
    },
    /// The rate-limit headers of a request that is carried out are wrong.
    Headers(Headers),
    /// A request isn't carried out, and the connection is cut.
    Cut,
    /// A request is carried out, but the connection is cut before the answer.
    DropAfterAccept,
    /// A request is carried out late; an event and all that follow on its connection are sent late.
    Delay(Duration),
    /// What a request is about is lost just before the request is carried out.
    Gone(Loss),
    /// Instead of sending the event, the connection is closed with this code.
    Close(u16),
    /// Before the event, the client is asked to connect again (op 7).
    Reconnect,
    /// Instead of sending the event, the client is told that its session isn't valid (op 9).
    Invalidate {
        /// Whether it may resume all the same.
        resumable: bool,
    },
    /// From the event on, nothing is read from the connection or sent, and it stays open.
    HalfOpen,
    /// From the event on, nothing is sent on the connection, but all is read.
    Silent,
    /// From the event on, no heartbeat on the connection is acknowledged.
    NoAck,
    /// The event is never sent, not even after a resumption.
    Lose,
    /// The event is sent twice.
    Repeat,
    /// The event is sent after the one that follows it, or a moment later where none does.
    Reorder,
}

/// What a request is about, and can be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The person of the conversation takes direct messages no more.
    DirectMessages,
    /// Everything that the bot may do in the channel.
    Permissions,
    /// The channel; of a thread, the one that it hangs from.
    Channel,
    /// The thread.
    Thread,
    /// The message.
    Message,
    /// A role of the server.
    Role,
    /// The server: the bot is removed from it.
    Server,
}

/// How far a 429 reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The bot's requests to one route.
    User,
    /// A resource that others share, too.
    Shared,
    /// Every request of the bot.
    Global,
    /// Every request of the address: the machine in front of Discord says so, in HTML.
    Address,
}

/// What rate-limit headers say, and the `retry_after` of a 429 with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Headers {
    /// What is right.
    Right,
    /// What nobody can read: no numbers, negative ones, bytes that are no text.
    Malformed,
    /// Nothing.
    Missing,
    /// Numbers beyond all measure.
    Huge,
}

impl Fault {
    /// A fault in requests, once: a method or `*`, and a route or a part of one.
    pub fn http(method: &str, route: &str, kind: FaultKind) -> Self {
        let place = Place::Route { method: method.to_owned(), route: route.to_owned() };
        Self { place, kind, often: Often::Times(1) }
    }

    /// A fault of the gateway, once: with the next event that is dispatched.
    pub fn gateway(kind: FaultKind) -> Self {
        Self { place: Place::Gateway { event: None }, kind, often: Often::Times(1) }
    }

    /// A fault of the gateway, once: with the next event of this name.
    pub fn event(name: &str, kind: FaultKind) -> Self {
        Self { place: Place::Gateway { event: Some(name.to_owned()) }, ..Self::gateway(kind) }
    }

    /// The same so many times.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { often: Often::Times(times), ..self }
    }

    /// The same for a share of all times.
    #[must_use]
    pub fn share(self, percent: f64, seed: u64) -> Self {
        Self { often: Often::Share { percent, seed }, ..self }
    }

    /// The same at once, on every connection to the gateway.
    #[must_use]
    pub fn now(self) -> Self {
        Self { often: Often::Now, ..self }
    }

    fn is_at_route(&self, method: &str, path: &str) -> bool {
        let Place::Route { method: wanted, route } = &self.place else { return false };
        let same = if crate::http::is_route(route) { path == route } else { path.contains(route.as_str()) };
        same && (wanted == "*" || wanted == method)
    }

    fn is_at_event(&self, name: &str) -> bool {
        let Place::Gateway { event } = &self.place else { return false };
        event.as_ref().map_or(name != HELLO, |event| event == name)
    }
}

/// What a connection to the gateway begins with. It is no event, but a fault can name it like one.
pub(crate) const HELLO: &str = "HELLO";

/// A fault that is switched on.
struct Active {
    fault: Fault,
    hits: u64,
    random: ChaCha8Rng,
}

/// The faults that are switched on.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<Active>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        let seed = if let Often::Share { seed, .. } = fault.often { seed } else { 0 };
        lock(&self.0).push(Active { fault, hits: 0, random: ChaCha8Rng::seed_from_u64(seed) });
    }

    pub(crate) fn remove(&self, fault: &Fault) {
        lock(&self.0).retain(|active| active.fault != *fault);
    }

    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// Each fault, and how often it has hit.
    pub(crate) fn list(&self) -> Vec<(Fault, u64)> {
        lock(&self.0).iter().map(|active| (active.fault.clone(), active.hits)).collect()
    }

    /// What a fault that is on would lose.
    pub(crate) fn losses(&self) -> Vec<Loss> {
        let active = lock(&self.0);
        active
            .iter()
            .filter_map(|active| if let FaultKind::Gone(loss) = active.fault.kind { Some(loss) } else { None })
            .collect()
    }

    /// The fault that hits this request, with a number at random. Only what is there can be lost.
    pub(crate) fn at_request(&self, method: &str, path: &str, there: &[Loss]) -> Option<(FaultKind, u64)> {
        let can_be = |kind| if let FaultKind::Gone(loss) = kind { there.contains(&loss) } else { true };
        self.take(|fault| fault.is_at_route(method, path) && can_be(fault.kind))
    }

    /// The fault that hits this event.
    pub(crate) fn at_event(&self, name: &str) -> Option<FaultKind> {
        self.take(|fault| fault.is_at_event(name)).map(|(kind, _)| kind)
    }

    fn take(&self, fits: impl Fn(&Fault) -> bool) -> Option<(FaultKind, u64)> {
        let mut faults = lock(&self.0);
        let mut fitting = faults.iter_mut().filter(|active| fits(&active.fault));
        let hit = fitting.find_map(|active| active.strikes().then_some(active))?;
        hit.hits += 1;
        Some((hit.fault.kind, hit.random.next_u64()))
    }
}

impl Active {
    fn strikes(&mut self) -> bool {
        match self.fault.often {
            Often::Times(times) => self.hits < u64::from(times),
            Often::Share { percent, .. } => {
                // 32 bits at random are a number below 1 that is held exactly.
                f64::from(self.random.next_u32()) / (f64::from(u32::MAX) + 1.0) * 100.0 < percent
            }
            Often::Now => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(fault: Fault, of: usize) -> Vec<bool> {
        let faults = Faults::default();
        faults.add(fault);
        (0..of).map(|_| faults.at_request("GET", "/users/@me", &[]).is_some()).collect()
    }

    #[test]
    fn a_count_is_used_up() {
        assert_eq!(hits(Fault::http("GET", "/users", FaultKind::Cut).times(2), 4), [true, true, false, false]);
    }

    #[test]
    fn a_share_is_the_same_for_the_same_seed() {
        let share = |percent, seed| hits(Fault::http("*", "/", FaultKind::Cut).share(percent, seed), 2_000);
        assert_eq!(share(5.0, 7), share(5.0, 7));
        assert_ne!(share(5.0, 7), share(5.0, 8));
        let count = share(5.0, 7).into_iter().filter(|hit| *hit).count();
        assert!((60..140).contains(&count), "{count}");
        assert!(share(100.0, 1).into_iter().all(|hit| hit) && !share(0.0, 1).contains(&true));
    }

    #[test]
    fn a_whole_route_means_that_one_alone() {
        let fault = |route| Fault::http("POST", route, FaultKind::Cut);
        let thread = "/channels/{channel}/messages/{message}/threads";
        assert!(!fault("/channels/{channel}/messages").is_at_route("POST", thread));
        assert!(fault("/channels/{channel}/messages").is_at_route("POST", "/channels/{channel}/messages"));
        assert!(fault("/messages").is_at_route("POST", thread));
        assert!(!fault("/messages").is_at_route("GET", thread));
    }

    #[test]
    fn an_event_without_a_name_is_any_but_the_greeting() {
        assert!(Fault::gateway(FaultKind::Lose).is_at_event("MESSAGE_CREATE"));
        assert!(!Fault::gateway(FaultKind::Lose).is_at_event(HELLO));
        assert!(Fault::event(HELLO, FaultKind::HalfOpen).is_at_event(HELLO));
        assert!(!Fault::event("READY", FaultKind::Lose).is_at_event("RESUMED"));
    }
}
