//! Elevenses: a Discord bot that stands in for the coffee that squads of several organisations
//! cannot have together.
//!
//! The modules are listed in reading order; `docs/ARCHITECTURE.md` tells how data walks through
//! them and which invariants hold.

pub mod cli;
pub mod app;
pub mod config;
pub mod clock;
pub mod error;
pub mod partnership;
pub mod schedule;
pub mod command;
pub mod features;
pub mod discord;
pub mod scheduler;
pub mod outbox;
pub mod storage;
pub mod demo;
