//! A Discord on the loopback.
//!
//! It speaks the real protocol (the HTTP API v10 and the gateway) over a world of plain data, so
//! that a bot can be tested as it is: with its own Discord library, over sockets, against the
//! limits and errors that Discord has. A test acts as members do, in their words, and looks at
//! what they would see.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use simulator::{Options, Simulator, World};
//!
//! let mut world = World::new();
//! let server = world.server("Lab");
//! world.channel(server, "general");
//! let ann = world.person("Ann Lee");
//! world.join(server, ann, &[]);
//!
//! let sim = Simulator::start(world, Options::default()).await?;
//! // Start the bot here, with `sim.url()` as Discord's address and `sim.token()` as its token.
//! let reply = sim.person(ann).runs("/hello").await?;
//! assert_eq!(reply.text(), "Hello, Ann Lee!");
//! # Ok(())
//! # }
//! ```
//!
//! The parts: [`World`] is what exists; a change of it and the events that follow happen in one
//! step; the HTTP and gateway faces translate; [`Actor`] is a person with a client; the ledger
//! keeps all that was asked for, in order.

#![recursion_limit = "256"] // A server has many fields, and `json!` counts each.

mod actor;
mod change;
mod clock;
mod control;
mod core;
mod faults;
mod gateway;
mod http;
mod inspect;
mod knobs;
mod ledger;
mod line;
mod options;
mod rules;
mod simulator;
pub mod world;

pub use actor::{Actor, Button, ModalField, ModalView, Page, Refused, Reply, ReplyKind, Seen, Select, View};
pub use clock::Clock;
pub use faults::{Fault, FaultKind, GRAMMAR as FAULT_GRAMMAR, Headers, Loss, Often, Place, Scope};
pub use inspect::{Exchange, Inspector, Side, Violation};
pub use ledger::{Entry, Origin};
pub use options::{Options, RateLimits};
pub use rules::refusal::is_malformed;
pub use simulator::Simulator;
pub use world::{
    AttachmentId, Channel, ChannelId, ChannelKind, CommandId, EventId, InteractionId, InteractionKind, Message,
    MessageId, OptionChoice, RoleId, ServerId, Target, UserId, World, permission,
};
