//! `elevenses-campaigns`: runs a campaign, prints its figures, and fails where something doesn't
//! hold that must.

use std::process::ExitCode;

use campaigns::{CAMPAIGNS, Campaign, Engine, Order, find};
use clap::Parser;

/// What must hold when Discord, the network or the load misbehaves.
#[derive(Parser)]
struct Arguments {
    /// A campaign, `all`, or `list`.
    campaign: String,
    /// The same seed gives the same faults.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How much of it; `list` says of what. A full run unless told otherwise.
    #[arg(long)]
    count: Option<usize>,
    /// The count that takes seconds.
    #[arg(long, conflicts_with = "count")]
    small: bool,
    /// On which database. PostgreSQL is the server that `TEST_POSTGRES_URL` names.
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    engine: Engine,
    /// With the protection off: succeeds where the campaign notices.
    #[arg(long)]
    control: bool,
}

impl Arguments {
    fn order(&self, campaign: &Campaign) -> Order {
        let count = self.count.unwrap_or(if self.small { campaign.small } else { campaign.full });
        Order { seed: self.seed, count, engine: self.engine, control: self.control }
    }

    async fn run(&self, campaign: &Campaign) -> anyhow::Result<bool> {
        let order = self.order(campaign);
        let Order { seed, count, engine, control } = order;
        println!("{}. {}: {}", campaign.number, campaign.name, campaign.shows);
        println!("  count {count} ({}), seed {seed}, {}", campaign.counts, engine.name());
        if control {
            println!("  control: {}", campaign.control);
        }
        let report = campaign.run(order).await?;
        println!("{report}");
        let well = if control { report.is_caught() } else { report.holds() && report.is_in_time() };
        match (control, well) {
            (true, true) => println!("  The control is caught.\n"),
            (true, false) => println!("  The control is NOT caught: the campaign proves nothing.\n"),
            (false, true) => println!("  All holds.\n"),
            (false, false) => println!("  Something does NOT hold.\n"),
        }
        Ok(well)
    }
}

fn list() {
    for one in CAMPAIGNS {
        println!("{:2}. {:16} {}", one.number, one.name, one.shows);
        println!("{:20} --count: {}, {} in full; --control: {}", "", one.counts, one.full, one.control);
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let chosen: Vec<&Campaign> = match arguments.campaign.as_str() {
        "list" => {
            list();
            return Ok(ExitCode::SUCCESS);
        }
        "all" => CAMPAIGNS.iter().collect(),
        name => find(name).into_iter().collect(),
    };
    anyhow::ensure!(!chosen.is_empty(), "There is no such campaign. `list` shows those that there are.");
    let mut well = true;
    for campaign in chosen {
        well &= arguments.run(campaign).await?;
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
