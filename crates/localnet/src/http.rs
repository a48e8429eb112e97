//! JSON-RPC over HTTP.

use crate::{
    handle::NodeHandle,
    rpc::{self, Params, RpcError},
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{header, HeaderValue, StatusCode},
    response::Response,
    routing::{get, post},
    Router,
};
use serde_json::{json, Value};

/// The service: calls at the root, and a health check.
pub(crate) fn router(node: NodeHandle) -> Router {
    let root = post(call).options(preflight);
    Router::new().route("/", root).route("/health", get(health)).with_state(node)
}

/// What browsers ask before they call.
async fn preflight() -> Response {
    let mut response = respond(StatusCode::NO_CONTENT, String::new());
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, GET, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

async fn health() -> Response {
    respond(StatusCode::OK, "ok".into())
}

async fn call(State(node): State<NodeHandle>, body: Bytes) -> Response {
    let delay = node.faults().current_delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if node.faults().is_dropping() {
        return respond(StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    // The SVM may be busy for a while; other connections are not to wait for that.
    match tokio::task::spawn_blocking(move || answer(&node, &body)).await {
        Ok(answer) => respond(StatusCode::OK, answer.map(|answer| answer.to_string()).unwrap_or_default()),
        Err(error) => respond(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

fn respond(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Answers a body: one request or many.
fn answer(node: &NodeHandle, body: &[u8]) -> Option<Value> {
    match serde_json::from_slice(body) {
        Err(_) => Some(refused(Value::Null, RpcError::new(-32700, "Parse error"))),
        Ok(Value::Array(requests)) if requests.is_empty() => Some(refused(Value::Null, RpcError::request())),
        Ok(Value::Array(requests)) => {
            let answers: Vec<_> = requests.iter().filter_map(|request| answer_one(node, request)).collect();
            (!answers.is_empty()).then_some(Value::Array(answers))
        }
        Ok(request) => answer_one(node, &request),
    }
}

/// Answers one request; one without an id wants no answer.
fn answer_one(node: &NodeHandle, request: &Value) -> Option<Value> {
    let Some(method) = request.get("method").and_then(Value::as_str) else {
        let id = request.get("id").cloned().unwrap_or_default();
        return Some(refused(id, RpcError::request()));
    };
    node.faults().count(method);
    let answer = Params::of(request).and_then(|params| rpc::answer(node, method, &params));
    let id = request.get("id")?.clone();
    Some(match answer {
        Ok(result) => answered(id, result),
        Err(error) => refused(id, error),
    })
}

/// An answer to a request.
pub(crate) fn answered(id: Value, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "result": result, "id": id })
}

/// A refusal of a request.
pub(crate) fn refused(id: Value, error: RpcError) -> Value {
    json!({ "jsonrpc": "2.0", "error": error.value(), "id": id })
}
