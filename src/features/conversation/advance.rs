//! How a conversation goes from stage to stage, by itself or because somebody asked for it.
//!
//! Every change ends in [`keep`]: it is saved, its panel is shown anew, and its next instant is planned.
//! [`go_on`] does what is due at an instant, as often as something is.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;

use crate::app::App;
use crate::error::{Error, Result};
use crate::features::decision::model::Part;
use crate::features::decision::{self, Draft};
use crate::features::member::telling;
use crate::features::{blocker, setup};
use crate::outbox::{self, Panel};
use crate::partnership::{Message, NOBODY, OrganisationId, PartnershipId, UserId};
use crate::scheduler::{self, Due, Job};
use crate::storage::{Db, Tx, seal};

use super::model::{Conversation, Outcome, Position, Proposal, Stage, Stance};
use super::policy::{self, Step};
use super::scene::Scene;
use super::{ask, store, thread, view};

/// The kind of a conversation's next instant.
const KIND: &str = "conversation.next";

/// It is never too late: whatever a conversation waits for still waits after a night without the bot.
pub(super) const JOBS: &[Job] = &[
    Job {
        kind: KIND,
        grace: TimeDelta::days(36_500),
        run: |app, partnership, dues| run(app, partnership, dues, false).boxed(),
    },
    Job {
        kind: ask::LOST,
        grace: TimeDelta::days(36_500),
        run: |app, partnership, dues| run(app, partnership, dues, true).boxed(),
    },
];

async fn run(app: &App, partnership: PartnershipId, dues: Vec<Due>, lost: bool) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                match Scene::get(tx, partnership, due.subject).await {
                    Ok(scene) if lost => ask::tell_of_loss(tx, &own, &scene).await?,
                    Ok(mut scene) => go_on(tx, &own, &mut scene).await?,
                    Err(Error::Person(_)) => {}
                    Err(unexpected) => return Err(unexpected),
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

/// Does what is due, until nothing is, and keeps it.
pub async fn go_on(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    let now = app.clock.now();
    while let Some(step) = scene.due(now) {
        match step {
            Step::Nudge(number) => {
                ask::nudge(tx, app, scene).await?;
                scene.one.nudges = number;
            }
            Step::Reveal => reveal(tx, app, scene).await?,
            Step::TooFew => {
                scene.one.ends_at = None;
                thread::say(tx, app, scene, view::too_few(scene.speakers.len())).await?;
            }
            Step::Discuss => discuss(tx, app, scene).await?,
            Step::Wait => {
                ask::waits(tx, app, scene).await?;
                scene.one.ends_at = Some(now + policy::WAITS_ON);
            }
            Step::Decide => decide(tx, app, scene).await?,
            Step::Grace => grace(tx, app, scene).await?,
            Step::Close => close(tx, app, scene, Outcome::Without(reason(scene))).await?,
        }
    }
    keep(tx, app, scene).await
}

/// Saves a conversation, has its panel shown anew, and plans its next instant.
pub async fn keep(tx: &mut Tx, app: &App, scene: &Scene) -> Result<()> {
    let (partnership, one) = (scene.partnership, &scene.one);
    store::save(tx, partnership, one).await?;
    let panel = Panel {
        key: one.panel(),
        channel: one.channel,
        thread_title: view::thread_title(one),
        pinned: false,
        stands: outbox::Stands::in_forum(one.forum),
        folded: one.stage == Stage::Closed,
    };
    outbox::panel(tx, app, partnership, &panel).await?;
    if let Some(at) = policy::wakes(one) {
        // What was planned for an earlier state finds nothing due, and does no harm.
        let slot = at.timestamp_millis().to_string();
        scheduler::plan(tx, app, partnership, KIND, one.number, &slot, at).await?;
    }
    Ok(())
}

fn turn(one: &mut Conversation, stage: Stage, now: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) {
    one.stage = stage;
    one.turned_at = now;
    one.ends_at = ends_at;
}

/// Shows all views. Of an anonymous conversation they are cut loose from their authors for good.
async fn reveal(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    let now = app.clock.now();
    let views = store::views(tx, scene.partnership, &scene.one).await?;
    if scene.one.anonymous {
        let mut prompts: Vec<Vec<String>> = vec![Vec::new(); scene.one.frame.template.prompts.len()];
        for view in views {
            for (prompt, text) in prompts.iter_mut().zip(view.words) {
                if !text.is_empty() {
                    prompt.push(text);
                }
            }
        }
        // Each prompt on its own: one answer must not lead to its author's others.
        for prompt in &mut prompts {
            app.random.shuffle(prompt);
        }
        store::cut_loose(tx, scene.partnership, &scene.one, &prompts).await?;
    }
    turn(&mut scene.one, Stage::Revealed, now, Some(now + policy::READING));
    thread::show_views(tx, app, scene).await
}

/// Asks for proposals.
pub async fn discuss(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    let now = app.clock.now();
    turn(&mut scene.one, Stage::Discussing, now, Some(now + policy::WAITS));
    thread::say(tx, app, scene, view::discuss(scene)).await
}

/// Takes a version of a proposal to consent, until an instant. Whoever wrote it consents to it, as long as they
/// don't say otherwise: nobody would look for the button under their own words.
pub async fn to_consent(
    tx: &mut Tx,
    app: &App,
    scene: &mut Scene,
    proposal: Proposal,
    until: DateTime<Utc>,
) -> Result<()> {
    turn(&mut scene.one, Stage::Consent, app.clock.now(), Some(until));
    scene.one.proposal = Some(proposal.number);
    scene.one.grace = false;
    scene.stances = Vec::new();
    if let Some(speaker) = proposal.author.and_then(|author| scene.speaker(author)) {
        let stance = Stance { speaker, position: Position::Consent, words: String::new() };
        let version = (proposal.number, proposal.version);
        store::save_stance(tx, scene.partnership, scene.one.number, version, &stance).await?;
        scene.stances.push(stance);
    }
    let message = view::consent(scene_with(scene, &proposal), &proposal);
    thread::quote(tx, app, scene, message, proposal.author).await
}

/// The scene with this proposal at consent.
fn scene_with<'a>(scene: &'a mut Scene, proposal: &Proposal) -> &'a Scene {
    scene.proposal = Some(proposal.clone());
    scene
}

