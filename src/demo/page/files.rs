//! The page's own files, which are part of the program, and the attachments of messages.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse, Response};
use simulator::{AttachmentId, ChannelId};

use super::house::House;

macro_rules! app {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("app/", $name)))),+] };
}

/// The page's files, by name.
const APP: &[(&str, &str)] = app![
    "api.js",
    "behind.js",
    "chat.css",
    "chooser.js",
    "clock.js",
    "commandform.js",
    "composer.js",
    "controls.js",
    "dom.js",
    "embed.js",
    "faults.js",
    "files-address.js",
    "files.js",
    "history.js",
    "inline.js",
    "ledger.js",
    "listview.js",
    "live.js",
    "logo.svg",
    "main.js",
    "markdown.js",
    "memory.js",
    "menu.js",
    "message-menu.js",
    "message.js",
    "modal.js",
    "names.js",
    "option.js",
    "palette.js",
    "pane.js",
    "panels.css",
    "parts.css",
    "person.js",
    "popup.js",
    "route.js",
    "sidebar.js",
    "style.css",
    "theme.js",
    "time.js",
    "timeline.js",
    "tour.js",
];

/// `GET /`.
pub(super) async fn index() -> Html<&'static str> {
    Html(include_str!("app/index.html"))
}

/// `GET app/<name>`.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let found = APP.iter().find(|(known, _)| *known == name);
    let Some((_, text)) = found else { return (StatusCode::NOT_FOUND, "There is no such file.").into_response() };
    let kind = match name.rsplit_once('.').map(|(_, end)| end) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    ([(CONTENT_TYPE, kind)], *text).into_response()
}

/// `GET files/<channel>/<id>/<name>`: an attachment. A picture is shown; whatever else it is, it is saved, so that no
/// page of somebody else's opens at this address.
pub(super) async fn attachment(
    State(house): State<Arc<House>>,
    Path((_, id, name)): Path<(ChannelId, AttachmentId, String)>,
) -> Response {
    let Some(bytes) = house.stage.sim.read(|world| world.files.get(&id).cloned()) else {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    let bytes = bytes.to_vec();
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") && name.to_ascii_lowercase().ends_with(".png") {
        return ([(CONTENT_TYPE, "image/png")], bytes).into_response();
    }
    ([(CONTENT_TYPE, "application/octet-stream"), (CONTENT_DISPOSITION, "attachment")], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn folder() -> BTreeSet<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/page/app");
        let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        entries.filter(|name| name != "index.html").collect()
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        assert_eq!(APP.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>(), folder());
    }

    /// What people write is put in as text, never as HTML; and the policy would stop styles and scripts in texts.
    #[test]
    fn no_script_writes_html() {
        for (name, text) in APP {
            for word in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"]
            {
                assert!(!text.contains(word), "{name} has {word}");
            }
        }
        let index = include_str!("app/index.html");
        for word in [" style=", "<style", " onclick=", "javascript:", "http://", "https://"] {
            assert!(!index.contains(word), "the page has {word}");
        }
    }
}
