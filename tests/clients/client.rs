//! A bot in someone else's library, as the test sees it: it is asked for something, and answers.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// The longest that a client may take: a window of a rate limit is 5 seconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A bot that is asked for something with a JSON object, `{"ability": "send", …}`, and answers with
/// another, `{"ability": "send", "ok": true, "saw": {…}}`. What goes wrong in its handlers it tells as
/// `{"trouble": "…"}`.
pub(crate) struct Client {
    asks: UnboundedSender<Value>,
    answers: UnboundedReceiver<Value>,
    /// It ends with this.
    _process: Option<Child>,
}

/// A command that runs a client of this folder.
pub(crate) fn command(program: impl AsRef<OsStr>, script: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(script));
    command
}

impl Client {
    /// Starts a client that is a process of its own.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().with_context(|| format!("{command:?} can't be started"))?;
        let mut input = process.stdin.take().context("no standard input")?;
        let mut output = BufReader::new(process.stdout.take().context("no standard output")?).lines();
        let (client, mut asked, answer) = Self::pair(Some(process));
        tokio::spawn(async move {
            while let Some(line) = asked.recv().await {
                if input.write_all(format!("{line}\n").as_bytes()).await.is_err() {
                    break;
                }
            }
        });
        tokio::spawn(async move {
            while let Ok(Some(line)) = output.next_line().await {
                let said = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if answer.send(said).is_err() {
                    break;
                }
            }
        });
        Ok(client)
    }

    /// A client, and the two ends that its library's side holds.
    pub(crate) fn pair(process: Option<Child>) -> (Self, UnboundedReceiver<Value>, UnboundedSender<Value>) {
        let (asks, asked) = unbounded_channel();
        let (answer, answers) = unbounded_channel();
        (Self { asks, answers, _process: process }, asked, answer)
    }

    /// Asks for something and waits until it is done; what the client saw.
    pub(crate) async fn ask(&mut self, ability: &str, mut how: Value) -> Result<Value> {
        how["ability"] = ability.into();
        self.asks.send(how).ok().context("the client has ended")?;
        self.hear(ability).await
    }

    /// Waits until the client has done something.
    pub(crate) async fn hear(&mut self, ability: &str) -> Result<Value> {
        let said = timeout(PATIENCE, self.answers.recv()).await;
        let mut said = said.with_context(|| format!("no answer about {ability}"))?.context("the client has ended")?;
        if said["ability"] != ability {
            bail!("instead of {ability} the client said {said}");
        }
        if said["ok"] != true {
            bail!("{}", said["error"].as_str().unwrap_or("no reason"));
        }
        Ok(said["saw"].take())
    }

    /// What went wrong in the client's handlers and wasn't told yet.
    pub(crate) fn troubles(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.answers.try_recv().ok()).map(|said| said.to_string()).collect()
    }
}
