//! Campaigns: what must hold when Discord, the network or the load misbehaves, in figures.
//!
//! Each campaign is judged by the simulated Discord's ledger, which is what a real server would have
//! seen, and never by what the bot believes. Each has a control: the same run with the protection
//! off, which must fail, or else the campaign proves nothing.

mod database;
mod due_at_once;
mod errors;
mod gateway;
mod headers;
mod live;
mod lost_responses;
mod posts;
mod refusals;
mod repeated_events;
mod report;
mod scene;
mod town;
mod webhooks;
mod write_stalls;

use std::time::Duration;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub use database::Engine;
pub use report::Report;

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The same seed gives the same faults.
    pub seed: u64,
    /// How much of it; each campaign says of what.
    pub count: usize,
    /// On which database.
    pub engine: Engine,
    /// With the protection off.
    pub control: bool,
}

/// A campaign.
#[derive(Clone, Copy)]
pub struct Campaign {
    /// Its number in the list of what must hold.
    pub number: u8,
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// What the count counts.
    pub counts: &'static str,
    /// What is left out in the control.
    pub control: &'static str,
    /// The count that takes seconds.
    pub small: usize,
    /// The count of a full run.
    pub full: usize,
    run: fn(Order) -> LocalBoxFuture<'static, anyhow::Result<Report>>,
}

impl Campaign {
    /// Runs it.
    ///
    /// # Errors
    /// When it can't be carried out; what doesn't hold is in the report.
    pub async fn run(&self, order: Order) -> anyhow::Result<Report> {
        anyhow::ensure!(order.count > 0, "A campaign of nothing shows nothing: give it a count.");
        let begun = tokio::time::Instant::now();
        let mut report = (self.run)(order).await?;
        report.took(begun.elapsed().max(Duration::from_millis(1)));
        Ok(report)
    }
}

/// All of them.
pub const CAMPAIGNS: &[Campaign] = &[
    Campaign {
        number: 9,
        name: "lost-responses",
        shows: "responses that get lost, and outages that last longer than Discord remembers nonces",
        counts: "messages whose response is lost",
        control: "Discord ignores nonces",
        small: 40,
        full: 1_000,
        run: |order| lost_responses::run(order).boxed_local(),
    },
    Campaign {
        number: 10,
        name: "headers",
        shows: "rate-limit headers that are malformed, missing or huge",
        counts: "answers with such headers; huge ones from 100 on, since they cost a minute",
        control: "a client that takes an answer which it can't read for a failure",
        small: 20,
        full: 1_000,
        run: |order| headers::run(order).boxed_local(),
    },
    Campaign {
        number: 11,
        name: "due-at-once",
        shows: "check-ins that are due at the same instant, within Discord's limits",
        counts: "check-ins, in servers of 20 people",
        control: "the bot's own limit is set to 200 requests a second",
        small: 120,
        full: 10_000,
        run: |order| due_at_once::run(order).boxed_local(),
    },
    Campaign {
        number: 12,
        name: "refusals",
        shows: "a global 429, and a token that is refused",
        counts: "global 429s",
        control: "a client beside the bot that doesn't care what it is answered",
        small: 1,
        full: 50,
        run: |order| refusals::run(order).boxed_local(),
    },
    Campaign {
        number: 13,
        name: "errors",
        shows: "errors that are final, and errors that pass",
        counts: "messages",
        control: "the bot forgets that an error was final",
        small: 24,
        full: 1_000,
        run: |order| errors::run(order).boxed_local(),
    },
    Campaign {
        number: 14,
        name: "write-stalls",
        shows: "500 interactions a second, 30 % of them writes, while the database stalls for 2 s in every 6.5 s",
        counts: "seconds; below 10, there are 50 interactions a second",
        control: "one first answer in twenty takes 2.7 s on its way",
        small: 4,
        full: 60,
        run: |order| write_stalls::run(order).boxed_local(),
    },
    Campaign {
        number: 15,
        name: "repeated-events",
        shows: "events that the gateway sends twice",
        counts: "events, each of which comes twice",
        control: "everybody acts twice, in interactions of their own",
        small: 80,
        full: 10_000,
        run: |order| repeated_events::run(order).boxed_local(),
    },
    Campaign {
        number: 16,
        name: "gateway",
        shows: "connections to the gateway that break in every way",
        counts: "broken connections",
        control: "the answers are deleted behind the bot's back",
        small: 5,
        full: 1_000,
        run: |order| gateway::run(order).boxed_local(),
    },
    Campaign {
        number: 24,
        name: "webhooks",
        shows: "strangers at the door for webhooks: wrong signatures, repeats, huge bodies, slow senders",
        counts: "requests that are wrong in one place",
        control: "whoever changes a request knows the secret",
        small: 300,
        full: 100_000,
        run: |order| webhooks::run(order).boxed_local(),
    },
];

/// A campaign by name.
pub fn find(name: &str) -> Option<&'static Campaign> {
    CAMPAIGNS.iter().find(|campaign| campaign.name == name)
}
