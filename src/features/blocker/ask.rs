//! Whom a blocker speaks to: the organisation that it waits on, step by step, and those who wait.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::member::{Subject, telling};
use crate::features::organisation::Keeper;
use crate::features::{member, organisation, squad};
use crate::outbox::{self, Panel};
use crate::partnership::{Message, OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::keep;
use super::ladder::Step;
use super::model::NOBODY;
use super::scene::Scene;
use super::{store, view};

/// How somebody is asked what waits for them: worse than most, since others wait on it.
const RANK: i64 = 15;

/// How an organisation was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// In its own channel.
    Channel,
    /// Its contacts, or whoever it is known to wait on.
    People(usize),
    /// Nobody answers for it yet.
    Nobody,
}

/// The people who answer for an organisation in a job.
pub(super) async fn keepers(
    db: &mut Db,
    partnership: PartnershipId,
    organisation: Option<OrganisationId>,
    job: Keeper,
) -> Result<Vec<UserId>> {
    let Some(id) = organisation else { return Ok(Vec::new()) };
    let all = organisation::store::keepers(db, partnership, id).await?;
    Ok(all.into_iter().filter(|(_, other, accepted)| *other == job && *accepted).map(|(user, ..)| user).collect())
}

/// Brings a blocker before the organisation that it waits on: in its channel, else to its contacts, and to
/// whoever there is known to be the one.
pub(super) async fn bring(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<Reached> {
    let Some(asked) = scene.asked().cloned().filter(|_| scene.shared()) else { return Ok(Reached::Nobody) };
    let partnership = scene.partnership;
    let mut people = Vec::new();
    if scene.one.their_person != NOBODY {
        people.push(scene.one.their_person);
    }
    if let Some(channel) = asked.channel {
        let key = keep::ask(scene.one.id);
        let panel = Panel {
            key,
            channel,
            thread_title: String::new(),
            pinned: false,
            stands: outbox::Stands::InChannel,
            folded: false,
        };
        outbox::panel(tx, app, partnership, &panel).await?;
    } else {
        people.extend(keepers(tx, partnership, Some(asked.id), Keeper::Contact).await?);
    }
    people.sort_unstable();
    people.dedup();
    people.retain(|user| *user != scene.one.author);
    let message = view::ask(scene, "");
    let told = tell(tx, app, scene, &people, &message, &view::ask_notice(scene)).await?;
    if scene.one.says.told_at.is_none() {
        scene.one.says.told_at = if asked.channel.is_some() { Some(app.clock.now()) } else { told };
        keep::keep(tx, app, scene).await?;
    }
    Ok(match (asked.channel, people.len()) {
        (Some(_), _) => Reached::Channel,
        (None, 0) => Reached::Nobody,
        (None, count) => Reached::People(count),
    })
}

/// Whether the panel for an organisation stands where that organisation is reached by now.
pub(super) async fn stands_with_asked(db: &mut Db, scene: &Scene) -> Result<bool> {
    let stands = outbox::place(db, scene.partnership, &keep::ask(scene.one.id)).await?.map(|(channel, ..)| channel);
    Ok(stands.is_some() && scene.asked().and_then(|one| one.channel) == stands)
}

/// Its own channel is gone: as long as nobody there looks after it, its contacts are asked in private.
pub(super) async fn lost(tx: &mut Tx, app: &App, partnership: PartnershipId, row: &str) -> Result<()> {
    let Some(scene) = super::scene(tx, app, partnership, row).await? else { return Ok(()) };
    if scene.one.resolved || scene.one.their_owner != NOBODY || !stands_with_asked(tx, &scene).await? {
        return Ok(());
    }
    let people = keepers(tx, partnership, scene.one.asked, Keeper::Contact).await?;
    tell(tx, app, &scene, &people, &view::ask(&scene, ""), &view::ask_notice(&scene)).await.map(drop)
}

/// Tells people something about a blocker on which they can act; where they have heard enough, their next
/// gathered message says where it is found. Returns when the first of them is told.
async fn tell(
    tx: &mut Tx,
    app: &App,
    scene: &Scene,
    people: &[UserId],
    message: &Message,
    notice: &str,
) -> Result<Option<DateTime<Utc>>> {
    let mut first: Option<DateTime<Utc>> = None;
    for user in people {
        let subject = Subject::of(tx, scene.partnership, *user).await?;
        let instead = telling::Notice { feature: keep::KIND, rank: RANK, text: notice };
        let at = telling::insist(tx, app, &subject, message.clone(), app.clock.now() + telling::KEPT, instead).await?;
        first = Some(first.map_or(at, |first| first.min(at)));
    }
    Ok(first)
}

/// Whom a step of the ladder reaches.
async fn reached_by(db: &mut Db, scene: &Scene, step: Step) -> Result<Vec<UserId>> {
    let (partnership, asked, waits) = (scene.partnership, scene.one.asked, scene.one.waits);
    let mut people = match step {
        Step::Acknowledge | Step::Owner => keepers(db, partnership, asked, Keeper::Contact).await?,
        Step::Leads => {
            let mut leads = vec![scene.squad.lead];
            for other in squad::store::all(db, partnership).await? {
                let lead = member::store::get(db, partnership, other.lead).await?;
                if asked.is_some() && lead.and_then(|lead| lead.agreed_organisation()) == asked {
                    leads.push(other.lead);
                }
            }
            leads
        }
        Step::Deputies => {
            let mut deputies = keepers(db, partnership, asked, Keeper::Deputy).await?;
            deputies.extend(keepers(db, partnership, waits, Keeper::Contact).await?);
            deputies
        }
    };
    for one in [scene.one.their_owner, scene.one.their_person] {
        if one != NOBODY {
            people.push(one);
        }
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// Takes a step of the ladder: it is announced once, in the blocker's thread and to those whom it reaches.
pub(super) async fn step(tx: &mut Tx, app: &App, scene: &mut Scene, step: Step, by: UserId) -> Result<()> {
    // What lies below is said with it.
    scene.one.says.steps.extend(Step::ALL.into_iter().filter(|one| *one <= step));
    scene.one.says.steps.sort_unstable();
    scene.one.says.steps.dedup();
    let people = reached_by(tx, scene, step).await?;
    let standing = scene.standing();
    let events = store::events(tx, scene.partnership, scene.one.id).await?;
    let message = view::step(scene, step, standing, &events);
    tell(tx, app, scene, &people, &message, &view::ask_notice(scene)).await?;
    keep::note(tx, app, scene, by, &view::step_taken(scene, step, &people), "").await
}

/// Plans anew what waits between two organisations: they agreed on other steps.
pub(super) async fn plan_between(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    pair: (OrganisationId, OrganisationId),
) -> Result<()> {
    for one in store::all(tx, partnership, false).await? {
        let theirs = one.waits.zip(one.asked).is_some_and(|(a, b)| (a, b) == pair || (b, a) == pair);
        if theirs && one.number.is_some() {
            let mut scene = Scene::of(tx, partnership, one, app.clock.now()).await?;
            keep::plan(tx, app, &mut scene).await?;
            outbox::touch(tx, app, partnership, &keep::panel(scene.one.id)).await?;
        }
    }
    Ok(())
}

/// Tells those who wait, or those who are waited on, what has happened; whoever did it aside. They began
/// it or took it on, so it is free.
pub(super) async fn inform(
    tx: &mut Tx,
    app: &App,
    scene: &Scene,
    people: &[UserId],
    by: UserId,
    message: &Message,
) -> Result<()> {
    let mut told: Vec<UserId> = people.iter().copied().filter(|user| *user != by && *user != NOBODY).collect();
    told.sort_unstable();
    told.dedup();
    for user in told {
        telling::inform(tx, app, scene.partnership, user, message.clone()).await?;
    }
    Ok(())
}
