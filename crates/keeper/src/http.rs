//! What a keeper tells over HTTP: its metrics, and whether it lives.

use crate::Keeper;
use axum::{extract::State, http::StatusCode, response::IntoResponse, routing::get, Router};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Answers until the keeper stops.
pub async fn serve(keeper: Arc<Keeper>, listener: TcpListener) -> std::io::Result<()> {
    let watched = keeper.clone();
    let stopped = async move { watched.stopped().await };
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .with_state(keeper);
    axum::serve(listener, router).with_graceful_shutdown(stopped).await
}

async fn metrics(State(keeper): State<Arc<Keeper>>) -> impl IntoResponse {
    ([("content-type", "text/plain; version=0.0.4")], keeper.metrics.text(&keeper).await)
}

async fn health(State(keeper): State<Arc<Keeper>>) -> impl IntoResponse {
    let age = keeper.signs.tick_age();
    let status =
        if age > keeper.settings.health_bound.0 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (status, format!("The last scan was {:.1} seconds ago.\n", age.as_secs_f64()))
}

async fn ready(State(keeper): State<Arc<Keeper>>) -> impl IntoResponse {
    if keeper.signs.is_ready() {
        (StatusCode::OK, "All accounts are known.\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "Accounts are still being read.\n")
    }
}
