//! The panel that is pinned in a squad's channel.

use crate::app::App;
use crate::error::Result;
use crate::outbox::{Panel, Stands};
use crate::partnership::{Message, PartnershipId, SquadId};

use super::commands::present;
use super::model::Squad;
use super::{store, view};

/// The key of a squad's panel.
pub(super) fn key(squad: SquadId) -> String {
    format!("squad.board:{squad}")
}

/// A squad's panel, as it is first shown.
pub(super) fn panel(squad: &Squad) -> Panel {
    Panel {
        key: key(squad.id),
        channel: squad.channel,
        thread_title: String::new(),
        pinned: true,
        stands: Stands::InChannel,
        folded: false,
    }
}

/// What the panel shows at present.
pub(super) async fn board(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Ok(id) = row.parse::<SquadId>() else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(squad) = store::get(&mut db, partnership, id).await? else { return Ok(None) };
    let people = present(&mut db, partnership, id).await?;
    Ok(Some(view::board(partnership, &squad, &people)))
}
