//! Campaign 24: strangers at the door for webhooks, who don't know the secret, repeat what they saw, send too much
//! or too slowly.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use elevenses::features::webhook::model::{Kind, Source};
use elevenses::features::webhook::store as sources;
use elevenses::partnership::SquadId;
use elevenses::storage::seal;
use elevenses::web::{LARGEST, PATIENCE};
use futures::FutureExt;
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};
use hmac::{Hmac, KeyInit, Mac};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::scene::Scene;
use crate::{Order, Report};

/// What GitHub publishes to check an implementation with.
const SECRET: &str = "It's a Secret to Everybody";
const PUBLISHED: (&str, &str) =
    ("Hello, World!", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
/// From this count on, a request has as long as it has with the bot as it ships.
const LONG: usize = 10_000;
/// Below that, so long: longer than a slow disk takes for a row of genuine requests.
const BRIEFLY: Duration = Duration::from_secs(5);
/// Requests at the same time.
const SIDE_BY_SIDE: usize = 32;
/// How often a genuine request is sent again.
const REPEATS: usize = 100;
/// Who sends too much.
const HUGE: usize = 50;
/// Who sends too slowly: more than there are seats.
const SLOW: usize = 300;
/// How long after the end of its time a connection may still be there, in a build that isn't optimised.
const SLACK: Duration = Duration::from_secs(3);

/// A request as it is sent.
#[derive(Clone)]
struct Wire {
    delivery: String,
    header: Vec<u8>,
    signature: Vec<u8>,
    body: Vec<u8>,
}

impl Wire {
    /// HTTP doesn't tell capitals in a header's name, or spaces around its value.
    fn says_the_same_as(&self, other: &Self) -> bool {
        self.body == other.body
            && self.header.eq_ignore_ascii_case(&other.header)
            && self.signature.trim_ascii() == other.signature.trim_ascii()
    }
}

/// The door, the path of the webhook, and how long a request may take.
#[derive(Clone)]
struct Door {
    patience: Duration,
    address: SocketAddr,
    path: String,
}

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let patience = if order.count < LONG { BRIEFLY } else { PATIENCE };
    let scene = Scene::listening(order, patience).await?;
    let door = set_up(&scene).await?;
    let mut report = Report::default();
    let (body, signature) = PUBLISHED;
    let published = Wire { signature: signature.into(), body: body.into(), ..genuine("d-0") };
    let answer = door.sends(&published.clone(), "ping").await?;
    report.must("the published request is answered", 202, answer, answer == 202);

    let rows = ["SELECT COUNT(*) FROM release", "SELECT COUNT(*) FROM webhook_delivery"];
    let count = async || {
        let [releases, deliveries] = rows.map(|sql| scene.database.number(sql));
        anyhow::Ok((releases.await?, deliveries.await?))
    };
    let before = count().await?;
    let welcome = mutations(&door, order).await?;
    let after = count().await?;
    report.tell("mutated requests", order.count);
    report.guarded_none("of them answered as if they were signed", welcome);
    report.guarded_none("releases and deliveries that they left", after.0 + after.1 - before.0 - before.1);

    let new = genuine("d-1");
    let again = (0..REPEATS).map(|number| match number % 2 {
        0 => new.clone(),
        // The id isn't signed.
        _ => Wire { delivery: format!("again-{number}"), ..new.clone() },
    });
    let answers = all(&door, again.collect()).await?;
    report.must_be("repeats of a genuine request answered with 200", REPEATS, answers.get(200));
    report.must_be("releases that they left", 1, count().await?.0 - after.0);

    let huge = huge(&door).await?;
    report.must_be("huge bodies refused with 413, or cut off", HUGE, huge);
    let (cut, honest) = slow(&door).await?;
    let [most, wait] = [patience + SLACK, 2 * patience + SLACK];
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    report.must_in_time(&format!("{SLOW} slow senders, all cut off after"), seconds(wait), seconds(cut), cut <= wait);
    report.must_in_time("an honest request among them, answered after", seconds(most), seconds(honest), honest <= most);
    report.must_be("releases in the end", 2, count().await?.0 - after.0);
    scene.close().await?;
    Ok(report)
}

