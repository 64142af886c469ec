//! Whether an organisation is told before the others release something.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::Result;
use crate::features::organisation::model::Organisation;
use crate::features::organisation::policy::{self, Part};
use crate::features::organisation::{store, view};
use crate::features::release;

use super::{caller, load};

/// Turns it on or off, as the button said when it was shown: two clicks are one.
pub(super) async fn hear(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let before = load(tx, &act).await?;
            let caller = caller(tx, &act, before.id).await?;
            let has_steward = !store::stewards(tx, act.partnership, before.id).await?.is_empty();
            policy::check(caller, has_steward, Part::Reach, &before.name)?;
            let after = Organisation { hears_releases: act.row().nth(1) == Some("on"), ..before };
            store::save(tx, act.partnership, &after, act.at).await?;
            if after.hears_releases {
                release::heard(tx, &own, act.partnership, &after).await?;
            }
            Ok(view::heard(act.partnership, &after))
        })
    });
    done.await.map(Answer::Private)
}