/// Records the proposal as a decision; without one it is closed.
pub async fn decide(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    if scene.proposal.is_none() {
        return close(tx, app, scene, Outcome::Without("there was no proposal.".to_owned())).await;
    }
    let draft = draft(tx, scene, UserId(0)).await?;
    record(tx, app, scene, draft).await
}

/// The record of a conversation as far as it has come: its proposal, what remained in whose words, and what else
/// was looked at. `else_owner` looks after it where the proposal's author is gone and nobody facilitates.
pub async fn draft(db: &mut Db, scene: &Scene, else_owner: UserId) -> Result<Draft> {
    let concerns = scene.stances.iter().filter_map(|stance| {
        let kind = match stance.position {
            Position::Concern => decision::model::Worry::Concern,
            Position::Objection => decision::model::Worry::Objection,
            Position::Consent | Position::Aside => return None,
        };
        Some(decision::model::Concern { who: Some(stance.speaker.person), kind, text: stance.words.clone() })
    });
    let proposal = scene.proposal.as_ref();
    let others = store::latest_proposals(db, scene.partnership, scene.one.number).await?;
    let others = others.iter().filter(|one| Some(one.number) != proposal.map(|one| one.number));
    let others: Vec<String> = others.map(|one| format!("- {}", one.what.replace('\n', "\n  "))).collect();
    let details = decision::model::Details {
        context: scene.one.frame.why.clone(),
        options: others.join("\n"),
        why: proposal.map_or_else(String::new, |one| one.why.clone()),
        wrong_if: proposal.map_or_else(String::new, |one| one.wrong_if.clone()),
        ..decision::model::Details::default()
    };
    Ok(Draft {
        title: scene.one.frame.title.clone(),
        decision: proposal.map_or_else(String::new, |one| one.what.clone()),
        details,
        concerns: concerns.collect(),
        review_on: proposal.and_then(|one| one.review_on),
        ..Draft::of(proposal.and_then(|one| one.author).or(scene.facilitator()).unwrap_or(else_owner))
    })
}

/// Records a decision as the outcome.
pub async fn record(tx: &mut Tx, app: &App, scene: &mut Scene, mut draft: Draft) -> Result<()> {
    let (partnership, one) = (scene.partnership, &scene.one);
    let place = outbox::place(tx, partnership, &one.panel()).await?;
    let thread = place.and_then(|(_, _, thread)| thread).unwrap_or(one.channel);
    draft.conversation = Some((one.number, format!("https://discord.com/channels/{partnership}/{thread}")));
    // Whoever was not heard at consent has not decided, and hears of it.
    let missing = if one.stage == Stage::Consent { scene.tally().missing } else { Vec::new() };
    let part = |id: OrganisationId| if missing.contains(&id) { Part::Informed } else { Part::Decides };
    draft.parts = scene.voices.iter().map(|voice| (voice.organisation, part(voice.organisation))).collect();
    draft.stands_as = one.frame.template.outcome.stands_as();
    if let Some(number) = one.frame.blocker
        && blocker::topic(tx, partnership, number).await?.is_some()
        && !draft.clears.contains(&number)
    {
        draft.clears.push(number);
    }
    let by = one.facilitator.unwrap_or(draft.owner);
    // In a forum every message is a conversation of its own, so the record is the thread's alone.
    let channel = (!one.forum).then_some(one.channel);
    let decision = decision::record(tx, app, partnership, by, &draft, channel).await?;
    close(tx, app, scene, Outcome::Decision(decision.number)).await
}

