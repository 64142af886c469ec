//! Lets time pass on the stage: as on any clock, or faster, or at once until something happens; and lets the simulated
//! people live on meanwhile, but for those whom somebody at the page has been.

use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Days, TimeDelta, Utc};
use simulator::{Origin, UserId};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::demo::Stage;
use crate::demo::people::{Act, Company};

/// How often time moves while nobody moves it, in real time.
const TICK: Duration = Duration::from_millis(250);
/// How much faster it passes while it plays: ten minutes a second.
const FAST: i32 = 600;
/// For how many days the simulated people have plans.
const PLANS: Days = Days::new(60);
/// How far *next event* looks for one, at most: over a long weekend.
const FURTHEST: TimeDelta = TimeDelta::days(4);

/// Until when time is to pass at once.
pub(super) enum Until {
    /// For so long.
    Passed(TimeDelta),
    /// Until somebody of these sees something new.
    Event(Vec<UserId>),
    /// Until something is so, and for so long at most.
    So(Box<dyn Fn(&Stage) -> bool + Send + Sync>, TimeDelta),
}

struct Order {
    until: Until,
    done: oneshot::Sender<bool>,
}

/// What the page has of the director.
pub(super) struct Office {
    orders: mpsc::Sender<Order>,
    playing: watch::Sender<bool>,
}

impl Office {
    /// Lets time pass at once; returns when it has, and whether what it was to pass for came.
    pub(super) async fn order(&self, until: Until) -> bool {
        let (done, wait) = oneshot::channel();
        // There is no director any more only when everything ends.
        self.orders.send(Order { until, done }).await.is_ok() && wait.await.unwrap_or(false)
    }

    /// Lets time pass fast, or as on any clock.
    pub(super) fn play(&self, playing: bool) {
        self.playing.send_replace(playing);
    }

    /// Whether it passes fast.
    pub(super) fn playing(&self) -> bool {
        *self.playing.borrow()
    }

    /// Tells of each change of how it passes, and about once a second while it does.
    pub(super) fn times(&self) -> watch::Receiver<bool> {
        self.playing.subscribe()
    }
}

/// People whom somebody at the page has been: the program doesn't act for them any more.
pub(super) type Guests = Arc<Mutex<BTreeSet<UserId>>>;

/// Lets time pass until it is stopped, and then gives the people back.
pub(super) struct Director {
    stage: Arc<Stage>,
    company: Company,
    plans: VecDeque<Act>,
    guests: Guests,
    orders: mpsc::Receiver<Order>,
    playing: watch::Sender<bool>,
    stop: CancellationToken,
}

impl Director {
    /// A director, and their office. On a fresh stage nobody has plans.
    pub(super) fn new(
        stage: &Arc<Stage>,
        mut company: Company,
        guests: &Guests,
        fresh: bool,
        stop: CancellationToken,
    ) -> (Self, Office) {
        let now = stage.now();
        let plans = if fresh { Vec::new() } else { company.plan(now, now + PLANS) };
        let (send, orders) = mpsc::channel(8);
        let playing = watch::Sender::new(false);
        let office = Office { orders: send, playing: playing.clone() };
        let (stage, guests) = (Arc::clone(stage), Arc::clone(guests));
        (Self { stage, company, plans: plans.into(), guests, orders, playing, stop }, office)
    }

    /// Lets time pass until it is stopped.
    pub(super) async fn direct(mut self) -> Company {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ticked = 0u32;
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return self.company,
                Some(order) = self.orders.recv() => {
                    let came = self.fulfil(order.until).await;
                    self.tell();
                    // Whoever ordered it may have gone.
                    let _ = order.done.send(came);
                }
                _ = ticks.tick() => {
                    let playing = *self.playing.borrow();
                    let real = TimeDelta::from_std(TICK).unwrap_or_default();
                    let to = self.stage.now() + if playing { real * FAST } else { real };
                    self.go(to, |_| false).await;
                    ticked += 1;
                    if playing || ticked.is_multiple_of(4) {
                        self.tell();
                    }
                }
            }
        }
    }

    /// Says what the time is.
    fn tell(&self) {
        self.playing.send_modify(|_| {});
    }

    /// Whether what time was to pass for came.
    async fn fulfil(&mut self, until: Until) -> bool {
        let now = self.stage.now();
        match until {
            Until::Passed(long) => {
                self.go(now + long, |_| false).await;
                true
            }
            Until::Event(who) => {
                let seen = self.stage.sim.ledger_last(1).last().map_or(0, |entry| entry.seq);
                self.go(now + FURTHEST, |stage| has_happened(stage, seen, now, &who)).await
            }
            Until::So(so, longest) => self.go(now + longest, |stage| so(stage)).await,
        }
    }

    /// When the next act or wake-up is.
    fn next(&self) -> Option<DateTime<Utc>> {
        let act = self.plans.front().map(|act| act.at);
        [act, self.stage.app.clock.next_wake()].into_iter().flatten().min()
    }

    /// Lets time pass, step by step, until an instant or until enough has happened. Whether it has.
    async fn go(&mut self, to: DateTime<Utc>, enough: impl Fn(&Stage) -> bool + Sync) -> bool {
        let mut looked = None;
        while !self.stop.is_cancelled() {
            // It is looked at only when something has changed.
            let epoch = self.stage.sim.epoch();
            if looked.replace(epoch) != Some(epoch) && enough(&self.stage) {
                return true;
            }
            if self.stage.now() >= to {
                return false;
            }
            let step = self.next().map_or(to, |next| next.clamp(self.stage.now(), to));
            // Under faults that somebody switched on something may not settle: time goes on without it.
            if let Err(error) = self.stage.until(step).await {
                tracing::debug!(%error, "the stage isn't settled");
            }
            while self.plans.front().is_some_and(|act| act.at <= step) {
                let Some(act) = self.plans.pop_front() else { break };
                let guest = self
                    .company
                    .who(&act)
                    .is_none_or(|who| self.guests.lock().unwrap_or_else(PoisonError::into_inner).contains(&who));
                if guest {
                    continue;
                }
                // Somebody at the page may have changed what they meant to do.
                if let Err(error) = self.company.act(&act).await {
                    tracing::debug!(%error, "somebody could not do what they had planned");
                }
            }
        }
        false
    }
}

/// Whether the bot has written something, or somebody done something, since an entry of the ledger, and one of these
/// people sees a message that is new since then.
fn has_happened(stage: &Stage, seen: u64, since: DateTime<Utc>, who: &[UserId]) -> bool {
    let mut news = stage.sim.ledger_after(seen, 500).into_iter().filter(|entry| match entry.origin {
        Origin::Member(_) => true,
        Origin::Bot => entry.accepted && entry.method == "POST" && entry.message_id.is_some(),
        Origin::Discord | Origin::Test => false,
    });
    news.next().is_some()
        && who.iter().any(|one| !stage.sim.person(*one).sees_since(since + TimeDelta::milliseconds(1)).is_empty())
}
