//! Campaigns: what must hold when Discord, the network or the load misbehaves, in figures.
//!
//! Each campaign is judged by the simulated Discord's ledger, which is what a real server would have
//! seen, and never by what the bot believes. Each has a control: the same run with the protection
//! off, which must fail, or else the campaign proves nothing.

mod database;
mod errors;
mod lost_responses;
mod posts;
mod report;
mod scene;
mod town;

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
        number: 13,
        name: "errors",
        shows: "errors that are final, and errors that pass",
        counts: "messages",
        control: "the bot forgets that an error was final",
        small: 24,
        full: 1_000,
        run: |order| errors::run(order).boxed_local(),
    },
];

/// A campaign by name.
pub fn find(name: &str) -> Option<&'static Campaign> {
    CAMPAIGNS.iter().find(|campaign| campaign.name == name)
}