/// Sets a webhook up, as a click would, with the secret that is published.
async fn set_up(scene: &Scene) -> anyhow::Result<Door> {
    /// As all secrets are sealed.
    const LONGEST_SECRET: usize = 64;
    let app = scene.app().clone();
    let partnership = scene.places.first().context("there is a place")?.id;
    let mut source = Source {
        partnership,
        id: hex::encode(app.random.bytes::<16>()),
        squad: SquadId(1),
        kind: Kind::GitHub,
        secret: String::new(),
        former: String::new(),
        former_until: DateTime::<Utc>::default(),
    };
    let address = app.web.as_ref().context("it listens")?.address();
    let path = format!("/hooks/{}", source.address());
    let random = app.random.clone();
    let made = app.store.write(partnership, move |tx| {
        async move {
            let key = seal::make(tx, &random, partnership, &source.seal()).await?;
            source.secret = key.seal(&random, &source.seal(), SECRET, LONGEST_SECRET)?;
            sources::save(tx, &source, DateTime::<Utc>::default()).await
        }
        .boxed()
    });
    made.await.map_err(anyhow::Error::msg)?;
    Ok(Door { patience: app.config.web.patience, address, path })
}

fn sign(body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes())).into_bytes()
}

/// What GitHub sends, by the id of its delivery.
fn genuine(delivery: &str) -> Wire {
    let body = json!({
        "action": "published", "repository": { "full_name": "fennel/checkout" },
        "release": { "tag_name": delivery, "name": delivery, "target_commitish": "main", "author": { "login": "robot" } },
    })
    .to_string()
    .into_bytes();
    let header = b"x-hub-signature-256".to_vec();
    Wire { delivery: delivery.to_owned(), header, signature: sign(&body), body }
}

/// Sends requests of which each is wrong in one place. How many were answered as if they were signed. In the
/// control, whoever changes the body knows the secret.
async fn mutations(door: &Door, order: Order) -> anyhow::Result<usize> {
    let mut random = ChaCha8Rng::seed_from_u64(order.seed);
    let mut welcome = 0;
    let mut left = order.count;
    while left > 0 {
        let some = left.min(1_000);
        let wires = (0..some).map(|number| {
            let whole = genuine(&format!("m-{}", left - number));
            let mut wire = whole.clone();
            while wire.says_the_same_as(&whole) {
                match random.random_range(0..4) {
                    0 => mutate(&mut wire.signature, &mut random),
                    1 => mutate(&mut wire.header, &mut random),
                    _ => mutate(&mut wire.body, &mut random),
                }
            }
            if order.control && wire.body != whole.body {
                wire.signature = sign(&wire.body);
            }
            wire
        });
        let answers = all(door, wires.collect()).await?;
        welcome += answers.get(200) + answers.get(202);
        left -= some;
    }
    Ok(welcome)
}

/// Changes a place, or cuts there.
fn mutate(bytes: &mut Vec<u8>, random: &mut impl Rng) {
    let Some(last) = bytes.len().checked_sub(1) else { return bytes.push(b'?') };
    let at = random.random_range(0..=last);
    match random.random_range(0..5) {
        0 => bytes[at] ^= 1 << random.random_range(0..8),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, random.random_range(b' '..=b'~')),
        3 => bytes.truncate(at),
        _ => bytes.swap(at, last - at),
    }
}

/// How often each status was answered.
#[derive(Default)]
struct Answers(std::collections::BTreeMap<u16, usize>);

impl Answers {
    fn get(&self, status: u16) -> usize {
        self.0.get(&status).copied().unwrap_or_default()
    }
}

