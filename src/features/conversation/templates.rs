//! `/conversation templates`: the kinds there are, and one of them in full.

use crate::app::App;
use crate::command::{Act, Answer, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::Result;
use crate::features::pulse;
use crate::handler;

use super::commands::{kinds, template};
use super::view;

/// Its line of the command table.
pub(super) const TEMPLATES: Entry = Entry {
    on: On::Command {
        name: "conversation templates",
        about: "The kinds of conversations there are, and what each asks",
        options: &[Opt {
            name: "template",
            about: "One of them in full",
            kind: Kind::Completed(handler!(kinds)),
            required: false,
        }],
    },
    who: Who::Member,
    place: Place::Server,
    whose: Whose::Partnership,
    shows: Shows::Private,
    run: handler!(show),
};

#[allow(clippy::unused_async, reason = "a handler is async")]
async fn show(app: &App, act: &Act) -> Result<Answer> {
    Ok(Answer::Private(match act.text("template") {
        None => view::templates(&app.library),
        Some(key) if pulse::is_meant(key) => pulse::about(act.partnership, act.channel),
        Some(key) => view::template(act.partnership, template(app, key)?),
    }))
}
