//! Remembers what a result was made from, so that a second start with nothing changed does nothing.
//! It must never say "current" when an input or the result changed: inputs are compared by content, results by size and time.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::Result;

use crate::files;

/// One remembered result.
pub(crate) struct Stamp {
    path: PathBuf,
    root: PathBuf,
    inputs: Vec<PathBuf>,
    words: Vec<String>,
    result: PathBuf,
}

impl Stamp {
    /// `inputs` are files and folders below `root`; `words` is all else that shapes the result (versions, flags).
    pub(crate) fn new(
        notes: &Path,
        name: &str,
        root: &Path,
        inputs: &[&str],
        words: &[&str],
        result: &Path,
    ) -> Self {
        Self {
            path: notes.join(format!("{name}.stamp")),
            root: root.to_owned(),
            inputs: inputs.iter().map(|input| root.join(input)).collect(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            result: result.to_owned(),
        }
    }

    pub(crate) fn is_current(&self) -> Result<bool> {
        let Ok(written) = std::fs::read_to_string(&self.path) else {
            return Ok(false);
        };
        Ok(written == self.text()?)
    }

    /// Call it when the result has been made.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        files::write(&self.path, self.text()?)
    }

    fn text(&self) -> Result<String> {
        Ok(format!(
            "{}\n{}\n",
            self.inputs_hash()?,
            self.result_hash()?
        ))
    }

    fn inputs_hash(&self) -> Result<String> {
        let mut lines = self.words.join("\n");
        for input in &self.inputs {
            for file in files::list(input)? {
                let hash = files::short_hash(&files::read(&file)?);
                lines.push_str(&format!("\n{} {hash}", files::below(&self.root, &file)));
            }
        }
        Ok(files::short_hash(lines.as_bytes()))
    }

    fn result_hash(&self) -> Result<String> {
        let mut lines = String::new();
        for file in files::list(&self.result)? {
            let about = std::fs::metadata(&file)?;
            let time = about
                .modified()?
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_nanos();
            lines.push_str(&format!(
                "{} {} {time}\n",
                files::below(&self.root, &file),
                about.len()
            ));
        }
        Ok(files::short_hash(lines.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::TestFolder;

    fn stamp(folder: &TestFolder, words: &[&str]) -> Stamp {
        Stamp::new(
            &folder.0.join("notes"),
            "app",
            &folder.0,
            &["src", "Cargo.lock", "not-there"],
            words,
            &folder.0.join("dist"),
        )
    }

    #[track_caller]
    fn check(name: &str, expected: bool, change: impl FnOnce(&TestFolder)) {
        let folder = TestFolder::new(name);
        folder.put("src/main.rs", "fn main() {}");
        folder.put("Cargo.lock", "1");
        folder.put("dist/index.html", "<html>");
        assert!(!stamp(&folder, &["z"]).is_current().unwrap(), "before");
        stamp(&folder, &["z"]).write().unwrap();
        change(&folder);
        assert_eq!(stamp(&folder, &["z"]).is_current().unwrap(), expected);
    }

    #[test]
    fn current_when_nothing_changed_or_an_input_was_only_touched() {
        check("same", true, |_| ());
        check("touched", true, |f| f.put("src/main.rs", "fn main() {}"));
        check("elsewhere", true, |f| f.put("docs/x.md", "x"));
    }

    #[test]
    fn stale_when_an_input_changed_came_or_went() {
        check("changed", false, |f| f.put("src/main.rs", "fn main() {;}"));
        check("came", false, |f| f.put("src/b.rs", ""));
        check("went", false, |f| {
            std::fs::remove_file(f.0.join("Cargo.lock")).unwrap();
        });
        check("appeared", false, |f| f.put("not-there", ""));
    }

    #[test]
    fn stale_when_the_result_changed_or_is_gone() {
        check("result", false, |f| f.put("dist/index.html", "<html>!"));
        check("gone", false, |f| {
            std::fs::remove_dir_all(f.0.join("dist")).unwrap();
        });
    }

    #[test]
    fn stale_when_a_word_changed() {
        let folder = TestFolder::new("word");
        folder.put("dist/a", "");
        stamp(&folder, &["wasm-opt 1"]).write().unwrap();
        assert!(!stamp(&folder, &["wasm-opt 2"]).is_current().unwrap());
    }
}
