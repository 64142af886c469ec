//! What somebody can do here, by role, with the next useful step; for a newcomer, who is who.
//!
//! Command: `/help`. Actions: `help.show` (on every squad's board) and `help.dm` ("try my DMs
//! again"), both without a row. No jobs, no tables, and it keeps nothing. What is offered is read
//! off the command table, so nothing is offered that isn't there.

mod commands;
mod policy;
mod view;

use super::Feature;

/// Its line in the registry.
pub const FEATURE: Feature = Feature { name: "help", entries: commands::ENTRIES, jobs: &[], showings: &[], keeps: &[] };
