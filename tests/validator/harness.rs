//! The harness itself: what it puts into genesis is there, and what it may not do is refused.
