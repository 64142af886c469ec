//! What people see and do, through the simulated Discord, in their own words.
//!
//! Each test is a story about one behaviour. Stories that touch the database in a new way run on
//! both engines.

#![allow(clippy::unused_self, reason = "a story reads better when it is asked: `story.last_dm(&ben)`")]

mod access;
mod acts;
mod away;
mod blindness;
mod blocker_answers;
mod blocker_records;
mod blocker_talks;
mod blockers;
mod budget;
mod catch_up;
mod checkins;
mod coffee;
mod conversations;
mod cover;
mod decisions;
mod digest;
mod faults;
mod harness;
mod help;
mod onlookers;
mod organisations;
mod pace;
mod pace_days;
mod pace_onlookers;
mod planned_releases;
mod privacy;
mod pulse;
mod releases;
mod rest;
mod restarts;
mod rota;
mod setup;
mod share;
mod smoke;
mod squads;
mod stewards;
mod troubles;
mod voices;
mod webhooks;
mod words;
