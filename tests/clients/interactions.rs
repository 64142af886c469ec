//! Answering interactions in every way there is.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use simulator::ReplyKind;
use tokio::time::{Instant, sleep};

use crate::abilities::Proof;
use crate::client::PATIENCE;
use crate::stage::{Stage, reads};

pub(crate) async fn prove_all(proof: &mut Proof) {
    proof.prove("answer at once, on both shards", at_once).await;
    proof.prove("answer in private", in_private).await;
    proof.prove("answer after deferring", deferred).await;
    proof.prove("answer after deferring, in private", deferred_in_private).await;
    proof.prove("read an option of every kind", every_option).await;
    proof.prove("answer with buttons and a select, and to them", components).await;
    proof.prove("open a modal and read it", modal).await;
    proof.prove("suggest while a person types", suggestions).await;
    proof.prove("answer with a file", answers_with_file).await;
    proof.prove("read a file that a person sent", reads_file).await;
    proof.prove("commands of messages and of people", menus).await;
    proof.prove("fetch and edit the answer, follow up, edit that", rework).await;
    proof.prove("delete the answer", vanish).await;
}

async fn at_once(stage: &mut Stage) -> Result<()> {
    for place in ["Annex/annex", "Lab/general"] {
        stage.ann.goes_to(place)?;
        let reply = stage.ann.runs("/now").await?;
        reads(&reply, "Here I am.")?;
        ensure!(!reply.is_private(), "only Ann sees it");
    }
    Ok(())
}

async fn in_private(stage: &mut Stage) -> Result<()> {
    let reply = stage.ann.runs("/secret").await?;
    reads(&reply, "Only for you.")?;
    ensure!(reply.is_private(), "everybody sees it");
    ensure!(!stage.ben.sees().text().contains("Only for you."), "Ben sees it");
    Ok(())
}

async fn deferred(stage: &mut Stage) -> Result<()> {
    let reply = stage.ann.runs("/later").await?;
    ensure!(!reply.is_private(), "only Ann sees it");
    reads(reply, "Here it is.")
}

async fn deferred_in_private(stage: &mut Stage) -> Result<()> {
    let reply = stage.ann.runs("/hidden").await?;
    ensure!(reply.is_private(), "everybody sees it");
    reads(reply, "Here it is, in private.")
}

async fn every_option(stage: &mut Stage) -> Result<()> {
    let line = "/facts who:@Ben where:#general role:@Crew count:3 share:0.5 sure:true";
    reads(stage.ann.runs(line).await?, "Ben general Crew 3 0.5 true")
}

/// Waits until the client knows that its answer arrived: discord.py listens to its buttons and forms
/// from then on, and no person is done within a millisecond.
async fn answered(stage: &mut Stage, command: &str) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let saw = stage.client.ask("answered", json!({})).await?;
        if saw["answered"].as_array().is_some_and(|all| all.contains(&json!(command))) {
            return Ok(());
        }
        ensure!(Instant::now() < end, "it never came to an end with /{command}");
        sleep(Duration::from_millis(10)).await;
    }
}

async fn components(stage: &mut Stage) -> Result<()> {
    reads(stage.ann.runs("/choose").await?, "Choose.\n[▾ Colour]\n[Yes] [Wait]")?;
    answered(stage, "choose").await?;
    let reply = stage.ann.selects("Colour", &["Blue"]).await?;
    reads(&reply, "You chose blue.")?;
    ensure!(reply.is_private(), "everybody sees what she chose");
    stage.ann.clicks("Wait").await?;
    stage.until("the edit after a deferred update", |it| it.ann.sees().text().contains("You waited.")).await?;
    let reply = stage.ann.clicks("Yes").await?;
    ensure!(reply.kind == ReplyKind::Updated, "{:?} in place of an update", reply.kind);
    reads(reply, "You said yes.")
}

async fn modal(stage: &mut Stage) -> Result<()> {
    let form = stage.ann.runs("/form").await?.modal.context("no modal was opened")?;
    reads(&form.title, "A form")?;
    answered(stage, "form").await?;
    reads(stage.ann.fills(&[("Name", "Ann")]).await?, "Hello, Ann.")
}

async fn suggestions(stage: &mut Stage) -> Result<()> {
    let choices = stage.ann.types_option("/fruit kind:", "ap").await?;
    let names: Vec<_> = choices.iter().map(|choice| choice.name.as_str()).collect();
    ensure!(names == ["Apple", "Apricot"], "{names:?}");
    reads(stage.ann.runs("/fruit kind:Apple").await?, "You like apple.")
}

async fn answers_with_file(stage: &mut Stage) -> Result<()> {
    reads(stage.ann.runs("/file").await?, "A file.\n📎 answer.txt")
}

async fn reads_file(stage: &mut Stage) -> Result<()> {
    let reply = stage.ann.runs_with_file("/read", "paper", "paper.txt", b"forty-two").await?;
    reads(reply, "It says: forty-two")
}

async fn menus(stage: &mut Stage) -> Result<()> {
    let message = stage.ann.says("To be or not to be").await?;
    reads(stage.ben.right_clicks(message, "Quote").await?, "> To be or not to be")?;
    reads(stage.ann.right_clicks_person(stage.ben.id(), "Greet").await?, "Hello, Ben!")
}

async fn rework(stage: &mut Stage) -> Result<()> {
    stage.ann.runs("/rework").await?;
    stage.until("the edited answer", |it| it.ben.sees().text().contains("Draft, reworked")).await?;
    stage.until("the edited follow-up", |it| it.ann.sees().text().contains("More, reworked")).await?;
    ensure!(!stage.ben.sees().text().contains("More"), "Ben sees the private follow-up");
    Ok(())
}

async fn vanish(stage: &mut Stage) -> Result<()> {
    stage.ann.runs("/vanish").await?;
    stage.until("the follow-up", |it| it.ann.sees().text().contains("It is gone.")).await?;
    if stage.ann.sees().text().contains("Gone soon") {
        bail!("the answer is still there");
    }
    Ok(())
}
