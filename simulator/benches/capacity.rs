//! How large a world may be, and how many requests a second it serves.
//!
//! The simulator runs in a process of its own, on one thread and so on one core; this process asks
//! it over sixteen connections, and listens on the gateway. Prints figures, not verdicts.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use simulator::{Options, Simulator, World};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

const MEMBERS: usize = 10_000;
const CHANNELS: usize = 500;
const MESSAGES: usize = 100_000;
const CONNECTIONS: usize = 16;
const LASTS: Duration = Duration::from_secs(10);
/// Clock ticks a second in `/proc`, on every Linux of today.
const TICKS: f64 = 100.0;

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if std::env::args().any(|argument| argument == "serve") {
        return runtime.block_on(serve());
    }
    runtime.block_on(measure())
}

/// Builds the world, serves it, says where, and ends when its input does.
async fn serve() -> Result<(), Failed> {
    let begun = Instant::now();
    let (world, channel, message) = large();
    let sim = Simulator::start(world, Options::default()).await?;
    let said = json!({
        "url": sim.url(), "token": sim.token(), "channel": channel, "message": message,
        "started_ms": begun.elapsed().as_secs_f64() * 1_000.0,
    });
    println!("{said}");
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    Ok(())
}

fn large() -> (World, simulator::ChannelId, simulator::MessageId) {
    let mut world = World::new();
    let server = world.server("Large");
    let role = world.role(server, "Fennel");
    let people: Vec<_> = (0..MEMBERS).map(|number| world.person(&format!("Person {number}"))).collect();
    for person in &people {
        world.join(server, *person, &[role]);
    }
    let channels: Vec<_> = (0..CHANNELS).map(|number| world.channel(server, &format!("channel-{number}"))).collect();
    for number in 0..MESSAGES {
        let text = format!("Message {number}: finished the label printer, next the scanner, nothing in the way.");
        world.wrote(channels[number % CHANNELS], people[number % MEMBERS], &text);
    }
    let message = world.wrote(channels[0], world.bot.user, "Open until 18:00.");
    (world, channels[0], message)
}

/// The simulator's process. It ends with this.
struct Served {
    child: Child,
    said: Value,
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Served {
    fn start() -> Result<Self, Failed> {
        let mut child =
            Command::new(std::env::current_exe()?).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("there is an output")?).read_line(&mut line)?;
        Ok(Self { child, said: serde_json::from_str(&line)? })
    }

    fn text(&self, name: &str) -> String {
        self.said[name].as_str().unwrap_or_default().to_owned()
    }

    /// Megabytes that are in memory.
    fn resident(&self) -> Result<f64, Failed> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("VmRSS is there")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1_024.0 / 1_000_000.0)
    }

    /// Seconds of processor time that were used.
    fn processor(&self) -> Result<f64, Failed> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        // User and system time are the 14th and 15th field; the name is the second.
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / TICKS)
    }
}

async fn measure() -> Result<(), Failed> {
    let served = Served::start()?;
    println!("{MEMBERS} members, {CHANNELS} channels, {MESSAGES} messages");
    println!("built and listening: {:.0} ms", served.said["started_ms"].as_f64().unwrap_or_default());
    println!("memory: {:.0} MB", served.resident()?);
    let begun = Instant::now();
    let listener = tokio::spawn(listen(connected(&served).await?));
    println!("connected, READY and the server received: {:.0} ms", begun.elapsed().as_secs_f64() * 1_000.0);

    let (channel, message) = (served.text("channel"), served.text("message"));
    let messages = format!("/api/v10/channels/{channel}/messages");
    let one = format!("{messages}/{message}");
    let post = json!({"content": "Saved."}).to_string();
    for (what, method, path, body) in [
        ("read a channel", "GET", format!("/api/v10/channels/{channel}"), String::new()),
        ("read fifty messages", "GET", format!("{messages}?limit=50"), String::new()),
        ("edit a message", "PATCH", one, post.clone()),
        ("write a message", "POST", messages, post),
    ] {
        let request = request(&served, method, &path, &body);
        let (before, begun) = (served.processor()?, Instant::now());
        let asked = futures::future::try_join_all((0..CONNECTIONS).map(|_| asks(&served, &request))).await?;
        let (all, took) = (asked.iter().sum::<u32>(), begun.elapsed().as_secs_f64());
        let used = served.processor()? - before;
        println!(
            "{what}: {:.0} requests/s ({:.0} a second of processor time)",
            f64::from(all) / took,
            f64::from(all) / used
        );
    }
    println!("memory afterwards, with a ledger of all that was changed: {:.0} MB", served.resident()?);
    listener.abort();
    Ok(())
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;

/// A gateway connection that has received the server.
async fn connected(served: &Served) -> Result<Socket, Failed> {
    let url = format!("{}/?v=10&encoding=json", served.text("url").replacen("http", "ws", 1));
    let (mut socket, _) = connect_async(url).await?;
    let identify = json!({"op": 2, "d": {"token": served.text("token"), "intents": 513, "properties": {}}});
    socket.send(Message::text(identify.to_string())).await?;
    while let Some(frame) = socket.next().await {
        if frame?.into_text()?.contains("\"GUILD_CREATE\"") {
            return Ok(socket);
        }
    }
    Err("the gateway closed".into())
}

async fn listen(mut socket: Socket) {
    while let Some(Ok(_)) = socket.next().await {}
}

fn request(served: &Served, method: &str, path: &str, body: &str) -> Vec<u8> {
    let token = served.text("token");
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bot {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Asks the same again and again: how many answers came.
async fn asks(served: &Served, request: &[u8]) -> Result<u32, Failed> {
    let address = served.text("url");
    let mut stream = tokio::io::BufReader::new(TcpStream::connect(address.trim_start_matches("http://")).await?);
    let (begun, mut asked) = (Instant::now(), 0);
    let (mut line, mut body) = (String::new(), Vec::new());
    while begun.elapsed() < LASTS {
        stream.write_all(request).await?;
        let mut length = 0;
        let mut first = true;
        loop {
            line.clear();
            stream.read_line(&mut line).await?;
            if std::mem::take(&mut first) && !line.contains(" 200 ") {
                return Err(format!("an answer: {line}").into());
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        body.resize(length, 0);
        stream.read_exact(&mut body).await?;
        asked += 1;
    }
    Ok(asked)
}
