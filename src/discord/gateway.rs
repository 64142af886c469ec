//! The gateway: a lasting connection over which Discord says what happens.
//!
//! serenity keeps it: it identifies, sends heartbeats, resumes, and starts a shard anew when a
//! heartbeat isn't acknowledged. What it can't notice is its own hanging, since neither its
//! connecting nor its closing has a time limit, and that it may be refused for ever. So this module
//! watches from outside: every event and every acknowledged heartbeat is a sign of life, and
//! without one for a heartbeat and a half the whole client is put away and another is built.
//!
//! Events are taken raw, and each runs in a task that the clock's activity gauge counts, since
//! serenity doesn't wait for its own tasks.

mod event;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Method;
use serenity::Client;
use serenity::all::GatewayIntents;
use serenity::client::ClientBuilder;
use serenity::gateway::{GatewayError, ShardManager};
use serenity::http::HttpBuilder;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::route::Route;
use super::{Discord, Failure};
use crate::app::App;
use event::Handler;
pub use event::reads;
#[cfg(test)]
pub(super) use event::written;
pub use watch::SILENCE;
use watch::Watch;

/// How long closing may take: serenity waits five seconds for a shard that doesn't answer.
const CLOSING: Duration = Duration::from_secs(15);
/// Pause before Discord is asked for its address again.
const PAUSE: Duration = Duration::from_secs(5);
/// Connections in a row that never became ready, after which it is no passing trouble.
const FRUITLESS: u32 = 5;
/// Sessions that must be left for the day: Discord resets the token of a bot that uses them up.
const SESSIONS_LEFT: u64 = 5;

/// Listens until `stop`. Ends with one sentence where Discord will never let the bot in.
///
/// When it has returned, no more events come in; what is under way is on the activity gauge.
pub async fn run(app: App, stop: CancellationToken) -> anyhow::Result<()> {
    let mut fruitless = 0;
    let mut address = address(&app.discord).await?;
    loop {
        let watch = Arc::new(Watch::new());
        let ended = session(&app, &address, &watch, &stop).await;
        watch.end();
        if let Ended::Stopped = ended? {
            return Ok(());
        }
        fruitless = if watch.was_ready() { 0 } else { fruitless + 1 };
        tracing::warn!(fruitless, "the gateway fell silent: connecting anew");
        if fruitless >= FRUITLESS {
            bail!(
                "Discord's gateway lets the bot connect but never in. Its log may name a close code from 4010 to 4014; a new version of the bot may be needed"
            );
        }
        address = match readdress(&app.discord, &stop).await? {
            Some(address) => address,
            None => return Ok(()),
        };
    }
}

/// Where the gateway is and in how many shards Discord wants it.
struct Address {
    url: String,
    shards: u32,
}

enum Ended {
    Stopped,
    Silent,
}

/// Asks for the gateway's address. serenity would fall back to Discord's real one, which must not
/// happen where something else stands in for Discord.
async fn address(discord: &Discord) -> anyhow::Result<Address> {
    let answer = match discord.0.rest.ask(&Route::new(Method::GET, "/gateway/bot", &[])).await {
        Err(Failure::Passing { code: 401, .. }) => bail!(TOKEN),
        other => other.context("Discord did not say where its gateway is")?,
    };
    if answer["session_start_limit"]["remaining"].as_u64().is_some_and(|left| left < SESSIONS_LEFT) {
        bail!("The bot has connected too often today, and Discord would reset its token. Start it again tomorrow");
    }
    let url = answer["url"].as_str().context("Discord's answer has no gateway address")?.to_owned();
    let shards = answer["shards"].as_u64().and_then(|shards| u32::try_from(shards).ok()).unwrap_or(1);
    Ok(Address { url, shards: shards.max(1) })
}

/// The same while the bot is running: then it is worth waiting for. `None`: stopped meanwhile.
async fn readdress(discord: &Discord, stop: &CancellationToken) -> anyhow::Result<Option<Address>> {
    loop {
        let error = match address(discord).await {
            Ok(address) => return Ok(Some(address)),
            Err(error) => error,
        };
        if !matches!(error.downcast_ref(), Some(Failure::NotSent | Failure::Uncertain | Failure::Passing { .. })) {
            return Err(error);
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(None),
            () = discord.0.rest.token_refusal() => bail!(TOKEN),
            () = sleep(PAUSE) => {}
        }
    }
}

