//! `run` and `check-config`.

use std::path::Path;

use crate::app;
use crate::config::{Config, USUAL_PLACE};

use super::{Failure, log, print, wrong_settings};

/// Reads a variable of the environment.
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The settings: the file, and the environment over it.
pub(super) fn settings(file: Option<&Path>) -> anyhow::Result<Config> {
    Config::load(file)?.with_environment(environment)
}

/// Runs the bot until it is told to stop.
pub(super) async fn run(config: Config) -> Result<(), Failure> {
    let Some(token) = config.token(environment).map_err(wrong_settings)? else {
        return Err(wrong_settings(anyhow::anyhow!(
            "There is no token. Set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it; `elevenses demo` needs none."
        )));
    };
    log::start(config.log.format)?;
    Ok(app::run(config, token).await?)
}

/// Says whether the settings are right.
pub(super) fn check(file: Option<&Path>) -> Result<(), Failure> {
    let config = settings(file).map_err(wrong_settings)?;
    let token = config.token(environment).map_err(wrong_settings)?;
    match file {
        Some(file) => print(&format!("{}: fine", file.display()))?,
        None if Path::new(USUAL_PLACE).exists() => print(&format!("{USUAL_PLACE}: fine"))?,
        None => print(&format!("There is no {USUAL_PLACE}, so the defaults count: fine"))?,
    }
    Ok(print(match token {
        Some(_) => "A token is configured, so `elevenses` runs the bot.",
        None => {
            "No token is configured yet, so `elevenses` shows the demo. Set DISCORD_TOKEN or DISCORD_TOKEN_FILE to run the bot."
        }
    })?)
}
