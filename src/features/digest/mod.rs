//! The weekly digest: what needs its reader, what has changed, and what to be glad of.
//!
//! Command: `/digest preview`. Actions: `digest.claim`, `digest.nudge` (the row is a blocker's). Table: `digest_rate`.
//! `read` gathers facts out of the features whose they are, `policy` makes figures and asks of them, `view` says them.

pub mod model;
pub mod policy;
pub mod rates;
pub mod read;
pub mod store;
pub mod view;

mod commands;
mod glance;

use super::Feature;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "digest", entries: commands::ENTRIES, jobs: &[], showings: &[], keeps: &[] };