/// Closes a conversation with its outcome.
pub async fn close(tx: &mut Tx, app: &App, scene: &mut Scene, outcome: Outcome) -> Result<()> {
    let now = app.clock.now();
    let mut unread = 0;
    if scene.one.stage == Stage::Gathering {
        // What nobody was meant to read yet isn't read now either, and everybody is told so.
        store::forget_views(tx, scene.partnership, &scene.one).await?;
        unread = std::mem::take(&mut scene.speakers).len();
    }
    let number = if let Outcome::Decision(number) = outcome { Some(number) } else { None };
    if let (Some(blocker), None) = (scene.one.frame.blocker, number) {
        let what = format!("conversation C-{} about it ended without a decision", scene.one.number);
        blocker::talked(tx, app, scene.partnership, blocker, NOBODY, &what).await?;
    }
    scene.one.outcome = Some(outcome);
    scene.one.closed_at = Some(now);
    turn(&mut scene.one, Stage::Closed, now, None);
    match number {
        Some(number) => thread::say_decided(tx, app, scene, number).await,
        None => thread::say(tx, app, scene, view::closed(scene, unread)).await,
    }
}

/// Why there is no decision. An objection's words stay with whoever said them.
fn reason(scene: &Scene) -> String {
    let tally = scene.tally();
    let mut reasons = Vec::new();
    if !tally.missing.is_empty() {
        let names: Vec<String> = tally.missing.iter().map(|id| scene.name_of(*id)).collect();
        reasons.push(format!("{} could not be heard in time", crate::partnership::text::listed(&names)));
    }
    match tally.objections {
        0 => {}
        1 => reasons.push("an objection stands".to_owned()),
        _ => reasons.push("objections stand".to_owned()),
    }
    if reasons.is_empty() {
        reasons.push("nobody consented to it".to_owned());
    }
    format!("{}.", crate::partnership::text::listed(&reasons))
}

/// The time for stances has passed: whoever may speak for what is missing is asked once more.
async fn grace(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    let now = app.clock.now();
    let missing = scene.tally().missing;
    let zone = setup::store::get(tx, scene.partnership).await?.map_or(chrono_tz::Tz::UTC, |one| one.zone);
    let free = |date: chrono::NaiveDate| {
        let holiday =
            |id: &OrganisationId| scene.organisation(*id).is_some_and(|one| one.holidays().holiday(date).is_some());
        matches!(chrono::Datelike::weekday(&date), chrono::Weekday::Sat | chrono::Weekday::Sun)
            || missing.iter().any(holiday)
    };
    let until = policy::working_days_after(now, policy::GRACE_DAYS, zone, free);
    scene.one.ends_at = Some(until);
    scene.one.grace = true;
    for organisation in missing {
        ask::last_call(tx, app, scene, organisation).await?;
    }
    thread::say(tx, app, scene, view::grace(scene)).await
}

/// Whoever restores a copy of the database has no keys: sealed views are asked for again.
pub async fn start(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    for one in store::open(tx, partnership).await? {
        let sealed = one.anonymous && one.stage == Stage::Gathering;
        if !sealed || seal::key(tx, partnership, &one.seal()).await?.is_some() {
            continue;
        }
        let speakers = store::speakers(tx, partnership, one.number).await?;
        store::forget_views(tx, partnership, &one).await?;
        seal::make(tx, &app.random, partnership, &one.seal()).await?;
        if speakers.is_empty() {
            continue;
        }
        let scene = Scene::of(tx, partnership, one).await?;
        for speaker in speakers {
            telling::inform(tx, app, partnership, speaker.person, view::say_it_again(&scene)).await?;
        }
        thread::say(tx, app, &scene, view::restored()).await?;
        keep(tx, app, &scene).await?;
    }
    Ok(())
}

/// What the panel of a conversation shows at present.
pub async fn render(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Ok(number) = row.parse() else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(one) = store::get(&mut db, partnership, number).await? else { return Ok(None) };
    let scene = Scene::of(&mut db, partnership, one).await?;
    Ok(Some(view::panel(&scene)))
}
