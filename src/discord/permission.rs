//! Discord's permissions: what a member may do, computed as Discord documents it. Pure.

use serde_json::Value;

use super::snowflake;

const ADMINISTRATOR: u64 = 1 << 3;
const MANAGE_SERVER: u64 = 1 << 5;
const VIEW_CHANNEL: u64 = 1 << 10;

/// Bits as Discord writes them: a number in a string.
pub(super) fn bits(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_u64().unwrap_or_default(),
    }
}

/// Whether somebody with these permissions is an admin to us.
pub(super) fn is_admin(permissions: u64) -> bool {
    permissions & (ADMINISTRATOR | MANAGE_SERVER) != 0
}

/// What somebody may do in the whole server, by its JSON, their id and their roles.
pub(super) fn in_server(server: &Value, user: i64, roles: &[i64]) -> u64 {
    if snowflake(&server["owner_id"]) == Some(user) {
        return u64::MAX;
    }
    let everyone = snowflake(&server["id"]);
    let counts = |role: &&Value| {
        let id = snowflake(&role["id"]);
        id == everyone || id.is_some_and(|id| roles.contains(&id))
    };
    let all = list(&server["roles"]).iter().filter(counts).fold(0, |all, role| all | bits(&role["permissions"]));
    if all & ADMINISTRATOR == 0 { all } else { u64::MAX }
}

/// What remains of it in a channel: first what the channel says of everyone, then of the roles
/// together, then of the person.
pub(super) fn in_channel(in_server: u64, channel: &Value, server: i64, user: i64, roles: &[i64]) -> u64 {
    if in_server & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let overwrites = list(&channel["permission_overwrites"]);
    let of = |wanted: &dyn Fn(i64) -> bool| {
        let matching = overwrites.iter().filter(|one| snowflake(&one["id"]).is_some_and(wanted));
        matching.fold((0, 0), |(deny, allow), one| (deny | bits(&one["deny"]), allow | bits(&one["allow"])))
    };
    let steps = [of(&|id| id == server), of(&|id| id != server && roles.contains(&id)), of(&|id| id == user)];
    let permissions = steps.into_iter().fold(in_server, |all, (deny, allow)| all & !deny | allow);
    // Whoever can't see a channel can do nothing in it.
    if permissions & VIEW_CHANNEL == 0 { 0 } else { permissions }
}

/// Whether somebody without any role sees a channel.
pub(super) fn everyone_sees(server: &Value, channel: &Value, id: i64) -> bool {
    // Nobody has this id, so nothing but what everyone has is counted.
    in_channel(in_server(server, 0, &[]), channel, id, 0, &[]) & VIEW_CHANNEL != 0
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SEND: u64 = 1 << 11;

    fn server() -> Value {
        json!({"id": "1", "owner_id": "9", "roles": [
            {"id": "1", "permissions": "3072"},
            {"id": "2", "permissions": "32"},
            {"id": "3", "permissions": "8"},
        ]})
    }

    #[test]
    fn roles_add_up() {
        let cases = [
            (5, &[][..], VIEW_CHANNEL | SEND, false),
            (5, &[2], VIEW_CHANNEL | SEND | MANAGE_SERVER, true),
            (5, &[3], u64::MAX, true),
            (9, &[], u64::MAX, true),
        ];
        for (user, roles, expected, admin) in cases {
            let permissions = in_server(&server(), user, roles);
            assert_eq!(permissions, expected, "{user} {roles:?}");
            assert_eq!(is_admin(permissions), admin);
        }
    }

    #[test]
    fn a_channel_takes_and_gives_in_order() {
        let base = VIEW_CHANNEL | SEND;
        let cases = [
            (json!([]), base),
            (json!([{"id": "1", "deny": "2048", "allow": "0"}]), VIEW_CHANNEL),
            (json!([{"id": "1", "deny": "2048"}, {"id": "2", "allow": "2048"}]), base),
            (json!([{"id": "2", "allow": "2048"}, {"id": "5", "deny": "2048"}]), VIEW_CHANNEL),
            (json!([{"id": "1", "deny": "1024"}]), 0),
            (json!([{"id": "7", "deny": "1024"}]), base),
            (json!("nonsense"), base),
        ];
        for (overwrites, expected) in cases {
            let channel = json!({"permission_overwrites": overwrites});
            assert_eq!(in_channel(base, &channel, 1, 5, &[2]), expected, "{channel}");
        }
        let closed = json!({"permission_overwrites": [{"id": "1", "deny": "1024"}]});
        assert_eq!(in_channel(u64::MAX, &closed, 1, 5, &[]), u64::MAX, "an administrator passes everywhere");
    }
}
