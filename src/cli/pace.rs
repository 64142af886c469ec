//! `pace FILE`: somebody's log in, flags out.

use std::path::Path;

use anyhow::Context;

use crate::pace::{Input, evaluate, explain};

use super::{Failure, print, read, wrong_settings};

/// Evaluates a log: JSON, or a text for a person.
pub(super) fn evaluate_file(file: &Path, human: bool) -> Result<(), Failure> {
    let text = read(file)?;
    // A log that can't be used is a wrong argument, and nothing of it was used.
    let refused = |refused| wrong_settings(anyhow::Error::new(refused).context("This log can't be used"));
    let report = evaluate(&Input::parse(&text).map_err(refused)?);
    if human {
        print(explain::report(&report).trim_end())?;
    } else {
        print(&serde_json::to_string_pretty(&report).context("The report can't be written")?)?;
    }
    Ok(())
}
