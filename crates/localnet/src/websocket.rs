//! Subscriptions over a websocket.

use crate::{
    events::{Event, Numbered},
    handle::NodeHandle,
    http::{answered, refused},
    node::until_stopped,
    rpc::{Params, RpcError},
    subscription::{executed, Subscription},
};
use axum::{
    extract::{
        ws::{Message, WebSocket},
        State, WebSocketUpgrade,
    },
    response::Response,
    routing::any,
    Router,
};
use serde_json::{json, Value};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};
use tokio::sync::{broadcast, watch};

/// Numbers of subscriptions, of all connections together.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

#[derive(Clone)]
struct Service {
    node: NodeHandle,
    stopping: watch::Receiver<bool>,
}

/// The service.
pub(crate) fn router(node: NodeHandle, stopping: watch::Receiver<bool>) -> Router {
    Router::new().route("/", any(connect)).with_state(Service { node, stopping })
}

async fn connect(State(service): State<Service>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        // Whoever is no longer there needs no explanation.
        let _ = serve(service, socket).await;
    })
}

/// One client's subscriptions, each with the number of the last event before it.
struct Connection {
    node: NodeHandle,
    subscriptions: BTreeMap<u64, (Subscription, u64)>,
}

async fn serve(service: Service, mut socket: WebSocket) -> Result<(), axum::Error> {
    let Service { node, stopping } = service;
    let mut events = node.chain().events.listen();
    let mut connection = Connection { node, subscriptions: BTreeMap::new() };
    let mut stopped = std::pin::pin!(until_stopped(stopping));
    loop {
        let messages = tokio::select! {
            () = &mut stopped => break,
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => connection.answer(&text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                // Pings are answered below this.
                Some(Ok(_)) => vec![],
            },
            event = events.recv() => match event {
                Ok(numbered) if matches!(*numbered.1, Event::Close) => break,
                Ok(numbered) => connection.notify(&numbered),
                // Who has missed something shall know it.
                Err(broadcast::error::RecvError::Lagged(_) | broadcast::error::RecvError::Closed) => break,
            },
        };
        for message in messages {
            socket.send(Message::text(message.to_string())).await?;
        }
    }
    socket.send(Message::Close(None)).await
}

impl Connection {
    /// Answers a request, and tells at once what has happened already.
    fn answer(&mut self, text: &str) -> Vec<Value> {
        let Ok(request) = serde_json::from_str::<Value>(text) else {
            return vec![refused(Value::Null, RpcError::new(-32700, "Parse error"))];
        };
        let id = request.get("id").cloned().unwrap_or_default();
        match self.subscribe_or_not(&request) {
            Ok((result, more)) => [vec![answered(id, result)], more].concat(),
            Err(error) => vec![refused(id, error)],
        }
    }

    fn subscribe_or_not(&mut self, request: &Value) -> Result<(Value, Vec<Value>), RpcError> {
        let method = request.get("method").and_then(Value::as_str).ok_or_else(RpcError::request)?;
        let params = Params::of(request)?;
        if method.ends_with("Unsubscribe") {
            let number: u64 = params.required(0, "subscription")?;
            let removed = self.subscriptions.remove(&number);
            removed.ok_or_else(|| RpcError::params("Invalid subscription id."))?;
            return Ok((json!(true), vec![]));
        }
        let subscription = Subscription::new(method, &params).ok_or_else(RpcError::method)??;
        let number = NUMBERS.fetch_add(1, Relaxed);
        let chain = self.node.chain();
        let known = match &subscription {
            Subscription::Signature(signature) => chain.ledger.get(signature),
            _ => None,
        };
        if let Some(record) = known.filter(|_| !self.node.faults().is_silent()) {
            return Ok((json!(number), vec![notification(&subscription, number, executed(record))]));
        }
        let since = chain.events.count();
        drop(chain);
        self.subscriptions.insert(number, (subscription, since));
        Ok((json!(number), vec![]))
    }

    /// What an event means to all subscriptions.
    fn notify(&mut self, (count, event): &Numbered) -> Vec<Value> {
        if self.node.faults().is_silent() {
            return vec![];
        }
        let mut messages = vec![];
        self.subscriptions.retain(|number, (subscription, since)| {
            let told = if count > since { subscription.notifications(event) } else { vec![] };
            let keep = told.is_empty() || !subscription.is_once();
            messages.extend(told.into_iter().map(|value| notification(subscription, *number, value)));
            keep
        });
        messages
    }
}

fn notification(subscription: &Subscription, number: u64, result: Value) -> Value {
    let params = json!({ "result": result, "subscription": number });
    json!({ "jsonrpc": "2.0", "method": subscription.method(), "params": params })
}
