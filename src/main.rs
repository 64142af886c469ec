//! The program: reads the arguments, and does what they ask for.

use std::process::ExitCode;

use clap::Parser;
use elevenses::cli::{self, Arguments};

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(Arguments::parse()).await
}
