//! Rate limits: a client that reads the headers isn't refused, and one that is waits and comes again.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::abilities::Proof;
use crate::stage::Stage;

pub(crate) async fn prove_all(proof: &mut Proof) {
    proof.prove("read the limits, so that more than a window takes is never refused", headers).await;
    proof.prove("wait after a 429 of a route, and come again", route).await;
    proof.prove("wait after a 429 that others share, and come again", shared).await;
    proof.prove("wait after a global 429, and come again", global).await;
}

/// More messages at once than a window takes. That it was refused on its way here is no fault:
/// discord.js forgets what a route's first answer said of its limits, and discord.py doesn't count
/// what it asks in all.
async fn headers(stage: &mut Stage) -> Result<()> {
    let before = stage.sim.rate_limited();
    let texts: Vec<_> = (0..7).map(|number| format!("Number {number}")).collect();
    stage.client.ask("say", json!({"channel": stage.general, "texts": texts})).await?;
    let seen = stage.ann.sees().text();
    for text in &texts {
        ensure!(seen.matches(text.as_str()).count() == 1, "Ann doesn't see \"{text}\" once");
    }
    let refused = stage.sim.rate_limited() - before;
    ensure!(refused == 0, "it was refused {refused} times");
    Ok(())
}

async fn route(stage: &mut Stage) -> Result<()> {
    let path = format!("/channels/{}/messages", stage.annex);
    while stage.behind_its_back("POST", &path, json!({"content": "I was first"})).await? != 429 {}
    comes_again(stage, "Wait for me").await
}

/// A limit that is not the client's alone: Discord says so in the headers.
async fn shared(stage: &mut Stage) -> Result<()> {
    stage.sim.fault("POST /channels/{channel}/messages: 429 shared 1 s × 1".parse().map_err(anyhow::Error::msg)?);
    comes_again(stage, "Wait for the others").await
}

async fn global(stage: &mut Stage) -> Result<()> {
    while stage.behind_its_back("GET", "/users/@me", json!(null)).await? != 429 {}
    comes_again(stage, "Wait for us all").await
}

/// The client says something while it is over a limit: it is refused, and says it once after all.
async fn comes_again(stage: &mut Stage, text: &str) -> Result<()> {
    let before = stage.sim.rate_limited();
    stage.client.ask("say", json!({"channel": stage.annex, "texts": [text]})).await?;
    let refused = stage.sim.rate_limited() - before;
    ensure!(refused == 1, "it was refused {refused} times");
    let times = stage.ann.sees_in("Annex/annex")?.text().matches(text).count();
    ensure!(times == 1, "Ann sees it {times} times");
    Ok(())
}
