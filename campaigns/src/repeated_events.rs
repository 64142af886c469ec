//! Campaign 15: the gateway sends every event twice, as it may after a resumption.

use std::collections::BTreeMap;

use futures::future::join_all;
use simulator::{Actor, Fault, FaultKind, Options};

use crate::posts::{is_message, text};
use crate::scene::Scene;
use crate::town::QUESTION;
use crate::{Order, Report};

/// People of a squad.
const PEOPLE: usize = 20;
/// People who act at the same time.
const SIDE_BY_SIDE: usize = 40;

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    // A command and a form each.
    let people = order.count.div_ceil(2);
    let servers = people.div_ceil(PEOPLE);
    let scene = Scene::open(order, Options::default(), (servers, PEOPLE), true).await?;
    let before = scene.stage.app.discord.handled();
    let all = scene.places.iter().flat_map(|place| &place.people).take(people);
    let actors: Vec<(usize, Actor)> = all.map(|id| scene.sim().person(*id)).enumerate().collect();
    if !order.control {
        let repeat = Fault::event("INTERACTION_CREATE", FaultKind::Repeat);
        scene.sim().fault(repeat.times(u32::try_from(2 * people)?));
    }
    let mut saved = 0;
    for some in actors.chunks(SIDE_BY_SIDE) {
        saved += join_all(some.iter().map(answers)).await.into_iter().filter(|saved| *saved).count();
        if order.control {
            join_all(some.iter().map(answers)).await;
        }
        scene.stage.settled().await?;
    }
    scene.pass(chrono::TimeDelta::minutes(10)).await?;
    let ledger = scene.sim().ledger();
    let callbacks = |accepted| {
        let to = ledger.iter().filter(|entry| entry.route.ends_with("/callback") && entry.accepted == accepted);
        to.count()
    };
    let mut shares: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in ledger.iter().filter(|entry| is_message(entry) && entry.accepted && !entry.repeat) {
        if let Some((_, rest)) = text(entry).split_once("piece ") {
            *shares.entry(rest.split('.').next().unwrap_or_default()).or_default() += 1;
        }
    }
    let mut report = Report::default();
    report.tell("events of the gateway that the bot got", scene.stage.app.discord.handled() - before);
    report.must_be("people who were told that their answer is saved", people, saved);
    report.guarded("answers to interactions", 2 * people, callbacks(true), callbacks(true) == 2 * people);
    report.must_be("answers to interactions that were answered already", 0, callbacks(false));
    let rows = |table: &'static str| scene.database.number(table);
    report.must_be("check-ins", people, rows("SELECT COUNT(*) FROM checkin").await?);
    report.must_be("answers in check-ins", people, rows("SELECT COUNT(*) FROM checkin_answer").await?);
    report.must_be("answers shown to the squads", people, shares.len());
    report.must_be("answers shown to a squad more than once", 0, shares.values().filter(|times| **times > 1).count());
    scene.close().await?;
    Ok(report)
}

async fn answers((number, person): &(usize, Actor)) -> bool {
    if person.goes_to(&format!("squad-{}", number / PEOPLE)).is_err() || person.runs("/checkin now").await.is_err() {
        return false;
    }
    let words = format!("I finished piece {number}.");
    person.fills(&[(QUESTION, &words)]).await.is_ok_and(|reply| reply.text().starts_with("Saved"))
}
