//! The one door to Discord: nothing else in the bot knows its library, its routes or its JSON.
//!
//! Inwards, [`gateway`] (or an HTTP endpoint) brings an interaction as JSON; [`incoming`] parses it,
//! [`dispatch`] finds the line of the command table, checks access, runs the handler and gives the
//! answer back as data; [`respond`] posts it in time. Outwards, [`Discord`] is what the rest of the
//! bot can ask for; below it are a thin HTTP client and Discord's rate limits.

mod ask;
mod bucket;
mod deliver;
pub mod dispatch;
mod failure;
mod gate;
pub mod gateway;
pub mod incoming;
mod invite;
mod limiter;
mod permission;
mod recent;
pub mod register;
pub mod render;
pub mod respond;
mod rest;
mod route;
mod seen;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::Value;

use crate::clock::Clock;
use crate::partnership::UserId;

pub use ask::Whereabouts;
pub use bucket::LONGEST_WAIT;
pub use failure::{Failure, classify};
pub use gate::SLOTS as REQUESTS_A_SECOND;
pub use invite::{PERMISSIONS, invite};
pub use recent::Seen;
pub use register::register;

use rest::Rest;
use route::Route;

/// How Discord is reached.
#[derive(Clone)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// What stands in for Discord, as `http://host:port`; Discord itself where it is `None`.
    pub api: Option<String>,
    /// Discord's global limit for this bot: [`REQUESTS_A_SECOND`] unless Discord granted it more.
    pub requests_a_second: usize,
    /// After so long without a sign of life, a connection to the gateway is given up: [`gateway::SILENCE`]
    /// on Discord, whose heartbeats come every 41 seconds.
    pub silence: Duration,
    /// Longest wait that a rate-limit header may ask for: [`LONGEST_WAIT`].
    pub longest_wait: Duration,
}

/// What can be asked of Discord. Cheap to clone.
#[derive(Clone)]
pub struct Discord(Arc<Inner>);

struct Inner {
    settings: Settings,
    clock: Clock,
    rest: Rest,
    me: OnceLock<Me>,
    members: Mutex<ask::Members>,
    guilds: Mutex<ask::Guilds>,
    seen: Mutex<seen::Seen>,
    handled: AtomicU64,
}

/// Who the bot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its user.
    pub user: UserId,
    /// Its application.
    pub application: i64,
    /// Its name.
    pub name: String,
}

impl Discord {
    /// Sets up what is needed to reach Discord; nothing is sent yet.
    pub fn new(settings: Settings, clock: Clock) -> anyhow::Result<Self> {
        let rest = Rest::new(&settings)?;
        Ok(Self(Arc::new(Inner {
            settings,
            clock,
            rest,
            me: OnceLock::new(),
            members: Mutex::default(),
            guilds: Mutex::default(),
            seen: Mutex::default(),
            handled: AtomicU64::new(0),
        })))
    }

    /// Asks Discord who the bot is, and so whether its token is good.
    pub async fn identify(&self) -> anyhow::Result<Me> {
        let user = self.0.rest.ask(&Route::new(Method::GET, "/users/@me", &[])).await;
        let user = match user {
            Err(Failure::Passing { code: 401, .. }) => {
                bail!("Discord refused the token. Copy it again from the developer portal (Bot → Reset Token)")
            }
            Err(Failure::NotSent) => bail!("Discord can't be reached at {}. Check the network", self.0.rest.base()),
            other => other.context("Discord did not say who the bot is")?,
        };
        let application = self.0.rest.ask(&Route::new(Method::GET, "/applications/@me", &[])).await;
        let application = application.context("Discord did not say which application the bot is")?;
        let me = Me {
            user: UserId(snowflake(&user["id"]).context("Discord's answer has no user id")?),
            application: snowflake(&application["id"]).context("Discord's answer has no application id")?,
            name: user["username"].as_str().unwrap_or_default().to_owned(),
        };
        Ok(self.0.me.get_or_init(|| me).clone())
    }

    /// How many dispatches of the gateway have been handled, of all kinds. A dispatch counts once
    /// its work is done or is counted by the clock's activity gauge.
    pub fn handled(&self) -> u64 {
        self.0.handled.load(Ordering::SeqCst)
    }

    /// Remembers an event by its id; `false`: it came already.
    fn is_new(&self, id: &str) -> bool {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
    }

    fn count_handled(&self) {
        self.0.handled.fetch_add(1, Ordering::SeqCst);
    }
}

/// An id as Discord writes it: digits in a string, since JSON's numbers are too short for it.
fn snowflake(value: &Value) -> Option<i64> {
    let id = match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    id.filter(|id| *id > 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_read_from_strings_and_numbers() {
        assert_eq!(snowflake(&json!("42")), Some(42));
        assert_eq!(snowflake(&json!(42)), Some(42));
        for value in [json!("x"), json!(null), json!({}), json!("99999999999999999999")] {
            assert_eq!(snowflake(&value), None, "{value}");
        }
    }
}
