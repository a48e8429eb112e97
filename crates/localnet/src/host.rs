//! Who may ask: whoever calls this machine by its own name.
//!
//! A page elsewhere can let its name mean this machine once it is open, and is then no stranger to the browser any more (DNS
//! rebinding). It cannot change the host that is asked for, though.

use axum::{
    body::Body,
    extract::Request,
    http::{header, HeaderValue, StatusCode},
    middleware::Next,
    response::Response,
};

/// What others are told.
const SENTENCE: &str = "This is a local network: ask for localhost, 127.0.0.1 or [::1] as the host.";

/// Refuses whoever asks for another host than this machine, with 403.
pub async fn only_here(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    // Of HTTP/1.0, without a host, is no browser.
    if host.is_none_or(is_here) {
        return next.run(request).await;
    }
    let mut response = Response::new(Body::from(format!("{{\"error\":\"{SENTENCE}\"}}")));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Whether a host, at any port, is this machine by its own name.
fn is_here(host: &str) -> bool {
    let port = |rest: &str| {
        rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
    };
    let host = host.to_ascii_lowercase();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.strip_prefix(name).is_some_and(port))
}
