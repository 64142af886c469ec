//! Who is let in, over the wire; no browser is needed for it.

use reqwest::header::{HOST, ORIGIN};
use reqwest::{Client, Method, StatusCode, Url};

use super::desk::{demo, serve};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_page_itself_is_let_in() {
    let page = serve(&demo(1, true)).await;
    let client = Client::builder().no_proxy().build().expect("a client");
    let address = Url::parse(page.address()).expect("an address");
    assert_eq!(address.host_str(), Some("127.0.0.1"));
    let key = address.path().trim_matches('/');
    assert!(key.len() == 32 && key.chars().all(|c| c.is_ascii_hexdigit()), "{key}");
    let own = address.origin().ascii_serialization();

    let shown = client.get(address.clone()).send().await.expect("an answer");
    assert_eq!(shown.status(), StatusCode::OK);
    let policy = shown.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(shown.headers()["referrer-policy"], "no-referrer");
    assert!(shown.headers().get("access-control-allow-origin").is_none());

    let at = |path: &str| address.join(path).expect("an address");
    // Without the key, or with another one, there is nothing.
    for path in ["/", "/api/state", "/00000000000000000000000000000000/api/state", "/control/world"] {
        let answer = client.get(at(path)).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let state = client.get(at("api/state")).send().await.expect("an answer");
    assert!(state.text().await.expect("text").contains("Home Testing"));
    // A name that somebody else has bound to this machine, and pages of other origins.
    let rebound = client.get(at("api/state")).header(HOST, "evil.example").send().await.expect("an answer");
    assert_eq!(rebound.status(), StatusCode::FORBIDDEN);
    let port = address.port().expect("a port");
    for origin in
        ["http://evil.example", "null", &format!("http://localhost:{port}"), &format!("https://127.0.0.1:{port}")]
    {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS] {
            let asked = client.request(method.clone(), at("api/faults")).header(ORIGIN, origin);
            assert_eq!(asked.send().await.expect("an answer").status(), StatusCode::FORBIDDEN, "{method} {origin}");
        }
    }
    let bare = client.post(at("api/clock")).json(&serde_json::json!({"do": "day"})).send().await.expect("an answer");
    assert_eq!(bare.status(), StatusCode::FORBIDDEN, "a POST says where it comes from");
    let right = client.post(at("api/clock")).header(ORIGIN, own).json(&serde_json::json!({"do": "hour"}));
    assert_eq!(right.send().await.expect("an answer").status(), StatusCode::OK);
    page.close().await.expect("the bot ends");
}
