//! What the documents tell people to type and to install: each command is one that the program takes.

use afield_server::cli::Cli;
use clap::Parser as _;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The words of a line as a shell reads them: quotes keep a word together, `#`, `<` and `&&` end the command.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut began = false;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => (quote, began) = (Some(c), true),
            (None, ' ') => {
                if began {
                    words.push(String::new());
                }
                began = false;
            }
            (None, '#' | '<' | '&' | '|') if !began => break,
            (_, c) => {
                words.last_mut().unwrap().push(c);
                began = true;
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What stands behind the program's name in `text`, line by line.
fn commands(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let line = line.trim();
        let typed = ["afield-server ", "./target/release/afield-server "];
        let unit = ["ExecStart=/usr/local/bin/afield-server "];
        let asked = typed
            .iter()
            .chain(&unit)
            .find_map(|start| line.strip_prefix(start));
        let in_shell =
            line.strip_prefix("ExecStart=/bin/sh -c 'exec /usr/local/bin/afield-server ");
        let in_shell = in_shell.and_then(|rest| rest.strip_suffix('\''));
        let listed = line
            .strip_prefix("CMD [")
            .and_then(|rest| rest.strip_suffix(']'));
        asked
            .or(in_shell)
            .or(line.strip_prefix("command: "))
            .map(str::to_owned)
            .or(listed.map(|list| list.replace(',', "")))
    };
    text.lines().filter_map(line).collect()
}

#[track_caller]
fn taken(file: &str, least: usize) {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let commands = commands(&text);
    assert!(commands.len() >= least, "{file}: {commands:?}");
    for command in commands {
        let asked = std::iter::once("afield-server".to_owned()).chain(words(&command));
        if let Err(error) = Cli::try_parse_from(asked) {
            panic!("{file}: {command}\n{error}");
        }
    }
}

#[test]
fn every_command_in_a_document_is_one_that_the_program_takes() {
    taken("README.md", 10);
    taken("docs/operations.md", 4);
    taken("deploy/afield.service", 1);
    taken("deploy/afield-tls.conf", 1);
    taken("deploy/afield-backup.service", 1);
    taken("deploy/Dockerfile", 1);
    taken("deploy/compose.yaml", 1);
}

#[test]
fn a_command_that_is_not_there_would_be_found() {
    let found = commands(
        "text\n  afield-server serve --nope  # why\nExecStart=/usr/local/bin/afield-server user list",
    );
    assert_eq!(found, ["serve --nope  # why", "user list"]);
    assert_eq!(words("serve --nope  # why"), ["serve", "--nope"]);
    assert_eq!(
        words("user a --name \"Eva B\" < file"),
        ["user", "a", "--name", "Eva B"]
    );
    assert!(Cli::try_parse_from(["afield-server", "serve", "--nope"]).is_err());
}

/// Units are sections with lines of a name and a value: anything else is skipped by systemd with a word in its log.
#[test]
fn units_are_units() {
    for file in [
        "afield.service",
        "afield-tls.conf",
        "afield-backup.service",
        "afield-backup.timer",
    ] {
        let text = fs::read_to_string(root().join("deploy").join(file)).unwrap();
        let mut section = None;
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            if let Some(name) = line
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
            {
                section = Some(name);
                assert!(
                    ["Unit", "Service", "Timer", "Install"].contains(&name),
                    "{file}: {line}"
                );
                continue;
            }
            let (name, _) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("{file}: {line}"));
            let is_name = name.chars().all(|c| c.is_ascii_alphanumeric());
            assert!(section.is_some() && is_name, "{file}: {line}");
        }
    }
}
