//! `schedule next`.

use chrono::SecondsFormat;

use crate::clock::Clock;
use crate::schedule::next_lines;

use super::arguments::Next;
use super::{Failure, note, print, wrong_settings};

/// Prints the next times of a schedule.
pub(super) fn next(wanted: &Next) -> Result<(), Failure> {
    let now = || Clock::system().now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let from = wanted.from.clone().unwrap_or_else(now);
    let lines = next_lines(&wanted.schedule, &wanted.zone, &from, wanted.count);
    // A word that can't be read is a wrong argument.
    let lines = lines.map_err(|error| wrong_settings(error.into()))?;
    if lines.is_empty() {
        note("Nothing is due any more under this schedule.");
    }
    for line in lines {
        print(&line)?;
    }
    Ok(())
}
