//! Who is let in: the browser that has the session's key, from this machine's own address, driven by the page itself.
//!
//! The key stands in the path, so nothing needs a cookie, which all ports of a machine would share. `Host` must be this
//! machine's, or a name that somebody rebinds to it could read the page; `Origin` must be the page's own for whatever
//! changes something, or a page elsewhere that knows the address could drive it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What the page may load and do: what it brings with it, and nothing of anybody else's. Neither a script nor a style may
/// stand in a text.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The door of one session.
pub(super) struct Door {
    key: String,
    hosts: [String; 2],
}

impl Door {
    pub(super) fn new(key: String, port: u16) -> Self {
        // Browsers leave out the port that is usual.
        let end = if port == 80 { String::new() } else { format!(":{port}") };
        Self { key, hosts: [format!("127.0.0.1{end}"), format!("localhost{end}")] }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The page's address.
    pub(super) fn address(&self) -> String {
        format!("http://{}/{}/", self.hosts[0], self.key)
    }

    /// Whether a request may come in, whatever it is for.
    fn admits(&self, method: &Method, headers: &HeaderMap) -> Result<(), &'static str> {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(&HOST).unwrap_or_default();
        if !self.hosts.iter().any(|known| known == host) {
            return Err("This page is for this machine alone: open it at the address that the program printed.");
        }
        let own = |origin: &str| origin.strip_prefix("http://") == Some(host);
        let reads = method == Method::GET || method == Method::HEAD;
        match headers.get(ORIGIN).map(|value| value.to_str().is_ok_and(own)) {
            Some(true) => {}
            None if reads => {}
            _ => return Err("Only the page itself may do this."),
        }
        // Where a browser says who asks, it may be nobody but the page or the person.
        match headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or_default()) {
            None | Some("same-origin" | "none") => Ok(()),
            // A link on another page leads here as if its address had been typed.
            Some(_) if reads && text(&HeaderName::from_static("sec-fetch-mode")) == Some("navigate") => Ok(()),
            Some(_) => Err("Only the page itself may do this."),
        }
    }
}

/// Lets a request in or not, and says on the answer what a browser may do with it.
pub(super) async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut response = match door.admits(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(why) => (StatusCode::FORBIDDEN, why).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// For whoever hasn't the key, or asks for what isn't there.
pub(super) async fn stranger() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "There is nothing here. Open the page at the whole address that the program printed.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_on_this_machine_is_let_in() {
        let door = Door::new("k".to_owned(), 8080);
        assert_eq!(door.address(), "http://127.0.0.1:8080/k/");
        let here = ("host", "127.0.0.1:8080");
        let own = ("origin", "http://127.0.0.1:8080");
        for (method, headers, admitted) in [
            (Method::GET, vec![here], true),
            (Method::GET, vec![("host", "localhost:8080")], true),
            (Method::GET, vec![], false),
            (Method::GET, vec![("host", "127.0.0.1")], false),
            (Method::GET, vec![("host", "127.0.0.1:8081")], false),
            (Method::GET, vec![("host", "evil.example:8080")], false),
            (Method::GET, vec![here, ("origin", "http://evil.example")], false),
            (Method::GET, vec![here, ("origin", "null")], false),
            (Method::GET, vec![here, ("sec-fetch-site", "same-origin")], true),
            (Method::GET, vec![here, ("sec-fetch-site", "none")], true),
            (Method::GET, vec![here, ("sec-fetch-site", "cross-site")], false),
            (Method::GET, vec![here, ("sec-fetch-site", "same-site")], false),
            (Method::GET, vec![here, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], true),
            (Method::POST, vec![here, own], true),
            (Method::POST, vec![here, own, ("sec-fetch-site", "same-origin")], true),
            (Method::POST, vec![here], false),
            (Method::POST, vec![here, ("origin", "http://localhost:8080")], false),
            (Method::POST, vec![here, ("origin", "https://127.0.0.1:8080")], false),
            (Method::POST, vec![here, ("origin", "http://127.0.0.1:9")], false),
            (Method::POST, vec![here, ("origin", "null")], false),
            (Method::POST, vec![here, own, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], false),
            (Method::DELETE, vec![here], false),
        ] {
            let all: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(door.admits(&method, &all).is_ok(), admitted, "{method} {headers:?}");
        }
    }
}
