//! Messages, threads, direct messages, reactions; what the client hears, also after a cut.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use simulator::{MessageId, Seen};

use tokio::time::{Instant, sleep};

use crate::abilities::Proof;
use crate::client::PATIENCE;
use crate::stage::{Stage, reads, same};

pub(crate) async fn prove_all(proof: &mut Proof) {
    proof.prove("send a message with an embed and a file", send).await;
    proof.prove("answer, edit, pin and delete a message", change).await;
    proof.prove("open threads, add people, put them away", thread).await;
    proof.prove("open a forum post", forum_post).await;
    proof.prove("send a direct message", direct).await;
    proof.prove("react, and take it back", react).await;
    proof.prove("tell a refusal by its code", refused).await;
    proof.prove("hear messages and reactions, on both shards and in private", hear).await;
    proof.prove("resume after a cut, and hear what was missed once", resume).await;
    proof.prove("start anew when the session isn't valid", start_anew).await;
}

fn id(saw: &Value) -> Result<MessageId> {
    Ok(serde_json::from_value(saw["message"].clone())?)
}

/// A message as Ann sees it.
fn shown(stage: &Stage, message: MessageId) -> Result<Seen> {
    stage.ann.sees().messages.into_iter().find(|it| it.id == message).context("Ann doesn't see it")
}

async fn send(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("send", json!({"channel": stage.general})).await?;
    same(&saw["size"], &json!(11))?;
    same(&saw["title"], &json!("News"))?;
    reads(shown(stage, id(&saw)?)?.text(), "Read this\nNews\nAll is well.\nSince: today\n📎 news.txt")
}

async fn change(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("send", json!({"channel": stage.general})).await?;
    let message = id(&saw)?;
    let it = json!({"channel": stage.general, "message": message});
    let reply = id(&stage.client.ask("reply", it.clone()).await?)?;
    ensure!(shown(stage, reply)?.replies_to == Some(message), "it answers nothing");
    let saw = stage.client.ask("edit", it.clone()).await?;
    same(&saw, &json!({"text": "Read that", "embeds": 0, "files": 0}))?;
    reads(shown(stage, message)?.text(), "Read that")?;
    let saw = stage.client.ask("pin", it.clone()).await?;
    same(&saw["pinned"], &json!([message]))?;
    stage.client.ask("delete", it).await?;
    ensure!(shown(stage, message).is_err(), "it is still there");
    Ok(())
}

async fn thread(stage: &mut Stage) -> Result<()> {
    let message = stage.ann.says("Let us talk").await?;
    let ask = json!({"channel": stage.general, "message": message, "person": stage.ben.id()});
    let saw = stage.client.ask("thread", ask).await?;
    let bot = stage.sim.bot_user_id();
    let mut members: Vec<String> = serde_json::from_value(saw["members"].clone())?;
    let mut wanted = vec![bot.to_string(), stage.ben.id().to_string()];
    members.sort();
    wanted.sort();
    ensure!(members == wanted, "{members:?} in place of {wanted:?}");
    same(&saw["archived"], &json!(true))?;
    let last = stage.ben.sees_in("About it")?.last().map(Seen::text);
    ensure!(last.as_deref() == Some("In the thread"), "Ben sees {last:?}");
    ensure!(shown(stage, message)?.thread.is_some(), "the message has no thread");
    Ok(())
}

async fn forum_post(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("forum_post", json!({"channel": stage.ideas})).await?;
    same(&saw["first"], &json!("What if?"))?;
    reads(stage.ann.sees_in("An idea")?.last().map_or_else(String::new, Seen::text), "What if?")
}

async fn direct(stage: &mut Stage) -> Result<()> {
    stage.client.ask("dm", json!({"person": stage.ann.id()})).await?;
    let last = stage.ann.inbox().last().map(Seen::text);
    ensure!(last.as_deref() == Some("Just between us"), "Ann's inbox ends with {last:?}");
    Ok(())
}

async fn react(stage: &mut Stage) -> Result<()> {
    let message = stage.ann.says("Good?").await?;
    let saw = stage.client.ask("react", json!({"channel": stage.general, "message": message})).await?;
    same(&saw["reactions"], &json!(["👍"]))?;
    let reactions = shown(stage, message)?.reactions;
    ensure!(reactions == ["👍"], "{reactions:?}");
    Ok(())
}

async fn refused(stage: &mut Stage) -> Result<()> {
    let saw = stage.client.ask("refused", json!({"channel": stage.general})).await?;
    same(&saw, &json!({"code": 50035, "status": 400}))
}

/// Waits until the client has heard something for the first time; how often it has.
async fn heard(stage: &mut Stage, what: &str) -> Result<usize> {
    let end = Instant::now() + PATIENCE;
    loop {
        let saw = stage.client.ask("heard", json!({})).await?;
        let times = saw["heard"].as_array().into_iter().flatten().filter(|it| *it == what).count();
        if times > 0 {
            return Ok(times);
        }
        ensure!(Instant::now() < end, "it never heard \"{what}\"");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn hear(stage: &mut Stage) -> Result<()> {
    stage.ann.goes_to("DM")?;
    stage.ann.says("Psst").await?;
    stage.ann.goes_to("Annex/annex")?;
    stage.ann.says("Hello from afar").await?;
    stage.ann.goes_to("Lab/general")?;
    let message = stage.ann.says("Hello").await?;
    stage.ann.reacts(message, "🎉", true)?;
    for what in ["DM: Psst", "Annex: Hello from afar", "Lab: Hello", "reaction 🎉"] {
        ensure!(heard(stage, what).await? == 1, "it heard \"{what}\" more than once");
    }
    Ok(())
}

/// How often shards have resumed, and identified.
async fn sessions(stage: &mut Stage) -> Result<(u64, u64)> {
    let saw = stage.client.ask("resumed", json!({})).await?;
    Ok((saw["resumed"].as_u64().unwrap_or(0), saw["identified"].as_u64().unwrap_or(0)))
}

/// Waits until the shards have resumed and identified that often.
async fn sessions_reach(stage: &mut Stage, resumed: u64, identified: u64) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found = sessions(stage).await?;
        if found.0 >= resumed && found.1 >= identified {
            return Ok(());
        }
        ensure!(Instant::now() < end, "resumed and identified {found:?} times in place of {resumed} and {identified}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn resume(stage: &mut Stage) -> Result<()> {
    let (_, identified) = sessions(stage).await?;
    for (cut, text) in [("close", "While it was cut off"), ("op 7", "While it was asked to go")] {
        let (before, _) = sessions(stage).await?;
        if cut == "close" {
            stage.sim.close_gateways(4000);
        } else {
            stage.sim.op7();
        }
        stage.ann.says(text).await?;
        ensure!(heard(stage, &format!("Lab: {text}")).await? == 1, "{cut}: it heard it twice");
        sessions_reach(stage, before + 2, identified).await?;
    }
    ensure!(sessions(stage).await?.1 == identified, "it started anew");
    reads(stage.ann.runs("/now").await?, "Here I am.")
}

async fn start_anew(stage: &mut Stage) -> Result<()> {
    let (_, before) = sessions(stage).await?;
    stage.sim.op9(false);
    sessions_reach(stage, 0, before + 2).await?;
    reads(stage.ann.runs("/now").await?, "Here I am.")
}
