//! How a simulator behaves.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::inspect::Inspector;

/// How a simulator behaves. The default is Discord's behaviour, without its rate limits.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; a free port on the loopback unless told otherwise.
    pub listen: SocketAddr,
    /// What time it is.
    pub clock: Clock,
    /// Whether rate limits are imposed.
    pub rate_limits: RateLimits,
    /// Whether `enforce_nonce` works; off for experiments that show what it is good for.
    pub enforce_nonce: bool,
    /// How long (in real time) the bot has for its first answer.
    pub answer_within: Duration,
    /// How long (in real time) a person waits for the answer after "thinking".
    pub patience: Duration,
    /// How many edits a message older than an hour takes within an hour before error 30046.
    pub old_message_edits: u32,
    /// The privileged intents that the application was granted; others close the gateway with 4014.
    pub privileged_intents: u64,
    /// The number of shards that is recommended.
    pub shards: u64,
    /// How often clients are told to send heartbeats (in real time). Who leaves out two is closed with
    /// 4009.
    pub heartbeat: Duration,
    /// How many sessions may begin within 24 hours. Imposed with [`RateLimits::Real`]: whoever begins
    /// more loses all sessions and the token.
    pub sessions_a_day: u32,
    /// How many shards may begin a session within five seconds. Imposed with [`RateLimits::Real`].
    pub max_concurrency: u64,
    /// Whether everything below `/control` is served, where whoever reaches the address may act as anybody.
    pub control: bool,
    /// Where the ledger is written to, one JSON object a line.
    pub ledger_file: Option<PathBuf>,
    /// Who looks over all that is asked, answered and told.
    pub inspectors: Vec<Arc<dyn Inspector>>,
    /// The seed of tokens.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            clock: Clock::real(),
            rate_limits: RateLimits::Wide,
            enforce_nonce: true,
            answer_within: Duration::from_secs(3),
            patience: Duration::from_secs(10),
            old_message_edits: u32::MAX,
            privileged_intents: u64::MAX,
            shards: 1,
            heartbeat: Duration::from_millis(41_250),
            sessions_a_day: 1_000,
            max_concurrency: 1,
            control: true,
            ledger_file: None,
            inspectors: Vec::new(),
            seed: 0,
        }
    }
}

/// Whether rate limits are imposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimits {
    /// Headers announce limits that nobody reaches.
    Wide,
    /// Buckets for each route, 50 requests a second in all, and a limit of sessions.
    Real,
}
