//! The loop of a worker: do what is due, then sleep until something is due or somebody rings.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::clock::Bell;
use crate::error::Result;
use crate::storage::Engine;

use super::Step;

/// The pause after a failure of the database, or when another worker holds what is due.
const BREATH: TimeDelta = TimeDelta::seconds(1);

/// On PostgreSQL other workers plan too, and their bells don't ring here. Real time: this is about
/// being alive, not about when something is due.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// Steps until a step finds nothing, sleeps, and so on until `stop`.
///
/// There is no moment at which something is due, nobody works at it, and the gauge reads zero: the
/// sleep is registered before the guard of the work is given back.
pub(crate) async fn run<'a>(
    app: &App,
    name: &str,
    bell: &Bell,
    stop: &CancellationToken,
    work: impl Fn() -> BoxFuture<'a, Result<Step>>,
) {
    let mut guard = app.clock.activity().begin();
    while !stop.is_cancelled() {
        let wake = match work().await {
            Ok(Step { ran: 0, next }) => wake(next, app.clock.now()),
            Ok(_) => continue,
            Err(error) => {
                tracing::warn!(worker = name, %error, "a step failed and is tried again");
                Some(app.clock.now() + BREATH)
            }
        };
        let sleep = wake.map(|at| app.clock.sleep_until(at));
        drop(guard);
        guard = tokio::select! {
            () = stop.cancelled() => return,
            heard = bell.heard() => heard,
            Some(woken) = async { Some(sleep?.await) } => woken,
            () = others_may_have_planned(app.store.engine()) => app.clock.activity().begin(),
        };
    }
}

/// When to look again after a step that found nothing to do. `None`: when somebody rings.
fn wake(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // What is due and wasn't taken is in another worker's hands.
    next.map(|next| if next <= now { now + BREATH } else { next })
}

/// Ends when it is time to look whether another worker planned something.
async fn others_may_have_planned(engine: Engine) {
    match engine {
        Engine::Sqlite => std::future::pending().await,
        Engine::Postgres => tokio::time::sleep(LONGEST_SLEEP).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_next_look_is_when_something_is_due() {
        for (next, expected) in [(None, None), (Some(500), Some(500)), (Some(100), Some(101)), (Some(7), Some(101))] {
            assert_eq!(wake(next.map(at), at(100)), expected.map(at), "{next:?}");
        }
    }
}
