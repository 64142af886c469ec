//! Recording a decision: by the command, from a message, in place of another.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Error, Result, person, refuse};
use crate::features::consent::{self, model::Purpose};
use crate::features::decision::model::{Draft, NOBODY};
use crate::features::decision::{log, policy, view};
use crate::features::{blocker, member, setup};
use crate::partnership::text::message_link;
use crate::partnership::{Message, MessageId, UserId};
use crate::schedule::parse_date;
use crate::storage::{Db, Tx};

use super::{get, number_at, private, theirs};

/// The name under which a record that can't be used is kept.
const FORM: &str = "decision.record:";

/// What a form is about: the owner, the message that it comes from with its author, and which decision
/// it takes the place of; 0 for none.
struct About {
    owner: UserId,
    message: i64,
    author: UserId,
    older: i64,
    clears: i64,
}

impl About {
    fn read(act: &Act) -> Self {
        let at = |place: usize| number_at(act, place).unwrap_or_default();
        Self { owner: UserId(at(0)), message: at(1), author: UserId(at(2)), older: at(3), clears: at(4) }
    }

    fn row(&self) -> String {
        format!("{},{},{},{},{}", self.owner, self.message, self.author, self.older, self.clears)
    }

    fn owner(&self, act: &Act) -> UserId {
        if self.owner == NOBODY { act.actor.user } else { self.owner }
    }
}

/// `/decision record`.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let owner = act.user("owner").map_or(NOBODY, |(user, _)| user);
    let about = About { owner, message: 0, author: NOBODY, older: 0, clears: 0 };
    Ok(Answer::Form(view::record_form(act.partnership, &about.row(), ["", "", ""])))
}

/// **Record as decision** in a message's menu.
pub(super) async fn from_message(app: &App, act: &Act) -> Result<Answer> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let Some(Value::Message { id, author, text }) = act.values.get("message") else {
        return refuse("I can't read that message. `/decision record` does the same in your own words.");
    };
    let about = About { owner: NOBODY, message: id.0, author: author.unwrap_or(NOBODY), older: 0, clears: 0 };
    Ok(Answer::Form(view::record_form(act.partnership, &about.row(), ["", text, ""])))
}

/// **Supersede**: a new decision in place of this one.
pub(super) async fn supersede(app: &App, act: &Act) -> Result<Answer> {
    let one = theirs(&mut *app.store.read().await?, act).await?;
    let about = About { owner: one.says.owner, message: 0, author: NOBODY, older: one.number, clears: 0 };
    let texts = [one.says.title.as_str(), one.says.decision.as_str(), ""];
    Ok(Answer::Form(view::record_form(act.partnership, &about.row(), texts)))
}

/// **A decision cleared it**, on a blocker: the row is its number.
pub(super) async fn clearing(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let seen = blocker::visible(&mut db, act, &act.pointer.row).await?;
    let clears = seen.first().copied().ok_or_else(|| person("That blocker isn't there any more."))?;
    let about = About { owner: NOBODY, message: 0, author: NOBODY, older: 0, clears };
    Ok(Answer::Form(view::record_form(act.partnership, &about.row(), ["", "", ""])))
}

/// **Try again**: what couldn't be used comes back.
pub(super) async fn again(app: &App, act: &Act) -> Result<Answer> {
    let kept = setup::store::kept_form(&mut *app.store.read().await?, act.partnership, act.actor.user, FORM).await?;
    let text = |name: &str| kept.get(name).map_or("", String::as_str);
    let texts = [text("title"), text("decision"), text("review")];
    Ok(Answer::Form(view::record_form(act.partnership, &About::read(act).row(), texts)))
}

/// A date that is still to come, as somebody wrote it; none where they left it out.
pub(super) async fn review_date(db: &mut Db, act: &Act, owner: UserId) -> Result<Option<NaiveDate>> {
    let Some(text) = act.text("review") else { return Ok(None) };
    let zone = member::zone_of(db, act.partnership, owner).await?;
    let today = act.at.with_timezone(&zone).date_naive();
    let date = parse_date(text, today)?;
    if date <= today {
        return refuse(format!("{} is not ahead of us. When shall it be looked at again?", date.format("%-d %B %Y")));
    }
    Ok(Some(date))
}

/// The form was sent. What can't be used is kept, and comes back.
pub(super) async fn recorded(app: &App, act: &Act) -> Result<Answer> {
    let about = About::read(act);
    // Everybody here can find a record. What was said in a smaller circle is its author's to pass on.
    let asks = consent::is_needed(app, act, about.author).await;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            match keep(tx, &own, &act, &about, asks).await {
                Err(Error::Person(why)) => {
                    let text = |name: &str| (name.to_owned(), super::text(&act, name));
                    let texts = BTreeMap::from(["title", "decision", "review"].map(text));
                    setup::store::keep_form(tx, partnership, user, FORM, &texts).await?;
                    Ok(view::record_again(partnership, &about.row(), &why))
                }
                done => {
                    setup::store::drop_form(tx, partnership, user, FORM).await?;
                    done
                }
            }
        })
    });
    done.await.map(private)
}

async fn keep(tx: &mut Tx, app: &App, act: &Act, about: &About, asks: bool) -> Result<Message> {
    let (partnership, by, owner) = (act.partnership, act.actor.user, about.owner(act));
    let mut draft = Draft {
        title: act.required("title")?.to_owned(),
        decision: act.required("decision")?.to_owned(),
        review_on: review_date(tx, act, owner).await?,
        ..Draft::of(owner)
    };
    if about.message > 0 {
        draft.source = Some(message_link(partnership, act.channel, MessageId(about.message)));
    }
    if about.older > 0 {
        let older = get(tx, act, about.older).await?;
        policy::check_open(&older)?;
        let says = older.says;
        draft.supersedes = vec![about.older];
        (draft.parts, draft.level, draft.stands_as) = (says.parts, says.level, says.stands_as);
    }
    if about.clears > 0 {
        draft.clears = blocker::visible(tx, act, &format!("B-{}", about.clears)).await?;
    }
    let draft = draft.cleaned()?;
    if asks {
        let draft = serde_json::to_value(&draft)?;
        return consent::ask(tx, app, act, about.author, Purpose::Decision, draft).await;
    }
    let writes = act.bot_writes();
    let channel = writes.then_some(act.channel);
    let one = log::record(tx, app, partnership, by, &draft, channel).await?;
    let said = view::said_recorded(&one, writes);
    let one = get(tx, act, one.number).await?;
    super::panel(tx, act, one, &said).await
}
