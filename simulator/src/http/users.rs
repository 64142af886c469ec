//! The bot's own account, other users, and where the gateway is.

#![expect(clippy::unnecessary_wraps, reason = "all handlers have the same shape")]

use serde_json::json;

use super::call::Call;
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::rules::form::Form;
use crate::world::UserId;

pub(super) fn me(_: &mut Call, change: &mut Change<'_>) -> Outcome {
    let mut value = change.world.user_json(change.bot());
    value["mfa_enabled"] = json!(true);
    value["locale"] = json!("en-GB");
    value["verified"] = json!(true);
    value["email"] = json!(null);
    Ok(Answer::ok(value))
}

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let user: UserId = call.id("user")?;
    if !change.world.users.contains_key(&user) {
        return Err(Rejection::unknown_user());
    }
    Ok(Answer::ok(change.world.user_json(user)))
}

pub(super) fn servers(_: &mut Call, change: &mut Change<'_>) -> Outcome {
    let bot = change.bot();
    let joined = change.world.servers.values().filter(|server| server.members.contains_key(&bot));
    let shown = joined.map(|server| {
        json!({
            "id": server.id, "name": server.name, "icon": null, "banner": null, "owner": false, "features": [],
            "permissions": change.world.server_permissions(bot, server.id).to_string(),
        })
    });
    Ok(Answer::ok(shown.collect()))
}

pub(super) fn leave(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let server = super::members::joined(call, change)?;
    change.leave(server, change.bot())?;
    Ok(Answer::nothing())
}

pub(super) fn open_direct(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let asked = call.body.get("recipient_id").filter(|id| !id.is_null());
    let Some(asked) = asked else {
        let mut form = Form::default();
        form.required("recipient_id");
        form.finish()?;
        return Err(Rejection::unknown_user());
    };
    let user = serde_json::from_value(asked.clone()).map_err(|_| Rejection::unknown_user())?;
    let person = change.world.users.get(&user).filter(|user| !user.bot);
    person.ok_or_else(|| Rejection::new(400, 50033, "Invalid Recipient(s)"))?;
    let id = change.world.open_direct(user);
    let channel = change.world.channels.get(&id).ok_or_else(Rejection::unknown_channel)?;
    Ok(Answer::ok(change.world.channel_json(channel)))
}

pub(super) fn application(_: &mut Call, change: &mut Change<'_>) -> Outcome {
    Ok(Answer::ok(change.world.application_json()))
}

fn gateway_url(change: &Change<'_>) -> String {
    change.world.origin.replacen("http", "ws", 1)
}

pub(super) fn gateway(_: &mut Call, change: &mut Change<'_>) -> Outcome {
    Ok(Answer::ok(json!({"url": gateway_url(change)})))
}

pub(super) fn gateway_bot(_: &mut Call, change: &mut Change<'_>) -> Outcome {
    let options = change.options;
    let left = change.world.sessions_left(options.sessions_a_day);
    let limit = json!({
        "total": options.sessions_a_day, "remaining": left, "reset_after": 14_400_000,
        "max_concurrency": options.max_concurrency,
    });
    Ok(Answer::ok(json!({"url": gateway_url(change), "shards": options.shards, "session_start_limit": limit})))
}
