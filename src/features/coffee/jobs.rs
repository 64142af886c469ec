//! What happens by itself: people are paired, asked whether they met, and told when nobody has time.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, TimeDelta};
use futures::FutureExt;
use futures::stream::{self, StreamExt};

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::features::{away, setup};
use crate::pairing::{self, Plan, Reason};
use crate::partnership::{PartnershipId, UserId};
use crate::scheduler::{self, Due, Job};
use crate::storage::{Db, Tx};

use super::model::{Answer, Circle, Coffee, Guest, Seat, WishState};
use super::policy::{self, Entry};
use super::{keep, store, view};

/// People are paired.
const ROUND: &str = "coffee.round";
/// Whoever is without a coffee in a round gets another chance.
pub(super) const AGAIN: &str = "coffee.again";
/// A pair is asked whether they met.
pub(super) const ASK: &str = "coffee.ask";
/// Somebody has waited long enough for a coffee at once.
pub(super) const NOW: &str = "coffee.now";

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[
    Job {
        kind: ROUND,
        grace: TimeDelta::hours(12),
        run: |app, partnership, dues| round(app, partnership, dues, Of::Everybody).boxed(),
    },
    Job {
        kind: AGAIN,
        grace: TimeDelta::days(1),
        run: |app, partnership, dues| round(app, partnership, dues, Of::WhoeverIsWithout).boxed(),
    },
    Job { kind: ASK, grace: TimeDelta::days(7), run: |app, partnership, dues| asks(app, partnership, dues).boxed() },
    Job { kind: NOW, grace: TimeDelta::days(1), run: |app, partnership, dues| waits(app, partnership, dues).boxed() },
];

/// Keeps when there is coffee, and plans the next round.
pub(super) async fn plan(tx: &mut Tx, app: &App, partnership: PartnershipId, circle: &Circle) -> Result<()> {
    store::save_circle(tx, partnership, circle).await?;
    if let Some(at) = circle.next_at.filter(|_| circle.channel.is_some()) {
        let slot = at.timestamp_millis().to_string();
        scheduler::plan(tx, app, partnership, ROUND, 0, &slot, at).await?;
    }
    Ok(())
}

/// All that a round depends on. Whoever joins or leaves while it is computed changes it, and it is computed anew.
#[derive(PartialEq)]
struct Known {
    circle: Circle,
    guests: Vec<Guest>,
    never: Vec<(UserId, UserId)>,
    coffees: Vec<Coffee>,
}

impl Known {
    async fn read(db: &mut Db, partnership: PartnershipId) -> Result<Self> {
        Ok(Self {
            circle: store::circle(db, partnership).await?,
            guests: store::guests(db, partnership).await?,
            never: store::never(db, partnership).await?,
            coffees: store::since(db, partnership, 0).await?,
        })
    }
}

/// A round as it was planned, before anybody hears of it.
struct Planned {
    known: Known,
    plan: Plan,
}

/// Who is in a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Everybody who joined: it begins.
    Everybody,
    /// Those who joined late, or whose other one can't: it goes on.
    WhoeverIsWithout,
}

/// How many people are looked up at the same time.
const LOOKS: usize = 8;
/// Up to how many people everybody is looked up before a round: with more, Discord's limit would make it outlast its
/// lease. Those who left are found within a week all the same (`member::jobs`).
const LOOKED_UP: usize = 500;
/// How often a round is computed while people keep joining and leaving; then it is tried again later.
const TRIES: usize = 5;

/// Plans a round outside of the transaction, since that may take seconds for thousands of people, and begins it if
/// it is still true.
async fn round(app: &App, partnership: PartnershipId, dues: Vec<Due>, of: Of) -> Result<()> {
    for _ in 0..TRIES {
        let (own, dues, now) = (app.clone(), dues.clone(), app.clock.now());
        let planned = plan_round(app, partnership, &dues, of).await?;
        let done = app.store.write(partnership, move |tx| {
            async move {
                let is_true = match &planned {
                    Some(planned) => Known::read(tx, partnership).await? == planned.known,
                    None => true,
                };
                if !is_true {
                    return Ok(false);
                }
                let mut circle = store::circle(tx, partnership).await?;
                if of == Of::Everybody {
                    let zone = setup::store::get(tx, partnership).await?.map_or(chrono_tz::Tz::UTC, |one| one.zone);
                    if let Some(at) = circle.next_at.filter(|at| *at <= now) {
                        circle.next_at = Some(policy::round_after(&circle, at, now, zone));
                    }
                    circle.rounds += i64::from(planned.is_some());
                    plan(tx, &own, partnership, &circle).await?;
                }
                if let Some(planned) = planned {
                    end_before(tx, &own, partnership, &planned, of).await?;
                    seat(tx, &own, partnership, &planned, circle.rounds).await?;
                    if of == Of::Everybody {
                        tell_left_out(tx, &own, partnership, &planned, &circle).await?;
                    }
                }
                scheduler::finish_all(tx, &own, &dues).await?;
                Ok(true)
            }
            .boxed()
        });
        if done.await? {
            return Ok(());
        }
    }
    Err(anyhow::anyhow!("people keep joining and leaving while they are paired for coffee").into())
}

/// A round, if one is due.
async fn plan_round(app: &App, partnership: PartnershipId, dues: &[Due], of: Of) -> Result<Option<Planned>> {
    let known = Known::read(&mut *app.store.read().await?, partnership).await?;
    let is_due = match of {
        // One that comes too late is none: the next one is planned.
        Of::Everybody => dues.iter().any(|due| !due.stale && known.circle.next_at == Some(due.due_at)),
        Of::WhoeverIsWithout => policy::is_worthwhile(&known.circle, app.clock.now()),
    };
    if is_due { pair(app, partnership, known, of).await.map(Some) } else { Ok(None) }
}

