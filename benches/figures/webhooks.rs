//! From a signed webhook to the answer that it is recorded, which comes after a durable commit; 200 a second,
//! each on a connection of its own, as GitHub sends them.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use elevenses::app::Random;
use elevenses::clock::Clock;
use elevenses::features::webhook::model::{Kind, Source};
use elevenses::features::webhook::store as sources;
use elevenses::partnership::{PartnershipId, SquadId};
use elevenses::storage::{Location, Store, seal};
use futures::future::try_join_all;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use simulator::{Options, Simulator, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::bot::Bot;
use crate::database::{Bare, Database, Engine};
use crate::partnership::{Partnership, quiet};
use crate::table::{Table, Times};

/// Partnerships.
const PARTNERSHIPS: usize = 4;
/// Squads of each, each with a webhook.
const SQUADS: usize = 5;
/// Rounds, in which webhooks and their references take turns; the first one warms up.
const ROUNDS: usize = 5;
/// Webhooks in a round.
const A_ROUND: usize = 1_000;
/// From one to the next: 200 a second.
const APART: Duration = Duration::from_millis(5);

/// A webhook that was set up.
struct Hook {
    path: String,
    secret: String,
}

/// Measures it on an engine, beside commits of one row and answers without a database, at the same rate.
pub(crate) async fn measure(engine: Engine, table: &mut Table) -> anyhow::Result<()> {
    let mut world = World::new();
    let partnerships: Vec<_> = (0..PARTNERSHIPS).map(|_| Partnership::found(&mut world, SQUADS, 2)).collect();
    let database = Database::with(engine, &partnerships).await?;
    let mut hooks = Vec::new();
    for partnership in &partnerships {
        hooks.extend(set_up(&database, partnership.id).await?);
    }
    let door = listens(&database)?;
    let mut bare = database.bare().await?;
    let sim = Simulator::start(world, Options::default()).await?;
    let mut bot = Bot::start(&sim, &database)?;
    bot.connected(&sim).await?;
    quiet(&sim).await;
    let (mut ours, mut commits, mut ways) = (Times::default(), Times::default(), Times::default());
    for round in 0..=ROUNDS {
        let requests: Vec<Vec<u8>> =
            (0..A_ROUND).map(|number| hooks[number % hooks.len()].request(round, number)).collect();
        let took = [at_rate(door, requests, "200 OK").await?, committed(&mut bare).await?, nothing(door).await?];
        if round > 0 {
            for (all, took) in [&mut ours, &mut commits, &mut ways].into_iter().zip(took) {
                for time in took {
                    all.add(time);
                }
            }
        }
    }
    table.add(
        &format!("webhook → recorded, 200 a second, {}", engine.name()),
        "p99 ≤ 5 ms",
        &ours.spread(),
        &format!("bare commit of a row {}; an answer without a database {}", commits.spread(), ways.spread()),
    );
    drop(bot);
    database.close().await
}

/// Sets a webhook up for each squad, as a click would.
async fn set_up(database: &Database, partnership: i64) -> anyhow::Result<Vec<Hook>> {
    /// As all secrets are sealed.
    const LONGEST_SECRET: usize = 64;
    let store = Store::open(&Location::new(&database.url), Clock::system().activity()).await?;
    let partnership = PartnershipId(partnership);
    let made = store.write(partnership, move |tx| {
        Box::pin(async move {
            let random = Random::from_system();
            let mut hooks = Vec::new();
            for squad in (1..).take(SQUADS) {
                let mut source = Source {
                    partnership,
                    id: hex::encode(random.bytes::<16>()),
                    squad: SquadId(squad),
                    kind: Kind::GitHub,
                    secret: String::new(),
                    former: String::new(),
                    former_until: DateTime::<Utc>::default(),
                };
                let secret = hex::encode(random.bytes::<32>());
                let key = seal::make(tx, &random, partnership, &source.seal()).await?;
                source.secret = key.seal(&random, &source.seal(), &secret, LONGEST_SECRET)?;
                sources::save(tx, &source, DateTime::<Utc>::default()).await?;
                hooks.push(Hook { path: format!("/hooks/{}", source.address()), secret });
            }
            Ok(hooks)
        })
    });
    let hooks = made.await.map_err(anyhow::Error::msg)?;
    store.close().await;
    Ok(hooks)
}

/// Says in the bot's settings where it listens.
fn listens(database: &Database) -> anyhow::Result<SocketAddr> {
    // Free a moment ago, and nobody else takes ports here.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let folder = database.folder().join("config");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("elevenses.toml"), format!("[web]\nlisten = \"{address}\"\n"))?;
    Ok(address)
}

impl Hook {
    /// A release that hasn't been told yet, signed as GitHub does.
    fn request(&self, round: usize, number: usize) -> Vec<u8> {
        let body = json!({
            "action": "published",
            "repository": { "full_name": "fennel/checkout" },
            "release": {
                "tag_name": format!("v{round}.{number}"), "name": format!("Checkout {round}.{number}"),
                "target_commitish": format!("{:040x}", round * A_ROUND + number), "author": { "login": "robot" },
                "html_url": "https://example.org/fennel/checkout/releases",
                "body": "What a release's notes are usually like. ".repeat(50),
            },
        })
        .to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(body.as_bytes());
        let signature = hex::encode(mac.finalize().into_bytes());
        format!(
            "POST {} HTTP/1.1\r\nhost: elevenses\r\nx-github-event: release\r\nx-github-delivery: {round}-{number}\r\n\
             x-hub-signature-256: sha256={signature}\r\ncontent-length: {}\r\n\r\n{body}",
            self.path,
            body.len()
        )
        .into_bytes()
    }
}

/// Sends requests one after another at the rate, whatever becomes of those before. How long each took, from
/// its connection on.
async fn at_rate(door: SocketAddr, requests: Vec<Vec<u8>>, answer: &'static str) -> anyhow::Result<Vec<Duration>> {
    let begun = Instant::now();
    let sent = (0_u32..).zip(requests).map(|(number, request)| {
        tokio::spawn(async move {
            tokio::time::sleep_until(begun + APART * number).await;
            let begun = Instant::now();
            let mut stream = TcpStream::connect(door).await?;
            stream.write_all(&request).await?;
            let mut read = Vec::new();
            stream.read_to_end(&mut read).await?;
            let took = begun.elapsed();
            let read = String::from_utf8_lossy(&read);
            anyhow::ensure!(read.contains(answer), "it was answered: {read}");
            anyhow::Ok(took)
        })
    });
    let sent: Vec<_> = sent.collect();
    try_join_all(sent).await.context("a request panicked")?.into_iter().collect()
}

/// Commits of one row at the same rate, with the same durability.
async fn committed(bare: &mut Bare) -> anyhow::Result<Vec<Duration>> {
    let (begun, mut took) = (Instant::now(), Vec::new());
    for number in (0_u32..).take(A_ROUND) {
        tokio::time::sleep_until(begun + APART * number).await;
        took.push(bare.commit(1).await?);
    }
    Ok(took)
}

/// What isn't there is answered without a look into the database.
async fn nothing(door: SocketAddr) -> anyhow::Result<Vec<Duration>> {
    let request = b"POST /nothing HTTP/1.1\r\nhost: elevenses\r\ncontent-length: 0\r\n\r\n".to_vec();
    at_rate(door, vec![request; A_ROUND], "404 Not Found").await
}
