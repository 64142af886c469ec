//! What a client has to be able to do, in order. A person acts, and what she sees decides.

use anyhow::{Context, Error, Result, bail, ensure};
use serde_json::json;

use crate::stage::{Stage, same};
use crate::table::Column;
use crate::{interactions, limits, messages};

/// Walks a client through all abilities. Whoever can't log in can't do anything.
pub(crate) async fn prove_all(name: &'static str, stage: Result<Stage>) -> Column {
    let mut proof = Proof { column: Column::new(name), stage: stage.expect("the stage can be set") };
    proof.prove("log in, with two shards", log_in).await;
    if !proof.column.fails() {
        proof.prove("register commands in bulk", register_many).await;
        proof.prove("register, edit, list and delete a single command", register_one).await;
        proof.prove("read servers, channels and roles", read_servers).await;
        proof.prove("read members: listed, one, and in chunks", read_members).await;
        proof.prove("read history in pages", read_history).await;
        interactions::prove_all(&mut proof).await;
        messages::prove_all(&mut proof).await;
        limits::prove_all(&mut proof).await;
    }
    proof.column
}

/// The column so far.
pub(crate) struct Proof {
    column: Column,
    stage: Stage,
}

impl Proof {
    /// Proves one ability: the check holds, no handler failed, and twilight can read all that was sent.
    pub(crate) async fn prove(&mut self, ability: &'static str, check: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
        let mut found = check(&mut self.stage).await;
        let troubles = self.stage.client.troubles();
        if !troubles.is_empty() {
            found = Err(Error::msg(troubles.join("\n"))).context(format!("{found:?}"));
        }
        self.column.add(ability, found, self.stage.seen.read());
    }
}

async fn log_in(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.hear("log_in").await?;
    same(&saw, &json!({"bot": "Bot", "shards": 2, "servers": ["Annex", "Lab"]}))
}

async fn register_many(stage: &mut Stage) -> Result<()> {
    stage.client.ask("register_many", json!({})).await?;
    let known = stage.sim.read(|world| world.commands.values().filter(|command| command.server.is_none()).count());
    ensure!(known == 14, "{known} commands in place of 14");
    Ok(())
}

async fn register_one(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("register_one", json!({"server": stage.lab})).await?;
    same(&saw["commands"], &json!(["local: Only here"]))?;
    let reply = stage.ann.runs("/local").await?;
    ensure!(reply.text() == "Only in this server.", "{reply}");
    stage.ann.goes_to("Annex/annex")?;
    let elsewhere = stage.ann.runs("/local").await;
    stage.ann.goes_to("Lab/general")?;
    if let Ok(reply) = elsewhere {
        bail!("the command of one server is known in another: {reply}");
    }
    Ok(())
}

async fn read_servers(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("read_servers", json!({})).await?;
    same(&saw["servers"]["Lab"], &json!({"channels": ["general", "ideas"], "roles": ["@everyone", "Bot", "Crew"]}))?;
    same(&saw["servers"]["Annex"], &json!({"channels": ["annex"], "roles": ["@everyone", "Bot"]}))
}

async fn read_members(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("read_members", json!({"server": stage.lab, "person": stage.ann.id()})).await?;
    let all = json!(["Ann Lee", "Ben", "Bot", "Owner of Lab"]);
    same(&saw["listed"], &all)?;
    same(&saw["chunk"], &all)?;
    same(&saw["one"], &json!("Ann Lee"))
}

async fn read_history(stage: &mut Stage) -> Result<()> {
    stage.ann.goes_to("Annex/annex")?;
    for text in ["one", "two", "three"] {
        stage.ann.says(text).await?;
    }
    stage.ann.goes_to("Lab/general")?;
    let saw = stage.client.ask("read_history", json!({"channel": stage.annex})).await?;
    same(&saw["texts"], &json!(["one", "two", "three"]))
}