/// Those who have left the server, of whom nobody has heard yet: whoever was paired with one of them would wait in
/// vain. Whoever Discord says nothing of now counts as there.
async fn gone(app: &App, partnership: PartnershipId, guests: &[Guest]) -> BTreeSet<UserId> {
    let look = async |person: UserId| match app.discord.member(partnership, person).await {
        Ok(None) => Some(person),
        Ok(Some(_)) | Err(_) => None,
    };
    let people: Vec<UserId> = guests.iter().map(|guest| guest.person).collect();
    if people.len() > LOOKED_UP {
        return BTreeSet::new();
    }
    stream::iter(people).map(look).buffer_unordered(LOOKS).filter_map(async |one| one).collect().await
}

async fn pair(app: &App, partnership: PartnershipId, known: Known, of: Of) -> Result<Planned> {
    let now = app.clock.now();
    let Known { circle, guests, never, coffees } = &known;
    let gone = gone(app, partnership, guests).await;
    let mut db = app.store.read().await?;
    let db = &mut *db;
    let mut entries = Vec::new();
    for guest in guests {
        let is_here =
            !gone.contains(&guest.person) && member::store::get(db, partnership, guest.person).await?.is_some();
        let is_due = of == Of::Everybody || policy::is_without(guest.person, circle.rounds, coffees);
        if !is_here || !is_due {
            continue;
        }
        let face = keep::face(db, partnership, guest).await?;
        let subject = Subject::of(db, partnership, guest.person).await?;
        let today = subject.date(now);
        let away = away::store::from(db, partnership, guest.person, today).await?;
        // Nobody is paired who is away for the whole week after.
        let off = |date: NaiveDate| subject.is_free(date) || away.iter().any(|one| one.covers(date));
        let away_all_week = (0..7).filter_map(|ahead| today.checked_add_days(Days::new(ahead))).all(off);
        let paused = policy::sits_out(guest, today) || away_all_week && !away.is_empty();
        entries.push(Entry { face, paused });
    }
    let seed = app.random.seed_for(&format!("round {} of {}", circle.rounds, partnership.0));
    let round = policy::round(&entries, coffees, never, circle, now.date_naive(), seed);
    let plan = tokio::task::spawn_blocking(move || pairing::plan(&round)).await.map_err(anyhow::Error::from)?;
    Ok(Planned { known, plan })
}

/// What is left of the round before is over, or what somebody was left alone with who is in another coffee now.
async fn end_before(tx: &mut Tx, app: &App, partnership: PartnershipId, planned: &Planned, of: Of) -> Result<()> {
    let seated: Vec<UserId> = planned.people().concat();
    for mut before in store::open(tx, partnership).await? {
        if of == Of::Everybody || before.round.is_some() && before.there().any(|user| seated.contains(&user)) {
            before.over = true;
            keep::keep(tx, app, partnership, &before).await?;
        }
    }
    Ok(())
}

/// Tells whoever has no coffee in a round why.
async fn tell_left_out(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    planned: &Planned,
    circle: &Circle,
) -> Result<()> {
    for one in planned.plan.left_out.iter().filter(|one| one.reason != Reason::Paused) {
        let Ok(person) = one.id.parse().map(UserId) else { continue };
        let text = view::left_out(one.reason, circle);
        let notice = telling::Notice { feature: "coffee", rank: 70, text: &text };
        telling::leave(tx, app, partnership, person, notice, app.clock.now() + telling::KEPT).await?;
    }
    Ok(())
}

impl Planned {
    /// Those who meet, by group.
    fn people(&self) -> Vec<Vec<UserId>> {
        let user = |id: &String| id.parse().map(UserId).ok();
        self.plan.groups.iter().map(|group| group.iter().filter_map(user).collect()).collect()
    }
}

/// Gives everybody who was paired a thread.
async fn seat(tx: &mut Tx, app: &App, partnership: PartnershipId, planned: &Planned, round: i64) -> Result<()> {
    let Some(channel) = planned.known.circle.channel else { return Ok(()) };
    for people in planned.people() {
        let number = setup::store::next_number(tx, partnership, "coffee").await?;
        let one = Coffee {
            number,
            round: Some(round),
            channel,
            prompt: keep::prompt(app, partnership, number, &people, &planned.known.coffees),
            made_at: app.clock.now(),
            meets_at: None,
            over: false,
            seats: people.into_iter().map(Seat::new).collect(),
        };
        keep::keep(tx, app, partnership, &one).await?;
    }
    Ok(())
}

async fn asks(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            let now = own.clock.now();
            for due in &dues {
                let Some(one) = store::get(tx, partnership, due.subject).await? else { continue };
                let circle = store::circle(tx, partnership).await?;
                // A time that was picked since moves the question.
                let early = policy::ask_at(&one, &circle) > now;
                let answered = one.seats.iter().any(|seat| matches!(seat.answer, Answer::Met | Answer::Not));
                if !due.stale && !early && !answered && !one.over && one.size() > 1 {
                    let scene = keep::scene(tx, partnership, one.clone(), now).await?;
                    keep::say(tx, &own, partnership, &one, view::did_you_meet(&scene)).await?;
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

async fn waits(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                let Some(mut wish) = store::wish_of(tx, partnership, due.subject).await? else { continue };
                if wish.state == WishState::Open {
                    wish.state = WishState::Over;
                    store::save_wish(tx, partnership, &wish).await?;
                    telling::answer(tx, &own, partnership, wish.person, view::nobody_now()).await?;
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}
