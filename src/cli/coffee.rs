//! `coffee plan FILE` and `coffee simulate`.

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::Serialize;

use crate::clock::Clock;
use crate::pairing::{self, Figures, Round, Setting};

use super::arguments::CoffeeSimulation;
use super::{Failure, print, read, wrong_settings};

/// Plans a round: JSON in, JSON out.
pub(super) fn plan_file(file: &Path) -> Result<(), Failure> {
    let text = read(file)?;
    let today = Clock::system().now().date_naive();
    // A round that can't be used is a wrong argument, and nothing of it was used.
    let refused = |refused| wrong_settings(anyhow::Error::new(refused).context("This round can't be used"));
    let plan = pairing::plan(&Round::parse(&text, today).map_err(refused)?);
    print(&serde_json::to_string_pretty(&plan).context("The plan can't be written")?)?;
    Ok(())
}

/// What came of the rounds, and how long the slowest plan took.
#[derive(Serialize)]
struct Played {
    #[serde(flatten)]
    figures: Figures,
    slowest_round_ms: f64,
}

/// Plays rounds among people who don't exist.
pub(super) fn play(setting: &CoffeeSimulation) -> Result<(), Failure> {
    let whole = |number| usize::try_from(number).context("too many");
    let slowest = Cell::new(Duration::ZERO);
    let timed = |round: &Round| {
        let began = Instant::now();
        let plan = pairing::plan(round);
        slowest.set(slowest.get().max(began.elapsed()));
        plan.groups
    };
    let rounds = Setting {
        people: whole(setting.people)?,
        organisations: whole(setting.organisations)?,
        rounds: whole(setting.rounds)?,
        absent: setting.absent,
        seed: setting.seed,
    };
    let figures = pairing::simulate(&rounds, timed);
    let slowest_round_ms = slowest.get().as_secs_f64() * 1_000.0;
    if setting.json {
        let played = Played { figures, slowest_round_ms };
        print(&serde_json::to_string(&played).context("The figures can't be written")?)?;
        return Ok(());
    }
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    for line in [
        format!("pairs who had met before               {}", percent(figures.repeat_share)),
        format!("  in one of the five rounds before     {}", percent(figures.repeat_share_last5)),
        format!("pairs across organisations             {}", percent(figures.cross_organisation_share)),
        format!("others whom somebody met, on average   {:.1} of {}", figures.distinct_partners, setting.people - 1),
        format!("left out though they were there        {}", figures.left_out),
        format!("slowest round                          {slowest_round_ms:.1} ms"),
    ] {
        print(&line)?;
    }
    Ok(())
}
