//! All routes in one table. A literal stands before a name that would match it too.

use super::call::Call;
use super::{Outcome, channels, commands, events, interactions, members, messages, pins, threads, users};
use crate::change::Change;

/// A route of the API.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// Whether it needs no token: what stands in the path is the key.
    pub(super) open: bool,
    pub(super) run: fn(&mut Call, &mut Change<'_>) -> Outcome,
}

const fn closed(method: &'static str, path: &'static str, run: fn(&mut Call, &mut Change<'_>) -> Outcome) -> Route {
    Route { method, path, open: false, run }
}

const fn open(method: &'static str, path: &'static str, run: fn(&mut Call, &mut Change<'_>) -> Outcome) -> Route {
    Route { method, path, open: true, run }
}

static ROUTES: &[Route] = &[
    // Interactions come first: they are the ones in a hurry.
    open("POST", "/interactions/{interaction}/{token}/callback", interactions::answer),
    open("GET", "/webhooks/{application}/{token}/messages/{message}", interactions::get),
    open("PATCH", "/webhooks/{application}/{token}/messages/{message}", interactions::edit),
    open("DELETE", "/webhooks/{application}/{token}/messages/{message}", interactions::delete),
    open("POST", "/webhooks/{application}/{token}", interactions::follow_up),
    closed("GET", "/channels/{channel}/messages", messages::list),
    closed("POST", "/channels/{channel}/messages", messages::create),
    closed("GET", "/channels/{channel}/messages/pins", pins::list),
    closed("PUT", "/channels/{channel}/messages/pins/{message}", pins::add),
    closed("DELETE", "/channels/{channel}/messages/pins/{message}", pins::remove),
    closed("POST", "/channels/{channel}/messages/bulk-delete", messages::delete_many),
    closed("GET", "/channels/{channel}/messages/{message}", messages::get),
    closed("PATCH", "/channels/{channel}/messages/{message}", messages::edit),
    closed("DELETE", "/channels/{channel}/messages/{message}", messages::delete),
    closed("POST", "/channels/{channel}/messages/{message}/threads", threads::start_from_message),
    closed("PUT", "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", messages::react),
    closed("DELETE", "/channels/{channel}/messages/{message}/reactions/{emoji}/{user}", messages::unreact),
    closed("GET", "/channels/{channel}/messages/{message}/reactions/{emoji}", messages::reactions),
    closed("GET", "/channels/{channel}/pins", pins::list_old),
    closed("PUT", "/channels/{channel}/pins/{message}", pins::add),
    closed("DELETE", "/channels/{channel}/pins/{message}", pins::remove),
    closed("POST", "/channels/{channel}/typing", messages::typing),
    closed("POST", "/channels/{channel}/threads", threads::start),
    closed("GET", "/channels/{channel}/threads/archived/public", threads::archived_public),
    closed("GET", "/channels/{channel}/threads/archived/private", threads::archived_private),
    closed("GET", "/channels/{channel}/thread-members", threads::members),
    closed("GET", "/channels/{channel}/thread-members/{user}", threads::member),
    closed("PUT", "/channels/{channel}/thread-members/{user}", threads::add_member),
    closed("DELETE", "/channels/{channel}/thread-members/{user}", threads::remove_member),
    closed("GET", "/channels/{channel}", channels::get),
    closed("PATCH", "/channels/{channel}", channels::edit),
    closed("DELETE", "/channels/{channel}", channels::delete),
    closed("GET", "/guilds/{guild}", members::server),
    closed("GET", "/guilds/{guild}/channels", channels::list),
    closed("POST", "/guilds/{guild}/channels", channels::create),
    closed("GET", "/guilds/{guild}/threads/active", threads::active),
    closed("GET", "/guilds/{guild}/roles", members::roles),
    closed("GET", "/guilds/{guild}/members", members::list),
    closed("GET", "/guilds/{guild}/members/search", members::search),
    closed("GET", "/guilds/{guild}/members/{user}", members::get),
    closed("PATCH", "/guilds/{guild}/members/@me", members::rename_self),
    closed("PUT", "/guilds/{guild}/members/{user}/roles/{role}", members::give_role),
    closed("DELETE", "/guilds/{guild}/members/{user}/roles/{role}", members::take_role),
    closed("GET", "/guilds/{guild}/scheduled-events", events::list),
    closed("POST", "/guilds/{guild}/scheduled-events", events::create),
    closed("GET", "/guilds/{guild}/scheduled-events/{event}", events::get),
    closed("DELETE", "/guilds/{guild}/scheduled-events/{event}", events::delete),
    closed("GET", "/users/@me", users::me),
    closed("GET", "/users/@me/guilds", users::servers),
    closed("DELETE", "/users/@me/guilds/{guild}", users::leave),
    closed("POST", "/users/@me/channels", users::open_direct),
    closed("GET", "/users/{user}", users::get),
    closed("GET", "/applications/@me", users::application),
    closed("GET", "/oauth2/applications/@me", users::application),
    closed("GET", "/applications/{application}/commands", commands::list),
    closed("POST", "/applications/{application}/commands", commands::create),
    closed("PUT", "/applications/{application}/commands", commands::replace),
    closed("GET", "/applications/{application}/commands/{command}", commands::get),
    closed("PATCH", "/applications/{application}/commands/{command}", commands::edit),
    closed("DELETE", "/applications/{application}/commands/{command}", commands::delete),
    closed("GET", "/applications/{application}/guilds/{guild}/commands", commands::list),
    closed("POST", "/applications/{application}/guilds/{guild}/commands", commands::create),
    closed("PUT", "/applications/{application}/guilds/{guild}/commands", commands::replace),
    closed("GET", "/applications/{application}/guilds/{guild}/commands/{command}", commands::get),
    closed("PATCH", "/applications/{application}/guilds/{guild}/commands/{command}", commands::edit),
    closed("DELETE", "/applications/{application}/guilds/{guild}/commands/{command}", commands::delete),
    open("GET", "/gateway", users::gateway),
    closed("GET", "/gateway/bot", users::gateway_bot),
];

/// What stands at a path.
pub(super) enum Found {
    /// This route, with the values of its names.
    Route(&'static Route, Vec<(&'static str, String)>),
    /// Something, but not by this method.
    OtherMethod,
    /// Nothing.
    Nothing,
}

/// Finds the route of a request.
pub(super) fn find(method: &str, path: &str) -> Found {
    let Some(path) = without_version(path) else {
        return Found::Nothing;
    };
    let parts: Vec<_> = path.split('/').collect();
    let mut found = Found::Nothing;
    for route in ROUTES {
        let Some(ids) = matched(route.path, &parts) else {
            continue;
        };
        if route.method == method {
            return Found::Route(route, ids);
        }
        found = Found::OtherMethod;
    }
    found
}

/// Whether this is a route as the ledger writes it.
pub(crate) fn is_route(path: &str) -> bool {
    ROUTES.iter().any(|route| route.path == path)
}

/// Whether a route of this method (`*`: of any) has this in it.
pub(crate) fn is_part_of_route(method: &str, part: &str) -> bool {
    ROUTES.iter().any(|route| (method == "*" || route.method == method) && route.path.contains(part))
}

/// Whether such a route names one of these, such as `{channel}`.
pub(crate) fn is_named_in_route(method: &str, part: &str, names: &[&str]) -> bool {
    let meant = |route: &&Route| {
        (method == "*" || route.method == method)
            && if is_route(part) { route.path == part } else { route.path.contains(part) }
    };
    ROUTES.iter().filter(meant).any(|route| names.iter().any(|name| route.path.contains(name)))
}

/// A path below `/api/v10`.
pub(super) fn without_version(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/api")?;
    let unversioned = rest.strip_prefix("/v10").or_else(|| rest.strip_prefix("/v9")).unwrap_or(rest);
    Some(unversioned)
}

fn matched(route: &'static str, parts: &[&str]) -> Option<Vec<(&'static str, String)>> {
    let mut names = Vec::new();
    let mut wanted = route.split('/');
    for part in parts {
        let piece = wanted.next()?;
        match piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}')) {
            Some(name) if !part.is_empty() => names.push((name, decoded(part))),
            None if piece == *part => {}
            _ => return None,
        }
    }
    wanted.next().is_none().then_some(names)
}

/// A part of a path without percent signs.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_wins_over_a_name() {
        let Found::Route(route, ids) = find("PUT", "/api/v10/channels/1/messages/pins/2") else { panic!("no route") };
        assert_eq!(route.path, "/channels/{channel}/messages/pins/{message}");
        assert_eq!(ids, [("channel", "1".to_owned()), ("message", "2".to_owned())]);
    }

    #[test]
    fn other_methods_and_other_paths_are_told_apart() {
        assert!(matches!(find("PUT", "/api/v10/users/@me"), Found::OtherMethod));
        assert!(matches!(find("GET", "/api/v10/nowhere"), Found::Nothing));
    }

    #[test]
    fn emoji_arrive_as_they_are() {
        assert_eq!(decoded("%E2%9C%85"), "✅");
    }
}
