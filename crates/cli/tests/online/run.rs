//! The command run to its end, and what it left behind; the stories on a validator share this.

use serde_json::Value;
use std::process::Command;

/// What a run left behind.
pub struct Run {
    /// What the process ended with.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it said beside that.
    pub stderr: String,
}

impl Run {
    /// What was printed by a run that went well.
    pub fn fine(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// The same as JSON.
    pub fn json(self) -> Value {
        let text = self.fine();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The one sentence of a run that ended with a code, and printed nothing else.
    pub fn sentence(self, code: i32) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{}", self.stderr);
        let sentence = self.stderr.strip_suffix('\n').expect("a line").to_owned();
        assert!(!sentence.is_empty() && !sentence.contains('\n'), "{sentence:?}");
        sentence
    }
}

/// Runs a command to its end.
pub fn finished(command: &mut Command) -> Run {
    let output = command.output().expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
