//! Elevenses: a Discord bot that stands in for the coffee that squads of several organisations
//! cannot have together.
//!
//! The modules are listed in reading order; `docs/ARCHITECTURE.md` tells how data walks through
//! them and which invariants hold.

pub mod app;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod demo;
pub mod discord;
pub mod error;
pub mod features;
pub mod outbox;
pub mod pace;
pub mod pairing;
pub mod partnership;
pub mod picture;
pub mod rota;
pub mod schedule;
pub mod scheduler;
pub mod storage;
pub mod web;
