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
/// How far *next event* looks for one, at most.
const FURTHEST: TimeDelta = TimeDelta::days(7);

/// Until when time is to pass at once.
pub(super) enum Until {
    /// For so long.
    Passed(TimeDelta),
    /// Until the bot or somebody does something.
    Event,
    /// Until something is so, and for so long at most.
    So(Box<dyn Fn(&Stage) -> bool + Send + Sync>, TimeDelta),
}

struct Order {
    until: Until,
    done: oneshot::Sender<()>,
}

/// How time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    /// Whether it passes fast.
    pub(super) playing: bool,
    /// When the bot or somebody next has something to do by themselves.
    pub(super) next: Option<DateTime<Utc>>,
}

/// What the page has of the director.
pub(super) struct Office {
    orders: mpsc::Sender<Order>,
    time: watch::Sender<Time>,
}

impl Office {
    /// Lets time pass at once; returns when it has.
    pub(super) async fn order(&self, until: Until) {
        let (done, wait) = oneshot::channel();
        // There is no director any more only when everything ends.
        if self.orders.send(Order { until, done }).await.is_ok() {
            drop(wait.await);
        }
    }

    /// Lets time pass fast, or as on any clock.
    pub(super) fn play(&self, playing: bool) {
        self.time.send_modify(|time| time.playing = playing);
    }

    /// How time passes.
    pub(super) fn time(&self) -> Time {
        *self.time.borrow()
    }

    /// Tells of each change of how it passes, and about once a second while it does.
    pub(super) fn times(&self) -> watch::Receiver<Time> {
        self.time.subscribe()
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
    time: watch::Sender<Time>,
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
        let time = watch::Sender::new(Time { playing: false, next: None });
        let office = Office { orders: send, time: time.clone() };
        let (stage, guests) = (Arc::clone(stage), Arc::clone(guests));
        (Self { stage, company, plans: plans.into(), guests, orders, time, stop }, office)
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
                    self.fulfil(&order.until).await;
                    self.tell(true);
                    // Whoever ordered it may have gone.
                    let _ = order.done.send(());
                }
                _ = ticks.tick() => {
                    let playing = self.time.borrow().playing;
                    let real = TimeDelta::from_std(TICK).unwrap_or_default();
                    let to = self.stage.now() + if playing { real * FAST } else { real };
                    self.go(to, |_| false).await;
                    ticked += 1;
                    self.tell(playing || ticked.is_multiple_of(4));
                }
            }
        }
    }

    /// Says what the time is, or just keeps when something is next.
    fn tell(&self, aloud: bool) {
        let next = self.next();
        self.time.send_if_modified(|time| {
            time.next = next;
            aloud
        });
    }

    async fn fulfil(&mut self, until: &Until) {
        let now = self.stage.now();
        match until {
            Until::Passed(long) => self.go(now + *long, |_| false).await,
            Until::Event => {
                let seen = self.stage.sim.ledger_last(1).last().map_or(0, |entry| entry.seq);
                self.go(now + FURTHEST, |stage| has_happened(stage, seen)).await;
            }
            Until::So(so, longest) => self.go(now + *longest, |stage| so(stage)).await,
        }
    }

    /// When the next act or wake-up is.
    fn next(&self) -> Option<DateTime<Utc>> {
        let act = self.plans.front().map(|act| act.at);
        [act, self.stage.app.clock.next_wake()].into_iter().flatten().min()
    }

    /// Lets time pass, step by step, until an instant or until enough has happened.
    async fn go(&mut self, to: DateTime<Utc>, enough: impl Fn(&Stage) -> bool + Sync) {
        while !enough(&self.stage) && !self.stop.is_cancelled() {
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
            if step >= to {
                return;
            }
        }
    }
}

/// Whether the bot has written something, or somebody done something, since an entry of the ledger.
fn has_happened(stage: &Stage, seen: u64) -> bool {
    stage.sim.ledger_after(seen, 500).iter().any(|entry| match entry.origin {
        Origin::Member(_) => true,
        Origin::Bot => entry.accepted && entry.method == "POST" && entry.message_id.is_some(),
        Origin::Discord | Origin::Test => false,
    })
}