/// One client, from its start until it is stopped or falls silent.
async fn session(app: &App, address: &Address, watch: &Arc<Watch>, stop: &CancellationToken) -> anyhow::Result<Ended> {
    let mut client = client(app, address, watch).await?;
    let manager = client.shard_manager.clone();
    let ended = tokio::select! {
        ended = client.start_shards(address.shards) => Err(refused(ended)),
        () = stop.cancelled() => Ok(Ended::Stopped),
        () = app.discord.0.rest.token_refusal() => Err(anyhow::anyhow!(TOKEN)),
        () = watch.silence(&manager, app.discord.0.settings.silence) => Ok(Ended::Silent),
    };
    if matches!(ended, Ok(Ended::Silent)) {
        // Nobody answers there, so nobody waits for that: what it still says is passed over.
        watch.end();
        tokio::spawn(async move { close(&manager).await });
    } else {
        close(&manager).await;
    }
    ended
}

async fn client(app: &App, address: &Address, watch: &Arc<Watch>) -> anyhow::Result<Client> {
    let settings = &app.discord.0.settings;
    let web = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        .build()
        .context("The HTTP client can't be set up")?;
    // serenity itself asks for one thing only, the gateway's address. Its limiter has to be off, or
    // it would ask Discord rather than what stands in for it.
    let mut http = HttpBuilder::new(&settings.token).client(web).ratelimiter_disabled(true);
    if let Some(api) = &settings.api {
        http = http.proxy(api.trim_end_matches('/'));
    }
    let intents = GatewayIntents::GUILDS | GatewayIntents::DIRECT_MESSAGES;
    let handler = Handler::new(app.clone(), watch.clone());
    let client = ClientBuilder::new_with_http(http.build(), intents)
        .raw_event_handler(handler)
        .await
        .context("The gateway client can't be set up")?;
    address.url.clone_into(&mut *client.ws_url.lock().await);
    Ok(client)
}

/// Gives the session up, so that Discord shows the bot as gone at once.
async fn close(manager: &ShardManager) {
    if timeout(CLOSING, manager.shutdown_all()).await.is_err() {
        tracing::warn!("the gateway did not close in time");
    }
}

const TOKEN: &str = "Discord refused the token. Copy it again from the developer portal (Bot → Reset Token)";

/// What serenity gives up on, as a sentence for the person who runs the bot.
fn refused(ended: serenity::Result<()>) -> anyhow::Error {
    let serenity::Error::Gateway(error) = (match ended {
        Ok(()) => return anyhow::anyhow!("The connection to Discord's gateway ended by itself"),
        Err(error) => error,
    }) else {
        return anyhow::anyhow!("The connection to Discord's gateway failed");
    };
    let sentence = match error {
        GatewayError::InvalidAuthentication => TOKEN,
        // 4010 and 4011 ask for another number of shards. serenity goes on after them, falls silent, and
        // the next client asks Discord how many there should be.
        GatewayError::InvalidGatewayIntents => "Discord doesn't know the intents that the bot asks for (4013)",
        GatewayError::DisallowedGatewayIntents => {
            "Discord doesn't allow the bot's intents (4014). It needs no privileged ones; check the bot's page in the developer portal"
        }
        _ => "The connection to Discord's gateway failed for good",
    };
    anyhow::anyhow!(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_final_is_said_in_a_sentence() {
        let cases = [
            (GatewayError::InvalidAuthentication, "refused the token"),
            (GatewayError::DisallowedGatewayIntents, "4014"),
            (GatewayError::InvalidGatewayIntents, "4013"),
        ];
        for (error, part) in cases {
            let sentence = refused(Err(serenity::Error::Gateway(error))).to_string();
            assert!(sentence.contains(part), "{sentence}");
        }
    }
}