async fn all(door: &Door, wires: Vec<Wire>) -> anyhow::Result<Answers> {
    let sent = stream::iter(wires).map(async |wire| door.sends(&wire, "release").await);
    let statuses: Vec<u16> = sent.buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
    let mut answers = Answers::default();
    for status in statuses {
        *answers.0.entry(status).or_default() += 1;
    }
    Ok(answers)
}

impl Door {
    /// Sends a request; the status of the answer, 0 where there was none.
    async fn sends(&self, wire: &Wire, event: &str) -> anyhow::Result<u16> {
        let mut request = self.head(wire.body.len());
        request.extend_from_slice(
            format!("x-github-event: {event}\r\nx-github-delivery: {}\r\n", wire.delivery).as_bytes(),
        );
        let parts: [&[u8]; 5] = [&wire.header, b": ", &wire.signature, b"\r\n\r\n", &wire.body];
        request.extend(parts.concat());
        let mut stream = TcpStream::connect(self.address).await?;
        // Whoever is refused early may not get rid of the rest.
        stream.write_all(&request).await.ok();
        Ok(status(&mut stream).await)
    }

    fn head(&self, length: usize) -> Vec<u8> {
        let Self { path, .. } = self;
        format!("POST {path} HTTP/1.1\r\nhost: elevenses\r\ncontent-length: {length}\r\n").into_bytes()
    }
}

/// The status of an answer that is read to its end; 0 where there is none.
async fn status(stream: &mut TcpStream) -> u16 {
    let mut read = Vec::new();
    stream.read_to_end(&mut read).await.ok();
    let text = String::from_utf8_lossy(&read);
    text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// Sends bodies that are announced as huge, and such that go on and on. How many were refused or cut off.
async fn huge(door: &Door) -> anyhow::Result<usize> {
    let one = async |number: usize| {
        let mut stream = TcpStream::connect(door.address).await?;
        if number.is_multiple_of(2) {
            stream.write_all(&[door.head(1 << 40), b"\r\n".to_vec()].concat()).await?;
        } else {
            let head = format!("POST {} HTTP/1.1\r\nhost: elevenses\r\ntransfer-encoding: chunked\r\n\r\n", door.path);
            stream.write_all(head.as_bytes()).await?;
            let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x1_0000], b"\r\n".to_vec()].concat();
            // Much more than is taken, and than the sockets hold in between.
            for _ in 0..(256 * LARGEST / chunk.len()) {
                if stream.write_all(&chunk).await.is_err() {
                    break;
                }
            }
        }
        let status = timeout(4 * door.patience, status(&mut stream)).await.context("it goes on")?;
        anyhow::Ok(usize::from(status == 413 || status == 0))
    };
    let refused: Vec<usize> = stream::iter(0..HUGE).map(one).buffer_unordered(SIDE_BY_SIDE).try_collect().await?;
    Ok(refused.into_iter().sum())
}

/// Takes every seat and more with requests that come a byte at a time, and sends an honest one among them. After
/// how long all were cut off, and after how long the honest one was answered.
async fn slow(door: &Door) -> anyhow::Result<(Duration, Duration)> {
    let begun = Instant::now();
    let (head, mut dripping) = (door.head(100), Vec::new());
    for mut stream in try_join_all((0..SLOW).map(|_| TcpStream::connect(door.address))).await? {
        let head = head.clone();
        dripping.push(tokio::spawn(async move {
            for byte in head.into_iter().cycle() {
                if stream.write_all(&[byte]).await.is_err() {
                    break;
                }
                sleep(Duration::from_millis(250)).await;
            }
        }));
    }
    let sent = Instant::now();
    let answer = door.sends(&genuine("d-2"), "release").await?;
    anyhow::ensure!(answer == 200, "the honest one was answered with {answer}");
    let honest = sent.elapsed();
    for one in dripping {
        timeout(4 * door.patience, one).await.context("a slow sender stays")??;
    }
    Ok((begun.elapsed(), honest))
}
