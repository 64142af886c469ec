//! `pace FILE`: somebody's log in, flags out.

use std::io::Read;
use std::path::Path;

use anyhow::Context;

use crate::pace::{Input, evaluate, explain};

use super::{Failure, print, wrong_settings};

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

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("The standard input can't be read as text")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))
}
