//! The log: structured, on standard error, without tokens and without what people wrote.

use std::io::{self, IsTerminal};

use anyhow::Context;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::config::LogFormat;

/// What is logged unless RUST_LOG says otherwise.
const USUAL: &str = "warn,elevenses=info";
/// The same where the output is meant to be read by itself.
const QUIET: &str = "error";

/// Starts the log of the bot.
pub(super) fn start(format: LogFormat) -> anyhow::Result<()> {
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(colours());
    match format {
        LogFormat::Text => install(layer.boxed(), USUAL),
        LogFormat::Json => install(layer.json().flatten_event(true).boxed(), USUAL),
    }
}

/// Starts the log of a command whose output is a story of its own.
pub(super) fn start_quietly() -> anyhow::Result<()> {
    install(fmt::layer().with_writer(io::stderr).with_ansi(colours()).boxed(), QUIET)
}

/// A file or the journal is no place for colour codes.
fn colours() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn install(layer: Box<dyn Layer<Registry> + Send + Sync>, usual: &str) -> anyhow::Result<()> {
    let wanted = std::env::var("RUST_LOG").ok().filter(|wanted| !wanted.trim().is_empty());
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(usual))
        .map_err(|_| anyhow::anyhow!("RUST_LOG can't be read. Write it as in RUST_LOG=warn,elevenses=debug"))?;
    let layer = layer.with_filter(filter).with_filter(filter_fn(safe));
    tracing_subscriber::registry().with(layer).try_init().context("The log can't be started twice")
}

/// Below `info`, and in their spans, libraries write requests whole: with the token, with the
/// tokens of interactions, and with what people wrote. No setting turns that on.
fn safe(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let ours = ["elevenses", "simulator"]
        .iter()
        .any(|name| target.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")));
    ours || (metadata.is_event() && *metadata.level() <= Level::INFO)
}
