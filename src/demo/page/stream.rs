//! Tells the page that something has changed.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream::{self, Stream};
use serde_json::{Value, json};

use super::house::House;

/// How long changes are gathered, in real time: a page that looks ten times a second is live.
const GATHER: Duration = Duration::from_millis(100);

/// `GET api/stream`: an event for each change, ten a second at most, and one at the beginning.
pub(super) async fn stream(State(house): State<Arc<House>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watched = (house.stage.sim.changes(), house.marks(), house.office.times());
    let events = stream::unfold((house, watched, true), |(house, mut watched, first)| async move {
        if !first {
            let (changes, marks, times) = &mut watched;
            let goes_on = tokio::select! {
                () = house.stop.cancelled() => false,
                news = changes.changed() => news.is_ok(),
                news = marks.changed() => news.is_ok(),
                news = times.changed() => news.is_ok(),
            };
            if !goes_on {
                return None;
            }
            tokio::time::sleep(GATHER).await;
        }
        let (changes, marks, times) = &mut watched;
        changes.mark_unchanged();
        marks.mark_unchanged();
        times.mark_unchanged();
        let event = Event::default().event("change").data(told(&house).to_string());
        Some((Ok(event), (house, watched, false)))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

fn told(house: &House) -> Value {
    json!({"epoch": house.epoch(), "now": house.stage.now(), "playing": house.office.playing()})
}
